"""A process as on an office PC: the distribution's Python, one unpacked zip, a profile of its own; run as a program.

usage: machine.py SCRIPT ZIP FOLDER [more ...]
Libraries that an ordinary Windows QGIS lacks are hidden where the distribution has them (PyYAML stays: QGIS's own
Processing does not start without it); SCRIPT finds its means in
`Machine`.
"""

import importlib.abc
import importlib.machinery
import os
import runpy
import sys
import zipfile
from pathlib import Path

LACKING = {"openpyxl", "et_xmlfile", "docx", "jsonschema", "attr", "attrs", "pyrsistent", "rpds", "referencing",
           "typing_extensions", "fastjsonschema", "ruamel"}  # fmt: skip


class _Hidden(importlib.abc.MetaPathFinder):
    """Looks past the distribution's folders for these names."""

    def __init__(self, names):
        self._names = names

    def find_spec(self, name, path=None, target=None):
        if path is not None or name not in self._names:
            return None
        own = [folder for folder in sys.path if "dist-packages" not in folder and "site-packages" not in folder]
        spec = importlib.machinery.PathFinder.find_spec(name, own)
        if spec is None:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return spec


class Machine:
    """A started QGIS without the plugin; `plugins`: the folder where plugins are unpacked."""

    def __init__(self, package, folder, hidden=LACKING):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        sys.meta_path.insert(0, _Hidden(set(hidden)))
        self.package, self.folder = Path(package), Path(folder)
        self.plugins = self.folder / "plugins"
        self.unpack()
        from qgis.core import QgsApplication

        self.app = QgsApplication([], True, str(self.folder / "profile"))
        QgsApplication.initQgis()
        sys.path += [str(self.plugins), os.path.join(QgsApplication.pkgDataPath(), "python", "plugins")]
        from processing.core.Processing import Processing

        Processing.initialize()

    def unpack(self):
        """Put the zip's content into the plugins folder, as QGIS's installer does."""
        import shutil

        shutil.rmtree(self.plugins / "onemap", ignore_errors=True)
        with zipfile.ZipFile(self.package) as package:
            package.extractall(self.plugins)

    def algorithms(self):
        """How many algorithms the provider has, 0 without a provider."""
        provider = self.app.processingRegistry().providerById("onemap")
        return len(provider.algorithms()) if provider else 0


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    script = Path(__file__).with_name(sys.argv[1])
    runpy.run_path(str(Path(__file__).with_name(sys.argv[1])), {"ARGUMENTS": sys.argv[2:]})
    sys.stdout.flush()
    os._exit(0)  # QGIS's own end may fail after everything was done

"""The Python libraries the plugin works with: where they are found, and whether they do what they are needed for.

Imports nothing of ours but paths. A release carries its pure-Python libraries in `ext_libs`, looked at last: what QGIS
brings itself is never shadowed. Compiled ones that QGIS lacks are installed by the user into a folder of the profile
(plugin/kit.py), looked at first. `let_go` takes both ways away again.
"""

import importlib
import importlib.util
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Optional

from .paths import EXT_LIBS


@dataclass(frozen=True)
class Library:
    """`module` as imported, `package` as pip names it, the version that is known to do, a test by use.

    `required`: without it the plugin cannot start; otherwise one function is off.
    """

    module: str
    package: str
    wanted: str
    probe: Callable
    required: bool = False


@dataclass(frozen=True)
class Problem:
    """A library that is absent (`found` None) or there but of no use; `reason` in the words of Python."""

    library: Library
    found: Optional[str]
    reason: str = ""


def _numpy(numpy):
    return numpy.arange(3).sum() == 3


def _shapely(shapely):
    return shapely.area(shapely.union_all([shapely.box(0, 0, 1, 1)])) == 1.0


def _pyproj(pyproj):
    return pyproj.CRS.from_epsg(4490).is_geographic


def _openpyxl(openpyxl):
    return callable(openpyxl.Workbook)


def _docx(docx):
    return callable(docx.Document)


def _pypdf(pypdf):
    return callable(pypdf.PdfReader)


def _lxml(lxml):
    return importlib.import_module("lxml.etree").fromstring("<a/>").tag == "a"


def _jsonschema(jsonschema):
    return jsonschema.Draft202012Validator({"type": "string"}).is_valid("text")


def _yaml(yaml):
    return yaml.safe_load("a: [1]") == {"a": [1]}


def _requests(requests):
    return callable(requests.Session)


LIBRARIES = (
    Library("numpy", "numpy", "1.20", _numpy, True),
    Library("shapely", "shapely", "2.0", _shapely, True),
    Library("pyproj", "pyproj", "3.0", _pyproj, True),
    Library("yaml", "PyYAML", "5.4", _yaml),
    Library("jsonschema", "jsonschema", "4.0", _jsonschema),
    Library("openpyxl", "openpyxl", "3.0", _openpyxl),
    Library("lxml", "lxml", "4.6", _lxml),
    Library("docx", "python-docx", "1.0", _docx),
    Library("pypdf", "pypdf", "5.0", _pypdf),
    Library("requests", "requests", "2.25", _requests),
)


def required():
    return tuple(library for library in LIBRARIES if library.required)


def missing_dependencies(libraries=None):
    """The Problems of these libraries (default: those without which the plugin cannot start), found by using them."""
    return [problem for problem in map(_tried, required() if libraries is None else libraries) if problem is not None]


def _tried(library):
    """A Problem, or None for a library that works. One that we were the first to load and that is no use is unloaded
    again, so that a better one can be installed without a restart.
    """
    was_loaded = library.module in sys.modules
    try:
        if library.probe(importlib.import_module(library.module)):
            return None
        reason = ""
    except Exception as error:  # a broken library may raise anything when it is imported or used
        reason = f"{type(error).__name__}: {error}"
    found = version(library)
    if not was_loaded:
        _unload(lambda name, _: name.split(".")[0] == library.module)
    return Problem(library, found, reason)


def version(library):
    """The version a library says it has, None for one that is not there; it is shown, never compared."""
    if library.module not in sys.modules and importlib.util.find_spec(library.module) is None:
        return None
    from importlib import metadata  # here: it takes longer to load than all else

    try:
        return metadata.version(library.package)
    except metadata.PackageNotFoundError:
        return str(getattr(sys.modules.get(library.module), "__version__", "?"))


def kit_folder():
    """Where compiled libraries for this Python lie in the user's QGIS profile; None outside QGIS."""
    if "qgis.core" not in sys.modules:
        return None
    from qgis.core import QgsApplication

    profile = QgsApplication.qgisSettingsDirPath()
    tag = f"cp{sys.version_info[0]}{sys.version_info[1]}"
    return Path(profile) / "onemap" / f"libs-{tag}" if profile else None


def use_libraries():
    """Make the libraries findable and load shapely and pyproj in the way that is safe inside QGIS."""
    kit = kit_folder()
    if kit is not None and kit.is_dir() and str(kit) not in sys.path:
        sys.path.insert(0, str(kit))
    if EXT_LIBS.is_dir() and str(EXT_LIBS) not in sys.path:
        sys.path.append(str(EXT_LIBS))
    importlib.invalidate_caches()
    _load_bound_to_their_own()


def _load_bound_to_their_own():
    """Import shapely and pyproj bound to their own GEOS and PROJ.

    QGIS links the system's GEOS and PROJ, whose symbols would otherwise stand in for those inside the wheels
    (measured: calls of GEOS 3.13 ended in 3.11, "WKB output dimension must be 2 or 3"; a second PROJ corrupted memory
    when the process ended).
    """
    flags = sys.getdlopenflags() if hasattr(sys, "getdlopenflags") else None
    if flags is not None and hasattr(os, "RTLD_DEEPBIND"):
        sys.setdlopenflags(flags | os.RTLD_DEEPBIND)
    try:
        missing_dependencies([library for library in required() if library.module != "numpy"])
    finally:
        if flags is not None:
            sys.setdlopenflags(flags)


def let_go():
    """Forget the plugin's own pure-Python libraries and take its folders off the search path.

    A compiled library cannot be loaded twice in one process: what came from the kit stays loaded.
    """
    inside = str(EXT_LIBS) + os.sep
    _unload(lambda _, file: file.startswith(inside))
    for folder in (EXT_LIBS, kit_folder()):
        while str(folder) in sys.path:
            sys.path.remove(str(folder))


def _unload(leaves):
    """Take modules out of sys.modules: those for which `leaves(name, file)`."""
    for name, module in list(sys.modules.items()):
        if leaves(name, getattr(module, "__file__", None) or ""):
            del sys.modules[name]


def mending_command(problems, platform=None):
    """The one command that installs what is missing into the profile: no administrator, no change to the system's
    Python (so that PEP 668 does not refuse it).
    """
    packages = " ".join(f'"{problem.library.package}>={problem.library.wanted}"' for problem in problems)
    program = "python" if (platform or sys.platform).startswith("win") else "python3"
    return f'{program} -m pip install --no-deps --target "{kit_folder()}" {packages}'

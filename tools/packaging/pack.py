"""Write dist/onemap-<version>.zip for plugins.qgis.org, and with --kit dist/onemap-offline-kit-<version>.zip.

The zip holds what git tracks less what .gitattributes leaves out, and the pinned libraries in ext_libs.
--dev builds although homepage, tracker and e-mail are placeholders. --scan looks through the pinned libraries with
bandit (minutes) and writes scanned.csv anew, for a person to read before it is committed.
"""

import argparse
import configparser
import io
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import checker  # noqa: E402
import exemptions  # noqa: E402
import libraries  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
_STAMP = (2026, 1, 1, 0, 0, 0)  # the same content gives the same file
_README = """一张图工作台 离线安装包
不要解压。在 QGIS 菜单“一张图 > 修复安装…”中按“选择离线安装包…”，选中本文件即可，无需联网，无需管理员权限。

Offline kit of OneMap Desk: do not unpack. In QGIS, menu One Map > Repair the installation, choose this file.
"""


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dev", action="store_true", help="placeholders in metadata.txt are let pass")
    parser.add_argument("--kit", action="store_true", help="write the offline kit instead of the plugin")
    parser.add_argument("--scan", action="store_true", help="scan the pinned libraries and write scanned.csv anew")
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    options = parser.parse_args(arguments)
    if options.scan:
        return scan_libraries()
    options.out.mkdir(parents=True, exist_ok=True)
    if options.kit:
        target = options.out / f"onemap-offline-kit-{_version()}.zip"
        write_kit(target)
        print(target)
        return 0
    target = options.out / f"onemap-{_version()}{'-dev' if options.dev else ''}.zip"
    clean = write_plugin(target)
    faults = checker.faults(target, placeholders_pass=options.dev, clean=clean)
    for fault in faults:
        print(fault, file=sys.stderr)
    if faults:
        target.unlink()
        return 1
    print(target)
    return 0


def scan_libraries():
    """Write scanned.csv anew; 1 when a finding is left that nosec.csv does not name."""
    with tempfile.TemporaryDirectory() as stage:
        _write(Path(stage), ((f"ext_libs/{name}", content) for name, content in libraries.ext_lib_files()))
        left = exemptions.scan(stage)
    for line in left:
        print(f"no row in nosec.csv: {line}", file=sys.stderr)
    return int(bool(left))


def _version():
    metadata = configparser.ConfigParser(interpolation=None)
    metadata.read(ROOT / "metadata.txt", encoding="utf-8")
    return metadata["general"]["version"]


def write_plugin(target, revision="HEAD", scan=True):
    """Write the plugin's zip from a revision; the SHA-256 of the files that bandit found clean.

    `scan`: carry the exemptions of bandit over (it takes a while).
    """
    with tempfile.TemporaryDirectory() as stage:
        _stage(Path(stage), revision)
        clean = exemptions.exempt(stage) if scan else frozenset()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
            for file in sorted(path for path in Path(stage).rglob("*") if path.is_file()):
                _add(package, f"onemap/{file.relative_to(stage).as_posix()}", file.read_bytes())
    return clean


def _stage(folder, revision):
    """What git tracks, and the libraries, as files below `folder`."""
    command = ["git", "archive", "--format=tar", revision]
    content = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout
    with tarfile.open(fileobj=io.BytesIO(content)) as tar:
        files = {member.name: tar.extractfile(member).read() for member in tar.getmembers() if member.isfile()}
    files.update((f"ext_libs/{name}", content) for name, content in libraries.ext_lib_files())
    _write(folder, files.items())


def _write(folder, files):
    for name, content in files:
        path = folder / name
        if not path.resolve().is_relative_to(folder.resolve()):
            sys.exit(f"a path leaves the package: {name}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def write_kit(target):
    """Write the offline kit: every wheel that the plugin lists, with a text that says what to do."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as kit:
        _add(kit, "README.txt", _README.encode())
        for row in libraries.rows_of(libraries.KIT_WHEELS):
            _add(kit, f"wheels/{row['file']}", libraries.fetched(row).read_bytes())


def _add(package, name, content):
    info = zipfile.ZipInfo(name, _STAMP)
    info.external_attr = 0o644 << 16
    info.compress_type = zipfile.ZIP_DEFLATED
    package.writestr(info, content)


if __name__ == "__main__":
    sys.exit(main())

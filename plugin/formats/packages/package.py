"""A submission package as a list of files: of a folder, an archive (unpacked once, within bounds) or a single file."""

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Optional, Union

from ...core.errors import InputError
from ...core.files import Scratch
from ...core.land.file_state import companion
from ...core.land.remarks import Remark
from ...core.quality.inspection_content import KINDS, FileKind, PackageFile
from .archives import unpack
from .heads import resolution, trouble

_MOST_FILES = 20_000
_SIDECARS = {
    ".dbf", ".shx", ".prj", ".cpg", ".sbn", ".sbx", ".qix", ".qpj", ".fix", ".gpkg-wal", ".gpkg-shm", ".gpkg-journal",
    ".aux", ".ovr", ".lock", ".ldb",
}  # fmt: skip
_OTHER_ARCHIVES = {".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz"}  # layers may lie in what is not unpacked here
_OF_SYSTEM = {"thumbs.db", "desktop.ini", ".ds_store"}
_OF_MACOS = "__macosx"  # its archives hold a shadow "._name" of every file


@dataclass
class Package:
    """The files of a package; `has_file_list`: a folder or archive, whose files can be compared with a list.

    `troubles`: archives or folders in it that were not opened, by path. Close it: what was unpacked goes.
    """

    name: str
    has_file_list: bool
    files: list[PackageFile] = field(default_factory=list)
    troubles: list[tuple[str, Remark]] = field(default_factory=list)
    _folder: Optional[Scratch] = None

    def close(self) -> None:
        """Remove what was unpacked."""
        if self._folder is not None:
            self._folder.close()
            self._folder = None

    def __enter__(self) -> "Package":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def scratch(self) -> Path:
        """A new folder for what is made of its files; it goes with the package."""
        if self._folder is None:
            self._folder = Scratch("onemap_package_")
        return Path(tempfile.mkdtemp(dir=self._folder.path))

    def of_kind(self, *kinds: FileKind) -> list[PackageFile]:
        return [file for file in self.files if file.kind in kinds]


def open_package(path: Union[str, Path]) -> Package:
    """The Package of a folder, archive or single file; raises InputError for what is none of them.

    An archive that is not whole, has a password or would fill the disk raises InputError; one inside the package is
    kept among its `troubles`.
    """
    path = Path(path)
    if not path.exists():
        raise InputError("package_missing", file=str(path))
    if path.suffix.lower() == ".zip":
        return _unpacked(path)
    if path.is_dir() and path.suffix.lower() != ".gdb":
        return _of_folder(path, Package(path.name, True))
    if path.suffix.lower() not in KINDS:
        raise InputError("package_kind", file=path.name, kinds=" ".join(KINDS))
    return Package(path.name, False, [_file(path.name, path)])


def _unpacked(path: Path) -> Package:
    folder = Scratch("onemap_package_")
    package = Package(path.stem, True, _folder=folder)
    try:
        package.troubles += unpack(path, folder.path)
        return _of_folder(folder.path, package)
    except BaseException:
        package.close()
        raise


def _of_folder(folder: Path, package: Package) -> Package:
    for relative, place in _walk(folder):
        if len(package.files) == _MOST_FILES:
            raise InputError("package_too_many", count=_MOST_FILES)
        if place.suffix.lower() == ".zip" and place.is_file():
            package.troubles += _inner(package, relative, place)
        else:
            package.files.append(_file(relative, place))
            if place.suffix.lower() in _OTHER_ARCHIVES:
                package.troubles.append((relative, Remark("package_archive", params={"file": place.name})))
    return package


def _inner(package: Package, relative: str, place: Path) -> list[tuple[str, Remark]]:
    """Unpack an archive that lies in the folder and add its files."""
    target = package.scratch()
    try:
        troubles = unpack(place, target)
    except InputError as error:
        return [(relative, Remark(error.code, params=error.params))]
    for inside, file in _walk(target):
        package.files.append(_file(f"{relative}/{inside}", file))
    return [(f"{relative}/{name}", remark) for name, remark in troubles]


def _walk(folder: Path) -> Iterator[tuple[str, Path]]:
    """(path in the package, place) of all files, a .gdb as one; links are not followed."""
    for place, folders, names in os.walk(folder):
        databases = sorted(name for name in folders if name.lower().endswith(".gdb"))
        folders[:] = sorted(name for name in set(folders) - set(databases) if name.lower() != _OF_MACOS)
        for name in [*databases, *sorted(names)]:
            file = Path(place) / name
            if name.lower() in _OF_SYSTEM or name.startswith(("~$", "._")) or file.is_symlink():
                continue
            if file.suffix.lower() in _SIDECARS and not _is_orphan(file) or name.lower().endswith(".shp.xml"):
                continue
            yield file.relative_to(folder).as_posix(), file


def _is_orphan(file: Path) -> bool:
    """Whether a part of a shapefile lies there without its shapes: the copy is not whole."""
    of_shapes = file.suffix.lower() in (".dbf", ".shx")
    if not of_shapes or companion(file, ".shp") is not None:
        return False
    return file.suffix.lower() == ".dbf" or companion(file, ".dbf") is None


def _lost_its_shapes(file: Path) -> bool:
    """Whether a part of a shapefile was left alone; a .dbf that has no other part beside it is a table."""
    if file.suffix.lower() == ".dbf":
        return any(companion(file, part) is not None for part in (".shx", ".prj", ".sbn", ".qix"))
    return file.suffix.lower() == ".shx"


def _file(relative: str, place: Path) -> PackageFile:
    try:
        size = sum(f.stat().st_size for f in place.iterdir()) if place.is_dir() else place.stat().st_size
        shapes = Remark("file_missing", params={"file": place.with_suffix(".shp").name})
        wrong = shapes if _lost_its_shapes(place) else trouble(place)
        dpi = resolution(place) if wrong is None and place.suffix.lower() in (".jpg", ".jpeg", ".png") else None
        return PackageFile(relative, place, size, wrong, dpi)
    except OSError as error:
        return PackageFile(
            relative, place, 0, Remark("file_unreadable", params={"error": error.strerror or str(error)})
        )

"""Why a file given as a layer cannot be opened, in words that say what to do; QGIS only names the parameter."""

import re
from pathlib import Path
from typing import Optional

from osgeo import gdal

from ...core.land.layer_state import source_parts
from ...core.land.remarks import Remark
from ...core.messages import message
from ...formats.packages.heads import trouble

ACCESS = (".mdb", ".accdb")
# what offices have beside layers -> code of the message that says what to do with it
_OTHER_KINDS = {
    **dict.fromkeys((".vct",), "kind_vct"),
    **dict.fromkeys((".dwg", ".dxf", ".dgn"), "kind_drawing"),
    **dict.fromkeys((".zip", ".rar", ".7z", ".gz"), "layer_is_package"),
    **dict.fromkeys((".mxd", ".mxt", ".aprx", ".lyr", ".lyrx", ".qgs", ".qgz", ".qlr"), "kind_map_document"),
    **dict.fromkeys((".lpk", ".mpk", ".gdbtable"), "kind_arcgis_package"),
    **dict.fromkeys((".wp", ".wl", ".wt", ".mpj"), "kind_mapgis"),
    **dict.fromkeys((".xls", ".xlsx", ".et", ".dbf"), "kind_table"),
    **dict.fromkeys((".txt",), "kind_points"),
}
_MAY_HOLD_LAND = (*ACCESS, ".vct", ".dwg", ".zip", ".rar", ".7z", ".lpk", ".mpk", ".wp")
_MOST_NAMES = 20
_IN_ARCHIVE = re.compile(
    r"(?i)/vsi[a-z0-9]+/\{?(.+?\.(?:zip|7z|rar|tar|tgz|gz))(?=$|[/\\}])"
)  # as QGIS names what lies in one


def why_unreadable(source: Optional[str]) -> str:
    """The reason, "" where the file can be read or the source is none."""
    if not isinstance(source, str) or not source or "\n" in source:
        return ""
    place, table = source_parts(source)
    archive = _IN_ARCHIVE.match(place)
    path = Path(archive[1] if archive else place)
    try:
        is_file = path.suffix != "" and path.is_absolute()
        if not path.exists():
            return message("layer_file_missing", file=str(path)) if is_file else ""
        found = _reason(path, table)
    except OSError as error:
        found = Remark("file_unreadable", params={"error": error.strerror or str(error)})
    return "" if found is None else message("layer_file_unreadable", file=path.name, why=found.message)


def holds_unread_land(file: str) -> bool:
    """Whether a file, by its name, may hold areas and is of a kind that is never taken from a folder."""
    return file.lower().endswith(_MAY_HOLD_LAND)


def _reason(path: Path, table: str) -> Optional[Remark]:
    if _OTHER_KINDS.get(path.suffix.lower()) == "layer_is_package" or (path.is_dir() and path.suffix.lower() != ".gdb"):
        return Remark("layer_is_package")
    found = trouble(path)
    return found if found is not None else _of_opening(path, table)


def _of_opening(path: Path, table: str) -> Optional[Remark]:
    try:
        names = layer_names(path)
    except RuntimeError as error:
        return not_opened(path, str(error))
    if not names:
        return Remark("layer_file_empty")
    if table and table.lower() not in [name.lower() for name in names]:
        return Remark("layer_absent", params={"layer": table, "layers": ", ".join(names[:_MOST_NAMES])})
    return None


def layer_names(path: Path) -> list[str]:
    """Names of the layers in a file; raises RuntimeError for one that cannot be opened."""
    used = gdal.GetUseExceptions()
    gdal.UseExceptions()
    gdal.PushErrorHandler("CPLQuietErrorHandler")
    try:
        data = gdal.OpenEx(str(path), gdal.OF_VECTOR | gdal.OF_READONLY | gdal.OF_VERBOSE_ERROR)
        if data is None:
            raise RuntimeError(gdal.GetLastErrorMsg() or path.name)
        return [data.GetLayer(number).GetName() for number in range(data.GetLayerCount())]
    finally:
        gdal.PopErrorHandler()
        if not used:
            gdal.DontUseExceptions()


def not_opened(path: Path, error: str) -> Remark:
    """Why a file could not be opened; of Access databases what is needed, whatever the driver says."""
    suffix = path.suffix.lower()
    if suffix in ACCESS:
        return Remark("package_access", params={"suffix": path.suffix})
    if suffix == ".kmz" and gdal.GetDriverByName("LIBKML") is None:
        return Remark("kind_kmz")
    if suffix in _OTHER_KINDS:
        return Remark(_OTHER_KINDS[suffix])
    return Remark("package_open", params={"error": error[:200]})

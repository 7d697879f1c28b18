"""Shapefiles: find out by its bytes whether a table is UTF-8 or GBK, so that Chinese names come out whole."""

from pathlib import Path
from typing import Optional

from qgis.core import QgsVectorLayer

from ...core.land.file_state import companion

_SAMPLE_RECORDS = 5000
_LONGEST_NAME = 9  # bytes; names of ten are cut, some programs keep whole characters
_SPELLINGS = {
    "UTF-8": ("UTF-8", "UTF8", "65001"),
    "GB18030": ("GB18030", "GBK", "GB2312", "936", "54936"),
    "BIG5": ("BIG5", "BIG-5", "950"),
    "SHIFT_JIS": ("SHIFT", "SJIS", "932"),
    "EUC-KR": ("EUC-KR", "949"),
}
_OTHERS = ("BIG5", "SHIFT_JIS", "EUC-KR")


def open_vector(source: str, name: str) -> QgsVectorLayer:
    """Open an OGR source as a QgsVectorLayer with the right text encoding.

    The layer may be invalid, as QGIS would have it.
    """
    layer = QgsVectorLayer(source, name, "ogr")
    encoding = needed_encoding(layer)
    if encoding:
        layer.setProviderEncoding(encoding)
    return layer


def repair_encoding(layer: QgsVectorLayer) -> QgsVectorLayer:
    """Return the layer itself, or a fresh one with the right encoding when it is a shapefile that says nothing of its
    own.

    The user's own layer object is left as it is.
    """
    if layer is None or not needed_encoding(layer):
        return layer
    fresh = open_vector(layer.source(), layer.name())
    fresh.setCrs(layer.crs())
    fresh.setSubsetString(layer.subsetString())
    return fresh


def needed_encoding(layer: QgsVectorLayer) -> Optional[str]:
    """Encoding to set on a shapefile layer, None where nothing has to be done.

    The bytes of the table decide, whatever a .cpg says of them: those of programs that write one and mean another are
    common. Only another encoding of the East than Chinese GBK, which no byte tells from it, is believed.
    """
    source = layer.source().split("|")[0]
    if layer.providerType() != "ogr" or not source.lower().endswith(".shp"):
        return None
    path = Path(source)
    table = companion(path, ".dbf")
    real = table_encoding(table) if table else None
    stated = stated_encoding(path)
    if real is None or real == stated or (real == "GB18030" and stated in _OTHERS):
        return None
    return real


def stated_encoding(path: Path) -> str:
    """What the .cpg beside a shapefile says, by the names used here; "" without one."""
    page = companion(path, ".cpg")
    said = page.read_text(encoding="ascii", errors="ignore").strip().upper() if page else ""
    return next((name for name, spellings in _SPELLINGS.items() if any(s in said for s in spellings)), said)


def table_encoding(dbf: Path) -> Optional[str]:
    """ "UTF-8" when the records of a DBF read as UTF-8, "GB18030" (which holds GBK and GB2312) when they do not, None
    when they hold nothing but ASCII.
    """
    # record by record: a field cut in the middle of a character must not decide for the whole table
    records = _sample(dbf)
    broken = sum(not _is_utf8(record) for record in records)
    chinese = sum(any(byte > 127 for byte in record) for record in records)
    if not chinese:
        return None
    return "GB18030" if broken * 2 > chinese else "UTF-8"


def _sample(dbf):
    """Field names, and records from the beginning, evenly spread, up to _SAMPLE_RECORDS."""
    with open(dbf, "rb") as stream:
        header = stream.read(32)
        count, size = int.from_bytes(header[4:8], "little"), int.from_bytes(header[10:12], "little")
        start = int.from_bytes(header[8:10], "little")
        names = stream.read(max(start - 32, 0))
        records = [_without_cut(names[i : i + 11].split(b"\0")[0]) for i in range(0, len(names), 32)]
        for number in range(0, count, max(count // _SAMPLE_RECORDS, 1)):
            stream.seek(start + number * size)
            records.append(stream.read(size))
    return records


def _without_cut(name):
    """The name of a field without the part of a character that ten bytes leave of a longer one in UTF-8."""
    if len(name) < _LONGEST_NAME:
        return name
    return next((name[:size] for size in range(len(name), len(name) - 4, -1) if _is_utf8(name[:size])), name)


def _is_utf8(record):
    try:
        record.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True

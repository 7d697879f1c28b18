"""Shapefiles without a .cpg: find out whether their table is UTF-8 or GBK, so that Chinese names come out whole."""

from pathlib import Path

from qgis.core import QgsVectorLayer

_SAMPLE_RECORDS = 2000


def open_vector(source, name):
    """Open an OGR source as a QgsVectorLayer with the right text encoding.

    The layer may be invalid, as QGIS would have it.
    """
    layer = QgsVectorLayer(source, name, "ogr")
    encoding = needed_encoding(layer)
    if encoding:
        layer.setProviderEncoding(encoding)
    return layer


def repair_encoding(layer):
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


def needed_encoding(layer):
    """Encoding to set on a shapefile layer without .cpg, None where nothing has to be done."""
    path = Path(layer.source().split("|")[0])
    if layer.providerType() != "ogr" or path.suffix.lower() != ".shp" or _has_code_page(path):
        return None
    table = _sibling(path, ".dbf")
    return table_encoding(table) if table else None


def table_encoding(dbf):
    """ "UTF-8" when every record of a DBF reads as UTF-8, else "GB18030" (which holds GBK and GB2312)."""
    with open(dbf, "rb") as stream:
        header = stream.read(32)
        header_size, record_size = int.from_bytes(header[8:10], "little"), int.from_bytes(header[10:12], "little")
        names = stream.read(max(header_size - 32, 0))
        records = [names[i : i + 11] for i in range(0, len(names), 32)]
        records += [stream.read(record_size) for _ in range(_SAMPLE_RECORDS)]
    # record by record: a field cut in the middle of a character must not decide for the whole table
    broken = sum(not _is_utf8(record) for record in records)
    chinese = sum(any(byte > 127 for byte in record) for record in records)
    return "GB18030" if broken * 2 > chinese else "UTF-8"


def _is_utf8(record):
    try:
        record.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _has_code_page(path):
    """True when a .cpg stands beside the shapefile: it has said its encoding and is believed."""
    return _sibling(path, ".cpg") is not None


def _sibling(path, suffix):
    return next((p for p in (path.with_suffix(suffix), path.with_suffix(suffix.upper())) if p.exists()), None)

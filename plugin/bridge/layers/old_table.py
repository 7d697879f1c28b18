"""Tables of Excel 97-2003 (.xls) and dBASE (.dbf) through GDAL: for what is looked up in them, never for intake."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Optional

from osgeo import gdal

from ...core.errors import InputError
from ...formats.workbook.read import Sheet
from ...formats.workbook.safety import Survey
from ...formats.workbook.tables import TableReader, open_table
from .encoding import table_encoding

_KINDS = {".xls": "XLS", ".dbf": "ESRI Shapefile"}
_XLS_OPTIONS = {"OGR_XLS_HEADERS": "DISABLE", "OGR_XLS_FIELD_TYPES": "STRING"}  # the first row is a row as any other
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def open_any_table(path: Path) -> TableReader:
    """A reader for a workbook, a text, an .xls or a .dbf; raises InputError."""
    return OldTable(path) if _is_old(path) else open_table(path)


def _is_old(path: Path) -> bool:
    """Whether GDAL must read it: an .xls that is a workbook of today under the old name is read as one."""
    kind = _KINDS.get(path.suffix.lower())
    if kind is None or gdal.GetDriverByName(kind) is None:
        return False
    try:
        with path.open("rb") as stream:
            return kind != "XLS" or stream.read(8) == _OLE
    except OSError:
        return False  # the reader says what is wrong


class OldTable:
    """An .xls or .dbf as a workbook: what stands there as texts; the names of a .dbf's fields are row 1.

    Raises InputError for a file that cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self.path, self.keywords, self.sha256 = path, "", ""
        self.survey: Optional[Survey] = None
        self._is_named = path.suffix.lower() == ".dbf"
        self._rows: dict[str, list[tuple[int, list[Any]]]] = {}
        try:
            with _options({} if self._is_named else _XLS_OPTIONS):
                self._fill()
        except (RuntimeError, OSError) as error:
            raise InputError("workbook_corrupt", file=path.name, detail=error) from error
        self.sheets = [Sheet(name, False) for name in self._rows]

    def _fill(self) -> None:
        encoding = table_encoding(self.path) if self._is_named else None
        kind, options = _KINDS[self.path.suffix.lower()], [f"ENCODING={encoding}"] if encoding else []
        data = gdal.OpenEx(str(self.path), gdal.OF_VECTOR | gdal.OF_READONLY, [kind], options)
        if data is None:
            raise RuntimeError(gdal.GetLastErrorMsg() or self.path.name)
        for number in range(data.GetLayerCount()):
            layer = data.GetLayer(number)
            self._rows[layer.GetName()] = list(self._read(layer))

    def _read(self, layer: Any) -> Iterator[tuple[int, list[Any]]]:
        definition = layer.GetLayerDefn()
        names = [definition.GetFieldDefn(number).GetName() for number in range(definition.GetFieldCount())]
        if self._is_named:
            yield 1, names
        for number, feature in enumerate(layer, 2):
            values = [feature.GetField(n) if feature.IsFieldSetAndNotNull(n) else None for n in range(len(names))]
            yield (number if self._is_named else feature.GetFID()), values

    def rows(self, sheet: Sheet) -> Iterator[tuple[int, list[Any]]]:
        """Yield (row number from 1, values)."""
        return iter(self._rows[sheet.title])

    def __enter__(self) -> "OldTable":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let the rows go."""
        self._rows = {}


@contextmanager
def _options(values: dict[str, str]) -> Iterator[None]:
    """GDAL's options of this thread while a file is read."""
    gdal.UseExceptions()
    before = {name: gdal.GetThreadLocalConfigOption(name, None) for name in values}
    for name, value in values.items():
        gdal.SetThreadLocalConfigOption(name, value)
    gdal.PushErrorHandler("CPLQuietErrorHandler")
    try:
        yield
    finally:
        gdal.PopErrorHandler()
        for name, value in before.items():
            gdal.SetThreadLocalConfigOption(name, value)

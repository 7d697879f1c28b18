"""Reading a workbook row by row in constant memory: values as typed, formulas told from values, merged ranges known
beforehand.

openpyxl opens the package (sheets, styles, shared strings, epoch); the rows are walked here, because one pass must
tell a formula without a stored value from an empty cell, and because it takes half of openpyxl's time per cell.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Union

from ...core.errors import InputError, LibraryError
from .openpyxl_names import from_excel, iterparse, open_book
from .safety import column_number, survey

_MAIN = (
    "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}",
    "{http://purl.oclc.org/ooxml/spreadsheetml/main}",
)
_ROW, _V, _T, _COL = ({space + name for space in _MAIN} for name in ("row", "v", "t", "col"))
_MOST_COLUMNS = 16_384
_TRUE = ("1", "true")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True)
class Unread:
    """A cell whose value cannot be known: a formula that was never calculated ("formula") or an Excel error
    ("error").
    """

    kind: str
    text: str


class Percent(float):
    """A number that the sheet shows as a percentage: 0.85 here is 85 % to the reader."""


class Padded(int):
    """A whole number that the sheet shows with zeros in front (format 000000): `text` is what stands there."""

    digits: int = 0

    @property
    def text(self) -> str:
        return str(int(self)).zfill(self.digits)


@dataclass
class Sheet:
    """One worksheet; `merges`: [(first row, first column, last row, last column)] counted from 1; `hidden_rows`: the
    numbers of rows that a filter or a person hid, `hidden_columns` likewise (first, last); known once they were read.
    """

    title: str
    hidden: bool
    merges: list = field(default_factory=list)
    part: str = ""
    hidden_rows: set = field(default_factory=set)
    hidden_columns: set = field(default_factory=set)

    def hides_column(self, index: int) -> bool:
        """Whether the column at `index` (from 0) is hidden."""
        return any(first <= index + 1 <= last for first, last in self.hidden_columns)


class WorkbookReader:
    """An .xlsx opened for streaming.

    Use as a context manager. Raises InputError for what the survey or the reader refuses.
    """

    def __init__(self, path: Union[str, Path]) -> None:
        self.path = Path(path)
        self.survey = survey(path)
        try:
            self._open()
        except ImportError as error:
            self.survey.parts.close()
            raise LibraryError(error) from error
        except Exception as error:  # openpyxl meets broken parts with whatever comes first
            self.survey.parts.close()
            raise InputError("workbook_corrupt", file=self.path.name, detail=error) from error

    def _open(self) -> None:
        book = open_book(self.survey.parts)
        self._strings, self._epoch, self.keywords = book.strings, book.epoch, book.keywords
        self._zeros = {str(n): digits for n, digits in book.zeros.items()}
        self._styles = {str(n): "percent" for n in book.percents} | {str(n): "date" for n in book.dates}
        self._styles.update(dict.fromkeys(self._zeros, "zeros"))
        merges = self.survey.merges
        self.sheets = [Sheet(e.title, e.hidden, merges.get(e.part, []), e.part) for e in book.sheets]

    @property
    def sha256(self) -> str:
        """Of the file."""
        return self.survey.sha256

    def __enter__(self):
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let the inflated parts go."""
        self.survey.parts.close()

    def rows(self, sheet: Sheet) -> Iterator[tuple[int, list[Any]]]:
        """Yield (row number from 1, values): None, int, float, Percent, str, bool, datetime or Unread.

        Empty rows may be left out.
        """
        columns: dict[str, int] = {}
        number = 0
        try:
            with self.survey.parts.open(sheet.part) as source:
                for _, element in iterparse(source):
                    if element.tag in _ROW:
                        number = int(element.get("r") or number + 1)
                        if element.get("hidden") in _TRUE:
                            sheet.hidden_rows.add(number)
                        yield number, self._values(element, columns)
                        element.clear()
                    elif element.tag in _COL and element.get("hidden") in _TRUE:
                        sheet.hidden_columns.add((int(element.get("min", 0)), int(element.get("max", 0))))
        except (
            SyntaxError,
            ValueError,
            IndexError,
            KeyError,
            OSError,
        ) as error:  # SyntaxError: ParseError of the XML library
            raise InputError("workbook_row_corrupt", sheet=sheet.title, row=number + 1, detail=error) from error

    def _values(self, row, columns):
        """Values of a row element, in one loop because it runs for millions of cells.

        `columns` remembers {letters: index}.
        """
        values: list[Any] = []
        value: Any
        size, styles = 0, self._styles
        for cell in row:
            get = cell.get
            letters = get("r", "").rstrip("0123456789")
            index = columns.get(letters)
            if index is None:
                index = self._index(letters, size, columns)
            if index > size:
                values.extend([None] * (index - size))
            kind, part = get("t", "n"), cell[0] if len(cell) == 1 else None
            if kind == "n" and part is not None and get("s") not in styles and part.tag in _V:  # a mere number
                text = part.text
                try:
                    value = int(text)
                except (TypeError, ValueError):
                    value = float(text) if text else None
            elif kind == "inlineStr" and part is not None and len(part) == 1 and part[0].tag in _T:  # a mere text
                text = part[0].text or ""
                value = unescape(text) if "_x" in text else text
            elif kind == "s" and part is not None and part.tag in _V and part.text:
                value = unescape(self._strings[int(part.text)])
            else:
                value = self._value(cell) if len(cell) else None
            values.append(value)
            size = index + 1
        return values

    @staticmethod
    def _index(letters, size, columns):
        """Index of a column seen for the first time; a cell without a reference follows the one before."""
        if not letters:
            return size
        index = column_number(letters) - 1
        if not size <= index < _MOST_COLUMNS:
            raise ValueError(letters)
        columns[letters] = index
        return index

    def _value(self, cell):
        kind, text, formula = cell.get("t", "n"), "", None
        for part in cell:
            tag = part.tag
            if tag in _V:
                text = part.text or ""
            elif tag.endswith("}is"):
                text = _rich_text(part)
            elif tag.endswith("}f"):
                formula = part.text or ""
        if not text and kind != "str" and kind != "inlineStr":
            return None if formula is None else Unread("formula", formula)
        if kind == "n":
            number = int(text) if text.isascii() and text.isdigit() else float(text)
            return self._shown(number, cell.get("s"))
        return self._typed(kind, text)

    def _shown(self, number, style):
        """A number as its format makes people read it."""
        kind = self._styles.get(style)
        if kind == "date":
            return _moment(number, self._epoch)
        if kind == "zeros":
            padded = Padded(number) if number == int(number) and number >= 0 else None
            if padded is None or len(str(padded)) >= self._zeros[style]:
                return number
            padded.digits = self._zeros[style]
            return padded
        return Percent(number) if kind == "percent" else number

    def _typed(self, kind, text):
        if kind == "s":
            return unescape(self._strings[int(text)])
        if kind in ("inlineStr", "str"):
            return unescape(text)
        if kind == "b":
            return text == "1"
        return Unread("error", text) if kind == "e" else datetime.fromisoformat(text.rstrip("Z"))


def _moment(value, epoch):
    """A date cell's number as datetime; a number that is no date (negative, beyond year 9999) stays a number."""
    try:
        moment = from_excel(value, epoch)
    except (OverflowError, ValueError):
        return value
    if isinstance(moment, timedelta) or not hasattr(moment, "year"):
        return value  # a time of day
    return moment


def _rich_text(element):
    """Text of an inline string without its phonetic readings."""
    first = element[0] if len(element) else None
    if first is not None and len(element) == 1 and first.tag.endswith("}t"):
        return first.text or ""
    parts = (t for run in element if not run.tag.endswith("}rPh") for t in ([run] if run.tag.endswith("}t") else run))
    return "".join(t.text or "" for t in parts if t.tag.endswith("}t"))


def unescape(text: str) -> str:
    """Undo Excel's _xHHHH_ spelling of characters that XML cannot hold."""
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text

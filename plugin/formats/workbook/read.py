"""Reading a workbook row by row in constant memory: values as typed, formulas told from values, merged ranges known
beforehand.

openpyxl opens the package (sheets, styles, shared strings, epoch); the rows are walked here, because one pass must
tell a formula without a stored value from an empty cell, and because it takes half of openpyxl's time per cell.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.numbers import BUILTIN_FORMATS
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils.datetime import from_excel
from openpyxl.xml.functions import iterparse

from ...core.errors import InputError
from .safety import column_number, survey

_MAIN = (
    "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}",
    "{http://purl.oclc.org/ooxml/spreadsheetml/main}",
)
_ROW, _V, _T = ({space + name for space in _MAIN} for name in ("row", "v", "t"))
_MOST_COLUMNS = 16_384
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_PERCENT = re.compile(r'(?:"[^"]*"|\\.|[^%"\\])*%')


@dataclass(frozen=True)
class Unread:
    """A cell whose value cannot be known: a formula that was never calculated ("formula") or an Excel error
    ("error").
    """

    kind: str
    text: str


class Percent(float):
    """A number that the sheet shows as a percentage: 0.85 here is 85 % to the reader."""


@dataclass
class Sheet:
    """One worksheet; `merges`: [(first row, first column, last row, last column)] counted from 1."""

    title: str
    hidden: bool
    merges: list = field(default_factory=list)
    part: str = ""


class WorkbookReader:
    """An .xlsx opened for streaming.

    Use as a context manager. Raises InputError for what the survey or the reader refuses.
    """

    def __init__(self, path):
        self.path = Path(path)
        self.survey = survey(path)
        try:
            self._open(path)
        except Exception as error:  # openpyxl meets broken parts with whatever comes first
            raise InputError("workbook_corrupt", file=self.path.name, detail=error) from error

    def _open(self, path):
        """Let openpyxl read everything but the sheets: its load_workbook walks a whole sheet to learn its size."""
        package = ExcelReader(str(path), read_only=True, data_only=True, keep_links=False)
        package.read_manifest()
        package.read_strings()
        package.read_workbook()
        package.read_properties()
        apply_stylesheet(package.archive, package.wb)
        self._archive, self._strings, self._book = package.archive, package.shared_strings, package.wb
        self._styles = {str(n): "percent" for n in _percent_styles(package.wb)} | {
            str(n): "date" for n in package.wb._date_formats
        }
        self.keywords = package.wb.properties.keywords or ""
        self.sheets = [
            Sheet(sheet.name, sheet.state != "visible", self.survey.merges.get(link.target, []), link.target)
            for sheet, link in package.parser.find_sheets()
            if link.target in package.archive.namelist() and "chartsheet" not in link.Type
        ]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._archive.close()

    def rows(self, sheet):
        """Yield (row number from 1, values): None, int, float, Percent, str, bool, datetime or Unread.

        Empty rows may be left out.
        """
        columns, number = {}, 0
        try:
            with self._archive.open(sheet.part) as source:
                for _, element in iterparse(source):
                    if element.tag in _ROW:
                        number = int(element.get("r") or number + 1)
                        yield number, self._values(element, columns)
                        element.clear()
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
        values, size, styles = [], 0, self._styles
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
        kind, text, formula = cell.get("t", "n"), None, None
        for part in cell:
            tag = part.tag
            if tag in _V:
                text = part.text
            elif tag.endswith("}is"):
                text = _rich_text(part)
            elif tag.endswith("}f"):
                formula = part.text or ""
        if not text and kind != "str" and kind != "inlineStr":
            return None if formula is None else Unread("formula", formula)
        if kind == "n":
            number = int(text) if text.isascii() and text.isdigit() else float(text)
            style = self._styles.get(cell.get("s"))
            return _moment(number, self._book.epoch) if style == "date" else Percent(number) if style else number
        return self._typed(kind, text or "")

    def _typed(self, kind, text):
        if kind == "s":
            return unescape(self._strings[int(text)])
        if kind in ("inlineStr", "str"):
            return unescape(text)
        if kind == "b":
            return text == "1"
        return Unread("error", text) if kind == "e" else datetime.fromisoformat(text.rstrip("Z"))


def _percent_styles(book):
    """Style numbers of cells shown as a percentage."""
    own = book._number_formats

    def shown(number):
        return own[number - 164] if 0 <= number - 164 < len(own) else BUILTIN_FORMATS.get(number, "")

    return {index for index, style in enumerate(book._cell_styles) if _PERCENT.match(shown(style.numFmtId))}


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


def unescape(text):
    """Undo Excel's _xHHHH_ spelling of characters that XML cannot hold."""
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text

"""Tables that people hand in, read in one way: workbooks, CSV and tab-separated text, what was copied from Excel."""

import csv
import hashlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Optional, Protocol, Union

from ...core.errors import InputError
from .read import Sheet, WorkbookReader
from .safety import Survey

_TEXT_SUFFIXES = (".csv", ".txt", ".tsv")
_MOST_TEXT = 256 << 20
_ENCODINGS = ("utf-8-sig", "gb18030")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_BOOKS = (b"PK\3\4", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")  # .xlsx, .xls
_SEPARATORS = "\t,;"


class TableReader(Protocol):
    """What the intake asks of a table: sheets, and their rows as (number from 1, values)."""

    path: Path
    keywords: str
    sheets: list[Sheet]

    @property
    def survey(self) -> Optional[Survey]: ...  # of a workbook; None for text
    @property
    def sha256(self) -> str: ...
    def rows(self, sheet: Sheet) -> Iterator[tuple[int, list[Any]]]: ...
    def close(self) -> None: ...


def open_table(path: Union[str, Path]) -> Union["TextReader", WorkbookReader]:
    """A reader for a file; what is neither a workbook nor text is refused with what to do about it."""
    path = Path(path)
    is_text = path.suffix.lower() in _TEXT_SUFFIXES and not _is_book(path)
    return TextReader(path) if is_text else WorkbookReader(path)


def _is_book(path: Path) -> bool:
    """Whether a file is a workbook by its bytes, whatever its name says."""
    try:
        with path.open("rb") as stream:
            return stream.read(8).startswith(_BOOKS)
    except OSError:
        return False  # the reader says what is wrong


class TextReader:
    """A CSV or tab-separated text in UTF-8, UTF-16 or GBK as a workbook of one sheet. Every value is text."""

    def __init__(self, path: Union[str, Path], text: str = ""):
        self.path, self.keywords = Path(path), ""
        self.survey: Optional[Survey] = None
        content = text.encode("utf-8") if text else _content(self.path)
        self.sha256 = hashlib.sha256(content).hexdigest()
        self._text = text or _decoded(self.path, content)
        self.sheets = [Sheet(self.path.stem or "1", False)]

    def __enter__(self) -> "TextReader":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._text = self._text if self._text else ""

    def rows(self, sheet: Sheet) -> Iterator:
        """Yield (row number from 1, values); empty cells are None."""
        lines = csv.reader(io.StringIO(self._text), delimiter=_separator(self._text))
        try:
            for number, values in enumerate(lines, 1):
                yield number, [value if value != "" else None for value in values]
        except csv.Error as error:
            raise InputError("workbook_row_corrupt", sheet=sheet.title, row=lines.line_num, detail=error) from error


def _content(path):
    try:
        if path.stat().st_size > _MOST_TEXT:
            raise InputError("csv_too_large", file=path.name, limit=_MOST_TEXT >> 20)
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise InputError("workbook_missing", file=path.name) from error
    except OSError as error:
        raise InputError("workbook_locked", file=path.name) from error
    if not content:
        raise InputError("workbook_empty_file", file=path.name)
    return content


def _decoded(path, content):
    for encoding in ("utf-16",) if content.startswith(_UTF16) else _ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError("csv_encoding", file=path.name)


def _separator(text):
    """The sign between values: the one that the first lines hold most of."""
    head = "\n".join(text.splitlines()[:5])
    return max(_SEPARATORS, key=head.count)

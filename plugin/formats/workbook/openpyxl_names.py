"""Every name of openpyxl that it does not document, in one place: a test holds each of them against the installed
version, so that an update that moves one is noticed there and nowhere else. What reads is imported when the first
workbook is opened: most work needs none.
"""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Optional, Protocol

_PERCENT = re.compile(r'(?:"[^"]*"|\\.|[^%"\\])*%')
_ZEROS = re.compile(r"0{2,20}")
_FIRST_OWN_FORMAT = 164


class Archive(Protocol):
    """What openpyxl asks of the zip file: its names, and parts by name."""

    def namelist(self) -> list: ...
    def read(self, name: str) -> bytes: ...
    def open(self, name: str) -> Any: ...


@dataclass(frozen=True)
class SheetEntry:
    """A worksheet as the workbook lists it."""

    title: str
    hidden: bool
    part: str


@dataclass(frozen=True)
class OpenedBook:
    """What a workbook says beside its rows.

    `dates`, `percents`: style numbers; `zeros`: {style number: digits shown}.
    """

    sheets: tuple
    strings: list
    epoch: datetime
    keywords: str
    dates: frozenset
    percents: frozenset
    zeros: dict


def open_book(archive: Archive) -> OpenedBook:
    """Let openpyxl read everything but the sheets: its load_workbook walks a whole sheet to learn its size."""
    from openpyxl.reader.excel import ExcelReader
    from openpyxl.styles.stylesheet import apply_stylesheet

    reader = ExcelReader.__new__(ExcelReader)
    reader.archive, reader.valid_files, reader.shared_strings = archive, archive.namelist(), []
    reader.read_only, reader.keep_vba, reader.data_only = True, False, True
    reader.keep_links, reader.rich_text = False, False
    reader.read_manifest()
    reader.read_strings()
    reader.read_workbook()
    reader.read_properties()
    book = reader.wb
    apply_stylesheet(archive, book)
    names = set(reader.valid_files)
    links = [(sheet, link) for sheet, link in reader.parser.find_sheets() if link.target in names]
    entries = (
        SheetEntry(s.name, s.state != "visible", link.target) for s, link in links if "chartsheet" not in link.Type
    )
    formats = {index: _shown(book, style.numFmtId) for index, style in enumerate(book._cell_styles)}
    return OpenedBook(
        tuple(entries),
        reader.shared_strings,
        book.epoch,
        book.properties.keywords or "",
        frozenset(book._date_formats),
        frozenset(index for index, shown in formats.items() if _PERCENT.match(shown)),
        {index: len(shown) for index, shown in formats.items() if _ZEROS.fullmatch(shown)},
    )


@lru_cache(maxsize=1)
def _dates() -> Any:
    from openpyxl.utils.datetime import from_excel

    return from_excel


def from_excel(value: float, epoch: datetime) -> Any:
    """What a number of Excel stands for: a datetime, a time of day or a timedelta."""
    return _dates()(value, epoch)


def iterparse(source: Any) -> Any:
    """The elements of a part, by the XML library that openpyxl found."""
    from openpyxl.xml.functions import iterparse as elements

    return elements(source)


def _shown(book, number):
    from openpyxl.styles.numbers import BUILTIN_FORMATS

    own = book._number_formats
    position = number - _FIRST_OWN_FORMAT
    return own[position] if 0 <= position < len(own) else BUILTIN_FORMATS.get(number, "")


def style_of(cell: Any) -> Any:
    """The style of a cell, to be shared by others (styling each alone takes ten times as long)."""
    return cell._style


def share_style(cell: Any, style: Any) -> None:
    """Give a cell a style that `style_of` returned."""
    cell._style = style


def write_digits(cell: Any, text: str) -> None:
    """Let a number cell be written with these very digits: openpyxl itself writes 16 of them."""
    cell._value = text


def abandon(sheet: Any) -> None:
    """Close the half-written sheet of a write-only workbook and remove its temporary file."""
    with suppress(Exception):  # the disk that refused refuses this too
        sheet.close()
    writer: Optional[Any] = getattr(sheet, "_writer", None)
    if writer is not None:
        with suppress(Exception):
            writer.cleanup()

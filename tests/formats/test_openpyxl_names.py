"""The names of openpyxl that it does not document are held against the installed version, here and nowhere else."""

import re
import zipfile
from pathlib import Path

from onemap.plugin.formats.workbook import openpyxl_names as names
from openpyxl import Workbook

ROOM = Path(names.__file__).parent
PRIVATE = re.compile(r"\b(?:cell|book|sheet|wb|package|writer|reader|workbook)\._[a-z]\w*")


def test_they_stand_in_one_place():
    for file in ROOM.glob("*.py"):
        if file.name != "openpyxl_names.py":
            assert not PRIVATE.findall(file.read_text(encoding="utf-8")), file.name


def test_a_book_is_opened_as_it_says(tmp_path):
    book = Workbook()
    book.active.append(["x", 5, 0.5, 7])
    book.active["B1"].number_format, book.active["C1"].number_format = "yyyy-mm-dd", "0.0%"
    book.active["D1"].number_format = "000000"
    book.create_sheet("h").sheet_state = "hidden"
    book.properties.keywords = "k"
    book.save(tmp_path / "b.xlsx")
    with zipfile.ZipFile(tmp_path / "b.xlsx") as archive:
        opened = names.open_book(archive)
    assert [(s.title, s.hidden) for s in opened.sheets] == [("Sheet", False), ("h", True)]
    assert opened.keywords == "k" and opened.strings == []  # openpyxl itself writes texts into their cells
    assert opened.dates and opened.percents and list(opened.zeros.values()) == [6]


def test_styles_are_shared_and_digits_written(tmp_path):
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    from openpyxl.cell import WriteOnlyCell

    one, other = WriteOnlyCell(sheet, 1), WriteOnlyCell(sheet, 0.1)
    one.number_format = "@"
    names.share_style(other, names.style_of(one))
    names.write_digits(other, "0.10000000000000001")
    sheet.append([one, other])
    book.save(tmp_path / "s.xlsx")
    with zipfile.ZipFile(tmp_path / "s.xlsx") as archive:
        assert b"0.10000000000000001" in archive.read("xl/worksheets/sheet1.xml")
    abandoned = Workbook(write_only=True).create_sheet()
    abandoned.append([1])
    names.abandon(abandoned)

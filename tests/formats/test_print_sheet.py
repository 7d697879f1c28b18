"""Sheets to be printed: stamped sheets with signatures, totals and audit head; wide tables in readable bands."""

from onemap.plugin.core.forms.schema import load_form
from onemap.plugin.formats.workbook.export import write_workbook
from onemap.plugin.formats.workbook.print_sheet import PrintFacts, bands_of, write_print_sheet
from openpyxl import load_workbook

FACTS = PrintFacts("余杭区", "2026-03", "张三", "2026-03-25", "审计链：第 9 行，abc，2026-03-25T00:00:00Z")


def texts(sheet):
    return [str(cell.value) for row in sheet for cell in row if cell.value is not None]


def test_a_sheet_says_who_signs_and_what_it_proves(tmp_path):
    form = load_form("village_evaluation")
    records = [
        {"xzcdm": "330110100201", "xzcmc": "=竹山村", "zrc": str(n), "cls": "集聚提升类", "pop_reg": 10 * n}
        for n in (1, 2)
    ]
    bands = write_print_sheet(tmp_path / "p.xlsx", form, records, FACTS)
    book = load_workbook(tmp_path / "p.xlsx")
    sheet = book.worksheets[0]
    said = texts(sheet)
    for expected in ("盖章", "填报人：张三", "合计 2", "审计链：第 9 行", "单位负责人"):
        assert any(expected in text for text in said), expected
    assert "30" in said and "=竹山村" in said and sheet["C4"].data_type == "s"
    assert "&P" in sheet.oddFooter.left.text and sheet.page_setup.orientation == "landscape"
    assert len(book.worksheets) == bands == len({sheet.title for sheet in book}) > 1


def test_what_is_printed_is_read_whole_on_every_page(tmp_path):
    """Head on each page; a row as high as its text; the column of one band not as wide as another's below it."""
    form = load_form("village_evaluation")
    opinion = "村庄建设用地偏大，建议结合全域土地综合整治腾退低效用地，保留历史建筑。" * 4
    record = {"xzcdm": "330110100201", "xzcmc": "竹山村", "zrc": "上坞", "cls": "集聚提升类", "opinion": opinion}
    write_print_sheet(tmp_path / "p.xlsx", form, [record] * 60, FACTS)
    book = load_workbook(tmp_path / "p.xlsx")
    for sheet, fields in zip(book, bands_of(form, 120)):
        assert sheet.print_title_rows == "$1:$3" and len(sheet.row_breaks.brk) == 0
        widths = [sheet.column_dimensions[letter].width for letter in "ABCDEFGHIJKL"[: len(fields) + 1]]
        assert sum(widths) <= 127
    last = book.worksheets[-1]
    assert "集聚提升类" in texts(book.worksheets[0]) and opinion in texts(last)
    assert last.row_dimensions[4].height > 14 * len(opinion) * 2 / 30
    assert book.worksheets[0].row_dimensions[4].height < 20 < max(sheet.row_dimensions[3].height for sheet in book)
    write_workbook(tmp_path / "e.xlsx", form, [{**record, "id": "a"}, {**record, "id": "b", "opinion": "好"}])
    sheet = load_workbook(tmp_path / "e.xlsx").worksheets[0]
    assert sheet.row_dimensions[4].height > 100 and sheet.row_dimensions[5].height is None
    assert "&P" in sheet.oddFooter.center.text and sheet.print_title_rows == "$3:$3"


def test_thirty_columns_take_bands_that_can_be_read(tmp_path):
    form = load_form("redevelopment_project")
    narrow, wide = bands_of(form, 120), bands_of(form, 180)
    assert len(narrow) > len(wide) >= 2
    for bands in (narrow, wide):
        assert {f.key for band in bands for f in band} == {f.key for f in form.fields}
        assert all(band[0].key == bands[0][0].key for band in bands)
    write_workbook(tmp_path / "t.xlsx", form)
    sheet = load_workbook(tmp_path / "t.xlsx").worksheets[0]
    assert sheet.page_setup.fitToWidth == 2 and sheet.print_title_cols.replace("$", "") == "A:B"
    assert sheet.page_setup.paperSize == 8

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
    sheet = load_workbook(tmp_path / "p.xlsx").active
    said = texts(sheet)
    for expected in ("盖章", "填报人：张三", "合计 2", "审计链：第 9 行", "单位负责人"):
        assert any(expected in text for text in said), expected
    assert "30" in said and "=竹山村" in said and sheet["C4"].data_type == "s"
    assert "&P" in sheet.oddFooter.center.text and sheet.page_setup.orientation == "landscape"
    assert len(sheet.row_breaks.brk) == bands - 1


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

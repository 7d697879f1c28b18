"""Workbooks made for tests with openpyxl, and records of the forms."""

from onemap.plugin.core.forms.schema import FormValidator, load_form
from onemap.plugin.formats.workbook.intake import Reading, WorkbookImport
from openpyxl import Workbook

VILLAGES = load_form("village_evaluation")
VILLAGE = {"xzcdm": "330110100201", "xzcmc": "上塘村", "zrc": "东头", "cls": "集聚提升类", "pop_reg": 120}


def sheet_file(path, *sheets):
    """Write sheets given as (title, rows, merges) and return the path."""
    book = Workbook()
    book.remove(book.active)
    for title, rows, merges in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
        for merge in merges:
            sheet.merge_cells(merge)
    book.save(path)
    return path


def taken(path, form=VILLAGES, **settings):
    """(import, its good rows) of a workbook."""
    imported = WorkbookImport(path, form, FormValidator(form), Reading(**settings))
    return imported, list(imported.records())

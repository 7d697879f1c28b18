"""What this plugin writes, its own import reads: every form as a workbook and as the CSV that Excel makes of it."""

import csv
import re

import pytest
from onemap.plugin.core.forms.identity import same_value
from onemap.plugin.core.forms.schema import FORM_IDS, FormValidator, load_form
from onemap.plugin.formats.workbook.export import HEAD_ROW, write_workbook
from onemap.plugin.formats.workbook.intake import WorkbookImport
from openpyxl import load_workbook

_SOME = {"date": "2026-03-05", "integer": 7, "number": 12.345, "files": [{"name": "图.pdf", "sha256": "0" * 64}]}
_CODES = {"division6": "990102", "division12": "990102101001", "division6,9,12": "990102"}
_CODES |= {"uscc": "91350100M000100Y43", "phone": "0571-12345678", "project_code": "2603-990102-04-01-123456"}


def some_value(field, number):
    if field.codes:
        return field.codes[number % len(field.codes)][0]
    if field.identifier:
        return _CODES[field.identifier]
    if field.value_type == "integer":
        return max(int(field.minimum or 0), 7)
    if field.pattern and field.value_type == "text":
        return next(text for text in ("2026-03", "990102 村庄规划", "1", "T1.1") if re.search(field.pattern, text))
    return _SOME.get(field.value_type, f"{field.title_zh}{number}")


def full_records(form):
    """Three records with every field filled."""
    return [
        {f.key: some_value(f, n) for f in form.fields} | {"id": f"id-{n}"}
        for n in range(1 if form.key == ("uscc",) or form.key == ["uscc"] else 3)
    ]


def as_csv(book, path, encoding):
    with path.open("w", encoding=encoding, newline="") as stream:
        for row in load_workbook(book).worksheets[0].iter_rows(values_only=True):
            cells = ["" if v is None else v.strftime("%Y/%m/%d") if hasattr(v, "strftime") else v for v in row]
            csv.writer(stream).writerow([c.lstrip("'") if isinstance(c, str) else c for c in cells])


def read_back(path, form):
    return [row.record for row in WorkbookImport(path, form, _Anything(form)).rows()]


class _Anything(FormValidator):
    """What the values mean is no matter here: that they come back is."""

    def judge(self, values, previous=None):
        return []


@pytest.mark.parametrize("form_id", FORM_IDS)
@pytest.mark.parametrize("kind", ["xlsx", "utf-8-sig", "gb18030"])
def test_every_field_of_every_form_comes_back(tmp_path, form_id, kind):
    form, book, path = load_form(form_id), tmp_path / "甲.xlsx", tmp_path / "甲.csv"
    records = full_records(form)
    write_workbook(book, form, records)
    if kind != "xlsx":
        as_csv(book, path, kind)
    back = read_back(book if kind == "xlsx" else path, form)
    assert [row["id"] for row in back] == [r["id"] for r in records]
    for row, record in zip(back, records):
        assert {k for k in form.keys if not same_value(row.get(k), record[k])} == set()


def changed(tmp_path, line, kind="xlsx", form_id="detail_unit", key="area_ha"):
    """An export whose line of units somebody changed in one column, and the importing of it."""
    form, book, path = load_form(form_id), tmp_path / "b.xlsx", tmp_path / "b.csv"
    write_workbook(book, form, full_records(form)[:1])
    opened = load_workbook(book)
    opened.worksheets[0].cell(HEAD_ROW - 1, form.keys.index(key) + 1).value = line
    opened.save(book)
    if kind == "csv":
        as_csv(book, path, "utf-8-sig")
    source = WorkbookImport(book if kind == "xlsx" else path, form, _Anything(form))
    return [row.record for row in source.rows()][0].get(key), {remark.code for remark in source.remarks}


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@pytest.mark.parametrize(
    "line, factor",
    [
        ("选填：数字，单位 亩", 1 / 15),
        ("选填：数字，单位：公顷", 1),
        ("单位：平方米", 0.0001),
        ("亩", 1 / 15),
        ("选填：数字，单位 ha", 1),
    ],
)
def test_the_line_of_units_of_our_own_export_is_read_when_somebody_changes_it(tmp_path, kind, line, factor):
    value, codes = changed(tmp_path, line, kind)
    assert value == pytest.approx(12.345 * factor, rel=1e-6)
    assert ("column_unit" in codes) == (factor != 1)


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@pytest.mark.parametrize("form_id, key, line", [
    ("detail_unit", "area_ha", "选填：数字，单位 垧"),  # not known
    ("detail_unit", "area_ha", "选填：数字，单位 人"),  # measures something else
    ("village_evaluation", "vacant_ha", "选填：数字，单位 亩"),  # the title says ha
])  # fmt: skip
def test_a_unit_that_is_not_clear_is_asked_about(tmp_path, kind, form_id, key, line):
    value, codes = changed(tmp_path, line, kind, form_id, key)
    assert value is None and "column_units_differ" in codes

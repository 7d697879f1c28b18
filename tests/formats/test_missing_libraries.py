"""Files whose library is not there: the message names the library, and the file is not called broken."""

import sys

import pytest
from onemap.plugin.core.errors import LibraryError
from onemap.plugin.core.forms.validation import FormValidator
from onemap.plugin.formats.rules.schema_mistakes import schema_validator
from onemap.plugin.formats.workbook.named_cells import fill_template
from onemap.plugin.formats.workbook.read import WorkbookReader
from onemap.plugin.formats.workbook.save import streamed_workbook
from onemap.plugin.paths import RESOURCES
from openpyxl import Workbook


@pytest.fixture
def without(monkeypatch):
    """Takes away a library, its parts that were loaded before included."""

    def take(library):
        for name in [library, *(name for name in sys.modules if name.startswith(library + "."))]:
            monkeypatch.setitem(sys.modules, name, None)

    return take


def _write(path):
    with streamed_workbook():
        pass


def _fill(path):
    fill_template(path, path.with_name("out.xlsx"), lambda name: None)


@pytest.mark.parametrize("use", [WorkbookReader, _write, _fill])
def test_a_workbook_without_openpyxl(without, tmp_path, use):
    book = tmp_path / "b.xlsx"
    Workbook().save(book)
    without("openpyxl")
    with pytest.raises(LibraryError, match="openpyxl"):
        use(book)


def test_a_rule_file_without_jsonschema(without):
    schema_validator.cache_clear()
    without("jsonschema")
    validator = schema_validator(RESOURCES / "rules" / "rules.schema.json")
    assert validator.errors({"name": "某省", "version": 1, "extends": "3x_national"}) == []  # it needs no library
    with pytest.raises(LibraryError, match="jsonschema"):
        validator.errors({"name": "某省", "version": 1, "extend": "3x_national"})


def test_a_form_without_jsonschema(without):
    without("jsonschema")
    with pytest.raises(LibraryError, match="jsonschema"):
        FormValidator.check_schema({"properties": {}, "title": "not checked before"}, "form")

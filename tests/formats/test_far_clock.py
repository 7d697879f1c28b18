"""A computer whose clock is far off (an empty battery: 1970) writes workbooks and Word files as any other."""

import time
import zipfile
from datetime import datetime

import pytest
from onemap.plugin import report as reports
from onemap.plugin.core.forms.schema import load_form
from onemap.plugin.core.zips import any_clock
from onemap.plugin.formats.rules.rule_files import load_catalogue
from onemap.plugin.formats.rules.rule_table import write_table
from onemap.plugin.formats.workbook.export import write_workbook
from onemap.plugin.formats.workbook.print_sheet import PrintFacts, write_print_sheet
from onemap.plugin.report.blocks.document import Document, Sheet

ROWS = [{"id": "a", "name": "示例"}]
RULES = {"laws": {}, "rules": []}


def _report(path):
    reports.write_report(Document("题", "头", "软件", dict, lambda: [Sheet("表", ["文"], ["text"], [["x"]])]), path)


WRITERS = {
    "records.xlsx": lambda path: write_workbook(path, load_form("project_site"), ROWS),
    "print.xlsx": lambda path: write_print_sheet(
        path, load_form("project_site"), ROWS, PrintFacts("示例县", "2036", "王", "2036-01-02", "")
    ),
    "rules.xlsx": lambda path: write_table(RULES, {}, load_catalogue(), path),
    "report.xlsx": _report,
    "report.docx": _report,
    "template.docx": lambda path: reports.save_default_template(["a"], path),
}


@pytest.fixture(params=[1970, 2036, 2110])
def year(request, monkeypatch):
    there = datetime(request.param, 1, 2, 3, 4, 5)

    class Clock(datetime):
        @classmethod
        def now(cls, zone=None):
            return there.replace(tzinfo=zone)

    monkeypatch.setattr("onemap.plugin.core.zips.datetime", Clock)
    monkeypatch.setattr("time.time", there.timestamp)
    monkeypatch.setattr("time.localtime", lambda at=None: there.timetuple())
    return request.param


@pytest.mark.parametrize("name", WRITERS)
def test_files_are_written_under_any_clock(year, name, tmp_path):
    WRITERS[name](tmp_path / name)
    with zipfile.ZipFile(tmp_path / name) as written:
        assert written.testzip() is None
        assert {member.date_time[0] for member in written.infolist()} <= {1980, 2036, datetime.now().year}
    assert zipfile.time is time


def test_two_that_write_at_once_both_have_a_clock(year):
    with any_clock():
        with any_clock():
            inner = zipfile.time
        assert (zipfile.time is time) is (year == 2036) and (inner is time) is (year == 2036)
    assert zipfile.time is time

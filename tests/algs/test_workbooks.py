"""importworkbook and exportworkbook on a real workspace: one transaction, repeatable, round trip, rejected rows marked, nothing half done."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from onemap.plugin.bridge.records.workbooks import import_workbook
from onemap.plugin.core.errors import Cancelled, OutputError
from onemap.plugin.core.forms.schema import FORM_IDS, load_form
from onemap.plugin.formats.workbook.export import write_workbook
from onemap.plugin.store.workspace import Workspace
from onemap.tests.support.long_runs import every
from openpyxl import Workbook, load_workbook
from qgis.core import QgsProcessingException, QgsProcessingFeedback

VILLAGES = load_form("village_evaluation")
HEAD = ["行政村代码", "行政村名称", "自然村名称", "村庄分类", "户籍人口"]
GOOD = ["330110100201", "上塘村", "东头", "集聚提升类", 0]


class Feedback(QgsProcessingFeedback):
    """Keeps what the user is told; `stopped` says that Cancel was pressed."""

    def __init__(self, stopped=False):
        super().__init__(False)
        self.lines, self.stopped = [], stopped

    def pushWarning(self, text):
        self.lines.append(text)

    def isCanceled(self):
        return self.stopped


def run(name, feedback=None, **parameters):
    from onemap.tests.support import algorithms as helpers

    return helpers.run(name, feedback, **parameters)


@pytest.fixture
def workspace(tmp_path):
    Workspace.create(tmp_path / "w.gpkg", "330110").close()
    return str(tmp_path / "w.gpkg")


def workbook(path, *rows):
    book = Workbook()
    for row in (HEAD, *rows):
        book.active.append(row)
    book.save(path)
    return str(path)


def state(path):
    """Everything a round trip must keep, and the length of the audit chain."""
    with Workspace.open(path, read_only=True) as ws:
        rows = {f.id: [{k: v for k, v in r.items() if k != "updated_at"} for r in ws.records(f)] for f in ws.forms()}
        report = ws.verify_audit()
        assert report.broken_at is None and not report.differing
        return rows, report.row_count


def take(form, book, workspace, feedback=None, **more):
    return run("importworkbook", feedback, FORM=form, WORKBOOK=str(book), WORKSPACE=workspace, **more)


def test_good_rows_in_bad_rows_marked(tmp_path, workspace):
    book, feedback = workbook(tmp_path / "v.xlsx", GOOD, ["33", "甲", "乙", "无此类", -1]), Feedback()
    done = take("village_evaluation", book, workspace, feedback, MARKED=str(tmp_path / "m.xlsx"))
    assert (done["ACCEPTED_COUNT"], done["REJECTED_COUNT"], done["CREATED_COUNT"]) == (1, 1, 1)
    assert load_workbook(done["MARKED"]).worksheets[0]["A3"].comment
    assert any("A3" in line for line in feedback.lines)
    (record,) = state(workspace)[0]["village_evaluation"]
    assert (record["xzcdm"], record["pop_reg"], record["pop_res"], record["status"]) == (
        "330110100201",
        0,
        None,
        "draft",
    )


def test_the_same_file_twice_changes_nothing(tmp_path, workspace):
    book = workbook(tmp_path / "v.xlsx", GOOD, [*GOOD[:2], "西头", *GOOD[3:]])
    take("village_evaluation", book, workspace)
    before = state(workspace)
    done = take("village_evaluation", book, workspace)
    assert (done["ACCEPTED_COUNT"], done["CREATED_COUNT"], done["UPDATED_COUNT"], done["UNCHANGED_COUNT"]) == (
        2,
        0,
        0,
        2,
    )
    assert state(workspace) == before


def full(form):
    """A record with every field filled, from the schema alone."""
    made = {
        "uscc": "91350100M000100Y43", "project_code": "2018-440113-48-01-845490", "phone": "0571-12345678",
        "division6": "330110", "division6,9,12": "330110", "division9": "330110100", "division12": "330110100201",
    }  # fmt: skip
    values = {}
    for field in form.fields:
        by_type = {
            "integer": 0,
            "number": 0.1 + 0.2,
            "date": "2026-02-28",
            "files": [{"name": "a.pdf", "sha256": hashlib.sha256(b"a").hexdigest(), "bytes": 1}],
        }
        text = "330110 村庄规划\n330111 详细规划" if field.key == "plans" else "=甲\n“乙”\t_x000D_"
        plain = by_type.get(field.value_type, text if not field.pattern or field.key == "plans" else None)
        values[field.key] = field.codes[0][0] if field.codes else made.get(field.identifier, plain)
        if field.minimum and field.value_type == "integer":
            values[field.key] = int(field.minimum)
    return values


@pytest.mark.parametrize("form_id", FORM_IDS)
def test_every_form_goes_out_and_comes_back(tmp_path, workspace, form_id):
    form = load_form(form_id)
    record = full(form)
    with Workspace.open(workspace) as ws:
        if "org_id" in form.keys:
            ws.save_records("plan_org", [{"id": "org-1", **full(load_form("plan_org"))}], "z")
            record["org_id"] = "org-1"
        assert ws.flow(form_id).errors({**record, "period": form.period_of(record)}) == []
        ws.save_records(form_id, [record], "z")
    before, book = state(workspace), str(tmp_path / "o.xlsx")
    assert run("exportworkbook", FORM=form_id, WORKSPACE=workspace, WORKBOOK=book)["ROW_COUNT"] == 1
    done = take(form_id, book, workspace)
    assert (done["REJECTED_COUNT"], done["UNCHANGED_COUNT"]) == (0, 1) and state(workspace) == before
    other = str(tmp_path / "other.gpkg")
    with Workspace.create(other, "330110") as ws:
        ws.attachments.add_content("a.pdf", b"a")  # a book names files and carries none
        if "org_id" in form.keys:
            ws.save_records("plan_org", [{"id": "org-1", **full(load_form("plan_org"))}], "z")
    assert take(form_id, book, other)["CREATED_COUNT"] == 1
    values = [{k: r[k] for k in ("id", *form.keys)} for r in state(other)[0][form_id]]
    assert values == [{k: r[k] for k in ("id", *form.keys)} for r in before[0][form_id]]


def test_a_changed_key_is_a_question_and_renames_nothing(tmp_path, workspace):
    take("village_evaluation", workbook(tmp_path / "v.xlsx", GOOD), workspace)
    run("exportworkbook", FORM="village_evaluation", WORKSPACE=workspace, WORKBOOK=str(tmp_path / "o.xlsx"))
    book, before = load_workbook(tmp_path / "o.xlsx"), state(workspace)
    book.worksheets[0]["C4"] = "东头（新）"
    book.save(tmp_path / "o.xlsx")
    done = take("village_evaluation", tmp_path / "o.xlsx", workspace, MARKED=str(tmp_path / "m.xlsx"))
    assert (done["UPDATED_COUNT"], done["CREATED_COUNT"], done["QUESTION_COUNT"]) == (0, 0, 1)
    assert state(workspace) == before
    assert "东头（新）" in load_workbook(done["MARKED"]).worksheets[-1]["G3"].value


def test_submitted_records_are_left_alone_and_told(tmp_path, workspace):
    take("village_evaluation", workbook(tmp_path / "v.xlsx", GOOD), workspace)
    with Workspace.open(workspace) as ws:
        record = next(ws.records("village_evaluation"))["id"]
        ws.change_status("village_evaluation", record, "ready", "甲")
        ws.change_status("village_evaluation", record, "submitted", "乙")
    feedback = Feedback()
    take("village_evaluation", workbook(tmp_path / "v2.xlsx", [*GOOD[:4], 99]), workspace, feedback)
    assert state(workspace)[0]["village_evaluation"][0]["pop_reg"] == 0
    assert any("submitted or approved" in line for line in feedback.lines)


def test_a_template_needs_no_workspace(tmp_path):
    done = run("exportworkbook", FORM="plan_org", TEMPLATE_ONLY=True, WORKBOOK=str(tmp_path / "t.xlsx"))
    assert done["ROW_COUNT"] == 0
    assert "统一社会信用代码" in [c.value for c in load_workbook(tmp_path / "t.xlsx").worksheets[0][3]]
    with pytest.raises(QgsProcessingException, match="workspace"):
        run("exportworkbook", FORM="plan_org", WORKBOOK=str(tmp_path / "u.xlsx"))


@pytest.mark.parametrize(
    "content, words", [(b"", "empty"), (bytes.fromhex("d0cf11e0a1b11ae1"), "xls"), (b"PK\x03\x04", "damaged")]
)
def test_refusals_reach_the_user(tmp_path, workspace, content, words):
    (tmp_path / "b.xlsx").write_bytes(content)
    before = state(workspace)
    with pytest.raises(QgsProcessingException, match=words):
        take("plan_org", tmp_path / "b.xlsx", workspace)
    assert state(workspace) == before


def test_a_workspace_held_by_another_says_who(tmp_path, workspace):
    book = workbook(tmp_path / "v.xlsx", GOOD)
    script = "import sys, time; sys.path.insert(0, sys.argv[1])\nfrom onemap.plugin.store.workspace import Workspace\nws = Workspace.open(sys.argv[2])\nprint('open', flush=True); time.sleep(60)"
    holder = subprocess.Popen([sys.executable, "-c", script, link(), workspace], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout.readline().strip() == "open"
        with pytest.raises(OutputError) as caught:
            import_workbook(book, "village_evaluation", workspace)
        assert caught.value.code == "store_held" and caught.value.params["holder"]
    finally:
        holder.kill()
        holder.wait()


def link():
    return next(p for p in sys.path if (Path(p) / "onemap").is_symlink())


def many(path, count):
    write_workbook(
        path,
        VILLAGES,
        ({"xzcdm": "330110100201", "xzcmc": "村", "zrc": str(n), "cls": "集聚提升类"} for n in range(count)),
    )
    return str(path)


def test_cancelled_means_nothing_imported(tmp_path, workspace):
    before = state(workspace)
    with pytest.raises(Cancelled):
        import_workbook(
            many(tmp_path / "m.xlsx", 1500), "village_evaluation", workspace, feedback=Feedback(stopped=True)
        )
    assert state(workspace) == before


def test_killed_at_any_moment_leaves_the_old_state_or_the_new(tmp_path, workspace):
    """kill -9 at moments of an import of 3,000 rows, the last of them after its end; twelve in a long run."""
    book = many(tmp_path / "m.xlsx", 3000)
    script = "import sys; sys.path.insert(0, sys.argv[1])\nfrom onemap.plugin.bridge.records.workbooks import import_workbook\nprint('go', flush=True)\nimport_workbook(sys.argv[2], 'village_evaluation', sys.argv[3])\nprint('done', flush=True)"
    seen, pause = set(), 0.02
    for number in [*range(0, 11, every(1)), 11]:
        copy = str(tmp_path / f"{number}.gpkg")
        shutil.copy(workspace, copy)
        process = subprocess.Popen(
            [sys.executable, "-c", script, link(), book, copy], stdout=subprocess.PIPE, text=True
        )
        process.stdout.readline()
        if number < 11:
            time.sleep(pause * 1.45**number)
            os.kill(process.pid, signal.SIGKILL)
        process.wait(timeout=60)
        Workspace.open(copy).close()
        seen.add(len(state(copy)[0]["village_evaluation"]))
    assert seen == {0, 3000}


def filled(template, path, *rows):
    """A copy of a template with rows typed under its head."""
    book = load_workbook(template)
    sheet = book.worksheets[0]
    head = next(row for row in sheet.iter_rows() if row[0].value == HEAD[0])
    column = {cell.value: cell.column for cell in head}
    for number, row in enumerate(rows, head[0].row + 1):
        for title, value in zip(HEAD, row):
            sheet.cell(number, column[title], value)
    book.save(path)
    return path


def test_the_book_of_a_second_person_does_not_win_in_silence(tmp_path, workspace):
    """Two people add the same village in copies of one exported book: what the second says otherwise is asked about."""
    run("exportworkbook", FORM=VILLAGES.id, WORKSPACE=workspace, WORKBOOK=str(tmp_path / "t.xlsx"))
    first = filled(tmp_path / "t.xlsx", tmp_path / "zhang.xlsx", [*GOOD[:4], 100])
    take(VILLAGES.id, first, workspace)
    second = filled(tmp_path / "t.xlsx", tmp_path / "li.xlsx", [*GOOD[:4], 200])
    feedback = Feedback()
    result = take(VILLAGES.id, second, workspace, feedback)
    assert result["CONFLICT_COUNT"] == 1 and people(workspace) == [100]
    assert any("were changed both" in line for line in feedback.lines)
    filled(tmp_path / "t.xlsx", tmp_path / "zhang.xlsx", [*GOOD[:4], 150])  # the first corrects a mistake in his book
    result = take(VILLAGES.id, first, workspace)
    assert result["CONFLICT_COUNT"] == 0 and people(workspace) == [150]


def people(workspace):
    with Workspace.open(workspace, read_only=True) as ws:
        return [record["pop_reg"] for record in ws.records(VILLAGES)]


def test_a_table_of_nobody_knows_whom_says_what_it_replaces(tmp_path, workspace):
    take(VILLAGES.id, workbook(tmp_path / "a.xlsx", [*GOOD[:4], 100]), workspace)
    feedback = Feedback()
    take(VILLAGES.id, workbook(tmp_path / "b.xlsx", [*GOOD[:4], 200]), workspace, feedback)
    assert people(workspace) == [200] and any("1 existing records" in line for line in feedback.lines)
    feedback = Feedback()
    take(VILLAGES.id, workbook(tmp_path / "b.xlsx", [*GOOD[:4], 200]), workspace, feedback)
    assert not any("existing records" in line for line in feedback.lines)


def test_a_workbook_with_the_name_of_a_text_is_read_as_a_workbook(tmp_path, workspace):
    book = Path(workbook(tmp_path / "a.xlsx", [*GOOD[:4], 100]))
    take(VILLAGES.id, book.rename(tmp_path / "a.csv"), workspace)
    assert people(workspace) == [100]


def test_a_program_that_saves_fifteen_digits_changes_nothing(tmp_path, workspace):
    """12.3456 + 4 has noise in its seventeenth digit: a book saved by another program is not a changed record."""
    with Workspace.open(workspace) as ws:
        row = {"xzcdm": "330110100201", "xzcmc": "上塘村", "zrc": "东头", "cls": "集聚提升类", "built_ha": 12.3456 + 4}
        ws.save_records("village_evaluation", [row], "z")
    book = str(tmp_path / "o.xlsx")
    run("exportworkbook", FORM="village_evaluation", WORKSPACE=workspace, WORKBOOK=book)
    sheet = (opened := load_workbook(book)).worksheets[0]
    column = [cell.value for cell in sheet[3]].index("村庄建设用地(203)面积 ha") + 1
    assert sheet.cell(4, column).value == 12.3456 + 4 != 16.3456
    sheet.cell(4, column).value = 16.3456
    opened.save(book)
    before = state(workspace)
    assert take("village_evaluation", book, workspace)["UNCHANGED_COUNT"] == 1 and state(workspace) == before

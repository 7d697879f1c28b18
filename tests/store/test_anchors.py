"""A chain that somebody rewrote as a whole is whole in itself; an anchor kept elsewhere says that it is not the same."""

import pytest
from onemap.plugin.core.errors import InputError
from onemap.plugin.store.anchors import anchors_in, append_anchor, compare_anchors, keep_anchor, kept_anchors
from onemap.plugin.store.audit import ChainRow, row_hash
from onemap.plugin.store.flow import same_person
from onemap.plugin.store.workspace import NewWorkspace, Workspace
from onemap.tests.support.workspaces import DIVISIONS, progress, raw


def rewrite(path):
    """Change what a row says and mend every hash after it, as somebody with time would."""
    raw(path, "DROP TRIGGER onemap_audit_no_update")
    rows = raw(
        path, "SELECT seq, at, actor, act, subject, item, before, after, prev, hash FROM onemap_audit ORDER BY seq"
    )
    prev = "0" * 64
    for row in rows:
        actor = "forged" if row[0] == 1 else row[2]
        values = (row[0], row[1], actor, *row[3:8], prev)
        prev_of, prev = prev, row_hash(ChainRow(*values))
        raw(
            path,
            ("UPDATE onemap_audit SET actor = ?, prev = ?, hash = ? WHERE seq = ?", (actor, prev_of, prev, row[0])),
        )
    raw(path, ("UPDATE onemap_settings SET value = ? WHERE key = 'audit_head'", (f"{rows[-1][0]}:{prev}",)))
    raw(
        path,
        "CREATE TRIGGER onemap_audit_no_update BEFORE UPDATE ON onemap_audit BEGIN SELECT RAISE(ABORT, 'x'); END",
    )


def test_a_rewritten_chain_is_found_out_by_an_anchor(path, tmp_path):
    file = tmp_path / "anchors.txt"
    file.write_text("my notes\n", encoding="utf-8")
    with Workspace.open(path) as ws:
        append_anchor(ws, file)
        ws.save_records("plan_progress", [progress()], "zhang")
        append_anchor(ws, file)
        keep_anchor(ws, "book", "out.xlsx")
        report = compare_anchors(ws, [*anchors_in(file), *kept_anchors(ws)])
        assert (len(report.matching), report.broken) == (3, ())
    assert file.read_text(encoding="utf-8").startswith("my notes\nonemap-audit ")
    rewrite(path)
    with Workspace.open(path) as ws:
        assert ws.verify_audit().is_intact  # in itself it is
        report = compare_anchors(ws, anchors_in(file))
        assert (len(report.matching), len(report.broken)) == (0, 2)


def test_anchors_of_others_prove_nothing_here(path, tmp_path):
    with Workspace.create(tmp_path / "other.gpkg", "330110") as other:
        append_anchor(other, tmp_path / "a.txt")
    with Workspace.open(path) as ws:
        assert compare_anchors(ws, anchors_in(tmp_path / "a.txt")).foreign == 1
    (tmp_path / "none.txt").write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match="no anchor"):
        anchors_in(tmp_path / "none.txt")


def test_edits_that_wait_are_counted(path):
    with Workspace.open(path) as ws:
        (record,) = ws.save_records("plan_progress", [progress()], "zhang").ids
    raw(path, ("UPDATE plan_progress SET percent = 9 WHERE id = ?", (record,)))
    with Workspace.open(path, read_only=True) as ws:
        assert ws.pending_outside() == 1


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("张三", "张 三", True), ("Zhang", "ＺＨＡＮＧ ", True), ("zhang@pc1", "zhang@pc2", True), ("张三", "李四", False), ("", "", False)],
)  # fmt: skip
def test_one_person_is_one_however_written(one, other, same):
    assert same_person(one, other) is same


def test_the_filler_cannot_sign_under_another_spelling(ws):
    (record,) = ws.save_records("plan_progress", [progress()], "张三").ids
    ws.change_status("plan_progress", record, "ready", "张三")
    with pytest.raises(InputError, match="another person"):
        ws.change_status("plan_progress", record, "submitted", "张　三")
    ws.change_status("plan_progress", record, "submitted", "李四")
    actors = [row["actor"] for row in ws.audit.rows(record)]
    assert (
        actors[-1].startswith("李四 [")
        and "@" in actors[-1]
        and ws.record("plan_progress", record)["reviewer"] == "李四"
    )


@pytest.mark.parametrize("county", ["999999", "990102", "000000"])
def test_a_county_that_nobody_knows_is_refused_unless_insisted(tmp_path, county):
    with pytest.raises(InputError, match="Check the code"):
        Workspace.create(tmp_path / "w.gpkg", county)
    Workspace.create(tmp_path / "w.gpkg", county, content=NewWorkspace(insist=True)).close()


def test_the_dictionary_says_which_counties_there_are(tmp_path):
    (tmp_path / "d.csv").write_text(DIVISIONS, encoding="utf-8")
    with pytest.raises(InputError, match="330199"):
        Workspace.create(tmp_path / "w.gpkg", "330199", tmp_path / "d.csv")
    Workspace.create(tmp_path / "city.gpkg", "330100", tmp_path / "d.csv").close()

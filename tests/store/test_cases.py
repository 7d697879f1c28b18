"""Review cases in a workspace: rounds whole or not at all, overrides, signatures, all of it in the chain."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from onemap.plugin.core.errors import InputError
from onemap.plugin.core.review.round_parts import parts_of
from onemap.plugin.core.review.rounds_identity import match_projects
from onemap.plugin.core.review.rounds_overrides import carry_overrides
from onemap.plugin.store import migrate
from onemap.plugin.store.audit import AuditChain, Change
from onemap.plugin.store.cases_acts import Reason, normalised_identity
from onemap.plugin.store.database import Database
from onemap.plugin.store.geopackage import register_table, start_file
from onemap.plugin.store.workspace import Workspace
from onemap.tests.support.fault_tools import killed_at
from onemap.tests.support.rounds_made import head, made, square
from onemap.tests.support.workspaces import assert_intact, raw

TODAY = date.today().isoformat()
REASON = Reason("approval", "省政府批文〔2026〕1号")


def frozen(area=50.0, **told):
    projects = {"A": square(0), "B": square(300)}
    return made(projects, [("A", "YJJBNT", area, "prohibit"), ("B", "YJJBNT", 9.0, "conditional")], base=head(**told))


def test_rounds_are_numbered_listed_and_come_back_whole(ws):
    one = ws.cases.freeze("一期", frozen(), "zhang", "初审", "plan_review")
    two = ws.cases.freeze("一期", frozen(20.0), "zhang")
    ws.cases.freeze("二期", frozen(), "li")
    assert (one.number, two.number, one.kind, one.note) == (1, 2, "plan_review", "初审")
    assert [(r.case, r.number) for r in ws.cases.rounds("一期")] == [("一期", 2), ("一期", 1)]
    assert {c.name: c.rounds for c in ws.cases.cases()} == {"一期": 2, "二期": 1}
    assert parts_of(ws.cases.load(one.id)) == parts_of(frozen()) and ws.cases.head(one.id) == head()
    assert (one.summary.prohibited, one.summary.conditional) == (1, 1)
    assert_intact(ws)


def test_a_round_that_is_not_there_is_refused_with_those_that_are(ws):
    ws.cases.freeze("一期", frozen(), "zhang")
    with pytest.raises(InputError, match="no round 4. Available: 1"):
        ws.cases.round("一期", 4)
    with pytest.raises(InputError, match="name"):
        ws.cases.freeze("  ", frozen(), "zhang")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE onemap_round_part SET content = zeroblob(9) WHERE part = 'verdicts'",
        "UPDATE onemap_round SET head = replace(head, 'national', 'other')",
        "UPDATE onemap_round SET number = 7",
        "UPDATE onemap_round SET summary = '{}'",
        "DELETE FROM onemap_round",
        "UPDATE onemap_override SET reason = 'other'",
        "DELETE FROM onemap_override",
        "UPDATE onemap_signature SET signer = 'other'",
        "DELETE FROM onemap_signature",
    ],
)
def test_what_is_changed_behind_the_chain_is_found(path, statement):
    with Workspace.open(path) as ws:
        info = ws.cases.freeze("一期", frozen(), "zhang")
        ws.cases.override(info, [0], REASON, "zhang")
        ws.cases.sign(info, "张三", "同意", "zhang")
        assert_intact(ws)
    raw(path, statement)
    with Workspace.open(path) as ws:
        assert ws.verify_audit().differing


def test_an_override_slipped_under_a_signature_is_found(ws):
    info = ws.cases.freeze("一期", frozen(), "zhang")
    (kept,) = ws.cases.override(info, [0], REASON, "zhang")
    ws.cases.sign(info, "张三", "同意", "zhang")
    values = {"id": "x", "round_id": info.id, "finding": 1, "category": "other", "reason": "r", "actor": "a", "at": "t"}
    values = {
        **{key: "" for key in ("expires", "attachment", "attachment_name", "carried_from", "withdrawn")},
        **values,
    }
    with ws.transaction():
        names = ", ".join(values)
        insert = f"INSERT INTO onemap_override ({names}) VALUES ({', '.join('?' * len(values))})"  # noqa: S608 - fixed
        ws._db.execute(insert, (*values.values(),))
        ws.audit.append("a", "override", "review override", Change("x", None, values))
    assert ws.verify_audit().differing == (("review signature", f"{info.id}/1"),)


def test_a_changed_verdict_table_is_not_shown(path):
    with Workspace.open(path) as ws:
        info = ws.cases.freeze("一期", frozen(), "zhang")
    raw(path, "UPDATE onemap_round_part SET content = substr(content, 1, 20) WHERE part = 'verdicts'")
    with Workspace.open(path) as ws, pytest.raises(InputError, match="has been altered"):
        ws.cases.load(info.id)


def test_kill_9_within_freezing_leaves_no_half_round(path):
    statement = 0
    while True:

        def act(connect):
            with Workspace.open(path, connect=connect) as ws:
                ws.cases.freeze("一期", frozen(), "zhang")

        over = not killed_at(statement, act)
        with Workspace.open(path) as ws:
            assert_intact(ws)
            rounds = ws.cases.rounds()
            assert all(parts_of(ws.cases.load(r.id)) == parts_of(frozen()) for r in rounds)
        if over:
            break
        statement += 3
    assert statement > 20 and len(rounds) >= 1


def test_an_override_is_counted_apart_and_changes_no_verdict(ws):
    info = ws.cases.freeze("一期", frozen(), "zhang")
    before = ws.cases.part(info.id, "verdicts")
    (kept,) = ws.cases.override(info, [1], replace(REASON, expires=TODAY), "zhang")
    assert (kept.finding, kept.category, kept.expires) == (1, "approval", TODAY)
    assert ws.cases.round("一期", 1).overrides == 1 and ws.cases.round("一期", 1).summary == info.summary
    assert ws.cases.part(info.id, "verdicts") == before
    assert_intact(ws)


def test_a_second_override_replaces_the_first_and_withdrawing_leaves_a_trace(ws):
    info = ws.cases.freeze("一期", frozen(), "zhang")
    ws.cases.override(info, [1], REASON, "zhang")
    (second,) = ws.cases.override(info, [1], replace(REASON, text="更正"), "li")
    reported = ws.cases.overrides(info.id)
    assert [bool(o.withdrawn) for o in reported] == [True, False] and reported[1].reason == "更正"
    ws.cases.withdraw(second, "li")
    assert ws.cases.round("一期", 1).overrides == 0 and len(ws.cases.overrides(info.id)) == 2
    assert_intact(ws)


def test_a_supporting_file_is_kept_with_the_override(ws, tmp_path):
    paper = tmp_path / "批文.pdf"
    paper.write_bytes(b"%PDF-1.4")
    info = ws.cases.freeze("一期", frozen(), "zhang")
    (kept,) = ws.cases.override(info, [0], replace(REASON, attachment=str(paper)), "zhang")
    assert ws.attachments.content(kept.attachment) == b"%PDF-1.4" and kept.attachment_name == "批文.pdf"
    with pytest.raises(InputError):
        ws.cases.override(info, [0], replace(REASON, attachment=str(tmp_path / "none.pdf")), "zhang")
    assert_intact(ws)


def test_an_override_of_a_foreign_round_or_finding_is_refused(ws, tmp_path):
    with Workspace.create(tmp_path / "other.gpkg", "330111") as other:
        foreign = other.cases.freeze("一期", frozen(), "zhang")
    own = ws.cases.freeze("一期", frozen(), "zhang")
    for info, findings, match in (
        (foreign, [0], "does not belong to the open workspace"),
        (replace(own, number=9), [0], "does not belong to the open workspace"),
        (replace(own, digest="0"), [0], "does not belong to the open workspace"),
        (own, [2], "another round"),
        (own, [-1], "another round"),
        (own, [], "another round"),
    ):
        with pytest.raises(InputError, match=match):
            ws.cases.override(info, findings, REASON, "zhang")
    assert ws.cases.overrides(own.id) == []


@pytest.mark.parametrize(
    "reason, match",
    [
        (Reason("", "text"), "category"),
        (Reason("approval", "  "), "reason"),
        (Reason("approval", "text", "next year"), "not a date"),
        (Reason("approval", "text", (date.today() - timedelta(1)).isoformat()), "in the past"),
    ],
)
def test_an_override_says_why_and_until_when(ws, reason, match):
    info = ws.cases.freeze("一期", frozen(), "zhang")
    with pytest.raises(InputError, match=match):
        ws.cases.override(info, [0], reason, "zhang")


def test_overrides_go_on_to_the_next_round_as_its_own(ws):
    one = ws.cases.freeze("一期", frozen(), "zhang")
    kept = ws.cases.override(one, [0, 1], REASON, "zhang")
    two = ws.cases.freeze("一期", frozen(rules="r1"), "li")
    before, after = ws.cases.load(one.id), ws.cases.load(two.id)
    steps = carry_overrides(kept, before, after, match_projects(before.projects, after.projects), TODAY)
    carried = ws.cases.carry(two, steps, "li")
    assert [(o.finding, o.carried_from) for o in carried] == [(o.finding, o.id) for o in kept]
    assert ws.cases.round("一期", 2).overrides == 2 and ws.cases.overrides(two.id)[0].actor == "zhang"
    assert [row["actor"] for row in ws.audit.rows(carried[0].id)] == ["li"]
    assert_intact(ws)


def test_two_different_persons_sign_and_the_round_is_closed(ws):
    info = ws.cases.freeze("一期", frozen(), "zhang")
    ws.cases.override(info, [0], REASON, "zhang")
    ws.cases.sign(info, "Zhang San", "同意", "zhang@pc1")
    for same in ("Ｚｈａｎｇ San ", "zhang\u200bsan", "ZHANG SAN@pc2"):
        with pytest.raises(InputError, match="another person"):
            ws.cases.sign(info, same, "", "zhang@pc1")
    with pytest.raises(InputError, match="signed by Zhang San"):
        ws.cases.override(info, [1], REASON, "zhang")
    with pytest.raises(InputError, match="signed"):
        ws.cases.withdraw(ws.cases.overrides(info.id)[0], "zhang")
    with pytest.raises(InputError, match="name"):
        ws.cases.sign(info, " @pc1", "", "zhang@pc1")
    second = ws.cases.sign(info, "李四", "批准", "li@pc2")
    assert second.place == 2 and ws.cases.round("一期", 1).signers == ("Zhang San", "李四")
    assert ws.cases.signatures(info.id)[0].digest == second.digest == ws.cases.signed_digest(info)
    with pytest.raises(InputError, match="signed"):
        ws.cases.sign(info, "王五", "", "wang")
    assert_intact(ws)


def test_identities_are_compared_without_dress():
    assert normalised_identity("Ａdmin @PC-1") == normalised_identity("admin") != normalised_identity("李 四")
    assert normalised_identity("李 四") == normalised_identity("李四")


def _old_rounds():
    shape = {"type": "Polygon", "coordinates": [[[0, 0], [9, 0], [9, 9], [0, 0]]]}
    for number, (name, round_) in enumerate((("甲地块", 1), ("甲地块", 2), ("乙地块", 1))):
        inputs = {
            "rules": {"name": "n", "version": "1", "sha256": "ab"},
            "date": "2026-05-01",
            "layers": [],
            "range": shape,
        }
        result = {
            "area_m2": 40.5,
            "verdicts": [{"line": "YJJBNT", "status": "conflict", "effect": "prohibit", "overlap_m2": 4}],
        }
        yield (
            f"id{number}",
            name,
            round_,
            f"2026-05-0{number + 1}T00:00:00Z",
            "张工",
            json.dumps(inputs),
            json.dumps(result),
        )


def _old_workspace(path):
    """A workspace as the schema before the cases had it, with three rounds of two cases."""
    rows, steps = list(_old_rounds()), migrate.steps()
    number = next(version for version, file in steps if file.stem.endswith("_cases"))
    database = Database(path, "rwc")
    with database.transaction():
        for version, file in steps[: number - 1]:
            database.run_script(file.read_text(encoding="utf-8"))
            migrate.set_version(database, version)
        start_file(database)
        register_table(database, "district", "行政区", "multipolygon")
        database.execute("INSERT INTO onemap_settings VALUES ('county', '\"330110\"')")
        database.executemany("INSERT INTO onemap_review VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        for row in rows:
            after = {"name": row[1], "round": row[2], "inputs": json.loads(row[5])}
            AuditChain(database).append(row[4], "review", "review", Change(row[0], None, after))
    database.close()
    return rows, path.with_name(f"{path.stem}.v{number - 1}.gpkg")


def test_the_rounds_of_an_earlier_version_are_kept_by_the_migration(tmp_path):
    path = tmp_path / "old.gpkg"
    rows, backup = _old_workspace(path)
    with Workspace.open(path) as ws:
        assert {(c.name, c.rounds, c.kind) for c in ws.cases.cases()} == {
            ("甲地块", 2, "range"),
            ("乙地块", 1, "range"),
        }
        info = ws.cases.round("甲地块", 2)
        reported = ws.cases.load(info.id)
        assert info.is_old and (info.id, info.actor) == ("id1", "张工")
        assert reported.verdicts.row(0)["overlap_m2"] == 4 and reported.projects.areas_m2 == [40.5]
        assert reported.head.rules_sha256 == "ab" and reported.projects.geometries[0].area == 40.5
        with pytest.raises(InputError, match="earlier version"):
            ws.cases.sign(info, "张三", "", "zhang")
        assert migrate.version_of(ws._db) == migrate.steps()[-1][0]
        assert_intact(ws)
    assert [r[0] for r in raw(backup, "SELECT id FROM onemap_review ORDER BY id")] == [row[0] for row in rows]


def test_steps_of_the_schema_have_numbers_of_their_own():
    numbers = [version for version, _ in migrate.steps()]
    assert numbers == list(range(1, len(numbers) + 1))


def test_an_acceptance_that_ran_out_no_longer_counts(path):
    with Workspace.open(path) as ws:
        info = ws.cases.freeze("一期", frozen(), "zhang")
        ws.cases.override(info, [0, 1], replace(REASON, expires=TODAY), "zhang")
        assert (ws.cases.round("一期", 1).overrides, ws.cases.round("一期", 1).expired) == (2, 0)
    raw(path, "UPDATE onemap_override SET expires = '2026-01-01' WHERE finding = 0")
    with Workspace.open(path) as ws:
        assert (ws.cases.round("一期", 1).overrides, ws.cases.round("一期", 1).expired) == (1, 1)

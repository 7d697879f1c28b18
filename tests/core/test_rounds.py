"""Frozen rounds: bytes that depend on values only, identity of projects, the diff, and what overrides go on."""

from dataclasses import replace

import numpy as np
import pytest
import shapely
from onemap.plugin.core.errors import InputError
from onemap.plugin.core.review.round_parts import parts_of, round_of
from onemap.plugin.core.review.round_table import RoundTable, geometries_from_bytes, geometries_to_bytes
from onemap.plugin.core.review.rounds import InputChange, changed_inputs, geometry_hashes, summary
from onemap.plugin.core.review.rounds_diff import Cause, ChangeKind, DiffOptions, diff_rounds
from onemap.plugin.core.review.rounds_identity import Match, match_projects
from onemap.plugin.core.review.rounds_overrides import NotCarried, Override, accepted, carry_overrides
from onemap.tests.support.rounds_made import head, made, square


def kinds(diff):
    return {(c.project_key, c.line_id): (c.kind.value, c.cause.value) for c in diff.changes}


def test_a_round_comes_back_from_its_parts_with_the_same_bytes():
    frozen = made({"A": square(0), "B": None}, [("A", "YJJBNT", 12.5, "prohibit")])
    again = round_of(frozen.head, parts_of(frozen))
    assert parts_of(again) == parts_of(frozen)
    assert again.verdicts.column("overlap_m2")[0] == 12.5 and again.projects.geometries[1] is None
    assert again.head == type(frozen.head).from_json(frozen.head.to_json())


def test_equal_values_give_equal_bytes_and_no_number_stays_none():
    mixed = {"n": [1, True, None, float("nan")], "t": ["一"] * 4}
    table = RoundTable.of(mixed, 4)
    assert table.to_bytes() == RoundTable.from_bytes(table.to_bytes()).to_bytes()
    assert table.column("n") == [1, True, None, None] and table.column("n")[1] is True
    assert table.row(2) == {"n": None, "t": "一"}


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"\xff\xfe", b'{"count":1}'])
def test_what_is_no_table_is_refused(content):
    with pytest.raises(InputError):
        RoundTable.from_bytes(content)
    with pytest.raises(InputError):
        geometries_from_bytes(b"\x02" + content)


def test_geometries_come_back():
    shapes = np.array([square(0), None, shapely.Point(1, 2)], dtype=object)
    assert shapely.equals(geometries_from_bytes(geometries_to_bytes(shapes))[[0, 2]], shapes[[0, 2]]).all()


def test_a_hash_forgets_the_order_of_points_and_less_than_a_millimetre():
    one, moved = square(0), shapely.transform(square(0), lambda xy: xy + 0.0004)
    turned = shapely.Polygon(list(one.exterior.coords)[2:] + list(one.exterior.coords)[1:3])
    hashes = geometry_hashes([one, turned, moved, square(0.01), None])
    assert hashes[0] == hashes[1] == hashes[2] != hashes[3] and hashes[4] == ""


def test_projects_are_matched_by_key_then_geometry_then_overlap():
    before = made({"A": square(0), "B": square(300), "C": square(600), "D": square(900)}).projects
    after = made({"A": square(5000), "B2": square(300), "C2": square(604), "D2": square(950)}).projects
    pairs = [(p.before, p.after, p.match) for p in match_projects(before, after)]
    assert pairs == [
        (0, 0, Match.KEY),
        (1, 1, Match.GEOMETRY),
        (2, 2, Match.OVERLAP),
        (None, 3, None),
        (3, None, None),
    ]
    assert [p.match for p in match_projects(before, after, (Match.GEOMETRY,))].count(Match.GEOMETRY) == 1


def test_numbers_that_were_given_anew_name_no_project():
    before = made({"1": square(0), "2": square(300), "3": square(600), "4": square(900)}).projects
    after = made({"1": square(300), "2": square(0), "3": square(610), "4": square(900)}).projects
    found = {(p.before, p.after): p.match for p in match_projects(before, after)}
    ways = {(1, 0): Match.GEOMETRY, (0, 1): Match.GEOMETRY, (2, 2): Match.KEY, (3, 3): Match.KEY}
    assert found == ways


def test_feature_numbers_and_counters_are_no_keys():
    before = made({"fid 1": square(0), "fid 2": square(300), "X": square(600), "X#2": square(900)}).projects
    after = made({"fid 1": square(300), "fid 2": square(0), "X": square(900), "X#2": square(600)}).projects
    assert [(p.before, p.after) for p in match_projects(before, after)] == [(1, 0), (0, 1), (3, 2), (2, 3)]


def test_thousands_of_projects_on_one_another_stay_bounded():
    stack = {f"fid {n}": square(n * 0.002) for n in range(600)}
    moved = {f"fid {n}": square(n * 0.002 + 0.001) for n in range(600)}
    pairs = match_projects(made(stack).projects, made(moved).projects)
    assert len([p for p in pairs if p.match is Match.OVERLAP]) > 500


def test_the_kinds_of_change():
    names = "ABCDEFGH"
    projects = {name: square(300 * n) for n, name in enumerate(names)}
    before = made(
        projects,
        [(k, "YJJBNT", 50.0, "prohibit") for k in "ABCDE"] + [("G", "YJJBNT", 9.0, "consult")],
        {("H", "YJJBNT"): "failed"},
    )
    later = {k: v for k, v in projects.items() if k != "D"} | {"N": square(9000)}
    after = made(
        later,
        [("A", "YJJBNT", 20.0, "prohibit"), ("B", "YJJBNT", 50.4, "prohibit"), ("C", "YJJBNT", 80.0, "prohibit")]
        + [("F", "YJJBNT", 5.0, "prohibit"), ("N", "YJJBNT", 7.0, "prohibit"), ("G", "YJJBNT", 9.0, "prohibit")],
        {("E", "YJJBNT"): "not_checked", ("F", "STBHHX"): "failed", ("H", "YJJBNT"): "clear"},
    )
    diff = diff_rounds(before, after)
    assert {c.project_key: c.kind.value for c in diff.changes} == {
        "A": "reduced",
        "B": "unchanged",
        "C": "grown",
        "D": "absent",
        "E": "unknown",
        "F": "new",
        "G": "grown",
        "N": "new",
    }
    assert diff.lost == {"生态保护红线": 1} and diff.number(ChangeKind.NEW) == 2
    assert {c.project_key: c.change_m2 for c in diff.changes}["A"] == -30.0
    assert kinds(diff_rounds(before, after, DiffOptions(limit_m2=0.1)))["B", "YJJBNT"][0] == "grown"


def test_an_empty_round_and_a_round_without_a_line_are_unknown_not_resolved():
    before = made({"A": square(0)}, [("A", "YJJBNT", 5.0, "prohibit")])
    after = made({"A": square(0)})
    after.verdicts = RoundTable.of({}, 0)
    assert kinds(diff_rounds(before, after))["A", "YJJBNT"][0] == "unknown"
    assert diff_rounds(made({}), made({})).changes == []


def test_what_a_filter_of_the_later_round_hides_is_not_resolved():
    projects, line = {"A": square(0), "B": square(300)}, "YJJBNT"
    hits = [("A", line, 50.0, "prohibit"), ("B", line, 50.0, "prohibit")]

    def seen(view):
        known = head()
        return replace(known, inputs=tuple(replace(i, view=view if i.line_id == line else "") for i in known.inputs))

    less = [("B", line, 20.0, "prohibit")]
    for views, kinds in (
        (("", "TBBH = '2'"), {"unknown"}),
        (("TBBH = '1'", "TBBH = '2'"), {"unknown"}),
        (("TBBH = '2'", "TBBH = '2'"), {"resolved", "reduced"}),
        (("TBBH = '2'", ""), {"resolved", "reduced"}),
    ):
        before, after = (made(projects, h, base=seen(v)) for h, v in zip((hits, less), views))
        diff = diff_rounds(before, after)
        assert {change.kind.value for change in diff.changes} == kinds, views
        assert {change.cause.value for change in diff.changes} == {"data" if views[0] != views[1] else "none"}


def test_rules_and_data_are_told_apart():
    hit, less = [("A", "YJJBNT", 50.0, "prohibit")], [("A", "YJJBNT", 20.0, "prohibit")]
    one, moved = {"A": square(0)}, {"A": square(3)}
    before = made(one, hit)

    def cause(projects, **settings):
        return kinds(diff_rounds(before, made(projects, less, base=head(**settings))))["A", "YJJBNT"][1]

    assert cause(moved) == "data" and cause(one, layers="b") == "data"
    assert cause(one, rules="r2") == "rules" and cause(moved, rules="r2") == "both"
    assert cause(one, rules="r2", digests={"YJJBNT": "r1", "STBHHX": "r2"}) == "none"
    assert cause(one, SLIVER_AREA=5.0) == "rules" and cause(one, software="3") == "software"
    between = made(one, less, base=head(rules="r2"))
    settings = diff_rounds(before, made(moved, less, base=head(rules="r2")), DiffOptions(between=between)).changes[0]
    assert (settings.cause, settings.by_rules_m2, settings.by_data_m2) == (Cause.RULES, -30.0, 0.0)


def test_inputs_that_changed_are_named():
    before, after = head(layers="a"), head(layers="b")
    assert [(line, c) for _, line, c in changed_inputs(before, after)] == [
        ("YJJBNT", InputChange.CHANGED),
        ("STBHHX", InputChange.CHANGED),
    ]
    assert changed_inputs(before, before) == []


def test_the_summary_counts_projects_by_the_strictest_effect():
    frozen = made(
        {k: square(300 * n) for n, k in enumerate("ABCD")},
        [("A", "YJJBNT", 5, "conditional"), ("A", "STBHHX", 5, "prohibit"), ("B", "YJJBNT", 5, "conditional")],
        {("C", "YJJBNT"): "failed", ("D", "YJJBNT"): "not_checked"},
    )
    reported = summary(frozen)
    found = (reported.prohibited, reported.conditional, reported.failed, reported.clear, reported.not_checked)
    assert found == (1, 1, 1, 0, 1), "D is clear on one line and not checked on the other"
    unread = {("A", "YJJBNT"): "not_checked", ("B", "YJJBNT"): "failed", ("B", "STBHHX"): "failed"}
    assert summary(made({"A": square(0), "B": square(300)}, states=unread)).lines_not_checked == 1
    empty = made({"A": square(0)})
    empty.verdicts = RoundTable.of({}, 0)
    assert summary(empty).not_checked == 1 and summary(empty).clear == 0


def override(number, **changes):
    return Override(
        **{**dict(id=f"o{number}", round_id="r", finding=number, category="exception", reason="批文"), **changes},
        actor="zhang",
        at="",
    )


def test_overrides_go_on_only_where_geometry_and_rule_are_the_same():
    projects = {k: square(300 * n) for n, k in enumerate("ABCDE")}
    before = made(projects, [(k, "YJJBNT", 50.0, "prohibit") for k in "ABCDE"])
    later = {**projects, "B": square(303)}
    del later["C"]
    pieces = {"D": square(900, 1)}
    hits = [(k, "YJJBNT", 50.0, "prohibit", pieces.get(k, later[k])) for k in "ABDE"]
    overrides = [override(n) for n in range(4)] + [
        override(4, expires="2026-01-01"),
        override(0, id="w", withdrawn="x"),
    ]

    def steps(after):
        pairs = match_projects(before.projects, after.projects)
        reported = carry_overrides(overrides, before, after, pairs, "2026-11-27")
        return {s.override.id: s.finding if s.reason is None else s.reason for s in reported}

    assert steps(made(later, hits)) == {
        "o0": 0,
        "o1": NotCarried.GEOMETRY_CHANGED,
        "o2": NotCarried.PROJECT_GONE,
        "o3": NotCarried.GEOMETRY_CHANGED,
        "o4": NotCarried.EXPIRED,
    }
    assert steps(made(later, hits, base=head(rules="r2")))["o0"] is NotCarried.RULE_CHANGED


def test_accepted_findings_are_counted_apart():
    frozen = made({"A": square(0)}, [("A", "YJJBNT", 5, "prohibit"), ("A", "STBHHX", 5, "prohibit", square(1))])
    reported = accepted(frozen, [override(0), override(1, expires="2026-01-01")], "2026-11-27")
    assert (
        reported.findings == {0}
        and reported.verdicts == {("A", "YJJBNT")}
        and [o.id for o in reported.expired] == ["o1"]
    )
    assert frozen.verdicts.column("status").count("conflict") == 2


MIRROR = {"new": "resolved", "resolved": "new", "grown": "reduced", "reduced": "grown"}


def random_round(random):
    """A made-up round of a few projects on a row, some with made keys, with random findings and states."""
    projects, hits, states = {}, [], {}
    for n in sorted(random.choice(12, random.integers(0, 9), replace=False).tolist()):
        key = f"fid {n}" if random.random() < 0.3 else f"P{n}"
        projects[key] = square(300 * n + random.choice([0, 0, 4, 60]))
        for line in ("YJJBNT", "STBHHX"):
            chance = random.random()
            if chance < 0.4:
                effect = ["prohibit", "conditional", "consult"][random.integers(0, 3)]
                hits.append((key, line, float(random.choice([5.0, 5.4, 50.0])), effect))
            elif chance < 0.6:
                states[key, line] = ["failed", "not_checked"][random.integers(0, 2)]
    return made(projects, hits, states)


@pytest.mark.parametrize("seed", range(60))
def test_a_diff_looked_at_from_the_other_side_is_its_mirror(seed):
    random = np.random.default_rng(seed)
    one, other = random_round(random), random_round(random)
    there, back = diff_rounds(one, other), diff_rounds(other, one)
    places = [(p.before, p.after) for p in there.pairs]
    assert sorted(b for _, b in places if b is not None) == list(range(len(other.projects)))
    assert sorted(a for a, _ in places if a is not None) == list(range(len(one.projects)))
    if any(p.match is Match.OVERLAP for p in there.pairs):
        return  # which of two equal overlaps is taken may differ
    returned = {(c.project_key, c.key_before, c.line_id): c for c in back.changes}
    for change in there.changes:
        alone = not change.key_before or change.kind is ChangeKind.ABSENT
        if alone:
            continue
        duplicate = returned[change.key_before, change.project_key, change.line_id]
        assert duplicate.change_m2 == -change.change_m2
        stricter = change.effect_before != change.effect_after and change.kind.value in ("grown", "reduced")
        assert stricter or duplicate.kind.value == MIRROR.get(change.kind.value, change.kind.value)
    unknown = [c for c in there.changes if c.kind is ChangeKind.RESOLVED]
    assert all(c.status_after == "clear" for c in unknown), "only what was checked is resolved"


@pytest.mark.parametrize("seed", range(20))
def test_a_round_against_itself_has_nothing_but_unchanged(seed):
    frozen = random_round(np.random.default_rng(seed))
    diff = diff_rounds(frozen, frozen)
    assert {c.kind.value for c in diff.changes} <= {"unchanged"} and not diff.lost and not diff.inputs
    hit = [status in ("conflict",) for status in frozen.verdicts.column("status")]
    assert len(diff.changes) == sum(hit)

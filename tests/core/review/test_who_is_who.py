"""Which project is which in the next round, whose acceptance goes on, and which line a layer may hold: on the borders."""

from types import SimpleNamespace

import numpy as np
import pytest
import shapely
from onemap.plugin.core.review.catalogue import Catalogue
from onemap.plugin.core.review.matching import LayerName
from onemap.plugin.core.review.projects import Projects
from onemap.plugin.core.review.proposals import Hints, LayerFacts, Proposal, Why, preselected, propose
from onemap.plugin.core.review.rounds_identity import Match, match_projects
from onemap.plugin.core.review.rounds_overrides import Accepted, Override, accepted
from onemap.tests.support.rounds_made import made, square


def box(left, low, right, top):
    return shapely.box(500_000 + left, 3_350_000 + low, 500_000 + right, 3_350_000 + top)


def pairs(before, after, ways=tuple(Match)):
    return [(p.before, p.after, p.match) for p in match_projects(made(before).projects, made(after).projects, ways)]


@pytest.mark.parametrize("width, is_same", [(100, True), (90, True), (89.9, False), (111.1, True), (111.2, False)])
def test_nine_tenths_of_both_make_one_project(width, is_same):
    found = pairs(
        {"A": box(0, 0, 100, 100)}, {"B": box(0, 0, width, 100.01 if width == 100 else 100)}, (Match.OVERLAP,)
    )
    assert found == ([(0, 0, Match.OVERLAP)] if is_same else [(None, 0, None), (0, None, None)])


def test_the_better_overlap_is_taken_first_and_each_project_once():
    before = {"A": box(0, 0, 100, 100), "B": box(2, 0, 102, 100)}
    after = {"X": box(1.5, 0, 101.5, 100), "Y": box(0.5, 0, 100.5, 100)}
    assert pairs(before, after, (Match.OVERLAP,)) == [(1, 0, Match.OVERLAP), (0, 1, Match.OVERLAP)]
    assert pairs({"A": box(0, 0, 100, 100)}, after, (Match.OVERLAP,)) == [(None, 0, None), (0, 1, Match.OVERLAP)]


def test_a_project_among_many_on_one_spot_finds_the_one_most_like_it():
    crowd = {f"N{n}": box(0, 0, 100 + 9 * n, 100) for n in range(1, 12)}
    assert pairs({"A": box(0, 0, 100, 100.5)}, {**crowd, "B": box(0, 0, 100, 100)}, (Match.OVERLAP,))[11] == (
        0,
        11,
        Match.OVERLAP,
    )
    assert pairs({"A": None}, {"B": square(0)}, (Match.OVERLAP,)) == [(None, 0, None), (0, None, None)]


@pytest.mark.parametrize("key, is_name", [("A", True), ("fid 3", False), ("A#2", True), ("#2", True), ("A#x", True)])
def test_keys_that_a_person_gave(key, is_name):
    found = pairs({key: square(0)}, {key: square(5000)}, (Match.KEY,))
    assert (found[0] == (0, 0, Match.KEY)) == is_name


def test_keys_that_were_double_name_nobody():
    both = {"A": square(0), "A#2": square(500), "B": square(900)}
    assert pairs(both, both, (Match.KEY,)) == [
        (None, 0, None),
        (None, 1, None),
        (2, 2, Match.KEY),
        (0, None, None),
        (1, None, None),
    ]


# --- acceptance -------------------------------------------------------------------------------------------------------


def override(finding, **more):
    return Override(str(finding), "r", finding, "approved", "why", "wang", "2026-01-01", **more)


@pytest.mark.parametrize("day, holds", [("2026-05-31", True), ("2026-06-01", True), ("2026-06-02", False)])
def test_an_acceptance_holds_to_its_last_day(day, holds):
    one = override(0, expires="2026-06-01")
    assert one.active(day) == holds and one.expired(day) != holds
    assert override(0).active("9999-01-01") and not override(0, withdrawn="2026-01-02").active("2026-01-01")


def test_a_verdict_is_accepted_when_all_of_its_real_findings_are():
    frozen = made(
        {"A": square(0), "B": square(500)},
        [("A", "YJJBNT", 50.0, "prohibit"), ("A", "YJJBNT", 5.0, "prohibit"), ("B", "YJJBNT", 5.0, "prohibit")],
    )
    day = "2026-03-01"
    assert accepted(frozen, [], day) == Accepted()
    assert accepted(frozen, [override(0)], day).verdicts == frozenset()
    whole = accepted(frozen, [override(0), override(1), override(2, expires="2026-02-01")], day)
    assert (
        whole.verdicts == {("A", "YJJBNT")} and whole.findings == {0, 1} and [o.finding for o in whole.expired] == [2]
    )
    assert accepted(frozen, [override(2, withdrawn="x", expires="2026-02-01")], day) == Accepted()


def test_slivers_need_no_acceptance():
    frozen = made({"A": square(0)}, [("A", "YJJBNT", 50.0, "prohibit"), ("A", "YJJBNT", 0.5, "prohibit")])
    from onemap.plugin.core.review.round_table import RoundTable

    columns = {
        name: frozen.findings.column(name)
        for name in ("project_key", "line_id", "overlap_m2", "rule_id", "geometry_hash")
    }
    frozen.findings = RoundTable.of({**columns, "is_sliver": [False, True]}, 2)
    assert accepted(frozen, [override(0)], "2026-01-01").verdicts == {("A", "YJJBNT")}
    assert accepted(frozen, [override(1)], "2026-01-01").verdicts == frozenset()


# --- projects in chunks -----------------------------------------------------------------------------------------------


def test_features_within_reach_are_candidates_and_no_others():
    few = Projects(["A", "B"], [box(0, 0, 100, 100), box(1000, 0, 1100, 100)], [1.0, 1.0])
    boxes = np.array([shapely.bounds(b) for b in (box(100, 0, 200, 100), box(150, 0, 200, 100), box(1050, 50, 1060, 60))]
                     + [(np.nan,) * 4, (-np.inf, -np.inf, np.inf, np.inf)])  # fmt: skip
    assert sorted(zip(*(a.tolist() for a in few.candidates(boxes)))) == [(0, 0), (0, 4), (1, 2), (1, 4)]
    assert (0, 1) in zip(*(a.tolist() for a in few.candidates(boxes, 50.0))) and (0, 1) not in zip(
        *(a.tolist() for a in few.candidates(boxes, 49.9))
    )
    assert [len(a) for a in few.candidates(boxes[3:4])] == [0, 0]


def test_a_slanting_road_is_searched_strip_by_strip():
    road = shapely.LineString([(500_000, 3_350_000), (510_000, 3_360_000)]).buffer(5, cap_style="flat")
    one = Projects(["A"], [road], [1.0])
    on, beside = box(5000, 5000, 5010, 5010), box(2000, 8000, 2010, 8010)
    found = one.candidates(np.array([shapely.bounds(on), shapely.bounds(beside)]))
    assert found[1].tolist() == [0]
    every = shapely.get_coordinates(road)
    touching = np.hstack([every - 1e-7, every + 1e-7])
    assert set(one.candidates(touching)[1].tolist()) == set(range(len(every)))  # nothing of the road is missed


def test_chunks_cover_every_project_once_and_keep_neighbours_together():
    dice = np.random.default_rng(1)
    corners = dice.uniform(0, 100_000, (500, 2))
    shapes = shapely.box(corners[:, 0], corners[:, 1], corners[:, 0] + 10, corners[:, 1] + 10)
    chunks = Projects([str(n) for n in range(500)], shapes, np.ones(500)).chunks()
    assert (
        sorted(np.concatenate([c.index for c in chunks]).tolist()) == list(range(500)) and max(map(len, chunks)) <= 64
    )
    areas = [(c.bounds[2] - c.bounds[0]) * (c.bounds[3] - c.bounds[1]) for c in chunks]
    assert np.mean(areas) < 1e10 / len(chunks) * 1.5
    for chunk in chunks:
        assert shapely.equals(chunk.copies(), shapes[chunk.index]).all() and (np.diff(chunk.index) > 0).all()


# --- proposals --------------------------------------------------------------------------------------------------------

CATALOGUE = Catalogue([
    SimpleNamespace(id="ABC", name="生态红线", aliases=("abcd",), ysdm=("77",), geometry="polygon"),
    SimpleNamespace(id="XYZ", name="道路中心线", aliases=(), ysdm=(), geometry="any"),
])  # fmt: skip
HINTS = Hints.from_rows([
    {"line_id": "ABC", "kind": "name", "text": "红线"}, {"line_id": "ABC", "kind": "name", "text": "生态线"},
    {"line_id": "ABC", "kind": "field", "text": "stlx"}, {"line_id": "ABC", "kind": "field", "text": "stbh"},
    {"line_id": "ABC", "kind": "except", "text": "用地红线"}, {"line_id": "XYZ", "kind": "name", "text": "中线"},
])  # fmt: skip


def likeness(name, fields=(), geometry="polygon"):
    found = propose(LayerFacts(LayerName(name, ""), tuple(fields), geometry), {}, CATALOGUE, HINTS)
    return {p.line_id: (round(p.likeness, 4), [r.why for r in p.reasons]) for p in found}


def test_each_piece_of_evidence_has_its_weight():
    assert likeness("红线")["ABC"] == (0.8, [Why.HINT]) and likeness("生态线")["ABC"] == (0.82, [Why.HINT])
    assert likeness("一个生态红线图")["ABC"] == (0.85, [Why.HINT])
    assert likeness("new_abc_x", ["STLX"])["ABC"][1][0] in (Why.FIELD, Why.TOKEN)
    assert likeness("x1", ["stlx"])["ABC"] == (0.7, [Why.FIELD]) and likeness("x1", ["STLX", "stbh"])["ABC"] == (
        0.8,
        [Why.FIELD],
    )
    assert likeness("红线", ["stlx"])["ABC"] == (0.94, [Why.HINT, Why.FIELD])  # 1 - 0.2 x 0.3
    assert likeness("我的 abcd 红线", ["stlx", "stbh"])["ABC"] == (0.98, [Why.TOKEN, Why.HINT, Why.FIELD])
    assert likeness("用地红线") == {} and likeness("图层") == {}


def test_a_line_never_held_in_such_geometries_is_unlikely():
    assert likeness("红线", geometry="line")["ABC"][0] == 0.24 and likeness("中线", geometry="line")["XYZ"][0] == 0.8


def test_a_name_that_is_half_alike_is_a_weak_reason():
    assert likeness("道路中心")["XYZ"] == (round(0.3 + 0.35 * 8 / 9, 4), [Why.LIKENESS])
    assert "XYZ" not in likeness("道某某某某")


def test_what_is_preselected_is_likely_and_well_ahead():
    def of(*values):
        return preselected([Proposal(str(n), value, ()) for n, value in enumerate(values)])

    assert of(0.6) == "0" and of(0.59) == "" and of() == ""
    assert of(0.9, 0.75) == "0" and of(0.75, 0.5) == "0" and of(0.9, 0.85) == ""

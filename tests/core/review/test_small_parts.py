"""What a review says in its tables, remarks and reports: columns, shares, unread features, ranges of before, reports."""

from dataclasses import dataclass
from datetime import date, datetime
from types import SimpleNamespace

import numpy as np
import pytest
import shapely
from onemap.plugin.core.errors import CatalogueError
from onemap.plugin.core.land.input_check import CheckItem, CheckState, InputCheck
from onemap.plugin.core.messages import message
from onemap.plugin.core.review.catalogue import Catalogue
from onemap.plugin.core.review.control_source import ArraySource, HeldFeatures, Nearby
from onemap.plugin.core.review.findings import Finding, InputInfo, Verdict
from onemap.plugin.core.review.held_near import _lies_in
from onemap.plugin.core.review.line_check import LineTask
from onemap.plugin.core.review.report_data import ProjectInfo, ReviewReport
from onemap.plugin.core.review.result_tables import ResultTable, share_pct, verdict_table
from onemap.plugin.core.review.round_parts import parts_of, round_of, round_of_range
from onemap.plugin.core.review.rounds_diff import ChangeKind
from onemap.plugin.core.review.rounds_identity import Match
from onemap.plugin.core.review.rounds_report_data import RoundsReport
from onemap.plugin.core.review.run import unique_keys
from onemap.plugin.core.review.unread import UnreadNear
from onemap.tests.support.rounds_made import made, square

# --- tables -----------------------------------------------------------------------------------------------------------


def verdicts(*rows):
    """(project, status, effect, m²) as a ResultTable of Verdict."""
    keys, status, effect, area = (np.array(column, dtype=object) for column in zip(*rows))
    columns = {"project_key": keys, "line_id": "L", "line_name": "线", "status": status, "effect": effect,
               "overlap_m2": area.astype(float), "share_pct": 0.0, "pieces": 1, "slivers": 0, "sliver_m2": 0.0,
               "law": "", "rules_sha256": ""}  # fmt: skip
    return verdict_table(columns, len(rows))


TABLE = verdicts(
    ("P1", "conflict", "prohibit", 1234.5), ("P2", "clear", "prohibit", 0.0), ("P3", "involved", "notice", 6.0)
)


def test_rows_columns_and_what_follows_from_them():
    assert len(TABLE) == 3 and TABLE[1].project_key == "P2" and TABLE[-1].status == "involved"
    with pytest.raises(IndexError):
        TABLE[3]
    assert [v.project_key for v in TABLE] == ["P1", "P2", "P3"] and [v.line_id for v in TABLE] == ["L"] * 3
    assert TABLE.column("line_name") == ["线"] * 3 and TABLE.array("line_name").tolist() == ["线"] * 3
    assert TABLE.column("overlap_ha") == [0.1235, 0.0, 0.0006] and TABLE.column("overlap_mu") == [1.85, 0.0, 0.01]
    assert TABLE.column("conclusion") == [v.conclusion for v in TABLE]
    assert TABLE.array("overlap_m2").tolist() == [1234.5, 0.0, 6.0]


@dataclass
class Row:
    a: int = 0
    b: int = 0


@pytest.mark.parametrize("order", ["ab", "ba"])
def test_a_table_without_a_column_keeps_the_others(order):
    columns = {"a": np.array([1, 2]), "b": np.array([3, 4])}
    whole = ResultTable(Row, 2, {name: columns[name] for name in order})
    assert list(whole) == [Row(1, 3), Row(2, 4)]
    less = whole.without("a")
    assert len(less) == 2 and list(less) == [Row(b=3), Row(b=4)]


@pytest.mark.parametrize(
    "part, whole, share",
    [
        (0, 100, 0),
        (50, 100, 50),
        (1, 3, 33.3333),
        (2, 3, 66.6667),
        (100, 100, 100),
        (101, 100, 100),
        (5, 0, 0),
        (5, -1, 0),
    ],
)
def test_shares_have_four_decimals_and_never_exceed_the_whole(part, whole, share):
    assert share_pct(np.array([float(part)]), np.array([float(whole)])).tolist() == [share]


# --- keys, catalogue, sources -----------------------------------------------------------------------------------------


def test_keys_are_unique_and_say_which_were_double():
    assert unique_keys(["A", "A#2", "A", None, " ", 7], range(6)) == (["A", "A#2", "A#3", "fid 3", "fid 4", "7"], ["A"])
    assert unique_keys(["A", "A", "A"], [1, 2, 3]) == (["A", "A#2", "A#3"], ["A"])
    assert unique_keys([], []) == ([], [])


def test_a_catalogue_refuses_double_ids_and_unknown_fields():
    row = {"id": "L", "name": "线", "theme": "t", "effect": "prohibit", "geometry": "polygon"}
    from dataclasses import MISSING, fields

    from onemap.plugin.core.review.catalogue import ControlLine

    needed = [f.name for f in fields(ControlLine) if f.default is MISSING and f.default_factory is MISSING]
    row = {name: row.get(name, "x") for name in needed}
    row |= {"id": "L", "name": "线", "aliases": ["Line"]}
    one = Catalogue.from_rows([row])
    assert one.get("L").aliases == ("Line",) and one.by_alias(" LINE ") == one.by_alias("线") == [one.get("L")]
    assert one.by_alias("x?") == [] and one.by_ysdm("1") == []
    for wrong in ([row, row], [{**row, "colour": "red"}]):
        with pytest.raises(CatalogueError):
            Catalogue.from_rows(wrong)


def test_features_in_memory_answer_for_the_rows_that_are_near():
    shapes = np.array([square(0), square(1000), None, square(1010)], dtype=object)
    boxes = np.array([shapely.bounds(s) if s else shapely.bounds(square(1005)) for s in shapes])
    held = HeldFeatures([1, 2, 3, 4], shapes, ["a", "b", "c", "d"], {"R": np.array([True, False, True, True])}, boxes,
                        {"H": np.array([10.0, 20.0, 30.0, 40.0])})  # fmt: skip
    source = ArraySource("图层", held, ["R", "H"], "2026-01-01")
    near = source.near(shapely.bounds(square(1001)))
    rows = np.arange(3)
    assert near.fids.tolist() == [2, 3, 4] and not source.is_empty and source.changed() == ""
    assert near.mask(rows, "R").tolist() == [False, True, True] and near.mask(rows, "other").tolist() == [True] * 3
    assert near.numbers(rows, "H").tolist() == [20, 30, 40] and np.isnan(near.numbers(rows, "R")).all()
    assert near.labels(rows) == ["b", "c", "d"] and near.unread(rows).tolist() == ["", "图层 #3", ""]
    assert near.geometries(np.array([2]))[0] == shapes[3] and near.geometries_or_windows(rows)[1] == {}
    bare = ArraySource("x", HeldFeatures([1], shapes[:1]), [])
    assert bare.near(shapely.bounds(shapes[0])).labels(np.array([0])) == [""]
    assert ArraySource("x", HeldFeatures([], shapes[:0]), []).is_empty
    plain = Nearby(np.array([1]), np.zeros((1, 4)))
    assert (
        plain.unread(rows).tolist() == [""] * 3 and np.isnan(plain.areas(rows)).all() and plain.labels(rows) == [""] * 3
    )


# --- unread features --------------------------------------------------------------------------------------------------


def test_features_that_could_not_be_read_are_named_once_and_three_at_most():
    unread = UnreadNear(4)
    unread.note([0, 0, 1, 1, 1, 1], ["b", "a", "w", "x", "y", "z"])
    unread.note([0], ["a"])
    unread.note([3, 3, 3], ["p", "q", "r"])
    reasons = unread.reasons()
    assert unread.projects.tolist() == [True, True, False, True] and reasons[2] == ""
    named = {0: "a, b", 1: "w, x, y …", 3: "p, q, r"}
    assert {at: reasons[at] for at in named} == {
        at: message("features_unread_near", features=names) for at, names in named.items()
    }


def test_an_input_of_which_nothing_was_counted_has_no_features():
    bare = InputInfo("control_line", "YJJBNT", "x.gpkg", status="failed")
    counts = (bare.feature_count, bare.used_count, bare.checked_count, bare.repaired_count, bare.skipped_count)
    assert counts == (0, 0, 0, 0, 0)


def test_what_narrows_a_layer_is_its_view_and_nothing_else_is():
    check = InputCheck()
    assert InputInfo("control_line", "YJJBNT", "x.gpkg", check=check).view == ""
    check.add(CheckItem.ENCODING, CheckState.REMARK, "encoding_other", where="not a filter")
    check.add(CheckItem.COUNT, CheckState.REMARK, "layer_filtered", where="DLBM LIKE '01%'")
    check.add(CheckItem.COUNT, CheckState.REMARK, "layer_unsaved")
    assert InputInfo("control_line", "YJJBNT", "x.gpkg", check=check).view == "DLBM LIKE '01%'; layer_unsaved"


# --- rounds -----------------------------------------------------------------------------------------------------------


def test_a_round_comes_back_from_its_parts():
    frozen = made({"A": square(0), "B": square(500)}, [("A", "YJJBNT", 50.0, "prohibit")])
    parts = parts_of(frozen)
    again = round_of(frozen.head, parts)
    assert parts_of(again) == parts and again.projects.keys == ["A", "B"] and again.rule_files == frozen.rule_files
    assert again.geometries[0] == frozen.geometries[0] and again.projects.geometries[1] == square(500)
    assert again.findings.column("overlap_m2") == [50.0]
    del parts["finding_geometries"]
    assert round_of(frozen.head, parts).geometries is None and "finding_geometries" not in parts_of(
        round_of(frozen.head, parts)
    )


def test_a_drawn_range_of_before_becomes_a_round():
    inputs = {
        "range": {"type": "Point", "coordinates": [120.0, 30.0]},
        "date": "2025-01-02",
        "rules": {"name": "national", "version": 3, "sha256": "abc"},
        "layers": [{"line": "YJJBNT", "name": "农田", "role": "control_line", "date": None}, {"line": "X", "name": "n", "role": "r", "date": "2024"}],
        "sliver_m2": 2.5,
    }  # fmt: skip
    rows = [
        {
            "line": "YJJBNT",
            "status": "conflict",
            "effect": "prohibit",
            "overlap_m2": 5.0,
            "share_pct": 1.0,
            "reason": "r",
        },
        {"line": "X"},
    ]
    found = round_of_range(inputs, {"area_m2": 12, "verdicts": rows})
    assert (
        found.projects.keys == ["1"]
        and found.projects.areas_m2 == [12.0]
        and found.projects.geometries[0] == shapely.Point(120, 30)
    )
    assert found.verdicts.column("line_id") == found.verdicts.column("line_name") == ["YJJBNT", "X"]
    assert found.verdicts.column("status") == ["conflict", ""] and found.verdicts.column("project_key") == ["1", "1"]
    assert found.verdicts.column("reason") == ["r", ""] and len(found.findings) == 0 and found.geometries is None
    head = found.head
    assert (head.review_date, head.rules_name, head.rules_version, head.rules_sha256) == (
        "2025-01-02",
        "national",
        "3",
        "abc",
    )
    assert head.parameters == {"SLIVER_AREA": 2.5}
    assert [(i.line_id, i.date, i.source) for i in head.inputs] == [("YJJBNT", "", ""), ("X", "2024", "")]
    bare = round_of_range({}, {})
    assert bare.projects.geometries[0] is None and len(bare.verdicts) == 0 and bare.projects.areas_m2 == [0.0]


# --- reports ----------------------------------------------------------------------------------------------------------


def report(*rows):
    said = [Verdict(key, "L", "线", status, effect, area, 0.0, 1, 0, 0.0, "", "") for key, status, effect, area in rows]
    keys = dict.fromkeys(row[0] for row in rows)
    return ReviewReport("t", datetime(2026, 1, 1), date(2026, 1, 1), "r", "1", "h", "p", "s", 1.0,
                        [ProjectInfo(key, key, 10.0) for key in keys], said, [], [], [], [], [])  # fmt: skip


def test_projects_come_strictest_effect_first_then_by_the_largest_overlap():
    one = report(("A", "conflict", "conditional", 900.0), ("B", "conflict", "prohibit", 5.0), ("C", "conflict", "prohibit", 6.0),
                 ("D", "involved", "notice", 1.0), ("E", "clear", "prohibit", 0.0), ("A", "involved", "consult", 999.0),
                 ("F", "involved", "consult", 1.0))  # fmt: skip
    assert one.conflicting_keys() == ["C", "B", "A"] and one.touched_keys() == ["C", "B", "A", "F", "D"]
    assert [v.overlap_m2 for v in one.verdicts_of("A")] == [900.0, 999.0] and one.verdicts_of("Z") == []
    assert [s.project_key for s in one.summaries()] == list("ABCDEF")
    both = report(
        ("A", "conflict", "prohibit", 1.0), ("B", "conflict", "prohibit", 2.0), ("A", "conflict", "prohibit", 3.0)
    )
    assert both.conflicting_keys() == ["A", "B"]  # the larger of two overlaps counts


def test_a_report_of_two_rounds_counts_its_pairs():
    ways = list(Match)
    pairs = [SimpleNamespace(before=0, after=0, match=ways[0]), SimpleNamespace(before=None, after=1, match=ways[1]),
             SimpleNamespace(before=2, after=None, match=ways[1]), SimpleNamespace(before=None, after=3, match=ways[1])]  # fmt: skip
    kind = next(iter(ChangeKind))
    diff = SimpleNamespace(pairs=pairs, number=lambda asked: 7 if asked is kind else 0)
    one = RoundsReport("case", None, None, diff, 1.0, "s")
    assert (one.added, one.gone, one.matched(ways[0]), one.matched(ways[1]), one.number(kind)) == (2, 1, 1, 3, 7)


def test_a_finding_in_hectares_and_mu():
    values = dict.fromkeys(Finding.__dataclass_fields__, "")
    one = Finding(**{**values, "overlap_m2": 1234.5})
    assert (one.overlap_ha, one.overlap_mu) == (0.1235, 1.85)


def test_heights_of_projects_are_those_of_the_rule_and_unknown_without():
    task = LineTask("JC", "机场净空", [], project_heights={"JC-1": np.array([10.0, 20.0, np.nan])})
    index = np.array([1, 0])
    assert task.heights("JC-1", index).tolist() == [20.0, 10.0]
    assert np.isnan(task.heights("JC-2", index)).all()


@pytest.mark.parametrize("edge", range(4))
def test_a_range_is_held_only_while_it_lies_within_what_was_read(edge):
    outer = (0.0, 10.0, 20.0, 30.0)
    grown = list(outer)
    grown[edge] += 0.1 if edge >= 2 else -0.1
    assert _lies_in(outer, outer) and not _lies_in(tuple(grown), outer)
    assert _lies_in(outer, tuple(grown))

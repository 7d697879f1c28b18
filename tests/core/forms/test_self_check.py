"""Each kind of self-check item on its border: what stops a project, what warns, what is not judged at all."""

from types import SimpleNamespace

import numpy as np
import pytest
import shapely
from onemap.plugin.core import messages
from onemap.plugin.core.errors import CatalogueError
from onemap.plugin.core.forms.self_check import (
    CheckItem,
    ItemResult,
    Level,
    Outcome,
    Problem,
    SelfCheckResult,
    items_of,
    judged,
    read_items,
)
from onemap.plugin.core.forms.self_check_kinds import KINDS, ControlEvidence, Subject, drawn_m2, known_values, on_plane

TITLES = {"area_m2": "用地面积", "materials": "材料", "land_use": "地类", "county": "县"}
FORM = SimpleNamespace(id="f", keys=tuple(TITLES), field=lambda key: SimpleNamespace(title=TITLES[key]))
SITE = shapely.box(119.1, 30.1, 119.101, 30.101)  # about a hectare
BOW = shapely.Polygon([(119.1, 30.1), (119.2, 30.2), (119.2, 30.1), (119.1, 30.2)])


def subject(shape=SITE, values=None, **more):
    return Subject(FORM, values or {}, shape, more.pop("county", "330110"), **more)


def found(kind, one, **params):
    problem = KINDS[kind](one, params)
    return problem and (problem.code, dict(problem.params))


# --- geometry ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "shape",
    [
        None,
        shapely.Point(119, 30),
        shapely.LineString([(119, 30), (119.1, 30)]),
        shapely.Polygon(),
        shapely.Polygon([(119, 30), (119.1, 30.1), (119, 30)]),
        shapely.Polygon([(119, 30), (np.inf, 30), (119, 31)]),
    ],
)
def test_what_has_no_area_is_no_polygon_and_nothing_else_is_asked_of_it(shape):
    one = subject(shape, {"area_m2": 5.0})
    assert found("polygon", one) == ("selfcheck_polygon_found", {})
    assert found("valid", one) is found("inside", one) is found("control_check", one) is None
    assert found("area", one, field="area_m2") is None


def test_a_polygon_that_crosses_itself_is_one_and_says_why_it_is_not_valid():
    assert found("polygon", subject(BOW)) is None
    code, params = found("valid", subject(BOW))
    assert code == "selfcheck_valid_found" and params["reason"] == "The boundary crosses itself"
    assert found("polygon", subject()) is found("valid", subject()) is None


def test_an_area_is_measured_on_the_plane_of_its_middle():
    moved, plane = on_plane(shapely.box(118.6, 30.0, 121.3, 30.1))
    assert plane.to_epsg() == 4549 and shapely.bounds(moved)[0] < 500_000 < shapely.bounds(moved)[2]
    assert drawn_m2(SITE) == pytest.approx(96_461 * 110_861 * 1e-6, rel=1e-3)


def strip_over_the_border(metres):
    return subject(shapely.box(119.1, 30.1, 119.101 + metres / 96_461, 30.101), district=SITE)


def test_a_strip_no_wider_than_the_tolerance_may_lie_outside():
    assert found("inside", strip_over_the_border(0)) is found("inside", strip_over_the_border(0.9)) is None
    code, params = found("inside", strip_over_the_border(1.2))
    assert code == "selfcheck_inside_found" and params["county"] == "330110"
    assert params["area"] == pytest.approx(1.2 * 110.86, rel=0.01)
    assert found("inside", strip_over_the_border(1.8), tolerance_m=2.0) is None
    assert found("inside", strip_over_the_border(0.6), tolerance_m=0.5)[0] == "selfcheck_inside_found"


def test_a_county_without_a_boundary_leaves_the_place_unknown():
    problem = KINDS["inside"](subject(), {})
    assert problem.is_unknown and problem.code == "selfcheck_inside_unknown" and problem.params == {"county": "330110"}
    assert not KINDS["inside"](strip_over_the_border(5), {}).is_unknown


# --- area -------------------------------------------------------------------------------------------------------------


def stated(value, **params):
    return found("area", subject(values={"area_m2": value}), field="area_m2", **params)


def test_a_stated_area_is_the_drawn_one_within_the_tolerance():
    drawn = drawn_m2(SITE)
    assert stated(drawn) is stated(drawn + 0.99) is stated(drawn - 0.99) is None
    assert stated(round(drawn + 3, 2)) == (
        "selfcheck_area_found",
        {"field": "用地面积", "drawn": drawn, "stated": round(drawn + 3, 2), "off": pytest.approx(3, abs=0.01)},
    )
    assert stated(drawn - 3)[1]["off"] == pytest.approx(-3)
    assert stated(drawn + 1.4, abs_m2=1.5) is None and stated(drawn + 1.6, abs_m2=1.5) is not None
    assert (
        stated(drawn * 1.009, rel=0.01) is None and stated(drawn * 1.011, rel=0.01) is not None
    )  # the larger one counts
    assert stated(int(drawn)) is None


@pytest.mark.parametrize("value", [None, "", "10000", True])
def test_an_area_that_is_no_number_is_missing(value):
    assert stated(value) == ("selfcheck_area_missing", {"field": "用地面积", "drawn": drawn_m2(SITE)})


def test_a_form_without_the_field_is_not_asked_for_an_area():
    assert found("area", subject(), field="other") is None


def test_a_bow_tie_is_measured_as_its_two_halves():
    assert found("area", subject(BOW, {"area_m2": drawn_m2(shapely.make_valid(BOW))}), field="area_m2") is None


# --- values, codes, materials -----------------------------------------------------------------------------------------


def test_wrong_values_are_counted_and_the_first_is_named():
    assert found("values", subject()) is None
    first, other = SimpleNamespace(field="county", message="不对"), SimpleNamespace(field="geometry", message="x")
    assert found("values", subject(errors=(first, other))) == (
        "selfcheck_values_found",
        {"count": 2, "field": "县", "error": "不对"},
    )
    assert found("values", subject(errors=(other,)))[1] == {"count": 1, "field": "geometry", "error": "x"}


def test_a_record_bears_the_code_of_its_county_or_of_a_place_within():
    def code(value, county="330110"):
        return found("codes", subject(values={"county": value}, county=county), county="county")

    assert code("330110") is code("330110105") is code("") is code(None) is None
    assert code("330111") == ("selfcheck_codes_county", {"value": "330111", "county": "330110"})
    assert code("330111", "330100") is None and code("330211", "330100") is not None
    assert found("codes", subject(values={"county": "330111"})) is None  # nobody asks


def test_a_land_class_is_a_code_or_a_name_of_the_dictionary():
    def land(value, key="land_use"):
        return found("codes", subject(values={key: value}), dictionaries={key: "landuse"})

    names = known_values("landuse")
    a_code = min((word for word in names if word.isdigit() and len(word) == 4), key=str)
    a_name = next(word for word in sorted(names) if not word.isascii())
    assert land(a_code) is land(f" {a_name} ") is land(a_code.ljust(6, "0")) is land("") is land(None) is None
    assert land("随便") == ("selfcheck_codes_found", {"field": "地类", "value": "随便"})
    assert land(a_code + "0") is not None and land("随便", "unknown_field") is None


def test_materials_are_attached_and_kept():
    def files(names, missing=(), **params):
        one = subject(values={"materials": names}, missing=missing)
        return found("materials", one, field="materials", **params)

    assert files(["a"]) is files(["a", "b"], at_least=2) is None
    assert files([]) == files(None) == ("selfcheck_materials_found", {"field": "材料", "count": 0, "least": 1})
    assert files(["a"], at_least=2)[1] == {"field": "材料", "count": 1, "least": 2}
    assert files(["a"], ("a.pdf", "b.pdf")) == ("selfcheck_materials_missing", {"files": "a.pdf、b.pdf"})
    assert files(list("abcdef"), tuple("abcde"))[1] == {"files": "a、b、c、d、e"}
    assert files(list("abcdef"), tuple("abcdef"))[1] == {"files": "a、b、c、d、e…"}  # five are named
    assert found("materials", subject(), field="other") is None


# --- the county's own check -------------------------------------------------------------------------------------------

EVIDENCE = ControlEvidence(
    "审查 1",
    {"prohibited": ("基本农田", "红线"), "consult": (), "failed": ("边界",)},
    frozenset({"YJJBNT"}),
    {"STBHHX": "生态保护红线"},
    {"prohibited": "禁止"},
)


def test_a_polygon_needs_a_check_of_its_own():
    assert found("control_check", subject()) == ("selfcheck_control_check_found", {})
    assert found("control_check", subject(evidence=EVIDENCE)) is None


def test_without_a_check_its_contents_are_not_asked_about():
    one = subject()
    assert found("control_inputs", one) is found("control_lines", one, lines=["YJJBNT"]) is None
    assert found("control_verdicts", one, conclusions=["prohibited"]) is None


def test_lines_that_nobody_looked_at_are_named():
    one = subject(evidence=EVIDENCE)
    assert found("control_lines", one, lines=["YJJBNT"]) is found("control_lines", one, lines=[]) is None
    assert found("control_lines", one, lines=["YJJBNT", "STBHHX", "ZX"]) == (
        "selfcheck_control_lines_found",
        {"lines": "生态保护红线、ZX", "round": "审查 1"},
    )


def test_conclusions_are_named_with_their_lines():
    one = subject(evidence=EVIDENCE)
    assert found("control_verdicts", one, conclusions=["consult", "not_checked"]) is None
    assert found("control_verdicts", one, conclusions=["prohibited", "consult", "failed"]) == (
        "selfcheck_control_verdicts_found",
        {"lines": "禁止: 基本农田、红线; failed: 边界", "round": "审查 1"},
    )


def test_layers_that_changed_stop_and_those_that_cannot_be_read_leave_it_unknown():
    def inputs(**layers):
        return KINDS["control_inputs"](subject(evidence=ControlEvidence("r", **layers)), {})

    assert inputs() is None
    changed = inputs(changed=("a",), unproven=("b",))
    assert (changed.code, changed.is_unknown) == ("selfcheck_control_inputs_found", False)
    assert changed.params == {"layers": "a", "round": "r"}
    unproven = inputs(unproven=("b",))
    assert (unproven.code, unproven.is_unknown) == ("selfcheck_control_inputs_unknown", True)
    assert unproven.params == {"layers": "b", "round": "r"}


# --- what an item comes to --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "level, unknown, problem, outcome",
    [
        (Level.RIGID, Outcome.FAILED, None, Outcome.PASSED),
        (Level.SOFT, Outcome.FAILED, None, Outcome.PASSED),
        (Level.RIGID, Outcome.WARNED, Problem("x"), Outcome.FAILED),
        (Level.RIGID, Outcome.WARNED, Problem("x", is_unknown=True), Outcome.WARNED),
        (Level.RIGID, Outcome.FAILED, Problem("x", is_unknown=True), Outcome.FAILED),
        (Level.SOFT, Outcome.FAILED, Problem("x"), Outcome.WARNED),
        (Level.SOFT, Outcome.FAILED, Problem("x", is_unknown=True), Outcome.WARNED),
    ],
)
def test_what_an_item_comes_to(level, unknown, problem, outcome):
    result = judged(CheckItem("A", "polygon", level, unknown), problem)
    assert result.outcome is outcome and result.problem is problem


def test_one_failed_item_stops_the_record_and_everything_is_reported():
    item = CheckItem("A", "polygon", Level.RIGID)
    passed, warned = (
        ItemResult(item, Outcome.PASSED),
        ItemResult(CheckItem("B", "valid", Level.SOFT), Outcome.WARNED, Problem("b")),
    )
    assert SelfCheckResult((passed, warned)).is_passed and SelfCheckResult().is_passed
    failed = ItemResult(CheckItem("C", "area", Level.RIGID), Outcome.FAILED, Problem("selfcheck_polygon_found"))
    whole = SelfCheckResult((passed, warned, failed), "r 1")
    assert not whole.is_passed and whole.of(Outcome.WARNED) == [warned]
    assert whole.reported() == {
        "items": {"A": "passed", "B": "warned", "C": "failed"},
        "problems": {"B": "b", "C": "selfcheck_polygon_found"},
        "evidence": "r 1",
    }
    assert failed.message == messages.text("selfcheck_polygon_found") and passed.message == ""
    assert item.title != item.advice and "{" not in item.title + item.advice


def test_items_are_read_from_what_is_declared():
    (item,) = read_items(
        [{"code": "A", "kind": "area", "level": "soft", "unknown": "warn", "params": {"field": "x"}}], "f"
    )
    assert item == CheckItem("A", "area", Level.SOFT, Outcome.WARNED, {"field": "x"})
    assert read_items([{"code": "A", "kind": "area", "level": "rigid"}], "f")[0].unknown is Outcome.FAILED
    for wrong in (
        {"code": "A", "kind": "area"},
        {"kind": "area", "level": "soft"},
        {"code": "A", "kind": "area", "level": "x"},
        5,
    ):
        with pytest.raises(CatalogueError):
            read_items([wrong], "f")


def test_which_items_a_form_has():
    def of(form_id, **schema):
        return items_of(SimpleNamespace(id=form_id, schema=schema))

    assert of("own_form") == of("project_site", **{"x-self-check": None}) == ()
    shipped = of("project_site")
    assert len(shipped) > 5 and of("project_site", other=1) == shipped
    assert of("own_form", **{"x-self-check": [{"code": "A", "kind": "area", "level": "soft"}]})[0].code == "A"
    with pytest.raises(CatalogueError):
        of("own_form", **{"x-self-check": "no_such_file"})

"""A whole run: advice that really complies, how buildings stand, the made-up town."""

import numpy as np
import pytest
import shapely
from onemap.plugin.core.heights.buildings import RawBuilding, make_buildings
from onemap.plugin.core.heights.limits import Limit, LimitKind, check_limits
from onemap.plugin.core.heights.parcels import Condition, Ground, Parcel
from onemap.plugin.core.heights.results import building_results, findings
from onemap.plugin.core.heights.run import Design, Watch, run_design
from onemap.plugin.core.heights.settings import default_settings
from onemap.plugin.core.heights.sights import Eye, Target, make_view
from onemap.plugin.core.heights.surfaces import Flat
from onemap.plugin.core.heights.wording import advice_text, reason_text
from onemap.plugin.core.sample.county import make_county
from onemap.plugin.core.sample.town import COUNT, make_town

SETTINGS = default_settings()


def design(*rows, limits=(), views=(), watches=()):
    shapes = np.array([row[0] for row in rows], dtype=object)
    raw = [RawBuilding(height=row[1], base=row[2]) for row in rows]
    buildings = make_buildings(
        range(1, len(rows) + 1), [f"B{n}" for n in range(1, len(rows) + 1)], shapes, raw, SETTINGS
    )
    return Design(
        buildings, list(limits), list(views), [], Ground(lambda shapes: shapely.area(shapes)), list(watches), SETTINGS
    )


def view():
    return make_view(Eye("亭", 0.0, 0.0, 11.6), Target("塔", shapely.Point(1200, 0), 35.0), SETTINGS)


def test_advice_complies_and_leaves_the_neighbours_alone():
    one = design((shapely.box(400, -5, 420, 5), 16.8, 9.0), (shapely.box(400, 6, 420, 30), 10.0, 9.0), views=[view()])
    found = findings(run_design(one))[0]
    assert advice_text(found, "zh") == "降低 6.4 米，或向南移 15.0 米"
    assert (found.lower_m, found.move_m, found.move_to) == (6.4, 15.0, "south")
    for change in (
        (shapely.box(400, -5, 420, 5), 16.8 - found.lower_m, 9.0),
        (shapely.box(400, -20, 420, -10), 16.8, 9.0),
    ):
        assert not run_design(design(change, views=[view()])).checks.is_broken.any()


def test_how_buildings_stand():
    zone = Limit(LimitKind.ZONE, "分区", shapely.box(0, 0, 100, 100), Flat(24.0), False, "第8条")
    blind = Limit(LimitKind.ZONE, "无值", shapely.box(0, 200, 100, 300), None, False, reason="heights_zone_no_limit")
    rows = [(shapely.box(0, 0, 9, 9), 30.0, 0.0), (shapely.box(20, 0, 29, 9), 20.0, None), (shapely.box(40, 0, 49, 9), None, 0.0),
            (shapely.box(500, 0, 509, 9), 90.0, 0.0), (shapely.box(10, 210, 19, 219), 5.0, 0.0), (None, 5.0, 0.0)]  # fmt: skip
    outcome = run_design(design(*rows, limits=[zone, blind]))
    stand = [(b.status, b.allowed_m, b.margin_m) for b in building_results(outcome)]
    assert stand[:4] == [
        ("conflict", 24.0, -6.0),
        ("clear", 24.0, 4.0),
        ("not_checked", 24.0, None),
        ("no_limit", None, None),
    ]
    assert [status for status, *_ in stand[4:]] == ["not_checked", "not_checked"]
    reasons = [reason_text(b.reason, "en") for b in building_results(outcome)]
    assert (
        "no height and no floors" in reasons[2]
        and "without a readable limit" in reasons[4]
        and "footprint" in reasons[5]
    )
    assert findings(outcome)[0].clause == "第8条" and findings(outcome)[0].share_pct == 100.0


def test_a_building_across_zones_is_bound_by_each_as_far_as_it_lies_in_it():
    """Half in a zone of 24 m and half in one of 12 m; its neighbour touches their border only, the next lacks a setback
    besides."""
    zones = [Limit(LimitKind.ZONE, name, shapely.box(left, 0, left + 100, 100), Flat(height), False)
             for name, left, height in (("一区", 0, 24.0), ("二区", 100, 12.0))]  # fmt: skip
    rows = [
        (shapely.box(90, 0, 110, 10), 20.0, 0.0),
        (shapely.box(80, 50, 100, 60), 20.0, 0.0),
        (shapely.box(150, 2, 160, 12), 15.0, 0.0),
    ]
    one = design(*rows, limits=zones)
    one.parcels.append(Parcel("甲", shapely.box(120, 0, 200, 100), {Condition.SETBACK: 5.0}))
    outcome = run_design(one)
    stand = [(b.status, b.allowed_m, b.binding_name, b.checked, b.broken) for b in building_results(outcome)]
    assert stand == [("conflict", 12.0, "二区", 2, 1), ("clear", 24.0, "一区", 1, 0), ("conflict", 12.0, "二区", 2, 2)]
    shares = {
        (f.rule_name, f.building_key): f.share_pct for f in findings(outcome) if f.unit == "m" and f.rule == "zone"
    }
    assert shares == {("二区", "B1"): 50.0, ("二区", "B3"): 100.0}


def test_advice_of_a_move_is_as_exact_as_a_tenth_of_a_metre():
    one = design(
        (shapely.box(400, -5, 420, 5.35), 16.8, 9.0), (shapely.box(400, 6, 420, 30), 10.0, 9.0), views=[view()]
    )
    assert findings(run_design(one))[0].move_m == 15.4


def test_without_terrain_a_ridge_is_not_checked():
    one = design((shapely.box(400, -5, 420, 5), 16.8, 9.0), watches=[Watch(Eye("亭", 0.0, 0.0, 10.0), (0.0, 180.0))])
    outcome = run_design(one)
    assert len(run_design(one, wants_skylines=False).skylines) == 1  # a span to be checked is no picture
    one.watches[:] = [Watch(Eye("亭", 0.0, 0.0, 10.0))]
    assert not run_design(one, wants_skylines=False).skylines and len(run_design(one).skylines) == 1
    assert outcome.skylines[0].reason == "heights_no_terrain" and building_results(outcome)[0].status == "not_checked"


@pytest.fixture(scope="module")
def town():
    return make_town(make_county(parcels=2_000))


def test_the_made_up_town(town):
    assert len(town["JZW"]) == COUNT == 2_000 and len(town["SD"]) == 3 and len(town["ZXCQSXTL"]) == 2
    shapes = np.array([shape for shape, _ in town["JZW"]], dtype=object)
    assert shapely.is_valid(shapes).all()
    assert len({values["JZBH"] for _, values in town["JZW"]}) == COUNT
    assert any(values["JZGD"] == 9999.0 for _, values in town["JZW"]) and any(
        "+1" in values["CS"] for _, values in town["JZW"]
    )
    zones = np.array([shape for shape, _ in town["ZXCQJZGDFQ"]], dtype=object)
    assert sum(map(shapely.area, zones)) == pytest.approx(shapely.area(shapely.union_all(zones)), rel=1e-9)


def test_each_building_alone_says_the_same_as_all_together(town):
    """Each building alone says the same as all together."""
    rows = [(shape, values["JZGD"], 10.0) for shape, values in town["JZW"][:60]]
    zones = [Limit(LimitKind.ZONE, v["MC"], shape, Flat(v["JZGDGX"]), False) for shape, v in town["ZXCQJZGDFQ"]]
    together = design(*rows, limits=zones).buildings
    whole = check_limits(together, zones, SETTINGS)
    for at, row in enumerate(rows):
        alone = check_limits(design(row).buildings, zones, SETTINGS)
        mine = whole.building == at
        assert (
            np.allclose(whole.exceed[mine], alone.exceed, equal_nan=True) and (whole.limit[mine] == alone.limit).all()
        )

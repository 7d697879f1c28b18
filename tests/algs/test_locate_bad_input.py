"""locatefacilities with what ordinary users give by mistake: nothing of it stays unsaid."""

import pytest
from onemap.tests.support.facilities import VILLAGES, candidates, names, point, run, villages
from qgis.core import QgsProcessingException


@pytest.fixture
def h(qgis_app):
    from onemap.tests.support import algorithms as helpers

    return helpers


LOADS = ((0, "100"), (2000, " 50 "), (4000, "many"), (6000, "300"), (8000, ""))


def test_people_in_a_text_field_are_read_as_numbers_and_what_is_none_is_said(h):
    """A table that came through Excel: numbers as text; "many" and an empty cell are no numbers."""
    rows = [(point(h, x), people) for x, people in LOADS]
    told = h.Feedback()
    result = run(h, told, DEMAND=h.layer("villages", rows, "people:string", kind="Point"), NUMBER=2)
    assert result["SERVED"] == 450 and any("2 demand places have no number" in line for line in told.lines)


def test_texts_of_numbers_as_offices_write_them_count(h):
    rows = [(point(h, 0), "1,200"), (point(h, 10), "１２０"), (point(h, 20), "NaN"), (point(h, 30), "inf")]
    told = h.Feedback()
    result = run(h, told, DEMAND=h.layer("villages", rows, "people:string", kind="Point"), NUMBER=1)
    assert result["SERVED"] == 1320 and any("2 demand places have no number" in line for line in told.lines)


def test_a_text_field_without_any_number_is_refused_by_its_name(h):
    rows = [(point(h, x), f"village {x}") for x, _ in VILLAGES]
    said = refused(h, DEMAND=h.layer("villages", rows, "people:string", kind="Point"))
    assert "people" in said and "villages" in said


def test_demand_of_nought_everywhere_is_refused_not_placed(h):
    said = refused(h, DEMAND=villages(h, [(x, 0) for x, _ in VILLAGES]))
    assert "people" in said and "0" in said and "villages" in said


def test_nought_among_others_is_kept_and_draws_nothing(h):
    result = run(h, DEMAND=villages(h, [(0, 0), (8000, 5)]), NUMBER=1, REACH=1000.0)
    assert names(result["SITES"]) == ["C7000"] and (result["SERVED"], result["SERVED_PCT"]) == (5, 100)


def test_negative_people_are_counted_nowhere_and_said(h):
    told = h.Feedback()
    result = run(h, told, DEMAND=villages(h, [(0, -100), (8000, 5)]), NUMBER=1, REACH=1000.0)
    assert names(result["SITES"]) == ["C7000"]
    assert any("1 demand places have no number" in line for line in told.lines)


def test_more_facilities_than_candidates_is_said(h):
    told = h.Feedback()
    result = run(h, told, NUMBER=9)
    assert result["SITES"].featureCount() == 5
    assert any("9" in line and "5 candidates" in line for line in told.lines), told.lines


def test_a_candidate_that_is_a_facility_already_is_not_chosen_for_nothing(h):
    """All candidates stand where there is a facility: what is chosen adds nothing, and that is said."""
    there = h.layer("there", [(point(h, x), "clinic") for x in (0, 1000)], "name:string", kind="Point")
    told = h.Feedback()
    run(h, told, CANDIDATES=candidates(h, (0, 1000)), EXISTING=there, NUMBER=1)
    assert any("add nothing" in line for line in told.lines), told.lines


def test_nobody_within_reach_is_said(h):
    told = h.Feedback()
    result = run(h, told, CANDIDATES=candidates(h, (50_000, 60_000)), NUMBER=1, REACH=500.0)
    assert result["SERVED"] == 0
    assert any("nobody" in line for line in told.lines), told.lines


def test_a_share_that_no_number_of_facilities_reaches_is_said(h):
    told = h.Feedback()
    run(h, told, CANDIDATES=candidates(h, (0,)), NUMBER=0, SHARE=90.0, REACH=500.0)
    assert any("90" in line and "20.0" in line for line in told.lines), told.lines


def moved(h, layer, crs):
    import processing
    from qgis.core import QgsCoordinateReferenceSystem

    values = {"INPUT": layer, "TARGET_CRS": QgsCoordinateReferenceSystem(crs), "OUTPUT": "memory:"}
    made = processing.run("native:reprojectlayer", values)["OUTPUT"]
    made.setName(layer.name())
    return made


@pytest.mark.parametrize("crs", ["EPSG:4490", "EPSG:4508"])
def test_layers_in_degrees_or_another_zone_give_the_same_answer(h, crs):
    line = f"LINESTRING({h.X - 100} {h.Y},{h.X + 9000} {h.Y})"
    given = {
        "DEMAND": villages(h),
        "CANDIDATES": candidates(h),
        "ROADS": h.layer("roads", [(line,)], kind="LineString"),
    }
    plain = run(h, NUMBER=2, REACH=1000.0, **given)
    for changed in (["ROADS"], ["CANDIDATES"], ["DEMAND"], list(given)):
        some = {key: moved(h, layer, crs) if key in changed else layer for key, layer in given.items()}
        other = run(h, NUMBER=2, REACH=1010.0, **some)
        assert (names(other["SITES"]), other["SERVED"]) == (names(plain["SITES"]), plain["SERVED"]), changed


@pytest.mark.parametrize("which", ["DEMAND", "CANDIDATES", "ROADS", "EXISTING"])
def test_a_layer_without_a_coordinate_system_is_refused_by_its_name(h, which):
    from qgis.core import QgsCoordinateReferenceSystem

    line = f"LINESTRING({h.X - 100} {h.Y},{h.X + 9000} {h.Y})"
    given = {
        "DEMAND": villages(h),
        "CANDIDATES": candidates(h),
        "ROADS": h.layer("roads", [(line,)], kind="LineString"),
        "EXISTING": h.layer("there", [(point(h, 6100),)], kind="Point"),
    }
    given[which].setCrs(QgsCoordinateReferenceSystem())
    assert given[which].name() in refused(h, **given)


def test_roads_in_two_parts_leave_the_other_side_unserved_and_say_so(h):
    """Two roads that nobody joined: from the second no way leads to the candidate."""
    lines = [(f"LINESTRING({h.X} {h.Y},{h.X + 1500} {h.Y})",), (f"LINESTRING({h.X + 1600} {h.Y},{h.X + 9000} {h.Y})",)]
    told = h.Feedback()
    roads = h.layer("roads", lines, kind="LineString")
    result = run(h, told, CANDIDATES=candidates(h, (0,)), NUMBER=1, OBJECTIVE=1, REACH=None, ROADS=roads)
    assert result["SERVED"] == 100
    assert any("4 demand places" in line and "no way" in line for line in told.lines), told.lines


def test_a_road_layer_far_away_is_said(h):
    roads = h.layer("roads", [(f"LINESTRING({h.X} {h.Y + 90000},{h.X + 10} {h.Y + 90000})",)], kind="LineString")
    told = h.Feedback()
    result = run(h, told, NUMBER=1, ROADS=roads)
    assert result["SERVED"] == 0 and any("5 demand places lie farther" in line for line in told.lines)


@pytest.mark.parametrize("which", ["DEMAND", "CANDIDATES", "EXISTING", "ROADS"])
def test_a_file_that_is_not_there_stops_the_run(h, which, tmp_path):
    lost = str(tmp_path / "nowhere.gpkg")
    with pytest.raises(QgsProcessingException):
        run(h, **{which: lost})


def refused(h, **given):
    told = h.Feedback()
    with pytest.raises(QgsProcessingException) as caught:
        run(h, told, **given)
    return "\n".join([str(caught.value), *told.lines])


def test_demand_without_a_place_is_named_with_what_it_weighs(h):
    """90 of 100 people have no place: "100 % are served" alone would be a wrong number."""
    told = h.Feedback()
    rows = [(point(h, 0), 10), (None, 90)]
    result = run(h, told, DEMAND=h.layer("villages", rows, "people:double", kind="Point"), NUMBER=1)
    assert result["SERVED"] == 10 and any(
        "villages" in line and "demand of 90 is in no figure" in line for line in told.lines
    )


def test_places_that_serve_as_much_are_named_and_a_better_one_has_no_equal(h):
    """Two candidates on one place, and one that serves the same number elsewhere; then one that serves more."""
    told = h.Feedback()
    rows = [(point(h, 6000), "A"), (point(h, 6000), "B"), (point(h, 0), "C")]
    layer = h.layer("places", rows, "name:string", kind="Point")
    result = run(h, told, CANDIDATES=layer, NUMBER=2, REACH=100)
    assert result["SERVED"] == 400 and set(names(result["SITES"])) in ({"A", "C"}, {"B", "C"})
    assert any("1 other candidates" in line and ("B for A" in line or "A for B" in line) for line in told.lines)
    told = h.Feedback()
    run(h, told, CANDIDATES=h.layer("places", rows[1:], "name:string", kind="Point"), NUMBER=1, REACH=100)
    assert not any("other candidates" in line for line in told.lines)


def test_roads_that_know_one_way_streets_are_told_as_two_way(h):
    line = f"LINESTRING({h.X} {h.Y},{h.X + 8000} {h.Y})"
    told = h.Feedback()
    run(h, told, ROADS=h.layer("roads", [(line, "FT")], "oneway:string", kind="LineString"), NUMBER=1, REACH=3000)
    assert any("one-way streets (oneway)" in line for line in told.lines)

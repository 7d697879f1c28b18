"""What a planner is told of a file that is not there, of sizes that exclude each other, of a criterion that takes all;
and that selection, search and "why not here" answer alike about land near a road."""

from pathlib import Path

import pytest
from onemap.tests.support.siting import shapes, write
from qgis.core import QgsProcessingException

CASES = Path(__file__).resolve().parents[3] / "shared" / "cases" / "siting"
AREAS = """
layers: {road: {title: 道路, names: [road]}, home: {title: 住宅, names: [home]}}
area: {min_m2: 9900, max_m2: 10100}
constraints:
  - {id: near, title: 近道路, layer: road, kind: max_distance, distance_m: 200}
  - {id: away, title: 避让住宅, layer: home, kind: avoid}
"""
NARROWED = """
layers: {}
constraints: [{id: size, title: 用地规模, kind: area, min: 3000, max: 5000}]
"""


@pytest.fixture
def h(qgis_app):
    from onemap.tests.support import algorithms as helpers

    return helpers


def search(h, tmp_path, text, extent, layers, told=None, **more):
    told = told or h.Feedback()
    values = {"EXTENT_LAYER": extent, "CRITERIA": write(tmp_path, text), "LAYERS": layers, "SITES": "memory:", **more}
    return h.run("findsites", told, **values), told.lines


def road(h):
    return h.layer("road", [(f"LINESTRING({h.X} {h.Y - 500},{h.X} {h.Y + 500})",)], kind="LineString")


def test_a_file_that_is_not_there_is_named_with_what_stays_unchecked(h, tmp_path):
    extent = h.layer("extent", [(h.box_wkt(100, 0, 300),)])
    lost = str(tmp_path / "nowhere" / "houses.gpkg")
    _, told = search(h, tmp_path, AREAS, extent, [road(h), lost])
    (line,) = [one for one in told if lost in one]
    assert "not found" in line and "避让住宅" in line and "近道路" not in line
    parcels = h.layer("cand", [(h.box_wkt(100, 0), "P0")], "XMBH:string")
    told = h.Feedback()
    values = {"CANDIDATES": parcels, "CRITERIA": write(tmp_path, AREAS), "LAYERS": [lost]}
    h.run("selectsites", told, SITES="memory:", REJECTED="memory:", **values)
    (line,) = [one for one in told.lines if lost in one]
    assert "避让住宅" in line and "近道路" in line


def test_a_file_that_is_not_there_and_that_nobody_needs_is_told_as_such(h, tmp_path):
    extent, lost = h.layer("extent", [(h.box_wkt(100, 0, 300),)]), str(tmp_path / "nowhere.gpkg")
    text = AREAS[: AREAS.index("  - {id: away")]
    _, told = search(h, tmp_path, text.replace(", home: {title: 住宅, names: [home]}", ""), extent, [road(h), lost])
    assert any(lost in line and "every layer of the criteria was given" in line for line in told), told


@pytest.mark.parametrize(
    "text, sizes, words",
    [
        (NARROWED, {"AREA_MIN_M2": 9900.0, "AREA_MAX_M2": 10100.0}, ("用地规模", "9,900–10,100", "3,000–5,000")),
        (AREAS, {"AREA_MIN_M2": 20000.0}, ("20,000", "10,100", "comes from the criteria")),
        (NARROWED, {"AREA_MIN_M2": 4500.0, "AREA_MAX_M2": 4000.0}, ("swapped",)),
    ],
    ids=["a demand", "two places", "reversed"],
)
def test_sizes_that_exclude_each_other_name_who_demands_what(h, tmp_path, text, sizes, words):
    extent = h.layer("extent", [(h.box_wkt(0, 0, 300),)])
    told = h.Feedback()
    with pytest.raises(QgsProcessingException) as caught:
        search(h, tmp_path, text, extent, [], told=told, **sizes)
    said = "\n".join([str(caught.value), *told.lines])
    assert all(word in said for word in words), said
    assert ("swapped" in said) == (words == ("swapped",))


def test_a_demand_that_narrows_the_size_without_excluding_it_is_no_mistake(h, tmp_path):
    extent = h.layer("extent", [(h.box_wkt(0, 0, 300),)])
    result, _ = search(h, tmp_path, NARROWED, extent, [], AREA_MIN_M2=4500.0, AREA_MAX_M2=9000.0)
    areas = [f["area_m2"] for f in result["SITES"].getFeatures()]
    assert areas and all(4500 <= area <= 5000 for area in areas)


def test_a_criterion_that_takes_all_of_the_land_is_named(h, tmp_path):
    """Avoiding a whole land-use layer is no contradiction (land beyond it would do) but takes the whole county."""
    text = "layers: {use: {title: 地类, names: [use]}}\narea: {min_m2: 900, max_m2: 1000}\nconstraints:\n"
    text += "  - {id: all, title: 避让地类, layer: use, kind: avoid}\n"
    extent = h.layer("extent", [(h.box_wkt(0, 0, 300),)])
    whole = h.layer("use", [(h.box_wkt(-10, -10, 400),)])
    result, told = search(h, tmp_path, text, extent, [whole])
    assert result["SITE_COUNT"] == 0 and any("避让地类" in one and "100.00 %" in one for one in told), told
    part = h.layer("use", [(h.box_wkt(-10, -10, 200),)])
    result, told = search(h, tmp_path, text, extent, [part])
    assert result["SITE_COUNT"] and not any("% of the extent" in one for one in told)


WHOLE = """
layers: {use: {title: 地类, names: [use]}}
area: {min_m2: 900, max_m2: 1000}
constraints:
  - {id: part, title: 避让水面, layer: use, kind: avoid, where: '"code" = ''11'''}
  - {id: all, title: 避让地类, layer: use, kind: avoid}
"""


def test_a_whole_layer_that_is_kept_out_of_while_others_look_at_a_part_is_told(h, tmp_path):
    """Land beside the land-use layer is all that is left: it is kept, as nothing forbids it, but not without a word."""
    use = h.layer("use", [(h.box_wkt(0, 0, 200), "11"), (h.box_wkt(200, 0, 200), "07")], "code:string")
    cells, extent = [h.box_wkt(50, 0, 30), h.box_wkt(600, 0, 31)], h.layer("extent", [(h.box_wkt(0, 0, 800),)])
    parcels = h.layer("cand", [(cell, f"P{n}") for n, cell in enumerate(cells)], "XMBH:string")
    filtered = WHOLE.replace(
        "避让地类, layer: use, kind: avoid", "避让地类, layer: use, kind: avoid, where: '\"code\" = ''07'''"
    )
    for text, is_told in ((WHOLE, True), (filtered, False)):
        told = h.Feedback()
        values = {"CRITERIA": write(tmp_path, text), "LAYERS": [use], "SITES": "memory:", "REJECTED": "memory:"}
        assert h.run("selectsites", told, CANDIDATES=parcels, **values)["KEPT_COUNT"] == 1
        result, searched = search(h, tmp_path, text, extent, [use])
        assert result["SITE_COUNT"]
        for lines in (told.lines, searched):
            assert any("避让地类" in one and "避让水面" in one and "no filter" in one for one in lines) == is_told


def why(h, criteria, base, layers, parcels):
    """Whether each polygon of a layer is free, asked in its middle."""
    from onemap.plugin.bridge.siting.live import CandidateCount, FreeLandCount
    from onemap.plugin.bridge.siting.select import SitingInputs
    from onemap.plugin.bridge.siting.why import WhyNot

    job = (CandidateCount if parcels else FreeLandCount)(SitingInputs(criteria, layers), base)
    asked = WhyNot(job, parcels)
    return [asked.ask(shape.centroid.x, shape.centroid.y).is_free for shape in shapes(base)]


def same_answers(h, criteria, parcels, layers):
    """(kept by selectsites, found by findsites, free by "why not here" as a parcel, as a square)."""
    outputs = {"SITES": "memory:", "CRITERIA": criteria, "LAYERS": layers}
    kept = h.run("selectsites", CANDIDATES=parcels, REJECTED="memory:", **outputs)["KEPT_COUNT"]
    found = h.run("findsites", EXTENT_LAYER=parcels, COUNT=50, **outputs)["SITE_COUNT"]
    return kept, found, *(sum(why(h, criteria, parcels, layers, way)) for way in (True, False))


def test_near_a_road_means_one_thing_in_all_three(h, tmp_path):
    """Parcels that begin 0, 100, 199, 200.5 and 300 m from the road: three lie within 200 m with their nearest edge."""
    criteria = write(tmp_path, AREAS[: AREAS.index("  - {id: away")])
    cells = [h.box_wkt(x, 150 * n) for n, x in enumerate((0, 100, 199, 200.5, 300))]
    parcels = h.layer("cand", [(cell, f"P{n}") for n, cell in enumerate(cells)], "XMBH:string")
    long = h.layer("road", [(f"LINESTRING({h.X} {h.Y - 500},{h.X} {h.Y + 2000})",)], kind="LineString")
    assert same_answers(h, criteria, parcels, [long]) == (3, 3, 3, 3)


@pytest.mark.skipif(not CASES.is_dir(), reason="needs ../shared/cases")
def test_the_six_parcels_of_the_case_are_near_in_all_three(h):
    from qgis.core import QgsVectorLayer

    use = QgsVectorLayer(f"{CASES / 'small.gpkg'}|layername=DLTB", "DLTB", "ogr")
    parcels = QgsVectorLayer(str(CASES / "straddle.gpkg"), "straddle", "ogr")
    assert same_answers(h, str(CASES / "criteria" / "near.yaml"), parcels, [use]) == (6, 6, 6, 6)

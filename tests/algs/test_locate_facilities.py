"""locatefacilities in QGIS: villages, candidates and roads whose answer is known by hand."""

import json

import pytest
from onemap.tests.support.facilities import names, point, run, villages
from openpyxl import load_workbook
from qgis.core import NULL, QgsProcessingException


@pytest.fixture
def h(qgis_app):
    from onemap.tests.support import algorithms as helpers

    return helpers


def test_most_people_within_reach(h):
    result = run(h, NUMBER=2, REACH=1000.0)
    # C7000 serves 300 + 40, C1000 serves 100 + 50
    assert names(result["SITES"]) == ["C7000", "C1000"]
    assert (result["SERVED"], result["SERVED_PCT"], result["GAP_PCT"]) == (490.0, 98.0, 0.0)
    rows = {f["fid_in"]: (f["standing"], f["site"], f["metres"]) for f in result["DEMAND_SERVED"].getFeatures()}
    assert rows[4] == ("served", "C7000", 1000.0) and rows[3] == ("unserved", "", 3000.0)
    assert result["LINKS"].featureCount() == 4 and "98.00%" in result["CONCLUSION"]


def test_the_shortest_way_on_the_whole(h):
    result = run(h, OBJECTIVE=1, NUMBER=1, REACH=None)
    # C5000: 100*5 + 50*3 + 10*1 + 300*1 + 40*3 = 1,080 km; the others are farther
    assert names(result["SITES"]) == ["C5000"] and result["SERVED"] == 500
    (site,) = result["SITES"].getFeatures()
    assert site["mean_m"] == pytest.approx(1_080_000 / 500, abs=0.1) and site["far_m"] == 5000


def test_as_few_as_serve_a_share(h):
    assert run(h, NUMBER=0, SHARE=90.0)["SITES"].featureCount() == 2
    assert run(h, NUMBER=0, SHARE=60.0)["SITES"].featureCount() == 1


def test_what_is_there_serves_and_is_named_after_the_new(h):
    there = h.layer("there", [(point(h, 6100), "clinic")], "name:string", kind="Point")
    result = run(h, NUMBER=1, REACH=1000.0, EXISTING=there)
    rows = [(f["name"], f["standing"], f["served"]) for f in result["SITES"].getFeatures()]
    assert rows == [("C1000", "new", 150.0), ("clinic", "existing", 300.0)]


def test_along_the_roads_and_not_across_the_river(h):
    """Two banks of a river, a bridge far off: the near candidate on the other bank is far by road."""
    demand = h.layer("demand", [(point(h, 0), 10.0), (point(h, 200), 5.0)], "people:double", kind="Point")
    places = h.layer(
        "places", [(point(h, 0, 300), "other bank"), (point(h, 900), "own bank")], "name:string", kind="Point"
    )
    lines = ([(0, 0), (3000, 0), (3000, 300), (0, 300)],)
    text = [("LINESTRING(" + ",".join(f"{h.X + x} {h.Y + y}" for x, y in line) + ")",) for line in lines]
    roads = h.layer("roads", text, kind="LineString")
    straight = run(h, DEMAND=demand, CANDIDATES=places, NUMBER=1, REACH=1000.0)
    by_road = run(h, DEMAND=demand, CANDIDATES=places, NUMBER=1, REACH=1000.0, ROADS=roads)
    assert names(straight["SITES"]) == ["other bank"] and names(by_road["SITES"]) == ["own bank"]
    metres = [f["metres"] for f in by_road["DEMAND_SERVED"].getFeatures()]
    assert metres == pytest.approx([900, 700], abs=0.5)


def test_what_no_road_leads_to_is_said_and_unserved(h):
    roads = h.layer("roads", [(f"LINESTRING({h.X} {h.Y},{h.X + 3000} {h.Y})",)], kind="LineString")
    told = h.Feedback()
    result = run(h, told, NUMBER=2, REACH=1000.0, ROADS=roads, ACCESS=500.0)
    assert any("3 demand places lie farther than 500 m" in line for line in told.lines)
    assert result["SERVED"] == 150


def test_unknown_people_are_counted_nowhere_and_said(h):
    demand = h.layer(
        "demand",
        [(point(h, 0), 10.0), (point(h, 10), NULL), (point(h, 20), -5.0), (None, 7.0)],
        "people:double",
        kind="Point",
    )
    told = h.Feedback()
    result = run(h, told, DEMAND=demand, NUMBER=1)
    assert result["SERVED"] == 10 and result["DEMAND_SERVED"].featureCount() == 1
    assert any("2 demand places have no number" in line for line in told.lines)
    assert any("1 features have no usable geometry" in line for line in told.lines)


@pytest.mark.parametrize(
    "change,words",
    [
        (lambda h: {"WEIGHT_FIELD": "nothing"}, "nothing"),
        (lambda h: {"CANDIDATES": h.layer("none", [], "name:string", kind="Point")}, "none"),
        (lambda h: {"ROADS": h.layer("empty", [], kind="LineString")}, "no lines"),
    ],
    ids=["no such field", "no candidates", "empty roads"],
)
def test_bad_input_says_what_to_do(h, change, words):
    told = h.Feedback()
    with pytest.raises(QgsProcessingException) as caught:
        run(h, told, **change(h))
    assert words in "\n".join([str(caught.value), *told.lines])


def test_the_report_opens_with_the_conclusion(h, tmp_path):
    paths = [tmp_path / f"r{suffix}" for suffix in (".docx", ".xlsx", ".html", ".pdf")]
    run(h, NUMBER=2, REACH=1000.0, REPORT=";".join(map(str, paths)))
    page = paths[2].read_text(encoding="utf-8")
    assert page.index("共服务需求量 490") < page.index("C7000") < page.index("未服务的需求点")
    assert "没有更优的选择" in page and all(path.stat().st_size > 3000 for path in paths)
    book = load_workbook(paths[1])
    assert [row[1].value for row in book["选定位置"].iter_rows(min_row=2)] == ["C7000", "C1000"]
    assert json.dumps([c.value for c in book["需求点"][1]], ensure_ascii=False).startswith('["名称", "需求量"')


def test_a_county_of_more_than_a_million_is_written_out(h, tmp_path):
    many = [(0, 1_234_567.25), (2000, 50)]
    page = tmp_path / "r.html"
    result = run(h, DEMAND=villages(h, many), NUMBER=1, REACH=1000.0, REPORT=str(page))
    text = page.read_text(encoding="utf-8")
    assert "1,234,617.25" in text and "1,234,617.25" in result["CONCLUSION"] and "e+06" not in text


def test_the_roads_are_named_among_the_inputs_and_drawn(h, tmp_path):
    roads = h.layer("ways", [(f"LINESTRING({h.X} {h.Y},{h.X + 9000} {h.Y})",)], kind="LineString")
    page = tmp_path / "r.html"
    run(h, NUMBER=2, REACH=1000.0, ROADS=roads, REPORT=str(page))
    text = page.read_text(encoding="utf-8")
    inputs = text[text.index("输入图层") :]
    assert "道路" in inputs and "ways" in inputs


def test_facilities_are_named_on_the_map(h):
    from onemap.plugin.bridge.siting.facility_layers import StyledSites
    from qgis.core import QgsExpression, QgsExpressionContext

    sites = run(h, NUMBER=2, REACH=1000.0)["SITES"]
    StyledSites.make().postProcessLayer(sites, None, None)
    assert sites.labelsEnabled()
    first, context = next(sites.getFeatures()), QgsExpressionContext()
    context.setFeature(first)
    assert QgsExpression(sites.labeling().settings().fieldName).evaluate(context) == "1 C7000"


def test_roads_in_the_zone_beside_are_refused(h):
    """Otherwise every place is too far from every road, and the report says that nobody can be served."""
    roads = h.layer("roads", [(f"LINESTRING({h.X} {h.Y},{h.X + 9000} {h.Y})",)], "", "EPSG:4550", "LineString")
    told = h.Feedback()
    with pytest.raises(QgsProcessingException):
        run(h, told, NUMBER=1, REACH=1000.0, ROADS=roads)
    assert any("EPSG:4549" in line for line in told.lines)


def test_candidates_in_the_zone_beside_are_refused(h):
    """The same numbers below a meridian 3 degrees away are 290 km off: nothing would be within reach."""
    near = [(point(h, 1000), "C1000"), (point(h, 7000), "C7000")]
    for name in ("CANDIDATES", "EXISTING"):
        told = h.Feedback()
        layer = h.layer("places", near, "name:string", "EPSG:4550", "Point")
        with pytest.raises(QgsProcessingException):
            run(h, told, NUMBER=1, REACH=1000.0, **{name: layer})
        assert any("wrong zone" in line for line in told.lines)


def test_the_amount_of_demand_is_not_named_like_a_demand_of_the_criteria(h):
    from onemap.plugin.bridge.siting.facility_layers import facility_titles
    from onemap.plugin.core.messages import document_language

    with document_language("zh"):
        assert facility_titles()["weight"] == "需求量"

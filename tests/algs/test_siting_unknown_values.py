"""A filter whose field holds values of another vocabulary: a site is not free of what nobody understood."""

import pytest
from onemap.tests.support.siting import write

OTHERS = ["水田", "101", None, " ", "Ａ１"]
FARM = """
layers: {land: {title: Land}}
area: {min_m2: 900, max_m2: 1000}
constraints:
  - {id: farm, title: Farmland, layer: land, kind: %s, where: '"DLBM" LIKE ''01%%'''%s}
"""
SHARE = """
layers: {land: {title: Land}}
constraints: []
factors:
  children:
    - {id: share, title: Share, layer: land, kind: share, where: '"DLBM" LIKE ''01%''', unit: "%", weight: 1,
       value: {type: linear, worst: 100, best: 0}}
    - {id: size, title: Size, kind: area, weight: 1, value: {type: linear, worst: 0, best: 20000}}
"""


@pytest.fixture
def h(qgis_app):
    from onemap.tests.support import algorithms as helpers

    return helpers


@pytest.fixture
def land(h, tmp_path):
    """land(codes): a GeoPackage layer of a field, a road and more features at 300 m, 500 m ... with codes."""

    def make(*codes, memory=False):
        rows = [(h.box_wkt(0, 0, 100), "0101"), (h.box_wkt(100, 0, 100), "1003")]
        rows += [(h.box_wkt(300 + 200 * n, 0, 100), code) for n, code in enumerate(codes)]
        layer = h.layer("land", rows, "DLBM:string")
        if memory:
            return layer
        import processing
        from qgis.core import QgsVectorLayer

        path = str(tmp_path / "land.gpkg")
        processing.run("native:savefeatures", {"INPUT": layer, "OUTPUT": path, "LAYER_NAME": "land"})
        return QgsVectorLayer(f"{path}|layername=land", "land", "ogr")

    return make


def selected(h, tmp_path, text, land):
    cells = [(h.box_wkt(x + 10, 10, 30), f"P{x}") for x in (0, *range(100, 1500, 200))]
    outputs = {"SITES": "memory:", "REJECTED": "memory:", "REMOVALS": "memory:"}
    told, parcels = h.Feedback(), h.layer("cand", cells, "XMBH:string")
    result = h.run("selectsites", told, CANDIDATES=parcels, CRITERIA=write(tmp_path, text), LAYERS=[land], **outputs)
    return {f["site_key"]: f for f in result["SITES"].getFeatures()}, told.lines


def is_checked(site):
    return site["standing"] == "recommended"


@pytest.mark.parametrize("memory", [False, True])
def test_a_site_on_land_of_an_unknown_class_is_not_free_of_farmland(h, tmp_path, land, memory):
    sites, _ = selected(h, tmp_path, FARM % ("avoid", ""), land(*OTHERS, memory=memory))
    unknown = {f"P{300 + 200 * n}" for n in range(len(OTHERS))}
    assert {key for key, site in sites.items() if not is_checked(site)} == unknown
    assert "P0" not in sites and all("other_values" in sites[key]["not_evaluated"] for key in unknown)


def test_other_classes_of_the_same_table_are_known(h, tmp_path, land):
    sites, _ = selected(h, tmp_path, FARM % ("avoid", ""), land("1101", "０３０１", "０１０１"))
    assert is_checked(sites["P300"]) and is_checked(sites["P500"])
    assert "P700" not in sites, "wide digits mean the same class"


def test_values_that_criteria_name_as_not_meant_are_known(h, tmp_path, land):
    sites, _ = selected(h, tmp_path, FARM % ("avoid", ", other_values: [荒滩]"), land("荒滩"))
    assert is_checked(sites["P300"])


@pytest.mark.parametrize("kind", ["within", "min_distance, distance_m: 50", "max_distance, distance_m: 50"])
def test_what_may_lie_inside_or_near_is_neither_met_nor_broken(h, tmp_path, land, kind):
    sites, _ = selected(h, tmp_path, FARM % (kind, ""), land("水田"))
    assert "P300" in sites and not is_checked(sites["P300"])
    assert kind.startswith("min") or is_checked(sites["P0"])


def test_a_factor_on_unknown_values_is_unknown_and_does_not_rank_first_unsaid(h, tmp_path, land):
    sites, told = selected(h, tmp_path, SHARE, land("水田"))
    assert str(sites["P300"]["share_raw"]) == "NULL" and sites["P300"]["evaluated_pct"] == 50
    assert sites["P100"]["share_raw"] == 0 and sites["P0"]["share_raw"] == pytest.approx(100)


def test_a_search_offers_only_land_that_is_known_to_be_free(h, tmp_path, land):
    told = h.Feedback()
    area, outputs = h.layer("extent", [(h.box_wkt(100, 0, 300),)]), {"SITES": "memory:", "REMOVALS": "memory:"}
    text = write(tmp_path, FARM % ("avoid", ""))
    result = h.run(
        "findsites", told, EXTENT_LAYER=area, CRITERIA=text, LAYERS=[land("水田")], COUNT=50, SPACING=0, **outputs
    )
    assert result["SITE_COUNT"] > 5
    unknown = h.layer("u", [(h.box_wkt(300, 0, 100),)])
    (one,) = unknown.getFeatures()
    for site in result["SITES"].getFeatures():
        assert site.geometry().intersection(one.geometry()).area() < 1 and site["standing"] == "recommended"
    assert any("other_values" in line and "水田" in line for line in told.lines)


def test_why_not_here_says_that_nobody_knows(h, tmp_path, land):
    from onemap.plugin.bridge.siting.select import SelectSites, SitingInputs
    from onemap.plugin.bridge.siting.why import NOT_EVALUATED, UNMET, WhyNot

    parcels = h.layer("cand", [(h.box_wkt(x + 10, 10, 30), f"P{x}") for x in (0, 100, 300)], "XMBH:string")
    job = SelectSites(SitingInputs(write(tmp_path, FARM % ("avoid", "")), [land("水田")]), parcels)
    asked = WhyNot(job, True)
    (broken,), (unknown,) = asked.ask(h.X + 20, h.Y + 20).reasons, asked.ask(h.X + 320, h.Y + 20).reasons
    assert broken.state == UNMET and unknown.state == NOT_EVALUATED and "水田" in unknown.text

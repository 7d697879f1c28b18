"""A condition asks for fields that the layer lacks: what touches a feature is not evaluated, the rest is."""

import pytest
from onemap.tests.support.siting import write

TEXT = "layers: {}\narea: {min_m2: 900, max_m2: 1000}\nconstraints: [{id: c, rule: %s, kind: avoid}]\n"


@pytest.fixture
def h(qgis_app):
    from onemap.tests.support import algorithms as helpers

    return helpers


def selected(h, tmp_path, rule, layer):
    cells = h.layer("cand", [(h.box_wkt(10, 10, 30), "on"), (h.box_wkt(500, 0, 30), "off")], "XMBH:string")
    outputs = {"SITES": "memory:", "REJECTED": "memory:", "REMOVALS": "memory:"}
    criteria = write(tmp_path, TEXT % rule)
    result = h.run("selectsites", h.Feedback(), CANDIDATES=cells, CRITERIA=criteria, LAYERS=[layer], **outputs)
    (removal,) = result["REMOVALS"].getFeatures()
    return {f["site_key"]: f for f in result["SITES"].getFeatures()}, removal["status"]


@pytest.mark.parametrize(
    "line, rule, absent",
    [("STBHHX", "STBHHX-core", "sfzrbhdhxq"), ("ZRBHD", "ZRBHD-core", "bhfq"), ("SYD", "SYD-1", "bhqjb")],
)
def test_a_rule_that_takes_nothing_then_is_not_said_to_be_kept(h, tmp_path, line, rule, absent):
    sites, status = selected(h, tmp_path, rule, h.layer(line, [(h.box_wkt(0, 0, 100), "x")], "bz:string"))
    assert sites["on"]["standing"] != "recommended" and absent in sites["on"]["not_evaluated"]
    assert sites["off"]["standing"] == "recommended", "whatever the rule takes, nothing of it lies there"
    assert absent in status


def test_a_rule_that_takes_all_then_binds_all(h, tmp_path):
    sites, status = selected(h, tmp_path, "ZRBHD-1", h.layer("ZRBHD", [(h.box_wkt(0, 0, 100), "x")], "bz:string"))
    assert set(sites) == {"off"} and sites["off"]["standing"] == "recommended" and status == ""


def test_a_rule_whose_fields_are_there_is_judged(h, tmp_path):
    layer = h.layer("ZRBHD", [(h.box_wkt(0, 0, 100), "核心保护区")], "bhfq:string")
    sites, status = selected(h, tmp_path, "ZRBHD-core", layer)
    assert set(sites) == {"off"} and status == ""


def test_a_search_does_not_recommend_what_the_rule_could_not_judge(h, tmp_path):
    area, outputs = h.layer("extent", [(h.box_wkt(0, 0, 300),)]), {"SITES": "memory:", "REMOVALS": "memory:"}
    layer = h.layer("ZRBHD", [(h.box_wkt(0, 0, 100), "x")], "bz:string")
    criteria = write(tmp_path, TEXT % "ZRBHD-core")
    result = h.run("findsites", h.Feedback(), EXTENT_LAYER=area, CRITERIA=criteria, LAYERS=[layer], COUNT=3, **outputs)
    sites = list(result["SITES"].getFeatures())
    assert sites and all(site["standing"] == "recommended" for site in sites)
    assert not any(site.geometry().intersects(layer.getFeature(1).geometry()) for site in sites)


WHERE = """
layers: {zone: {title: Zone, names: [zone, zone2]}, road: {title: Road}}
area: {min_m2: 900, max_m2: 1000}
constraints: [{id: c, title: Zone, layer: zone, kind: %s, where: '"k" = ''A'''}]
"""


@pytest.mark.parametrize("kind, out, unknown", [("avoid", set(), {"on"}), ("within", {"off"}, {"on"})])
def test_a_filter_of_the_criteria_is_judged_where_no_feature_lies(h, tmp_path, kind, out, unknown):
    """Off every feature it is sure that a site keeps out, and that it does not lie within."""
    zone = h.layer("zone", [(h.box_wkt(0, 0, 100), "x")], "bz:string")
    cells = h.layer("cand", [(h.box_wkt(10, 10, 30), "on"), (h.box_wkt(500, 0, 30), "off")], "XMBH:string")
    told, criteria = h.Feedback(), write(tmp_path, WHERE % kind)
    outputs = {"SITES": "memory:", "REJECTED": "memory:"}
    result = h.run("selectsites", told, CANDIDATES=cells, CRITERIA=criteria, LAYERS=[zone], **outputs)
    assert {f["site_key"] for f in result["REJECTED"].getFeatures()} == out
    sites = {f["site_key"]: f for f in result["SITES"].getFeatures()}
    assert {key for key, site in sites.items() if site["standing"] != "recommended"} == unknown
    assert all("field(s) k" in sites[key]["not_evaluated"] and not sites[key]["c_c"] for key in unknown)
    assert any("field(s) k" in line for line in told.lines), "a mistyped field is told even where nothing hangs on it"


def test_a_layer_that_has_the_field_answers_beside_one_that_lacks_it(h, tmp_path):
    have = h.layer("zone", [(h.box_wkt(0, 0, 100), "A"), (h.box_wkt(200, 0, 100), "B")], "k:string")
    lack = h.layer("zone2", [(h.box_wkt(400, 0, 100), "x")], "bz:string")
    places = [(10, "in A"), (210, "in B"), (410, "unknown"), (600, "off")]
    cells = h.layer("cand", [(h.box_wkt(x, 10, 30), key) for x, key in places], "XMBH:string")
    outputs = {"SITES": "memory:", "REJECTED": "memory:"}
    criteria = write(tmp_path, WHERE % "avoid")
    result = h.run("selectsites", h.Feedback(), CANDIDATES=cells, CRITERIA=criteria, LAYERS=[have, lack], **outputs)
    standing = {f["site_key"]: f["standing"] for f in result["SITES"].getFeatures()}
    assert [f["site_key"] for f in result["REJECTED"].getFeatures()] == ["in A"]
    assert {key for key, one in standing.items() if one == "recommended"} == {"in B", "off"}


def test_land_that_no_layer_can_tell_to_be_inside_is_offered_as_a_candidate_only(h, tmp_path):
    zone = h.layer("zone", [(h.box_wkt(0, 0, 100), "x")], "bz:string")
    area, outputs = h.layer("extent", [(h.box_wkt(0, 0, 300),)]), {"SITES": "memory:", "REMOVALS": "memory:"}
    criteria = write(tmp_path, WHERE % "within")
    result = h.run("findsites", h.Feedback(), EXTENT_LAYER=area, CRITERIA=criteria, LAYERS=[zone], COUNT=3, **outputs)
    sites, (removal,) = list(result["SITES"].getFeatures()), result["REMOVALS"].getFeatures()
    assert sites and all(site.geometry().within(zone.getFeature(1).geometry().buffer(0.01, 8)) for site in sites)
    assert not any(site["standing"] == "recommended" for site in sites)
    assert all("field(s) k" in site["not_evaluated"] for site in sites) and "field(s) k" in removal["status"]


FACTOR = """
layers: {road: {title: Road}}
area: {min_m2: 900, max_m2: 1000}
constraints: []
factors: {children: [{id: r, title: Road, layer: road, kind: distance, where: '"k" = ''A''',
  value: {type: linear, worst: 400, best: 0}}]}
"""


def test_a_search_goes_by_the_distance_to_some_features_of_a_layer(h, tmp_path):
    lines = [(f"LINESTRING({h.X + x} {h.Y - 100},{h.X + x} {h.Y + 400})", k) for x, k in ((150, "A"), (290, "B"))]
    road, area = h.layer("road", lines, "k:string", kind="LineString"), h.layer("extent", [(h.box_wkt(0, 0, 300),)])
    criteria = write(tmp_path, FACTOR)
    values = {"SITES": "memory:", "COUNT": 1}
    result = h.run("findsites", h.Feedback(), EXTENT_LAYER=area, CRITERIA=criteria, LAYERS=[road], **values)
    (site,) = result["SITES"].getFeatures()
    assert site["r_raw"] == 0 and site["score"] == 100

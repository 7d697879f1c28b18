"""A layer that covers the land without gaps tells nothing where it ends: a site there is not free of what it may hold."""

import pytest
from onemap.tests.support.siting import write

TEXT = """
layers: {land: {title: Land%s}}
area: {min_m2: 1500, max_m2: 1700}
constraints: [{id: c, title: Farmland, kind: %s, layer: land, where: '"d" LIKE ''01%%'''}]
factors: {children: [{id: s, title: Share, layer: land, kind: share, where: '"d" LIKE ''01%%''', unit: "%%",
  value: {type: linear, worst: 100, best: 0}}]}
"""
COMPLETE, PATCHES = ", complete: true", ""


@pytest.fixture
def h(qgis_app):
    from onemap.tests.support import algorithms as helpers

    return helpers


def land(h):
    return h.layer("land", [(h.box_wkt(0, 0, 100), "0301"), (h.box_wkt(100, 0, 100), "0101")], "d:string")


def selected(h, tmp_path, complete, kind):
    places = [(-20, "half"), (10, "in"), (-300, "off"), (90, "on"), (-0.2, "border")]
    cells = h.layer("cand", [(h.box_wkt(x, 10, 40), key) for x, key in places], "XMBH:string")
    outputs, criteria = {"SITES": "memory:", "REJECTED": "memory:"}, write(tmp_path, TEXT % (complete, kind))
    result = h.run("selectsites", h.Feedback(), CANDIDATES=cells, CRITERIA=criteria, LAYERS=[land(h)], **outputs)
    return {f["site_key"]: f for f in result["SITES"].getFeatures()}, {
        f["site_key"] for f in result["REJECTED"].getFeatures()
    }


def recommended(sites):
    return {key for key, site in sites.items() if site["standing"] == "recommended"}


def test_where_the_survey_ends_a_site_is_neither_free_of_farmland_nor_best_by_its_share(h, tmp_path):
    sites, out = selected(h, tmp_path, COMPLETE, "avoid")
    assert out == {"on"} and recommended(sites) == {"in", "border"}, "borders of two offices never meet"
    for key in ("half", "off"):
        assert not sites[key]["evaluated_pct"] and "completely" in sites[key]["not_evaluated"]
    assert sites["in"]["rank"] == 1 and sites["half"]["rank"] == sites["off"]["rank"] == 3


def test_a_layer_of_patches_has_nothing_where_it_has_no_feature(h, tmp_path):
    sites, out = selected(h, tmp_path, PATCHES, "avoid")
    assert out == {"on"} and recommended(sites) == {"half", "in", "off", "border"}


def test_land_that_may_lie_within_is_not_refused(h, tmp_path):
    sites, out = selected(h, tmp_path, COMPLETE, "within")
    assert "in" in out and "off" in sites and "off" not in recommended(sites)


def test_a_search_recommends_no_land_beyond_the_survey(h, tmp_path):
    area, criteria = h.layer("extent", [(h.box_wkt(-150, 0, 100),)]), write(tmp_path, TEXT % (COMPLETE, "avoid"))
    values = {"SITES": "memory:", "COUNT": 2}
    result = h.run("findsites", h.Feedback(), EXTENT_LAYER=area, CRITERIA=criteria, LAYERS=[land(h)], **values)
    sites = list(result["SITES"].getFeatures())
    assert sites and not any(site["standing"] == "recommended" for site in sites)
    assert all("completely" in site["not_evaluated"] for site in sites)


def test_why_not_here_says_that_the_survey_ends(h, tmp_path):
    from onemap.plugin.bridge.siting.select import SelectSites, SitingInputs
    from onemap.plugin.bridge.siting.why import MET, NOT_EVALUATED, WhyNot

    parcels = h.layer("cand", [(h.box_wkt(x, 10, 40), str(x)) for x in (-20, 10)], "XMBH:string")
    asked = WhyNot(SelectSites(SitingInputs(write(tmp_path, TEXT % (COMPLETE, "avoid")), [land(h)]), parcels), True)
    (half,), (inside,) = asked.ask(h.X - 5, h.Y + 20).reasons, asked.ask(h.X + 40, h.Y + 20).reasons
    assert half.state == NOT_EVALUATED and "completely" in half.text and inside.state == MET

"""What a demand means, in selectsites, findsites and "why not here" alike, and what nobody could check."""

import re

import pytest
from onemap.tests.support.siting import plane_dem, write


@pytest.fixture
def h(qgis_app):
    from onemap.tests.support import algorithms as helpers

    return helpers


FAULTS = """
layers: {land: {title: Land}}
constraints:
  - {id: wood, title: Wood, layer: land, kind: avoid, where: '"use" = ''wood'''}
  - {id: typo, title: Water, layer: land, kind: avoid, where: '"uze" = ''water'''}
  - {id: none, title: Mine, layer: land, kind: avoid, where: '"use" = ''mine'''}
  - {id: lost, title: Farmland, line: YJJBNTTB, kind: avoid}
"""
NEAR = """
layers: {road: {title: Road}}
area: {min_m2: 9900, max_m2: 10100}
constraints: [{id: near, title: Near, layer: road, kind: max_distance, distance_m: 200}]
"""
SLOPE = """
layers: {dem: {title: DEM}}
area: {min_m2: 9900, max_m2: 10100}
constraints: [{id: s, title: Slope, layer: dem, kind: slope, max: 5, unit: percent, statistic: %s}]
"""


def land(h):
    return h.layer("land", [(h.box_wkt(120, 0, 50), "wood"), (h.box_wkt(900, 900), "water")], "use:string")


def selected(h, tmp_path, text, cells, layers):
    told = h.Feedback()
    parcels = h.layer("cand", [(wkt, f"P{n}") for n, wkt in enumerate(cells)], "XMBH:string")
    outputs = {"SITES": "memory:", "REJECTED": "memory:", "REMOVALS": "memory:"}
    result = h.run("selectsites", told, CANDIDATES=parcels, CRITERIA=write(tmp_path, text), LAYERS=layers, **outputs)
    return result, told.lines


def found(h, tmp_path, text, extent, layers):
    told = h.Feedback()
    outputs = {"SITES": "memory:", "REMOVALS": "memory:", "COUNT": 3}
    area = h.layer("extent", [(extent,)])
    result = h.run("findsites", told, EXTENT_LAYER=area, CRITERIA=write(tmp_path, text), LAYERS=layers, **outputs)
    return result, told.lines


def test_a_fault_stays_with_its_criterion_and_reaches_the_headline(h, tmp_path):
    """A mistyped field, a filter that meets nothing, a layer that is not there: each by itself, in both algorithms."""
    result, told = selected(h, tmp_path, FAULTS, [h.box_wkt(0, 0), h.box_wkt(100, 0)], [land(h)])
    assert result["KEPT_COUNT"] == 1, "the wood is still avoided"
    (site,) = result["SITES"].getFeatures()
    assert site["site_key"] == "P0" and site["standing"] == "candidate, not everything was checked"
    headline = next(line for line in told if "not checked:" in line)
    assert all(word in headline for word in ("1 site(s)", "Mine", "not recommended"))
    assert "Wood" not in headline and "Water" not in headline, "whatever was meant, no feature touches the site"
    assert any("uze" in line for line in told)
    removals = {f["criterion"]: f["status"] for f in result["REMOVALS"].getFeatures()}
    assert removals["wood"] == ""
    assert "uze" in removals["typo"] and "no feature" in removals["none"] and "not evaluated" in removals["lost"]
    searched, told = found(h, tmp_path, FAULTS + "area: {min_m2: 900, max_m2: 1000}\n", h.box_wkt(0, 0, 300), [land(h)])
    assert any("not checked:" in line and "Mine" in line and "Water" not in line for line in told)
    assert any("Water" in line and "uze" in line and "left out" in line for line in told)
    removals = {f["criterion"]: f for f in searched["REMOVALS"].getFeatures()}
    assert removals["wood"]["alone_m2"] == pytest.approx(2500, rel=1e-3)
    assert "uze" in removals["typo"]["status"] and "no feature" in removals["none"]["status"]


def test_sites_of_which_everything_was_checked_are_recommended(h, tmp_path):
    text = "layers: {land: {}}\nconstraints: [{id: wood, layer: land, kind: avoid, where: '\"use\" = ''wood'''}]\n"
    result, told = selected(h, tmp_path, text, [h.box_wkt(0, 0)], [land(h)])
    assert [f["standing"] for f in result["SITES"].getFeatures()] == ["recommended"]
    assert not any("not checked" in line for line in told)


def test_near_counts_from_the_nearest_edge_in_both(h, tmp_path):
    """The parcel begins 150 m from the road and ends at 250 m: 200 m are kept, in a selection as in a search."""
    road = h.layer("road", [(f"LINESTRING({h.X} {h.Y - 500},{h.X} {h.Y + 500})",)], kind="LineString")
    parcel, beyond = h.box_wkt(150, 0), h.box_wkt(250, 0)
    result, _ = selected(h, tmp_path, NEAR, [parcel, beyond], [road])
    assert [f["site_key"] for f in result["SITES"].getFeatures()] == ["P0"]
    searched, told = found(h, tmp_path, NEAR, parcel, [road])
    assert searched["SITE_COUNT"] == 1, told
    (site,) = searched["SITES"].getFeatures()
    assert site["c_near"] == pytest.approx(150, abs=0.01)
    assert found(h, tmp_path, NEAR, beyond, [road])[0]["SITE_COUNT"] == 0


@pytest.mark.parametrize("statistic, sites", [("mean", 1), ("max", 0)])
def test_a_slope_is_that_of_the_whole_site_or_of_every_cell_in_both(h, tmp_path, statistic, sites):
    """A staircase: flat but for one steep column of cells in every ten; 1.8 % on the mean, 18 % at its steepest."""
    import numpy as np
    from onemap.tests.support.siting import raster

    steps = np.floor(np.arange(120) / 10) * 3.6
    dem = raster(tmp_path / "dem.tif", np.tile(steps, (120, 1)).astype("f4"), 10.0, h.X - 100, h.Y + 600, 4549, -9999)
    dem.setName("dem")
    cell = h.box_wkt(0, 0)
    result, _ = selected(h, tmp_path, SLOPE % statistic, [cell], [dem])
    searched, told = found(h, tmp_path, SLOPE % statistic, cell, [dem])
    assert result["KEPT_COUNT"] == searched["SITE_COUNT"] == sites, told
    status = [f["status"] for f in searched["REMOVALS"].getFeatures()]
    assert ("slope is judged by" in status[0]) == (statistic == "mean")


def test_the_measure_is_told_in_the_report(h, tmp_path):
    parcels = h.layer("cand", [(h.box_wkt(0, 0), "P0")], "XMBH:string")
    report = tmp_path / "r.html"
    outputs = {"SITES": "memory:", "REJECTED": "memory:", "REPORT": str(report)}
    dem = plane_dem(h, tmp_path / "dem.tif", 2.0)
    h.run("selectsites", CANDIDATES=parcels, CRITERIA=write(tmp_path, SLOPE % "mean"), LAYERS=[dem], **outputs)
    assert "按地块平均" in report.read_text(encoding="utf-8")


@pytest.mark.parametrize("crs", ["EPSG:4549", "EPSG:4490"])
def test_candidates_far_off_or_broken_are_named_and_set_apart(h, tmp_path, crs):
    """One stray parcel neither moves the plane nor spoils what is told of the others."""
    text = "layers: {}\nconstraints: [{id: big, title: Area, kind: area, min: 9000}]\n"
    rows = [(h.box_wkt(150 * n, 0), f"P{n}") for n in range(5)] + [(None, "broken")]
    rows.append((h.box_wkt(-450_000, 100), "stray"))
    mine = h.layer("cand", rows, "XMBH:string")
    if crs != "EPSG:4549":
        import processing
        from qgis.core import QgsCoordinateReferenceSystem

        target = QgsCoordinateReferenceSystem(crs)
        values = {"INPUT": mine, "TARGET_CRS": target, "OUTPUT": "memory:"}
        mine = processing.run("native:reprojectlayer", values)["OUTPUT"]
    told = h.Feedback()
    outputs = {"SITES": "memory:", "REJECTED": "memory:", "REMOVALS": "memory:"}
    result = h.run("selectsites", told, CANDIDATES=mine, CRITERIA=write(tmp_path, text), LAYERS=[], **outputs)
    assert [result[n] for n in ("CANDIDATE_COUNT", "KEPT_COUNT", "REJECTED_COUNT")] == [7, 5, 0]
    for name, words in (("stray", ("km from the others", "公里")), ("broken", ("no usable geometry", "图形缺失"))):
        assert any(name in line and any(word in line for word in words) for line in told.lines), told.lines


PLAIN = """
layers: {land: {title: Land}}
area: {min_m2: 9900, max_m2: 10100}
constraints: [{id: wood, title: Wood, layer: land, kind: avoid}]
"""


@pytest.mark.parametrize("fault", ["misplaced", "zone"])
def test_a_layer_that_was_read_in_part_lets_nothing_be_recommended(h, tmp_path, fault):
    """What was read of it still keeps sites away."""
    moved = 40e6 if fault == "misplaced" else 0
    rows = [(h.box_wkt(120 + moved, 0, 50),), (h.box_wkt(500, 0),), (h.box_wkt(900, 900),)]
    layer = h.layer("land", rows, crs="EPSG:4550" if fault == "zone" else "EPSG:4549")
    result, told = selected(h, tmp_path, PLAIN, [h.box_wkt(0, 0), h.box_wkt(100, 0), h.box_wkt(520, 0)], [layer])
    sites = {site["site_key"]: site for site in result["SITES"].getFeatures()}
    assert set(sites) == ({"P0", "P1"} if fault == "misplaced" else {"P0", "P1", "P2"})
    assert {site["standing"] for site in sites.values()} == {"candidate, not everything was checked"}
    assert any("not checked: Wood" in line for line in told) and any("in part only" in line for line in told)
    result, told = found(h, tmp_path, PLAIN, h.box_wkt(0, 0, 600), [layer])
    assert {site["standing"] for site in result["SITES"].getFeatures()} == {"candidate, not everything was checked"}


def test_a_candidate_without_land_is_set_apart_and_repairs_are_told(h, tmp_path):
    """A parcel of a tenth of a millimetre would have no share of anything, and be the best; a bow-tie is measured as
    it was repaired, and whoever decides is told so."""
    text = "layers: {}\nfactors: {children: [{id: a, title: A, kind: area, value: {type: linear, worst: 20000, best: 0}}]}\n"
    x, y = h.X + 300, h.Y
    bow = f"POLYGON(({x} {y},{x + 100} {y + 100},{x + 100} {y},{x} {y + 100},{x} {y}))"
    result, told = selected(h, tmp_path, text, [h.box_wkt(0, 0), h.box_wkt(150, 0, 1e-4), bow], [])
    assert [result[n] for n in ("CANDIDATE_COUNT", "KEPT_COUNT", "REJECTED_COUNT")] == [3, 2, 0]
    assert [site["site_key"] for site in result["SITES"].getFeatures()] == ["P2", "P0"]
    assert any("P1" in line and ("less than 0.01" in line or "不足 0.01" in line) for line in told)
    assert any("repaired" in line or "修复" in line for line in told)


@pytest.mark.parametrize(("rows", "kind"), [([], "Polygon"), ([("POINT(500000 3350000)",)], "Point")])
def test_what_is_no_layer_of_parcels_is_told_in_words_of_the_task(h, tmp_path, rows, kind):
    from qgis.core import QgsProcessingException

    layer = h.layer("cand", rows, kind=kind)
    outputs = {"SITES": "memory:", "REJECTED": "memory:"}
    with pytest.raises(QgsProcessingException):
        h.run("selectsites", h.Feedback(), CANDIDATES=layer, CRITERIA=write(tmp_path, NEAR), LAYERS=[], **outputs)
    from onemap.plugin.bridge.layers.snapshot import LayerSnapshot
    from onemap.plugin.bridge.siting.select import plane_of
    from onemap.plugin.core.errors import InputError

    with pytest.raises(InputError) as told:
        plane_of(LayerSnapshot(layer, "candidates"))
    assert "candidate parcels" in str(told.value) or "候选地块" in str(told.value)


LOOSE = """
layers: {road: {title: Road, names: [road]}, dem: {title: DEM, names: [dem]}}
area: {min_m2: 2400, max_m2: 2500}
constraints:
  - {id: near, title: Near, layer: road, kind: max_distance, distance_m: 100}
  - {id: slope, title: Slope, layer: dem, kind: slope, max: %s, unit: percent}
"""


def test_what_is_cut_beforehand_and_what_is_judged_afterwards_are_told_apart(h, tmp_path):
    """Of 400 m beside a road the land beyond 100 m is cut and told so; the slope cuts no land at all, but shapes."""
    road = h.layer("road", [(f"LINESTRING({h.X} {h.Y - 500},{h.X} {h.Y + 900})",)], kind="LineString")
    for limit, is_left in ((6, True), (4, False)):
        told = h.Feedback()
        outputs = {"SITES": "memory:", "REMOVALS": "memory:", "COUNT": 3, "REPORT": str(tmp_path / "r.html")}
        extent = h.layer("extent", [(h.box_wkt(0, 0, 400),)])
        layers = [road, plane_dem(h, tmp_path / f"dem{limit}.tif", 5.0)]
        result = h.run(
            "findsites", told, EXTENT_LAYER=extent, CRITERIA=write(tmp_path, LOOSE % limit), LAYERS=layers, **outputs
        )
        rows = {f["criterion"]: f for f in result["REMOVALS"].getFeatures()}
        assert rows["near"]["alone_m2"] == pytest.approx(300 * 400, rel=0.01) and rows["slope"]["alone_m2"] == 0
        assert "beyond the distance" in rows["near"]["status"] and "without elevation" in rows["slope"]["status"]
        judged, refused = re.search(r"of ([\d,]+) shapes checked, ([\d,]+) were", rows["slope"]["status"]).groups()
        assert (refused == "0") == is_left and (refused == judged) != is_left and (result["SITE_COUNT"] > 0) == is_left
        page = (tmp_path / "r.html").read_text(encoding="utf-8")
        assert (
            "距离以外的土地" in page and f"核对 {judged} 个形状，排除 {refused} 个" in page and "不直接扣除" not in page
        )


def test_the_conclusion_says_what_the_headline_says(h, tmp_path):
    """A DEM under one of two parcels: one is recommended, one a candidate; headline, layer and report agree."""
    text = "layers: {dem: {names: [dem]}}\nconstraints: [{id: s, title: Slope, layer: dem, kind: slope, max: 9, unit: percent}]\n"
    told, page = h.Feedback(), tmp_path / "r.html"
    parcels = h.layer("cand", [(h.box_wkt(0, 0), "P0"), (h.box_wkt(5000, 0), "P1")], "XMBH:string")
    outputs = {"SITES": "memory:", "REJECTED": "memory:", "REPORT": str(page)}
    dem = plane_dem(h, tmp_path / "dem.tif", 5.0)
    result = h.run("selectsites", told, CANDIDATES=parcels, CRITERIA=write(tmp_path, text), LAYERS=[dem], **outputs)
    standings = {f["site_key"]: f["standing"] for f in result["SITES"].getFeatures()}
    assert standings == {"P0": "recommended", "P1": "candidate, not everything was checked"}
    assert any(line.startswith("1 of 2 site(s) not checked: Slope") for line in told.lines)
    conclusion = "2 处地块中有 1 处未核查：Slope。这 1 处仅为备选，不作推荐。首位 P0"
    assert conclusion in re.sub("<[^>]*>", "", page.read_text(encoding="utf-8")), "the report"

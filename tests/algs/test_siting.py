"""selectsites in QGIS: real layers, real reports."""

import zipfile

import numpy as np
import pytest
from onemap.tests.support.siting import plane_dem, write
from qgis.core import NULL


@pytest.fixture
def h(qgis_app):
    from onemap.tests.support import algorithms as helpers

    return helpers


SELECT = """
layers: {farm: {}, road: {}, use: {}, dem: {}}
constraints:
  - {id: farm, title: Farmland, layer: farm, kind: avoid, where: '"k" = 1'}
  - {id: big, title: Area, kind: area, min: 9000}
  - {id: own, title: Owner, kind: attribute, expression: '"owner" = ''state'''}
  - {id: steep, title: Slope, layer: dem, kind: slope, max: 6, unit: percent}
factors:
  matrix: [[1, 2, 4], [1/2, 1, 2], [1/4, 1/2, 1]]
  children:
    - {id: road, title: Road, layer: road, kind: distance, value: {type: linear, worst: 400, best: 0}}
    - {id: use, title: Use, layer: use, kind: class, field: code, value: {type: classes, table: {"05*": 100, "01*": 0}}}
    - {id: rent, title: Rent, kind: expression, expression: '"rent" / 2', value: {type: linear, worst: 0, best: 10}}
"""


def select(h, tmp_path, layers, text=SELECT, **more):
    rows = [(h.box_wkt(150 * n, 0), f"P{n}", "state", 10.0) for n in range(4)]
    rows += [(h.box_wkt(0, 300, 50), "small", "private", None), (None, "none", "state", 1.0)]
    mine = h.layer("cand", rows, "XMBH:string,owner:string,rent:double")
    outputs = {"SITES": "memory:", "REJECTED": "memory:", "REMOVALS": "memory:", **more}
    told = h.Feedback()
    return h.run(
        "selectsites", told, CANDIDATES=mine, CRITERIA=write(tmp_path, text), LAYERS=layers, **outputs
    ), told.lines


def county(h, tmp_path, slope=5.0):
    farm = h.layer("farm", [(h.box_wkt(180, 0), 1), (h.box_wkt(300, 0), 2)], "k:integer")
    road = h.layer("road", [(f"LINESTRING({h.X + 650} {h.Y - 50},{h.X + 650} {h.Y + 500})",)], kind="LineString")
    use = h.layer("use", [(h.box_wkt(-50, 0), "0101"), (h.box_wkt(300, 0, 300), "0501")], "code:string")
    return [farm, road, use, plane_dem(h, tmp_path / "dem.tif", slope)]


def test_selectsites_ranks_and_tells_every_reason(h, tmp_path):
    result, told = select(h, tmp_path, county(h, tmp_path))
    assert [result[n] for n in ("CANDIDATE_COUNT", "KEPT_COUNT", "REJECTED_COUNT")] == [6, 3, 2]
    sites = list(result["SITES"].getFeatures())
    assert [f["site_key"] for f in sites] == ["P3", "P2", "P0"] and [f["rank"] for f in sites] == [1, 2, 3]
    first = sites[0]
    assert first["road_raw"] == pytest.approx(100, abs=0.01) and first["road_score"] == pytest.approx(75, abs=0.01)
    assert first["use_raw"] == "0501" and first["rent_raw"] == 5
    assert first["score"] == pytest.approx((4 * 75 + 2 * 100 + 50) / 7, abs=0.01)
    assert first["c_steep"] == pytest.approx(5, abs=0.01) and first["area_m2"] == pytest.approx(10_000, abs=10)
    assert sum(first[f"{n}_part"] for n in ("road", "use", "rent")) == pytest.approx(first["score"], abs=0.001)
    rejected = {f["site_key"]: f for f in result["REJECTED"].getFeatures()}
    assert rejected["P1"]["reason_count"] == 1 and "7,0" in rejected["P1"]["reasons"].replace("6,99", "7,0")
    assert rejected["small"]["reason_count"] == 2 and "Owner" in rejected["small"]["reasons"]
    removals = {f["criterion"]: f for f in result["REMOVALS"].getFeatures()}
    assert [removals[n]["removed"] for n in ("farm", "big", "own", "steep")] == [1, 1, 0, 0]
    assert removals["own"]["alone"] == 1


def test_missing_layers_are_not_evaluated_and_bad_ones_do_not_stop_the_run(h, tmp_path):
    layers = county(h, tmp_path)
    result, told = select(h, tmp_path, [layers[0], str(tmp_path / "nowhere.gpkg"), layers[2]])
    sites = list(result["SITES"].getFeatures())
    removals = {f["criterion"]: f for f in result["REMOVALS"].getFeatures()}
    assert removals["steep"]["alone_m2"] in (None, NULL) and "not evaluated" in removals["steep"]["status"].replace(
        "未评价", "not evaluated"
    )
    assert len(sites) == 3
    assert all("Road" in f["not_evaluated"] and "Slope" in f["not_evaluated"] for f in sites)
    assert sites[0]["road_score"] in (None, "NULL") or not sites[0]["road_score"]
    assert sites[0]["evaluated_pct"] == pytest.approx(300 / 7, abs=0.01)
    assert any("nowhere" in line for line in told)


def test_results_without_any_layer_can_be_written_to_files(h, tmp_path):
    from qgis.core import QgsVectorLayer

    result, _ = select(h, tmp_path, [], SITES=str(tmp_path / "sites.gpkg"), REPORT=str(tmp_path / "r.html"))
    sites = list(QgsVectorLayer(result["SITES"], "", "ogr").getFeatures())
    assert len(sites) == 4 and all(
        f["use_raw"] in (None, NULL) for f in sites
    )  # of a class nothing is known, not even "nan"
    text = (tmp_path / "r.html").read_text("utf-8")
    assert "未评价" in text and "nan" not in text


def test_no_candidate_left_says_which_criteria_killed_them(h, tmp_path):
    result, told = select(h, tmp_path, county(h, tmp_path, slope=9.0))
    assert result["KEPT_COUNT"] == 0 and result["REJECTED_COUNT"] == 5
    line = next(line for line in told if "No candidate" in line or "没有剩余" in line)
    assert line.index("Farmland") < line.index("Area") < line.index("Slope")


@pytest.mark.parametrize("suffix", [".docx", ".pdf", ".xlsx", ".html", ".txt"])
def test_reports_of_every_kind(h, tmp_path, suffix):
    path = tmp_path / f"out{suffix}"
    select(h, tmp_path, county(h, tmp_path), REPORT=str(path))
    assert path.stat().st_size > 300
    if suffix == ".docx":
        text = zipfile.ZipFile(path).read("word/document.xml").decode()
        assert all(word in text for word in ("选址分析报告", "P3", "Farmland", "敏感性", "J1"))
    if suffix == ".txt":
        assert path.read_text("gb18030").count("@") == 3


def test_layers_in_other_crs_give_the_same_answer(h, tmp_path):
    """Squares kept in 4490, 4326, 3035 and the plane overlap by the same area: vertices are moved, never boxes."""
    from qgis.core import QgsCoordinateReferenceSystem, QgsCoordinateTransform, QgsProject

    text = """
layers: {farm: {}}
constraints: [{id: farm, layer: farm, kind: avoid, tolerance_m2: 100000}]
factors: {children: [{id: share, layer: farm, kind: share, unit: "%", value: {type: linear, worst: 100, best: 0}}]}
"""
    shares = []
    for crs in ("EPSG:4549", "EPSG:4490", "EPSG:4326", "EPSG:3035"):
        farm = h.layer("farm", [(h.box_wkt(50, 0, 60),)])
        move = QgsCoordinateTransform(farm.crs(), QgsCoordinateReferenceSystem(crs), QgsProject.instance())
        geometry = next(farm.getFeatures()).geometry()
        geometry.transform(move)
        moved = h.layer("farm", [(geometry.asWkt(12),)], crs=crs)
        result, _ = select(h, tmp_path, [moved], text)
        first = {f["site_key"]: f for f in result["SITES"].getFeatures()}["P0"]
        shares.append((first["share_raw"], first["c_farm"]))
    assert shares[0] == pytest.approx((30, 3000), rel=1e-3)
    for share in shares[1:]:
        assert share == pytest.approx(shares[0], rel=3e-5)  # PROJ's own 3035 is a millimetre off so far from Europe


def test_a_dem_elsewhere_is_not_evaluated(h, tmp_path):
    from onemap.tests.support.siting import raster

    layers = county(h, tmp_path)[:3]
    layers.append(raster(tmp_path / "far.tif", np.zeros((50, 50), "f4"), 10.0, h.X + 90_000, h.Y, 4549))
    result, told = select(h, tmp_path, layers)
    sites = list(result["SITES"].getFeatures())
    assert len(sites) == 3 and all("Slope" in f["not_evaluated"] and f["c_steep"] in (None, NULL) for f in sites)
    assert any("does not cover" in line or "未覆盖" in line for line in told)


def test_the_report_checks_the_ranking_by_topsis(h, tmp_path):
    report = tmp_path / "r.html"
    select(h, tmp_path, county(h, tmp_path), REPORT=str(report))
    page = report.read_text(encoding="utf-8")
    assert "TOPSIS 法校核" in page and "贴近度" in page and ("首位一致" in page or "首位为" in page)

"""onemap:indicators on the made-up county: every formula recomputed by a peer, outputs, reports."""

import json
from pathlib import Path

import pytest
from qgis.core import QgsVectorLayer

CODE, PLACES = "339901", 6


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    """Paths of the made-up county's database, statistics and goals."""
    from demo.county import make_county
    from demo.monitoring import write_monitoring

    return write_monitoring(tmp_path_factory.mktemp("county"), make_county(parcels=240))


@pytest.fixture(scope="module")
def values(qgis_app, county, tmp_path_factory):
    """(result, folder) of one run with every output."""
    from onemap.tests.support import algorithms as h

    folder = tmp_path_factory.mktemp("out")
    database, statistics, goals = map(str, county)
    reports = [folder / f"monitoring.{kind}" for kind in ("html", "docx", "xlsx", "pdf")]
    names = ("VALUES", "WARNINGS", "DIVISION_MAP", "FEATURES")
    result = h.run(
        "indicators", None, SPEC="td1063_layers", LAYERS=[database], DIVISIONS=f"{database}|layername=XZQ_XZ",
        STATISTICS=statistics, GOALS=goals, YEAR=2025, ON_DATE="2026-03-01", TRACE="cropland_area",
        REPORT=";".join(map(str, reports)), **{name: str(folder / f"{name}.gpkg") for name in names},
    )  # fmt: skip
    return result, folder, reports


def rows(result, name):
    return list(QgsVectorLayer(result[name], name, "ogr").getFeatures())


def test_every_formula_agrees_with_a_peer(values, county):
    """Plain shapely and PROJ, division by division: areas to 0.01 m², all else to 1e-9."""
    from onemap.plugin.formats.rules.indicator_files import load_indicator_set
    from onemap.tests.support.indicator_peer import Table
    from onemap.tests.support.indicator_peer import county as peer

    known = load_indicator_set("td1063_layers")
    found = {(f["indicator"], f["division"]): f["value"] for f in rows(values[0], "VALUES") if f["year"] == 2025}
    divisions = Table(county[0], "XZQ_XZ")
    worst = {}
    for code, shape in zip(divisions.columns["XZQDM"], divisions.shapes):
        for name, wanted in peer(str(county[0]), 2025, shape).items():
            value, unit = found[name, code], known.indicator(name).unit
            value = None if str(value) == "NULL" else value
            assert (value is None) == (wanted is None), (name, code, value, wanted)
            if wanted is None:
                continue
            is_area = unit.dimension == (("m", 2),)
            slack = 0.01 / unit.factor if is_area else getattr(wanted, "slack", 1e-9 * max(abs(wanted), 1.0))
            worst[name] = max(worst.get(name, 0.0), abs(value - wanted) / slack)
    assert len(worst) == 31 and max(worst.values()) <= 1.0, sorted(worst.items(), key=lambda item: -item[1])[:6]


def test_values_warnings_and_the_map(values):
    result, _, _ = values
    found = rows(result, "VALUES")
    assert len(found) == result["VALUE_COUNT"] == 34 * 3 * (PLACES + 1)
    for f in found:
        missing = str(f["value"]) == "NULL"
        assert missing == (f["status"] == "grey") and (not missing or f["reason"]), f["indicator"]
        assert json.loads(f["lineage"])["formula"] and f["confidence"] == "memory - verify"
    assert result["NOT_COMPUTED_COUNT"] == sum(f["status"] == "grey" for f in found)
    warned = rows(result, "WARNINGS")
    colours = [f["status"] for f in warned]
    assert colours == sorted(colours, key=["red", "orange", "yellow", "grey"].index) and "orange" in colours
    layer = QgsVectorLayer(result["DIVISION_MAP"], "m", "ogr")
    assert layer.featureCount() == PLACES and layer.crs().authid() == "EPSG:4549"
    crops = sum(f["cropland_area"] for f in layer.getFeatures())
    whole = next(f for f in found if (f["indicator"], f["division"], f["year"]) == ("cropland_area", CODE, 2025))
    assert whole["value"] == pytest.approx(crops, abs=1e-9)
    traced = sum(f["amount"] for f in rows(result, "FEATURES"))
    assert traced == pytest.approx(whole["value"] * 1e6, abs=0.5)


def test_the_hash_of_lineage_is_recomputed_from_the_rows(values, county):
    """SHA-256 over blocks of keys // 20000: the values of all rows as JSON, then all WKB."""
    import hashlib
    import itertools
    import sqlite3

    found = {f["indicator"]: f for f in rows(values[0], "VALUES") if (f["division"], f["year"]) == (CODE, 2025)}
    told = {one["layer"]: one["sha256"] for f in found.values() for one in json.loads(f["lineage"])["layers"]}
    for name in ("GYLDGC_2025", "DLTB_2025"):
        digest = hashlib.sha256()
        with sqlite3.connect(county[0]) as data:
            columns = [c[1] for c in data.execute(f"PRAGMA table_info({name})") if c[1] != "geom"]
            said = data.execute(f"SELECT {', '.join(columns)}, geom FROM {name} ORDER BY fid").fetchall()  # noqa: S608
        for _, block in itertools.groupby(said, key=lambda row: row[0] // 20_000):
            block = list(block)
            digest.update(json.dumps([row[:-1] for row in block], ensure_ascii=False).encode())
            digest.update(b"".join(row[-1][40:] for row in block))
        assert told[name] == digest.hexdigest(), name


@pytest.fixture(scope="module")
def plan_county(tmp_path_factory):
    """A county whose land has the plan's classes, with railways and stations: what the others lack."""
    import numpy as np
    import shapely
    from demo.county import make_county
    from demo.monitoring import township_rows, write_layers

    made, rng = make_county(parcels=240), np.random.default_rng(8)
    kinds = np.array(["1506", "0701", "0602", "0101", "1207", "0301"])
    codes, marks = (rng.choice(found, len(made.parcels)).tolist() for found in (kinds, ["201", "203A", "", "202"]))
    land = [(p, {"YDYHFLDM": code, "CZCSXM": mark}) for p, code, mark in zip(made.parcels, codes, marks)]
    left, low, right, top = made.boundary.bounds
    ends = rng.uniform((left, low), (right, top), (8, 2))
    rails = [(shapely.LineString(ends[n : n + 3]), {"MC": f"铁路{n}"}) for n in range(0, 6, 2)]
    stops = [(shapely.Point(xy), {"MC": "站"}) for xy in rng.uniform((left, low), (right, top), (14, 2))]
    path = tmp_path_factory.mktemp("plan") / "plan.gpkg"
    layers = {"XZQ_XZ": township_rows(made), "YDYH_2025": land, "TLXL_2025": rails, "GDJTZD_2025": stops}
    write_layers(path, layers)
    return str(path)


def test_the_three_that_the_county_lacks_agree_with_a_peer_too(h, plan_county):
    """Burial land, railways and stations: with those above, all 34 formulas are recomputed."""
    import shapely
    from onemap.tests.support import indicator_peer as peer

    result = h.run("indicators", None, SPEC="td1063_layers", LAYERS=[plan_county], YEAR=2025, YEARS="2025",
                   DIVISIONS=f"{plan_county}|layername=XZQ_XZ", VALUES="memory:")  # fmt: skip
    found = {(f["indicator"], f["division"]): f["value"] for f in result["VALUES"].getFeatures()}
    land, stops = peer.Table(plan_county, "YDYH_2025"), peer.Table(plan_county, "GDJTZD_2025").shapes
    rails, divisions = peer.Table(plan_county, "TLXL_2025").shapes, peer.Table(plan_county, "XZQ_XZ")
    reach, told = shapely.union_all(shapely.buffer(stops, 800, quad_segs=64)), 0
    for code, shape in zip(divisions.columns["XZQDM"], divisions.shapes):
        burial = peer.area(peer.parts_of(peer.inside(land.where("YDYHFLDM", "1506"), shape), 2))
        assert found["burial_area", code] * 1e6 == pytest.approx(burial, abs=0.01)
        railway = peer.length(peer.parts_of(peer.inside(rails, shape), 1)) / 1e3 / (peer.area(shape) / 1e6)
        assert found["railway_density", code] == pytest.approx(railway, rel=1e-9, abs=1e-9)
        settled = peer.parts_of(peer.inside(land.where("CZCSXM", "201", "202", "203"), shape), 2)
        near = peer.area(peer.parts_of(peer.inside(settled, reach), 2))
        wanted = peer.quotient(near, peer.area(settled), 100)
        assert found["station_coverage", code] == pytest.approx(float(wanted), abs=wanted.slack)
        told += burial > 0 and railway > 0 and near > 0
    assert told >= 3  # the numbers are not all nought


def test_reports_say_warnings_first_and_where_numbers_come_from(values):
    _, _, reports = values
    text = reports[0].read_text(encoding="utf-8")
    order = [text.index(words) for words in ("二、预警", "三、各项指标", "四、逐年比较", "附件")]
    assert order == sorted(order) and text.count("<img") > 40
    assert "未与正式标准文本核对" in text and "share(area(industrial), area(settled))" in text
    assert "DLTB_2025" in text and "缺少 2025 年的图层“铁路”" in text
    assert all(Path(file).stat().st_size > 10_000 for file in reports)


def test_a_layer_of_a_file_is_opened_once_for_a_run(qgis_app, county):
    from onemap.processing_algs.review_parameters import open_layer
    from qgis.core import QgsProcessingContext, QgsProject

    context, source = QgsProcessingContext(), f"{county[0]}|layername=DLTB_2025"
    first = open_layer(source, context)
    assert first.name() == "DLTB_2025" and open_layer(source, context).id() == first.id()
    other = open_layer(f"{county[0]}|layername=DLTB_2024", context)
    assert other.name() == "DLTB_2024" and other.id() != first.id()
    mine = QgsVectorLayer(source, "my name", "ogr")
    QgsProject.instance().addMapLayer(mine)
    context = QgsProcessingContext()
    context.setProject(QgsProject.instance())
    assert (
        open_layer(source, context).name() == "DLTB_2025" and mine.name() == "my name"
    )  # the project's stays as it is
    QgsProject.instance().removeMapLayer(mine.id())


def test_a_wrong_set_mapping_or_year_is_refused_in_words(h, county, tmp_path):
    from qgis.core import QgsProcessingException

    database = str(county[0])
    good = {"LAYERS": [f"{database}|layername=DLTB_2025"], "DIVISIONS": f"{database}|layername=XZQ_XZ", "YEAR": 2025}
    for wrong in ({"SPEC": "nothing"}, {"MAPPING": "{"}, {"MAPPING": '{"DLTB_2025": "x"}'}, {"YEARS": "20a"}):
        with pytest.raises(QgsProcessingException) as caught:
            h.run("indicators", None, **{"SPEC": "village", **good, "VALUES": "memory:", **wrong})
        assert len(str(caught.value)) > 20


def test_the_village_and_city_sets_run(h, county):
    import sqlite3

    database, statistics, _ = map(str, county)
    with sqlite3.connect(database) as data:
        names = [name for (name,) in data.execute("SELECT table_name FROM gpkg_contents")]
    used = [f"{database}|layername={name}" for name in names if not name.endswith(("_2023", "_2024"))]
    for spec, count in (("village", 13), ("plan_city", 35)):
        result = h.run(
            "indicators", None, SPEC=spec, LAYERS=used, DIVISIONS=f"{database}|layername=XZQ_XZ", YEAR=2025,
            STATISTICS=statistics, YEARS="2025", VALUES="memory:",
        )  # fmt: skip
        found = {(f["indicator"], f["division"]): f for f in result["VALUES"].getFeatures()}
        assert len(found) == count * (PLACES + 1)
        assert found["cropland_area", CODE]["value"] > 0
    assert found["urban_per_head", CODE]["value"] > 0 and found["water_use", CODE]["value"] == pytest.approx(1.88)

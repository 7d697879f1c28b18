"""Indicators in QGIS: a hand table, what one change touches, what is missing, and answers that are kept."""

from datetime import date

import pytest
from onemap.tests.support import toy_county as toy

A, B, WHOLE = "339901001", "339901002", "339901"


@pytest.fixture
def spec(tmp_path):
    path = tmp_path / "toy.yaml"
    path.write_text(toy.SET, encoding="utf-8")
    (tmp_path / "people.csv").write_text(toy.STATISTICS, encoding="utf-8")
    return path


def computed(spec, layers, **more):
    """(run, job); `store` may be given."""
    from onemap.plugin.bridge.monitoring.indicator_job import IndicatorInput, IndicatorJob
    from onemap.plugin.bridge.monitoring.measure_state import MeasureStore

    store = more.pop("store", None) or MeasureStore(spec.parent / "measures.json")
    people = [spec.parent / "people.csv"]
    chosen = IndicatorInput(
        str(spec), list(layers.values()), toy.divisions(), 2024, statistics=people, today=date(2025, 3, 1), **more
    )
    job = IndicatorJob(chosen, store)
    return job.run(), job


def table(run):
    return {(v.indicator.id, v.place.code): v.value for v in run.values if v.outcome.year == 2024}


def parcel_areas():
    from onemap.plugin.core.land.area import statutory_areas
    from pyproj import CRS
    from shapely import from_wkt

    return [float(a) for a in statutory_areas(from_wkt([toy.strip(i, i + 1) for i in range(10)]), CRS.from_epsg(4549))]


def test_a_hand_table_of_twelve_indicators(qgis_app, spec):
    """Ten parcels of 100 m x 100 m: five in division A, five in B; every number reckoned by hand."""
    run, _ = computed(spec, toy.layers())
    found, a = table(run), parcel_areas()
    assert all(abs(area - 9999.96) < 0.1 for area in a)
    hand = {  # A, B, the whole
        "crop": (a[0] + a[1] + a[2], a[6], a[0] + a[1] + a[2] + a[6]),
        "crop_share": (60, 20, 40),
        "crop_net": (27_000, 9_000, 36_000),
        "red": (a[4], a[5] / 2, a[4] + a[5] / 2),
        "red_built": (a[4], a[5] / 2, a[4] + a[5] / 2),
        "towers": (1, 1, 2),
        "floors": (a[0] * 0.5 * 10, a[7] * (0.2 * 2 + 0.2 * 3), a[0] * 5 + a[7]),
        "road": (500, 500, 1000),
        "density": (10, 10, 10),
        "per_head": (a[4] / 200, (a[5] + a[7] + a[8]) / 300, (a[4] + a[5] + a[7] + a[8]) / 500),
        "park": (None, 50, 50),  # A has no homes: nothing to be covered, not 0 %
        "ratio": (None, a[9] / a[7], a[9] / a[7]),
    }
    for name, wanted in hand.items():
        for code, value in zip((A, B, WHOLE), wanted):
            if value is None:
                assert found[name, code] is None, (name, code)
            else:
                assert found[name, code] == pytest.approx(value, rel=2e-5, abs=0.06), (name, code)
    assert found["crop", WHOLE] == pytest.approx(found["crop", A] + found["crop", B], abs=1e-9)


def test_a_change_of_one_parcel_changes_exactly_the_indicators_that_name_it(qgis_app, spec):
    before = table(computed(spec, toy.layers())[0])
    codes = [*toy.CODES[:2], "0601", *toy.CODES[3:]]  # one field of A is built over
    after = table(computed(spec, toy.layers(codes))[0])
    changed = {key for key in before if before[key] != after[key]}
    named = {"crop", "crop_share", "crop_net", "per_head"}  # red_built names built land, but not there
    assert changed == {(name, code) for name in named for code in (A, WHOLE)}


def test_an_unchanged_layer_is_not_read_again(qgis_app, spec):
    _, first = computed(spec, toy.layers())
    assert set(first.read_layers) == {"DLTB_2024", "STBHHX", "JZJD_2024", "CSDLZX_2024", "GYLDGC_2024"}
    run, again = computed(spec, toy.layers())
    assert again.read_layers == [] and table(run)["crop_share", WHOLE] == pytest.approx(40, rel=1e-6)
    layers = toy.layers()
    layers["JZJD_2024"].dataProvider().deleteFeatures([3])
    run, changed = computed(spec, layers)
    assert changed.read_layers == ["JZJD_2024"] and table(run)["towers", WHOLE] == 1
    layers["GYLDGC_2024"].dataProvider().deleteFeatures([1])
    run, changed = computed(spec, layers)  # the park is the zone of a measure of homes
    assert set(changed.read_layers) == {"GYLDGC_2024", "DLTB_2024"} and table(run)["park", B] == 0


def test_what_is_missing_is_named_and_never_zero(qgis_app, spec):
    layers = toy.layers()
    del layers["JZJD_2024"]
    (spec.parent / "people.csv").write_text("code,year,key,value,unit\n339901001,2024,people,200,\n", encoding="utf-8")
    run, _ = computed(spec, layers)
    found = {v.indicator.id: v for v in run.of_year(A)}
    assert found["towers"].value is None and "缺少 2024 年的图层“建筑”" in found["towers"].reason()
    assert found["per_head"].value is None and "常住人口" in found["per_head"].reason()
    assert any(remark.code == "statistic_unit_missing" for remark in run.remarks)
    assert found["park"].value is None and "不能作分母" in found["park"].reason()
    assert all(v.status.colour.value == "grey" for v in found.values() if v.value is None)


def test_a_layer_that_does_not_cover_a_division_says_nothing_of_it(qgis_app, spec):
    layers = toy.layers()
    layers["DLTB_2024"].dataProvider().deleteFeatures([7, 8])
    run, _ = computed(spec, layers)
    found = {(v.indicator.id, v.place.code): v for v in run.values}
    assert found["crop", B].value is None and found["crop", WHOLE].value is None
    assert "只覆盖该政区的 60.0%" in found["crop", B].reason() and found["crop", A].value > 0


def test_an_unreadable_feature_fails_its_layer_only(qgis_app, spec):
    from qgis.core import QgsGeometry

    layers = toy.layers()
    wild = QgsGeometry.fromWkt("POLYGON((9e8 1,9e8 2,9.1e8 2,9e8 1))")
    layers["JZJD_2024"].dataProvider().changeGeometryValues({1: wild})
    run, _ = computed(spec, layers)
    found = {v.indicator.id: v for v in run.of_year(A)}
    assert found["towers"].value is None and "无法读取" in found["towers"].reason()
    assert found["crop"].value is not None


def test_a_field_or_a_class_that_a_layer_lacks_is_named(qgis_app, spec):
    from onemap.tests.support.algorithms import layer

    layers = toy.layers()
    layers["JZJD_2024"] = layer("JZJD_2024", [(toy.strip(0, 0.5), 1)], "x:integer")
    layers["DLTB_2024"] = layer("DLTB_2024", [(toy.strip(i, i + 1), "0101") for i in range(10)], "dlbm:string")
    run, _ = computed(spec, layers)
    found = {v.indicator.id: v for v in run.of_year(A)}
    assert "没有字段 GD" in found["towers"].reason() and "没有字段 TBDLMJ" in found["crop_net"].reason()
    assert found["crop_share"].value == pytest.approx(100, rel=1e-6)  # the field's name in small letters is the same


def test_a_layer_without_a_fitting_name_is_told_and_may_be_mapped(qgis_app, spec):
    layers = toy.layers()
    layers["DLTB_2024"].setName("云溪变更调查")
    run, _ = computed(spec, layers)
    assert any(r.code == "indicator_layer_unmatched" and "云溪变更调查" in r.text("zh") for r in run.remarks)
    assert {v.indicator.id: v for v in run.of_year(A)}["crop"].value is None
    run, _ = computed(spec, layers, mapping={"云溪变更调查": "landuse@2024"})
    assert {v.indicator.id: v for v in run.of_year(A)}["crop"].value > 0
    from onemap.plugin.core.errors import InputError

    with pytest.raises(InputError):
        computed(spec, layers, mapping={"云溪变更调查": "land"})


def test_kept_answers_that_are_damaged_are_made_anew(qgis_app, spec):
    computed(spec, toy.layers())
    kept = spec.parent / "measures.json"
    whole = kept.read_text(encoding="utf-8")
    for damage in (whole[: len(whole) // 2], "[]", "{}", whole.replace('"format": [', '"format": [9')):
        kept.write_text(damage, encoding="utf-8")
        run, job = computed(spec, toy.layers())
        assert job.read_layers and table(run)["crop_share", WHOLE] == pytest.approx(40, rel=1e-6)


def test_the_features_behind_an_indicator_sum_to_it(qgis_app, spec):
    from onemap.plugin.bridge.monitoring.indicator_trace import trace_rows

    run, job = computed(spec, toy.layers())
    rows, shapes = trace_rows(job, run, "red_built")
    assert len(rows) == len(shapes) == 2
    assert sum(row[-1] for row in rows) == pytest.approx(table(run)["red_built", WHOLE], abs=0.01)
    rows, _ = trace_rows(job, run, "towers")
    assert [row[5] for row in rows] == [1, 3]


def test_lineage_names_layers_and_their_content(qgis_app, spec):
    import json

    from onemap.plugin.bridge.layers.snapshot import LayerSnapshot
    from onemap.plugin.bridge.monitoring.measure_state import content_sha256

    layers = toy.layers()
    run, _ = computed(spec, layers)
    told = json.loads(run.lineage(run.value("red_built", A, 2024)))
    assert {one["layer"] for one in told["layers"]} == {"DLTB_2024", "STBHHX"}
    assert told["layers"][0]["sha256"] == content_sha256(LayerSnapshot(layers[told["layers"][0]["layer"]]))
    assert told["formula"] == "area(built, in=redline)"
    told = json.loads(run.lineage(run.value("per_head", A, 2024)))
    assert told["statistics"][0]["value"] == "200 人" and told["statistics"][0]["row"] == 2


WAYS = """
id: ways
zh: 沿路覆盖
version: 1
layers:
  homes: {zh: 住宅, names: [ZZ]}
  roads: {zh: 道路, names: [CSDLZX], fields: {kind: {names: [DJ]}}}
  clinics: {zh: 诊所, names: [ZS]}
parts:
  streets: {zh: 街道, of: roads, where: "kind = 街"}
statistics: {people: {zh: 人口, unit: 人}}
indicators:
  - {id: straight, zh: 直线, unit: "%", formula: "coverage(clinics, 250, of=homes)"}
  - {id: walked, zh: 沿路, unit: "%", formula: "coverage(clinics, 250, of=homes, along=streets)"}
  - {id: counted, zh: 沿路幢数, unit: "%", formula: "coverage(clinics, 250, of=homes, by=count, along=streets)"}
"""


def place(x, y=0.0):
    """WKT of a square of 20 m around a point of the toy county."""
    x, y = toy.X + x, toy.Y + 500 + y
    return f"POLYGON(({x - 10} {y - 10},{x + 10} {y - 10},{x + 10} {y + 10},{x - 10} {y + 10},{x - 10} {y - 10}))"


def road(*points):
    return "LINESTRING(" + ",".join(f"{toy.X + x} {toy.Y + 500 + y}" for x, y in points) + ")"


@pytest.fixture
def ways(qgis_app, tmp_path):
    """(file of the set, layers): a street 0-600 with a clinic at 100; a lane beside it that leads nowhere."""
    (tmp_path / "toy.yaml").write_text(WAYS, encoding="utf-8")
    (tmp_path / "people.csv").write_text(toy.STATISTICS, encoding="utf-8")
    homes = [
        place(300),  # 200 m along the street
        place(340, 5),  # 240 + 5
        place(360),  # 260: too far
        place(100, 200),  # on the lane, 200 m straight, no way to the clinic
        place(900, 260),  # farther than 250 m from every road
        place(590, 20),  # 490 + 20 by the street, nearer by a dirt track
    ]
    streets = [(road((0, 0), (300.2, 0)), "街"), (road((300, 0), (600, 0)), "街"), (road((50, 200), (200, 200)), "街"),
               (road((590, 20), (100, 0)), "小路")]  # fmt: skip
    found = [
        toy.layer("ZZ_2024", [(wkt, n) for n, wkt in enumerate(homes)], "n:integer"),
        toy.layer("CSDLZX_2024", streets, "DJ:string", kind="LineString"),
        toy.layer("ZS_2024", [(f"POINT({toy.X + 100} {toy.Y + 500})", "a")], "MC:string", kind="Point"),
    ]
    return tmp_path / "toy.yaml", {one.name(): one for one in found}


def far_divisions(monkeypatch):
    made = toy.layer("XZQ", [(toy.strip(0, 10, -100, 1000), "339901001", "甲")], "XZQDM:string,XZQMC:string")
    monkeypatch.setattr(toy, "divisions", lambda: made)


def test_coverage_along_roads_by_hand(ways, monkeypatch):
    """Two of six homes by road; the lane is cut off, one home has no road, the dirt track is no street."""
    far_divisions(monkeypatch)
    run, job = computed(*ways)
    found = {v.indicator.id: v for v in run.of_year(A)}
    assert found["walked"].value == pytest.approx(100 / 3, abs=1e-3)
    assert found["counted"].value == pytest.approx(100 / 3, abs=1e-9)
    assert 49 < found["straight"].value < 50  # three homes but for a corner
    told = [remark.text("zh") for remark in run.remarks]
    assert any("1 个要素距“道路”超过 250 米" in words for words in told)
    assert any("1 个要素沿“道路”到不了任何“诊所”" in words for words in told)
    from onemap.plugin.bridge.monitoring.indicator_trace import trace_rows

    rows, _ = trace_rows(job, run, "counted")
    assert [row[5] for row in rows if "along" in row[3]] == [1, 2]
    layers = {one.name for one in run.layers_of(found["walked"])}
    assert layers == {"ZZ_2024", "CSDLZX_2024", "ZS_2024"}
    _, again = computed(*ways)
    assert again.read_layers == []
    ways[1]["CSDLZX_2024"].dataProvider().deleteFeatures([1, 2])  # the lane is left: the clinic lies 200 m beside it
    run, changed = computed(*ways)
    assert "CSDLZX_2024" in changed.read_layers
    assert {v.indicator.id: v for v in run.of_year(A)}["counted"].value == pytest.approx(100 / 6, abs=1e-9)


def test_without_roads_or_facilities_nothing_is_made_up(ways, monkeypatch):
    far_divisions(monkeypatch)
    spec, layers = ways
    layers["CSDLZX_2024"].dataProvider().deleteFeatures([1, 2, 3])  # the dirt track is left
    run, _ = computed(spec, layers)
    found = {v.indicator.id: v for v in run.of_year(A)}
    assert found["walked"].value is None and "没有线要素" in found["walked"].reason()
    assert found["straight"].value > 0
    del layers["CSDLZX_2024"]
    run, _ = computed(spec, layers)
    assert "缺少 2024 年的图层“道路”" in {v.indicator.id: v for v in run.of_year(A)}["walked"].reason()


def test_what_was_seen_on_opening_a_layer_is_told_of_layers_and_divisions(qgis_app, spec, monkeypatch):
    """A layer of a web service, one with unsaved edits: its remarks reach the run, each once."""
    from onemap.plugin.bridge.layers import view_limits

    layers = toy.layers()
    first = next(iter(layers.values()))
    assert first.startEditing() and first.deleteFeature(next(first.getFeatures()).id())
    monkeypatch.setattr(view_limits, "_SERVICES", {"memory"})
    run, _ = computed(spec, layers)
    said = [(remark.code, remark.layer) for remark in run.remarks]
    services = [layer for code, layer in said if code == view_limits.SERVICE_REMARK]
    assert toy.divisions().name() in services and first.name() in services
    assert len(services) == len(set(services)) and ("layer_unsaved", first.name()) in said
    first.rollBack()


def test_a_share_above_its_whole_is_told(qgis_app, spec):
    """Division over cropland instead of the other way round: 167 % in A, 500 % in B; a growth in % may be as large."""
    run, _ = computed(spec, toy.layers())
    assert not any(remark.code == "indicator_over_100" for remark in run.remarks)
    right, wrong = "share(area(cropland), area(division))", "share(area(division), area(cropland))"
    spec.write_text(toy.SET.replace(right, wrong), encoding="utf-8")
    run, _ = computed(spec, toy.layers())
    (remark,) = (remark for remark in run.remarks if remark.code == "indicator_over_100")
    assert remark.params["count"] == 3 and remark.params["value"].startswith("500.")

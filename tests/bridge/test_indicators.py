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

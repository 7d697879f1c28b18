"""ingestlayers and restorelayer in QGIS: all layers or none, versions, what rests on them."""

import json

import pytest
import shapely
from onemap.plugin.core.review.rounds import RoundInput
from onemap.plugin.store.county_layers import CountyLayers
from onemap.plugin.store.workspace import Workspace
from onemap.tests.support.rounds_made import head, made, square
from qgis.core import QgsVectorLayer

FIELDS = "BSM:string,MJ:double,RQ:date"


def layer(h, name="YJJBNT", count=4, start=0, fields=FIELDS):
    rows = [
        (h.box_wkt(200 * n, 0), f"K{n}", 1.5, "2026-01-01")[: 1 + len(fields.split(","))]
        for n in range(start, start + count)
    ]
    return h.layer(name, rows, fields)


def run(h, store, *layers, told=None, **more):
    values = {"CHECKS": "memory:", "VERSIONS": "memory:", "DEPENDANTS": "memory:", **more}
    return h.run("ingestlayers", told, LAYERS=list(layers), STORE=str(store), ACTOR="li", **values)


def rows(result, name, *fields):
    return [tuple(f[n] for n in fields) for f in result[name].getFeatures()]


def test_versions_and_roll_back(h, tmp_path):
    store = tmp_path / "county_layers.gpkg"
    first = run(h, store, layer(h), layer(h, "STBHHX"), NOTE="2025")
    assert first["VERSION_COUNT"] == 2 and first["REFUSED_COUNT"] == 0
    second = run(h, store, layer(h, count=4, start=1))
    assert rows(second, "VERSIONS", "layer", "version", "features", "added", "removed", "same", "note") == [
        ("YJJBNT", 2, 4, 1, 1, 3, ""), ("STBHHX", 1, 4, 4, 0, 0, "2025"), ("YJJBNT", 1, 4, 4, 0, 0, "2025")]  # fmt: skip
    current = QgsVectorLayer(f"{store}|layername=YJJBNT", "now", "ogr")
    assert (
        sorted(f["BSM"] for f in current.getFeatures()) == ["K1", "K2", "K3", "K4"]
        and current.crs().authid() == "EPSG:4549"
    )
    past = QgsVectorLayer(f"{store}|layername=YJJBNT_history", "past", "ogr")
    assert [(f["BSM"], f["onemap_from"], f["onemap_until"]) for f in past.getFeatures()] == [("K0", 1, 2)]
    assert current.dataProvider().hasSpatialIndex() == current.dataProvider().SpatialIndexPresent
    back = h.run("restorelayer", STORE=str(store), LAYER="YJJBNT", VERSION=1, ACTOR="zhao", VERSIONS="memory:")
    assert back["NEW_VERSION"] == 3
    with CountyLayers.open(store) as opened:
        assert [v.features for v in opened.versions("YJJBNT")] == [4, 4, 4]
    again = QgsVectorLayer(f"{store}|layername=YJJBNT", "again", "ogr")
    assert len(list(again.getFeatures(again.extent()))) == 4  # the index follows
    assert sorted(f["BSM"] for f in again.getFeatures()) == ["K0", "K1", "K2", "K3"]


def test_one_layer_that_is_refused_keeps_all_out(h, tmp_path):
    store = tmp_path / "s.gpkg"
    told = h.Feedback()
    empty = h.layer("STBHHX", [], FIELDS)
    result = run(h, store, layer(h), empty, told=told)
    assert result["VERSION_COUNT"] == 0 and not store.exists()
    refused = [r for r in rows(result, "CHECKS", "layer", "level", "outcome", "found") if r[2] == "refused"]
    assert [r[:2] for r in refused] == [("STBHHX", "rigid")] and any(
        "Nothing was imported" in line for line in told.lines
    )


CASES = {
    "half gone": (lambda h: layer(h, count=1), {}, "more than half", True),
    "a field lost": (lambda h: layer(h, fields="BSM:string,MJ:double"), {}, "RQ", True),
    "keys twice": (lambda h: h.layer("YJJBNT", [(h.box_wkt(0, 0), "K", 1.0, None), (h.box_wkt(300, 0), "K", 1.0, None)], FIELDS),
                   {}, "K", True),
    "another kind": (lambda h: h.layer("YJJBNT", [(f"POINT({h.X} {h.Y})", "K", 1.0, None)] * 3, FIELDS, kind="Point"), {}, "MULTIPOINT", False),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_refuses_and_what_a_person_may_answer_for(h, tmp_path, case):
    make, more, words, may_insist = CASES[case]
    store = tmp_path / "s.gpkg"
    run(h, store, layer(h))
    told = h.Feedback()
    assert run(h, store, make(h), told=told, **more)["VERSION_COUNT"] == 0
    assert any(words in line for line in told.lines), told.lines
    with CountyLayers.open(store) as opened:
        assert len(opened.versions()) == 1
    assert run(h, store, make(h), INSIST=True, **more)["VERSION_COUNT"] == (1 if may_insist else 0)


def test_fields_in_another_spelling_or_kind_are_those_of_the_store(h, tmp_path):
    store, text = tmp_path / "s.gpkg", "BSM:string,DLBM:string,NF:integer"

    def made(fields, *values):
        return h.layer("YJJBNT", [(h.box_wkt(300 * n, 0), f"K{n}", *values) for n in range(3)], fields)

    run(h, store, made(text, "101", 2024))
    same = run(h, store, made(text.lower(), "101", 2024))
    assert rows(same, "VERSIONS", "version") == [(1,)]
    told = h.Feedback()
    numbers = made("BSM:string,DLBM:integer,NF:double", 101, 2024.0)
    assert run(h, store, numbers, told=told)["VERSION_COUNT"] == 0
    assert any("DLBM (text → integer)" in line and "NF" not in line for line in told.lines)
    assert rows(run(h, store, numbers, INSIST=True), "VERSIONS", "version") == [(1,)]  # the same rows, as texts
    run(h, store, made("BSM:string,DLBM:integer,NF:double", 102, 2025.0), INSIST=True)
    with CountyLayers.open(store) as opened:
        assert sorted((v.version for v in opened.versions()), reverse=True) == [
            2,
            1,
        ]  # nothing "changed by another program"


def test_another_crs_is_moved_to_that_of_the_store(h, tmp_path):
    import processing

    store = tmp_path / "s.gpkg"
    run(h, store, layer(h))
    moved = processing.run("native:reprojectlayer", {"INPUT": layer(h), "TARGET_CRS": "EPSG:4490", "OUTPUT": "memory:"})
    result = run(h, store, moved["OUTPUT"], NAMES=json.dumps({moved["OUTPUT"].name(): "yjjbnt"}))
    assert rows(result, "VERSIONS", "layer")[0] == ("YJJBNT",)
    found = QgsVectorLayer(f"{store}|layername=YJJBNT", "n", "ogr")
    box = min((f.geometry().boundingBox() for f in found.getFeatures()), key=lambda b: b.xMinimum())
    assert found.featureCount() == 4 and abs(box.xMinimum() - h.X) < 0.01 and abs(box.yMinimum() - h.Y) < 0.01


def test_cases_that_rest_on_a_changed_layer_are_marked(h, tmp_path, path):
    store = tmp_path / "s.gpkg"
    run(h, store, layer(h), layer(h, "STBHHX"))
    with Workspace.open(path) as ws:
        inputs = tuple(
            RoundInput("control_line", n, f"{store}|layername={n}", n, "", "x", 4) for n in ("YJJBNT", "STBHHX")
        )
        base = head()
        frozen = made({"P": square(0)}, base=type(base)(**{**base.__dict__, "inputs": inputs}))
        ws.cases.freeze("A", frozen, "li")
        ws.cases.freeze("B", made({"P": square(0)}), "li")  # of other files
    result = run(h, store, layer(h, start=1), WORKSPACE=path)
    assert rows(result, "DEPENDANTS", "subject", "title", "layer") == [("case", "A 1", "YJJBNT")]
    assert result["STALE_COUNT"] == 1
    with Workspace.open(path) as ws:
        assert list(ws.setting("stale_rounds").values()) == [["YJJBNT"]]
        assert ws.audit.state_of("layer", "YJJBNT")["stale"] == 1 and ws.verify_audit().is_intact


def test_geometries_come_back_as_they_were(h, tmp_path):
    store = tmp_path / "s.gpkg"
    source = layer(h)
    run(h, store, source)
    wanted = [shapely.from_wkb(bytes(f.geometry().asWkb())) for f in source.getFeatures()]
    found = [
        shapely.from_wkb(bytes(f.geometry().asWkb()))
        for f in QgsVectorLayer(f"{store}|layername=YJJBNT", "n", "ogr").getFeatures()
    ]
    assert all(shapely.equals(a, b) for a, b in zip(wanted, found))


SPECIFICATION = """name: gate
version: "1"
layers:
  - {code: YJJBNT, key: BSM, fields: [{name: BSM, type: Char, length: 3}], more_fields: true, checks: [{check: overlap}]}
"""


def test_rigid_items_of_a_specification_keep_a_layer_out_and_the_rest_is_told(h, tmp_path):
    spec, store = tmp_path / "gate.yaml", tmp_path / "s.gpkg"
    spec.write_text(SPECIFICATION, encoding="utf-8")
    bad = h.layer("YJJBNT", [(h.box_wkt(0, 0), "K0", 1.0, None), (h.box_wkt(10, 0), "K1", 1.0, None)], FIELDS)
    refused = run(h, store, bad, SPEC=str(spec))
    told = [r for r in rows(refused, "CHECKS", "check", "level", "outcome", "found") if r[2] == "refused"]
    assert refused["VERSION_COUNT"] == 0 and not store.exists()
    assert [r[1] for r in told] == ["rigid"] and "(1)" in told[0][3] and told[0][3].startswith("Q5"), told
    assert run(h, store, bad)["VERSION_COUNT"] == 1  # without a specification nothing changes
    good = run(h, tmp_path / "t.gpkg", layer(h), layer(h, "STBHHX"), SPEC=str(spec))
    assert good["VERSION_COUNT"] == 2
    warned = [r for r in rows(good, "CHECKS", "layer", "outcome", "found") if r[1] == "warned"]
    assert [r[0] for r in warned if "gate" in (r[2] or "")] == ["STBHHX"]


def test_a_specification_that_cannot_be_read_takes_nothing_in(h, tmp_path):
    with pytest.raises(Exception, match="."):
        run(h, tmp_path / "s.gpkg", layer(h), SPEC=str(tmp_path / "none.yaml"))
    assert not (tmp_path / "s.gpkg").exists()


def test_names_in_chinese_are_kept_and_names_that_no_store_takes_are_told(h, tmp_path):
    box = [(h.box_wkt(0, 0), "1", "耕地")]
    result = run(h, tmp_path / "store.gpkg", h.layer("地类图斑", box, "BSM:string,地类名称:string"))
    assert result["VERSION_COUNT"] == 1
    from qgis.core import QgsVectorLayer

    kept = QgsVectorLayer(f"{tmp_path / 'store.gpkg'}|layername=地类图斑", "k", "ogr")
    assert [f["地类名称"] for f in kept.getFeatures()] == ["耕地"]
    for name, field in (("2023现状", "BSM"), ("A-B", "BSM"), ("A", "地类 名称")):
        told = h.Feedback()
        with pytest.raises(Exception, match="."):
            run(h, tmp_path / "store.gpkg", h.layer(name, [(h.box_wkt(0, 0), "1")], f"{field}:string"), told=told)
        assert "the store takes no table or field named" in "\n".join(told.lines)

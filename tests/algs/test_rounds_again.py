"""Old rounds run again from their inputs: the same bytes, or told which input changed."""

import pytest
from onemap.tests.support import rounds as made
from onemap.tests.support.rounds import checked, opened


def rerun(path, number=1):
    from onemap.plugin.bridge.review.rounds_rerun import Rerun

    with opened(path) as ws:
        frozen = ws.cases.load(ws.cases.round("一期", number).id)
    return Rerun(frozen).run()


def test_an_old_round_run_again_gives_the_same_bytes_or_says_why_not(h, path, tmp_path):
    projects = made.saved(made.project_layer({"A": (0, 100.0), "B": (300, 100.0)}), tmp_path / "p.gpkg")
    source = tmp_path / "c.gpkg"
    farmland = made.saved(made.farmland_layer(), source)
    checked(h, path, projects, [farmland], SLIVER_AREA=2.0)
    result = rerun(path)
    assert result.same and not result.remarks and result.differing == 0
    kept = source.read_bytes()
    source.unlink()
    made.saved(made.farmland_layer([(60, 100.0)]), source)
    result = rerun(path)
    assert not result.same and [r.code for r in result.remarks] == ["round_input_changed"] and result.differing == 2
    source.unlink()
    result = rerun(path)
    assert not result.same and [r.code for r in result.remarks] == ["round_input_gone"]
    source.write_bytes(kept)
    assert rerun(path).same
    (tmp_path / "p.gpkg").unlink()
    with pytest.raises(Exception, match="can no longer be opened"):
        rerun(path)


def test_a_round_in_another_language_comes_out_the_same(h, path, tmp_path):
    from onemap.plugin.core import messages

    projects = made.saved(made.project_layer({"A": (0, 100.0)}), tmp_path / "p.gpkg")
    farmland = made.saved(made.farmland_layer(), tmp_path / "c.gpkg")
    messages.set_language("zh")
    try:
        checked(h, path, projects, [farmland])
    finally:
        messages.set_language("en")
    assert rerun(path).same and messages.language() == "en"


def test_projects_without_a_file_are_run_again_from_what_was_frozen(h, path, tmp_path):
    farmland = made.saved(made.farmland_layer(), tmp_path / "c.gpkg")
    checked(h, path, made.project_layer({"A": (0, 100.0), "B": (300, 100.0)}), [farmland])
    result = rerun(path)
    assert result.same and not result.remarks


def test_a_round_keeps_its_rules(h, path, tmp_path):
    projects = made.saved(made.project_layer({"A": (0, 100.0)}), tmp_path / "p.gpkg")
    farmland = made.saved(made.farmland_layer(), tmp_path / "c.gpkg")
    province = tmp_path / "province.yaml"
    text = "extends: 3x_national\nname: 某省\nversion: 2026.1\nprovince: '33'\nrules:\n  - {id: YJJBNT-1, tolerance_m2: 9}\n"
    province.write_text(text, encoding="utf-8")
    checked(h, path, projects, [farmland], RULES=str(province))
    province.unlink()
    with opened(path) as ws:
        frozen = ws.cases.load(ws.cases.round("一期", 1).id)
    assert [file.name for file in frozen.rule_files] == ["3x_national.yaml", "province.yaml"]
    assert rerun(path).same


def test_rules_and_data_are_told_apart_by_running_the_old_data_under_the_new_rules(h, path, tmp_path):
    projects = made.saved(made.project_layer({"A": (0, 100.0)}), tmp_path / "p.gpkg")
    farmland = made.saved(made.farmland_layer(), tmp_path / "c.gpkg")
    checked(h, path, projects, [farmland])
    province = tmp_path / "province.yaml"
    province.write_text(
        "extends: 3x_national\nname: 某省\nversion: 2026.1\nprovince: '33'\nrules:\n"
        "  - {id: YJJBNT-1, kind: distance, distance_m: 10}\n",
        encoding="utf-8",
    )
    moved = made.project_layer({"A": (20, 100.0)})
    checked(h, path, moved, [farmland], RULES=str(province))
    told = {"WORKSPACE": path, "CASE": "一期", "ROUND_A": 1, "ROUND_B": 2, "CHANGES": "memory:"}
    (plain,) = h.run("comparerounds", **told)["CHANGES"].getFeatures()
    (parted,) = h.run("comparerounds", SEPARATE_RULES=True, **told)["CHANGES"].getFeatures()
    assert plain["cause"] == "both" and not plain["by_rules_m2"]
    assert parted["by_rules_m2"] + parted["by_data_m2"] == pytest.approx(parted["change_m2"], abs=0.011)
    assert parted["by_data_m2"] == pytest.approx(2000, abs=5)


def test_a_changed_companion_of_a_shapefile_is_a_changed_input(h, path, tmp_path):
    import processing

    place = {"INPUT": made.farmland_layer(), "OUTPUT": str(tmp_path / "YJJBNTTB.shp")}
    processing.run("native:multiparttosingleparts", place)
    from qgis.core import QgsVectorLayer

    farmland = QgsVectorLayer(place["OUTPUT"], "YJJBNTTB", "ogr")
    checked(h, path, made.project_layer({"A": (0, 100.0)}), [farmland])
    assert rerun(path).same
    table = tmp_path / "YJJBNTTB.dbf"
    table.write_bytes(table.read_bytes().replace(b"205", b"206", 1))
    assert [r.code for r in rerun(path).remarks] == ["round_input_changed"]


def test_a_change_of_another_layer_of_the_store_is_none_of_a_round(h, path, tmp_path):
    from onemap.plugin.core.review.rounds import changed_inputs
    from osgeo import ogr
    from qgis.core import QgsProject, QgsVectorFileWriter, QgsVectorLayer

    projects = made.saved(made.project_layer({"A": (0, 100.0)}), tmp_path / "p.gpkg")
    store = tmp_path / "store.gpkg"
    made.saved(made.farmland_layer(), store)
    data = ogr.Open(str(store))
    table = data.GetLayer(0).GetName()
    del data

    def put(name, rows):
        options = QgsVectorFileWriter.SaveVectorOptions()
        options.layerName, options.driverName = name, "GPKG"
        options.actionOnExistingFile = QgsVectorFileWriter.CreateOrOverwriteLayer
        context = QgsProject.instance().transformContext()
        assert (
            QgsVectorFileWriter.writeAsVectorFormatV2(made.farmland_layer(rows), str(store), context, options)[0] == 0
        )

    put("STBHHX", [(900, 50.0)])
    farmland = QgsVectorLayer(f"{store}|layername={table}", "YJJBNTTB", "ogr")
    assert farmland.isValid()
    checked(h, path, projects, [farmland])
    put("STBHHX", [(900, 50.0), (1200, 20.0)])
    checked(h, path, projects, [farmland])
    assert rerun(path, 1).same and not rerun(path, 1).remarks
    with opened(path) as ws:
        heads = [ws.cases.load(ws.cases.round("一期", number).id).head for number in (1, 2)]
    assert changed_inputs(*heads) == []

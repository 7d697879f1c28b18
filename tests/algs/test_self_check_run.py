"""The self-check with a real check of control lines behind it: run, kept as a round, found again by the record."""

import shapely
from onemap.tests.support.self_checks import FORM, SITE, county, good_site, hand_in, outcomes
from qgis.core import QgsCoordinateTransformContext, QgsVectorFileWriter


def save(layer, file, name):
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName, options.layerName = "GPKG", name
    if file.exists():
        options.actionOnExistingFile = QgsVectorFileWriter.CreateOrOverwriteLayer
    QgsVectorFileWriter.writeAsVectorFormatV3(layer, str(file), QgsCoordinateTransformContext(), options)


def control_lines(h, file, farmland):
    """A database of the three lines that must be checked; the site lies in the development boundary."""
    around = shapely.to_wkt(shapely.box(119.05, 30.05, 119.2, 30.2))
    far = shapely.to_wkt(shapely.box(119.25, 30.25, 119.26, 30.26))
    for name, wkt in (("YJJBNT", farmland or far), ("STBHHX", far), ("CZKFBJ", around)):
        save(h.layer(name, [(wkt, name)], "BSM:string", crs="EPSG:4490"), file, name)
    return [f"{file}|layername={name}" for name in ("YJJBNT", "STBHHX", "CZKFBJ")]


def check(h, path, lines):
    projects = h.layer("地块", [(shapely.to_wkt(SITE), "P1")], "XMBH:string", crs="EPSG:4490", kind="MultiPolygon")
    h.run("checkcontrollines", PROJECTS=projects, PROJECT_KEY="XMBH", CONTROL_LINES=lines, FINDINGS="memory:",
          VERDICTS="memory:", WORKSPACE=str(path), CASE="A 审查", REVIEW_DATE="2026-11-27")  # fmt: skip


def test_a_real_check_lets_the_record_go_and_one_with_farmland_does_not(h, tmp_path):
    path, lines = tmp_path / "county.gpkg", tmp_path / "lines.gpkg"
    with county(path) as ws:
        record = good_site(ws)
        assert outcomes(ws, record) == {"SC-07": "failed"}
    check(h, path, control_lines(h, lines, shapely.to_wkt(shapely.box(119.11, 30.105, 119.13, 30.11))))
    with county_again(path) as ws:
        found = outcomes(ws, record)
        assert found["SC-10"] == "failed" and "SC-07" not in found and "SC-08" not in found and "SC-09" not in found
    lines.unlink()
    check(h, path, control_lines(h, lines, None))
    with county_again(path) as ws:
        assert "failed" not in outcomes(ws, record).values(), outcomes(ws, record)
        hand_in(ws, record)
        assert ws.record(FORM, record)["status"] == "submitted"


def county_again(path):
    from onemap.plugin.store.workspace import Workspace

    return Workspace.open(path)

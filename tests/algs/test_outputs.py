"""Outputs: never over an input or another output, complete or not there, one run at a time."""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest


@pytest.fixture
def h(qgis_app):
    from onemap.tests.support import algorithms as helpers

    return helpers


@pytest.fixture
def files(h, tmp_path):
    """Projects and farmland in GeoPackages of their own."""
    from qgis.core import QgsCoordinateTransformContext, QgsVectorFileWriter

    made = {}
    for name, x in (("projects", 0), ("YJJBNTTB", 50)):
        options = QgsVectorFileWriter.SaveVectorOptions()
        options.layerName = name
        made[name] = tmp_path / f"{name}.gpkg"
        layer = h.layer(name, [(h.box_wkt(x, 0), "A")], "XMBH:string")
        QgsVectorFileWriter.writeAsVectorFormatV3(layer, str(made[name]), QgsCoordinateTransformContext(), options)
    return made


def tables(path):
    with sqlite3.connect(path) as data:
        return {name for (name,) in data.execute("SELECT table_name FROM gpkg_contents")}


def refused(h, what, files, **outputs):
    before = {path: path.read_bytes() for path in files.values()}
    feedback = h.Feedback()
    with pytest.raises(Exception, match=what):
        h.check(str(files["projects"]), [f"{files['YJJBNTTB']}|layername=YJJBNTTB"], feedback, **outputs)
    assert {path: path.read_bytes() for path in files.values()} == before
    assert not [p for p in files["projects"].parent.iterdir() if p not in before and p.suffix != ".link"]


@pytest.mark.parametrize("way", ["same", "dots", "symlink", "hardlink", "table"])
@pytest.mark.parametrize("which", ["projects", "YJJBNTTB"])
def test_an_output_that_is_an_input_is_refused(h, files, tmp_path, way, which):
    path, link = files[which], tmp_path / "x.gpkg.link"
    other = {"same": str(path), "dots": str(tmp_path / "." / ".." / tmp_path.name / path.name)}
    if way == "symlink":
        link.symlink_to(path)
    elif way == "hardlink":
        os.link(path, link)
    table = f"ogr:dbname='{path}' table=\"{which}\" (geom)"
    refused(h, "also the input", files, FINDINGS=table if way == "table" else other.get(way, str(link)))


def test_two_outputs_in_one_file_are_refused(h, files, tmp_path):
    out = str(tmp_path / "v.gpkg")
    refused(h, "same file", files, FINDINGS=out, VERDICTS=out)
    refused(h, "same file", files, FINDINGS=out, VERDICTS=f"ogr:dbname='{out}' table=\"v\"")


def test_a_report_over_an_input_is_refused(h, files):
    from onemap.plugin.bridge.layers.output_files import Place, refuse_overwriting
    from onemap.plugin.core.errors import InputError

    with pytest.raises(InputError, match="also the input"):
        refuse_overwriting({"Report": [Place(files["projects"])]}, {"Projects": [Place(files["projects"], "projects")]})


def test_a_table_added_to_a_file_leaves_its_others(h, files):
    path = files["projects"]
    result = h.check(str(path), [str(files["YJJBNTTB"])], FINDINGS=f"ogr:dbname='{path}' table=\"found\" (geom)")
    assert tables(path) == {"projects", "found"} and result["FINDINGS"] == f"{path}|layername=found"


@pytest.mark.parametrize("suffix", ["gpkg", "shp", "geojson"])
def test_outputs_appear_complete_under_their_names(h, files, tmp_path, suffix):
    from qgis.core import QgsVectorLayer

    out = tmp_path / "out"
    out.mkdir()
    result = h.check(str(files["projects"]), [str(files["YJJBNTTB"])], FINDINGS=str(out / f"found.{suffix}"))
    assert result["FINDINGS"] == str(out / f"found.{suffix}")
    assert QgsVectorLayer(result["FINDINGS"], "x", "ogr").featureCount() == 1
    assert {p.stem for p in out.iterdir()} == {"found"}
    if suffix == "gpkg":
        assert tables(out / "found.gpkg") == {"found"}


def test_a_run_that_ends_early_keeps_the_result_of_the_one_before(h, files, tmp_path, monkeypatch):
    out = tmp_path / "v.gpkg"
    h.check(str(files["projects"]), [str(files["YJJBNTTB"])], VERDICTS=str(out))
    before = out.read_bytes()
    from onemap.plugin.bridge.layers.result_writer import ResultWriter

    def broken(self, *rest):
        raise OSError("the power went")

    monkeypatch.setattr(ResultWriter, "finish", broken)
    with pytest.raises(Exception):  # noqa: B017  what a library throws, in whatever words it is told
        h.check(str(files["projects"]), [str(files["YJJBNTTB"])], VERDICTS=str(out))
    assert out.read_bytes() == before and not list(tmp_path.glob(".onemap*"))


def test_a_killed_run_leaves_no_result_and_the_next_one_clears_up(qgis_app, tmp_path):
    from onemap.plugin.bridge.layers.output_files import OutputFiles, Place

    script = (
        "import sys, os; sys.path.insert(0, sys.argv[1]); from pathlib import Path\n"
        "from onemap.plugin.bridge.layers.output_files import OutputFiles, Place\n"
        "files, place = OutputFiles(), Place(Path(sys.argv[2])); files.lock([place])\n"
        "files.draft(place).write_text('half'); os._exit(9)"
    )
    root = next(path for path in sys.path if "onemap-plugins" in path)
    done = subprocess.run([sys.executable, "-c", script, root, str(tmp_path / "v.gpkg")], capture_output=True)
    assert done.returncode == 9 and not (tmp_path / "v.gpkg").exists() and list(tmp_path.iterdir())
    files, place = OutputFiles(), Place(tmp_path / "v.gpkg")
    files.lock([place])
    files.draft(place).write_text("whole")
    files.publish()
    assert [p.name for p in tmp_path.iterdir()] == ["v.gpkg"] and (tmp_path / "v.gpkg").read_text() == "whole"


def test_the_second_run_on_one_output_is_refused_in_words(h, files, tmp_path):
    from onemap.plugin.bridge.layers.output_files import OutputFiles, Place

    first = OutputFiles()
    first.lock([Place(tmp_path / "v.gpkg")])
    with pytest.raises(Exception, match="another run"):
        h.check(str(files["projects"]), [str(files["YJJBNTTB"])], VERDICTS=str(tmp_path / "v.gpkg"))
    first.discard()
    h.check(str(files["projects"]), [str(files["YJJBNTTB"])], VERDICTS=str(tmp_path / "v.gpkg"))
    assert tables(tmp_path / "v.gpkg") == {"v"}


def test_other_algorithms_refuse_as_well(h, files):
    before = files["projects"].read_bytes()
    with pytest.raises(Exception, match="also the input"):
        h.run("statutoryarea", INPUT=str(files["projects"]), OUTPUT=str(files["projects"]))
    assert files["projects"].read_bytes() == before


@pytest.mark.parametrize("suffix", ["xlsx", "ods", "csv", "shp"])
def test_a_table_in_any_format_holds_every_row(h, files, tmp_path, suffix):
    from qgis.core import QgsVectorLayer

    result = h.check(str(files["projects"]), [str(files["YJJBNTTB"])], VERDICTS=str(tmp_path / f"verdicts.{suffix}"))
    table = QgsVectorLayer(result["VERDICTS"], "verdicts", "ogr")
    assert os.path.exists(result["VERDICTS"])
    assert len({feature[1] for feature in table.getFeatures()}) == result["NOT_CHECKED_COUNT"] + 1


@pytest.mark.parametrize("suffix", ["fgb", "sqlite"])
def test_a_format_that_loses_tables_is_refused(h, files, tmp_path, suffix):
    refused(h, "cannot hold a table", files, VERDICTS=str(tmp_path / f"verdicts.{suffix}"))


@pytest.mark.parametrize("is_there", [True, False])
def test_an_output_that_was_not_written_whole_is_no_result(qgis_app, tmp_path, is_there):
    from onemap.plugin.bridge.layers.output_files import OutputFiles, Place
    from onemap.plugin.core.errors import OutputError

    class Sink:
        def addFeatures(self, features, *flags):
            return True

    files = OutputFiles()
    draft = files.draft(Place(tmp_path / "a.csv"))
    files.counted(str(draft), Sink()).addFeatures(["one", "two", "three"])
    if is_there:
        draft.write_text("key\nA\n")
    with pytest.raises(OutputError) as caught:
        files.publish()
    assert caught.value.code == "output_rows_lost" and "3" in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_a_full_disk_is_named_and_no_format_is_blamed(qgis_app, tmp_path, monkeypatch):
    from onemap.plugin.bridge.layers import output_files
    from onemap.plugin.core.errors import OutputError

    free = output_files.shutil.disk_usage(tmp_path)
    monkeypatch.setattr(output_files.shutil, "disk_usage", lambda path: free._replace(free=0))
    files = output_files.OutputFiles()
    draft = files.draft(output_files.Place(tmp_path / "a.csv"))
    files.counted(str(draft), type("Sink", (), {"addFeatures": lambda *given: True})()).addFeatures(["one", "two"])
    draft.write_text("key\nA\n")
    with pytest.raises(OutputError) as caught:
        files.publish()
    assert caught.value.code == "output_disk_full"


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="needs a system that lists open files")
@pytest.mark.parametrize("suffix", ["shp", "csv", "tab"])
def test_an_output_that_failed_is_closed(h, tmp_path, suffix):
    """Left open it keeps its space on a full disk until QGIS is closed, and on Windows its file."""
    import resource

    rows = [(h.box_wkt(30 * (n % 60), 30 * (n // 60), 20), f"project number {n}") for n in range(1500)]
    projects, limits = h.layer("projects", rows, "XMBH:string"), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, limits[1]))
    try:
        with pytest.raises(Exception, match="."):
            h.run("statutoryarea", h.Feedback(), INPUT=projects, OUTPUT=str(tmp_path / f"out.{suffix}"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    descriptors = [f"/proc/self/fd/{number}" for number in os.listdir("/proc/self/fd")]
    assert not [at for at in descriptors if os.path.islink(at) and str(tmp_path) in os.readlink(at)]
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["结果_2026.3", "verdicts", "projects.dbf"])
def test_a_name_without_a_format_is_a_geopackage(h, files, tmp_path, name):
    from qgis.core import QgsVectorLayer

    result = h.check(str(files["projects"]), [str(files["YJJBNTTB"])], VERDICTS=str(tmp_path / name))
    assert result["VERDICTS"] == str(tmp_path / f"{name}.gpkg")
    assert QgsVectorLayer(result["VERDICTS"], "verdicts", "ogr").featureCount() == result["NOT_CHECKED_COUNT"] + 1
    assert not list(tmp_path.glob(".onemap*"))


@pytest.mark.parametrize("table", ["found", "said"])
def test_a_table_that_cannot_be_written_ends_the_run_in_plain_words(h, files, tmp_path, monkeypatch, table):
    from onemap.plugin.bridge.layers.gpkg_writer import GpkgRows

    add = GpkgRows.add_columns

    def full(self, *rest):
        if self.path.stem == table:
            raise sqlite3.OperationalError("database or disk is full")
        return add(self, *rest)

    monkeypatch.setattr(GpkgRows, "add_columns", full)
    out = tmp_path / "out"
    out.mkdir()
    outputs = {"FINDINGS": str(out / "found.gpkg"), "VERDICTS": str(out / "said.gpkg")}
    with pytest.raises(Exception, match="disk is full") as raised:
        h.check(str(files["projects"]), [str(files["YJJBNTTB"])], **outputs)
    assert "OperationalError" not in str(raised.value)
    assert not list(out.iterdir())


def reporting_algorithms(qgis_app):
    """Every algorithm that writes a report, and the siting and height outputs that are files."""
    from qgis.core import QgsApplication

    for algorithm in QgsApplication.processingRegistry().providerById("onemap").algorithms():
        files = [d for d in algorithm.parameterDefinitions() if d.type() == "fileDestination"]
        yield from ((algorithm, definition) for definition in files)


@pytest.mark.parametrize("how", ["folder", "read-only"])
def test_a_file_that_cannot_be_replaced_is_refused_before_the_work(qgis_app, how):
    """As one is on Windows that is open in Word: no run of an hour ends without its report."""
    from qgis.core import QgsProcessingContext

    folder = Path(tempfile.mkdtemp())  # one that another user reaches too
    folder.chmod(0o755)
    kept = folder / "审查报告.docx"
    kept.mkdir() if how == "folder" else kept.write_bytes(b"signed")
    if how == "read-only":
        kept.chmod(0o444)
    found = list(reporting_algorithms(qgis_app))
    assert len({algorithm.name() for algorithm, _ in found}) > 15
    own = os.geteuid() if hasattr(os, "geteuid") else 1
    if own == 0 and how == "read-only":
        os.seteuid(65534)  # the administrator may write what is read-only
    try:
        for algorithm, definition in found:
            is_right, why = algorithm.create().checkParameterValues(
                {definition.name(): str(kept)}, QgsProcessingContext()
            )
            assert not is_right and "审查报告.docx" in why and "cannot be replaced" in why, algorithm.name()
    finally:
        os.seteuid(own) if own == 0 else None
    assert kept.is_dir() or kept.read_bytes() == b"signed"
    shutil.rmtree(folder)


def test_a_file_that_can_be_replaced_is(h, files, tmp_path):
    old = tmp_path / "审查报告.html"
    old.write_text("old", encoding="utf-8")
    h.check(str(files["projects"]), [f"{files['YJJBNTTB']}|layername=YJJBNTTB"], REPORT=str(old))
    assert "old" != old.read_text(encoding="utf-8") and len(old.read_text(encoding="utf-8")) > 1000

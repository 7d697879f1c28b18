"""The options page holds how reports are signed and set, and gives an office a template to start from."""

import docx
import pytest


@pytest.fixture
def page(qgis_app):
    from onemap.plugin.bridge.settings import Settings
    from onemap.plugin.gui.options import OptionsPage

    before = Settings.load()
    yield OptionsPage()
    before.save()


def test_what_is_typed_is_what_a_report_carries(page):
    from onemap.plugin.bridge.review.reporting import ReportOptions
    from onemap.plugin.gui.options import OptionsPage

    page.report.title.setText("审查意见书")
    page.report.document_no.setText("云〔2026〕1 号")
    page.report.reviewer.setText(" 某人 ")
    page.report.template.setFilePath("own.docx")
    page.organisation.setText("云溪县局")
    page.apply()
    options = ReportOptions.of_settings()
    assert (options.title, options.document_no, options.reviewer) == ("审查意见书", "云〔2026〕1 号", "某人")
    assert (options.organisation, options.template) == ("云溪县局", "own.docx")
    assert OptionsPage().report.values()["reviewer"] == "某人"


def test_the_plain_template_is_saved_and_taken(page, tmp_path):
    from onemap.plugin.report import check_template
    from onemap.plugin.report.review.document import template_document

    path = str(tmp_path / "template.docx")
    page.report.save_template(path)
    assert page.report.template.filePath() == path
    assert "{{审查结论}}" in [p.text for p in docx.Document(path).paragraphs]
    check_template(template_document(path))


def test_a_place_that_cannot_be_written_is_told(page, tmp_path, monkeypatch):
    from onemap.plugin.gui.widgets import report_options

    told = []
    monkeypatch.setattr(report_options.QMessageBox, "warning", lambda *a: told.append(a[-1]))
    page.report.save_template(str(tmp_path))
    assert len(told) == 1 and page.report.template.filePath() == ""


def test_a_check_finds_the_layers_that_its_report_tells_from(page):
    from onemap.plugin.bridge.review.land_context import context_sources
    from onemap.plugin.bridge.settings import Settings
    from qgis.core import QgsProject, QgsVectorLayer

    project = QgsProject()
    for name in ("云溪县 DLTB", "xzq", "别的"):
        project.addMapLayer(QgsVectorLayer("Polygon?crs=EPSG:4549", name, "memory"))
    found = {key: project.mapLayer(value).name() for key, value in context_sources(project, Settings()).items()}
    assert found == {"LANDUSE": "云溪县 DLTB", "DIVISIONS": "xzq"}
    nothing = Settings(landuse_layer="", division_layer=" ", place_name_layer="")
    assert context_sources(project, nothing) == {}

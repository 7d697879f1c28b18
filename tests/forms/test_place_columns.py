"""X and Y of a county's own table become places: told apart by size, in a system that is asked for where nothing
tells it, and refused outside of the county.
"""

import time
from dataclasses import replace

import pytest
import shapely
from onemap.plugin.bridge.records.import_preview import Blanks, RowKind
from onemap.plugin.bridge.records.workbook_mapping import make_profile, preview_workbook
from onemap.plugin.bridge.records.workbooks import ImportOptions, apply_plan, plan_import, undo_import
from onemap.plugin.core.errors import InputError
from onemap.plugin.formats.workbook.tables import open_table
from onemap.plugin.store.workspace import NewWorkspace, Workspace
from openpyxl import Workbook
from pyproj import Transformer

HEAD = ["行政村代码", "行政村名称", "自然村名称", "村庄分类"]
COUNTY = shapely.box(119.8, 30.2, 120.2, 30.5)
PLACES = [(119.95, 30.31), (120.05, 30.42)]


def plane(code, places=PLACES):
    move = Transformer.from_crs(4490, code, always_xy=True)
    return [move.transform(*place) for place in places]


def book(path, titles, cells):
    made = Workbook()
    made.active.append([*HEAD, *titles])
    for number, pair in enumerate(cells):
        made.active.append(["330110100201", "上塘村", f"组{number}", "集聚提升类", *pair])
    made.save(path)
    return path


@pytest.fixture
def workspace(tmp_path):
    district = shapely.to_wkb(shapely.multipolygons([COUNTY]))
    made = Workspace.create(tmp_path / "w.gpkg", "330110", content=NewWorkspace(district))
    with made as opened:
        yield opened


def suggested(workspace, path):
    with open_table(path) as reader:
        (found,) = preview_workbook(reader, workspace.form("village_evaluation"))
    return found.suggested.place


def plan(workspace, path, place, options=None):
    form = workspace.form("village_evaluation")
    with open_table(path) as reader:
        chosen = replace(options or ImportOptions(), profile=make_profile(form, {}, {"place": place}))
        return plan_import(workspace, reader, form, chosen)


def saved(workspace):
    return {
        r["zrc"]: r["geometry"] and shapely.from_wkb(r["geometry"]) for r in workspace.records("village_evaluation")
    }


@pytest.mark.parametrize(
    "titles, cells, expected",
    [
        (["X", "Y"], PLACES, ("X", "Y", "EPSG:4490")),
        (["X坐标", "Y坐标"], [p[::-1] for p in plane(4549)], ("Y坐标", "X坐标", "")),  # surveyors: X is north
        (["X坐标", "Y坐标"], plane(4549), ("X坐标", "Y坐标", "")),
        (["纵坐标X(米)", "横坐标Y(米)"], [p[::-1] for p in plane(4528)], ("横坐标Y(米)", "纵坐标X(米)", "EPSG:4528")),
        (["村庄中心经度", "村庄中心纬度"], [("119°57′0″", "30°18′36″")], ("村庄中心经度", "村庄中心纬度", "EPSG:4490")),
    ],
)
def test_x_and_y_are_told_apart_by_size(workspace, tmp_path, titles, cells, expected):
    place = suggested(workspace, book(tmp_path / "b.xlsx", titles, cells))
    assert (place["east"], place["north"], place["crs"]) == expected


def test_columns_that_hold_no_coordinates_are_no_place(workspace, tmp_path):
    assert suggested(workspace, book(tmp_path / "b.xlsx", ["X", "Y"], [(3, 4), (5, 6)])) == {}


@pytest.mark.parametrize("code", [4490, 4549, 4528])
def test_places_are_saved_found_again_and_undone(workspace, tmp_path, code):
    path = book(tmp_path / "b.xlsx", ["X", "Y"], plane(code))
    place = {"east": "X", "north": "Y", "crs": f"EPSG:{code}"}
    made = plan(workspace, path, place)
    assert made.counts[RowKind.NEW] == 2
    apply_plan(workspace, made)
    for point, expected in zip(saved(workspace).values(), PLACES):
        assert point.equals_exact(shapely.Point(expected), 1e-8)
    assert plan(workspace, path, place).counts == {RowKind.UNCHANGED: 2}
    moved = plan(workspace, book(tmp_path / "m.xlsx", ["X", "Y"], plane(code, [(119.96, 30.31), PLACES[1]])), place)
    assert moved.counts == {RowKind.CHANGED: 1, RowKind.UNCHANGED: 1}
    apply_plan(workspace, moved)
    assert saved(workspace)["组0"].x == pytest.approx(119.96, abs=1e-8)
    undo_import(workspace)
    assert saved(workspace)["组0"].x == pytest.approx(119.95, abs=1e-8)


def test_a_blank_place_empties_nothing(workspace, tmp_path):
    place = {"east": "X", "north": "Y", "crs": "EPSG:4490"}
    apply_plan(workspace, plan(workspace, book(tmp_path / "b.xlsx", ["X", "Y"], PLACES), place))
    blank = book(tmp_path / "n.xlsx", ["X", "Y"], [(None, None), PLACES[1]])
    assert plan(workspace, blank, place, ImportOptions(Blanks.REPLACE)).counts == {RowKind.UNCHANGED: 2}


@pytest.mark.parametrize(
    "pair, expected",
    [
        ((121.0, 30.31), "outside this workspace"),
        ((30.31, 119.95), "to be swapped"),
        ((119.95, None), "only one"),
        (("东头", 30.31), "东头"),
        ((0, 0), "outside china"),
    ],
)
def test_a_place_that_cannot_be_is_refused_and_named(workspace, tmp_path, pair, expected):
    path, place = (
        book(tmp_path / "b.xlsx", ["X", "Y"], [pair, PLACES[0]]),
        {"east": "X", "north": "Y", "crs": "EPSG:4490"},
    )
    made = plan(workspace, path, place)
    assert (made.source.accepted, made.source.rejected) == (1, 1)
    (error,) = made.source.errors
    assert expected in error.message.lower() and (error.row, error.column, error.title) == (2, 4, "Place")


def test_other_counties_are_taken_on_request(workspace, tmp_path):
    path, place = (
        book(tmp_path / "b.xlsx", ["X", "Y"], [(121.0, 30.31)]),
        {"east": "X", "north": "Y", "crs": "EPSG:4490"},
    )
    assert plan(workspace, path, place, ImportOptions(other_counties=True)).source.accepted == 1


def test_without_a_district_it_is_said_that_nothing_was_compared(tmp_path):
    path, place = (
        book(tmp_path / "b.xlsx", ["X", "Y"], [(121.0, 30.31)]),
        {"east": "X", "north": "Y", "crs": "EPSG:4490"},
    )
    with Workspace.create(tmp_path / "o.gpkg", "330110") as workspace:
        made = plan(workspace, path, place)
    assert "places_unchecked" in {remark.code for remark in made.source.remarks}


def test_half_a_place_is_no_profile(workspace):
    with pytest.raises(InputError):
        make_profile(workspace.form("village_evaluation"), {}, {"place": {"east": "X"}})


def test_the_page_asks_for_the_system_and_remembers_it(qgis_app, workspace, tmp_path):
    from onemap.forms.mapping_page import MappingPage

    path = book(tmp_path / "b.xlsx", ["X坐标", "Y坐标"], [pair[::-1] for pair in plane(4549)])
    page = MappingPage(workspace, "village_evaluation", path)
    assert dict(page.columns.pairs())["Y坐标"] == "place:east"
    assert not page.importButton.isEnabled() and "coordinate system" in page.missingLabel.text()
    assert page.columns.system.itemData(2) == "EPSG:4549"  # the county's zone stands first
    page.columns.system.setCurrentIndex(page.columns.system.findData("EPSG:4549"))
    assert page.importButton.isEnabled(), page.missingLabel.text()
    box = dict(page.boxes)["X坐标"]
    box.setCurrentIndex(0)
    assert not page.importButton.isEnabled()
    box.setCurrentIndex(box.findData("place:north"))
    page.start()
    end = time.monotonic() + 60
    while page.preview is None and page.task is not None and time.monotonic() < end:
        qgis_app.processEvents()
    assert page.preview is not None, page.resultText.toPlainText()
    page.preview.accept()
    while page.task is not None and time.monotonic() < end:
        qgis_app.processEvents()
    assert saved(workspace)["组1"].equals_exact(shapely.Point(PLACES[1]), 1e-8)
    page.reject()
    again = MappingPage(workspace, "village_evaluation", path)
    assert again.columns.crs() == "EPSG:4549" and again.importButton.isEnabled()
    again.reject()
    for dialog in (page, again):
        dialog.deleteLater()

"""What the desk refuses to call clear the batch's workers do not call clear either; asked without Spark."""

from datetime import date
from types import SimpleNamespace

import pytest
import shapely
from onemap.tests.support.province import desk_answer, finding_rows, verdict_rows
from onemap.tests.support.province_cells import box_of, cells_answer, opened, write, write_shapes
from province import columns
from province.cell import counties_of
from province.job import Extent, county_of
from province.look import plane_of_projects
from province.planner import Planner

PREFIXED = box_of(2, 40_500_000.0)  # a zone in front of the easting, in a plane that has none
SWAPPED = box_of(0, 3_350_000.0, 500_000.0)
FAR = box_of(1, 90_000_000.0, 50_000_000.0)


def statuses(answer, line="STBHHX"):
    return {v.project_key: str(v.status) for v in answer.verdicts if v.line_id == line}


def both(file, control="STBHHX", extent=""):
    """(what the workers say, what the desk says) of the tables of a file."""
    area = opened(file, extent) if extent else None
    mine = cells_answer(opened(file, "projects"), [opened(file, control)], 2, extent=area)
    desk = desk_answer(file, "projects", file, {control: None}, extent=extent or None)
    assert finding_rows(mine.findings) == finding_rows(desk.findings)
    assert verdict_rows(mine.verdicts) == verdict_rows(desk.verdicts)
    return mine, desk


@pytest.fixture
def four(qgis_app, tmp_path):
    """A file with the projects P0 to P3; tables of control lines are added by the tests."""
    from osgeo import ogr

    file = tmp_path / "small.gpkg"
    write(file, "projects", {"XMBH": ogr.OFTString}, [(n, (f"P{n}",)) for n in range(4)])
    return file


def controls(file, rows):
    from osgeo import ogr

    write_shapes(file, "STBHHX", {"BSM": ogr.OFTString}, [(shape, ("a",)) for shape in rows])


def test_columns_are_the_desk_s():
    from onemap.plugin.bridge.layers import results

    for mine, desk in (
        (columns.FINDING, results.FINDING_FIELDS),
        (columns.VERDICT, results.VERDICT_FIELDS),
        (columns.SUMMARY, results.SUMMARY_FIELDS),
    ):
        assert list(mine) == [name for name, _ in desk]


def test_outside_the_delivered_area_nothing_is_clear(four):
    """P0 meets the line, P1 lies inside, P2 half outside, P3 wholly outside."""
    controls(four, [box_of(0)])
    half = "POLYGON((499900 3349900,500450 3349900,500450 3350200,499900 3350200,499900 3349900))"
    write_shapes(four, "XZQ", {}, [(half, ())])
    assert statuses(both(four)[0]) == {"P0": "conflict", "P1": "clear", "P2": "clear", "P3": "clear"}
    mine, _ = both(four, extent="XZQ")
    assert statuses(mine) == {"P0": "conflict", "P1": "clear", "P2": "not_checked", "P3": "not_checked"}


@pytest.mark.parametrize("kind, keys", [
    ("text", ["A", "A", "A#2", "A#2", " A ", "", None, "fid 6", "A#3"]), ("number", [7.0, 7.0, None, 7.5, 1e15, 8.0]),
])  # fmt: skip
def test_equal_keys_are_numbered_as_on_the_desk_and_meet_no_other(qgis_app, tmp_path, kind, keys):
    """A project may be called "A#2" or "fid 6" itself; a delivered area is told by the numbered keys too."""
    from osgeo import ogr

    file = tmp_path / "keys.gpkg"
    field = ogr.OFTString if kind == "text" else ogr.OFTReal
    write(file, "projects", {"XMBH": field}, [(n, (key,)) for n, key in enumerate(keys)])
    controls(file, [box_of(0), box_of(2)])
    half = "POLYGON((499900 3349900,500950 3349900,500950 3350200,499900 3350200,499900 3349900))"
    write_shapes(file, "XZQ", {}, [(half, ())])
    for extent in ("", "XZQ"):
        mine, _ = both(file, extent=extent)
        found = statuses(mine)
        assert len(found) == len(keys) and set(found.values()) >= {"conflict", "clear"}
        assert ("not_checked" in found.values()) == bool(extent)


@pytest.mark.parametrize("shape", [PREFIXED, SWAPPED, FAR])
def test_a_control_feature_in_the_wrong_place_leaves_nothing_clear(four, shape):
    controls(four, [box_of(0), box_of(9), shape])
    mine, _ = both(four)
    assert statuses(mine) == {"P0": "conflict", "P1": "failed", "P2": "failed", "P3": "failed"}


@pytest.mark.parametrize("rows", [[PREFIXED, PREFIXED, box_of(0)], [None, None], ["POLYGON EMPTY"]])
def test_a_layer_that_cannot_be_right_fails(four, rows):
    controls(four, rows)
    assert set(statuses(both(four)[0]).values()) == {"failed"}


def test_an_empty_layer_and_an_absent_one_are_not_checked(four):
    controls(four, [])
    mine, _ = both(four)
    assert set(statuses(mine).values()) == {"not_checked"}
    assert {v.status for v in mine.verdicts if v.line_id == "YJJBNT"} == {"not_checked"}


@pytest.mark.parametrize("shape", [PREFIXED, SWAPPED, FAR, None])
def test_a_project_in_the_wrong_place_fails_alone(four, shape):
    from osgeo import ogr

    rows = [*((box_of(n), (f"P{n}",)) for n in range(4)), (shape, ("WRONG",))]
    four.unlink()
    write_shapes(four, "projects", {"XMBH": ogr.OFTString}, rows)
    controls(four, [box_of(0)])
    mine, _ = both(four)
    assert statuses(mine) == {"P0": "conflict", "P1": "clear", "P2": "clear", "P3": "clear", "WRONG": "failed"}


def test_projects_without_a_county_have_the_one_they_lie_in():
    """P3 lies outside every county; the first county of the layer has what lies on a border."""
    shapes = shapely.from_wkt([box_of(n) for n in range(4)])
    keys = [f"P{n}" for n in range(4)]
    given = SimpleNamespace(keys=keys, geometries=shapes, counties=dict.fromkeys([*keys, "LOST"], ""))
    west = shapely.box(*(shapes[0].bounds[:2]), *(shapes[1].bounds[2:]))
    area = Extent(west, "XZQ", {"甲": west, "乙": shapely.union_all([shapes[1], shapes[2]])})
    found = counties_of(SimpleNamespace(county=""), given, area)
    assert found == {"P0": "甲", "P1": "甲", "P2": "乙", "P3": "", "LOST": ""}
    assert counties_of(SimpleNamespace(county="XZQDM"), given, area) is given.counties
    assert county_of("330109001001") == "330109" and county_of(" 余杭区 ") == "余杭区" and county_of(None) == ""


def test_outside_every_layer_the_batch_says_what_the_desk_says(four):
    from osgeo import ogr

    four.unlink()
    far = "POLYGON((530000 3350000,530100 3350000,530100 3350100,530000 3350100,530000 3350000))"
    rows = [(box_of(0), ("HIT",)), (box_of(3), ("NEAR",)), (far, ("FAR",))]
    write_shapes(four, "projects", {"XMBH": ogr.OFTString}, rows)
    controls(four, [box_of(0)])
    mine, _ = both(four)
    assert statuses(mine) == {"HIT": "conflict", "NEAR": "clear", "FAR": "not_checked"}
    assert {v.project_key for v in mine.verdicts if "CONTROL_EXTENT" in (v.reason or "")} == {"NEAR", "FAR"}


@pytest.mark.parametrize("key", ["STBHHX", "{file}|STBHHX"])
def test_the_date_that_a_person_entered_counts(four, key):
    """By the line, the layer's name or the source as the command names it; another layer keeps what its data say."""
    controls(four, [box_of(0)])
    projects, layer = opened(four, "projects"), opened(four, "STBHHX")
    dates = {key.format(file=four): "2024-05"}
    settings = (plane_of_projects(projects), 1.0)
    for given, day in ((dates, "2024-05"), ({"YJJBNT": "2020"}, layer.dated.display_text())):
        planner = Planner([], date.today(), layer_dates=given)
        (source,) = planner.job(projects, [("STBHHX", layer)], ("", ""), settings, 500.0).sources
        assert source.date == day


def test_values_that_no_rule_knows_are_not_clear(four):
    from osgeo import ogr

    rules = four.with_suffix(".yaml")
    where = "\"DLBM\" = ''0101''"
    rules.write_text(
        f"extends: 3x_national\nname: x\nversion: 1\nrules:\n- {{id: YJJBNT-1, where: '{where}'}}\n", encoding="utf-8"
    )
    values = ["水田", "0301", None, "0101"]
    write(four, "YJJBNTTB", {"DLBM": ogr.OFTString}, [(n, (value,)) for n, value in enumerate(values)])
    mine = cells_answer(opened(four, "projects"), [opened(four, "YJJBNTTB")], 2, [rules])
    desk = desk_answer(four, "projects", four, {"YJJBNTTB": None}, [rules])
    expected = {"P0": "not_checked", "P1": "clear", "P2": "not_checked", "P3": "conflict"}
    assert statuses(mine, "YJJBNT") == statuses(desk, "YJJBNT") == expected
    assert verdict_rows(mine.verdicts) == verdict_rows(desk.verdicts)
    assert any("(DLBM=水田)" in v.reason for v in desk.verdicts)


@pytest.mark.parametrize("fallback", ["none", "not_checked"])
def test_a_layer_without_the_field_of_a_rule_is_not_clear(four, fallback):
    from osgeo import ogr

    rules = four.with_suffix(".yaml")
    rule = f"{{id: STBHHX-core, where_fallback: {fallback}}}"
    rules.write_text(
        f"extends: 3x_national\nname: x\nversion: 1\nremove: [STBHHX-1]\nrules:\n- {rule}\n", encoding="utf-8"
    )
    write(four, "STBHHX", {"BSM": ogr.OFTString}, [(n, ("a",)) for n in range(2)])
    mine = cells_answer(opened(four, "projects"), [opened(four, "STBHHX")], 2, [rules])
    desk = desk_answer(four, "projects", four, {"STBHHX": None}, [rules])
    assert statuses(mine) == statuses(desk)
    assert statuses(mine)["P0"] == "not_checked"
    assert statuses(mine)["P2"] == ("clear" if fallback == "none" else "not_checked")
    assert verdict_rows(mine.verdicts) == verdict_rows(desk.verdicts)
    assert any("sfzrbhdhxq=–" in v.reason for v in desk.verdicts)


ALIKE = [
    ("\"lx\" LIKE ''%核心%''", ["农民新村", None], "核心区"),
    ("\"lx\" = ''1''", ["2", "一级"], "1"),
    ('"lx" = 1', [2, None], 1),
    ('"lx" IS NULL OR "lx" = 1', [2, 3], 1),
]  # fmt: skip


@pytest.mark.parametrize("where, values, taken", ALIKE)
@pytest.mark.parametrize("is_taken", [False, True])
def test_values_written_alike_are_other_classes_only_where_the_layer_speaks_so(four, where, values, taken, is_taken):
    """The one feature that a rule takes lies far from all projects, in no cell."""
    from osgeo import ogr

    rules = four.with_suffix(".yaml")
    rules.write_text(
        f"extends: 3x_national\nname: x\nversion: 1\nrules:\n- {{id: YJJBNT-1, where: '{where}'}}\n", encoding="utf-8"
    )
    rows = [*enumerate(values), *([(300, taken)] if is_taken else [])]
    kind = ogr.OFTInteger if isinstance(taken, int) else ogr.OFTString
    write(four, "YJJBNTTB", {"lx": kind}, [(n, (value,)) for n, value in rows])
    mine = cells_answer(opened(four, "projects"), [opened(four, "YJJBNTTB")], 2, [rules])
    desk = desk_answer(four, "projects", four, {"YJJBNTTB": None}, [rules])
    assert statuses(mine, "YJJBNT") == statuses(desk, "YJJBNT")
    assert statuses(desk, "YJJBNT")["P0"] == ("clear" if is_taken else "not_checked")
    assert verdict_rows(mine.verdicts) == verdict_rows(desk.verdicts)


def test_an_old_boundary_beside_a_new_one_is_named_as_on_the_desk(four):
    from osgeo import ogr

    for year, rows in ((2018, [0, 1]), (2023, [2])):
        write(four, f"CZKFBJ_{year}", {"BSM": ogr.OFTString}, [(n, ("a",)) for n in rows])
    tables = ["CZKFBJ_2018", "CZKFBJ_2023"]
    mine = cells_answer(opened(four, "projects"), [opened(four, table) for table in tables], 2)
    desk = desk_answer(four, "projects", four, dict.fromkeys(tables))
    assert statuses(desk, "CZKFBJ")["P0"] == "clear"
    assert any("CZKFBJ_2018: 2018" in v.reason for v in desk.verdicts)
    assert verdict_rows(mine.verdicts) == verdict_rows(desk.verdicts)
    assert sum("CZKFBJ_2018: 2018" in remark for remark in mine.remarks) == 2


@pytest.mark.parametrize("extent", ["", "XZQ"])
def test_projects_far_away_or_of_another_district_say_so_as_on_the_desk(four, extent):
    """By the place they lie in where an area is named, else by the county that a layer names; one lies far from all."""
    from osgeo import ogr

    four.unlink()
    stated = ["330109", "330110", "330110001", None, "330109"]
    shapes = [*map(box_of, range(4)), box_of(0, 900_000.0)]
    rows = [(shape, (f"P{n}", code)) for n, (shape, code) in enumerate(zip(shapes, stated))]
    write_shapes(four, "projects", {"XMBH": ogr.OFTString, "XZQDM": ogr.OFTString}, rows)
    table = "STBHHX_330110"
    write_shapes(four, table, {"BSM": ogr.OFTString}, [(box_of(3), ("a",)), (box_of(2, 900_000.0), ("b",))])
    area = "POLYGON((499900 3349900,501450 3349900,501450 3350200,499900 3350200,499900 3349900))"
    write_shapes(four, "XZQ", {"XZQDM": ogr.OFTString, "XZQMC": ogr.OFTString}, [(area, ("330109", "萧山区"))])
    mine, desk = both(four, table, extent)
    reasons = {v.project_key: str(v.reason) for v in desk.verdicts if v.line_id == "STBHHX"}
    assert "330110" in reasons["P0"] and ("330110" in reasons["P1"]) == bool(extent)
    assert extent or "100 km" in reasons["P4"]


@pytest.mark.parametrize("epsg", [4549, 4550])
def test_a_layer_in_another_zone_than_the_projects_leaves_nothing_clear(four, epsg):
    """The numbers are those of the projects, the zone is the next one: one of the two is wrong, nothing says which."""
    from osgeo import ogr

    write_shapes(four, "STBHHX", {"BSM": ogr.OFTString}, [(box_of(n), ("a",)) for n in (0, 9)], epsg)
    mine, _ = both(four)
    assert statuses(mine)["P1"] == ("clear" if epsg == 4549 else "failed")

"""Boundary-point TXT: every variant read, bytes given back unchanged, clear words for broken files."""

import pytest
import shapely
from onemap.plugin.core.errors import InputError
from onemap.plugin.formats.parcels.survey import parcel_polygon, stated_area, survey
from onemap.plugin.formats.parcels.txt import parcel_from_polygon, read_parcel_txt, write_parcel_txt

HEADER = """[属性描述]
格式版本号=1.01版本
坐标系=2000国家大地坐标系
几度分带=3
投影类型=高斯克吕格
计量单位=米
带号=40
精度=0.01
转换参数=0,0,0,0,0,0,0
[地块坐标]
"""
POINTS = "J1,1,3350000.000,40515000.000\nJ2,1,3350000.000,40515100.000\nJ3,1,3350100.000,40515100.000\nJ4,1,3350100.000,40515000.000\n"
CLOSING = "J1,1,3350000.000,40515000.000\n"
HOLE = "J5,2,3350040.000,40515040.000\nJ6,2,3350040.000,40515060.000\nJ7,2,3350060.000,40515060.000\nJ8,2,3350060.000,40515040.000\nJ5,2,3350040.000,40515040.000\n"
HEAD = "5,1.0000,1,示例地块,面,,工业用地,,@\n"


def read(text, encoding="gb18030"):
    return read_parcel_txt(text.encode(encoding))


def placed(text, chosen=None):
    from onemap.plugin.core.land.crs import parse_crs

    return survey(read(text), parse_crs(chosen) if chosen else None)


def codes(text, chosen=None):
    return [remark.code for remark in placed(text, chosen).remarks]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings_are_found(encoding):
    parcel_file = read(HEADER + HEAD + POINTS + CLOSING, encoding)
    assert parcel_file.parcels[0].head["name"] == "示例地块"
    assert parcel_file.header["带号"] == "40"
    found = survey(parcel_file)
    assert found.crs.to_epsg() == 4528 and found.remarks == []
    assert found.parcels[0].polygon.equals(shapely.box(40515000, 3350000, 40515100, 3350100))


def test_an_open_ring_is_closed_and_a_hole_is_a_hole():
    parcel = placed(HEADER + HEAD + POINTS + HOLE).parcels[0]
    assert parcel.polygon.area == 10_000 - 400


def test_rings_are_told_by_containment_not_number():
    far = CLOSING.join(["", ""]) + POINTS.replace("40515", "40516") + CLOSING.replace("40515", "40516")
    parcel = placed(HEADER + HEAD + POINTS + CLOSING + far).parcels[0]
    assert parcel.polygon.area == 20_000
    island = HOLE.replace("J", "K").replace(",2,", ",3,").replace("40.000", "45.000").replace("60.000", "55.000")
    assert placed(HEADER + HEAD + POINTS + CLOSING + HOLE + island).parcels[0].polygon.area == 10_000 - 400 + 100


@pytest.mark.parametrize("width,zone,east,code", [(3, "", "40515000", "EPSG:4528"), (3, "40", "515000", "EPSG:4549"), (6, "20", "20515000", "EPSG:4498"), (6, "20", "515000", "EPSG:4509")])  # fmt: skip
def test_zones(width, zone, east, code):
    text = (
        (HEADER + HEAD + POINTS)
        .replace("几度分带=3", f"几度分带={width}")
        .replace("带号=40", f"带号={zone}")
        .replace("40515", east[:-3])
    )
    assert f"EPSG:{placed(text).crs.to_epsg()}" == code


def test_longitude_and_latitude():
    points = "J1,1,30.25,120.15\nJ2,1,30.25,120.16\nJ3,1,30.26,120.16\n"
    found = placed(HEADER + HEAD + points)
    assert found.crs.to_epsg() == 4490
    assert found.parcels[0].polygon.bounds == (120.15, 30.25, 120.16, 30.26)
    assert "txt_degrees_in_metres" in [r.code for r in found.remarks], "the header says metres"
    assert "txt_degrees_in_metres" not in codes((HEADER + HEAD + points).replace("计量单位=米", "计量单位=度"))


def test_short_head_line_and_project_section():
    parcel_file = read("[项目信息]\n项目名称=某项目\n" + HEADER + "4,0.1,7,短行地块,面,住宅用地,@\n" + POINTS)
    assert parcel_file.project == {"项目名称": "某项目"}
    assert parcel_file.parcels[0].head["use"] == "住宅用地"


@pytest.mark.parametrize(
    "text,m2,unit,agrees",
    [
        ("1.0000", 10_000, "ha", True), ("1.00", 10_000, "ha", True), ("9999.95", 9999.95, "m2", True),
        ("15.00", 10_000, "mu", True), ("15亩", 10_000, "mu", True), ("1.0公顷", 10_000, "ha", True),
        ("9999.95平方米", 9999.95, "m2", True), ("3.2", 32_000, "ha", False), ("1.02", 10_200, "ha", False),
        ("１．００００", 10_000, "ha", True),
    ],
)  # fmt: skip
def test_the_unit_of_a_stated_area_is_told_by_the_computed_one(text, m2, unit, agrees):
    found = stated_area(read(HEADER + HEAD.replace("1.0000", text) + POINTS).parcels[0], 9999.95)
    assert (found.m2, found.unit, found.agrees) == (pytest.approx(m2), unit, agrees)


def test_areas_that_differ_are_remarked():
    assert codes(HEADER + HEAD + POINTS) == []
    assert codes(HEADER + HEAD.replace("1.0000", "3.2") + POINTS) == ["txt_area_differs"]
    assert codes(HEADER + HEAD.replace("1.0000", "15.00") + POINTS) == ["txt_area_unit"]
    for nothing in ("0", "", "—"):
        assert codes(HEADER + HEAD.replace("1.0000", nothing) + POINTS) == []


def test_a_wrong_count_is_remarked_not_refused():
    assert [r.code for r in read(HEADER + HEAD.replace("5,", "9,", 1) + POINTS).remarks] == ["txt_count_differs"]
    for count in "45":
        assert read(HEADER + HEAD.replace("5,", f"{count},", 1) + POINTS + CLOSING).remarks == []


@pytest.mark.parametrize(
    "text,code",
    [
        ("hello\n", "txt_no_section"),
        ("坐标系=2000\n", "txt_no_section"),
        (HEADER + HEADER.replace("40", "39") + HEAD + POINTS, "txt_two_headers"),
        (HEADER, "txt_no_parcel"),
        (HEADER + POINTS, "txt_point_before_head"),
        (HEADER + HEAD + "J1,1,33x,405\n", "txt_bad_point"),
        (HEADER + HEAD + "J1,1,nan,405\n", "txt_bad_point"),
        (HEADER + HEAD, "txt_parcel_empty"),
    ],
)
def test_broken_files_are_named(text, code):
    with pytest.raises(InputError) as caught:
        read(text)
    assert caught.value.code == code and "{" not in str(caught.value)


def test_old_systems_are_refused():
    with pytest.raises(InputError, match="1980"):
        placed((HEADER + HEAD + POINTS).replace("2000国家大地坐标系", "1980西安坐标系"))
    for local in ("杭州2000独立坐标系", "某市2000城市坐标系", "WGS84"):
        with pytest.raises(InputError):
            placed((HEADER + HEAD + POINTS).replace("2000国家大地坐标系", local))


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_round_trip_gives_the_same_bytes(tmp_path, encoding):
    text = (
        HEADER + HEAD + POINTS + CLOSING + HOLE.replace("040.000", "040.0001") + HEAD.replace(",1,", ",2,") + POINTS
    ).replace("\n", "\r\n")
    target = tmp_path / "out.txt"
    write_parcel_txt(read_parcel_txt(text.encode(encoding)), target, encoding)
    assert target.read_bytes() == text.encode(encoding)


def test_polygons_become_points_and_polygons_again():
    shape = shapely.box(40515000, 3350000, 40515100, 3350100).difference(
        shapely.box(40515040, 3350040, 40515060, 3350060)
    )
    both = shapely.MultiPolygon([shape, shapely.box(40516000, 3350000, 40516100, 3350100)])
    parcel = parcel_from_polygon(both, {"number": "1"})
    assert parcel_polygon(parcel).equals(both)
    names = [p[0] for p in parcel.points]
    assert names[0] == names[4] == "J1" and names[5] == "J5" and len(set(names)) == 12


def test_parcels_of_several_projects_keep_theirs(tmp_path):
    one, two = ("[项目信息]\n项目编号=X1\n项目名称=甲\n", "[项目信息]\n项目编号=X2\n项目名称=乙\n")
    east = POINTS.replace("40515", "40516") + CLOSING.replace("40515", "40516")
    text = one + HEADER + HEAD + POINTS + CLOSING + two + "[地块坐标]\n" + HEAD + east
    found = read(text)
    assert [parcel.project_name for parcel in found.parcels] == ["X1 甲", "X2 乙"] and found.project["项目编号"] == "X1"
    assert [remark.code for remark in found.remarks] == ["txt_several_projects"]
    write_parcel_txt(found, tmp_path / "again.txt")
    again = read_parcel_txt(tmp_path / "again.txt")
    assert [parcel.project for parcel in again.parcels] == [parcel.project for parcel in found.parcels]
    assert "txt_several_projects" not in codes(one + HEADER + HEAD + POINTS + CLOSING)


def test_the_only_project_is_that_of_all_parcels_wherever_it_stands():
    one = "[项目信息]\n项目编号=X1\n"
    found = read(HEADER + HEAD + POINTS + CLOSING + one)
    assert found.project == found.parcels[0].project == {"项目编号": "X1"} and not found.remarks


def test_of_many_projects_some_are_named():
    parts = [f"[项目信息]\n项目编号=X{n}\n[地块坐标]\n{HEAD}{POINTS}" for n in range(40)]
    (remark,) = read(HEADER + "".join(parts)).remarks
    assert remark.params == {"count": 40, "projects": "X0、X1、X2、X3、X4…"}


@pytest.mark.parametrize("text, agrees", [("2", False), ("1", True), ("1.1", False), ("0.99995", True)])
def test_an_area_of_few_digits_agrees_where_it_is_rounded(text, agrees):
    assert stated_area(read(HEADER + HEAD.replace("1.0000", text) + POINTS).parcels[0], 9999.95).agrees == agrees

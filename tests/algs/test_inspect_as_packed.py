"""Packages as counties really pack them: nothing is passed silently, nothing is blamed for how it was packed."""

import shutil
import sqlite3
import zipfile
from contextlib import closing

import pytest
from onemap.plugin.formats.workbook.safety import column_letters

from .test_inspect_package import database, defects, run, statuses  # noqa: F401 - fixture


def test_endings_in_capitals_and_shadows_of_macos_are_no_faults(h, database, tmp_path):  # noqa: F811
    database.files["5.电子数据说明/元数据.xml"] = database.files.pop("990102云溪县元数据.xml")
    folder = database.write(tmp_path / "package")
    for path in [p for p in folder.rglob("*") if p.suffix in (".pdf", ".jpg", ".xlsx", ".gpkg")]:
        path.rename(path.with_suffix(path.suffix.upper()))
    archive = tmp_path / "all.zip"
    with zipfile.ZipFile(archive, "w") as made:
        for path in folder.rglob("*"):
            if path.is_file():
                made.write(path, f"云溪县/云溪县/{path.relative_to(folder).as_posix()}")
        made.writestr("__MACOSX/云溪县/._990102云溪县矢量数据.gpkg", b"\0\5\x16\7" + bytes(99))
        made.writestr("云溪县/._x.pdf", b"\0\5\x16\7")
    result = run(h, archive, STAGES="1,6")
    assert defects(result) == [] and statuses(result)["Q603"][0] == "checked"


def test_class_codes_kept_as_numbers_are_one_fault_and_not_fifty(h, database, tmp_path):  # noqa: F811
    from onemap.plugin.core.quality.inspection_spec import FieldKind

    table = database.tables["XZYDYH"]
    table.fields = [(n, FieldKind.INT if n == "YDYHFLDM" else kind, 0, d) for n, kind, _, d in table.fields]
    table.rows = [(shape, {**values, "YDYHFLDM": int(values["YDYHFLDM"])}) for shape, values in table.rows]
    found = defects(run(h, database.write(tmp_path / "package"), STAGES="3,4,6"))
    assert [(f["item"], f["value"]) for f in found] == [("Q302", "Integer64")]


def test_a_table_of_another_edition_is_read_by_the_titles_of_its_rows(h, database, tmp_path):  # noqa: F811
    old = database.cells
    titles = ["耕地", "林地", "其他", "合计", "永久基本农田", "生态保护红线", "城镇开发边界"]
    lines = [(title, old[f"C{n}"]) for n, title in enumerate(titles, 2)]
    lines.insert(2, ("小计", old["C2"] + old["C3"]))
    cells = {"A1": "云溪县规划指标表", "A2": "指标", "C2": "公顷"}
    for row, (title, value) in enumerate(lines, 3):
        cells[f"A{row}"], cells[f"C{row}"] = f"{row - 2}. {title}（公顷）", value
    cells["C3"] = f"{old['C2']:.4f} 公顷"
    database.cells, page = cells, tmp_path / "r.html"
    result = run(h, database.write(tmp_path / "package"), STAGES="6", REPORT=str(page))
    assert defects(result) == [] and statuses(result)["Q603"] == ("checked", None)
    assert "C5 → C7" in page.read_text(encoding="utf-8")
    cells["C7"] += 1
    (wrong, total) = defects(run(h, database.write(tmp_path / "wrong"), STAGES="6"))
    assert "C7" in wrong["message"] and {wrong["item"], total["item"]} == {"Q603", "Q604"}


def test_a_title_over_merged_rows_belongs_to_each_of_them(tmp_path):
    import openpyxl
    from onemap.plugin.formats.packages.tables import read_cells
    from onemap.plugin.formats.workbook.tables import open_table

    book = openpyxl.Workbook()
    rows = (["农用地", "面积", 1.0], [None, "占比", 0.1], ["建设用地", "面积", 2.0], [None, "占比", 0.2])
    for row in rows:
        book.active.append(row)
    book.active.merge_cells("A1:A2")
    book.active.merge_cells("A3:A4")
    book.save(tmp_path / "t.xlsx")
    with open_table(tmp_path / "t.xlsx") as reader:
        cells = read_cells(reader, "", {"C4": "建设用地", "C1": "农用地", "C2": ""})
    assert cells.values == {"C4": 0.2, "C1": 1.0, "C2": 0.1} and cells.moved == {}


@pytest.mark.parametrize("number", [-1, 0, 99999])
def test_a_geopackage_without_a_reference_system_says_so(h, database, tmp_path, number):  # noqa: F811
    """-1 and 0 are how a GeoPackage says "undefined"; the third is one that it does not describe."""
    folder = database.write(tmp_path / "package")
    (file,) = folder.glob("*.gpkg")
    with closing(sqlite3.connect(file)) as data, data:
        data.execute("UPDATE gpkg_geometry_columns SET srs_id = ? WHERE table_name = 'STBHHX'", (number,))
        data.execute("UPDATE gpkg_contents SET srs_id = ? WHERE table_name = 'STBHHX'", (number,))
    (found,) = defects(run(h, folder), item="Q201")
    assert found["layer"] == "STBHHX" and found["value"] == "undefined" and "WGS" not in found["message"]


@pytest.mark.parametrize("name", ["备份/{}.gpkg", "{}_备份.gpkg"])
def test_a_backup_that_is_the_same_is_named_once_and_costs_little(h, database, tmp_path, name):  # noqa: F811
    folder = database.write(tmp_path / "package")
    (file,) = folder.glob("*.gpkg")
    copy = folder / name.format(file.stem)
    copy.parent.mkdir(exist_ok=True)
    shutil.copyfile(file, copy)
    result = run(h, folder)
    (found,) = defects(result)
    assert (found["item"], found["value"]) == ("Q112", copy.relative_to(folder).as_posix())
    assert found["wanted"] == file.name and result["SCORE"] == 99
    with closing(sqlite3.connect(copy)) as data, data:  # no longer the same: nobody knows which is meant
        data.execute("UPDATE STBHHX SET XZQMC = 'x'")
    told = {(f["item"], f["layer"]) for f in defects(run(h, folder, STAGES="1"))}
    assert told == {("Q107", "STBHHX"), ("Q112", "")}


def test_a_folder_delivered_twice_is_one_defect(h, database, tmp_path):  # noqa: F811
    folder = database.write(tmp_path / "package")
    (folder / "TRL.shp").rename(folder / "TRL.SHP")
    shutil.copytree(folder, tmp_path / "again")
    shutil.move(tmp_path / "again", folder / "最终版")
    (folder / "最终版" / "TRL.dbf").write_bytes((folder / "TRL.dbf").read_bytes().replace(b"1", b"2"))
    found = defects(run(h, folder, STAGES="1"))
    assert [f["item"] for f in found] == ["Q107", "Q112"]  # the shapes are the same, the table is not
    assert "5 files in 最终版 are the same as those in the top folder" in found[1]["message"]


@pytest.mark.parametrize("column", [1, 2, 4, 30])
def test_a_table_with_more_or_fewer_columns_is_read_by_their_titles(h, database, tmp_path, column):  # noqa: F811
    """1 for B: the column of units is gone; 30 for AD: years were put before it."""
    letters, page = column_letters(column + 1), tmp_path / "r.html"
    cells = {f"{letters}{a[1:]}" if a[0] == "C" else a: value for a, value in database.cells.items()}
    for row, title in enumerate(["耕地", "林地", "其他", "合计", "永久基本农田", "生态保护红线", "城镇开发边界"], 2):
        cells[f"A{row}"] = title
        if column > 2:
            cells[f"C{row}"], cells["C1"] = 1.0, "现状"
    database.cells = cells
    result = run(h, database.write(tmp_path / "package"), STAGES="6", REPORT=str(page))
    assert defects(result) == [] and statuses(result)["Q603"] == ("checked", None)
    assert (f"C5 → {letters}5" in page.read_text(encoding="utf-8")) == (column != 2)
    cells[f"{letters}5"] += 1
    wrong = defects(run(h, database.write(tmp_path / "wrong"), STAGES="6"))
    assert {f["item"] for f in wrong} == {"Q603", "Q604"} and all(f"{letters}5" in f["message"] for f in wrong)


@pytest.mark.parametrize(
    "columns,value",
    [({"B": "规划目标/面积"}, 4.0), ({"B": "规划目标/占比"}, 5.0), ({"B": "基期/面积"}, 2.0), ({"B": "面积"}, 2.0),
     ({"C": "规划目标/面积"}, 2.0), ({"B": "2035"}, 4.0), ({"B": "无此列"}, 2.0), ({}, 2.0)],
)  # fmt: skip
def test_a_column_is_known_by_the_headings_over_one_another(tmp_path, columns, value):
    import openpyxl
    from onemap.plugin.formats.packages.tables import read_cells
    from onemap.plugin.formats.workbook.tables import open_table

    book = openpyxl.Workbook()
    rows = (
        ["规划指标表"], ["指标", "基期", None, "规划目标", None], [None, None, None, 2035, None],
        [None, "面积（公顷）", "占比", "面积（公顷）", "占比"], ["耕地", 2.0, 3.0, 4.0, 5.0],
    )  # fmt: skip
    for row in rows:
        book.active.append(row)
    for merged in ("A1:E1", "B2:C2", "D2:E2", "A2:A4"):
        book.active.merge_cells(merged)
    book.save(tmp_path / "t.xlsx")
    with open_table(tmp_path / "t.xlsx") as reader:
        assert read_cells(reader, "", {"B5": "耕地"}, columns).values == {"B5": value}


def test_every_layer_that_was_not_checked_is_named_in_the_report(h, database, tmp_path):  # noqa: F811
    page = tmp_path / "r.html"
    result = run(h, database.write(tmp_path / "package"), STAGES="3", REPORT=str(page))
    part = page.read_text(encoding="utf-8").rpartition("未检查的内容及原因")[2]
    named = [code for code in database.tables if code in statuses(result)["Q307"][1]]
    assert len(named) > 8 and [code for code in named if code not in part] == []


def test_a_database_that_a_program_saved_again_is_no_second_one(h, database, tmp_path):  # noqa: F811
    """Other bytes, other numbers, multipolygons: the same land. One class changed: two databases, which is for people."""
    from osgeo import gdal

    folder = database.write(tmp_path / "package")
    (file,) = folder.glob("*.gpkg")
    again = folder / "备份" / "再存.gpkg"
    again.parent.mkdir()
    options = ["-nlt", "PROMOTE_TO_MULTI", "-unsetFid"]
    gdal.VectorTranslate(str(again), str(file), options=gdal.VectorTranslateOptions(options=options, format="GPKG"))
    (found,) = defects(run(h, folder, STAGES="1-4"))
    assert (found["item"], found["value"]) == ("Q112", "备份/再存.gpkg") and "XZYDYH" in found["message"]
    data = gdal.OpenEx(str(again), gdal.OF_VECTOR | gdal.OF_UPDATE)
    data.ExecuteSQL("UPDATE XZYDYH SET YDYHFLDM = '010300' WHERE YDYHFLDM = '010100'")
    del data
    changed = defects(run(h, folder, STAGES="1"))
    assert [(f["item"], f["layer"]) for f in changed] == [("Q107", "XZYDYH"), ("Q112", "")]

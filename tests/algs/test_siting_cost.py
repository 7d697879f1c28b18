"""The report of a selection tells what each site takes and costs."""

import openpyxl
import pytest
from onemap.tests.support.siting import write


@pytest.fixture
def h(qgis_app):
    from onemap.tests.support import algorithms as helpers

    return helpers


TEXT = """
layers: {use: {title: 地类图斑, names: [DLTB]}}
constraints:
  - {id: farm, line: YJJBNTTB, kind: avoid, tolerance_m2: 5000}
  - {id: big, title: Area, kind: area, min: 9000}
"""


def report(h, tmp_path, field, with_farm=True):
    sites = h.layer("cand", [(h.box_wkt(0, 0), "P1"), (h.box_wkt(200, 0), "P2")], "XMBH:string")
    use = h.layer("DLTB", [(h.box_wkt(-500, -500, 550), "0101"), (h.box_wkt(50, -500, 800), "0702")], f"{field}:string")
    farm = h.layer("YJJBNTTB", [(h.box_wkt(0, 0, 40), "7")], "GDDB:string")
    path, told = tmp_path / "r.xlsx", h.Feedback()
    values = {"SITES": "memory:", "REJECTED": "memory:", "REMOVALS": "memory:", "REPORT": str(path)}
    layers = [use, farm] if with_farm else [use]
    h.run("selectsites", told, CANDIDATES=sites, CRITERIA=write(tmp_path, TEXT), LAYERS=layers, **values)
    return openpyxl.load_workbook(path)


def test_the_workbook_tells_cropland_farmland_and_new_construction_land(h, tmp_path):
    book = report(h, tmp_path, "DLBM")
    rows = {(r[0], r[1]): r for r in book["用地成本"].iter_rows(values_only=True)}
    assert rows["P1", "占用耕地"][2] == pytest.approx(2500, rel=0.01)
    assert rows["P1", "占用耕地"][3] == pytest.approx(3.75, abs=0.04)
    assert rows["P1", "占用永久基本农田"][2] == pytest.approx(1600, rel=0.01)
    assert rows["P1", "其中耕地等别 7"][2] == pytest.approx(1600, rel=0.01)
    assert rows["P2", "占用耕地"][2] == 0 and rows["P2", "占用永久基本农田"][2] == 0
    assert rows["P2", "新增建设用地"][2] == 0
    paddy = rows["P1", "其中水田（占补平衡）"]
    assert paddy[5] == pytest.approx(paddy[2] * 0.0015 * paddy[4] / 10_000, rel=1e-6)


def test_without_land_classes_the_report_says_so(h, tmp_path):
    book = report(h, tmp_path, "KIND")
    assert "用地成本" not in book.sheetnames
    notes = [c for sheet in book for row in sheet.iter_rows(values_only=True) for c in row if isinstance(c, str)]
    assert any("用地成本未测算" in n or "DLBM" in n for n in notes)

"""The report of a selection tells what each site takes and costs."""

import re

import openpyxl
import pytest
from onemap.plugin.paths import RESOURCES
from onemap.tests.support.siting import write
from qgis.core import NULL


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
    assert rows["P1", "占用耕地"][3] == pytest.approx(2500, rel=0.01)
    assert rows["P1", "占用耕地"][2] == pytest.approx(3.75, abs=0.04)
    assert rows["P1", "占用永久基本农田"][3] == pytest.approx(1600, rel=0.01)
    assert rows["P1", "其中耕地等别 7"][3] == pytest.approx(1600, rel=0.01)
    assert rows["P2", "占用耕地"][2] == 0 and rows["P2", "占用永久基本农田"][2] == 0
    assert rows["P2", "新增建设用地"][2] == 0
    paddy = rows["P1", "其中水田（占补平衡）"]
    assert paddy[5] == pytest.approx(paddy[3] * 0.0015 * paddy[4] / 10_000, rel=1e-6)


def test_without_land_classes_the_report_says_so(h, tmp_path):
    book = report(h, tmp_path, "KIND")
    assert "用地成本" not in book.sheetnames
    notes = [c for sheet in book for row in sheet.iter_rows(values_only=True) for c in row if isinstance(c, str)]
    assert any("用地成本未测算" in n or "DLBM" in n for n in notes)


TABLE = """
name: County table
class_field: DLBM
ownership_field: QSXZ
items:
  - {id: paddy, title: Paddy, codes: ["0101"], price: 20000, confidence: 县政府令第8号}
buildings: houses
utilities: [mains, sewer]
drive: {roads: ways, places: [seat], speed_field: v, speed_kmh: 36}
layers:
  houses: {title: Houses, names: [FW]}
  mains: {title: Mains, names: [mains]}
  sewer: {title: Sewer, names: [sewer]}
  ways: {title: Ways, names: [ways]}
  seat: {title: Seat, names: [seat]}
"""
CRITERIA = """
layers: {use: {title: 地类图斑, names: [DLTB]}}
constraints: [{id: big, title: Area, kind: area, min: 900}]
"""


def line(h, *points):
    return "LINESTRING(" + ",".join(f"{h.X + x} {h.Y + y}" for x, y in points) + ")"


def costed(h, tmp_path, layers, table=TABLE):
    (tmp_path / "prices.yaml").write_text(table, encoding="utf-8")
    sites = h.layer("cand", [(h.box_wkt(0, 0), "P1")], "XMBH:string")
    use = h.layer(
        "DLTB",
        [(h.box_wkt(-500, -500, 540), "0101", "20"), (h.box_wkt(-500, 40, 540), "0101", "30"),
         (h.box_wkt(40, -500, 800), "0702", None)],
        "DLBM:string,QSXZ:string",
    )  # fmt: skip
    values = {
        "SITES": "memory:",
        "REJECTED": "memory:",
        "SITE_COSTS": "memory:",
        "REPORT": f"{tmp_path}/r.xlsx;{tmp_path}/r.html",
    }
    values.update(COSTS=str(tmp_path / "prices.yaml"), CRITERIA=write(tmp_path, CRITERIA))
    result = h.run("selectsites", h.Feedback(), CANDIDATES=sites, LAYERS=[use, *layers], **values)
    return {f["item"]: f for f in result["SITE_COSTS"].getFeatures()}, openpyxl.load_workbook(tmp_path / "r.xlsx")


def test_a_countys_own_table_with_ownership_buildings_mains_and_drives(h, tmp_path):
    houses = h.layer("FW", [(h.box_wkt(10, 10, 10),), (h.box_wkt(15, 10, 10),)])
    mains = h.layer("mains", [(line(h, (-300, 350), (400, 350)),)], kind="LineString")
    # two ways to the seat: 2050 m at 36 km/h, or straight on the slow road of 1000 m at 6 km/h
    ways = h.layer(
        "ways",
        [(line(h, (50, -20), (1050, -20)), 6.0), (line(h, (50, -20), (50, -545), (1050, -545), (1050, -20)), None)],
        "v:double",
        kind="LineString",
    )
    seat = h.layer("seat", [(f"POINT({h.X + 1050} {h.Y - 20})", "Town")], "name:string", kind="Point")
    rows, book = costed(h, tmp_path, [houses, mains, ways, seat])
    assert rows["Paddy"]["price"] == 20000 and rows["Paddy"]["basis"] == "县政府令第8号"
    assert rows["State-owned land"]["m2"] == pytest.approx(1600, rel=0.01)
    assert rows["Land owned by collectives"]["m2"] == pytest.approx(40 * 60, rel=0.01)
    whole = 100 * 100
    assert rows["Land whose ownership is not known"]["m2"] == pytest.approx(whole - 1600 - 2400, rel=0.01)
    assert rows["Demolition: footprint of buildings"]["m2"] == pytest.approx(150, rel=0.01)  # what overlaps counts once
    assert rows["Mains"]["metres"] == pytest.approx(250, abs=0.1)
    drive = rows["Drive to Seat"]
    # 70 m from the middle of the site to the road at the default speed of 10 m/s, then 2050 m as fast
    assert drive["minutes"] == pytest.approx((70 + 2050) / 10 / 60, rel=1e-3) and drive["place"] == "Town"
    assert drive["metres"] == pytest.approx(70 + 1000, abs=0.5) and "is empty (1 of 2 roads)" in drive["way"]
    assert rows["Sewer"]["metres"] == NULL and "no layer given" in rows["Sewer"]["way"]
    told = {r[1]: r for r in book["距离与通达"].iter_rows(values_only=True)}
    assert told["Mains"][2] == pytest.approx(250, abs=0.1) and told["Sewer"][2] is None


CHINESE = re.compile("[\u4e00-\u9fff]")


def test_the_table_is_in_the_users_language_and_the_report_in_its_own(h, tmp_path):
    """English window: no Chinese in SITE_COSTS of the shipped price table, no English sentence of ours in the report."""
    shipped = (RESOURCES / "siting" / "tables" / "cost.yaml").read_text(encoding="utf-8")
    houses = h.layer("FW", [(h.box_wkt(10, 10, 10),)])
    ways = h.layer("LRDL", [(line(h, (50, -20), (1050, -20)),)], kind="LineString")
    seat = h.layer("places", [(f"POINT({h.X + 1050} {h.Y - 20})", "Town")], "name:string", kind="Point")
    rows, book = costed(h, tmp_path, [houses, ways, seat], shipped)
    texts = [str(value) for row in rows.values() for value in row.attributes()]
    assert {"Cropland taken", "Drive to Destinations", "Power lines"} <= set(texts)
    assert not [one for one in texts if CHINESE.search(one)]
    told = [str(c) for sheet in ("用地成本", "距离与通达") for r in book[sheet].iter_rows(values_only=True) for c in r]
    assert {"占用耕地", "车行至通达目的地", "供电线路"} <= set(told) and "建议" in told
    assert not [one for one in told if re.search("[a-z]{3,} [a-z]{3,}", one)]
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert (
        "未评价（未提供图层）：供电线路、供水管线" in page and "not evaluated" not in page and "Power lines" not in page
    )


def test_what_no_layer_tells_is_not_evaluated_and_never_nothing(h, tmp_path):
    rows, _ = costed(h, tmp_path, [])
    for item in ("Demolition: footprint of buildings", "Mains", "Drive to Seat"):
        assert rows[item]["m2"] == NULL and rows[item]["metres"] == NULL and "not evaluated" in rows[item]["way"]


def test_a_place_no_road_leads_to_has_no_drive(h, tmp_path):
    ways = h.layer("ways", [(line(h, (50, -20), (1050, -20)),), (line(h, (50, 5000), (90, 5000)),)], kind="LineString")
    seat = h.layer("seat", [(f"POINT({h.X + 60} {h.Y + 5010})", "Town")], "name:string", kind="Point")
    rows, _ = costed(h, tmp_path, [ways, seat])
    assert rows["Drive to Seat"]["minutes"] == NULL and "no road connects them" in rows["Drive to Seat"]["way"]


def test_mistakes_of_a_table_are_named_by_line(h, tmp_path):
    from onemap.plugin.core.errors import CatalogueError
    from onemap.plugin.formats.rules.cost_files import load_cost_table

    wrong = TABLE.replace("price: 20000", "price: dear").replace("utilities: [mains, sewer]", "utilities: [mian]")
    (tmp_path / "wrong.yaml").write_text(wrong, encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        load_cost_table(tmp_path / "wrong.yaml")
    assert "6" in str(caught.value) and "price" in str(caught.value)
    (tmp_path / "wrong.yaml").write_text(wrong.replace("price: dear", "price: 1"), encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        load_cost_table(tmp_path / "wrong.yaml")
    assert "mian" in str(caught.value)


def test_the_page_of_a_site_tells_its_land_its_place_and_draws_what_was_measured(h, tmp_path, monkeypatch):
    from onemap.plugin.bridge.siting.site_maps import SiteMaps

    drawn, site = {}, SiteMaps.site

    def seen(maps, key, rows=0):
        drawn[key] = maps.lines[key]
        return site(maps, key, rows)

    monkeypatch.setattr(SiteMaps, "site", seen)
    mains = h.layer("mains", [(line(h, (-300, 350), (400, 350)),)], kind="LineString")
    town = h.layer("XZQ", [(h.box_wkt(-800, -800, 3000), "竹山镇")], "XZQMC:string")
    costed(h, tmp_path, [mains, town], TABLE + "  divisions: {title: 行政区, names: [XZQ]}\n")
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "<th>位置</th><td colspan=3>竹山镇" in page and "集体土地所有权" in page and "0101 水田" in page
    assert "15.00 亩（10,000.00 平方米）" in page or "14.99 亩" in page
    (one,) = drawn["P1"]
    assert one.metres == pytest.approx(250, abs=0.1) == one.line.length

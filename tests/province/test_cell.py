"""What the batch's workers do with a cell, called directly: the desk's answer, also where Spark is not installed."""

import numpy as np
import pytest
from onemap.tests.support.province import desk_answer, finding_rows, verdict_rows
from onemap.tests.support.province_cells import cells_answer, opened, write
from province.cells import NOWHERE, Seen, spread

MINES = "CKQ_CKQDJ"  # its rules ask for today's date: only QGIS can


@pytest.fixture(scope="module")
def both(county):
    """(what the workers say, what the desk says) of the made-up county."""
    database, projects, layers = county
    layers = [layer for layer in layers if layer != MINES]
    controls = [opened(database, layer) for layer in layers]
    desk = desk_answer(projects, "projects", database, {layer: None for layer in layers})
    return cells_answer(opened(projects, "projects"), controls), desk


def test_the_same_findings(both):
    mine, desk = finding_rows(both[0].findings), finding_rows(both[1].findings)
    assert len(desk) > 500
    assert mine - desk == desk - mine


def test_the_same_verdicts(both):
    mine, desk = verdict_rows(both[0].verdicts), verdict_rows(both[1].verdicts)
    assert {row[2] for row in desk} >= {"conflict", "clear", "not_checked"}
    assert mine - desk == desk - mine


RULES = """
extends: 3x_national
name: 测试
version: '1'
rules:
- id: FM-3
  line: FM
  kind: avoid
  effect: conditional
  title: 视廊内不得新建
  unless: '"JZLX" = ''翻建'' OR "BZ" LIKE ''%批准%'''
  laws:
  - law: LOCAL
    article: '-'
- id: FM-4
  line: FM
  kind: inform
  effect: notice
  title: 缺字段的例外
  unless: '"MEIYOU" = 1'
  laws:
  - law: LOCAL
    article: '-'
"""
PROJECTS = [
    ("高", "30", "公路用地", "新建", None), ("平", "≤24米", "工业用地", "翻建", ""), ("低", "12.5 m", "0601", "翻建", "已批准"),
    ("未知", None, None, None, None), ("空", "", " 道路用地 ", "新建", "批准"), ("空", "18-36米", "城镇道路用地（07）", None, "x"),
]  # fmt: skip


def test_heights_land_uses_exceptions_and_land_taken_off(qgis_app, tmp_path):
    """Fields in other letters than the rules', text for metres, a number as label, no field for an exception."""
    from osgeo import ogr

    text, real = ogr.OFTString, ogr.OFTReal
    names = {"XMBH": text, "jzgd": text, "YDXZ": text, "jzlx": text, "BZ": text}
    file, rules = tmp_path / "small.gpkg", tmp_path / "rules.yaml"
    rules.write_text(RULES, encoding="utf-8")
    write(file, "projects", names, list(enumerate(PROJECTS)))
    scenery = [(n, (7.0 + n, limit)) for n, limit in enumerate(["24", "≤24米", "见图则", "24", None, "30"])]
    write(file, "FM", {"MC": real, "xgz": text}, scenery)
    write(file, "CZKFBJ", {"BSM": text}, [(0, ("a",)), (9, ("b",))])
    write(file, "GD", {"DLBM": text}, [(n, ("0101",)) for n in range(6)])
    write(file, "YJJBNTTB", {"BSM": text}, [(1, ("c",)), (2, ("d",))])
    tables = ["FM", "CZKFBJ", "GD", "YJJBNTTB"]
    mine = cells_answer(opened(file, "projects"), [opened(file, t) for t in tables], 2, [rules])
    desk = desk_answer(file, "projects", file, dict.fromkeys(tables), [rules])
    assert {"FM-2", "FM-2-DOUBT", "FM-3", "GD-1", "CZKFBJ-1"} <= {f.rule_id for f in desk.findings}
    assert finding_rows(mine.findings) == finding_rows(desk.findings)
    assert {v.reason for v in desk.verdicts if v.line_id == "CZKFBJ"} > {""}
    assert verdict_rows(mine.verdicts) == verdict_rows(desk.verdicts)
    assert any("MEIYOU" in remark for remark in mine.remarks)


def test_land_that_cannot_be_read_leaves_nothing_clear(qgis_app, tmp_path):
    from osgeo import ogr

    file = tmp_path / "lost.gpkg"
    write(file, "projects", {"XMBH": ogr.OFTString}, [(n, (f"P{n}",)) for n in range(4)])
    write(file, "STBHHX", {"BSM": ogr.OFTString}, [(0, ("a",)), (-1, ("b",))])
    mine = cells_answer(opened(file, "projects"), [opened(file, "STBHHX")], 2)
    desk = desk_answer(file, "projects", file, {"STBHHX": None})
    assert [v.status for v in desk.verdicts if v.line_id == "STBHHX"].count("failed") == 3
    assert verdict_rows(mine.verdicts) == verdict_rows(desk.verdicts)


def test_where_control_features_are_sent():
    lost = [np.nan] * 4
    seen = Seen(
        np.array([[0.0, 0, 1, 1], [0, 0, 1, 1], [0, 0, 1, 1], lost, lost]),
        np.array([False, True, True, True, True]),
        np.array([False, False, True, True, False]),
    )
    rows, cells = spread(seen, (np.array([0, 0, 1, 2]), np.array([0, 2, 1, 1])), range(3))
    sent = sorted(zip(rows.tolist(), cells.tolist()))
    assert sent == [(0, 0), (0, 2), (1, NOWHERE), (2, 1), (3, 0), (3, 1), (3, 2), (4, NOWHERE)]

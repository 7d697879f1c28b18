"""The rule table in Excel: it round-trips, changes become a province's file, mistakes are named by row and column."""

from pathlib import Path

import openpyxl
import pytest
from onemap.plugin.core.errors import CatalogueError, InputError
from onemap.plugin.core.messages import set_language
from onemap.plugin.formats.rules.rule_files import load_catalogue, load_rule_set, read_rules
from onemap.plugin.formats.rules.rule_import import RuleTable, check_document, province_document
from onemap.plugin.formats.rules.rule_table import write_table
from onemap.plugin.formats.rules.yaml_writer import merged_text, save_yaml
from onemap.plugin.paths import RESOURCES

PROVINCE = RESOURCES / "rules" / "example_province.yaml"


@pytest.fixture(autouse=True)
def _chinese():
    set_language("zh")
    yield
    set_language("en")


@pytest.fixture
def table(tmp_path):
    """table(paths) -> the workbook of these rule files."""

    def make(paths=None):
        layered = read_rules(paths)[0]
        target = tmp_path / "rules.xlsx"
        assert write_table(layered.data, layered.sources, load_catalogue(), target) == len(layered.data["rules"])
        return target

    return make


def change(file, rule_id, **values):
    """Set cells of a rule's row, by column title."""
    book = openpyxl.load_workbook(file)
    sheet = book["规则"]
    heads = {cell.value: cell.column for cell in sheet[1]}
    row = next((r for r in range(2, sheet.max_row + 1) if sheet.cell(r, 1).value == rule_id), sheet.max_row + 1)
    sheet.cell(row, 1).value = rule_id
    for title, value in values.items():
        sheet.cell(row, heads[title]).value = value
    book.save(file)
    return row


def imported(file, target):
    read = RuleTable(file)
    document = province_document(read, "某省", "33", "2026.1")
    check_document(document, read)
    save_yaml(target, document)
    return document


def same(one, other):
    return {r.id: r for r in one.rules} == {r.id: r for r in other.rules} and one.laws.keys() == other.laws.keys()


def test_an_untouched_table_changes_nothing(table, tmp_path):
    document = imported(table(), tmp_path / "p.yaml")
    assert document == {"extends": "3x_national", "name": "某省", "version": "2026.1", "province": "33"}
    assert same(load_rule_set([tmp_path / "p.yaml"]), load_rule_set())


def test_a_province_round_trips(table, tmp_path):
    file = table([PROVINCE])
    change(file, "JS-1", 停用="停用")  # what the province removed is in no row; it is said again
    imported(file, tmp_path / "p.yaml")
    assert same(load_rule_set([tmp_path / "p.yaml"]), load_rule_set([PROVINCE]))


def test_changes_new_rules_and_rules_switched_off(table, tmp_path):
    file = table()
    change(file, "YJJBNT-1", **{"单块容差（m²）": 5, "管控效力": "有条件", "说明": "按省规定 =1"})
    change(file, "CZKFBJ-1", **{"不作要求的用地性质（顿号分隔）": "公路用地、铁路用地", "办理要求": None})
    change(file, "DLGX-road", **{"距离（米）": "30"})
    change(file, "JS-1", 停用="停用")
    cite = next(r for r in load_rule_set().rules if r.id == "YJJBNT-1").laws[1].cite()
    change(
        file,
        "YJJBNT-2",
        控制线="YJJBNT 永久基本农田",
        要求="保持距离",
        管控效力="提示",
        规则名称="新",
        依据1=cite,
        **{"距离（米）": 20},
    )
    document = imported(file, tmp_path / "p.yaml")
    assert {row["id"] for row in document["rules"]} == {"YJJBNT-1", "CZKFBJ-1", "DLGX-road", "YJJBNT-2"}
    rules = {r.id: r for r in load_rule_set([tmp_path / "p.yaml"]).rules}
    assert (rules["YJJBNT-1"].tolerance_m2, rules["YJJBNT-1"].effect, rules["YJJBNT-1"].note) == (
        5,
        "conditional",
        "按省规定 =1",
    )
    assert (rules["CZKFBJ-1"].exempt_uses, rules["CZKFBJ-1"].condition) == (("公路用地", "铁路用地"), "")
    assert (rules["DLGX-road"].distance_m, rules["YJJBNT-2"].distance_m) == (30, 20) and "JS-1" not in rules


@pytest.mark.parametrize(
    "values,expected",
    [
        ({"管控效力": "严禁"}, ["管控效力", "严禁", "prohibit（禁止）"]),
        ({"距离（米）": "30米"}, ["距离（米）", "30米", "不写单位"]),
        ({"依据1": "某某法"}, ["依据1", "某某法"]),
        ({"控制线": "YJJ"}, ["控制线", "YJJ"]),
        ({"生效日期": "2026年"}, ["生效日期", "2026-01-01"]),
    ],
)
def test_mistakes_are_named_by_row_and_column(table, tmp_path, values, expected):
    file = table()
    row = change(file, "DLGX-road", **values)
    with pytest.raises(CatalogueError) as caught:
        imported(file, tmp_path / "p.yaml")
    assert f"第 {row} 行" in str(caught.value) and all(word in str(caught.value) for word in expected), str(
        caught.value
    )


def test_a_rule_that_left_the_table_stays_in_force(table, tmp_path):
    file = table()
    book = openpyxl.load_workbook(file)
    book["规则"].delete_rows(2)
    book.save(file)
    assert "remove" not in imported(file, tmp_path / "p.yaml")
    assert same(load_rule_set([tmp_path / "p.yaml"]), load_rule_set())


def test_other_files_are_refused(tmp_path):
    (tmp_path / "x.xlsx").write_bytes(b"PK no zip")
    with pytest.raises(InputError, match="Excel"):
        RuleTable(tmp_path / "x.xlsx")
    openpyxl.Workbook().save(tmp_path / "y.xlsx")
    with pytest.raises(InputError, match="规则"):
        RuleTable(tmp_path / "y.xlsx")


def test_lists_to_choose_from_and_no_formulas(table):
    book = openpyxl.load_workbook(table())
    checks = book["规则"].data_validations.dataValidation
    assert len(checks) >= 12 and any("法规" in check.formula1 for check in checks)
    assert not any(cell.data_type == "f" for sheet in book for row in sheet.iter_rows() for cell in row)


def test_saving_keeps_the_comments_of_a_person():
    before = "# 省厅 2026\nextends: 3x_national\nname: 旧名  # 简称\nversion: '1'\nrules:\n  # 张工改\n  - id: DLGX-road\n    distance_m: 30  # 会议纪要\n  - id: YJJBNT-1\n    tolerance_m2: 5\n"
    after = merged_text(
        before,
        {"extends": "3x_national", "name": "新名", "version": "1", "rules": [{"id": "DLGX-road", "distance_m": 40}]},
    )
    assert all(part in after for part in ("# 省厅 2026", "# 简称", "# 张工改", "# 会议纪要", "新名", "40"))
    assert "YJJBNT-1" not in after and "tolerance" not in after
    import yaml

    assert yaml.safe_load(after)["rules"] == [{"id": "DLGX-road", "distance_m": 40}]


def test_a_saved_file_says_what_the_document_says(tmp_path):
    target = Path(tmp_path / "p.yaml")
    for document in (
        {"name": "a", "rules": [{"id": "A", "note": "x: y # z"}]},
        {"name": "b", "rules": [{"id": "B"}, {"id": "A"}]},
        {"name": ["b"], "rules": "none"},
        {"name": {"zh": "b"}, "rules": [1]},
    ):
        save_yaml(target, document)
        import yaml

        assert yaml.safe_load(target.read_text(encoding="utf-8")) == document

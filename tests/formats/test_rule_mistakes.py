"""Mistakes that people make in rule files: each is answered in Chinese with file, line, key and what is allowed."""

import pytest
from onemap.plugin.core.errors import CatalogueError
from onemap.plugin.core.messages import set_language
from onemap.plugin.formats.rules.rule_files import load_rule_set

HEAD = "extends: 3x_national\nname: 省规则\nversion: 2026.1\n"


@pytest.fixture(autouse=True)
def _chinese():
    set_language("zh")
    yield
    set_language("en")


def message(tmp_path, text, encoding="utf-8"):
    file = tmp_path / "省.yaml"
    file.write_bytes(text.encode(encoding))
    with pytest.raises(CatalogueError) as caught:
        load_rule_set([file])
    return str(caught.value)


@pytest.mark.parametrize(
    "rows,line,expected",
    [
        ("rules:\n\t- id: YJJBNT-1\n", 5, ["制表符"]),
        ("rules:\n  - id：YJJBNT-1\n    tolerance_m2: 5\n", 5, ["全角冒号", "半角"]),
        ("rules:\n  - id: DLGX-road\n    distace_m: 30\n", 6, ["distace_m", "是否为 distance_m"]),
        ("rules:\n  - id: DLGX-road\n    distance_m: 30米\n", 6, ["distance_m", "30米", "不写单位"]),
        ("rules:\n  - id: YJJBNT-1\n    effect: 禁止\n", 6, ["effect", "prohibit（禁止）", "notice（提示）"]),
        (
            "rules:\n  - id: YJJBNT-9\n    line: YJJBNT\n    kind: avoid\n    title: 新\n",
            5,
            ["YJJBNT-9", "effect, laws"],
        ),
        ("rules:\n  - id: YJJBNT_1\n    tolerance_m2: 5\n", 5, ["YJJBNT_1", "是否为 YJJBNT-1"]),
        ("rules:\n  - id: YJJBNT-1\n    valid_from: 2026-1-1\n", 6, ["valid_from", "2026-01-01"]),
        ("rules:\n  - id: YJJBNT-1\n    laws: [{law: TDGLF, article: 35}]\n", 6, ["TDGLF", "LAND_35"]),
        ("rules:\n  - id: YJJBNT-1\n  - id: YJJBNT-1\n", 6, ["YJJBNT-1", "重复"]),
        ("remove: [JS1]\n", 4, ["JS1", "是否为 JS-1"]),
        (
            "rules:\n  - id: N-1\n    line: 永久基本农田\n    kind: avoid\n    effect: prohibit\n    title: x\n    laws: []\n",
            6,
            ["永久基本农田", "可用：YJJBNT"],
        ),
        ("rules: 无\n", 4, ["rules", "- id:"]),
        ("rules:\n  - id: [1\n", 6, ["括号"]),
        ("name: 又一次\n", 4, ["name", "写过"]),
    ],
)
def test_a_mistake_is_named_with_its_line_and_cure(tmp_path, rows, line, expected):
    text = message(tmp_path, HEAD + rows)
    assert "省.yaml" in text and f"第 {line} 行" in text and all(word in text for word in expected), text


@pytest.mark.parametrize("text", ["", "- 甲\n- 乙\n", "随便写的一句话", "name: 1\n", "\x00\x01"])
def test_a_file_that_is_no_rule_file_is_told(tmp_path, text):
    assert "省.yaml" in message(tmp_path, text)


@pytest.mark.parametrize("encoding", ["gbk", "utf-8-sig", "utf-16"])
def test_files_of_windows_editors_are_read(tmp_path, encoding):
    file = tmp_path / "r.yaml"
    file.write_bytes((HEAD + "rules:\r\n  - id: YJJBNT-1\r\n    note: 按省规定\r\n").encode(encoding))
    rules = load_rule_set([file])
    assert rules.name == "省规则" and next(r for r in rules.rules if r.id == "YJJBNT-1").note == "按省规定"


def test_tabs_and_wide_colons_are_welcome_in_texts(tmp_path):
    file = tmp_path / "r.yaml"
    file.write_text(
        HEAD + "rules:\n  - id: YJJBNT-1\n    note: |\n      QGIS：见说明\n      \t缩进\n", encoding="utf-8"
    )
    assert "QGIS：见说明" in next(r for r in load_rule_set([file]).rules if r.id == "YJJBNT-1").note


def test_a_wide_colon_that_makes_a_text_of_a_rule_is_told(tmp_path):
    assert "冒号用半角" in message(tmp_path, HEAD + "rules:\n  - id：YJJBNT-1\n")


def bomb(depth):
    rows = ["a0: &a0 [x,x,x,x,x,x,x,x,x]"]
    return "\n".join(rows + [f"a{n}: &a{n} [" + ",".join([f"*a{n - 1}"] * 9) + "]" for n in range(1, depth)])


@pytest.mark.parametrize(
    "text", [bomb(10), bomb(60), "a: &a [*a]\n", "[" * 5_000, "a:\n" + "".join(" " * n + "- \n" for n in range(200))]
)
def test_what_grows_without_bound_is_refused_before_it_does(tmp_path, text):
    assert "省.yaml" in message(tmp_path, text)


def test_a_huge_file_is_not_read(tmp_path):
    assert "4 MB" in message(tmp_path, "# x\n" * 1_100_000)

"""Rule files: the national set is sound; every kind of mistake is named with file, line and key; provinces layer over it."""

from datetime import date

import pytest
from onemap.plugin.core.errors import CatalogueError
from onemap.plugin.formats.rules.rule_files import BASE, load_catalogue, load_rule_set
from onemap.plugin.paths import RESOURCES

HEAD = """name: t
version: 1
laws:
  L:
    title: 法
    doc_no: 号
    status: 现行
    articles: {'1': {confidence: seen}}
rules:
"""
GOOD = "  - {id: A-1, line: YJJBNT, kind: avoid, effect: prohibit, title: t, laws: [{law: L, article: '1'}]}\n"


def mistakes_of(tmp_path, rules, head=HEAD, check=None):
    file = tmp_path / "rules.yaml"
    file.write_text(head + rules, encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        load_rule_set([file], expression_check=check)
    assert "rules.yaml" in str(caught.value)
    return caught.value


@pytest.mark.parametrize(
    "rule,line,key,code",
    [
        (GOOD.replace("kind: avoid", "kindd: avoid"), 10, "rules.0.kindd", "schema_key_unknown"),
        (GOOD.replace("kind: avoid", "kind: forbid"), 10, "rules.0.kind", "schema_not_allowed"),
        (GOOD.replace("YJJBNT", "NOPE"), 10, "rules[0].line", "rule_line_unknown"),
        (GOOD.replace("law: L,", "law: M,"), 10, "rules[0].laws", "rule_law_unknown"),
        (GOOD.replace("article: '1'", "article: '9'"), 10, "rules[0].laws", "rule_article_unknown"),
        (GOOD.replace("kind: avoid", "kind: distance"), 10, "rules[0].kind", "rule_distance_missing"),
        (GOOD + GOOD, 11, "rules.1.id", "rule_id_twice"),
        (
            GOOD.replace("title: t", "title: t, valid_from: 2026-02-01, valid_to: 2026-01-01"),
            10,
            "rules[0].valid_to",
            "rule_dates_reversed",
        ),
        (GOOD.replace("title: t,", ""), 10, "rules.0", "schema_key_missing"),
    ],
)
def test_each_mistake_is_named(tmp_path, rule, line, key, code):
    error = mistakes_of(tmp_path, rule)
    assert ("rules.yaml", line, key, code) in [m[:4] for m in error.mistakes]


def test_all_mistakes_are_told_at_once(tmp_path):
    bad = GOOD.replace("YJJBNT", "NOPE").replace("law: L", "law: M")
    assert len(mistakes_of(tmp_path, bad + bad.replace("A-1", "B-1")).mistakes) == 4


def test_a_bad_expression_is_named(tmp_path):
    rule = GOOD.replace("title: t", "title: t, where: 'a ='")
    error = mistakes_of(tmp_path, rule, check=lambda text: "syntax" if text == "a =" else None)
    assert error.mistakes[0][2:4] == ("rules[0].where", "rule_expression_bad")


@pytest.mark.parametrize("text,line", [("a: [1\n", 2), ("name: x\nname: y\n", 2)])
def test_broken_yaml_names_its_line(tmp_path, text, line):
    file = tmp_path / "rules.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError, match=f"line {line}"):
        load_rule_set([file])


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(CatalogueError, match="cannot be read"):
        load_rule_set([tmp_path / "none.yaml"])


def test_the_catalogue_has_the_23_lines_each_with_a_rule():
    catalogue, rules = load_catalogue(), load_rule_set()
    assert len(catalogue.lines) == 23
    assert set(rules.line_ids()) == set(catalogue.lines)
    assert all(rule.laws and rule.title for rule in rules.rules)
    assert rules.for_line("CZKFBJ", date(2026, 6, 1))[0].kind == "within"


def test_a_province_layers_over_the_nation(tmp_path):
    base, province = load_rule_set(), load_rule_set([RESOURCES / "rules" / "example_province.yaml"])
    by_id = {rule.id: rule for rule in province.rules}
    assert by_id["DLGX-road"].distance_m == 30 and by_id["DLGX-road"].where
    assert by_id["YJJBNT-1"].tolerance_m2 == 0
    assert "JS-1" not in by_id and "JS-1" in {rule.id for rule in base.rules}
    assert province.sha256 != base.sha256 and province.name != base.name
    assert by_id["DLGX-road"].laws[0].cite().startswith("《示例省公路建筑控制区规定（虚构）》")


def test_validity_dates_are_kept(tmp_path):
    file = tmp_path / "r.yaml"
    file.write_text(HEAD + GOOD.replace("title: t", "title: t, valid_from: 2026-03-15"), encoding="utf-8")
    rules = load_rule_set([file])
    assert rules.for_line("YJJBNT", date(2026, 3, 14)) == [] and len(rules.for_line("YJJBNT", date(2026, 3, 15))) == 1


def test_laws_from_memory_are_marked():
    cites = [law.cite() for rule in load_rule_set().rules for law in rule.laws]
    assert any("（待核）" in c for c in cites) and any("（待核）" not in c for c in cites)
    assert not [c for c in cites if "in force" in c or "memory" in c]
    assert BASE.exists()


def test_every_article_has_its_gist_in_both_languages():
    articles = [entry for law in load_rule_set().laws.values() for entry in law["articles"].values()]
    assert len(articles) >= 67 and all(entry.get("says") and entry.get("says_en") for entry in articles)
    assert all(any("\u4e00" <= letter for letter in entry["says"]) and entry["says_en"].isascii() for entry in articles)

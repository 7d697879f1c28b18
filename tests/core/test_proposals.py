"""Control lines are proposed for layers of any name, with the reason; a project boundary is never taken for a redline."""

import pytest


@pytest.fixture(scope="module")
def parts():
    from onemap.plugin.formats.rules.rule_files import load_catalogue, load_hints

    return load_catalogue(), load_hints()


def proposals(parts, name, fields=(), ysdm=None, geometry="polygon", mapping=None):
    from onemap.plugin.core.review.matching import LayerName
    from onemap.plugin.core.review.proposals import LayerFacts, propose

    facts = LayerFacts(LayerName(name, f"/data/{name}.shp", "", ysdm), tuple(fields), geometry)
    return propose(facts, mapping or {}, *parts)


@pytest.mark.parametrize(
    "name, line",
    [("永农2023", "YJJBNT"), ("红线最终版", "STBHHX"), ("云溪县城镇开发边界_定稿", "CZKFBJ"), ("紫线V3", "ZX"), ("地灾易发", "DZZH"),
     ("生态保护红线（批复稿）", "STBHHX"), ("最新SYDBHQ_合并", "SYD"), ("饮用水水源地保护范围", "SYD")],
)  # fmt: skip
def test_everyday_names_get_their_line(parts, name, line):
    from onemap.plugin.core.review.proposals import preselected

    found = proposals(parts, name)
    assert preselected(found) == line and found[0].likeness < 1 and found[0].reasons[0].text


@pytest.mark.parametrize("name", ["用地红线", "XX项目红线", "道路红线2023", "图层1", "new", "底图"])
def test_other_layers_get_none(parts, name):
    from onemap.plugin.core.review.proposals import preselected

    assert preselected(proposals(parts, name)) == ""


def test_fields_speak_for_a_line_and_are_named_as_the_reason(parts):
    from onemap.plugin.core.review.proposals import Why, preselected

    found = proposals(parts, "新图层", ["bsm", "jbnttbbh", "jbntlx"])
    assert preselected(found) == "YJJBNT"
    assert found[0].reasons[0].why == Why.FIELD and "jbnttbbh" in found[0].reasons[0].text


def test_exact_names_and_choices_leave_no_doubt(parts):
    from onemap.plugin.core.review.proposals import Why

    (found,) = proposals(parts, "YJJBNTTB")
    assert (found.line_id, found.likeness) == ("YJJBNT", 1.0)
    (found,) = proposals(parts, "随便", mapping={"随便": "STBHHX"})
    assert found.line_id == "STBHHX"
    (found,) = proposals(parts, "图", ysdm="2090020233")
    assert found.line_id == "ZX" and found.reasons[0].why == Why.CODE


def test_two_equally_likely_lines_are_for_the_user(parts):
    from onemap.plugin.core.review.proposals import preselected

    found = proposals(parts, "蓝线绿线合集")
    assert {p.line_id for p in found[:2]} == {"LX", "LVX"} and preselected(found) == ""


def test_points_are_no_farmland(parts):
    from onemap.plugin.core.review.proposals import preselected

    assert preselected(proposals(parts, "永农2023", geometry="point")) == ""


def test_hints_name_lines_of_the_catalogue(parts):
    catalogue, hints = parts
    assert {*hints.names, *hints.fields, *hints.exceptions} <= set(catalogue.lines)

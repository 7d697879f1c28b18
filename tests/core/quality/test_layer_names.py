"""Names of layers that a town or a code stands around are proposed, never taken."""

import pytest
from onemap.plugin.core.quality.inspection import Inspection
from onemap.plugin.core.quality.inspection_complete import check_completeness
from onemap.plugin.core.quality.inspection_content import Content, LayerFound, Matched
from onemap.plugin.core.quality.inspection_spec import LayerSpec, Need, Shape, Specification


def specification():
    layers = (LayerSpec("SD", "湿地", Shape.POLYGON, Need.M), LayerSpec("XZQ", "行政区", Shape.POLYGON, Need.M))
    return Specification("s", "county", "1", "", "", layers=layers)


def run(*names):
    layers = [LayerFound(name, "a.gdb", ("a.gdb", name), count=1) for name in names]
    made, content = Inspection(specification(), (1,)), Content("a.gdb", False, layers=layers)
    matched = Matched.of(made.specification, layers)
    check_completeness(made, content, matched)
    return matched, {(d.item, d.layer): d.text("zh") for d in made.defects}


@pytest.mark.parametrize("name", ["ＳＤ", "990102SD", "SD_甲镇", "甲镇_SD", "SD2025", "湿地_甲镇", "SD（甲镇）"])
def test_a_name_with_something_around_it_is_proposed(name):
    matched, told = run("XZQ", name)
    assert "SD" not in matched.found and matched.like == {name: "SD"}
    assert name in told[("Q104", "SD")] and "SD（湿地）" in told[("Q106", name)]


def test_names_that_mean_nothing_or_two_layers_are_not_proposed():
    matched, told = run("XZQ", "SD_XZQ", "SDX", "甲镇")
    assert not matched.like and told[("Q104", "SD")].endswith("“SD（湿地）”")
    assert "可能" not in told[("Q106", "SD_XZQ")]

"""Which layer is which line."""

import pytest
from onemap.plugin.core.errors import InputError
from onemap.plugin.core.review.matching import LayerName, match_lines
from onemap.plugin.formats.rules.rule_files import load_catalogue


def match(*layers, mapping=None):
    return match_lines(list(layers), mapping or {}, load_catalogue())


@pytest.mark.parametrize(
    "layer,line",
    [
        (LayerName("YJJBNTTB", "a.gpkg"), "YJJBNT"),
        (LayerName("yjjbnttb", "a.gpkg"), "YJJBNT"),
        (LayerName("county — STBHHX", "county.gpkg|layername=STBHHX"), "STBHHX"),
        (LayerName("anything", "county.gpkg|layername=CSKFBJ"), "CZKFBJ"),
        (LayerName("生态保护红线", "memory"), "STBHHX"),
        (LayerName("x", "d/YJJBNTBHTB.shp"), "YJJBNT"),
        (LayerName("x", "postgres", table="sydbhq"), "SYD"),
        (LayerName("x", "x", ysdm="2090020233"), "ZX"),
    ],
)
def test_names_tables_and_codes(layer, line):
    assert match(layer).assigned == {0: line}


def test_mapping_comes_first_and_is_checked():
    assert match(LayerName("YJJBNT", "a"), mapping={"YJJBNT": "STBHHX"}).assigned == {0: "STBHHX"}
    assert match(LayerName("x", "src"), mapping={"src": "SD"}).assigned == {0: "SD"}
    with pytest.raises(InputError, match="NOPE"):
        match(LayerName("x", "s"), mapping={"x": "NOPE"})


def test_unmatched_ambiguous_and_several_are_told():
    result = match(
        LayerName("foo", "bar"), LayerName("YJJBNT", "a"), LayerName("YJJBNTTB", "b"), LayerName("STBHHX", "CZKFBJ.shp")
    )
    assert result.unmatched == [0]
    assert result.several == {"YJJBNT": [1, 2]}
    assert result.ambiguous == [(3, ["STBHHX", "CZKFBJ"])]


@pytest.mark.parametrize(
    "name",
    "YJJBNTTB_330110 330110YJJBNTTB sde.YJJBNTTB gis.sde.YJJBNTTB YJJBNTTB_2023 YJJBNTTB_330110_2023_V2 330110000000_YJJBNTTB "
    "永久基本农田保护图斑2024 永久基本农田保护图斑（2024年版） 2023年永久基本农田 ＹＪＪＢＮＴＴＢ YJJBNTTB_20231231 YJJBNTTB_1 YJJBNTTB.shp".split(),
)
def test_names_as_offices_give_them(name):
    assert match(LayerName(name, "memory")).assigned == {0: "YJJBNT"}
    assert match(LayerName("x", f"d/{name}.shp")).assigned == {0: "YJJBNT"}


@pytest.mark.parametrize("name", ["330110", "2023", "_", "", "YJJBNTTBX", "非永久基本农田", "永久基本农田（储备区）"])
def test_other_names_stay_unmatched(name):
    assert match(LayerName(name, "memory")).unmatched == [0]

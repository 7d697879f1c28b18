"""Layers and fields of a specification are edited in a file of one's own; what comes with the plugin stays."""

import pytest
from onemap.plugin.core.errors import CatalogueError, InputError
from onemap.plugin.core.quality.inspection_spec import FieldKind, Need
from onemap.plugin.formats.rules.inspection_edit import SpecificationEdit
from onemap.plugin.formats.rules.inspection_files import built_in, load_specification, path_of


def saved(edit, tmp_path, name="own.yaml"):
    edit.save(tmp_path / name, "本单位", "own 本单位", {})
    return load_specification(tmp_path / name)


def names(specification):
    return [layer.code for layer in specification.layers]


def test_a_layer_and_its_fields_are_added_changed_and_kept_as_differences(tmp_path):
    before = {name: path_of(name).read_bytes() for name in built_in()}
    edit = SpecificationEdit("county")
    edit.add_layer("LSBHQ", "历史保护区")
    edit.set_field("LSBHQ", "BHMJ", {"type": "Float", "length": 15, "decimals": 2, "unit": "ha", "need": "M"})
    edit.set_field("LSBHQ", "BHLX", {"type": "Char", "length": 2, "codes": "plan_state", "need": "O"})
    edit.set_field("XZQX", "BSM", {"length": 20})
    edit.set_layer("XZQX", {"title": "县级行政区"})
    own = saved(edit, tmp_path)
    layer = own.layer("LSBHQ")
    area, kind = layer.fields
    assert (area.kind, area.length, area.decimals, area.unit, area.need) == (FieldKind.FLOAT, 15, 2, "ha", Need.M)
    assert (kind.codes, kind.need) == ("plan_state", Need.O) and layer.checks, "the checks of every polygon layer"
    district, base = own.layer("XZQX"), load_specification("county").layer("XZQX")
    assert district.field("BSM").length == 20 and district.field("BSM").form == base.field("BSM").form
    assert district.title == "县级行政区" and [f.name for f in district.fields] == [f.name for f in base.fields]
    text = (tmp_path / "own.yaml").read_text(encoding="utf-8")
    assert text.startswith("extends: county") and len(text.splitlines()) < 25, "only what differs"
    assert before == {name: path_of(name).read_bytes() for name in built_in()}


def test_a_renamed_layer_takes_along_what_refers_to_it(tmp_path):
    edit = SpecificationEdit("example_province")
    edit.rename_layer("STBHHX", "STHX")
    edit.rename_layer("XZQX", "XJXZQ")
    edit.rename_layer("XJXZQ", "XJQ")
    own = saved(edit, tmp_path)
    assert "STHX" in names(own) and "STBHHX" not in names(own) and "XZQX" not in names(own)
    assert own.district == "XJQ" and "XJQ" in own.division_layers
    apart = next(c for layer in own.layers for c in layer.checks if c.check == "lines_apart" and len(c.others) == 2)
    assert apart.others == ("STHX", "CZKFBJ")
    assert {c.sum.layer for t in own.tables for c in t.cells} >= {"STHX"}, "tables follow"
    assert edit.document["rename"] == {"STBHHX": "STHX", "XZQX": "XJQ"}


def test_a_removed_layer_comes_back_when_it_is_added_again(tmp_path):
    edit = SpecificationEdit("county")
    edit.remove_layer("CZKFBJ")
    own = saved(edit, tmp_path)
    assert "CZKFBJ" not in names(own)
    assert all("CZKFBJ" not in check.others for layer in own.layers for check in layer.checks)
    edit.add_layer("CZKFBJ")
    again = saved(edit, tmp_path)
    assert again.layers == load_specification("county").layers


def test_the_district_cannot_be_removed():
    edit = SpecificationEdit("county")
    with pytest.raises(CatalogueError) as refused:
        edit.remove_layer("XZQX")
    assert "county.yaml" in str(refused.value) and "remove.0" in str(refused.value) and "XZQX" in str(refused.value)
    assert "XZQX" in names(edit.specification) and "remove" not in edit.document


def test_fields_are_renamed_and_removed_also_those_of_a_common_set(tmp_path):
    edit = SpecificationEdit("county")
    edit.rename_field("XZYDYH", "BSM", "BSID")
    edit.remove_field("XZYDYH", "XZQMC")
    edit.rename_field("XZYDYH", "TBMJ", "MJ")
    own = saved(edit, tmp_path)
    layer, base = own.layer("XZYDYH"), load_specification("county").layer("XZYDYH")
    assert layer.key == "BSID" and layer.field("BSID").length == base.field("BSM").length
    assert layer.field("XZQMC") is None and layer.field("BSM") is None and layer.field("TBMJ") is None
    assert [c.options["field"] for c in layer.checks if c.check == "area_stored"] == ["MJ"]
    assert own.layer("XZQX").fields == load_specification("county").layer("XZQX").fields, "other layers keep the set"
    edit.set_field("XZYDYH", "XZQMC", {"type": "Char", "length": 60})
    assert saved(edit, tmp_path).layer("XZYDYH").field("XZQMC").length == 60


@pytest.mark.parametrize(
    "act, words",
    [
        (lambda e: e.set_field("XZYDYH", "TBMJ", {"range": "most"}), ("county.yaml", "range", "most")),
        (lambda e: e.set_field("XZYDYH", "TBMJ", {"codes": "none_such"}), ("county.yaml", "codes", "none_such")),
        (lambda e: e.set_field("XZYDYH", "TBMJ", {"form": "(("}), ("county.yaml", "form", "((")),
        (lambda e: e.set_field("XZYDYH", "TBMJ", {"length": -1}), ("county.yaml", "length", "-1")),
        (lambda e: e.set_field("XZYDYH", "TBMJ", {"unit": "acre"}), ("county.yaml", "unit", "acre")),
    ],
)  # fmt: skip
def test_a_mistake_is_refused_with_file_line_and_key_and_changes_nothing(act, words):
    edit = SpecificationEdit("county")
    text = edit.text()
    with pytest.raises(CatalogueError) as refused:
        act(edit)
    assert all(word in str(refused.value) for word in words), str(refused.value)
    assert edit.text() == text and edit.specification == load_specification("county")


def test_names_that_are_taken_or_empty_are_refused():
    edit = SpecificationEdit("county")
    for act in (
        lambda: edit.add_layer("XZQX"), lambda: edit.rename_layer("XZQX", "STBHHX"), lambda: edit.add_layer(" "),
        lambda: edit.rename_field("XZYDYH", "BSM", "YSDM"), lambda: edit.set_field("XZYDYH", "", {"length": 3}),
    ):  # fmt: skip
        with pytest.raises(InputError):
            act()


def test_comments_of_an_own_file_are_kept(tmp_path):
    pytest.importorskip("ruamel.yaml")
    own = tmp_path / "own.yaml"
    own.write_text(
        "# 张工 2026\nextends: county\nname: 某省\nversion: '1'\nlayers:\n  - code: XZYDYH   # 现状\n    fields:\n"
        "      # 面积按公顷\n      - {name: TBMJ, unit: ha}  # 纪要\n      - {name: BZ, type: Char}\n  - code: NEW\n    title: 新\n",
        encoding="utf-8",
    )
    edit = SpecificationEdit(str(own))
    edit.set_field("XZYDYH", "TBMJ", {"length": 16})
    edit.remove_field("XZYDYH", "BZ")
    edit.rename_layer("NEW", "NEWER")
    specification = saved(edit, tmp_path)
    text = own.read_text(encoding="utf-8")
    assert all(words in text for words in ("# 张工 2026", "# 现状", "# 面积按公顷", "# 纪要"))
    assert specification.layer("XZYDYH").field("TBMJ").length == 16
    assert specification.layer("XZYDYH").field("BZ") is None and specification.layer("NEWER").title == "新"
    assert "rename" not in edit.document and "remove" not in edit.document


def test_a_file_that_extends_nothing_is_edited_with_its_own_sets(tmp_path):
    own = tmp_path / "whole.yaml"
    own.write_text(
        "name: x\nversion: '1'\nfield_sets:\n  head: [{name: BSM, type: Char, length: 18}, {name: MC, type: Char}]\n"
        "defaults: {polygon: [{check: invalid}]}\nlayers:\n  - {code: A, field_set: head, key: BSM}\n"
        "  - {code: B, field_set: head, checks: [{check: lines_apart, others: [A]}]}\n",
        encoding="utf-8",
    )
    edit = SpecificationEdit(str(own))
    edit.rename_field("A", "BSM", "ID")
    edit.remove_field("A", "MC")
    edit.set_field("A", "ID", {"length": 20})
    edit.rename_layer("A", "C")
    found = saved(edit, tmp_path, "whole.yaml")
    assert [(f.name, f.length) for f in found.layer("C").fields] == [("ID", 20)] and found.layer("C").key == "ID"
    assert [c.check for c in found.layer("C").checks] == ["invalid"]
    assert found.layer("B").checks[-1].others == ("C",) and len(found.layer("B").fields) == 2
    edit.remove_layer("C")
    assert [c.check for c in saved(edit, tmp_path, "whole.yaml").layer("B").checks] == ["invalid"]


def test_code_lists_are_added_and_widened(tmp_path):
    edit = SpecificationEdit("county")
    edit.set_codes("levels", {"1": "国家级", "2": "省级"}, "own")
    land = dict(edit.specification.codes["landuse_2023"].values)
    edit.set_codes("landuse_2023", {**land, "0199": "本省增加"})
    assert edit.document["codes"]["landuse_2023"]["values"] == {"0199": "本省增加"}, "the table itself is not repeated"
    edit.set_field("XZYDYH", "JB", {"type": "Char", "length": 1, "codes": "levels"})
    own = saved(edit, tmp_path)
    assert own.codes["levels"].values == {"1": "国家级", "2": "省级"} and own.codes["levels"].confidence == "own"
    assert own.codes["landuse_2023"].meant("019900") == "本省增加" and own.codes["landuse_2023"].meant("0101")
    assert own.layer("XZYDYH").field("JB").codes == "levels"
    edit.set_codes("landuse_2023", {"01": "耕地"})
    assert saved(edit, tmp_path).codes["landuse_2023"].values == {"01": "耕地"}, "what is taken out is out"


def test_three_layers_of_files_lie_over_one_another(tmp_path):
    (tmp_path / "province.yaml").write_text(
        "extends: county\nname: 省\nversion: '1'\nrename: {STBHHX: STHX}\n"
        "layers:\n  - {code: XZYDYH, rename_fields: {TBMJ: MJ}, fields: [{name: MJ, unit: mu}]}\n",
        encoding="utf-8",
    )
    (tmp_path / "office.yaml").write_text(
        "extends: province\nname: 局\nversion: '1'\nrename: {STHX: HX}\n"
        "layers:\n  - {code: XZYDYH, remove_fields: [XZQMC], rename_fields: {MJ: TBMJ2}}\n",
        encoding="utf-8",
    )
    own = load_specification(tmp_path / "office.yaml")
    assert "HX" in names(own) and "STHX" not in names(own)
    area = own.layer("XZYDYH").field("TBMJ2")
    assert area.unit == "mu" and area.kind == FieldKind.FLOAT and own.layer("XZYDYH").field("XZQMC") is None
    check = next(c for c in own.layer("XZYDYH").checks if c.check == "area_stored")
    assert check.options == {"field": "TBMJ2", "unit": "mu"}, "stored areas are compared in the unit of their field"


@pytest.mark.parametrize(
    "text, words",
    [
        ("remove: [XZQZ]", ("第 4 行", "remove.0", "XZQX")),
        ("rename: {NONE: A}", ("第 4 行", "rename.NONE")),
        ("rename: {STBHHX: XZQX}", ("rename.STBHHX", "XZQX")),
        ("layers: [{code: XZYDYH, remove_fields: [TBMZ]}]", ("remove_fields.0", "TBMJ")),
        ("layers: [{code: XZYDYH, rename_fields: {BSM: YSDM}}]", ("rename_fields.BSM", "YSDM")),
        ("rename: [A]", ("rename",)),
    ],
)
def test_what_is_not_below_cannot_be_removed_or_renamed(tmp_path, text, words):
    own = tmp_path / "own.yaml"
    own.write_text(f"extends: county\nname: x\nversion: '1'\n{text}\n", encoding="utf-8")
    with pytest.raises(CatalogueError) as refused:
        load_specification(own)
    assert "own.yaml" in str(refused.value) and all(w in str(refused.value) for w in words[1:]), str(refused.value)

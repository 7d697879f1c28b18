"""Fields that came by a join bear its prefix: conditions and keys find them; where several could be meant it is said."""

import pytest


def joined(h, name, attributes, fields):
    """A layer of features without attributes of their own, and a table with them joined to it as QGIS does."""
    from qgis.core import QgsProject, QgsVectorLayerJoinInfo

    shapes = h.layer(name, [(h.box_wkt(50, 0), "1"), (h.box_wkt(500, 0), "2")], "BSM:string")
    table = h.layer("attrs", [(None, *row) for row in attributes], f"BSM:string,{fields}", kind="None")
    QgsProject.instance().addMapLayers([shapes, table])
    join = QgsVectorLayerJoinInfo()
    join.setJoinLayer(table)
    join.setJoinFieldName("BSM")
    join.setTargetFieldName("BSM")
    join.setUsingMemoryCache(True)
    shapes.addJoin(join)
    return shapes


@pytest.fixture
def checked(h):
    """checked(layer, line, ...) -> (status, effect, lines told), of one project that meets the layer's first box."""
    from qgis.core import QgsProject

    def check(layer, line, **more):
        feedback = h.Feedback()
        projects = h.layer("projects", [(h.box_wkt(0, 0), "A")], "XMBH:string")
        verdict = h.verdicts(h.check(projects, [layer], feedback, **more))["A", line]
        return verdict["status"], verdict["effect"], "\n".join(feedback.lines)

    yield check
    QgsProject.instance().removeAllMapLayers()


@pytest.mark.parametrize("value, status", [("0101", "conflict"), ("0701", "clear")])
def test_a_condition_reads_the_field_of_a_join(h, checked, value, status):
    layer = joined(h, "DLTB", [("1", value), ("2", "0102")], "DLBM:string")
    found, _, told = checked(layer, "GD")
    assert (found, "DLBM = attrs_DLBM" in told) == (status, True)


@pytest.mark.parametrize("value, status", [("水田", "not_checked"), ("0301", "clear")])
def test_a_value_of_a_join_is_known_as_one_of_its_field(h, checked, tmp_path, value, status):
    file = tmp_path / "r.yaml"
    rule = "  - {id: YJJBNT-1, where: '\"lx\" = ''0101'''}\n"
    file.write_text(f"extends: 3x_national\nname: x\nversion: 1\nrules:\n{rule}", encoding="utf-8")
    layer = joined(h, "YJJBNTTB", [("1", value), ("2", "0101")], "lx:string")
    assert checked(layer, "YJJBNT", RULES=str(file))[0] == status


@pytest.mark.parametrize(
    "fields, status", [("t_DLBM:string,t_DLMC:string", "conflict"), ("SD_DLBM:string", "not_checked")]
)
def test_of_an_exported_layer_only_a_prefix_of_several_fields_is_a_join(h, checked, fields, status):
    layer = h.layer("DLTB", [(h.box_wkt(50, 0), *["0101"] * len(fields.split(",")))], fields)
    found, _, told = checked(layer, "GD")
    assert found == status and ("DLBM" in told)


def test_two_fields_that_could_be_meant_are_named_and_none_is_taken(h, checked):
    layer = h.layer(
        "DLTB", [(h.box_wkt(50, 0), "0101", "0301", "1", "2")], "a_DLBM:string,b_DLBM:string,a_x:string,b_x:string"
    )
    found, _, told = checked(layer, "GD")
    assert found == "not_checked" and "a_DLBM, b_DLBM" in told


def test_a_key_of_a_join_is_found_by_its_own_name(h):
    from qgis.core import QgsProject

    projects = joined(h, "sites", [("1", "P-7"), ("2", "P-8")], "XMBH:string")
    control = h.layer("YJJBNTTB", [(h.box_wkt(0, 0), "1")], "BSM:string")
    found = h.verdicts(h.check(projects, [control], PROJECT_KEY="XMBH"))
    QgsProject.instance().removeAllMapLayers()
    assert {key for key, _ in found} == {"P-7", "P-8"}

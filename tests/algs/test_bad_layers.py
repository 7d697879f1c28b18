"""What is no layer is refused with the reason, by every algorithm that takes layers; nothing is said to be empty."""

import shutil

import pytest


@pytest.fixture(scope="module")
def bad(qgis_app, tmp_path_factory):
    """A folder of files that are no layers, one that is empty and a whole one."""
    from onemap.tests.support import algorithms as made
    from qgis.core import QgsVectorFileWriter

    folder = tmp_path_factory.mktemp("bad")
    whole = made.layer(
        "DLTB", [(made.box_wkt(100 * n, 0), str(n), "0101") for n in range(20)], "BSM:string,DLBM:string"
    )
    nothing = made.layer("DLTB", [], "BSM:string,DLBM:string")
    for name, layer in (("whole", whole), ("empty", nothing)):
        QgsVectorFileWriter.writeAsVectorFormat(layer, str(folder / f"{name}.gpkg"), "utf-8", layer.crs(), "GPKG")
    data = (folder / "whole.gpkg").read_bytes()
    (folder / "half.gpkg").write_bytes(data[: len(data) // 2])
    (folder / "text.gpkg").write_bytes(b"no database at all " * 20)
    (folder / "zero.gpkg").write_bytes(b"")
    (folder / "access.mdb").write_bytes(b"\0\1\0\0Standard Jet DB\0" + bytes(4000))
    (folder / "half.gdb").mkdir()
    (folder / "half.gdb" / "a00000001.gdbtable").write_bytes(b"x")
    (folder / "packed.zip").write_bytes(b"PK\3\4 broken")
    return folder


WORDS = {
    "absent.gpkg": "There is no file",
    "half.gpkg": "incomplete copy",
    "text.gpkg": "not that of a .gpkg",
    "zero.gpkg": "is empty",
    "access.mdb": "Microsoft Access database driver",
    "half.gdb": "incomplete copy",
    "packed.zip": "unpack it",
    "whole.gpkg|layername=DLTB_2": "whole",
    "empty.gpkg": "choose a layer with features",
}
ALGORITHMS = {
    "comparelayers": ("AFTER", {"BEFORE": "whole.gpkg", "CLASS_FIELD": "DLBM", "CHANGES": "", "MATRIX": ""}),
    "convertclasses": ("INPUT", {"TABLE": "sandiao_to_2023", "OUTPUT": "", "UNDECIDED": "", "CROSSTAB": ""}),
    "mapfields": ("INPUT", {"SPEC": "survey", "LAYER": "DLTB", "OUTPUT": "", "MAPPINGS": "", "UNMAPPED": ""}),
}


def told(h, bad, algorithm, file):
    name, more = ALGORITHMS[algorithm]
    values = {key: value or "memory:" for key, value in more.items()}
    if "BEFORE" in values:
        values["BEFORE"] = str(bad / values["BEFORE"])
    feedback = h.Feedback()
    with pytest.raises(Exception, match=".") as refused:
        h.run(algorithm, feedback, **values, **{name: str(bad / file)})
    return "\n".join([*feedback.lines, str(refused.value)])


@pytest.mark.parametrize("file", WORDS)
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_file_that_is_no_layer_is_refused_with_the_reason(h, bad, algorithm, file):
    words = told(h, bad, algorithm, file)
    assert WORDS[file] in words, words


def test_a_vintage_in_another_place_of_the_earth_is_not_compared_as_if_all_were_new(h, bad):
    far = h.layer("far", [(h.box_wkt(0, 0), "1", "0101")], "BSM:string,DLBM:string", crs="EPSG:3857")
    values = {"CLASS_FIELD": "DLBM", "KEY": "BSM", "CHANGES": "memory:", "MATRIX": "memory:"}
    with pytest.raises(Exception, match="check the reference systems"):
        h.run("comparelayers", None, BEFORE=str(bad / "whole.gpkg"), AFTER=far, **values)


def test_an_access_database_in_a_package_is_not_said_to_lack_layers(h, bad, tmp_path):
    shutil.copy(bad / "access.mdb", tmp_path / "access.mdb")
    result = h.run(
        "inspectpackage", PACKAGE=str(tmp_path / "access.mdb"), SPEC="county", DEFECTS="memory:", ITEMS="memory:"
    )
    found = [(f["item"], f["wanted"]) for f in result["DEFECTS"].getFeatures()]
    assert [item for item, _ in found] == ["Q103"] and "Microsoft Access database driver" in found[0][1]
    items = {f["item"]: f["status"] for f in result["ITEMS"].getFeatures()}
    assert items["Q104"] == "not_checked"

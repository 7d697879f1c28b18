"""specfromdatabase: what holds in an accepted database is asked of others."""

import pytest


def draft(h, package, path, **parameters):
    return h.run("specfromdatabase", PACKAGE=str(package), SPECIFICATION=str(path), **parameters)


def inspect(h, package, specification):
    values = {"DEFECTS": "memory:", "ITEMS": "memory:"}
    result = h.run("inspectpackage", PACKAGE=str(package), SPEC=str(specification), **values)
    return {(f["item"], f["layer"]) for f in result["DEFECTS"].getFeatures()}


@pytest.fixture
def database():
    from onemap.tests.support import plan_database

    return plan_database.clean_database()


def test_the_database_keeps_its_own_draft_and_another_is_measured_by_it(h, database, tmp_path):
    from onemap.plugin.formats.rules.inspection_files import load_specification

    path = tmp_path / "draft.yaml"
    accepted = database.write(tmp_path / "accepted")
    assert draft(h, accepted, path)["LAYER_COUNT"] == len(database.tables)
    specification = load_specification(path)
    parcels = specification.layer("XZYDYH")
    assert parcels.key == "BSM" and parcels.ysdm == "2090020100" and parcels.field("YDYHFLDM").codes == "landuse_2023"
    assert parcels.field("TBMJ").range == ">0" and parcels.field("BSM").form == r"\d{18}"
    assert {"overlap", "gap", "area_stored"} <= {check.check for check in parcels.checks}
    assert specification.district == "XZQX" and "drafted" in specification.confidence
    assert inspect(h, accepted, path) == set()
    rows = database.tables["XZYDYH"].rows
    rows[0][1]["YDYHFLDM"], rows[1][1]["BSM"] = "999900", "X1"
    database.tables.pop("TRL")
    assert {("Q104", "TRL"), ("Q402", "XZYDYH"), ("Q409", "XZYDYH")} <= inspect(h, database.write(tmp_path / "b"), path)


def test_what_the_database_breaks_itself_is_not_asked(h, database, tmp_path):
    from onemap.plugin.formats.rules.inspection_files import load_specification

    rows = database.tables["YDYHGHFQ"].rows
    rows.append((rows[0][0], {**rows[0][1], "BSM": "990102000099999999"}))
    path = tmp_path / "draft.yaml"
    draft(h, database.write(tmp_path / "accepted"), path)
    zones = load_specification(path).layer("YDYHGHFQ")
    assert "overlap" not in {check.check for check in zones.checks} and "overlap: 1" in zones.confidence


def test_a_file_without_layers_is_named(h, tmp_path):
    book = tmp_path / "book.xlsx"
    book.write_bytes(b"PK")
    with pytest.raises(Exception, match="no layers"):
        draft(h, book, tmp_path / "draft.yaml")

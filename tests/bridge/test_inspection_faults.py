"""Faults put into a clean county database: each is found where it is, and nothing else but what it causes."""

import random
import re
from pathlib import Path

import pytest
from onemap.plugin.core.quality.defects import items
from onemap.tests.support.long_runs import LONG

_SAMPLE, _SEED = 14, 20261127


def faults():
    from onemap.tests.support.plan_faults import all_faults

    found = all_faults()
    return found if LONG else random.Random(_SEED).sample(found, _SAMPLE)  # noqa: S311


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    from onemap.tests.support import plan_database, plan_faults

    folder = tmp_path_factory.mktemp("faults")
    database = plan_database.clean_database()
    specification = plan_faults.specification(database, folder)
    return database, database.write(folder / "base"), specification


def inspected(package, base, specification):
    from onemap.plugin.bridge.quality.inspection import InspectionJob
    from onemap.plugin.bridge.quality.inspection_given import InspectionInput

    return InspectionJob(InspectionInput(Path(package), str(specification), base)).run()


def test_the_faults_are_many_and_of_every_item():
    from onemap.tests.support.plan_faults import all_faults

    found = all_faults()
    assert len(found) >= 200 and len({str(fault) for fault in found}) == len(found)
    assert {fault.item for fault in found} == set(items())


def test_the_clean_database_has_no_defect(qgis_app, clean):
    _, base, specification = clean
    outcome = inspected(base, base, specification)
    assert [(d.item, d.layer, d.text("en")) for d in outcome.run.defects] == []
    left = {result.item for result in outcome.run.results() if result.not_checked}
    assert left == {"Q307"}  # of most layers the fields are known in part only


@pytest.mark.parametrize("fault", faults(), ids=str)
def test_a_fault_is_found_where_it_is_and_nothing_else(qgis_app, clean, tmp_path, fault):
    from onemap.tests.support.plan_faults import faulty

    database, base, specification = clean
    outcome = inspected(faulty(database, fault).write(tmp_path / "package"), base, specification)
    found = {(d.item, d.layer): d.text("en") for d in outcome.run.defects}
    assert (fault.item, fault.layer) in found
    others = {
        key: words for key, words in found.items() if key != (fault.item, fault.layer) and key[0] not in fault.also
    }
    assert others == {}


def as_exchange(database, package, encoding="gb18030", change=str):
    """The same package with all its layers in one VCT file."""
    from onemap.tests.support.vct import write_vct

    written = [*package.glob("*.gpkg"), *package.glob("*.shp"), *package.glob("*.dbf"), *package.glob("*.shx")]
    place = next(iter(package.glob("*.gpkg"))).with_suffix(".vct")
    for file in written:
        file.unlink()
    write_vct(place, list(database.tables.values()), encoding)
    if change is not str:
        place.write_bytes(change(place.read_bytes()))
    return package


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_the_clean_database_has_no_defect_as_vct_either(qgis_app, clean, tmp_path, encoding):
    database, base, specification = clean
    outcome = inspected(as_exchange(database, database.write(tmp_path / "package"), encoding), base, specification)
    assert [(d.item, d.layer, d.text("en")) for d in outcome.run.defects] == []
    assert {result.item for result in outcome.run.results() if result.not_checked} == {"Q307"}


def test_layers_of_vct_are_those_of_the_geopackage(qgis_app, clean, tmp_path):
    from onemap.plugin.bridge.quality.inspection import content_of
    from onemap.plugin.bridge.quality.inspection_reading import read_layer
    from onemap.plugin.formats.packages.package import open_package
    from onemap.plugin.formats.rules.inspection_files import load_specification

    database, base, specification = clean
    spec = load_specification(str(specification)).layer("XZYDYH")
    read = []
    for folder in (base, as_exchange(database, database.write(tmp_path / "package"))):
        with open_package(folder) as package:
            found = next(one for one in content_of(package, None).layers if one.name == "XZYDYH")
            read.append(read_layer(found, spec, found.crs, (), None))
    one, other = read
    assert len(one) == len(other) > 100 and all(a.equals(b) for a, b in zip(one.geometries, other.geometries))
    assert {name: list(column) for name, column in one.columns.items()} == {
        name: list(column) for name, column in other.columns.items()
    }


def test_half_a_vct_file_is_told_with_section_and_line(qgis_app, clean, tmp_path):
    database, base, specification = clean
    package = database.write(tmp_path / "package")
    half = as_exchange(database, package, change=lambda data: data[: len(data) // 2])
    told = [d.text("en") for d in inspected(half, base, specification).run.defects if d.item == "Q103"]
    assert len(told) == 1 and re.search(r"section (Line|Polygon), line \d+", told[0])


def test_one_bad_object_of_a_vct_file_is_told_and_the_rest_is_inspected(qgis_app, clean, tmp_path):
    database, base, specification = clean
    package = database.write(tmp_path / "package")

    def loose(data):
        return re.sub(rb"(\r\n21\r\n\d+\r\n)-?\d+", rb"\g<1>777", data, count=1)

    run = inspected(as_exchange(database, package, change=loose), base, specification).run
    told = [d.text("en") for d in run.defects if d.item == "Q103"]
    assert len(told) == 1 and re.search(r"section Polygon, line \d+: line 777 that it refers to", told[0])
    assert run.was_checked("Q501", "XZYDYH")

"""What a site takes and costs: every square metre of a class counted where the table says, prices by mu."""

import numpy as np
import pytest
from onemap.plugin.core.siting.cost import CostItem, CostTable, add_farmland, site_costs
from onemap.plugin.core.siting.measures import ClassAreas
from onemap.plugin.formats.rules.cost_files import load_cost_table

TABLE = CostTable(
    (
        CostItem("cropland", "Cropland", ("01*",)),
        CostItem("paddy", "Paddy", ("0101",), price=1000.0),
        CostItem("new", "New", not_codes=("07*",), price=10.0),
    ),
    "DLBM",
)


def classes(rows, totals):
    owners, codes, areas = zip(*rows)
    return ClassAreas(np.array(owners), np.array(codes, dtype=object), np.array(areas), np.array(totals))


def test_areas_and_prices_of_two_sites():
    found = classes([(0, "0101", 6667.0), (0, "0103", 1000.0), (0, "0702", 500.0), (1, "0301", 2000.0)], [9000, 2000])
    one, two = site_costs(TABLE, [9000.0, 2000.0], found)
    assert [r.m2 for r in one.rows] == [7667.0, 6667.0, 7667.0] and one.unclassified_m2 == 833.0
    assert one.rows[0].yuan is None and one.rows[1].yuan == pytest.approx(6667 * 0.0015 * 1000)
    assert one.yuan == pytest.approx(6667 * 0.0015 * 1000 + 7667 * 0.0015 * 10, abs=0.01)
    assert [r.m2 for r in two.rows] == [0.0, 0.0, 2000.0] and two.unclassified_m2 == 0.0


def test_farmland_by_grade():
    found = classes([(0, "0101", 100.0)], [100])
    costs = site_costs(TABLE, [100.0], found)
    add_farmland(
        costs, np.array([60.0]), ("Farmland", "of grade {}".format), classes([(0, "7", 40.0), (0, "5", 20.0)], [100])
    )
    assert [(r.title, r.m2) for r in costs[0].rows[3:]] == [
        ("Farmland", 60.0),
        ("of grade 5", 20.0),
        ("of grade 7", 40.0),
    ]


def test_the_shipped_table_marks_every_price_as_proposal_and_splits_land_into_built_and_new():
    table = load_cost_table()
    by_id = {item.id: item for item in table.items}
    assert all(item.confidence == "proposal" for item in table.items if item.price is not None)
    for code in ("0101", "0301", "0701", "1006", "1003", "1109", "1107", "1201", "1206"):
        assert by_id["built"].takes(code) != by_id["new_built"].takes(code)
    assert not by_id["built"].takes("1006") and by_id["built"].takes("1003")  # a rural road is no construction land


def test_only_criteria_lie_among_the_criteria():
    """The window offers every file of that folder as criteria: tables lie elsewhere."""
    from onemap.plugin.formats.rules.criteria_files import examples, read_document

    assert all(read_document(path).data["name"] for path in examples()) and len(examples()) >= 2

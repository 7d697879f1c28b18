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


def test_what_is_no_known_class_is_neither_cropland_nor_new_construction_land():
    """An item that counts all but some classes counts no typing errors, words or classes of another table."""
    table = load_cost_table()
    land = [("0101", 100.0), ("0301", 200.0), ("0301K", 50.0), ("9x", 400.0), ("水田", 800.0), ("101", 1600.0)]
    found = classes([(0, code, m2) for code, m2 in land], [3200.0])
    (site,) = site_costs(table, [3200.0], found)
    rows = dict(zip((item.id for item in table.items), site.rows))
    assert rows["new_built"].m2 == 350.0 and rows["cropland"].m2 == 100.0 and rows["built"].m2 == 0.0
    assert site.unclassified_m2 == 2850.0 and set(site.unknown_codes) == {"9x", "水田", "101"}
    (row,) = site.unclassified()
    assert row.m2 == 2850.0 and "水田" in row.title and row.yuan is None


def test_values_that_a_table_knows_besides_are_counted(tmp_path):
    text = "class_field: DLBM\nother_values: [荒滩]\nitems:\n" + (
        '  - {id: new, title: New, not_codes: ["05*"], price: 10, confidence: seen}\n'
    )
    (tmp_path / "cost.yaml").write_text(text, encoding="utf-8")
    found = classes([(0, "荒滩", 100.0), (0, "x", 50.0)], [150.0])
    (site,) = site_costs(load_cost_table(tmp_path / "cost.yaml"), [150.0], found)
    assert site.rows[0].m2 == 100.0 and site.unclassified_m2 == 50.0

"""What the batch's workers do with a cell, called directly: the desk's answer, also where Spark is not installed."""

import pytest
from onemap.tests.support.province import desk_answer, finding_rows, verdict_rows
from onemap.tests.support.province_cells import cells_answer, opened

MINES = "CKQ_CKQDJ"  # its rules ask for today's date: only QGIS can


@pytest.fixture(scope="module")
def both(county):
    """(what the workers say, what the desk says) of the made-up county."""
    database, projects, layers = county
    layers = [layer for layer in layers if layer != MINES]
    controls = [opened(database, layer) for layer in layers]
    desk = desk_answer(projects, "projects", database, {layer: None for layer in layers})
    return cells_answer(opened(projects, "projects"), controls), desk


def test_the_same_findings(both):
    mine, desk = finding_rows(both[0].findings), finding_rows(both[1].findings)
    assert len(desk) > 500
    assert mine - desk == desk - mine


def test_the_same_verdicts(both):
    mine, desk = verdict_rows(both[0].verdicts), verdict_rows(both[1].verdicts)
    assert {row[2] for row in desk} >= {"conflict", "clear", "not_checked"}
    assert mine - desk == desk - mine

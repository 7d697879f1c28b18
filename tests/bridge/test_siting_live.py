"""Counts while criteria are edited: what was read once is not read again, whatever came of it."""

import pytest
from onemap.tests.support.siting import write

TEXT = """
layers: {land: {title: Land}}
constraints:
  - {id: wood, title: Wood, layer: land, kind: avoid, where: '"use" = ''wood'''}
  - {id: mine, title: Mine, layer: land, kind: avoid, where: '"use" = ''mine'''}
"""


@pytest.fixture
def h(qgis_app):
    from onemap.tests.support import algorithms as helpers

    return helpers


def test_a_filter_that_meets_nothing_is_read_once(h, tmp_path, monkeypatch):
    from onemap.plugin.bridge.layers.conditions import expression_error
    from onemap.plugin.bridge.siting.layers import VectorSource
    from onemap.plugin.bridge.siting.live import FreeLandCount
    from onemap.plugin.bridge.siting.select import SitingInputs, rule_set_of
    from onemap.plugin.formats.rules.criteria_draft import CriteriaDraft

    land = h.layer("land", [(h.box_wkt(120, 0, 50), "wood"), (h.box_wkt(900, 900), "water")], "use:string")
    extent = h.layer("extent", [(h.box_wkt(0, 0, 300),)])
    criteria, memory, reads = (
        CriteriaDraft.load(write(tmp_path, TEXT)).check(rule_set_of(None), expression_error),
        {},
        [],
    )
    read = VectorSource.read
    monkeypatch.setattr(VectorSource, "read", lambda *given, **named: reads.append(1) or read(*given, **named))
    told = []
    for _ in range(2):
        count = FreeLandCount(SitingInputs(criteria, [land], {}, None), extent)
        remains = count.count(memory, h.Feedback())
        told.append([(r.id, r.evaluated, r.why, round(r.alone_m2, 1)) for r in remains.removals])
        assert reads or len(told) == 2
        before, reads[:] = len(reads), []
    assert before == 0 and told[0] == told[1]
    assert [row[1] for row in told[0]] == [True, False] and told[0][1][2]

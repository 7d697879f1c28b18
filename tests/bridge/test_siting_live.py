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


def test_another_distance_reads_no_layer_again_until_it_looks_farther(h, tmp_path, monkeypatch):
    """Sliding a distance counts from what is in memory, and tells what a count that begins anew tells."""
    from onemap.plugin.bridge.siting.layers import VectorSource
    from onemap.plugin.bridge.siting.live import FreeLandCount
    from onemap.plugin.bridge.siting.select import SitingInputs

    wells = h.layer("land", [(h.box_wkt(x, 400, 50), "well") for x in (-900, -350, 120, 700, 1500)], "use:string")
    extent = h.layer("extent", [(h.box_wkt(0, 0, 1000),)])
    memory, reads = {}, []
    read = VectorSource.read
    monkeypatch.setattr(VectorSource, "read", lambda *given, **named: reads.append(1) or read(*given, **named))

    def counted(kind, metres, known):
        row = f"{{id: w, title: W, layer: land, kind: {kind}, distance_m: {metres}, where: '\"use\" = ''well'''}}"
        criteria = checked(tmp_path, f"layers: {{land: {{title: Land}}}}\nconstraints:\n  - {row}\n")
        remains = FreeLandCount(SitingInputs(criteria, [wells], {}, None), extent).count(known, h.Feedback())
        return round(remains.area_m2, 2), [(r.id, r.evaluated, round(r.alone_m2, 2)) for r in remains.removals]

    areas = []
    for kind, metres in (("min_distance", 200), ("min_distance", 390), ("max_distance", 300), ("min_distance", 50)):
        found = counted(kind, metres, memory)
        assert len(reads) == (1 if not areas else 0), (kind, metres)
        assert found == counted(kind, metres, {})
        areas.append(found[0])
        reads.clear()
    assert len(set(areas)) == 4
    assert counted("min_distance", 1600, memory) == counted("min_distance", 1600, {}) and len(reads) == 2  # farther


def checked(tmp_path, text):
    from onemap.plugin.bridge.layers.conditions import expression_error
    from onemap.plugin.bridge.siting.select import rule_set_of
    from onemap.plugin.formats.rules.criteria_draft import CriteriaDraft

    return CriteriaDraft.load(write(tmp_path, text)).check(rule_set_of(None), expression_error)

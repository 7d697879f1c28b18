"""The head of the audit chain goes to a platform that announces that it keeps it, and to no other."""

import pytest
from onemap.plugin.store.anchors import anchors_of, compare_anchors, kept_anchors
from onemap.tests.support.memory_platform import MemoryPlatform


def heads(platform):
    return [seen["Audit-Head"] for seen in platform.headers_seen if "Audit-Head" in seen]


def test_a_platform_that_does_not_ask_gets_none(platform, desk):
    desk.fill()
    assert desk.push().done == 1 and heads(platform) == []
    assert not any(one.place.startswith("platform") for one in kept_anchors(desk.ws))


@pytest.mark.parametrize("habits", [("audit-head",), ("audit-head", "bulk")])
def test_the_head_of_the_chain_goes_along_until_it_was_taken(make_desk, habits):
    with MemoryPlatform(*habits) as platform:
        desk = make_desk("head", on=platform)
        first = [desk.fill() for _ in range(30)]
        before = desk.ws.audit.head()
        assert desk.push().done == len(first)
        sent = heads(platform)
        assert 1 <= len(sent) <= 4 and len(set(sent)) == 1  # as many as workers that were under way
        (anchor,) = anchors_of(sent[0])
        assert (anchor.seq, anchor.hash) == before and any(
            a.place.startswith("platform") for a in kept_anchors(desk.ws)
        )
        assert len(compare_anchors(desk.ws, [anchor]).matching) == 1


def test_the_reference_platform_keeps_it_and_finds_a_chain_that_was_rewritten(start_platform, make_desk):
    platform = start_platform("--lines", 10)
    desk = make_desk("kept", on=platform)
    desk.fill()
    assert desk.push().done == 1
    anchors = anchors_of(platform.sql("SELECT line FROM api.audit_head WHERE county = '330110'"))
    assert len(compare_anchors(desk.ws, anchors).matching) == len(anchors) == 1
    with desk.ws.transaction():
        desk.ws._db.execute("DROP TRIGGER onemap_audit_no_update")
        desk.ws._db.execute("UPDATE onemap_audit SET hash = ? WHERE seq = ?", ("1" * 64, anchors[0].seq))
    assert len(compare_anchors(desk.ws, anchors).broken) == 1

"""The campaign of the evidence rules: what a platform may do to a county's last copies, seeded and counted.

Scenarios that need many runs use the platform in memory; the restore is tried on the real one too.
"""

import hashlib
import os
import random
import uuid

import pytest
from onemap.plugin.store.pulled import Pulled
from onemap.tests.support.desks import Desk
from onemap.tests.support.long_runs import count
from onemap.tests.support.memory_platform import MemoryPlatform
from onemap.tests.support.promises import killed
from onemap.tests.support.warped import run_warped

FORM = "project_site"
FUZZ = int(os.environ.get("ONEMAP_FUZZ", count(1000, 150)))
STEPS = (
    *("push.freeze.after", "push.exchange.before", "push.exchange.after", "push.settle.after", "push._finish.after"),
    *(
        "files._send.before",
        "files._send.after",
        "files._judge.before",
        "tus._send.before",
        "tus._send.after",
        "tus._offset.after",
    ),
)


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr("onemap.plugin.sync.transport._PAUSE_CAP", 0.001)


def test_warped_replies(tmp_path, quick):
    """0 escapes, 0 stuck, the audit chain whole; a thousand replies in a long run."""
    sent = seed = 0
    while sent < FUZZ:
        seed += 1
        with MemoryPlatform() as platform:
            desk = Desk(platform, tmp_path / f"{seed}.gpkg", attempts=2)
            _, some, warper = run_warped(platform, desk, 1000 + seed, min(100, FUZZ - sent))
            sent += some
            assert desk.ws.verify_audit().is_intact
            for _ in range(4):
                for entry in desk.ws.outbox.entries(("conflict",)):
                    desk.service.resolve(entry.key, "theirs")
                assert desk.service.sync().error is None
            assert set(platform.rows[FORM]) - warper.hidden <= set(desk.ws.record_ids(FORM))
            Pulled(desk.ws).load_anew(platform.url, [FORM])  # what the feed kept to itself comes with a whole listing
            assert desk.service.sync().error is None
            assert set(platform.rows[FORM]) <= set(desk.ws.record_ids(FORM))
            desk.ws.close()


@pytest.mark.parametrize("seed", range(count(30, len(STEPS))))
def test_kill_9_with_attachments(tmp_path, seed):
    """Every record and every file arrives once, wherever the client is killed."""
    dice = random.Random(seed)  # noqa: S311
    with MemoryPlatform() as platform:
        desk, contents = Desk(platform, tmp_path / "a.gpkg"), []
        for number in range(4):
            content = dice.randbytes(dice.randrange(1, 3_000_000)) + bytes([number])
            contents.append(content)
            reported = desk.ws.attachments.add_content(f"{number}.jpg", content)
            item = desk.fill()
            entry = desk.ws.outbox.entries(item=item)[0]
            desk.ws.outbox.change(entry.key, body={**entry.body, "files": [reported]})
        killed(desk, STEPS[seed % len(STEPS)], dice.randrange(1, 4))
        for _ in range(3):
            result = desk.push()
        assert (result.pending, result.file_pending, result.error) == (0, 0, None)
        assert desk.ws.outbox.entries() == [] and desk.ws.verify_audit().is_intact
        assert sum(op == "C" and c == FORM for c, _, op, _, _ in platform.feed) == 4
        stored = sorted(hashlib.sha256(data).hexdigest() for data in platform.files.values() if data)
        assert stored == sorted({hashlib.sha256(content).hexdigest() for content in contents})
        desk.ws.close()


@pytest.mark.parametrize("seed", range(count(10, 4)))
def test_restores_at_random_moments_take_nothing_away(tmp_path, seed):
    dice = random.Random(seed)  # noqa: S311
    with MemoryPlatform() as platform:
        desk, made = Desk(platform, tmp_path / "a.gpkg"), set()
        backups = [platform.backup()]
        for _ in range(12):
            act = dice.choice(("fill", "fill", "sync", "sync", "backup", "restore", "push"))
            if act == "fill":
                made.add(desk.fill())
            elif act == "backup":
                backups.append(platform.backup())
            elif act == "restore":
                platform.restore(dice.choice(backups), dice.random() < 0.5)
            else:
                result = getattr(desk.service, act)()
                assert result.error is None, result
            assert set(desk.ws.record_ids(FORM)) == made
        for _ in range(4):
            desk.service.decide_missing(desk.service.missing(), "offer")
            for entry in desk.ws.outbox.entries(("conflict",)):
                desk.service.resolve(entry.key, "mine")
            desk.service.sync()
        assert set(platform.rows[FORM]) == made == set(desk.ws.record_ids(FORM)) and desk.ws.verify_audit().is_intact
        desk.ws.close()


@pytest.mark.parametrize("new_epoch", [True, False], ids=["new epoch", "same epoch"])
def test_the_real_platform_restored_from_a_backup(desk, a, platform, new_epoch):
    kept = desk.fill()
    assert desk.service.sync().error is None
    cursor = desk.ws.setting("sync_position")[desk.url]["cursor"]
    items = [desk.fill() for _ in range(20)]
    assert desk.service.sync().done == 20
    names = ", ".join(f"'{item}'" for item in items)
    platform.sql(
        "SET session_replication_role = replica; "  # noqa: S608 - our own ids
        f"DELETE FROM data.project_site WHERE id IN ({names}); DELETE FROM data.finding WHERE target_id IN ({names}); "
        f"DELETE FROM api.change_log WHERE cursor > {cursor}; DELETE FROM api.idempotency WHERE true"
    )
    if new_epoch:
        platform.sql("UPDATE api.feed_epoch SET epoch = gen_random_uuid()")
    result = desk.pull()
    assert result.error is None and {kept, *items} <= set(desk.ws.record_ids(FORM))
    assert {one.item for one in desk.service.missing() if one.collection == FORM} == set(items)
    desk.service.decide_missing(desk.service.missing(), "offer")
    assert desk.push().done == 20 and all(a.get(FORM, item).status_code == 200 for item in items)
    assert desk.ws.verify_audit().is_intact


def test_the_fuzz_really_warps(tmp_path, quick):
    with MemoryPlatform() as platform:
        desk = Desk(platform, tmp_path / f"{uuid.uuid4()}.gpkg", attempts=1)
        codes, sent, _ = run_warped(platform, desk, 7, 40)
        assert sent >= 40 and codes
        desk.ws.close()

"""The randomised run; its whole length (and the kept log, docs/sync_random_run.txt) with ONEMAP_LONG=1."""

import os
import sys
from collections import Counter
from pathlib import Path

from onemap.tests.support.promises import killed
from onemap.tests.support.random_run import RandomRun

SEED, STEPS, SHORT = int(os.environ.get("ONEMAP_SEED", 20261)), 600, 60
LOG = Path(__file__).resolve().parents[2] / "docs" / "sync_random_run.txt"


def test_everybody_holds_the_same_in_the_end(start_platform, make_desk, line, reviewer):
    platform = start_platform("--lines", 20)
    desks = {name: make_desk(name, on=platform) for name in ("a", "b")}
    for desk in desks.values():
        assert desk.pull().error is None
    province = type(reviewer)(platform, platform.tokens["reviewer"])
    bad_line = "http://" + line(fault="lost:7,drop:9,503:11,429:13,cut:17", mode=f"reverse:{platform.url}")
    run = RandomRun(platform, desks, province, bad_line, killed, SEED)
    long = bool(os.environ.get("ONEMAP_LONG"))
    try:
        run.run(STEPS if long else SHORT)
    finally:
        print("\n".join(run.lines[-40:]), file=sys.stderr)
    truth = run.platform_state()
    assert run.state("a") == run.state("b") == truth
    kept = {name: item for item, name in run.made.items() if item not in run.deleted}
    assert set(kept) <= set(truth) <= set(run.made.values())
    made = Counter(f["properties"]["item"] for f in province.pages("changes", op="C"))
    assert all(made[item] == 1 for item in kept.values()), "doubled or lost"
    numbers = [row[-1] for row in truth.values()]
    assert len(set(numbers)) == len(numbers) and all(numbers)
    assert all(desk.ws.outbox.entries() == [] and desk.ws.verify_audit().is_intact for desk in desks.values())
    if long:
        acts = ", ".join(f"{act} {count}" for act, count in sorted(run.done.items()))
        end = f"end: {len(truth)} records, alike on both desks and the platform; acts: {acts}"
        LOG.write_text("\n".join([*run.lines, end]) + "\n", encoding="utf-8")

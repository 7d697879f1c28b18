"""What every fault must leave behind, and how a client is killed."""

import subprocess
import sys
import time
from pathlib import Path

import requests

FAULTS = Path(__file__).resolve().parents[1] / "faults"


def hold(desk, caller, items, results=(), form="project_site"):
    """Assert the four promises for submitted records: acknowledged ones are on both sides exactly once, the others are still in the
    outbox, the user was told (`results`: what the runs reported), the audit chain verifies. Return the ids still waiting."""
    waiting = {entry.item for entry in desk.ws.outbox.entries()}
    for item in items:
        made = [f["properties"]["op"] for f in patient(lambda i=item: caller.pages("changes", item=i))]
        assert desk.ws.count(form, {"id": item}) == 1
        if item in waiting:
            assert made in ([], ["C"])
        else:
            told = patient(lambda i=item: caller.properties(form, i))
            assert made == ["C"] and (told["status"], told["version"]) == ("submitted", 1), told
    for result in results:
        assert_reported(result)
    assert desk.ws.verify_audit().is_intact
    return waiting & set(items)


def assert_reported(result):
    """What is not done is said, in both languages."""
    left = result.pending + result.conflict + result.rejected
    assert not left or result.error or result.log, result
    if result.error:
        from onemap.plugin.core import messages

        texts = {messages.text(result.error.code, language, **result.error.params) for language in ("en", "zh")}
        assert len(texts) == 2 and str(result.error) in result.log


def patient(ask, seconds=15):
    """The answer of `ask()`, asked again while the platform is coming back."""
    end = time.monotonic() + seconds
    while True:
        try:
            return ask()
        except (AssertionError, KeyError, requests.RequestException):
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def settle(desk, tries=30):
    """Push until nothing waits; the results of all runs."""
    results = []
    for _ in range(tries):
        results.append(desk.push())
        assert_reported(results[-1])
        if not results[-1].pending:
            return results
    raise AssertionError(results[-1].log)


def killed(desk, step, count):
    """Run a sync in a process of its own that is killed at a step; True when it was."""
    links = next(p for p in sys.path if (Path(p) / "onemap").is_symlink())
    desk.ws.close()
    token = desk.credentials.headers()["Authorization"].split()[1]
    done = subprocess.run(
        [sys.executable, FAULTS / "killed_push.py", links, desk.path, desk.url, token, step, str(count)],
        timeout=120,
        capture_output=True,
    )
    from onemap.plugin.store.workspace import Workspace

    desk.ws = Workspace.open(desk.path)
    assert not desk.ws.read_only
    return done.returncode == -9

"""What every fault must leave behind."""

import time

import requests


def hold(desk, caller, items, results=(), form="project_site"):
    """Assert the four promises for submitted records: acknowledged ones are on both sides exactly once, the others are still in the
    outbox, the user was told (`results`: what the runs reported), the audit chain verifies. Return the ids still waiting."""
    waiting = {entry["item"] for entry in desk.ws.outbox.entries()}
    for item in items:
        made = [f["properties"]["op"] for f in patient(lambda i=item: caller.pages("changes", item=i))]
        assert desk.ws.count(form, {"id": item}) == 1
        if item in waiting:
            assert made in ([], ["C"])
        else:
            told = patient(lambda i=item: caller.properties(form, i))
            assert made == ["C"] and (told["status"], told["version"]) == ("submitted", 1), told
    for result in results:
        assert_told(result)
    assert desk.ws.verify_audit().whole
    return waiting & set(items)


def assert_told(result):
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

"""Whether rules take anything of a layer: no row goes unasked, equal ones are asked once, and the first ends it."""

import pytest
from onemap.plugin.core.review import taken
from onemap.plugin.core.review.taken import any_taken


def asked_of(rows, sought):
    """(answer, rows that were asked)."""
    asked = []

    def take(share):
        asked.extend(share)
        return sought in share

    return any_taken(((row, row) for row in rows), take), asked


@pytest.mark.parametrize("at", [0, 3, 60, 7_000, 19_999])
def test_the_one_row_that_is_taken_is_found(at):
    found, asked = asked_of(range(20_000), at)
    assert found and len(asked) < at + 5_001


def test_equal_rows_are_asked_once_and_nothing_is_taken_of_none():
    assert asked_of(["a", None, "", "a"] * 1000, "b") == (False, ["a", None, ""])
    assert asked_of([], "b") == (False, [])


def test_beyond_what_is_remembered_rows_are_asked_all_the_same(monkeypatch):
    monkeypatch.setattr(taken, "_KEPT", 100)
    found, asked = asked_of([*range(500), 0, 499, 499], -1)
    assert not found and sorted(set(asked)) == list(range(500)) and asked.count(0) == 1
    assert asked_of([*range(500), "x"], "x")[0]

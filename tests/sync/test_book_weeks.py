"""Weeks with books that go round: see tests/support/book_weeks.py."""

import pytest
from onemap.tests.support.book_weeks import BookWeeks
from onemap.tests.support.long_runs import count
from onemap.tests.support.memory_platform import MemoryPlatform


@pytest.mark.parametrize("seed", range(count(200, 2)))
def test_no_book_loses_what_is_newer_or_drops_what_was_typed(tmp_path, make_desk, seed):
    with MemoryPlatform() as platform:
        weeks = BookWeeks(
            platform, lambda name, county, **line: make_desk(name, county, platform, **line), tmp_path, seed
        )
        try:
            weeks.run(70)
        except AssertionError:
            print("\n".join(weeks.lines))
            raise

"""Weeks of three machines and a province, whatever breaks in between: see tests/support/weeks.py."""

import pytest
from onemap.tests.support.long_runs import count
from onemap.tests.support.memory_platform import MemoryPlatform
from onemap.tests.support.weeks import Weeks


@pytest.mark.parametrize("seed", range(count(300, 4)))
def test_nothing_is_lost_and_everybody_holds_the_same(tmp_path, make_desk, seed):
    with MemoryPlatform() as platform:
        weeks = Weeks(platform, lambda name, county, **line: make_desk(name, county, platform, **line), tmp_path, seed)
        try:
            weeks.run(70)
        except AssertionError:
            print("\n".join(weeks.lines))
            raise

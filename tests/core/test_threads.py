"""Python looks for unused cycles less often during a run, and as before when the last run has ended."""

import gc

import pytest
from onemap.plugin.core.threads import rare_collections


def test_the_collector_is_as_it_was_when_all_runs_have_ended():
    before = gc.get_threshold()
    with rare_collections():
        assert gc.get_threshold()[0] > before[0]
        with rare_collections():
            pass
        assert gc.get_threshold()[0] > before[0]  # the other run still holds it
    assert gc.get_threshold() == before
    with pytest.raises(ValueError, match="run"), rare_collections():
        raise ValueError("run")
    assert gc.get_threshold() == before

"""One home of running an act and showing what refuses it."""

import pytest
from onemap.plugin.core.errors import InputError
from onemap.plugin.gui.widgets.attempt import attempt


def test_a_refused_act_is_shown_and_a_fault_of_ours_is_not_hidden():
    shown = []

    def refuse():
        raise InputError("record_unknown", record="x")

    assert not attempt(refuse, shown.append)
    assert len(shown) == 1 and "x" in shown[0]
    given = attempt(lambda: 0, shown.append)
    assert given and given.result == 0 and len(shown) == 1, "a result that is false is no refusal"
    with pytest.raises(ZeroDivisionError):
        attempt(lambda: 1 / 0, shown.append)

"""The headline of the range panel: green only where every line was checked."""

from types import SimpleNamespace

import pytest
from onemap.plugin.core.review.tiers import Conclusion


@pytest.mark.parametrize("found, wanted", [
    ((Conclusion.CLEAR,), Conclusion.CLEAR),
    ((Conclusion.CLEAR, Conclusion.NOT_CHECKED), Conclusion.NOT_CHECKED),
    ((Conclusion.NOTICE, Conclusion.CLEAR, Conclusion.NOT_CHECKED), Conclusion.NOTICE),
    ((Conclusion.PROHIBITED, Conclusion.NOT_CHECKED), Conclusion.PROHIBITED),
    ((), Conclusion.NOT_CHECKED),
])  # fmt: skip
def test_a_range_is_clear_only_where_every_line_was_checked(qgis_app, found, wanted):
    from onemap.plugin.gui.range.rows import decisive

    assert decisive(SimpleNamespace(conclusion=one) for one in found) == wanted

"""Whether the first site stands there only because less is known of it than of another."""

import numpy as np

from ..land.remarks import Remark
from .selection import Selection

_NOISE = 1e-9


def first_partly(selection: Selection) -> list[Remark]:
    """A Remark where the first site, with the worst score for all that was not evaluated, stands behind another."""
    order, keys = selection.order, selection.keys
    if not len(order) or not selection.factors:
        return []
    least = np.nan_to_num(selection.score) * selection.evaluated_pct / 100
    first, sure = order[0], order[np.argmax(least[order])]
    if least[sure] <= least[first] + _NOISE:
        return []
    numbers = {"evaluated": f"{selection.evaluated_pct[first]:.1f}", "least": f"{least[first]:.2f}"}
    other = {"other": keys[sure], "other_least": f"{least[sure]:.2f}"}
    params = {"key": keys[first], "score": f"{selection.score[first]:.2f}", **numbers, **other}
    return [Remark("siting_first_partly", "", None, params)]

"""Projects of a run that lie far away from all others: they are named first, and each of their verdicts says so."""

from typing import TYPE_CHECKING, Optional

import numpy as np

from ...core.land.remarks import Remark
from ...core.land.types import Array
from ...core.review.apart import apart_from_others, noted_apart

if TYPE_CHECKING:
    from .running import ReviewResult

_SHOWN = 5


def far_from_others(result: "ReviewResult") -> Optional[Array]:
    """What the verdicts of such projects say, None where there are none; they are named among the result's remarks."""
    projects = result.data.projects
    apart = apart_from_others(projects)
    if apart is None:
        return None
    far = [projects.keys[at] for at in np.flatnonzero(apart)]
    params = {"count": len(far), "keys": ", ".join(far[:_SHOWN])}
    result.own_remarks += [Remark("projects_apart", result.layers[0].name, None, params)]
    return noted_apart(apart)

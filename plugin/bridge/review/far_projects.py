"""What projects of a run look like beside each other: those that lie far away from all others are named first, and each
of their verdicts says so; those that may be one are named.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Optional

import numpy as np

from ...core.land.remarks import Remark
from ...core.land.types import Array
from ...core.review.alike_projects import keys_alike, same_places, shown
from ...core.review.apart import apart_from_others, noted_apart, noted_together
from ...core.review.projects import Projects
from .districts import of_other_districts

if TYPE_CHECKING:
    from .running import ReviewResult

_SHOWN = 5


def noted_projects(result: "ReviewResult") -> Optional[Array]:
    """What the verdicts of single projects say besides; what is wrong with the projects is remarked."""
    result.own_remarks += project_remarks(result.data.projects, result.layers[0].name)
    return noted_together(far_from_others(result), of_other_districts(result))


def far_from_others(result: "ReviewResult") -> Optional[Array]:
    """What the verdicts of such projects say, None where there are none; they are named among the result's remarks."""
    projects = result.data.projects
    apart = apart_from_others(projects.boxes)
    if apart is None:
        return None
    far = [projects.keys[at] for at in np.flatnonzero(apart)]
    params = {"count": len(far), "keys": ", ".join(far[:_SHOWN])}
    result.own_remarks += [Remark("projects_apart", result.layers[0].name, None, params)]
    return noted_apart(apart)


def project_remarks(projects: Projects, layer: str) -> Iterator[Remark]:
    """Said of keys that look alike, and of projects that have the same polygon."""
    groups = keys_alike([*projects.keys, *projects.unusable_keys])
    if groups:
        yield Remark("keys_alike", layer, None, _named([[shown(key) for key in group] for group in groups]))
    places = same_places(projects)
    if places:
        yield Remark(
            "projects_same_place", layer, None, _named([[projects.keys[at] for at in same] for same in places])
        )


def _named(groups: list[list[str]]) -> dict[str, object]:
    said = "; ".join(" = ".join(group[:_SHOWN]) for group in groups[:_SHOWN])
    return {"count": len(groups), "keys": said + (" …" if len(groups) > _SHOWN else "")}

"""The area that control layers were delivered for: a project that reaches beyond it was checked in part only."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Optional

import numpy as np
import shapely

from ...core.errors import InputError
from ...core.land import crs as crs_rules
from ...core.land.types import Array
from ...core.review.control_extent import beyond_extent
from ...core.review.projects import Projects
from ...core.threads import Feedback
from ..layers.snapshot import LayerSnapshot

if TYPE_CHECKING:
    from .preparing import Review

_FAR = 1e12  # metres; stands for infinity


def read_beyond(
    extent: LayerSnapshot, projects: Projects, rules: "Review", feedback: Optional[Feedback] = None
) -> Optional[Array]:
    """What is to be said of each project, "" for one that lies inside; `rules`: the Review that the extent is of.

    Raises InputError where a polygon of the extent cannot be read: then nobody knows what lies inside. Cancelled.
    """
    batches = [found[2] for found in extent.batches(rules.plane, [], feedback)]
    shapes = np.concatenate(batches) if batches else np.zeros(0, object)
    if not len(shapes) or extent.skipped:
        raise InputError("control_extent_unreadable", layer=extent.name, count=len(extent.skipped))
    return beyond_extent(projects, shapely.union_all(shapes), rules.plane, rules.sliver_m2, extent.name)


def covered_by_layers(review: "Review", controls: Sequence[LayerSnapshot]) -> Optional[shapely.Geometry]:
    """Union of the extents of the control layers on the plane, None when no layer has one; kept with the Review."""
    plane, known = review.plane, review.covered
    if plane.srs not in known:
        boxes = [np.zeros((0, 4))]
        for snapshot in controls:
            if snapshot.expected_count != 0 and not snapshot.extent.isNull():
                e = snapshot.extent
                box = np.array([[e.xMinimum(), e.yMinimum(), e.xMaximum(), e.yMaximum()]])
                boxes.append(crs_rules.transform_boxes(box, snapshot.crs, plane))
        within = np.clip(np.concatenate(boxes), -_FAR, _FAR)
        known[plane.srs] = shapely.union_all(shapely.box(*within.T)) if len(within) else None
    return known[plane.srs]

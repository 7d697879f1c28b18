"""What the maps of a report show of a control line: the features near the projects that its rules pick."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from ...core.land.boxes import grown
from ...core.review.near_group import NearGroup
from ...core.review.projects import Projects

if TYPE_CHECKING:
    from .feature_layer import FeatureLayer

MAP_REACH_M = 400.0
MAP_FEATURES = 20_000  # of one line; maps stay readable and memory bounded


def near_features(sources: "Sequence[FeatureLayer]", projects: Projects) -> list[shapely.Geometry]:
    """Geometries (at most MAP_FEATURES) of what a rule of the line picks within MAP_REACH_M of the projects.

    Closes the sources.
    """
    sources = [source for source in sources if not source.failure and not source.is_empty]
    shown: list[Any] = []
    for chunk in projects.chunks() if sources else ():
        near = NearGroup(sources, grown(chunk.bounds, MAP_REACH_M))
        rows = np.unique(chunk.candidates(near.boxes, MAP_REACH_M)[1])[: MAP_FEATURES - len(shown)]
        masks = [near.mask(rows, rule_id) for rule_id in {rule_id for source in sources for rule_id in source.rule_ids}]
        geometries = near.geometries(rows[np.any([np.zeros(len(rows), bool), *masks], axis=0)])
        shown += list(geometries[~shapely.is_missing(geometries)])
    for source in sources:
        source.close()
    return shown

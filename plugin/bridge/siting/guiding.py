"""What a search keeps in mind of the layers that its factors ask: features of the factors, and a guide to the best
places.
"""

from collections.abc import Iterator
from typing import Any, Optional

import numpy as np
import shapely

from ...core.errors import Cancelled, OneMapError
from ...core.siting.guide import Guide, Guided
from ...core.siting.measures import Nearest
from ...core.threads import Feedback
from .layers import VectorSource
from .source import Batch, FeatureQuery

_COORDINATES = 6_000_000  # that are kept, about 100 MB


class Memory:
    """Features of layers as they were read near a box of the plane, so that rounds of measuring read a layer once.

    What would take too much memory is read anew each time.
    """

    def __init__(self, box):
        self.box, self._kept, self._left = box, {}, _COORDINATES

    def read(self, source: VectorSource, query: FeatureQuery, feedback: Optional[Feedback]) -> Iterator[Batch]:
        """As VectorSource.read."""
        key = (id(source), query.field, tuple(query.wheres), tuple(query.box))
        if key in self._kept:
            yield from self._kept[key]
            return
        kept, size = [], 0
        for batch in source.read(query, feedback):
            batch = _met(batch)
            size += int(shapely.get_num_coordinates(batch[0]).sum())
            if size <= self._left:
                kept.append(batch)
            yield batch
        if size <= self._left:
            self._kept[key] = kept
            self._left -= size


def _met(batch):
    """A batch without the features that meet no filter."""
    geometries, texts, masks = batch
    rows = np.flatnonzero(np.logical_or.reduce(list(masks.values())))
    return geometries[rows], [texts[r] for r in rows], {where: mask[rows] for where, mask in masks.items()}


def guide_of(factors, layers, plane, feedback=None):
    """Guide of the factors that score a distance; a layer that cannot be read guides nowhere. Raises Cancelled."""
    found = []
    for key in dict.fromkeys(f.layer for f in factors if f.kind == "distance"):
        group = [f for f in factors if f.kind == "distance" and f.layer == key]
        try:
            found += _guided(key, group, layers, plane, feedback)
        except Cancelled:
            raise
        except (OneMapError, shapely.GEOSException, RuntimeError):
            continue  # measuring the factor tells why
    return Guide(found)


def _guided(key, factors, layers, plane, feedback):
    wheres = sorted({f.where for f in factors})
    met: dict[str, list[Any]] = {where: [] for where in wheres}
    for source in layers.of(key, VectorSource):
        for geometries, _, masks in source.read(FeatureQuery(plane, "", wheres), feedback):
            for where in wheres:
                met[where].append(geometries[masks[where]])
    features = {where: np.concatenate(found) for where, found in met.items() if sum(map(len, found))}
    nearest = {where: Nearest(found) for where, found in features.items()}
    return [Guided(f.weight, f.value, nearest[f.where]) for f in factors if f.where in nearest]

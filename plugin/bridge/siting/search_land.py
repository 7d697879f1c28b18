"""The land that findsites may use: every excluding criterion of it read once, near the extent."""

from functools import partial
from typing import Any, Optional

import numpy as np
import shapely
from shapely import Geometry

from ...core.errors import OneMapError
from ...core.land.boxes import grown
from ...core.land.remarks import Remark
from ...core.review.known_values import unclear_id
from ...core.siting.free_land import Exclusion, FreeLand
from ...core.siting.model import ATTRIBUTE, EXCLUDING, NEAR, SLOPE, WITHIN, Constraint, Criteria
from ...core.siting.results import Measured
from ...core.siting.selection import degrees_of
from ...core.threads import Feedback
from ..layers.raster import RasterSource
from .layers import VectorSource
from .measure import each_alone, nothing_met
from .source import FeatureQuery
from .understanding import reasons


class LandReader:
    """Reads the exclusions of criteria; `remarks` and the title of the `dem` are known afterwards.

    `slack`: metres that a site may reach beyond land that is near enough.
    """

    spare = 0.0  # of each distance: how far beyond it features are kept

    def __init__(self, layers, plane, slack):
        self.layers, self.plane, self.slack = layers, plane, slack
        self.remarks, self.dem = [], ""

    def land(self, criteria: Criteria, extent: Geometry, feedback: Optional[Feedback]) -> FreeLand:
        """FreeLand of an extent (polygons on the plane); raises Cancelled."""
        box = shapely.total_bounds(extent)
        exclusions = []
        for constraint in criteria.constraints:
            if constraint.kind in EXCLUDING:
                exclusions.append(self.exclusion(constraint, box, feedback))
            elif constraint.kind == ATTRIBUTE:
                self.remarks.append(Remark("siting_not_here", "", None, {"title": constraint.title}))
        self.read(exclusions, box, feedback)
        return FreeLand(extent, exclusions, self.plane, feedback=feedback)

    def exclusion(self, constraint: Constraint, box: Any, feedback: Optional[Feedback]) -> Any:
        """Exclusion of a constraint, not read yet."""
        exclusion = Exclusion(constraint, box, self.slack, self.spare * constraint.distance_m)
        if constraint.kind != SLOPE:
            return exclusion
        try:
            source = self.layers.of(constraint.layer, RasterSource)[0]
            grid, self.dem = source.grid("slope", self.plane, box), source.title
        except OneMapError as error:
            exclusion.evaluated, exclusion.why = False, error.message
            return exclusion
        limit = degrees_of(constraint)
        exclusion.steep = lambda inner: grid.land_above(limit, inner)
        exclusion.slope_of = lambda shapes, remark=True: source.statistics(
            "slope", self.plane, shapes, feedback, remark
        )
        return exclusion

    def read(self, exclusions: Any, box: Any, feedback: Optional[Feedback]) -> None:
        """Read each layer once for all the constraints that ask it."""
        waiting = [e for e in exclusions if e.constraint.kind != SLOPE]
        for key in dict.fromkeys(e.constraint.layer for e in waiting):
            group = [e for e in waiting if e.constraint.layer == key]
            title = self.layers.criteria.layers[key].title
            answers = each_alone(group, title, partial(self._feed, key, box, feedback))
            for exclusion, answer in answers.items():
                exclusion.evaluated, exclusion.why = not answer.why, answer.why
        for exclusion in exclusions:
            exclusion.close()

    def _feed(self, key, box, feedback, group):
        """{exclusion: Measured} with the reason why it cannot be evaluated, "" where it can."""
        reach, met = max(e.kept_reach for e in group) * 1.01, dict.fromkeys(group, 0)
        for exclusion in group:
            exclusion.clear()
        around = grown(box, reach)
        for source in self.layers.of(key, VectorSource):
            wheres = sorted({e.constraint.where for e in group})
            for geometries, _, masks in source.read(FeatureQuery(self.plane, "", wheres, around, tuple(box)), feedback):
                for exclusion in group:
                    mask = masks[exclusion.constraint.where]
                    exclusion.add(geometries[mask | self._unclear(exclusion, masks)])
                    met[exclusion] += int(mask.sum())
            for exclusion in group:
                exclusion.doubt = exclusion.doubt or source.doubt or self._unasked(exclusion)
        answers = {e: Measured(None, self._nothing_met(e, met[e], key, feedback)) for e in group}
        for exclusion in group:
            exclusion.is_read = True
            if not answers[exclusion].why:
                self._tell_unclear(exclusion)
        return answers

    def _unclear(self, exclusion, masks):
        """What is taken besides, as nobody knows whether it is meant: land is offered only where it is known to be
        free. What land shall lie in, or near, has to be known too, unless no layer can tell.
        """
        where, kind = exclusion.constraint.where, exclusion.constraint.kind
        unclear, known = masks.get(unclear_id(where)), kind in (WITHIN, NEAR) and not self._unasked(exclusion)
        return np.zeros(len(masks[where]), bool) if unclear is None or known else unclear

    def _unasked(self, exclusion):
        """Why nobody knows what land shall lie in, or near: no layer has the fields; "" where one has."""
        constraint = exclusion.constraint
        sources = self.layers.of(constraint.layer, VectorSource)
        if constraint.kind not in (WITHIN, NEAR) or not all(s.lacks(constraint.where) for s in sources):
            return ""
        return reasons(sources, constraint.where)

    def _tell_unclear(self, exclusion):
        constraint = exclusion.constraint
        exclusion.unclear = reasons(self.layers.of(constraint.layer, VectorSource), constraint.where)
        if exclusion.unclear and not exclusion.doubt:
            params = {"title": constraint.title, "why": exclusion.unclear}
            self.remarks.append(Remark("siting_values_taken", "", None, params))

    def _nothing_met(self, exclusion, count, key, feedback):
        if count:
            return ""
        return nothing_met(self.layers, key, exclusion.constraint.where, self.plane, feedback)


def taken_by_title(land: FreeLand) -> dict[str, Geometry]:
    """{title of a constraint: what it takes alone, a piece a tile} where that was kept."""
    return {e.constraint.title: p for e, p in zip(land.exclusions, zip(*land.taken)) if e.evaluated}

"""Why not here? One spot against every constraint: a reason in words with the distance or the area, and the law.

Only what lies near the spot is read, so that the answer comes at once on a county of half a million features.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any, Optional

import numpy as np
import shapely
from qgis.core import QgsRectangle

from ...core.errors import Cancelled, OneMapError
from ...core.land import crs as crs_rules
from ...core.land.area import statutory_areas
from ...core.land.boxes import grown
from ...core.messages import joined_texts, text
from ...core.review.project_task import KEY_FIELDS
from ...core.review.projects import Projects
from ...core.siting import measures
from ...core.siting.model import (
    AREA,
    ATTRIBUTE,
    AVOID,
    NEAR,
    NEAR_NOT,
    SHAPE,
    SLOPE,
    WITHIN,
)
from ...core.siting.selection import judge
from ...core.siting.twofold import Twofold
from ...core.threads import Feedback
from .apart import doubt_apart
from .gaps import with_site_gaps
from .layers import VectorSource
from .measure import Candidates, Survey, measure, settle_rules
from .source import FeatureQuery
from .understanding import reasons, unclear_rows

MET, UNMET, NOT_EVALUATED = "met", "unmet", "not_evaluated"
_LOOK_M = 3000.0  # beyond this a nearest feature is told as "farther than"
_DEFAULT_M2 = 10_000.0
_ON_FEATURES = (AVOID, WITHIN, NEAR_NOT, NEAR)


@dataclass(frozen=True)
class Reason:
    """One constraint at the spot: `state` MET, UNMET or NOT_EVALUATED, what was found in words, and the law or
    source behind it.
    """

    title: str
    state: str
    text: str
    law: str


@dataclass
class Answer:
    """`reasons` in the order of the criteria.

    `shape`: the parcel or square that was judged, on `plane`; `name`: of the parcel or "".
    """

    reasons: list
    shape: object
    plane: object
    area_m2: float
    name: str = ""

    @property
    def is_free(self) -> bool:
        return all(reason.state != UNMET for reason in self.reasons)


class WhyNot:
    """Made on the main thread from a SelectSites or FindSites job; `ask` runs in any thread."""

    def __init__(self, job, parcels):
        self._job, self._parcels = job, parcels

    def ask(self, x: Any, y: Any, feedback: Optional[Feedback] = None) -> Answer:
        """Answer for a spot in the CRS of the job's candidate or extent layer; raises InputError, Cancelled."""
        job = self._job
        spot = crs_rules.transform_geometries([shapely.Point(x, y)], job.snapshot.crs, job.plane)[0]
        criteria = settle_rules(job.criteria, job.layers)
        found = self._feature_at(spot, criteria)
        shape = found[1] if found and self._parcels else _square(spot, criteria)
        areas = statutory_areas([shape], job.plane)
        rows = ([found[0]], job.snapshot.fields) if found and self._parcels else (None, None)
        one = Candidates(Projects(["1"], np.array([shape], dtype=object), areas), *rows)
        reasons = [] if found else [Reason(job.snapshot.name, UNMET, self._outside(), "")]
        for constraint in criteria.constraints:
            # a square that is drawn for the asking has no attributes, and its size and form are not the land's
            if rows[0] is not None or constraint.kind not in (ATTRIBUTE, AREA, SHAPE):
                reasons.append(self._reason(constraint, one, criteria, feedback))
        return Answer(reasons, shape, job.plane, float(areas[0]), self._name(found[0]) if rows[0] is not None else "")

    def _key_field(self):
        return next((f for f in KEY_FIELDS if self._job.snapshot.has_field(f)), "")

    def _name(self, feature):
        return str(feature[self._key_field()]) if self._key_field() else str(feature.id())

    def _outside(self):
        return text("why_no_parcel" if self._parcels else "why_outside")

    def _feature_at(self, spot, criteria):
        """(feature, geometry) of the candidate or extent at the spot, None where there is none."""
        snapshot, plane = self._job.snapshot, self._job.plane
        box = crs_rules.transform_geometries([spot.buffer(1.0)], plane, snapshot.crs)[0].bounds
        asked = any(c.kind == ATTRIBUTE for c in criteria.constraints)
        fields = [f.name() for f in snapshot.fields] if asked else [self._key_field()]
        for features, _, geometries in snapshot.batches(plane, fields, None, QgsRectangle(*box)):
            for row in np.flatnonzero(~shapely.is_missing(geometries)):
                if shapely.intersects(geometries[row], spot):
                    return features[row], geometries[row]
        return None

    def _reason(self, constraint, one, criteria, feedback):
        law = criteria.cite(constraint)
        try:
            measured, nearest = self._measured(constraint, one, feedback)
        except Cancelled:
            raise
        except (OneMapError, shapely.GEOSException, RuntimeError) as error:
            return Reason(constraint.title, NOT_EVALUATED, str(error), law)
        survey = Survey(self._job.layers, self._job.plane, feedback)
        result = judge(constraint, with_site_gaps(measured, constraint, one.projects, survey), one.projects.areas_m2)
        doubt_apart([result], one.projects, survey)
        if not result.evaluated[0]:
            return Reason(constraint.title, NOT_EVALUATED, result.why, law)
        if not result.passed[0]:
            return Reason(constraint.title, UNMET, self._unmet(result, nearest), law)
        return Reason(constraint.title, MET, _met(constraint, result.amount[0], nearest), law)

    def _unmet(self, result, nearest):
        if result.constraint.kind == NEAR and np.isinf(nearest):
            return text(
                "why_none_near",
                title=result.constraint.title,
                reach=_look(result.constraint),
                limit=result.constraint.distance_m,
            )
        return result.reason(0)

    def _measured(self, constraint, one, feedback):
        """(Measured of the constraint's need, distance to the nearest feature or None where none is asked)."""
        job, need = self._job, constraint.need()
        if constraint.kind not in _ON_FEATURES:
            return measure([need], one, job.layers, job.plane, feedback)[need], None
        overlap = Twofold(partial(measures.Overlap, one.projects, job.plane, feedback))
        distance = Twofold(partial(measures.Distance, one.projects))
        reach = _look(constraint)
        place = tuple(shapely.total_bounds(one.projects.geometries))
        query = FeatureQuery(job.plane, "", (constraint.where,), grown(place, reach), place)
        sources = job.layers.of(constraint.layer, VectorSource)
        for source in sources:
            for geometries, _, masks in source.read(query, feedback):
                for worker in (overlap, distance):
                    worker.add(geometries[masks[constraint.where]])
                    worker.add_unclear(geometries[unclear_rows(masks, constraint.where)])
        doubt, unclear = joined_texts(source.doubt for source in sources), reasons(sources, constraint.where)
        far = distance.measured(doubt, unclear)
        far.values = gaps = np.where(far.values > reach, np.inf, far.values)
        found = overlap.measured(doubt, unclear, one.projects.areas_m2) if need.kind == "overlap" else far
        return found, float(gaps[0])


def _look(constraint):
    """How far around a spot is looked for features, metres."""
    return max(_LOOK_M, 1.2 * constraint.distance_m)


def _square(spot, criteria):
    """A square of the wanted area around a spot."""
    half = np.sqrt(criteria.area[0] or criteria.area[1] or _DEFAULT_M2) / 2
    return shapely.box(spot.x - half, spot.y - half, spot.x + half, spot.y + half)


def _met(constraint, amount, nearest):
    """What is right about a spot, in words."""
    if constraint.kind == SLOPE:
        unit = text(f"siting_unit_{constraint.unit or 'degree'}")
        return text("why_slope", amount=amount, unit=unit, limit=constraint.high)
    if constraint.kind == WITHIN:
        return text("why_inside")
    if nearest is None:
        return text("why_met")
    if np.isinf(nearest):
        return text("why_far", reach=_look(constraint))
    return text("why_overlap_small" if nearest == 0 and constraint.kind == AVOID else "why_distance", distance=nearest)

"""Sites far from every layer that the criteria ask: nothing found there is not nothing there."""

from collections.abc import Iterable, Sequence
from typing import Any, Optional, Union

import numpy as np
import shapely

from ...core.land import crs as crs_rules
from ...core.land.remarks import Remark
from ...core.land.types import Array
from ...core.messages import joined_texts, message
from ...core.review.control_extent import ELSEWHERE
from ...core.review.projects import Projects
from ...core.siting.model import AVOID, NEAR_NOT, Constraint, Factor
from ...core.siting.results import ConstraintResult
from ..layers.snapshot import LayerSnapshot
from .layers import SitingLayers, VectorSource
from .measure import Survey

_KEPT_OFF = (AVOID, NEAR_NOT)  # what these demand is met where nothing is found
_LIMIT, _NAMED = 1e8, 5


def doubt_apart(results: Sequence[ConstraintResult], sites: Projects, survey: Survey) -> list[Remark]:
    """Take back what was found met of sites more than 10 km outside all layers of the constraints, where nobody can
    tell whether they were delivered for the place; the remark names the sites that lie outside at all."""
    asked = [r for r in results if _keeps_off(r.constraint)]
    covered = _covered([c for c in survey.layers.criteria.constraints if _keeps_off(c)], survey)
    if covered is None or not len(sites):
        return []
    metres = shapely.distance(sites.geometries, covered)
    apart = metres > ELSEWHERE
    for result in asked:
        doubtful = apart & result.passed & result.evaluated
        if doubtful.any():
            result.evaluated = result.evaluated & ~doubtful
            result.why = joined_texts([result.why, message("siting_apart", km=int(ELSEWHERE / 1000))])
    near = _outside("siting_outside_layers", (metres > 0) & ~apart, sites, metres)
    return [*_outside("siting_outside_far", apart, sites, metres), *near]


def far_from_all(sites: Projects, survey: Survey) -> Optional[Array]:
    """Mask of the sites more than 10 km outside every layer of the criteria, None where none is: what factors count or
    measure there is unknown."""
    covered = _covered([*survey.layers.criteria.constraints, *survey.layers.criteria.factors], survey)
    if covered is None or not len(sites):
        return None
    far: Array = shapely.distance(sites.geometries, covered) > ELSEWHERE
    return far if far.any() else None


def _keeps_off(constraint: Constraint) -> bool:
    return constraint.kind in _KEPT_OFF and bool(constraint.layer)


def _outside(code: str, rows: Array, sites: Projects, metres: Array) -> list[Remark]:
    at = np.flatnonzero(rows)
    if not len(at):
        return []
    named = "、".join(sites.keys[row] for row in at[:_NAMED]) + (" …" if len(at) > _NAMED else "")
    km = int(ELSEWHERE / 1000)
    return [Remark(code, "", None, {"count": len(at), "keys": named, "metres": float(metres[at].max()), "km": km})]


def _covered(constraints: Iterable[Union[Constraint, Factor]], survey: Survey) -> Optional[Any]:
    """The boxes of the constraints' layers on the plane, None without any."""
    boxes = [np.zeros((0, 4))]
    for snapshot in _snapshots({constraint.layer for constraint in constraints}, survey.layers):
        if snapshot.expected_count != 0 and not snapshot.extent.isNull():
            e = snapshot.extent
            box = np.array([[e.xMinimum(), e.yMinimum(), e.xMaximum(), e.yMaximum()]])
            boxes.append(crs_rules.transform_boxes(box, snapshot.crs, survey.plane))
    within = np.clip(np.concatenate(boxes), -_LIMIT, _LIMIT)
    return shapely.union_all(shapely.box(*within.T)) if len(within) else None


def _snapshots(keys: Iterable[str], layers: SitingLayers) -> Iterable[LayerSnapshot]:
    for key in keys:
        if layers.has(key) and all(isinstance(source, VectorSource) for source in layers.sources(key)):
            yield from (source.snapshot for source in layers.sources(key))

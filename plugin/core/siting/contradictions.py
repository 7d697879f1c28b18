"""Constraints that no land can satisfy together."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any, Optional, Union

from ..land.remarks import Remark
from ..messages import text
from ..review.catalogue import Catalogue
from .model import AREA, AVOID, NEAR, NEAR_NOT, WITHIN, Constraint, Criteria, Factor, LayerRef
from .results import Removal

Range = tuple[Optional[float], Optional[float]]
_ALL = 0.999  # of the extent
_ROUNDED = 0.005  # weights of two decimals


@dataclass(frozen=True)
class Identities:
    """Which features a constraint looks at, whatever keys and aliases their layers go by."""

    layers: Mapping[str, LayerRef]
    catalogue: Catalogue

    def same(self, one: Constraint, other: Constraint) -> bool:
        """Whether two constraints look at the same features."""
        return self._of(one) == self._of(other)

    def meets_all(self, away: Constraint, towards: Constraint) -> bool:
        """Whether what a site keeps away from holds all that it is to be at: the same features, or the whole layer."""
        return self.same(away, towards) or not away.where.strip() and self._of(away)[0] == self._of(towards)[0]

    def _of(self, constraint: Constraint) -> tuple:
        layer = self.layers.get(constraint.layer)
        where = " ".join(constraint.where.split())
        if layer is None:
            return constraint.layer, where
        line = layer.line and self.catalogue.lines.get(layer.line)
        names = {n.casefold() for n in layer.names}
        known = {found[0].id for n in layer.names for found in [self.catalogue.by_alias(n)] if len(found) == 1}
        named = line.id if line else known.pop() if len(known) == 1 else frozenset(names or {constraint.layer})
        return named, where


def contradictions(constraints: Sequence[Constraint], area: Range, identities: Identities) -> Iterator[tuple[int, str]]:
    """(position, id of the other criterion) of pairs: avoid and within one layer, kept off farther than kept near,
    areas that exclude each other. `area`: the wanted size.
    """
    for number, one in enumerate(constraints):
        for other in constraints[:number]:
            if _contradict(one, other, identities):
                yield number, other.id
        if one.kind == AREA and _apart((one.low, one.high), area):
            yield number, "area"


def unfiltered(criteria: Criteria) -> list[Remark]:
    """A Remark for each constraint that keeps out of a whole layer of which others look at a part: only land beyond the
    layer is left, where it tells nothing to the others, so that a filter may have been forgotten."""
    rows: list[Union[Constraint, Factor]] = [*criteria.constraints, *criteria.factors]
    remarks = []
    for one in criteria.constraints:
        if one.kind != AVOID or one.where.strip():
            continue
        others = [row.title for row in rows if row.layer == one.layer and row.where.strip()]
        if others:
            layer = criteria.layers[one.layer].title if one.layer in criteria.layers else one.layer
            params = {"title": one.title, "layer": layer, "others": "、".join(others)}
            remarks.append(Remark("siting_whole_layer", "", None, params))
    return remarks


def not_finite(part: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], float]]:
    """(key path, number) of every number of a document that is none: YAML knows .nan and .inf, no land meets them."""
    items = part.items() if isinstance(part, Mapping) else enumerate(part) if isinstance(part, list) else ()
    for key, value in items:
        yield from not_finite(value, (*path, key))
    if isinstance(part, float) and not isfinite(part):
        yield path, part


def odd_weights(criteria: Criteria) -> list[Remark]:
    """A Remark for each group whose weights look like shares of 1 or of 100 and do not sum to it: one was forgotten.

    Weights such as 3 to 1 are proportions and sum to anything."""
    found = []
    for group in criteria.groups:
        complete = next((w for w in (1.0, 100.0) if w / 2 < group.given < w * 3 / 2), None)
        if complete is not None and abs(group.given / complete - 1) > _ROUNDED:
            params = {"group": group.title or text("siting_all_factors"), "given": f"{group.given:g}"}
            found.append(Remark("siting_weights_sum", "", None, params))
    return found


def takes_all(removals: Sequence[Removal], extent_m2: float) -> list[Remark]:
    """A Remark for each criterion that alone takes next to all of the land: it may be meant otherwise."""
    found = [r for r in removals if r.evaluated and not r.note and r.alone_m2 >= _ALL * extent_m2 > 0]
    return [
        Remark("siting_takes_all", "", None, {"title": r.title, "share": min(100 * r.alone_m2 / extent_m2, 100.0)})
        for r in found
    ]


def _contradict(one: Constraint, other: Constraint, identities: Identities) -> bool:
    if {one.kind, other.kind} == {AVOID, WITHIN}:
        off, inside = (one, other) if one.kind == AVOID else (other, one)
        return identities.meets_all(off, inside)
    if {one.kind, other.kind} == {NEAR_NOT, NEAR}:
        off, near = (one, other) if one.kind == NEAR_NOT else (other, one)
        return identities.meets_all(off, near) and off.distance_m >= near.distance_m
    if one.kind == other.kind and one.kind in (AREA, "shape"):
        return _apart((one.low, one.high), (other.low, other.high))
    return False


def _apart(one: Range, other: Range) -> bool:
    """True when two (low, high) ranges share nothing; None is open. A range that is none itself is another mistake."""
    ends = ((one[0], other[1]), (other[0], one[1]))
    return any(low is not None and high is not None and low > high for low, high in ends)

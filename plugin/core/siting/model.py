"""Criteria: what a site must be (constraints) and what makes one better (factors), with their sources and weights."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Optional, Union

from .ahp import AhpResult
from .values import ValueFunction

AVOID, WITHIN, NEAR_NOT, NEAR, ATTRIBUTE, SLOPE, AREA, SHAPE = (
    "avoid", "within", "min_distance", "max_distance", "attribute", "slope", "area", "shape",
)  # fmt: skip
_SURVEY = "DLTB"  # the survey's parcels of land use, which cover a county from border to border
EXCLUDING = (AVOID, WITHIN, NEAR_NOT, NEAR, SLOPE)  # constraints that take land away where there are no parcels


@dataclass(frozen=True)
class LayerRef:
    """A layer that criteria name: `names` it may go by (any case), `line` a control line of the catalogue it may be.

    `extra`: no criterion asks for it, only what the report tells of the sites. `complete`: it covers the land without
    gaps, so that where it has no feature nothing is known.
    """

    key: str
    title: str
    names: tuple[str, ...] = ()
    line: str = ""
    extra: bool = False
    complete: bool = False

    @classmethod
    def of(cls, key: str, row: Mapping[str, Any]) -> "LayerRef":
        """That of a document's row; a layer that may be the survey of land use is complete unless the row denies it."""
        names = tuple(row.get("names", ()))
        complete = bool(row.get("complete", _SURVEY in {str(name).upper() for name in names}))
        return cls(key, row.get("title", key), names, row.get("line", ""), complete=complete)


@dataclass(frozen=True)
class Need:
    """One thing to be measured of every candidate; criteria that need the same share one measurement.

    kind -> result: `overlap` union area m2 | `distance` metres to the nearest feature (inf: none) | `count` features
    within `metres` | `classes` ClassAreas by attribute `detail` | `slope` degrees, `elevation` and `raster`
    RasterStatistics | `expression` number, text or bool of the candidate's own attributes | `area`, `compactness` of
    the shape.
    """

    kind: str
    layer: str = ""
    where: str = ""
    detail: str = ""
    metres: float = 0.0


@dataclass(frozen=True)
class Constraint:
    """A hard demand.

    `other_values`: values of the fields of `where` that are known not to be meant.
    `low`, `high`: bounds in `unit`; `distance_m`: of the distance kinds; `law`: citation from the rule set.
    """

    id: str
    title: str
    kind: str
    layer: str = ""
    where: str = ""
    where_fallback: str = "not_checked"
    other_values: tuple[str, ...] = ()
    distance_m: float = 0.0
    low: Optional[float] = None
    high: Optional[float] = None
    unit: str = ""
    statistic: str = "mean"
    expression: str = ""
    tolerance_m2: float = 1.0
    effect: str = "prohibit"
    law: str = ""
    rule_ids: tuple[str, ...] = ()
    source: str = ""
    confidence: str = ""
    note: str = ""

    def need(self) -> Need:
        """The Need this constraint is judged by."""
        if self.kind in (AVOID, WITHIN):
            return Need("overlap", self.layer, self.where)
        if self.kind in (NEAR_NOT, NEAR):
            return Need("distance", self.layer, self.where)
        if self.kind == SLOPE:
            return Need("slope", self.layer)
        if self.kind == ATTRIBUTE:
            return Need("expression", detail=self.expression)
        return Need("area" if self.kind == AREA else "compactness")


_FACTOR_NEEDS = {"relief": "elevation", "raster_mean": "raster", "share": "overlap", "class": "classes"}


@dataclass(frozen=True)
class Factor:
    """A scored measure; `weight` is its share of the whole (all factors sum to 1), `path` the groups it stands in."""

    id: str
    title: str
    kind: str
    value: ValueFunction
    weight: float
    layer: str = ""
    where: str = ""
    other_values: tuple[str, ...] = ()
    field: str = ""
    unit: str = ""
    within_m: float = 0.0
    expression: str = ""
    path: tuple[str, ...] = ()
    source: str = ""
    confidence: str = ""
    note: str = ""

    def need(self) -> Need:
        """The Need this factor is scored by."""
        kind = _FACTOR_NEEDS.get(self.kind, self.kind)
        return Need(kind, self.layer, self.where, self.field or self.expression, self.within_m)


@dataclass(frozen=True)
class Group:
    """Factors or groups weighed against each other; `ahp` is the AhpResult when the weights come from judgements."""

    id: str
    title: str
    children: tuple[str, ...]  # ids, in order
    weights: tuple[float, ...]
    ahp: Optional[AhpResult] = None
    given: float = 1.0  # what the weights sum to as they were written


@dataclass(frozen=True)
class Criteria:
    """A whole set; `sha256` of its file is its identity, `area` the wanted (min, max) m2 of a site, None where open."""

    name: str
    version: str
    need: str
    sha256: str
    layers: dict[str, LayerRef]
    constraints: tuple[Constraint, ...]
    factors: tuple[Factor, ...]
    groups: tuple[Group, ...] = ()
    sources: dict[str, dict] = field(default_factory=dict)
    area: tuple[Optional[float], Optional[float]] = (None, None)
    spacing_m: float = 0.0
    rules_sha256: str = ""

    def needs(self, parcels: bool = True) -> list[Need]:
        """Every Need once, in order.

        Without `parcels` those of excluding constraints are left out (the land is free of them).
        """
        demanded = self.constraints if parcels else ()
        needs = [*(row.need() for row in demanded), *(row.need() for row in self.factors)]
        return list(dict.fromkeys(needs))

    def cite(self, row: Union[Constraint, Factor]) -> str:
        """Where a criterion comes from: its law, else the title of its source."""
        law = row.law if isinstance(row, Constraint) else ""
        return law or self.sources.get(row.source, {}).get("title", row.source)

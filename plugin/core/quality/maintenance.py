"""The yearly maintenance of a plan database: of each layer what was before (WHQ), what changed (WHC) and what is
there now (WHH), from the filed database and the one of today.

A layer of classes covers the land: a change is land of another class (WHLX 2). A layer of lines (areas within a
line) does not: land that it lost is handed out (3), land that it gained is taken in (1).
"""

from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Optional

import numpy as np
import shapely

from ..land.area import ellipsoidal_areas
from ..land.overlay import NOISE_M2, union
from ..land.pieces import objects
from ..land.rounding import half_up
from ..threads import Feedback
from .comparison import ChangeKind, Comparison, Vintage, compare


class LayerKind(str, Enum):
    """How a layer is maintained."""

    CLASS = "class"
    LINE = "line"
    SKIPPED = "skipped"


class Maintenance(str, Enum):
    """Kinds of maintenance (WHLX)."""

    TAKEN_IN = "1"
    RECLASSED = "2"
    HANDED_OUT = "3"


@dataclass(frozen=True)
class MaintainedLayer:
    """A layer that a maintenance package may hold. `area_fields`: those that hold the size of a polygon."""

    code: str
    title: str
    kind: LayerKind
    class_field: str = ""
    area_fields: tuple[str, ...] = ()
    ysdm: str = ""
    confidence: str = ""


@dataclass(frozen=True)
class NewPolygon:
    """A polygon of WHH or WHC with the rows that it comes from, -1 for none; statutory area."""

    geometry: Any
    area_m2: float
    before: int = -1
    after: int = -1
    kind: Maintenance = Maintenance.RECLASSED


@dataclass
class LayerMaintenance:
    """What a package holds of one layer. `before`: rows of the filed layer (WHQ); slivers are left out of the package
    and counted; `uncovered_m2`: land of a class layer that only one of the databases holds."""

    layer: MaintainedLayer
    before: list[int] = field(default_factory=list)
    after: list[NewPolygon] = field(default_factory=list)
    changes: list[NewPolygon] = field(default_factory=list)
    before_m2: float = 0.0
    slivers: int = 0
    sliver_m2: float = 0.0
    uncovered_m2: float = 0.0

    @property
    def is_unchanged(self) -> bool:
        return not self.changes

    @property
    def after_m2(self) -> float:
        return float(half_up(sum(one.area_m2 for one in self.after), 2))

    def changed_m2(self, kind: Maintenance) -> float:
        """Statutory area of the changes of one kind."""
        return float(half_up(sum(one.area_m2 for one in self.changes if one.kind is kind), 2))


@dataclass(frozen=True)
class PieceMaker:
    """Makes polygons of pieces, one for each part, on `plane`; those below the tolerance are slivers."""

    tolerance_m2: float
    plane: Any

    def polygons(self, pieces: list[tuple[Any, int, int, Maintenance]]) -> list[NewPolygon]:
        """NewPolygons of (geometry, row before, row after, kind), parts that are only rounding left out."""
        parts, owner = shapely.get_parts(objects([piece[0] for piece in pieces]), return_index=True)
        kept = (shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & (shapely.area(parts) > NOISE_M2)
        parts, owner = parts[kept], owner[kept]
        areas = half_up(ellipsoidal_areas(parts, self.plane), 2)
        return [NewPolygon(part, float(area), *pieces[row][1:]) for part, area, row in zip(parts, areas, owner)]

    def split(self, made: LayerMaintenance, polygons: list[NewPolygon]) -> list[NewPolygon]:
        """Those that are no slivers; the others are counted."""
        slivers = [one for one in polygons if one.area_m2 < self.tolerance_m2]
        made.slivers += len(slivers)
        made.sliver_m2 = float(half_up(made.sliver_m2 + sum(one.area_m2 for one in slivers), 2))
        return [one for one in polygons if one.area_m2 >= self.tolerance_m2]


def maintain(
    layer: MaintainedLayer, before: Vintage, after: Vintage, cut: PieceMaker, feedback: Optional[Feedback] = None
) -> LayerMaintenance:
    """Work out one layer; raises Cancelled."""
    compared = compare(before, after, (), cut.plane, feedback)
    work = _of_classes if layer.kind is LayerKind.CLASS else _of_lines
    return work(LayerMaintenance(layer), before, after, compared, cut)


def _of_classes(
    made: LayerMaintenance, before: Vintage, after: Vintage, compared: Comparison, cut: PieceMaker
) -> LayerMaintenance:
    changed = [c for c in compared.changes if c.kind is ChangeKind.RECLASSED and c.geometry is not None]
    rows = [(c.geometry, c.before, c.after, Maintenance.RECLASSED) for c in changed]
    made.changes = cut.split(made, cut.polygons(rows))
    touched = {one.before for one in made.changes}
    _take_before(made, before, touched)
    within: dict[int, list[Any]] = {}
    for piece in compared.pieces:  # what of today's layer lies on the polygons of before
        if piece.before in touched and piece.after >= 0:
            within.setdefault(piece.after, []).append(piece.geometry)
    joined = [(union(objects(pieces)), -1, row, Maintenance.RECLASSED) for row, pieces in sorted(within.items())]
    made.after = cut.polygons(joined)
    lost = (ChangeKind.ADDED, ChangeKind.REMOVED)
    made.uncovered_m2 = float(half_up(sum(c.area_m2 for c in compared.changes if c.kind in lost), 2))
    return made


def _of_lines(
    made: LayerMaintenance, before: Vintage, after: Vintage, compared: Comparison, cut: PieceMaker
) -> LayerMaintenance:
    kinds = {ChangeKind.REMOVED: Maintenance.HANDED_OUT, ChangeKind.ADDED: Maintenance.TAKEN_IN}
    rows = [(c.geometry, c.before, c.after, kinds[c.kind]) for c in compared.changes if c.kind in kinds]
    made.changes = cut.split(made, cut.polygons(rows))
    old = {one.before for one in made.changes if one.before >= 0}
    new = {one.after for one in made.changes if one.after >= 0}
    pairs = [(p.before, p.after) for p in compared.pieces if p.before >= 0 and p.after >= 0]
    _take_before(made, before, old | {a for a, b in pairs if b in new})
    grown = sorted(new | {b for a, b in pairs if a in old})
    made.after = cut.polygons([(after.geometries[row], -1, row, Maintenance.TAKEN_IN) for row in grown])
    return made


def _take_before(made: LayerMaintenance, before: Vintage, rows: set[int]) -> None:
    made.before = sorted(rows)
    made.before_m2 = float(half_up(float(np.sum(before.areas[made.before])) if rows else 0.0, 2))


class Numbers:
    """Identifiers of a package: BSM continues behind the highest that the county has given, WHBH counts from one."""

    def __init__(self, county: str, day: str, known: Any = ()) -> None:
        self._head, self._day, self._count = f"{county[:6]}0000", day.replace("-", ""), 0
        taken = [int(key[10:]) for key in known if _is_number(str(key), self._head)]
        self._last = max(taken, default=0)

    def bsm(self) -> str:
        self._last += 1
        return f"{self._head}{self._last:08d}"

    def whbh(self) -> str:
        self._count += 1
        return f"{self._day}{self._count:06d}"


def _is_number(key: str, head: str) -> bool:
    return len(key) == 18 and key.startswith(head) and key.isascii() and key.isdigit()

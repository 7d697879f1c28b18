"""The transfer matrix of two vintages: from class to class, by division, closed against the areas of both."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from ..land.area import ellipsoidal_areas
from ..land.pieces import objects
from ..land.repair import polygon_parts
from ..land.robust import robust
from ..land.rounding import half_up, hectares, mu
from .comparison import Comparison, Vintage

OUTSIDE = ""  # the class of land that a vintage does not hold


@dataclass(frozen=True)
class Cell:
    """Land that went from one class to another in one division ("" where no division holds it)."""

    group: str
    from_class: str
    to_class: str
    pieces: int
    area_m2: float

    @property
    def ha(self) -> float:
        return float(hectares(self.area_m2))

    @property
    def mu(self) -> float:
        return float(mu(self.area_m2))


@dataclass(frozen=True)
class NetRow:
    """A class before and after; `gap_m2`: how far the matrix is from closing for it, both sides together."""

    name: str
    before_m2: float
    after_m2: float
    gap_m2: float
    pieces: int

    @property
    def change_m2(self) -> float:
        return float(half_up(self.after_m2 - self.before_m2, 2))

    @property
    def is_closed(self) -> bool:
        """Whether row and column sums are the areas of the vintages to 0.01 m² a piece."""
        return abs(self.gap_m2) <= 0.01 * max(self.pieces, 1)


@dataclass
class Matrix:
    """Cells by group and classes; net rows by class."""

    cells: list[Cell] = field(default_factory=list)
    net: list[NetRow] = field(default_factory=list)


@dataclass
class Groups:
    """Divisions: valid polygons on the plane with their names."""

    names: Sequence[str]
    geometries: Any


def matrix(before: Vintage, after: Vintage, comparison: Comparison, plane: Any, groups: Any = None) -> Matrix:
    """The Matrix of a comparison; `groups`: Groups or None."""
    sums: defaultdict[tuple[str, str, str], list[float]] = defaultdict(lambda: [0, 0.0])
    olds, news = [*before.classes, OUTSIDE], [*after.classes, OUTSIDE]  # of a piece at -1: the last
    for (group, number), area in _shares(comparison, plane, groups):
        piece = comparison.pieces[number]
        cell = sums[group, olds[piece.before], news[piece.after]]
        cell[0] += 1
        cell[1] += area
    cells = [Cell(*key, int(count), float(half_up(area, 2))) for key, (count, area) in sorted(sums.items())]
    return Matrix(cells, _net(before, after, sums))


def _shares(comparison: Comparison, plane: Any, groups: Any) -> Any:
    """Yield ((group, number of the piece), area), one a piece or, across a border of divisions, one a part."""
    pieces = comparison.pieces
    if groups is None:
        yield from ((("", number), piece.area_m2) for number, piece in enumerate(pieces))
        return
    shapes = objects([piece.geometry for piece in pieces])
    tree = shapely.STRtree(groups.geometries)
    inside = dict(zip(*(side.tolist() for side in tree.query(shapes, predicate="covered_by"))))
    for number, piece in enumerate(pieces):
        if number in inside:
            yield (groups.names[inside[number]], number), piece.area_m2
            continue
        rest = piece.area_m2
        for group in np.sort(tree.query(piece.geometry, predicate="intersects")).tolist():
            part = polygon_parts(robust(shapely.intersection, piece.geometry, groups.geometries[group]))
            area = min(float(ellipsoidal_areas([part], plane)[0]), rest)
            rest -= area
            if area > 0:
                yield (groups.names[group], number), area
        if rest > 1e-4:
            yield ("", number), rest


def _net(before: Vintage, after: Vintage, sums: Any) -> list[NetRow]:
    """A row a class: its areas in both vintages against the sums of the matrix."""
    rows: defaultdict[str, float] = defaultdict(float)
    columns: defaultdict[str, float] = defaultdict(float)
    counts: defaultdict[str, int] = defaultdict(int)
    for (_, old, new), (count, area) in sums.items():
        rows[old] += area
        columns[new] += area
        for name in {old, new}:
            counts[name] += int(count)
    old_areas, new_areas = _by_class(before), _by_class(after)
    return [
        NetRow(
            name,
            float(half_up(old_areas.get(name, 0.0), 2)),
            float(half_up(new_areas.get(name, 0.0), 2)),
            abs(rows[name] - old_areas.get(name, 0.0)) + abs(columns[name] - new_areas.get(name, 0.0)),
            counts[name],
        )
        for name in sorted(set(old_areas) | set(new_areas))
    ]


def _by_class(vintage: Vintage) -> dict[str, float]:
    names, group = np.unique(vintage.classes.astype(str), return_inverse=True)
    return dict(zip(names.tolist(), np.bincount(group, vintage.areas, minlength=len(names)).tolist()))

"""Free land: an extent minus everything the constraints take, tile by tile, so that memory is bounded by a tile and
the features.

Distances err on the safe side: land to keep off is grown by a polygon around the true buffer, land to be near by one
inside it; both miss the circle by at most 0.03 % of the distance.
"""

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any, Callable, Optional

import numpy as np
import shapely
from pyproj import CRS

from ..land import overlay
from ..land.area import statutory_areas
from ..land.boxes import Box, grown
from ..land.dissolve import dissolved
from ..land.repair import polygon_parts
from ..land.robust import robust
from ..land.rounding import half_up
from ..messages import joined_texts, message
from ..review.projects import Projects
from ..threads import Feedback, in_threads
from .divide import clipped
from .held import Held
from .measures import Overlap
from .model import AVOID, NEAR, NEAR_NOT, SLOPE, WITHIN, Constraint
from .results import Measured, Removal, measure_of

_QUAD_SEGS = 32
_AROUND = 1 / np.cos(np.pi / (4 * _QUAD_SEGS))  # radius whose inscribed polygon lies around the circle
_MANY = 50  # polygons that are worth a look at their edges
_LARGEST_TILE_M = 20_000.0


class Exclusion:
    """The features of one constraint near the extent, ready to be cut by tile.

    `add` batches first, `close`, then `taken` and `measure`. For SLOPE nothing is added: `steep(box)` gives (too
    steep, without data) polygons, `slope_of(geometries)` the RasterStatistics. `slack`: how far a site may reach beyond
    the land that is near enough, as its nearest edge counts; 0 where free land alone is asked for. `spare`: how far
    beyond its reach features are kept, for `at` another distance.
    """

    def __init__(self, constraint: Constraint, box: Box, slack: float = 0.0, spare: float = 0.0) -> None:
        self.why, self.evaluated = "", True
        self.doubt = ""  # what of its layer could not be read
        self.unclear = ""  # what is taken besides, as nobody knows whether it is meant
        self.is_read = False  # to its end, whether or not anything was met
        self.steep: Any = None
        self.slope_of: Any = None
        self._held = Held()
        self._ask(constraint, slack)
        self.kept_reach = self.reach + spare
        self._box = shapely.box(*grown(box, self.kept_reach))

    def _ask(self, constraint: Constraint, slack: float) -> None:
        self.constraint = constraint
        self.metres = constraint.distance_m if constraint.kind in (NEAR, NEAR_NOT) else 0.0
        self.slack = slack if constraint.kind == NEAR else 0.0
        self.reach = self.metres + self.slack
        self.judged = self.refused = 0  # shapes that were held against the exact demand, and failed it

    def at(self, constraint: Constraint, slack: float = 0.0) -> Optional["Exclusion"]:
        """The same features, which are read already, under a constraint that asks for those of the same layer and
        filter; None where it looks farther than they were kept.
        """
        other = copy(self)
        other._ask(constraint, slack)
        return (
            other if SLOPE not in (self.constraint.kind, constraint.kind) and other.reach <= self.kept_reach else None
        )

    def add(self, geometries: np.ndarray) -> None:
        """Keep what meets the extent's box within reach."""
        (left, low, right, top), bounds = self._box.bounds, shapely.bounds(geometries).reshape(-1, 4)
        near = (bounds[:, 0] <= right) & (bounds[:, 1] <= top) & (bounds[:, 2] >= left) & (bounds[:, 3] >= low)
        self._held.add(geometries[near])

    def clear(self) -> None:
        """Forget what was added: the layer is read again."""
        self._held = Held()

    @property
    def is_loose(self) -> bool:
        """Whether the cut of the land lets more through than the constraint: sites are to be judged themselves.

        The distance to be near counts from a site's nearest edge, a mean slope is that of the whole site.
        """
        c = self.constraint
        return c.kind == NEAR or c.kind == SLOPE and c.statistic != "max"

    def note(self) -> str:
        """Of a loose one: which land is cut beforehand, how sites are judged, and how many shapes failed that."""
        what = {"measure": measure_of(self.constraint), "judged": f"{self.judged:,}", "refused": f"{self.refused:,}"}
        return message(f"siting_cut_{self.constraint.kind}" + ("_judged" if self.judged else ""), **what)

    def close(self) -> None:
        """Call once after the last batch."""
        self._held.close()

    def __len__(self) -> int:
        return len(self._held)

    def measure(self, sites: Projects, plane: CRS, remark: bool = True) -> Measured:
        """Measured of each site (Projects): m2 of overlap, metres to the nearest feature, or slope.

        A distance is known only where no feature beyond the box that was read can be nearer; NaN elsewhere.
        """
        kind = self.constraint.kind
        if not self.evaluated:
            return Measured(None, self.why)
        if kind == SLOPE:
            return Measured(self.slope_of(sites.geometries, remark), self.why)
        if kind in (AVOID, WITHIN):
            overlap = Overlap(sites, plane)
            overlap.add(self._held.near_any(sites.geometries))
            return Measured(overlap.finish())
        found, sure = self._held.metres(sites.geometries), shapely.distance(sites.geometries, self._box.boundary)
        return Measured(np.where(found <= sure, found, np.nan))

    def taken(self, box: Box) -> tuple[shapely.Geometry, Optional[shapely.Geometry]]:
        """(polygons that are not free, polygons of unknown slope) within a box."""
        kind = self.constraint.kind
        if kind == SLOPE:
            steep, unknown = self.steep(box)
            steep = steep[:0] if self.is_loose else steep
            return _union(np.concatenate([steep, unknown]), box), _union(unknown, box)
        found = self._held.near(grown(box, self.metres * _AROUND))
        if kind in (AVOID, WITHIN):
            zone = _union(found, box)
            return zone if kind == AVOID else robust(shapely.difference, shapely.box(*box), zone), None
        around = kind == NEAR_NOT
        near = clipped(found, grown(box, self.metres * 1.01))
        round_ = shapely.buffer(near, self.metres * (_AROUND if around else 1.0), quad_segs=_QUAD_SEGS)
        zone = overlay.union(clipped(round_, box)) if len(round_) else shapely.MultiPolygon()
        return zone if around else robust(shapely.difference, shapely.box(*box), zone), None

    def out_of_reach(self, taken: shapely.Geometry, box: Box) -> shapely.Geometry:
        """Of what is taken from a box: the land that a site cannot touch either, as it lies beyond a site's length."""
        if not self.slack:
            return taken
        box_shape = shapely.box(*box)
        reached = shapely.buffer(robust(shapely.difference, box_shape, taken), self.slack, quad_segs=4)
        return robust(shapely.difference, box_shape, reached)


@dataclass
class Tile:
    """`core`: the box (left, low, right, top) this tile counts, `free`: free land in the box grown by the margin,
    `open`: that and the land beyond it that a site on free land may reach into."""

    core: Box
    free: shapely.Geometry
    open: shapely.Geometry


class FreeLand:
    """Free land of an extent (polygons on the plane): `tiles()` yields it, then `removals`, `area_m2` and
    `unknown_m2` are known.
    """

    tile_features, smallest_tile_m = 6000, 1000.0  # constraint features a tile should hold, its least side

    def __init__(
        self,
        extent: np.ndarray,
        exclusions: Sequence[Exclusion],
        plane: CRS,
        margin: float = 0.0,
        feedback: Optional[Feedback] = None,
    ) -> None:
        self.extent = overlay.union(extent)
        self.exclusions, self.plane, self.margin, self.feedback = exclusions, plane, margin, feedback
        self.area_m2 = self.unknown_m2 = 0.0
        self._cores: Optional[list[Box]] = None
        self._parts: Optional[shapely.STRtree] = None
        self.keeps_taken = False
        self.taken: list[Any] = []  # what each constraint takes alone, a row a tile
        self._alone, self._left = np.zeros(len(exclusions)), np.zeros(len(exclusions))

    def cores(self) -> list[Box]:
        """Boxes of the tiles that meet the extent, in rows from the south."""
        if self._cores is None:
            self._cores = self._divide()
        return self._cores

    def tiles(self, work: Callable[[Tile], Any] = lambda tile: tile) -> Iterator[Any]:
        """Yield work(Tile) of every tile that has free land, in the order of `cores`; raises Cancelled.

        `work` runs in the thread that made the tile: no more tiles are held than there are threads.
        """
        cores, done = self.cores(), 0

        def of_core(core: Box) -> tuple[Any, ...]:
            tile, *areas = self._tile(core)
            return work(tile) if tile is not None else None, *areas

        for answer, alone, left, unknown, gone in in_threads(of_core, cores, self.feedback):
            self.taken += [gone] if self.keeps_taken else []
            self._alone += alone
            self._left += left
            self.unknown_m2 += unknown
            done += 1
            if self.feedback is not None:
                self.feedback.setProgress(100.0 * done / len(cores))
            if answer is not None:
                yield answer
        self.area_m2 = float(half_up(self._left[-1] if len(self._left) else self.extent_m2, 2))

    @property
    def extent_m2(self) -> float:
        return float(statutory_areas([self.extent], self.plane)[0])

    def extent_in(self, box: Box) -> shapely.Geometry:
        """What of the extent lies in a box: only the parts near by are looked at."""
        if self._parts is None:
            parts = shapely.get_parts(self.extent)
            shapely.bounds(parts)  # envelopes are cached before threads read them
            self._parts = shapely.STRtree(parts)
        near = self._parts.geometries[np.sort(self._parts.query(shapely.box(*box)))]
        return shapely.multipolygons(shapely.get_parts(clipped(near, box)))

    def removals(self) -> list[Removal]:
        """Removal of each constraint in order; call when `tiles` is through."""
        rows, before = [], self.extent_m2
        for exclusion, alone, left in zip(self.exclusions, self._alone, self._left):
            c = exclusion.constraint
            gone = max(before - left, 0.0)
            by, removed, remaining = (float(half_up(v, 2)) for v in (alone, gone, left))
            row = Removal(c.id, c.title, by, removed, remaining, evaluated=exclusion.evaluated, why=exclusion.why)
            row.note = joined_texts(
                [exclusion.doubt, exclusion.unclear, exclusion.note() if exclusion.is_loose else ""]
            )
            rows.append(row)
            before = left
        return rows

    def _divide(self) -> list[Box]:
        left, low, right, top = self.extent.bounds
        features = max((len(e) for e in self.exclusions), default=0)
        side = np.sqrt((right - left) * (top - low) * self.tile_features / max(features, 1))
        side = min(max(side, self.smallest_tile_m, 4 * self.margin), _LARGEST_TILE_M)
        columns, rows = (max(int(np.ceil(v / side)), 1) for v in (right - left, top - low))
        x, y = np.linspace(left, right, columns + 1), np.linspace(low, top, rows + 1)
        boxes = [(x[i], y[j], x[i + 1], y[j + 1]) for j in range(rows) for i in range(columns)]
        return [box for box in boxes if not self.extent_in(box).is_empty]

    def _tile(self, core: Box) -> tuple[Any, ...]:
        """(Tile or None, m2 each constraint takes alone, m2 left after each, m2 of unknown slope, what is taken)."""
        box, core_box = grown(core, self.margin), shapely.box(*core)
        free = self.extent_in(box)
        core_land = land_inside(free, core)
        alone, left, unknown = [], [], shapely.MultiPolygon()
        open_ = free
        for exclusion in self.exclusions:
            if not exclusion.evaluated:
                alone.append(shapely.MultiPolygon())
            else:
                taken, without = exclusion.taken(box)
                alone.append(polygon_parts(robust(shapely.intersection, taken, core_land)))
                unknown = robust(shapely.intersection, without, core_land) if without is not None else unknown
                less = polygon_parts(robust(shapely.difference, free, taken))
                beyond = exclusion.out_of_reach(taken, box)
                alike = open_ is free and not exclusion.slack
                open_ = less if alike else polygon_parts(robust(shapely.difference, open_, beyond))
                free = less
            left.append(polygon_parts(robust(shapely.intersection, free, core_box)) if self.margin else free)
        areas = statutory_areas([*alone, *left, polygon_parts(unknown)], self.plane)
        count = len(self.exclusions)
        tile = Tile(core, free, open_) if not free.is_empty else None
        return tile, areas[:count], areas[count : 2 * count], float(areas[-1]), alone if self.keeps_taken else ()


def land_in(tile: Tile) -> shapely.Geometry:
    """The free land of a tile's core, without its margin; polygonal."""
    return polygon_parts(land_inside(tile.free, tile.core))


def land_inside(geometry: shapely.Geometry, box: Box) -> shapely.Geometry:
    """What of a geometry lies in a box; polygonal."""
    return polygon_parts(robust(shapely.intersection, geometry, shapely.box(*box)))


def _union(geometries: np.ndarray, box: Box) -> shapely.Geometry:
    """Union of features inside a box, polygonal; features of lines and points take no land."""
    flat = geometries[shapely.get_dimensions(geometries) == 2]
    if not len(flat):
        return shapely.MultiPolygon()
    pieces = clipped(flat, box)
    made = dissolved(pieces) if len(pieces) >= _MANY else None
    return made if made is not None else overlay.union(pieces)

"""From good sites to the best near them: sites are moved and resized in free land, in ever smaller steps."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from pyproj import CRS

from ..land.area import statutory_areas
from .free_land import Tile
from .guide import best_of_each
from .search import Wanted

SEEDS = 240  # sites that are moved in a round
_PER_CELL = 6
_RESIZED = (0.85, 0.93, 0.97, 1.03, 1.07, 1.15)  # of the area
_ON_EDGE_M = 0.05
_RECTANGLE = 5  # vertices
_MOVES = np.array([(x, y) for x in range(-2, 3) for y in range(-2, 3) if x or y], dtype=float)


class Refinement:
    """Moves sites in the free land of tiles that were kept; `edges`: the tree of edges that sites follow, or None."""

    def __init__(self, tiles: Sequence[Tile], wanted: Wanted, plane: CRS, edges: Any = None) -> None:
        self._tiles, self._wanted, self._plane, self._edges = list(tiles), wanted, plane, edges
        self._cores = shapely.STRtree([shapely.box(*t.core) for t in self._tiles])

    def around(self, sites: np.ndarray, step: float) -> np.ndarray:
        """Sites that lie up to two steps from the given ones, or are of other sizes, and lie in free land."""
        moved = [self._slid(sites, step)] if self._edges is not None else [self._moved(sites, step)]
        if self._edges is None and self._wanted.is_wide:
            moved.append(self._resized(sites))
        made = np.concatenate(moved)
        areas = statutory_areas(made, self._plane)
        made = made[(areas >= self._wanted.low) & (areas <= self._wanted.high)]
        return made[self._free(made)]

    def _moved(self, sites, step):
        copies, moves = np.repeat(sites, len(_MOVES)), np.tile(_MOVES * step, (len(sites), 1))
        return _shifted(copies, moves)

    def _slid(self, sites, step):
        """Moved along the side that lies on an edge, where it still lies on one."""
        made = []
        for site in sites:
            ring = shapely.get_coordinates(site)
            if len(ring) != _RECTANGLE:  # made of whole parcels: it has its place
                continue
            along = (ring[1] - ring[0]) / np.linalg.norm(ring[1] - ring[0])
            made.append(_shifted(np.repeat(site, 4), np.outer([-2.0, -1.0, 1.0, 2.0], along) * step))
        made = np.concatenate([*made, np.array([], dtype=object)])
        return made[[self._on_edge(site) for site in made]] if len(made) else made

    def _on_edge(self, site):
        ring = shapely.get_coordinates(site)
        middles = shapely.points((ring[:-1] + ring[1:]) / 2)
        return bool(len(self._edges.query(middles, predicate="dwithin", distance=_ON_EDGE_M)[0]))

    def _resized(self, sites):
        """Larger and smaller, and as large and as small as is wanted."""
        areas = statutory_areas(sites, self._plane)
        factors = [np.full(len(sites), f) for f in _RESIZED]
        factors += [self._wanted.high * 0.9995 / areas, self._wanted.low * 1.0005 / areas]
        return np.concatenate([_scaled(sites, np.sqrt(f)) for f in factors])

    def _free(self, sites):
        """Mask: which lie in the free land of the tile that holds their middle."""
        mask = np.zeros(len(sites), dtype=bool)
        rows, owners = self._cores.query(shapely.centroid(sites), predicate="intersects")
        rows, first = np.unique(rows, return_index=True)
        owners = owners[first]
        for owner in np.unique(owners):
            own_rows = rows[owners == owner]
            free = self._tiles[owner].open
            shapely.prepare(free)
            mask[own_rows] = shapely.covers(free, sites[own_rows])
            shapely.destroy_prepared(free)
        return mask


def seeds(sites: np.ndarray, score: np.ndarray, apart: float) -> np.ndarray:
    """Positions of the sites worth moving: the best ones, some in every neighbourhood of `apart` metres."""
    known = np.flatnonzero(~np.isnan(score))
    centre = shapely.get_coordinates(shapely.centroid(sites[known]))
    return known[best_of_each(centre, score[known], apart, _PER_CELL)[:SEEDS]] if len(known) else known


def steps(free_m2: float, count: int, side: float) -> list[float]:
    """Lengths of the moves of each round: from the distance between candidates down to a small part of a site."""
    step = max(np.sqrt(free_m2 / max(count, 1)) / 2.5, side / 4)
    found: list[float] = []
    while len(found) < 4:
        found.append(float(step))
        if step < side / 8:
            break
        step /= 4
    return found


def _shifted(shapes, moves):
    coordinates, owner = shapely.get_coordinates(shapes, return_index=True)
    return shapely.set_coordinates(shapes.copy(), coordinates + moves[owner])


def _scaled(shapes, factors):
    coordinates, owner = shapely.get_coordinates(shapes, return_index=True)
    centre = shapely.get_coordinates(shapely.centroid(shapes))[owner]
    return shapely.set_coordinates(shapes.copy(), centre + (coordinates - centre) * factors[owner][:, None])

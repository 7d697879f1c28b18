"""Free land of which only the numbers are asked, again and again while criteria are being edited."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any, Optional

import numpy as np
import shapely

from ..land.area import statutory_areas
from ..land.boxes import Box
from ..land.repair import polygon_parts
from ..land.robust import robust
from .free_land import FreeLand, Tile

Key = tuple[Hashable, ...]


@dataclass
class TileMemory:
    """What earlier counts found in a tile: `alone` (m2 taken, m2 unknown) of a constraint, `left` (land, m2) after
    each beginning of the list of constraints.
    """

    alone: dict[Hashable, tuple[float, float]] = field(default_factory=dict)
    left: dict[Key, tuple[shapely.Geometry, float]] = field(default_factory=dict)


class CountedLand(FreeLand):
    """As FreeLand without a margin; cuts only what changed since the count that left `memory` ({box: TileMemory}).

    `keys`: what each exclusion is known by, in order.
    """

    tile_features, smallest_tile_m = 120, 300.0  # no site crosses a tile here: small ones are cut faster

    def __init__(self, land: FreeLand, keys: Sequence[Hashable], memory: dict[Box, TileMemory]) -> None:
        super().__init__(np.array([land.extent], dtype=object), land.exclusions, land.plane, 0.0, land.feedback)
        self._keys, self._memory = list(keys), memory

    def _tile(self, core: Box) -> tuple[Optional[Tile], np.ndarray, np.ndarray, float, tuple[()]]:
        old, new = self._memory.get(core, TileMemory()), TileMemory()
        start: Key = ()
        new.left[start] = old.left.get(start) or self._measured(self.extent_in(core))
        for at, exclusion in enumerate(self.exclusions):
            before, key = tuple(self._keys[:at]), tuple(self._keys[: at + 1])
            alone = old.alone.get(self._keys[at])
            if alone is None or key not in old.left:
                taken, without = self._taken(exclusion, core)
                alone = alone or self._alone_of(taken, without, new.left[start][0])
                less = polygon_parts(robust(shapely.difference, new.left[before][0], taken))
                new.left[key] = self._measured(less)
            else:
                new.left[key] = old.left[key]
            new.alone[self._keys[at]] = alone
        self._memory[core] = new
        alones = [new.alone[key] for key in self._keys]
        left = [new.left[tuple(self._keys[: at + 1])][1] for at in range(len(self._keys))]
        unknown = max((u for _, u in alones), default=0.0)
        return None, np.array([a for a, _ in alones]), np.array(left), unknown, ()

    def _taken(self, exclusion: Any, core: Box) -> tuple[shapely.Geometry, Optional[shapely.Geometry]]:
        return exclusion.taken(core) if exclusion.evaluated else (shapely.MultiPolygon(), None)

    def _alone_of(
        self, taken: shapely.Geometry, without: Optional[shapely.Geometry], core_land: shapely.Geometry
    ) -> tuple[float, float]:
        parts = [taken, without if without is not None else shapely.MultiPolygon()]
        areas = statutory_areas([polygon_parts(robust(shapely.intersection, p, core_land)) for p in parts], self.plane)
        return float(areas[0]), float(areas[1])

    def _measured(self, land: shapely.Geometry) -> tuple[shapely.Geometry, float]:
        return land, float(statutory_areas([land], self.plane)[0])

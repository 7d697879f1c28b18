"""A parcel cut by a helper layer: pieces by class, land that two classes claim, land that none covers.

The pieces are the parcel and nothing else: their areas sum to its area.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
import shapely
from pyproj import CRS

from ..land.area import ellipsoidal_areas
from ..land.overlay import NOISE_M2, union
from ..land.pieces import objects
from ..land.repair import polygon_parts
from ..land.robust import robust
from ..land.rounding import closed
from ..land.types import Array
from .conversion import Reason

_CLOSE_M2 = 0.005  # planar; what the pieces of one parcel may sum to beside it before the cut is not believed


@dataclass(frozen=True)
class Piece:
    """A piece of a parcel with the class its helper polygons name; "" and the reason where there is none."""

    geometry: Any
    helper_class: str = ""
    reason: Optional[Reason] = None


def cut(parcel: Any, helpers: Array, classes: Sequence[str]) -> list[Piece]:
    """Pieces of a valid polygonal parcel by valid helper polygons; the parcel as a whole where it cannot be cut."""
    covers = {
        name: robust(shapely.intersection, parcel, union(objects([g for g, c in zip(helpers, classes) if c == name])))
        for name in sorted(set(classes))
    }
    covers = {name: land for name, land in ((n, _land(c)) for n, c in covers.items()) if not shapely.is_empty(land)}
    contested = _contested(list(covers.values()))
    pieces = [Piece(_without(cover, contested), name) for name, cover in covers.items()]
    if contested is not None:
        pieces.append(Piece(contested, "", Reason.LAYER_CONFLICT))
    rest = parcel
    for cover in covers.values():
        rest = robust(shapely.difference, rest, cover)
    pieces.append(Piece(_land(rest), "", Reason.OUTSIDE_LAYER))
    kept = [piece for piece in pieces if not shapely.is_empty(piece.geometry)]
    missing = abs(sum(float(shapely.area(piece.geometry)) for piece in kept) - float(shapely.area(parcel)))
    return kept if kept and missing <= _CLOSE_M2 else [Piece(parcel, "", Reason.LAYER_FAILED)]


def largest_share(pieces: Sequence[Piece]) -> Piece:
    """The piece of the class that has most of the parcel, one without a class where two have as much."""
    if len(pieces) == 1:
        return pieces[0]
    ranked = sorted(pieces, key=lambda piece: -float(shapely.area(piece.geometry)))
    first, second = (float(shapely.area(piece.geometry)) for piece in ranked[:2])
    return Piece(None, "", Reason.LAYER_TIE) if first - second <= _CLOSE_M2 else ranked[0]


def _contested(covers: list[Any]) -> Optional[Any]:
    """Land under polygons of two classes, None where there is none."""
    shared = [
        _land(robust(shapely.intersection, one, other))
        for number, one in enumerate(covers)
        for other in covers[:number]
    ]
    shared = [geometry for geometry in shared if not shapely.is_empty(geometry)]
    return union(objects(shared)) if shared else None


def _without(cover: Any, contested: Optional[Any]) -> Any:
    return cover if contested is None else _land(robust(shapely.difference, cover, contested))


def _land(geometry: Any) -> Any:
    """The polygons of a geometry without what the rounding of coordinates leaves."""
    parts = shapely.get_parts(polygon_parts(geometry))
    parts = parts[shapely.area(parts) > NOISE_M2]
    return parts[0] if len(parts) == 1 else shapely.multipolygons(parts)


def closed_areas(pieces: Sequence[Piece], total_m2: float, plane: CRS) -> Array:
    """Statutory areas of the pieces that sum to the statutory area of their parcel; the largest takes what rounding
    leaves.
    """
    areas = ellipsoidal_areas(objects([piece.geometry for piece in pieces]), plane)
    return np.asarray(closed(areas, np.zeros(len(areas), dtype=int), [total_m2]))

"""What a process answers that is asked about a chunk; it starts in a fifth of a second, so little is loaded here."""

from __future__ import annotations

from dataclasses import astuple, replace
from typing import TYPE_CHECKING, Any, Optional

import numpy as np
import shapely

from ..land.array_bytes import blob_arrays, from_bytes, geometries_at, geometries_of, to_bytes, wkb_arrays
from ..land.gauss import GaussInverse
from ..land.packed import unpacked
from ..land.pair_cuts import self_check
from ..land.repair import POLYGONAL, Usable, make_usable
from .chunk_work import ASKED_OF_RULES, ChunkWork, Picked, measured
from .piece_areas import Measuring
from .rules import FULL_LINE
from .stored_shapes import Readers, StoredAt, read_at

if TYPE_CHECKING:
    from ..land.types import Array, Box

_COLUMNS = ("rule", "project", "fid", "gap")
_BEFORE_SHAPES, _SHAPES = 5, 4  # arrays of a question: before the pairs of the rules, and of geometries that it holds


def answer(data: bytearray, readers: Optional[Readers] = None) -> bytes:
    """The answer to a chunk_questions.question; `readers` of what the question only says where it is stored.

    Raises LookupError where it would need PROJ, or a system's limits for stored geometries outside the ordinary.
    """
    header, (inverse, *arrays) = from_bytes(data)
    self_check.has_failed |= header["has_failed"]
    measuring = Measuring(GaussInverse.of_numbers(inverse.copy()), *header["slivers"])
    values, missing = _read(header, arrays, readers or {})
    work, seen = _work(header, arrays)
    del data, inverse, arrays  # each of these is as large as all that is computed with
    table, areas = measured(work, measuring)
    notes = [[astuple(note)[1:] for note in notes] for notes in (seen.repairs, seen.skipped)] if seen else [[], []]
    del work, seen
    columns = [getattr(table, name) for name in _COLUMNS]
    summed = np.array(areas.summed, dtype=float).reshape(-1, 3)
    sums = [areas.areas, areas.owners, areas.union_m2, areas.sliver, summed]
    are_polygons = bool(np.isin(shapely.get_type_id(table.geometry), POLYGONAL).all())
    said = {"has_failed": self_check.has_failed, "notes": notes, "are_polygons": are_polygons}
    said |= {"values": values, "missing": missing}
    shapes = blob_arrays(table.geometry) if are_polygons else wkb_arrays(table.geometry)
    del table
    return to_bytes(said, [*columns, *sums, *shapes])


def _read(header: dict[str, Any], arrays: list[Array], readers: Readers) -> tuple[list[Any], list[int]]:
    """Put what lies at a StoredAt in its place; the values that came with it, and the positions without geometry."""
    if header["stored_at"] is None:
        return [], []
    first = _BEFORE_SHAPES + len(header["picked"]) + _SHAPES
    reader, place = header["stored_at"]
    found = read_at(StoredAt(reader, place, arrays[first:]), readers)
    arrays[first:] = [column for column in found.shapes if column is not None]
    return found.values, np.flatnonzero(found.shapes.lengths < 1).tolist()


def _work(header: dict[str, Any], arrays: list[Array]) -> tuple[ChunkWork, Optional[Usable]]:
    shapes = arrays[_BEFORE_SHAPES + len(header["picked"]) :]
    copies = [array.copy() for array in arrays[: len(arrays) - len(shapes)]]  # the question need not be held for them
    (areas_m2, control_m2, cut_outs, project, control), rows = copies[:_BEFORE_SHAPES], copies[_BEFORE_SHAPES:]
    rules = [replace(FULL_LINE, **dict(zip(ASKED_OF_RULES, values))) for values in header["rules"]]
    picked = [Picked(number, way, pairs) for (number, way), pairs in zip(header["picked"], rows)]
    geometries, controls, seen = geometries_of(*shapes[:2]), geometries_of(*shapes[2:4]), None
    if header["is_stored"]:
        data, starts, lengths, *kinds = shapes[_SHAPES:]
        if not kinds:
            seen = _looked_at(geometries_at(data, starts, lengths), header["ordinary"])
        controls = unpacked(data, starts, lengths, *kinds) if seen is None else seen.geometries
    areas = areas_m2 if len(areas_m2) else None
    work = ChunkWork(geometries, areas, controls, control_m2, project, control, rules, picked, cut_outs=cut_outs)
    return work, seen


def _looked_at(geometries: Array, ordinary: Box) -> Usable:
    """As the layer looks at what it reads; what is out of the ordinary is left to the layer."""
    with np.errstate(invalid="ignore"):
        if shapely.has_z(geometries).any():
            geometries = shapely.force_2d(geometries)
    left, low, right, top = shapely.bounds(geometries).reshape(-1, 4).T
    is_outside = (left < ordinary[0]) | (low < ordinary[1]) | (right > ordinary[2]) | (top > ordinary[3])
    if is_outside.any():
        raise LookupError
    return make_usable(geometries, np.arange(len(geometries)), "", True)

"""What a process beside this one is asked about a chunk, and what its answer says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..land.area import gauss_inverse
from ..land.array_bytes import blobs_of, from_bytes, geometries_of, to_bytes, wkb_arrays
from ..land.coordinates import ordinary_box
from ..land.overlay import Pairs, with_cut_outs
from ..land.pair_cuts import self_check
from ..land.pieces import Origin, piece_table
from ..land.remarks import Repair, Skipped
from .chunk_work import ASKED_OF_RULES, ChunkWork
from .piece_areas import PieceAreas

if TYPE_CHECKING:
    from ..land.pieces import PieceTable
    from ..land.types import Array
    from .settings import Settings


class Answered(NamedTuple):
    """What `measured` gives; `repairs`, `skipped`: what was found at the work's stored geometries, by position;
    `missing`: those that hold none, `values` what their names are made of, of what was read at a StoredAt.
    """

    table: PieceTable
    areas: PieceAreas
    repairs: list[Repair]
    skipped: list[Skipped]
    missing: list[int]
    values: list[Any]


def question(work: ChunkWork, settings: Settings) -> tuple[bytes, Array]:
    """What chunk_answers.answer is asked, and the position in the work's controls of each control that it knows."""
    pairs = Pairs(work.controls, work.project, work.control, work.windows)
    pairs, control_of = with_cut_outs(pairs, work.geometries)
    cut_outs = np.zeros(len(pairs.controls), bool) if pairs.cut_outs is None else pairs.cut_outs
    header = {
        "rules": [[getattr(rule, name) for name in ASKED_OF_RULES] for rule in work.rules],
        "picked": [[picked.number, picked.way] for picked in work.picked],
        "ordinary": ordinary_box(settings.plane),
        "slivers": [settings.sliver_m2, settings.sliver_m],
        "has_failed": self_check.has_failed,
        "is_stored": work.is_stored,
        "stored_at": work.stored_at and work.stored_at[:2],
    }
    inverse = gauss_inverse(settings.plane.srs).numbers
    areas = np.zeros(0) if work.areas_m2 is None else work.areas_m2
    numbers = [inverse, areas, work.control_m2[control_of], cut_outs, pairs.project, pairs.control]
    stored = work.stored_at.arrays if work.stored_at else [column for column in work.stored or () if column is not None]
    shapes = [*wkb_arrays(work.geometries), *wkb_arrays(pairs.controls), *stored]
    return to_bytes(header, [*numbers, *(picked.pairs for picked in work.picked), *shapes]), control_of


def answered(data: bytearray, control_of: Array) -> Answered:
    """What an `answer` says; polygons stay the blobs that the output takes."""
    header, arrays = from_bytes(data)
    self_check.has_failed |= header["has_failed"]
    (rule, project, control, gap), sums, shapes = arrays[:4], arrays[4:9], arrays[9:]
    pieces = blobs_of(*shapes) if header["are_polygons"] else geometries_of(*shapes)
    table = piece_table(project, pieces, Origin(rule, -1, control_of[control]), gap)
    areas, owners, union_m2, sliver, summed = sums
    counted = [(int(owner), total, limit) for owner, total, limit in summed.tolist()]
    repairs, skipped = header["notes"]
    found = PieceAreas(areas, owners, union_m2, sliver, counted)
    noted = [Repair("", *note) for note in repairs], [Skipped("", *note) for note in skipped]
    return Answered(table, found, *noted, header["missing"], header["values"])

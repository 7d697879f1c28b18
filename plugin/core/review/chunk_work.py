"""The arithmetic of one chunk of projects and one control line: pieces and their areas, of arrays alone.

Nothing here asks a layer, so that a process beside this one may do it: `answer` is what it answers with.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, Optional

import numpy as np
import shapely
from pyproj import CRS

from ..land.array_bytes import blob_arrays, blobs_of, from_bytes, geometries_at, geometries_of, to_bytes, wkb_arrays
from ..land.coordinates import misplaced
from ..land.crs import plane_limits
from ..land.overlay import Pairs, with_cut_outs
from ..land.packed import unpacked
from ..land.pair_cuts import self_check
from ..land.pieces import Origin, joined, piece_table
from ..land.remarks import Repair, Skipped
from ..land.repair import POLYGONAL, Usable, make_usable
from .control_source import StoredShapes, rule_pieces
from .piece_areas import PieceAreas, piece_areas
from .rules import FULL_LINE, Rule
from .settings import Settings

if TYPE_CHECKING:
    from ..land.pieces import PieceTable
    from ..land.types import Array
    from ..threads import Feedback

_ASKED = ("kind", "distance_m", "limit", "tolerance_m2", "sliver_total_m2")  # of a rule, for its arithmetic
_COLUMNS = ("rule", "project", "fid", "gap")


class Picked(NamedTuple):
    """Pairs (positions) that the rule `number` picks; rules that pick and cut alike share the number of a `way`."""

    number: int
    way: int
    pairs: Array


@dataclass
class ChunkWork:
    """`geometries`, `areas_m2`: the chunk's projects; `controls`: valid geometries of the features that may meet them
    (None: none), `control_m2` their areas (m², not-a-number where not known); `project`, `control`: pairs of positions.
    `windows`: {position in `controls`: Windows} of huge ones; `cut_outs` as in Pairs.
    """

    geometries: Array
    areas_m2: Array
    controls: Array
    control_m2: Array
    project: Array
    control: Array
    rules: Sequence[Rule]
    picked: list[Picked] = field(default_factory=list)
    windows: dict[int, Any] = field(default_factory=dict)
    cut_outs: Optional[Array] = None
    stored: Optional[StoredShapes] = None  # in the place of `controls` where nobody has looked at them yet

    def copies(self) -> Array:
        """As ProjectChunk.copies."""
        copies: Array = shapely.force_2d(self.geometries)
        return copies


def cut(work: ChunkWork, feedback: Optional[Feedback] = None) -> PieceTable:
    """The PieceTable of all rules: `project` and `fid` are positions in the work's projects and controls."""
    found, ways = [], {}
    is_there = ~shapely.is_missing(work.controls)
    for number, way, rows in work.picked:
        if way not in ways:
            rows = rows[is_there[work.control[rows]]]
            pairs = Pairs(work.controls, work.project[rows], work.control[rows], work.windows, cut_outs=work.cut_outs)
            ways[way] = rule_pieces(work, pairs, work.rules[number], feedback)
        pieces = ways[way]
        origin = Origin(number, -1, pieces.fid, "", pieces.lone, pieces.shell)
        areas = np.where(pieces.area == 0, work.control_m2[pieces.fid], np.nan)
        found.append(piece_table(pieces.project, pieces.geometry, origin, pieces.gap, areas))
    return joined(found)


def measured(work: ChunkWork, settings: Settings, feedback: Optional[Feedback] = None) -> tuple[PieceTable, PieceAreas]:
    """The PieceTable of `cut` with its PieceAreas."""
    table = cut(work, feedback)
    return table, piece_areas(table, work.rules, settings, work.areas_m2)


class Answered(NamedTuple):
    """What `measured` gives; `repairs`, `skipped`: what was found at the work's stored geometries, by position."""

    table: PieceTable
    areas: PieceAreas
    repairs: list[Repair]
    skipped: list[Skipped]


def question(work: ChunkWork, settings: Settings) -> tuple[bytes, Array]:
    """What `answer` is asked, and the position in the work's controls of each control that it knows."""
    pairs = Pairs(work.controls, work.project, work.control, work.windows)
    pairs, control_of = with_cut_outs(pairs, work.geometries)
    cut_outs = np.zeros(len(pairs.controls), bool) if pairs.cut_outs is None else pairs.cut_outs
    header = {
        "rules": [[getattr(rule, name) for name in _ASKED] for rule in work.rules],
        "picked": [[picked.number, picked.way] for picked in work.picked],
        "plane": settings.plane.srs,
        "slivers": [settings.sliver_m2, settings.sliver_m],
        "has_failed": self_check.has_failed,
        "is_stored": work.stored is not None,
    }
    numbers = [work.areas_m2, work.control_m2[control_of], cut_outs, pairs.project, pairs.control]
    stored = [column for column in work.stored or () if column is not None]
    shapes = [*wkb_arrays(work.geometries), *wkb_arrays(pairs.controls), *stored]
    return to_bytes(header, [*numbers, *(picked.pairs for picked in work.picked), *shapes]), control_of


def answer(data: bytearray) -> bytes:
    """The answer to a `question`, for `answered`. Raises InputError where stored geometries are not plain."""
    header, arrays = from_bytes(data)
    self_check.has_failed |= header["has_failed"]
    settings = Settings(_plane(header["plane"]), "", *header["slivers"])
    work, seen = _work(header, arrays, settings.plane)
    table, areas = measured(work, settings)
    columns = [getattr(table, name) for name in _COLUMNS]
    summed = np.array(areas.summed, dtype=float).reshape(-1, 3)
    sums = [areas.areas, areas.owners, areas.union_m2, areas.sliver, summed]
    notes = [[astuple(note)[1:] for note in notes] for notes in (seen.repairs, seen.skipped)] if seen else [[], []]
    are_polygons = bool(np.isin(shapely.get_type_id(table.geometry), POLYGONAL).all())
    said = {"has_failed": self_check.has_failed, "notes": notes, "are_polygons": are_polygons}
    shapes = blob_arrays(table.geometry) if are_polygons else wkb_arrays(table.geometry)
    return to_bytes(said, [*columns, *sums, *shapes])


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
    return Answered(table, found, [Repair("", *note) for note in repairs], [Skipped("", *note) for note in skipped])


def _work(header: dict[str, Any], arrays: list[Array], plane: CRS) -> tuple[ChunkWork, Optional[Usable]]:
    (areas_m2, control_m2, cut_outs, project, control), arrays = arrays[:5], arrays[5:]
    rows, shapes = arrays[: len(header["picked"])], arrays[len(header["picked"]) :]
    rules = [replace(FULL_LINE, **dict(zip(_ASKED, values))) for values in header["rules"]]
    picked = [Picked(number, way, pairs) for (number, way), pairs in zip(header["picked"], rows)]
    geometries, controls, seen = geometries_of(*shapes[:2]), geometries_of(*shapes[2:4]), None
    if header["is_stored"]:
        data, starts, lengths, *kinds = shapes[4:]
        if not kinds:
            seen = _looked_at(geometries_at(data, starts, lengths), plane)
        controls = unpacked(data, starts, lengths, *kinds) if seen is None else seen.geometries
    work = ChunkWork(geometries, areas_m2, controls, control_m2, project, control, rules, picked, cut_outs=cut_outs)
    return work, seen


def _looked_at(geometries: Array, plane: CRS) -> Usable:
    """As the layer looks at what it reads; what is out of the ordinary is left to the layer."""
    with np.errstate(invalid="ignore"):
        if shapely.has_z(geometries).any():
            geometries = shapely.force_2d(geometries)
    wrong = misplaced(plane, shapely.bounds(geometries).reshape(-1, 4))
    if wrong.mask.any():
        raise wrong.error()
    return make_usable(geometries, np.arange(len(geometries)), "", True, plane_limits(plane))


@lru_cache(maxsize=8)
def _plane(definition: str) -> CRS:
    return CRS.from_user_input(definition)

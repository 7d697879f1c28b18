"""What a control layer must be able to do for a check, and the plain one that holds its features in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from threading import Lock
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Optional, Protocol

import numpy as np
import shapely

from ..errors import Cancelled, OneMapError
from ..land.overlay import Pairs, intersections
from ..land.pieces import Origin, objects, piece_table
from .known_values import unclear_id

if TYPE_CHECKING:
    from ..land.lone_edges import LoneEdges
    from ..land.pieces import PieceTable
    from ..land.remarks import Repair, Skipped
    from ..land.types import Array, Box
    from ..threads import Feedback
    from .rules import Rule
    from .stored_shapes import StoredAt, StoredShapes


_opening = Lock()


class ControlSource:
    """One layer of a control line: subclasses give `open` and `near`.

    `name`, `date`: the layer's, for people. `rule_ids`: ids of the rules its fields can decide, `absent`: by
    the id of a rule that they cannot decide, the fields that it lacks. After `open`:
    `is_empty`, the layer holds no feature at all. `partly`: why only a part of it is looked at.
    `failure`: why the layer could not be read, set by the review;
    `unread`: why nothing may be said to be clear though the rest was read. All calls but `open` come from several
    threads. A source that answers better by itself has a method `pieces` as
    control_group.ControlGroup has it.
    """

    name, date, failure, unread, partly, is_empty = "", "", "", "", "", True
    rule_ids: Sequence[str] = ()
    absent: Mapping[str, Sequence[str]] = MappingProxyType({})

    def open(self, feedback: Optional[Feedback] = None) -> None:
        """Find out whether the layer can be read and holds anything; raises OneMapError."""

    def open_once(self, feedback: Optional[Feedback] = None) -> None:
        """`open` where nobody has yet; what cannot be opened carries its `failure`. Any thread; raises Cancelled."""
        with _opening:
            lock = self.__dict__.setdefault("_lock_of_opening", Lock())
        with lock:
            if not self.__dict__.get("_opened"):
                self._opened = True
                try:
                    self.open(feedback)
                except Cancelled:
                    raise
                except OneMapError as error:
                    self.failure = error.message

    def near(self, bounds: Box) -> Nearby:
        """Return Nearby: the features whose boxes may meet `bounds` (min x, min y, max x, max y on the plane)."""
        raise NotImplementedError

    def close(self) -> None:
        """Let go of what was opened; a later question opens it again."""

    def seen(self, fids: Array) -> None:
        """Features that were read for an earlier range are used again."""

    def near_all(self, sources: Sequence[Any], bounds: Box) -> Optional[Nearby]:
        """The Nearby of several sources at once, `source` of it as in control_group.NearGroup; None where they
        must be asked one by one.
        """
        return None

    def changed(self) -> str:
        """Why what was read does not belong together, "" when the layer stayed as it was since `open`."""
        return ""

    def check_rest(self, feedback: Optional[Feedback] = None) -> None:
        """Look at what no project was near, where that is little: a feature without a place counts everywhere."""

    def check_conditions(self) -> None:
        """Look whether the rules take any feature at all, where that is little to look at."""

    def own_errors(self) -> AbstractContextManager[Any]:
        """Context that turns the errors of the libraries below into OneMapErrors that name this layer."""
        return nullcontext()


class CutProjects(Protocol):
    """Projects of a chunk: `geometries`, and `copies` as overlay.Chunk has them."""

    @property
    def geometries(self) -> Array: ...

    def copies(self) -> Array: ...


def rule_pieces(chunk: CutProjects, pairs: Pairs, rule: Rule, feedback: Optional[Feedback] = None) -> PieceTable:
    """Pieces of the pairs under one rule.

    `project` of the table is the position in the chunk, `fid` the one in the pairs' `controls`, `area` 0 where the
    piece is the whole control feature and 1 elsewhere.
    """
    project, control = pairs.project, pairs.control
    gap = np.full(len(project), np.nan)
    if rule.kind == "distance":
        gap = shapely.distance(chunk.geometries[project], pairs.controls[control])
        near = gap < rule.distance_m
        project, control, gap = project[near], control[near], gap[near]
        controls = pairs.controls.copy()
        hit = np.unique(control)
        controls[hit] = shapely.buffer(controls[hit], rule.distance_m, quad_segs=32)
        pairs = Pairs(controls, project, control, pairs.windows)
    pairs = replace(pairs, wants_lone=rule.kind != "distance" and not rule.limit)
    positions, pieces, inside, lone = intersections(chunk, pairs, feedback)
    cut = np.where(inside & (rule.kind != "distance"), 0.0, 1.0)
    project, control = project[positions], control[positions]
    shell = _shells(chunk, project, control, lone) if lone is not None else -1
    origin = Origin(fid=control, lone=lone, shell=shell)  # noqa: S604 - the shell of a polygon
    return piece_table(project, pieces, origin, gap[positions], cut)


def _shells(chunk: CutProjects, project: Array, control: Array, lone: LoneEdges) -> Array:
    """The shell of each piece, -1 where lone edges do not tell: they do of land that hangs together."""
    kinds = shapely.get_type_id(chunk.geometries[project])
    shell: Array = np.where(lone.known[control] & (kinds == shapely.GeometryType.POLYGON), control, -1)
    return shell


@dataclass
class Nearby:
    """Features near some bounds: `fids` and `boxes` (n x 4, plane) of all, the rest asked for by rows
    (positions in them).
    """

    fids: Array
    boxes: Array

    def geometries(self, rows: Array) -> Array:
        """Valid geometries on the plane, None where a feature cannot be used."""
        raise NotImplementedError

    def geometries_or_windows(self, rows: Array) -> tuple[Array, dict[int, Any]]:
        """(geometries, {position in `rows`: Windows}).

        Where there are Windows on a huge polygon the geometry is only a stand-in.
        """
        return self.geometries(rows), {}

    def stored(self, rows: Array) -> Optional[StoredShapes]:
        """Their geometries as they are stored, for who looks at them elsewhere and tells `note` of it; None where they
        must be asked for. Of a cache what was found at them is noted now.
        """
        return None

    def stored_at(self, rows: Array) -> Optional[StoredAt]:
        """Where a process finds by itself what `stored` gives; None where it cannot, or `read_here` said so."""
        return None

    def read_here(self) -> None:
        """A process could not read what lies at `stored_at`: do not ask it again."""

    def keep_values(self, rows: Array, values: list[Any]) -> None:
        """Keep the values that names are made of, which came with what lies at `stored_at`."""

    def note(self, rows: Array, repairs: Sequence[Repair], skipped: Sequence[Skipped]) -> None:
        """Keep what was found at `stored` geometries; `fid` of both is a position in `rows`."""

    def unread(self, rows: Array) -> Array:
        """Names of those that could not be read though they may be land, "" for all others; after `geometries`."""
        return objects([""] * len(rows))

    def mask(self, rows: Array, rule_id: str) -> Array:
        """Which of them the rule's `where` picks, as booleans."""
        return np.ones(len(rows), bool)

    def unclear(self, rows: Array, rule_id: str) -> Array:
        """Which of them the rule's `where` neither picks nor understands (known_values), as booleans."""
        return np.zeros(len(rows), bool)

    def described(self, rows: Array) -> Any:
        """What to call them where they are not understood."""
        return [f"#{fid}" for fid in self.fids[rows].tolist()]

    def numbers(self, rows: Array, rule_id: str) -> Array:
        """The limit in metres that each sets under a rule of heights, not-a-number where it is not known."""
        return np.full(len(rows), np.nan)

    def labels(self, rows: Array) -> Any:
        """Their names for people."""
        return [""] * len(rows)

    def areas(self, rows: Array) -> Array:
        """Their ellipsoidal areas (m², unrounded), not-a-number where not known."""
        return np.full(len(rows), np.nan)


@dataclass(frozen=True)
class HeldFeatures:
    """Features in memory: valid geometries on the plane (None: cannot be read, `boxes` says where it may lie), their
    ids, labels, and per rule the ones its `where` picks and the limits they set."""

    fids: Any
    geometries: Any
    labels: Optional[Sequence[str]] = None
    masks: Optional[dict[str, Array]] = None
    boxes: Optional[Array] = None
    numbers: Optional[dict[str, Array]] = None  # per rule of heights the limits
    values: Optional[dict[int, str]] = None  # by id, of those that some rule does not understand


class ArraySource(ControlSource):
    """A control source of HeldFeatures."""

    def __init__(self, name: str, held: HeldFeatures, rule_ids: Iterable[str], date: str = "") -> None:
        self.name, self.date, self.rule_ids = name, date, tuple(rule_ids)
        self.fids, self.geometries = np.asarray(held.fids, dtype=np.int64), np.asarray(held.geometries, dtype=object)
        self.feature_labels, self.masks, self.numbers = held.labels, held.masks or {}, held.numbers or {}
        self.boxes = shapely.bounds(self.geometries).reshape(-1, 4) if held.boxes is None else held.boxes
        self.values = held.values or {}
        self.is_empty = not len(self.fids)

    def near(self, bounds: Box) -> Nearby:
        return _InMemory(self, rows_meeting(self.boxes, bounds))


class _InMemory(Nearby):
    def __init__(self, source: ArraySource, chosen: Array) -> None:
        super().__init__(source.fids[chosen], source.boxes[chosen])
        self._source, self._chosen = source, chosen

    def geometries(self, rows: Array) -> Array:
        chosen: Array = self._source.geometries[self._chosen[rows]]
        return chosen

    def unread(self, rows: Array) -> Array:
        missing = shapely.is_missing(self.geometries(rows))
        names = (f"{self._source.name} #{fid}" for fid in self.fids[rows].tolist())
        return objects([name if lost else "" for name, lost in zip(names, missing)])

    def mask(self, rows: Array, rule_id: str) -> Array:
        mask = self._source.masks.get(rule_id)
        return super().mask(rows, rule_id) if mask is None else mask[self._chosen[rows]]

    def unclear(self, rows: Array, rule_id: str) -> Array:
        mask = self._source.masks.get(unclear_id(rule_id))
        return super().unclear(rows, rule_id) if mask is None else mask[self._chosen[rows]]

    def described(self, rows: Array) -> Any:
        name, values, ids = self._source.name, self._source.values, self.fids[rows].tolist()
        return [f"{name} #{fid} ({values[fid]})" if fid in values else f"{name} #{fid}" for fid in ids]

    def numbers(self, rows: Array, rule_id: str) -> Array:
        numbers = self._source.numbers.get(rule_id)
        return super().numbers(rows, rule_id) if numbers is None else numbers[self._chosen[rows]]

    def labels(self, rows: Array) -> Any:
        labels = self._source.feature_labels
        return super().labels(rows) if not labels else [labels[at] for at in self._chosen[rows]]


def rows_meeting(boxes: Array, bounds: Box) -> Array:
    """Positions of the boxes (n x 4) that meet bounds; a box that is not finite meets none."""
    left, low, right, top = bounds
    return np.flatnonzero((boxes[:, 0] <= right) & (boxes[:, 2] >= left) & (boxes[:, 1] <= top) & (boxes[:, 3] >= low))


def is_kind(geometries: Array, kind: str) -> Array:
    """Which geometries are of a kind: "polygon", or "line" for lines and points."""
    are: Array = (shapely.get_dimensions(geometries) == 2) == (kind == "polygon")
    return are

"""Where runs are kept as rounds: a workspace that was named, else the one that is open in the window."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Callable, Optional

from ...core.errors import InputError, OutputError
from ...core.land.remarks import Remark
from ...core.review.line_check import LineOutcome
from ...core.review.rounds import FrozenRound
from ...core.review.rounds_identity import match_projects
from ...core.review.rounds_overrides import NotCarried, carry_overrides
from ...store.cases import RoundInfo, pack
from ...store.lock import holder_name
from ...store.workspace import Workspace
from .rounds import SHAPES_KEPT, RoundCollector, freeze
from .rounds_compare import shapes_on
from .running import ReviewResult


@dataclass
class _Window:
    """The workspace that the window holds open, and who works in it."""

    workspace: Optional[Workspace] = None
    actor: str = ""
    on_kept: Optional[Callable[[], None]] = None
    open_last: Optional[Callable[[], None]] = None


_WINDOW = _Window()


def use_in_window(workspace: Optional[Workspace], actor: str = "") -> None:
    """From now on runs are kept in this workspace, None for in none."""
    _WINDOW.workspace, _WINDOW.actor = workspace, actor


def window_workspace() -> Optional[Workspace]:
    """The workspace that is open in the window, None when none is."""
    return _WINDOW.workspace


def open_last_with(opener: Optional[Callable[[], None]]) -> None:
    """How the window opens the workspace that was open last; None for not at all."""
    _WINDOW.open_last = opener


def wake() -> None:
    """Before a run, main thread: let the window open the workspace of last time, so that the run is kept."""
    if _WINDOW.workspace is None and _WINDOW.open_last is not None:
        _WINDOW.open_last()


def tell_when_kept(listener: Optional[Callable[[], None]]) -> None:
    """Call this, in the thread of the run, when a run was kept in the workspace of the window; None for nobody."""
    _WINDOW.on_kept = listener


@dataclass(frozen=True)
class RoundWish:
    """What a user wants of a round: `case` "" for the projects' name; `workspace` "" for the one that is open."""

    workspace: str = ""
    case: str = ""
    note: str = ""
    carry: bool = True

    @property
    def is_asked(self) -> bool:
        """Whether the user asked for a round; else one is kept where a workspace happens to be open."""
        return bool(self.workspace or self.case)


@dataclass(frozen=True)
class KeptRound:
    """A run that was kept, what became of the overrides before it, and what the user must know."""

    info: RoundInfo
    carried: int
    not_carried: list
    remarks: list


class RoundTarget:
    """Takes the outcomes of a run and keeps them as the next round."""

    def __init__(self, workspace: Workspace, actor: str, wish: RoundWish):
        self._workspace, self._actor, self._wish = workspace, actor, wish
        self.is_asked = wish.is_asked
        self._kept = RoundCollector()

    def add(self, outcome: LineOutcome) -> None:
        """Take a LineOutcome."""
        self._kept.add(outcome)

    def keep(self, result: ReviewResult, parameters: dict) -> KeptRound:
        """Freeze the finished run and take the overrides of the round before on; raises OneMapError."""
        case = self._wish.case.strip() or result.review.project_snapshot.name
        return self.keep_frozen(case, freeze(result, self._kept, parameters))

    def keep_frozen(self, case: str, frozen: FrozenRound) -> KeptRound:
        """Keep a frozen round and take the overrides of the round before on; raises OneMapError."""
        cases = self._workspace.cases
        packed, steps = pack(frozen), self._steps(case, frozen) if self._wish.carry else []
        with self._workspace.transaction():
            info = cases.freeze(case, packed, self._actor, self._wish.note)
            cases.carry(info, steps, self._actor)
        if self._workspace is _WINDOW.workspace and _WINDOW.on_kept is not None:
            _WINDOW.on_kept()
        remarks = []
        if frozen.geometries is None:
            values = {"count": len(frozen.findings), "limit": SHAPES_KEPT}
            remarks.append(Remark("round_geometry_left_out", params=values))
        return KeptRound(info, sum(s.reason is None for s in steps), [s for s in steps if s.reason], remarks)

    def _steps(self, case: str, frozen: FrozenRound) -> list:
        """What becomes of the overrides of the round before."""
        cases = self._workspace.cases
        latest = cases.rounds(case)[:1]
        if not latest or not latest[0].overrides + latest[0].expired:
            return []
        old = cases.load(latest[0].id)
        pairs = match_projects(old.projects, frozen.projects, shapes=shapes_on(old, frozen))
        return carry_overrides(cases.overrides(latest[0].id), old, frozen, pairs, date.today().isoformat())


@contextmanager
def round_target(wish: RoundWish) -> Iterator[Optional[RoundTarget]]:
    """The RoundTarget of a run; None where nobody asked for a round and no workspace is open for writing.

    InputError, OutputError when a round was asked for and cannot be kept: before the run, not after it.
    """
    held = _WINDOW.workspace
    if wish.workspace and not (held is not None and _same_file(held.path, wish.workspace)):
        with _for_writing(wish.workspace) as workspace:
            yield RoundTarget(workspace, holder_name(), wish)
        return
    if held is None and wish.is_asked:
        raise InputError("round_no_workspace")
    if held is not None and held.read_only:
        if wish.is_asked:
            raise OutputError("round_workspace_read_only")
        held = None
    yield None if held is None else RoundTarget(held, _WINDOW.actor or holder_name(), wish)


@contextmanager
def reading_workspace(path: str) -> Iterator[Workspace]:
    """A workspace to read from: the one that the window holds open, else opened for the time."""
    held = _WINDOW.workspace
    if held is not None and _same_file(held.path, path):
        yield held
        return
    with Workspace.open(path, read_only=True) as workspace:
        yield workspace


@contextmanager
def writing_workspace(path: str) -> Iterator[Workspace]:
    """As `reading_workspace`, to write to; OutputError where nothing can be written."""
    held = _WINDOW.workspace
    if held is not None and _same_file(held.path, path):
        held.demand_writable()
        yield held
        return
    with _for_writing(path) as workspace:
        yield workspace


@contextmanager
def _for_writing(path: str) -> Iterator[Workspace]:
    with Workspace.open(path) as workspace:
        if workspace.read_only:
            notice = workspace.notice
            raise OutputError(notice.code, **notice.params) if notice else OutputError("round_workspace_read_only")
        yield workspace


def _same_file(one: Path, other: str) -> bool:
    try:
        return os.path.samefile(one, other)
    except OSError:
        return False


def reasons(steps: list) -> list:
    """[(NotCarried, number)] of CarrySteps that do not go on."""
    found = [step.reason for step in steps]
    return [(why, found.count(why)) for why in NotCarried if why in found]

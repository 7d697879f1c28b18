"""Verdicts: what the pieces of one project and one control line come to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Optional

import numpy as np

from ..land.pieces import objects
from ..land.rounding import half_up
from ..land.types import Array
from ..messages import joined_texts, message
from .findings import BINDING, CLEAR, CONFLICT, FAILED, INVOLVED, NOT_CHECKED, strictest
from .result_tables import share_pct, verdict_table

if TYPE_CHECKING:
    from ..land.pieces import PieceTable
    from .line_check import LineTask
    from .piece_areas import PieceAreas
    from .projects import Projects
    from .result_tables import ResultTable
    from .rules import Rule
    from .tiers import Status


@dataclass(frozen=True)
class ChunkSums:
    """What the pieces of one chunk add up to: `owners` are its projects with pieces, the columns beside them count.
    `met`: [(rule, projects with a real piece under it)].
    """

    owners: Array
    pieces: Array
    slivers: Array
    sliver_m2: Array
    met: list[tuple[int, Array]]
    areas: PieceAreas


@dataclass(frozen=True)
class LineState:
    """What became of a line's layers: whether any rule could be asked, why not, what every hit must say besides."""

    rules_sha256: str
    evaluated: bool
    failed: str = ""
    absent: str = ""
    remarks: Sequence[str] = ()
    unread: Optional[Array] = None  # for each project what near it could not be read, "" for nothing
    unclear: Optional[Array] = None  # for each project what near it was not understood, "" for nothing
    beyond: Optional[Array] = None  # for each project what lies outside the control layers' extent, "" for nothing
    noted: Optional[Array] = None  # for each project what a verdict of no finding must say besides, "" for nothing

    @property
    def otherwise(self) -> Status:
        """The status of a project that meets no rule."""
        return FAILED if self.failed else CLEAR if self.evaluated else NOT_CHECKED

    @property
    def reason(self) -> str:
        return self.failed or ("" if self.evaluated else self.absent or message("line_undecided"))


class VerdictSums:
    """What the pieces of each project add up to, grown chunk by chunk; a few numbers a project."""

    def __init__(self, projects: Projects, task: LineTask) -> None:
        self.projects, self.task = projects, task
        n = len(projects)
        self._violated = np.zeros(
            n, dtype=object if len(task.rules) > 62 else np.int64
        )  # one bit a rule with a real piece
        self._pieces, self._slivers = np.zeros(n, dtype=int), np.zeros(n, dtype=int)
        self._sliver_m2, self._union_m2 = np.zeros(n), np.zeros(n)
        self.is_at_most = False  # some overlap may count land twice
        self._notes: dict[int, list[str]] = {}  # project -> what its verdict must say besides

    def of(self, table: PieceTable, areas: PieceAreas) -> ChunkSums:
        """The sums of one chunk's PieceTable with its PieceAreas (made in any thread), for `add`."""
        real, sliver = ~areas.sliver, areas.sliver
        owners, at = np.unique(table.project, return_inverse=True)
        pieces, slivers = np.bincount(at[real], minlength=len(owners)), np.bincount(at[sliver], minlength=len(owners))
        sliver_m2 = np.bincount(at[sliver], areas.areas[sliver], minlength=len(owners))
        rules = np.unique(table.rule[real]).tolist()
        met = [(rule, np.unique(table.project[real & (table.rule == rule)])) for rule in rules]
        return ChunkSums(owners, pieces, slivers, sliver_m2, met, areas)

    def add(self, sums: ChunkSums) -> None:
        """Add the sums of one chunk (one thread only)."""
        areas = sums.areas
        for rule, owners in sums.met:
            self._violated[owners] |= 1 << rule
        self._pieces[sums.owners] += sums.pieces
        self._slivers[sums.owners] += sums.slivers
        self._sliver_m2[sums.owners] += sums.sliver_m2
        self._union_m2[areas.owners] = areas.union_m2
        self.is_at_most |= len(areas.at_most) > 0
        for owner, total, limit in areas.summed:
            self._notes.setdefault(owner, []).append(message("slivers_sum", total=f"{total:.2f}", limit=f"{limit:g}"))

    def table(self, state: LineState) -> ResultTable:
        """ResultTable of one Verdict a project; a project stays as it was when all of its pieces are slivers."""
        kinds, kind = np.unique(self._violated, return_inverse=True)
        met = [_Met(self._rules(int(bits))) for bits in kinds]
        status = objects([m.status(state.otherwise) for m in met])[kind]
        for at, _ in (*self._beyond(state), *self._unclear(state)):
            status[at] = met[kind[at]].status(NOT_CHECKED)
        for at in np.flatnonzero(state.unread != "") if state.unread is not None else ():
            status[at] = met[kind[at]].status(FAILED)
        columns = {
            "project_key": self.projects.key_array,
            "line_id": self.task.line_id,
            "line_name": self.task.line_name,
            "status": status,
            "effect": objects([m.effect for m in met])[kind],
            "overlap_m2": self._union_m2,
            "share_pct": share_pct(self._union_m2, self.projects.areas_m2),
            "pieces": self._pieces,
            "slivers": self._slivers,
            "sliver_m2": half_up(self._sliver_m2, 2),
            "law": objects([m.law or laws_of(self.task.rules) for m in met])[kind],
            "condition": objects([m.condition for m in met])[kind],
            "rules_sha256": state.rules_sha256,
            "reason": self._reasons(state, status),
        }
        return verdict_table(columns, len(self.projects))

    def _beyond(self, state: LineState) -> list[tuple[int, str]]:
        """Projects of which a part was not looked at: it lies outside the area that was delivered."""
        if state.beyond is None or state.failed or not state.evaluated:
            return []
        outside = np.flatnonzero(state.beyond != "").tolist()
        return [(at, state.beyond[at]) for at in outside if at not in self.task.exempt]

    def _unclear(self, state: LineState) -> list[tuple[int, str]]:
        """Projects that meet features of which nobody knows whether a rule binds them."""
        if state.unclear is None or state.failed:
            return []
        return [(at, state.unclear[at]) for at in np.flatnonzero(state.unclear != "").tolist()]

    def _reasons(self, state: LineState, status: Array) -> Array:
        """Why a verdict is what it is: what could not be read or done, why the project is let go, sums of slivers."""
        reasons = objects([state.reason] * len(status))
        if state.unread is not None and not state.failed:
            reported = state.unread != ""
            reasons[reported] = state.unread[reported]
        for at, why in (*self._beyond(state), *self._unclear(state)):
            reasons[at] = joined_texts([reasons[at], why])
        if state.noted is not None:
            stated = (state.noted != "") & (status == CLEAR)
            reasons[stated] = state.noted[stated]
        for at, why in self.task.exempt.items():
            reasons[at] = why if status[at] == CLEAR else reasons[at]
        for at in np.flatnonzero(self._violated) if state.remarks else ():
            self._notes.setdefault(int(at), []).extend(state.remarks)
        for at, notes in self._notes.items():
            reasons[at] = joined_texts([reasons[at], *notes])
        return reasons

    def _rules(self, bits: int) -> list[Rule]:
        return [rule for number, rule in enumerate(self.task.rules) if bits >> number & 1]


class _Met:
    """What the rules that a project meets come to."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.effect = strictest(rule.tier for rule in rules)
        self.law = laws_of(rules)
        self.condition = "；".join(dict.fromkeys(rule.condition for rule in rules if rule.condition))

    def status(self, otherwise: Status) -> Status:
        """A broken rule is certain whatever else could not be read; one that only tells or asks is not all there is."""
        if self.effect in BINDING:
            return CONFLICT
        return INVOLVED if self.effect and otherwise == CLEAR else otherwise


def laws_of(rules: Sequence[Rule]) -> str:
    """Citations of some rules, each article once."""
    return "；".join(dict.fromkeys(law.cite() for rule in rules for law in rule.laws))


def unusable_verdicts(keys: Sequence[str], task: LineTask, rules_sha256: str) -> ResultTable:
    """`failed` verdicts of projects without usable geometry, as a ResultTable: nothing can be said of them."""
    columns = {
        "project_key": np.array(keys, dtype=object),
        "line_id": task.line_id,
        "line_name": task.line_name,
        "status": FAILED,
        "effect": "",
        "overlap_m2": np.zeros(len(keys)),
        "share_pct": 0.0,
        "pieces": 0,
        "slivers": 0,
        "sliver_m2": 0.0,
        "law": laws_of(task.rules),
        "condition": "",
        "rules_sha256": rules_sha256,
        "reason": message("project_unusable"),
    }
    return verdict_table(columns, len(keys))

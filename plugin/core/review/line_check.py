"""One control line against all projects: findings chunk by chunk, then one verdict a project."""

from dataclasses import dataclass, field

import numpy as np
import shapely

from ..errors import Cancelled, OneMapError
from ..land import overlay
from ..land.area import ellipsoidal_areas, statutory_areas
from ..land.pieces import joined, objects, piece_table
from ..land.rounding import half_up
from ..messages import text
from ..threads import in_threads, raise_if_cancelled
from .control_group import grouped
from .result_tables import finding_table
from .verdicts import VerdictSums


@dataclass
class LineTask:
    """What to do for one control line: its rules, and for each rule the projects it applies to (`unless`
    already asked).
    """

    line_id: str
    line_name: str
    rules: list
    rule_projects: dict = field(default_factory=dict)  # rule id -> boolean array over projects; absent = all

    def applies(self, rule_id, index):
        """Booleans: which of the projects at `index` the rule applies to."""
        chosen = self.rule_projects.get(rule_id)
        return np.ones(len(index), bool) if chosen is None else chosen[index]


@dataclass
class LineOutcome:
    """Some of a line's findings, or verdicts; `is_last` when nothing more of the line follows."""

    task: LineTask
    findings: object = ()
    verdicts: object = ()
    is_last: bool = False


@dataclass(frozen=True)
class Settings:
    """Run-wide settings: `sliver_m2` is the tolerance of rules that have none of their own.

    Lines below `sliver_m` likewise.
    """

    plane: object
    rules_sha256: str
    sliver_m2: float = 1.0
    sliver_m: float = 2.0


class LineCheck:
    """The check of one line: `open` it, `findings` come chunk by chunk, `verdicts` when all chunks are done."""

    def __init__(self, projects, task, sources, settings, feedback=None):
        self.projects, self.task, self.sources = projects, task, list(sources)
        self.settings, self.feedback = settings, feedback
        self._sums = VerdictSums(projects, task)

    def open(self):
        """Open the sources; one that cannot be read carries its `failure` from then on. Raises Cancelled."""
        for source in self.sources:
            try:
                source.open(self.feedback)
            except Cancelled:
                raise
            except OneMapError as error:
                source.failure = str(error)
        readable = [source for source in self.sources if not source.failure and not source.is_empty]
        self._groups = grouped(self.sources)
        self.evaluated = {rule_id for source in readable for rule_id in source.rule_ids}

    def findings(self, chunks):
        """Yield (FindingTable, number of projects done) for some ProjectChunks; raises Cancelled."""
        chunks = list(chunks)
        if any(rule.kind == "within" for rule in self.task.rules):
            # with part of the boundary unread nobody can say what lies outside it: no finding before all of it was read
            tables = list(in_threads(self._pieces, chunks, self.feedback))
            work = zip(chunks, map(self._without_unread, tables))
        else:
            work = ((chunk, None) for chunk in chunks)
        for chunk, (table, sums) in zip(chunks, in_threads(lambda pair: self._finish(*pair), work, self.feedback)):
            self._sums.add(sums)
            yield table, len(chunk)

    def verdicts(self):
        """The VerdictTable of all projects, in their order."""
        failed = "; ".join(f"{source.name}: {source.failure}" for source in self.sources if source.failure)
        absent = text("line_absent") if not self.sources else ""
        if self.sources and not failed and all(source.is_empty for source in self.sources):
            absent = text("line_empty")
        return self._sums.table(self.settings.rules_sha256, bool(self.evaluated), failed, absent)

    def _finish(self, chunk, table):
        """FindingTable and sums of one chunk."""
        table = self._pieces(chunk) if table is None else table
        flat = shapely.get_dimensions(table.geometry) == 2
        raw, unknown = table.area.copy(), np.isnan(table.area)
        raw[unknown] = ellipsoidal_areas(table.geometry[unknown], self.settings.plane)
        areas = half_up(raw, 2)
        sliver = self._slivers(table, areas, flat)
        unions = self._union_areas(table, np.flatnonzero(flat), raw)
        return finding_table(self, table, areas, sliver), self._sums.of(table, areas, sliver, unions)

    def _pieces(self, chunk):
        """Pieces of all sources for the chunk, with outside parts in place of inside ones under must-be-inside
        rules.
        """
        return self._with_outside(
            chunk, joined(in_threads(lambda g: g.pieces(chunk, self.task, self.feedback), self._groups, self.feedback))
        )

    def _with_outside(self, chunk, table):
        for number, rule in enumerate(self.task.rules):
            if rule.kind == "within":
                inside = table.rule == number
                rest = table.take(~inside)
                outside = (
                    self._outside(chunk, rule, number, table.take(inside))
                    if rule.id in self.evaluated
                    else piece_table()
                )
                table = joined([rest, outside])
        return table

    def _outside(self, chunk, rule, number, inside):
        """One piece for each project of the chunk that is not wholly inside the line."""
        owners, parts = [], []
        starts = np.searchsorted(inside.project, chunk.index)
        ends = np.searchsorted(inside.project, chunk.index, side="right")
        for position in np.flatnonzero(self.task.applies(rule.id, chunk.index)):
            raise_if_cancelled(self.feedback)
            project = chunk.index[position]
            rest = overlay.part_outside(
                self.projects.geometries[project], inside.geometry[starts[position] : ends[position]]
            )
            if not rest.is_empty:
                owners.append(project)
                parts.append(rest)
        return piece_table(number, owners, geometry=parts)

    def _without_unread(self, table):
        if not any(source.failure for source in self.sources):
            return table
        within = [number for number, rule in enumerate(self.task.rules) if rule.kind == "within"]
        return table.take(~np.isin(table.rule, within))

    def _slivers(self, table, areas, flat):
        """A piece below its rule's tolerance is a sliver, unless slivers of one project join to a piece that is
        none.
        """
        own = [self.settings.sliver_m2 if rule.tolerance_m2 is None else rule.tolerance_m2 for rule in self.task.rules]
        tolerance = np.array(own)[table.rule]
        is_line = shapely.get_dimensions(table.geometry) == 1
        sliver = np.where(flat, areas < tolerance, is_line & (shapely.length(table.geometry) < self.settings.sliver_m))
        rows = np.flatnonzero(sliver & flat)
        for mine in np.split(rows, np.flatnonzero(np.diff(table.project[rows])) + 1):
            if len(mine) > 1 and areas[mine].sum() >= tolerance[mine].min():
                whole = statutory_areas(shapely.get_parts(overlay.union(table.geometry[mine])), self.settings.plane)
                sliver[mine] = whole.max(initial=0) < tolerance[mine].min()
        return sliver

    def _union_areas(self, table, flat, raw):
        """Statutory area of the union of each project's polygonal pieces: (projects, m²)."""
        projects, group = np.unique(table.project[flat], return_inverse=True)
        sums = np.bincount(group, raw[flat], minlength=len(projects))  # right where no two pieces share an interior
        mixed = np.searchsorted(projects, overlay.overlapping_owners(table.geometry[flat], table.project[flat]))
        starts = np.searchsorted(group, np.arange(len(projects) + 1))
        wholes = [overlay.union(table.geometry[flat[starts[at] : starts[at + 1]]]) for at in mixed]
        sums[mixed] = ellipsoidal_areas(objects(wholes), self.settings.plane)
        return projects, half_up(sums, 2)

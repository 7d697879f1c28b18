"""One control line against all projects: batches of control features in, findings and one verdict a project out."""

from dataclasses import dataclass, field
from typing import Optional

import numpy as np
import shapely

from . import overlay
from .area import statutory_areas
from .findings import CLEAR, FAILED, NOT_CHECKED, Finding
from .messages import text
from .pieces import LinePieces
from .verdicts import Judge, share_pct


@dataclass
class ControlBatch:
    """Some features of one control layer, valid and on the plane.

    `masks` maps a rule id to a boolean array: the features its `where` picks. `labels` name the features for people.
    """

    layer_name: str
    layer_date: str
    fids: np.ndarray
    geometries: np.ndarray
    labels: list
    masks: dict


@dataclass
class LineTask:
    """What to do for one control line: its rules, and for each rule the projects it applies to (`unless` already asked)."""

    line_id: str
    line_name: str
    rules: list
    rule_projects: dict = field(default_factory=dict)  # rule id -> boolean array over projects; absent = all
    geometry: str = "polygon"


@dataclass
class LineOutcome:
    """Findings (sorted by project) and one verdict for every project of one control line."""

    task: LineTask
    findings: list
    verdicts: list
    pieces: Optional[np.ndarray] = None


@dataclass(frozen=True)
class Settings:
    """Run-wide settings: `sliver_m2` is the tolerance of rules that have none of their own; lines below `sliver_m` likewise."""

    plane: object
    rules_sha256: str
    sliver_m2: float = 1.0
    sliver_m: float = 2.0


class LineCheck:
    """Collects one line's pieces batch by batch; `finish` makes findings and verdicts of them."""

    def __init__(self, projects, task, settings, feedback=None):
        self.projects, self.task, self.settings, self.feedback = projects, task, settings, feedback
        self.rules = {rule.id: rule for rule in task.rules}
        self.evaluated = set()  # ids of the rules that some readable layer could decide; filled by the review
        self._pieces = LinePieces()

    def add(self, batch):
        """Take a ControlBatch; raises Cancelled."""
        for rule in self.task.rules:
            mask = batch.masks.get(rule.id)
            if mask is None:
                continue  # the layer lacks the field that decides, and the rule says: not checked then
            chosen = np.flatnonzero(mask)
            if len(chosen):
                self._add_rule(rule, batch, chosen)

    def _add_rule(self, rule, batch, chosen):
        controls = batch.geometries[chosen]
        reach = rule.distance_m or 0.0
        project_index, control_index = self.projects.candidates(controls, reach)
        applies = self.task.rule_projects.get(rule.id)
        if applies is not None:
            keep = applies[project_index]
            project_index, control_index = project_index[keep], control_index[keep]
        near = None
        if rule.kind == "distance":
            gaps = shapely.distance(self.projects.geometries[project_index], controls[control_index])
            keep = gaps < reach
            project_index, control_index, near = project_index[keep], control_index[keep], gaps[keep]
            hit = np.unique(control_index)
            controls = controls.copy()
            controls[hit] = shapely.buffer(controls[hit], reach, quad_segs=32)
        for positions, pieces in overlay.intersections(self.projects.geometries, controls, project_index, control_index, self.feedback):
            rows = chosen[control_index[positions]]
            self._pieces.add(rule.id, project_index[positions], pieces, batch, rows, None if near is None else near[positions])

    def finish(self, failed_reason="", absent_reason=""):
        """Return the LineOutcome.

        `failed_reason`: a layer of this line could not be read (or not wholly); `absent_reason`: no layer was given.
        """
        # with part of the boundary unread nobody can say what lies outside it
        table = self._with_outside(self._pieces.table(), drop=bool(failed_reason))
        table.areas = statutory_areas(table.geometries, self.settings.plane)
        self._mark_slivers(table)
        findings = self._findings(table)
        verdicts = self._verdicts(table, failed_reason, absent_reason)
        return LineOutcome(self.task, findings, verdicts)

    def _with_outside(self, table, drop):
        """Replace the inside pieces of must-be-inside rules by one outside piece a project, where there is one."""
        for rule in self.task.rules:
            if rule.kind != "within":
                continue
            inside = table.rows_of_rule(rule.id)
            if drop or rule.id not in self.evaluated:
                table = table.without(inside)
                continue
            groups = table.by_project(inside)
            applies = self.task.rule_projects.get(rule.id, np.ones(len(self.projects), bool))
            outside, owners = [], []
            for index in np.flatnonzero(applies):
                overlay.raise_if_cancelled(self.feedback)
                rest = overlay.part_outside(self.projects.geometries[index], table.geometries[groups.get(index, [])])
                if not rest.is_empty:
                    outside.append(rest)
                    owners.append(index)
            table = table.without(inside).with_outside(rule.id, owners, outside)
        return table.sorted_by_project()

    def _mark_slivers(self, table):
        """A piece below its rule's tolerance is a sliver, unless slivers of one project add up to a piece that is none."""
        tolerance = np.array([self._tolerance(rule_id) for rule_id in table.rule_ids])
        is_area = shapely.get_dimensions(table.geometries) == 2
        lengths = np.where(is_area, np.inf, shapely.length(table.geometries))
        is_point = shapely.get_dimensions(table.geometries) == 0
        table.is_sliver = np.where(is_area, table.areas < tolerance, (lengths < self.settings.sliver_m) & ~is_point)
        for _, rows in table.by_project(np.flatnonzero(table.is_sliver & is_area)).items():
            if len(rows) > 1 and table.areas[rows].sum() >= tolerance[rows].min():
                whole = statutory_areas(shapely.get_parts(overlay.union(table.geometries[rows])), self.settings.plane)
                if whole.max(initial=0) >= tolerance[rows].min():
                    table.is_sliver[rows] = False

    def _tolerance(self, rule_id):
        own = self.rules[rule_id].tolerance_m2
        return self.settings.sliver_m2 if own is None else own

    def _findings(self, table):
        project_m2 = self.projects.areas_m2[table.project_index]
        share = share_pct(table.areas, project_m2)
        dimensions = shapely.get_dimensions(table.geometries)
        lengths = shapely.length(table.geometries)
        laws = {rule.id: rule.law_text() for rule in self.task.rules}
        findings = []
        for row, rule_id in enumerate(table.rule_ids):
            rule = self.rules[rule_id]
            findings.append(
                Finding(
                    project_key=self.projects.keys[table.project_index[row]],
                    line_id=self.task.line_id,
                    line_name=self.task.line_name,
                    rule_id=rule_id,
                    effect=rule.effect,
                    control_fid=table.fids[row],
                    control_label=table.labels[row],
                    overlap_m2=float(table.areas[row]),
                    project_m2=float(project_m2[row]),
                    share_pct=float(share[row]),
                    is_sliver=bool(table.is_sliver[row]),
                    law=laws[rule_id],
                    note=_note(rule, table.gaps[row], dimensions[row], lengths[row]),
                    layer_name=table.layer_names[row],
                    layer_date=table.layer_dates[row],
                    geometry=table.geometries[row],
                )
            )
        return findings

    def _verdicts(self, table, failed_reason, absent_reason):
        groups = table.by_project(np.arange(len(table.rule_ids)))
        unions = self._union_areas(table)
        status = FAILED if failed_reason else CLEAR if self.evaluated else NOT_CHECKED
        reason = failed_reason or ("" if self.evaluated else absent_reason or text("line_undecided"))
        judge = Judge(self.task, self.settings.rules_sha256, status, reason)
        return [
            judge.hit(key, table, groups[index], unions.get(index, 0.0), float(self.projects.areas_m2[index]))
            if index in groups
            else judge.free(key)
            for index, key in enumerate(self.projects.keys)
        ]

    def _union_areas(self, table):
        """Statutory area of the union of each project's polygonal pieces, {project index: m²}."""
        flat = np.flatnonzero(shapely.get_dimensions(table.geometries) == 2)
        owners, wholes = overlay.unions(table.geometries[flat], table.project_index[flat], self.feedback)
        return dict(zip(owners.tolist(), statutory_areas(wholes, self.settings.plane).tolist()))


def _note(rule, gap, dimension, length):
    if rule.kind == "distance":
        return text("note_distance", distance=f"{gap:.2f}", required=f"{rule.distance_m:g}")
    if rule.kind == "within":
        return text("note_outside")
    if dimension == 1:
        return text("note_crosses", length=f"{length:.2f}")
    return rule.note

"""Two rounds of a workspace side by side: their diff, what is accepted, and shapes for the map."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Optional

import numpy as np
import shapely

from ...core.errors import InputError
from ...core.land import crs as crs_rules
from ...core.land.overlay import union
from ...core.land.pieces import objects
from ...core.review.rounds import FrozenRound
from ...core.review.rounds_diff import Change, DiffOptions, RoundDiff, diff_rounds
from ...core.review.rounds_identity import Match
from ...core.review.rounds_overrides import Accepted, accepted
from ...store.cases import RoundInfo
from ...store.workspace import Workspace


@dataclass(frozen=True)
class Side:
    """One of the two rounds of a comparison."""

    info: RoundInfo
    frozen: FrozenRound
    accepted: Accepted


@dataclass(frozen=True)
class Comparison:
    """Two rounds and what changed between them."""

    before: Side
    after: Side
    diff: RoundDiff

    def is_accepted(self, change: Change) -> bool:
        """Whether all findings behind a change are accepted in the later round."""
        return (change.project_key, change.line_id) in self.after.accepted.verdicts


def side(workspace: Workspace, info: RoundInfo) -> Side:
    """A round with what is accepted today."""
    frozen = workspace.cases.load(info.id)
    return Side(info, frozen, accepted(frozen, workspace.cases.overrides(info.id), date.today().isoformat()))


def case_rounds(workspace: Workspace, case: str) -> list:
    """RoundInfos of a case, latest first; InputError naming the cases there are."""
    rounds = workspace.cases.rounds(case) if case else []
    if not rounds:
        known = ", ".join(info.name for info in workspace.cases.cases()) or "-"
        raise InputError("case_unknown", case=case, known=known)
    return rounds


def two_rounds(workspace: Workspace, case: str, before: int = 0, after: int = 0) -> tuple:
    """RoundInfos of two rounds of a case by number; 0 stands for the latest, and for the one before the other.

    InputError for a case or round that is not there, for twice the same.
    """
    rounds = case_rounds(workspace, case)
    later = workspace.cases.round(case, after or rounds[0].number)
    if not before and later.number == rounds[-1].number:
        raise InputError("round_one_only", case=case)
    earlier = workspace.cases.round(case, before or max(r.number for r in rounds if r.number < later.number))
    if earlier.id == later.id:
        raise InputError("round_same")
    return earlier, later


def compare_rounds(
    before: Side,
    after: Side,
    limit_m2: float = 1.0,
    ways: tuple = tuple(Match),
    between: Optional[FrozenRound] = None,
) -> Comparison:
    """The Comparison of two sides; `between`: the earlier data run under the later rules."""
    options = DiffOptions(limit_m2, ways, shapes_on(before.frozen, after.frozen), between)
    return Comparison(before, after, diff_rounds(before.frozen, after.frozen, options))


def shapes_on(one: FrozenRound, other: FrozenRound) -> Any:
    """Project geometries of a round on the plane of another; None where both have the same plane."""
    return moved(one.projects.geometries, one, other)


def moved(shapes: np.ndarray, one: FrozenRound, other: FrozenRound) -> Any:
    """Shapes on the plane of a round as they lie on the plane of another; None where both have the same plane."""
    source, target = one.head.plane_wkt, other.head.plane_wkt
    if source == target or not source or not target:
        return None
    known = ~shapely.is_missing(shapes)
    placed = objects([None] * len(shapes))
    planes = crs_rules.parse_crs(source), crs_rules.parse_crs(target)
    placed[known] = crs_rules.transform_geometries(shapes[known], *planes)
    return placed


def pieces(frozen: FrozenRound) -> dict:
    """{(project key, line id): union of the pieces found}, on the round's plane; those without shapes are missing."""
    if frozen.geometries is None:
        return {}
    found: dict[tuple, list] = {}
    table = frozen.findings
    places = zip(table.column("project_key"), table.column("line_id"), frozen.geometries)
    for project, line, shape in places:
        if shape is not None:
            found.setdefault((project, line), []).append(shape)
    return {place: shapes[0] if len(shapes) == 1 else union(objects(shapes)) for place, shapes in found.items()}


def change_shapes(comparison: Comparison) -> list:
    """One shape for each change on the later round's plane: what is found there, else what was, else the project."""
    before, after = comparison.before.frozen, comparison.after.frozen
    new, old = pieces(after), _placed(pieces(before), before, after)
    there = dict(zip(after.projects.keys, after.projects.geometries))
    lands = shapes_on(before, after)
    gone = dict(zip(before.projects.keys, before.projects.geometries if lands is None else lands))
    shapes = []
    for c in comparison.diff.changes:
        found = new.get((c.project_key, c.line_id)), old.get((c.key_before, c.line_id))
        known = (*found, there.get(c.project_key), gone.get(c.key_before))
        shapes.append(next((shape for shape in known if shape is not None), None))
    return shapes


def _placed(found, before, after):
    shapes = moved(objects(list(found.values())), before, after)
    return found if shapes is None else dict(zip(found, shapes))

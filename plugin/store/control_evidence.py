"""The county's own control-line check of a polygon: the latest frozen round that holds it, and whether the control
layers are still those of that round.
"""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Optional

import numpy as np
import shapely
from shapely import Geometry

from ..core import messages
from ..core.errors import OneMapError
from ..core.forms.self_check_kinds import ControlEvidence
from ..core.land import crs as crs_rules
from ..core.land.layer_state import are_comparable, is_unchanged
from ..core.land.types import Array
from ..core.review.round_parts import VERDICTS
from ..core.review.round_table import RoundTable, geometries_from_bytes
from ..core.review.rounds import RoundHead, RoundInput, frozen_conclusion
from ..core.review.rounds_overrides import accepted
from ..core.review.tiers import Conclusion, conclusion_names
from .cases import RoundInfo
from .cases_acts import CaseActs

_CGCS2000 = "EPSG:4490"
_ROUNDS = 32  # whose boxes are kept at a time


@dataclass(frozen=True)
class _Boxes:
    """The projects of a round by their boxes on its plane."""

    head: RoundHead
    boxes: Array


class ControlChecks:
    """Looks through the rounds of one workspace; a round never changes, so what was read of it is kept."""

    def __init__(self, cases: CaseActs) -> None:
        self._cases = cases
        self._kept: OrderedDict[str, Optional[_Boxes]] = OrderedDict()

    def of(self, shape: Geometry, tolerance_m: float) -> Optional[ControlEvidence]:
        """The evidence of the latest round with a polygon (CGCS2000 lon/lat) among its projects; None without one."""
        newer: list[RoundHead] = []
        for info in self._cases.rounds():
            held = None if info.is_old else self._boxes(info)
            if held is None:
                continue
            project = self._project(info, held, shape, tolerance_m)
            if project is not None:
                return self._evidence(info, held.head, project, newer)
            newer.append(held.head)
        return None

    def _boxes(self, info: RoundInfo) -> Optional[_Boxes]:
        if info.id not in self._kept:
            self._kept[info.id] = self._read(info)
            while len(self._kept) > _ROUNDS:
                self._kept.popitem(last=False)
        return self._kept[info.id]

    def _read(self, info: RoundInfo) -> Optional[_Boxes]:
        """None for a round that cannot be read or whose plane is not known: it proves nothing."""
        try:
            head = self._cases.head(info.id)
            crs_rules.parse_crs(head.plane_wkt)
            return _Boxes(head, shapely.bounds(self._shapes(info.id)).reshape(-1, 4))
        except OneMapError:
            return None

    def _shapes(self, round_id: str) -> Array:
        return geometries_from_bytes(self._cases.part(round_id, "project_geometries"))

    def _project(self, info: RoundInfo, held: _Boxes, shape: Geometry, tolerance: float) -> Optional[str]:
        """Key of the project of a round that is the shape, to the tolerance."""
        plane = crs_rules.parse_crs(held.head.plane_wkt)
        try:
            moved = crs_rules.transform_geometries([shape], crs_rules.parse_crs(_CGCS2000), plane)[0]
        except OneMapError:
            return None
        off = np.abs(held.boxes - np.array(shapely.bounds(moved))).max(axis=1) if len(held.boxes) else np.zeros(0)
        near = np.flatnonzero(off <= tolerance)  # a box that is none is NaN and never near
        if not len(near):
            return None
        shapes = self._shapes(info.id)
        same = [n for n in near if is_same(shapes[n], moved, tolerance)]
        if not same:
            return None
        keys = RoundTable.from_bytes(self._cases.part(info.id, "projects")).column("keys")
        return str(keys[same[0]])

    def _evidence(self, info: RoundInfo, head: RoundHead, project: str, newer: list[RoundHead]) -> ControlEvidence:
        verdicts = RoundTable.from_bytes(self._cases.part(info.id, VERDICTS))
        columns = [verdicts.column(name) for name in ("project_key", "line_id", "line_name", "status", "effect")]
        rows = [row[1:] for row in zip(*columns) if row[0] == project]
        excused = self._excused(info, project)
        found: dict[str, list[str]] = {}
        for line, name, status, effect in rows:
            if line not in excused:
                found.setdefault(frozen_conclusion(status, effect).value, []).append(name or line)
        unseen = (Conclusion.NOT_CHECKED, Conclusion.FAILED)
        changed, unproven = _states(head, newer)
        titles = conclusion_names()
        return ControlEvidence(
            name=f"{info.case} {info.number}",
            conclusions={c: tuple(names) for c, names in found.items()},
            checked=frozenset(
                line for line, _, status, effect in rows if frozen_conclusion(status, effect) not in unseen
            ),
            line_names={line: name or line for line, name, _, _ in rows},
            titles={c: titles[c][messages.language()] for c in titles},
            changed=tuple(changed),
            unproven=tuple(unproven),
        )

    def _excused(self, info: RoundInfo, project: str) -> set[str]:
        """Ids of lines whose every finding was accepted with a reason that holds today."""
        overrides = self._cases.overrides(info.id)
        if not overrides:
            return set()
        held = accepted(self._cases.load(info.id), overrides, date.today().isoformat())
        return {line for key, line in held.verdicts if key == project}


def is_same(one: Geometry, other: Geometry, tolerance_m: float) -> bool:
    """Whether two polygons on one plane differ by no more than a strip of the tolerance along their boundary."""
    if one is None or not shapely.is_valid(one) or not shapely.is_valid(other):
        return one is not None and bool(shapely.equals_exact(one, other, tolerance_m))
    strip = tolerance_m * float(shapely.length(other))
    return bool(shapely.area(shapely.symmetric_difference(one, other)) <= strip)


def _states(head: RoundHead, newer: list[RoundHead]) -> tuple[list[str], list[str]]:
    """(names of control layers that changed since a round, names of those of which that is not known)."""
    changed: dict[str, None] = {}
    unproven: dict[str, None] = {}
    for one in _controls(head):
        same = _is_same_now(one)
        if same is None or not one.sha256:
            unproven[one.name] = None
        elif not same:
            changed[one.name] = None
    latest = _by_line(newer)
    for line, hashes in _by_line([head]).items():
        both = (*latest.get(line, hashes), *hashes)
        if latest.get(line, hashes) != hashes and all(both) and are_comparable(both):
            changed.update(dict.fromkeys(one.name for one in _controls(head) if one.line_id == line))
    return list(changed), [name for name in unproven if name not in changed]


def _controls(head: RoundHead) -> Iterator[RoundInput]:
    return (one for one in head.inputs if one.role == "control_line" and one.line_id)


def _by_line(heads: list[RoundHead]) -> dict[str, tuple[str, ...]]:
    """{line id: hashes of its layers} as the first of some heads (the latest round) has them."""
    found: dict[str, tuple[str, ...]] = {}
    for head in heads:
        here: dict[str, list[str]] = {}
        for one in _controls(head):
            here.setdefault(one.line_id, []).append(one.sha256)
        found = {**{line: tuple(sorted(hashes)) for line, hashes in here.items()}, **found}
    return found


def _is_same_now(one: RoundInput) -> Optional[bool]:
    """Whether a layer is what it was in the round; None where there is none to read."""
    try:
        return is_unchanged(one.source, one.sha256) if Path(one.source.split("|")[0]).exists() else None
    except OSError:
        return None

"""Site selection on QGIS layers: prepared on the main thread, run in a worker."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Optional, Union

import numpy as np
import shapely
from pyproj import CRS
from qgis.core import QgsVectorLayer

from ...core.errors import InputError
from ...core.land import crs as crs_rules
from ...core.land.area import statutory_areas
from ...core.land.remarks import Remark, stated_once
from ...core.review.project_task import KEY_FIELDS, NAME_FIELDS
from ...core.review.projects import Projects
from ...core.review.rules import RuleSet
from ...core.review.run import unique_keys
from ...core.siting.contradictions import odd_weights, unfiltered
from ...core.siting.cost import CostTable
from ...core.siting.first_site import first_partly
from ...core.siting.model import Criteria
from ...core.siting.selection import Selection, select
from ...core.siting.sensitivity import sensitivity
from ...core.siting.shared_land import shared_land
from ...core.siting.stray import FAR_M, far_off
from ...core.threads import Feedback
from ...formats.rules.cost_files import load_cost_table
from ...formats.rules.criteria_files import load_criteria
from ...formats.rules.rule_files import load_catalogue, load_rule_set
from ..layers.conditions import expression_error
from ..layers.snapshot import LayerSnapshot
from .apart import doubt_apart, far_from_all
from .layers import SitingLayers, with_extra
from .measure import Candidates, Survey, measure, settle_rules
from .opened import opened

_WIDE_DEGREES, _SAMPLE, _NAMED = 4.0, 1000, 10


def rule_set_of(rule_file: str = "") -> RuleSet:
    """The rule set of a province's file, or the national one; read once while the file stays as it is."""
    return _rule_set(rule_file, Path(rule_file).stat().st_mtime_ns if rule_file and Path(rule_file).is_file() else 0)


@lru_cache(maxsize=2)
def _rule_set(rule_file, _stamp):
    return load_rule_set([rule_file] if rule_file else None, load_catalogue(), expression_error)


@dataclass
class SelectionRun:
    """What a run of selectsites made; geometries are on `plane` (metres), in the order of the candidates."""

    selection: Selection
    names: list
    geometries: np.ndarray
    plane: CRS
    criteria: Criteria
    unusable: list = field(default_factory=list)


@dataclass(frozen=True)
class SitingInputs:
    """What a selection or a search goes by. `criteria`: a YAML file, or Criteria that were checked already; `layers`:
    vector and raster layers or source texts; `mapping`: {layer: key of the criteria} or JSON; `rule_file`: a
    province's rules; `on`: the day whose rules count (today); `costs`: a county's own price table."""

    criteria: Union[str, Path, Criteria]
    layers: Sequence[QgsVectorLayer]
    mapping: Union[Mapping[str, str], str, None] = None
    rule_file: str = ""
    on: Optional[date] = None
    costs: str = ""

    def cost_table(self) -> CostTable:
        """The table of what sites cost; raises CatalogueError for a file with mistakes."""
        return load_cost_table(self.costs) if self.costs else load_cost_table()

    def checked_criteria(self) -> Criteria:
        """The Criteria; raises CatalogueError for a file with mistakes."""
        if isinstance(self.criteria, Criteria):
            return self.criteria
        rules = rule_set_of(self.rule_file)
        return load_criteria(Path(self.criteria), rules, expression_error, self.on or date.today())


class SelectSites:
    """One selection among the polygons of a layer. The constructor touches layers (main thread), `run` does not.

    Raises CatalogueError, CrsError, InputError.
    """

    def __init__(self, inputs: SitingInputs, candidates: QgsVectorLayer) -> None:
        self.catalogue = load_catalogue()
        self.criteria = inputs.checked_criteria()
        self.cost_table = inputs.cost_table()
        named = with_extra(self.criteria, self.cost_table.layers)
        self.layers = SitingLayers(named, inputs.layers, inputs.mapping, self.catalogue)
        self.snapshot = opened(candidates, "candidates")
        self.plane = plane_of(self.snapshot)

    def run(
        self, key_field: str = "", feedback: Optional[Feedback] = None, runs: int = 1000, seed: Optional[int] = None
    ) -> SelectionRun:
        """Return the SelectionRun; raises InputError for candidates that cannot be used, Cancelled."""
        criteria = settle_rules(self.criteria, self.layers)
        needs = criteria.needs()
        asked = any(need.kind == "expression" or not need.layer and need.kind == "classes" for need in needs)
        candidates, names, unusable = read_candidates(self.snapshot, key_field, self.plane, asked, feedback)
        measured = measure(needs, candidates, self.layers, self.plane, feedback)
        survey = Survey(self.layers, self.plane, feedback)
        far = far_from_all(candidates.projects, survey)
        selection = select(criteria, candidates.projects, measured, far=far)
        outside = doubt_apart(selection.constraints, candidates.projects, survey)
        if runs:
            selection.sensitivity = sensitivity(selection, runs, **({} if seed is None else {"seed": seed}))
        selection.tell_ties()
        selection.remarks += shared_land(candidates.projects).remarks(selection.order)
        selection.remarks[:0] = first_partly(selection)
        selection.tell_unchecked()
        selection.remarks += [*outside, *unfiltered(criteria), *odd_weights(criteria)]
        if not len(selection.order):
            selection.remarks.append(Remark("siting_none_left", "", None, {"steps": selection.steps()}))
        return SelectionRun(selection, names, candidates.projects.geometries, self.plane, criteria, unusable)

    def remarks(self):
        """Remarks about every input."""
        return input_remarks(self.snapshot, self.layers)

    def repairs(self) -> list:
        return [r for s in snapshots_of(self) for r in s.repairs]

    def skipped(self) -> list:
        return [r for s in snapshots_of(self) for r in s.skipped]


def snapshots_of(job: Any) -> list:
    """The candidate or extent layer and every vector layer of the criteria."""
    return [job.snapshot, *(s.snapshot for s in job.layers.all() if hasattr(s, "snapshot"))]


def input_remarks(snapshot, layers):
    """Remarks of a candidate or extent layer and of all layers of the criteria."""
    inner = [getattr(s, "snapshot", s) for s in layers.all()]
    found = [remark for source in (snapshot, *inner) for remark in source.remarks]
    return stated_once([*layers.remarks, *found, *_repaired(snapshot, *inner)])


def _repaired(*sources):
    """A Remark about each layer of which geometries were repaired before anything was measured."""
    for source in sources:
        repairs = getattr(source, "repairs", None)  # a raster has none
        if repairs:
            fids = ", ".join(str(r.fid) for r in repairs[:_NAMED]) + (" …" if len(repairs) > _NAMED else "")
            change = max(abs(r.change_m2) for r in repairs)
            params = {"layer": source.name, "count": len(repairs), "fids": fids, "change": change}
            yield Remark("siting_repaired", source.name, None, params)


def plane_of(snapshot: LayerSnapshot) -> CRS:
    """The working plane of a polygon layer; raises InputError for an empty layer or one without polygons."""
    if snapshot.expected_count == 0:
        raise InputError("siting_base_empty", layer=snapshot.name)
    if snapshot.dimension != 2:
        raise InputError("siting_base_not_polygons", layer=snapshot.name)
    return crs_rules.working_plane(snapshot.crs, _centre(snapshot))


def _centre(snapshot):
    """(x, y) of the middle of a layer; the middle feature where one that lies far off may have moved that."""
    box = snapshot.extent
    wide = _WIDE_DEGREES if snapshot.crs.is_geographic else 2 * FAR_M
    if max(box.width(), box.height()) > wide:
        boxes = [b for b in snapshot.boxes(_SAMPLE) if not b.isNull()]
        centres = np.array([(b.center().x(), b.center().y()) for b in boxes]).reshape(-1, 2)
        finite = centres[np.isfinite(centres).all(axis=1)]
        if len(finite):
            return tuple(np.median(finite, axis=0).tolist())
    return box.center().x(), box.center().y()


def read_candidates(
    snapshot: LayerSnapshot, key_field: str, plane: CRS, asked: bool, feedback: Optional[Feedback]
) -> Any:
    """(Candidates, names, keys of unusable ones); attributes are kept only when an expression is `asked`."""
    if key_field and not snapshot.has_field(key_field):
        names = ", ".join(f.name() for f in snapshot.fields)
        raise InputError("field_missing", layer=snapshot.name, field=key_field, fields=names)
    key_field = key_field or next((f for f in KEY_FIELDS if snapshot.has_field(f)), "")
    name_field = next((f for f in NAME_FIELDS if snapshot.has_field(f)), "")
    rows = _Rows(snapshot, key_field, name_field, asked)
    for batch in snapshot.batches(plane, rows.fields, feedback):
        rows.add(*batch)
    return rows.candidates(plane)


class _Rows:
    """What is kept of the candidates' features, batch by batch: texts, geometries, and attributes when an
    expression is `asked`.
    """

    def __init__(self, snapshot, key_field, name_field, asked):
        self._snapshot, self._key, self._name, self._asked = snapshot, key_field, name_field, asked
        self.fields = [f.name() for f in snapshot.fields] if asked else sorted({key_field, name_field} - {""})
        self._fids, self._geometries, self._keys, self._names, self._features = [], [], [], [], []

    def add(self, features, fids, geometries):
        self._fids.append(fids)
        self._geometries.append(geometries)
        self._keys += [_text(f[self._key]) if self._key else None for f in features]
        self._names += [(_text(f[self._name]) or "") if self._name else "" for f in features]
        if self._asked:
            for feature in features:
                feature.clearGeometry()
            self._features += features

    def candidates(self, plane):
        """(Candidates, names, keys of unusable ones); raises InputError."""
        snapshot = self._snapshot
        if not self._fids:
            raise InputError("siting_base_empty", layer=snapshot.name)
        geometries = np.concatenate(self._geometries)
        keys, double = unique_keys(self._keys, np.concatenate(self._fids))
        if double:
            snapshot.remarks.append(
                Remark("siting_duplicate_keys", snapshot.name, None, {"keys": ", ".join(double[:10])})
            )
        missing = shapely.is_missing(geometries)
        usable = np.flatnonzero(~missing)
        usable = self._without_strays(keys, geometries, usable)
        areas = statutory_areas(geometries[usable], plane)
        if not areas.all():  # of no land every share is unknown, and it would be the best of all
            self._tell("siting_no_land", [keys[i] for i in usable[areas == 0]])
            usable, areas = usable[areas > 0], areas[areas > 0]
        if not len(usable):
            raise InputError("siting_base_unusable", layer=snapshot.name, count=len(keys))
        projects = Projects([keys[i] for i in usable], geometries[usable], areas)
        kept = [self._features[i] for i in usable] if self._asked else None
        found = Candidates(projects, kept, snapshot.fields if self._asked else None)
        return found, [self._names[i] for i in usable], [keys[i] for i in np.setdiff1d(np.arange(len(keys)), usable)]

    def _without_strays(self, keys, geometries, usable):
        """Positions of the candidates that can be used; the broken ones and those far off are named."""
        far = far_off(geometries[usable])
        broken = np.setdiff1d(np.arange(len(keys)), usable)
        if len(broken):
            self._tell("siting_broken", [keys[i] for i in broken])
        if far.any():
            self._tell("siting_far_off", [keys[i] for i in usable[far > 0]], kilometres=float(far.max()) / 1000)
        return usable[far == 0]

    def _tell(self, code, keys, **more):
        named = "、".join(keys[:_NAMED]) + (" …" if len(keys) > _NAMED else "")
        params = {"count": len(keys), "keys": named, **more}
        self._snapshot.remarks.append(Remark(code, self._snapshot.name, None, params))


def _text(value):
    return None if value is None or str(value) == "NULL" else str(value)

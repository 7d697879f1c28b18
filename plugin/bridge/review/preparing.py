"""A control-line review on QGIS layers: prepared on the main thread, run in a worker, told line by line."""

import copy
import json
from collections.abc import Iterator
from datetime import date
from typing import Any, Optional

import numpy as np
import shapely
from qgis.core import QgsRectangle, QgsVectorLayer

from ...core.errors import InputError, OneMapError
from ...core.land import crs as crs_rules
from ...core.land.boxes import grown
from ...core.land.pair_cuts import self_check
from ...core.land.remarks import Remark
from ...core.messages import text
from ...core.review import run as review
from ...core.review.control_source import ControlSource
from ...core.review.findings import InputInfo
from ...core.review.layer_dates import DateSource, LayerDate, parsed_day
from ...core.review.line_check import LineTask, Settings
from ...core.review.matching import LayerName, match_lines
from ...core.review.rules import WHOLE_LINE, out_of_force
from ...core.threads import in_threads
from ...formats.rules.rule_files import load_catalogue, load_rule_set
from ..layers.conditions import expression_error
from ..layers.encoding import repair_encoding
from ..layers.gpkg_reader import source_parts
from ..layers.snapshot import LayerSnapshot, public_source
from .control_layer import near_features
from .control_readers import Reading, warm
from .postgis_layer import control_layer
from .project_layer import line_task, project_centre, read_projects

_FAR = 1e12  # metres; stands for infinity

_DATES = '{"YJJBNT": "2023-12-31"}'


class Review:
    """One check. `prepare_*` on the main thread touches layers; `run` does not and may live in any thread.

    After `run`: `data` (ProjectData), `inputs()`, `repairs()`, `skipped()`, `remarks()` say what the report must tell.
    """

    def __init__(self, rule_files=(), sliver_m2=1.0, review_date=None, cache_mb=0):
        self.catalogue = load_catalogue()
        self.rule_files = tuple(rule_files)
        self.rule_set = load_rule_set(list(rule_files) or None, self.catalogue, expression_error)
        self.sliver_m2, self.cache_mb = sliver_m2, cache_mb
        self.review_date = review_date or date.today()
        self.snapshots, self.failures, self._remarks = [], [], []
        self._covered = {}  # plane -> what the control layers cover; shared by `again`
        self._read, self._shown = {}, {}  # line id -> sources of the run, geometries near a project
        self.project_snapshot: Any = None
        self.plane: Any = None
        self.data: Any = None
        self.layer_dates = {}  # {layer name, source or line id: date} that a person entered

    def again(self) -> Any:
        """The same check anew: rules, matched layers and open caches stay, projects and results go.

        Needs no main thread.
        """
        twin = copy.copy(self)
        twin.snapshots = [snapshot.fresh() for snapshot in self.snapshots]
        twin.failures, twin._remarks = list(self.failures), list(self._remarks)
        twin._read, twin._shown, twin.data = {}, {}, None
        return twin

    def renew(self, renewed: Any) -> None:
        """Put `renewed(snapshot)` in the place of every layer; for a Review of `again`, on the main thread."""
        self.snapshots, self._covered = [renewed(snapshot) for snapshot in self.snapshots], {}

    def prepare_projects(self, layer: Any) -> None:
        """Take the project layer; raises CrsError, InputError."""
        self.project_snapshot = LayerSnapshot(repair_encoding(layer), role="projects")
        if self.project_snapshot.expected_count == 0:
            raise InputError("projects_empty", layer=layer.name())
        self.plane = crs_rules.working_plane(self.project_snapshot.crs, project_centre(self.project_snapshot, layer))

    def prepare_controls(self, layers: list, mapping: Any = None) -> None:
        """Take control layers, each a QgsVectorLayer or, for one that could not be opened, its source as text."""
        mapping = parse_mapping(mapping)
        names = [layer_name(layer) for layer in layers]
        matching = match_lines(names, mapping, self.catalogue)
        for index, line_id in sorted(matching.assigned.items()):
            self._add_control(layers[index], names[index], self.catalogue.get(line_id))
        for index, lines in matching.ambiguous:
            self._remarks.append(
                Remark("layer_ambiguous", names[index].name, None, _named(names[index], ", ".join(lines)))
            )
        for index in matching.unmatched:
            self._remarks.append(Remark("layer_unmatched", names[index].name, None, _named(names[index], "")))
        for line_id, indices in matching.several.items():
            together = ", ".join(names[i].name for i in indices)
            self._remarks.append(Remark("line_several_layers", "", None, {"line": line_id, "layers": together}))

    def _add_control(self, layer, name, line):
        try:
            if isinstance(layer, str):
                raise InputError("layer_missing", source=layer)
            snapshot = LayerSnapshot(repair_encoding(layer), "control_line", line.id, line.name)
            keys = (name.name, name.source, line.id)  # the source where several layers have one name
            entered = next((self.layer_dates[key] for key in keys if self.layer_dates.get(key)), "")
            snapshot.dated = LayerDate(entered, DateSource.ENTERED) if entered else snapshot.dated
            self.snapshots.append(snapshot)
        except OneMapError as error:
            self.failures.append(_Failed(name.name, name.source, line, str(error)))

    def run(self, key_field: str = "", feedback: Any = None, near_only: bool = False) -> Iterator[Any]:
        """Yield the LineOutcomes of every line of the rule set; raises InputError for unusable projects, Cancelled.

        `near_only`: look at nothing but what lies near the projects (the range tool); otherwise small layers are
        looked through for broken geometry as a whole.
        """
        self.data = read_projects(self.project_snapshot, key_field, self.plane, feedback)
        tasks = [self._task(line_id) for line_id in self.rule_set.line_ids()]
        sources = self._read = self._sources({task.line_id: task for task in tasks}, near_only)
        self._tell_outside()
        settings = Settings(self.plane, self.rule_set.sha256, self.sliver_m2)
        yield from review.run(self.data.projects, tasks, sources, settings, feedback)

    def near_features(self, line_id: str) -> Any:
        """Geometries of a line near the projects of the run, for maps and distances; read when first asked for."""
        if line_id not in self._shown:
            self._shown[line_id] = near_features(self._read.get(line_id, ()), self.data.projects)
        return self._shown[line_id]

    def _task(self, line_id):
        line, rules = self.catalogue.get(line_id), self.rule_set.for_line(line_id, self.review_date)
        if rules and any(snapshot.line_id == line_id for snapshot in self.snapshots):
            return line_task(line, rules, self.project_snapshot, self.data.features)
        if rules:
            return LineTask(line_id, line.name, rules)
        return LineTask(line_id, line.name, [], absent=out_of_force(self.rule_set, line_id, self.review_date))

    def _sources(self, tasks, near_only):
        sources: dict[str, list[Any]] = {}
        taken_off = {rule.less_line for task in tasks.values() for rule in task.rules}
        for snapshot in self.snapshots:
            task = tasks.get(snapshot.line_id)
            rules = [*(task.rules if task else ()), *([WHOLE_LINE] if snapshot.line_id in taken_off else ())]
            if rules:
                line = self.catalogue.get(snapshot.line_id)
                layer = control_layer(snapshot, line, rules, Reading(self.plane, near_only, self.cache_mb))
                sources.setdefault(snapshot.line_id, []).append(layer)
        for failed in self.failures:
            sources.setdefault(failed.line.id, []).append(failed)
        return sources

    def rectangle(self, snapshot: LayerSnapshot, reach: Optional[float]) -> Optional[QgsRectangle]:
        """Box of the projects, grown by `reach` metres, in the CRS of a layer; None to read the whole layer."""
        if reach is None:
            return None
        left, low, right, top = shapely.total_bounds(self.data.projects.geometries)
        bounds = grown((left, low, right, top), reach)
        return QgsRectangle(
            *np.clip(crs_rules.transform_bounds(bounds, self.plane, snapshot.crs), -_FAR, _FAR).tolist()
        )

    def warm(self, feedback: Any = None) -> Any:
        """Build the caches that the control layers lack; returns how many have one then."""
        lines = self.catalogue
        done = in_threads(lambda s: warm(s, lines.get(s.line_id), self.plane, self.cache_mb), self.snapshots, feedback)
        return sum(done)

    def _tell_outside(self):
        """Remark projects that lie outside the extent of every control layer: a sign of a wrong coordinate system."""
        if self.plane.srs not in self._covered:
            self._covered[self.plane.srs] = _covered(self.snapshots, self.plane)
        covered = self._covered[self.plane.srs]
        if covered is None:
            return
        meets = shapely.intersects(self.data.projects.geometries, covered)
        far = [key for key, near in zip(self.data.projects.keys, meets) if not near]
        if far:
            params = {"count": len(far), "keys": ", ".join(far[:5])}
            self._remarks.append(Remark("outside_all_layers", self.project_snapshot.name, None, params))

    def _all(self):
        return [self.project_snapshot, *self.snapshots]

    def inputs(self, sha256_of: Any = lambda file: "") -> Any:
        """InputInfo of every layer that was used or failed; `sha256_of` hashes a file or folder path."""
        read = [s.info(sha256_of(s.file) if s.file else "") for s in self._all()]
        return read + [f.info() for f in self.failures]

    def repairs(self) -> list:
        return [repair for snapshot in self._all() for repair in snapshot.repairs]

    def skipped(self) -> list:
        return [skip for snapshot in self._all() for skip in snapshot.skipped]

    def remarks(self):
        own = [Remark("cut_self_check")] if self_check.has_failed else []
        return own + self._remarks + [remark for snapshot in self._all() for remark in snapshot.remarks]


class _Failed(ControlSource):
    """A control source that could not be opened."""

    def __init__(self, name, source, line, reason):
        self.name, self.source, self.line, self.failure = name, source, line, reason

    def check_rest(self, feedback=None):
        """Nothing can be looked through."""

    def info(self):
        return InputInfo(
            "control_line", self.name, self.source, self.line.id, self.line.name, status="failed", reason=self.failure
        )


def _covered(snapshots, plane):
    """Union of the extents of the layers on the plane, None when no layer has one."""
    boxes = [np.zeros((0, 4))]
    for snapshot in snapshots:
        if snapshot.expected_count != 0 and not snapshot.extent.isNull():
            e = snapshot.extent
            box = np.array([[e.xMinimum(), e.yMinimum(), e.xMaximum(), e.yMaximum()]])
            boxes.append(crs_rules.transform_boxes(box, snapshot.crs, plane))
    within = np.clip(np.concatenate(boxes), -_FAR, _FAR)
    return shapely.union_all(shapely.box(*within.T)) if len(within) else None


def parse_mapping(value: Any) -> Any:
    """Return MAPPING (JSON text or dict) as {layer: line id}; raises InputError when it is no such object."""
    if not value:
        return {}
    if isinstance(value, dict):
        return value
    try:
        mapping = json.loads(value)
    except ValueError as error:
        raise InputError("mapping_invalid", error=error) from error
    if not isinstance(mapping, dict) or not all(isinstance(v, str) for v in mapping.values()):
        raise InputError("mapping_invalid", error=text("mapping_shape"))
    return mapping


def parse_layer_dates(value: Any) -> Any:
    """Return LAYER_DATES (JSON text) as {layer name, source or line id: date}; raises InputError."""
    try:
        given = json.loads(value) if value else {}
        dates = {str(key): parsed_day(day) for key, day in given.items()}
    except (ValueError, AttributeError) as error:
        raise InputError("layer_dates_invalid", error=error, example=_DATES) from error
    wrong = [str(given[key]) for key in given if not dates[str(key)]]
    if wrong:
        raise InputError("layer_dates_invalid", error=", ".join(wrong), example=_DATES)
    return dates


def layer_name(layer: Any) -> LayerName:
    """Name, source and table of a layer as the matching needs them."""
    if isinstance(layer, QgsVectorLayer):
        return LayerName(
            layer.name(), public_source(layer), _table(layer.providerType(), layer.source()), _one_ysdm(layer)
        )
    parts = source_parts("ogr", layer)
    table = parts.get("layerName") or ""
    return LayerName(table or layer, layer, table, None)


def _table(provider, source):
    parts = source_parts(provider, source)
    return parts.get("layerName") or parts.get("table") or ""


def _one_ysdm(layer):
    """The YSDM code when the layer has such a field with one single value."""
    index = layer.fields().lookupField("YSDM")
    if index < 0:
        return None
    values = {str(v) for v in layer.uniqueValues(index, 2) if v is not None and str(v) != "NULL"}
    return values.pop() if len(values) == 1 else None


def _named(name, lines):
    return {"layer": name.name, "lines": lines}

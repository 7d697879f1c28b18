"""A prepared Review run in any thread: outcomes line by line, then what the report must say."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Callable, Optional, Union

import numpy as np
import shapely
from qgis.core import QgsRectangle, QgsVectorLayer

from ...core.land import crs as crs_rules
from ...core.land.boxes import grown
from ...core.land.file_state import samples_shared
from ...core.land.input_check import FIRST_SAID, NARROWING
from ...core.land.pair_cuts import self_check
from ...core.land.remarks import Remark, Repair, Skipped, stated_once
from ...core.land.types import Array
from ...core.land.zone_search import Place
from ...core.memory import give_back, give_back_large
from ...core.review import run as review_run
from ...core.review.apart import noted_together
from ...core.review.control_extent import outside_layers
from ...core.review.findings import InputInfo
from ...core.review.line_check import LineOutcome, LineTask
from ...core.review.rules import FULL_LINE, out_of_force
from ...core.review.settings import Settings
from ...core.threads import Feedback, rare_collections
from ...core.workers import Workers, lent, start_ahead
from ..layers.gpkg_source import gpkg_table
from ..layers.snapshot import LayerSnapshot
from ..layers.two_zones import box_of
from . import check_process, control_cache
from .control_extent import covered_by_layers, read_beyond
from .control_layer import ControlLayer
from .control_readers import Reading
from .far_projects import noted_projects
from .gpkg_layer import GpkgLayer
from .input_checks import check_zones
from .layer_remarks import control_remarks, note_vintages, shapeless_remarks
from .map_features import near_features
from .near_sources import BegunRun, NearSources
from .postgis_layer import control_layer
from .preparing import Review
from .project_layer import ProjectData, project_task, read_projects
from .reading_ahead import ReadingAhead, RowsAhead

_FAR = 1e12  # metres; stands for infinity
# a run of fewer is over before processes are up
_MANY_PROJECTS, _MANY_CONTROLS = 500, 20_000


@dataclass
class ReviewResult:
    """What a run of `review` gave beside its outcomes. `layers`: the project layer and the control layers as they
    were read; `sources`: {line id: control sources}, for what lies near the projects.
    """

    review: Review
    data: ProjectData
    layers: list[LayerSnapshot]
    sources: dict[str, list] = field(default_factory=dict)
    own_remarks: list[Remark] = field(default_factory=list)
    control_extent: Optional[LayerSnapshot] = None
    _near: dict[str, list] = field(default_factory=dict)

    @property
    def controls(self) -> list[LayerSnapshot]:
        return self.layers[1:]

    @property
    def all_layers(self) -> list[LayerSnapshot]:
        """Projects, control layers, and the area they were delivered for where it is known."""
        return [*self.layers, *([self.control_extent] if self.control_extent else [])]

    def near_features(self, line_id: str) -> list:
        """Geometries of a line near the projects, for maps and distances; read when first asked for."""
        if line_id not in self._near:
            self._near[line_id] = near_features(self.sources.get(line_id, ()), self.data.projects)
        return self._near[line_id]

    def rectangle(self, snapshot: LayerSnapshot, reach: Optional[float]) -> Optional[QgsRectangle]:
        """Box of the projects, grown by `reach` metres, in the CRS of a layer; None to read the whole layer."""
        if reach is None:
            return None
        left, low, right, top = shapely.total_bounds(self.data.projects.geometries)
        bounds = crs_rules.transform_bounds(grown((left, low, right, top), reach), self.review.plane, snapshot.crs)
        return QgsRectangle(*np.clip(bounds, -_FAR, _FAR).tolist())

    def inputs(self, sha256_of: Callable[[Any], str] = lambda file: "") -> list[InputInfo]:
        """InputInfo of every layer that was used or failed; `sha256_of` hashes a file or folder path."""
        return self.hashed_inputs(lambda file, source: sha256_of(file))

    def hashed_inputs(self, sha256_of: Callable[[Any, str], str]) -> list[InputInfo]:
        """As `inputs`; `sha256_of` gets the path and the source of a layer, which names its table."""
        read = [s.info(sha256_of(s.file, s.source) if s.file else "") for s in self.all_layers]
        return read + [f.info() for f in self.review.failures]

    def repairs(self) -> list[Repair]:
        return [repair for snapshot in self.all_layers for repair in snapshot.repairs]

    def skipped(self) -> list[Skipped]:
        return [skip for snapshot in self.all_layers for skip in snapshot.skipped]

    def remarks(self) -> list[Remark]:
        first = [Remark("cut_self_check")] if self_check.has_failed else []
        read = [remark for snapshot in self.all_layers for remark in snapshot.remarks]
        read += shapeless_remarks(self.controls)
        said = sorted([*self.review.remarks, *self.own_remarks, *read], key=lambda r: r.code not in NARROWING)
        said.sort(key=lambda remark: remark.code not in FIRST_SAID)  # what was not looked at comes first
        return stated_once([*first, *said])


def run_review(
    review: Review,
    take: Callable[[LineOutcome], None],
    key_field: str = "",
    feedback: Optional[Feedback] = None,
    near: Optional[NearSources] = None,
) -> ReviewResult:
    """Check the projects against every line of the rule set; `take` gets the LineOutcomes as they come.

    `near`: look at nothing but what lies near the projects (the range tool); otherwise small layers are
    looked through for broken geometry as a whole. The Review stays as it was and may be run again.
    Raises InputError for unusable projects, Cancelled.
    """
    if near is None:
        give_back_large()
    with rare_collections(), _workers(review, near) as workers, ExitStack() as ending:
        if near is not None:
            ending.callback(near.stop_reading)
        result, outcomes = _begun(review, key_field, near, workers, feedback)
        for outcome in outcomes:
            take(outcome)
    if near is not None:
        projects, *controls = result.layers
        near.keep(review, controls, result.sources)
        result.layers = [projects, *near.of_run(controls)]
    return result


def make_ready(
    projects: Optional[QgsVectorLayer], controls: Sequence[Union[str, QgsVectorLayer]], cache_mb: float = 0
) -> Optional[RowsAhead]:
    """Let what a large run needs start while it is prepared; what this gives is to be kept until the run has ended.

    Of a text nobody knows more than that it is no layer. Main thread.
    """
    layers = [layer for layer in controls if not isinstance(layer, str)]
    if projects is None or not _are_many(projects.featureCount(), [layer.featureCount() for layer in layers]):
        return None
    start_ahead(check_process.__name__)
    tables = [] if cache_mb and control_cache.are_any() else map(gpkg_table, layers)
    return RowsAhead([table for table in tables if table is not None])


def _workers(review: Review, near: Optional[NearSources]) -> AbstractContextManager[Optional[Workers]]:
    """Processes for the arithmetic of a large run, none for a small one."""
    return lent(check_process.__name__) if near is None and _is_large(review) else nullcontext()


def _is_large(review: Review) -> bool:
    return _are_many(review.project_snapshot.expected_count, [one.expected_count for one in review.snapshots])


def _are_many(projects: int, controls: Sequence[int]) -> bool:
    return projects >= _MANY_PROJECTS and sum(controls) >= _MANY_CONTROLS


def _read_ahead(review: Review, sources: dict[str, list], near: NearSources, feedback: Optional[Feedback]) -> None:
    """Have the tables of a range of which nothing is known yet read in the order of the lines."""
    in_order = (layer for line_id in review.rule_set.line_ids() for layer in sources.get(line_id, ()))
    near.ahead = ReadingAhead([layer for layer in in_order if isinstance(layer, GpkgLayer)], feedback)


def _begun(
    review: Review,
    key_field: str,
    near: Optional[NearSources],
    workers: Optional[Workers],
    feedback: Optional[Feedback],
) -> tuple[ReviewResult, Iterator[LineOutcome]]:
    """The inputs read, and the outcomes to come."""
    is_open = near is not None and near.serves(review)
    projects = review.project_snapshot.fresh()
    controls = near.for_run() if near and is_open else [snapshot.fresh() for snapshot in review.snapshots]
    read = partial(read_projects, projects, key_field, review.plane, feedback)
    data, sources = (read(), near.sources) if near and is_open else _inputs(review, controls, near, read, feedback)
    if near is None:
        give_back()
    place, remarks = shapely.total_bounds(data.projects.geometries), []
    if near is None or near.is_new_place(place) or not is_open:
        remarks = _check_zones(review, place, sources)
    if near is None:
        remarks += [*control_remarks(controls, review.review_date), *note_vintages(review, sources)]
    result = ReviewResult(review, data, [projects, *controls], sources, remarks)
    result.control_extent = review.control_extent.fresh() if review.control_extent else None
    tasks = [_task(result, line_id) for line_id in review.rule_set.line_ids()]
    if near is not None and not is_open:
        _read_ahead(review, sources, near, feedback)
    settings = replace(_settings(result, feedback), workers=workers)
    if near is not None and near.delays_unions:
        settings = replace(settings, delays_unions=True, moving=near.moving if is_open else None)
    if near is not None and near.while_reading is not None and near.ahead is not None and near.ahead.is_much:
        near.while_reading(BegunRun(data.projects, tasks, sources, settings))
    settings = replace(settings, threads=near.most_threads if near is not None else 0)
    return result, review_run.run(data.projects, tasks, result.sources, settings, feedback)


def _settings(result: ReviewResult, feedback: Optional[Feedback]) -> Settings:
    """With what to say of each project that reaches beyond the delivered area; where none was named, of each that lies
    outside every control layer.
    """
    review, projects, extent = result.review, result.data.projects, result.control_extent
    settings = Settings(review.plane, review.rule_set.sha256, review.sliver_m2, noted=noted_projects(result))
    if extent is not None:  # it answers what lies outside every layer, too
        return replace(settings, beyond=read_beyond(extent, projects, review, feedback))
    covered = covered_by_layers(review, result.controls)
    outside = outside_layers(projects, covered) if covered is not None else None
    if outside is None:
        return settings
    far = [projects.keys[at] for at in np.flatnonzero(outside.far)]
    params = {"count": len(far), "keys": ", ".join(far[:5])}
    result.own_remarks += [Remark("outside_all_layers", result.layers[0].name, None, params)]
    return replace(settings, beyond=outside.unchecked, noted=noted_together(settings.noted, outside.noted))


def _task(result: ReviewResult, line_id: str) -> LineTask:
    review = result.review
    line, rules = review.catalogue.get(line_id), review.rule_set.for_line(line_id, review.review_date)
    if rules and any(snapshot.line_id == line_id for snapshot in review.snapshots):
        return project_task(line, rules, result.data.rows)
    if rules:
        return LineTask(line_id, line.name, rules)
    return LineTask(line_id, line.name, [], absent=out_of_force(review.rule_set, line_id, review.review_date))


def _inputs(
    review: Review,
    controls: Sequence[LayerSnapshot],
    near: Optional[NearSources],
    read: Callable[[], ProjectData],
    feedback: Optional[Feedback],
) -> tuple[ProjectData, dict[str, list]]:
    """Projects and control sources; without `near` the first are read while the others are opened."""
    if near is None:
        with ThreadPoolExecutor(1) as aside:
            opening = aside.submit(_opened, review, controls, feedback)
            data = read()
            sources = opening.result()
    else:
        data, sources = read(), _sources(review, controls, near)
    return data, sources if near is None else near.held(sources)


def _check_zones(review: Review, place: Array, sources: dict[str, list]) -> list[Remark]:
    """Doubt layers that lie among the projects in another zone than their own, all where the projects do; returns what
    is to be said of the area that the control lines were delivered for.
    """
    layers = [layer for of_line in sources.values() for layer in of_line if isinstance(layer, ControlLayer)]
    left, low, right, top = place.tolist()
    own, extent = review.project_snapshot, review.control_extent
    box = crs_rules.transform_bounds((left, low, right, top), review.plane, own.crs)
    projects = Place(own.name, own.crs, box, (left, low, right, top))
    area = box_of(extent.extent) if extent is not None else None
    known = Place.of(extent.name, extent.crs, area, review.plane) if extent is not None and area is not None else None
    doubt = check_zones(projects, layers, known, review.plane)
    return [Remark(doubt.code, own.name, None, doubt.params)] if doubt is not None else []


def _opened(review: Review, controls: Sequence[LayerSnapshot], feedback: Optional[Feedback]) -> dict[str, list]:
    """The control sources of a run, those of the first line open."""
    sources = _sources(review, controls, None)
    for source in next((sources[line_id] for line_id in review.rule_set.line_ids() if line_id in sources), ()):
        source.open_once(feedback)
    return sources


def _sources(review: Review, controls: Sequence[LayerSnapshot], near: Optional[NearSources]) -> dict[str, list]:
    sources: dict[str, list] = {}
    rules_of = {
        line_id: review.rule_set.for_line(line_id, review.review_date) for line_id in review.rule_set.line_ids()
    }
    taken_off = {rule.less_line for rules in rules_of.values() for rule in rules}
    are_cached = review.cache_mb and control_cache.are_any()
    reading = Reading(review.plane, near is not None, review.cache_mb if are_cached else 0)
    with samples_shared():
        for snapshot in controls:
            rules = [*rules_of.get(snapshot.line_id, ()), *([FULL_LINE] if snapshot.line_id in taken_off else ())]
            if rules:
                line = review.catalogue.get(snapshot.line_id)
                stored = near.layer(snapshot, line, rules, reading) if near is not None else None
                layer = stored or control_layer(snapshot, line, rules, reading)
                sources.setdefault(snapshot.line_id, []).append(layer)
    for failed in review.failures:
        sources.setdefault(failed.line.id, []).append(failed)
    return sources

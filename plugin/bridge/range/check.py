"""One range against every control line, its land use and its nearest features: the review of a single polygon layer."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Callable, Optional, Union

import numpy as np
import shapely
from qgis.core import QgsVectorLayer

from ...core.errors import InputError
from ...core.land import overlay
from ...core.land.remarks import Remark, stated_once
from ...core.land.rounding import half_up
from ...core.review.findings import Finding, Verdict
from ...core.review.line_check import LineOutcome
from ...core.review.report_data import LandUseRow, NearestRow, ReviewReport, Surroundings
from ...core.review.rounds import FrozenRound
from ...core.threads import Feedback
from ...formats.rules.rule_files import line_title
from ...report.review.wording import say
from ..review.near_sources import BegunRun, NearSources
from ..review.preparing import Review
from ..review.reporting import Collector, ReportOptions, build_report
from ..review.rounds import RoundCollector, freeze
from ..review.running import ReviewResult, run_review
from .land_use import LandUse, composition, land_use_of
from .progress import PartlyChecked, Progress
from .provisional import look
from .state import FileStates
from .surroundings import SurroundingsSource

_NO_LAND = "projects_all_unusable"


@dataclass
class RangeResult:
    """What lies inside a range; areas in m², geometries of findings and `shape` on the plane `plane_wkt`.

    `report` and `frozen` are functions: the content of the report, and the range as a round with its files hashed (not
    on the main thread). Both raise StaleSource when a file was changed since. `surroundings` is None where only
    verdicts were asked for. `at_most`: ids of the lines whose overlap may count land twice, of a range that moves.
    """

    project_m2: float
    verdicts: list[Verdict]
    findings: list[Finding]
    plane_wkt: str
    shape: shapely.Geometry
    remarks: list[Remark]
    report: Callable[[], ReviewReport]
    frozen: Callable[[], FrozenRound]
    landuse: list[LandUseRow] = field(default_factory=list)
    nearest: list[NearestRow] = field(default_factory=list)
    surroundings: Optional[Surroundings] = None
    at_most: frozenset[str] = frozenset()


@dataclass
class RangeJob:
    """What a check of one range needs; made on the main thread, `run_range` takes it in a worker and touches no layer.

    `files`: the states of the files when the layers were opened, None where they are not watched; `followed`: the
    layers that stay open from one run to the next; `partly`: asked in the worker while lines are still read.
    """

    review: Review
    land_use: Optional[LandUse] = None
    surroundings: Optional[SurroundingsSource] = None
    files: Optional[FileStates] = None
    remarks: list[Remark] = field(default_factory=list)
    followed: NearSources = field(default_factory=NearSources)
    partly: Optional[Callable[[PartlyChecked], None]] = None

    def raise_if_stale(self) -> None:
        """Raise StaleSource when a file is no longer what it was."""
        if self.files is not None:
            self.files.raise_if_changed()


@dataclass
class _Run:
    """What a finished run gave, for the report and the round."""

    job: RangeJob
    review: ReviewResult
    kept: Collector
    tables: RoundCollector
    land_use: list[LandUseRow] = field(default_factory=list)
    nearest: list[NearestRow] = field(default_factory=list)
    surroundings: Optional[Surroundings] = None
    remarks: list[Remark] = field(default_factory=list)
    at_most: set[str] = field(default_factory=set)
    corrected: list[str] = field(default_factory=list)

    def report(self, map_limit: int, title: str) -> ReviewReport:
        self.job.raise_if_stale()
        options = replace(ReportOptions.of_settings(), map_limit=map_limit, title=title or say("range_title"))
        content = build_report(self.review, self.kept, options)
        content.landuse, content.nearest, content.surroundings = self.land_use, self.nearest, self.surroundings
        content.remarks = stated_once([*self.remarks, *content.remarks])
        return content

    def frozen(self) -> FrozenRound:
        self.job.raise_if_stale()
        return freeze(self.review, self.tables, {})


def run_range(job: RangeJob, feedback: Optional[Feedback] = None, title: str = "", map_limit: int = 30) -> RangeResult:
    """Check a range and what lies in and around it; any thread.

    Raises InputError for a range that cannot be used, StaleSource when a file changes meanwhile, Cancelled.
    """
    run = _verdicts_of(job, feedback)
    run.land_use, remarks = composition(job.land_use, run.review, feedback)
    run.remarks += remarks
    run.nearest = _nearest(run.review, run.kept)
    if job.surroundings is not None:
        geometries = run.review.data.projects.geometries
        run.surroundings = job.surroundings.around(job.review.plane, geometries, feedback)
    return _result(run, title, map_limit)


def run_verdicts(job: RangeJob, feedback: Optional[Feedback] = None, is_moving: bool = False) -> RangeResult:
    """As `run_range`, without land use and distances: quick enough to follow a dragged corner.

    Of one that `is_moving` no unions are made: overlaps that may count land twice are upper limits then.
    """
    return _result(_verdicts_of(job, feedback, is_moving), "", 30)


def _verdicts_of(job: RangeJob, feedback: Optional[Feedback], is_moving: bool = False) -> _Run:
    job.raise_if_stale()
    kept, tables, at_most = Collector(), RoundCollector(), set[str]()
    progress = Progress(job.review, job.partly)

    def take(outcome: LineOutcome) -> None:
        kept.add(outcome)
        tables.add(outcome)
        at_most.update([outcome.task.line_id] if outcome.is_at_most else ())
        progress.verified(outcome)

    def look_first(begun: BegunRun) -> None:
        if progress.is_wanted:
            look(begun, progress.indexed, feedback)
            progress.say_now()

    with job.followed.lock:  # a range that is let go may come while another is still followed
        job.followed.delays_unions, job.followed.while_reading = is_moving, look_first
        try:
            result = run_review(job.review, take, "", feedback, job.followed)
        except InputError as error:
            if error.code != _NO_LAND:
                raise
            raise InputError("range_no_land") from error
        finally:
            job.followed.while_reading = None
    corrected = progress.corrected(kept.verdicts)
    return _Run(job, result, kept, tables, remarks=list(job.remarks), at_most=at_most, corrected=corrected)


def _result(run: _Run, title: str, map_limit: int) -> RangeResult:
    review = run.review
    names = ", ".join(map(line_title, run.corrected))
    corrections = [Remark("range_corrected", "", None, {"lines": names})] if names else []
    area_m2 = float(review.data.projects.areas_m2.sum())
    if review.layers[0].repairs:
        corrections.append(Remark("range_repaired", "", None, {"area": area_m2}))
    result = RangeResult(
        area_m2,
        run.kept.verdicts,
        run.kept.findings,
        run.job.review.plane.to_wkt(),
        overlay.union(review.data.projects.geometries),
        stated_once([*corrections, *run.remarks, *map(_of_a_range, review.remarks())]),
        lambda: run.report(map_limit, title),
        run.frozen,
        run.land_use,
        run.nearest,
        run.surroundings,
        frozenset(run.at_most),
    )
    run.job.raise_if_stale()
    return result


def _of_a_range(remark: Remark) -> Remark:
    """A range that is drawn has no field to look for its use in."""
    if remark.code != "use_unknown":
        return remark
    return Remark("range_use_unknown", "", None, {"rules": remark.params["rules"]})


def _nearest(review: ReviewResult, kept: Collector) -> list[NearestRow]:
    """Nearest feature of every line that has a distance rule, among the features within reach of the range."""
    union = shapely.union_all(review.data.projects.geometries)
    rows = []
    for task in kept.tasks:
        wanted = [rule.distance_m for rule in task.rules if rule.kind == "distance"]
        near = review.near_features(task.line_id) if wanted else ()
        if near:
            gaps = shapely.distance(np.array(near, dtype=object), union)
            rows.append(NearestRow(task.line_id, task.line_name, float(half_up(gaps.min(), 2)), max(wanted), ""))
    return rows


@dataclass
class RangeRules:
    """What a range is checked by: an optional province rule file, `mapping` {layer: line id} or its JSON text, slivers
    in m², the day of the review (None: today), megabytes for caches (0: none).
    """

    rule_file: str = ""
    mapping: Union[str, dict, None] = None
    sliver_m2: float = 1.0
    review_date: Optional[date] = None
    cache_mb: int = 0

    def review(self) -> Review:
        """A Review without layers."""
        return Review.of_rules(
            [self.rule_file] if self.rule_file else (), self.sliver_m2, self.review_date, self.cache_mb
        )


def prepare_range_layer(
    layer: QgsVectorLayer,
    layers: Iterable[Union[QgsVectorLayer, str]],
    landuse: Optional[QgsVectorLayer],
    rules: RangeRules,
) -> RangeJob:
    """The RangeJob of a polygon layer of one or more ranges; main thread.

    `layers`: control lines, as source text where one could not be opened. Raises CrsError, InputError.
    """
    layers = list(layers)
    review = rules.review().with_projects(layer).with_controls(layers, rules.mapping)
    return RangeJob(review, land_use_of(landuse), remarks=unsaved_remarks([layer, landuse, *layers]))


def unsaved_remarks(layers: Iterable[object]) -> list[Remark]:
    """A remark for every layer whose edits are not saved: they are used as they are seen on the map."""
    edited = (m for m in layers if isinstance(m, QgsVectorLayer) and m.isEditable() and m.isModified())
    return [Remark("unsaved_edits", layer.name(), None, {"layer": layer.name()}) for layer in edited]

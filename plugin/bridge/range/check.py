"""One range against every control line, its land use and its nearest features: the review of a single drawn polygon."""

from collections import defaultdict
from dataclasses import dataclass, field, replace

import numpy as np
import shapely
from qgis.core import QgsFeature, QgsGeometry, QgsVectorLayer

from ...core.errors import OneMapError
from ...core.land import overlay
from ...core.land.area import statutory_areas
from ...core.land.repair import polygon_parts
from ...core.land.rounding import half_up
from ...core.review.report_data import LandUseRow, NearestRow
from ...formats.rules.rule_files import load_land_use_names
from ...report.review.wording import say
from ..layers.encoding import repair_encoding
from ..layers.snapshot import LayerSnapshot
from ..review.preparing import Review
from ..review.reporting import Collector, ReportOptions, build_report
from ..review.rounds import RoundCollector, freeze
from ..settings import Settings

LANDUSE_FIELDS = ("DLBM", "YDYHFLDM", "YDYHDLDM")
REACH_M = 500.0


@dataclass
class RangeResult:
    """What lies inside a range; geometries of findings are on the plane `plane_wkt`."""

    project_m2: float
    verdicts: list
    findings: list
    landuse: list = field(default_factory=list)
    nearest: list = field(default_factory=list)
    remarks: list = field(default_factory=list)
    plane_wkt: str = ""
    surroundings: object = None  # core.report_data.Surroundings, None where only verdicts were asked
    report: object = None
    shape: object = None  # the range on the plane, shapely
    frozen: object = None  # function: the range as a FrozenRound, files hashed


class RangeJob:
    """Made on the main thread, run in a worker: no layer is touched in `run`."""

    def __init__(self, review, land_use, surroundings=None):
        self._review, self._land_use, self._surroundings = review, land_use, surroundings

    @property
    def review(self):
        return self._review

    def run(self, feedback=None, title="", map_limit=30, verdicts_only=False):
        """Return the RangeResult; raises InputError for a range that cannot be used, Cancelled."""
        review, kept, tables = self._review, Collector(), RoundCollector()
        for outcome in review.run("", feedback, near_only=True):
            kept.add(outcome)
            tables.add(outcome)
        land_use = [] if verdicts_only else self._composition(feedback)
        nearest = [] if verdicts_only else _nearest(review, kept)
        around = None if verdicts_only else self._around(feedback)

        def report():
            content = build_report(
                review,
                kept,
                replace(ReportOptions.of_settings(), map_limit=map_limit, title=title or say("range_title")),
            )
            content.landuse, content.nearest, content.surroundings = land_use, nearest, around
            return content

        area = float(review.data.projects.areas_m2.sum())
        wkt = review.plane.to_wkt()
        whole = overlay.union(review.data.projects.geometries)
        parts = (land_use, nearest, review.remarks(), wkt, around, report, whole, lambda: freeze(review, tables, {}))
        return RangeResult(area, kept.verdicts, kept.findings, *parts)

    def _around(self, feedback):
        projects = self._review.data.projects
        return (
            self._surroundings.around(self._review.plane, projects.geometries, feedback) if self._surroundings else None
        )

    def verdicts(self, feedback=None):
        """As `run`, without land use and distances: quick enough to follow a dragged corner."""
        return self.run(feedback, verdicts_only=True)

    def _composition(self, feedback):
        """Statutory area of each land-use class inside the range (union of all its polygons)."""
        if self._land_use is None:
            return []
        snapshot, name = self._land_use
        projects = self._review.data.projects
        whole = overlay.union(projects.geometries)
        rectangle = self._review.rectangle(snapshot, 0.0)
        pieces = defaultdict(list)
        for features, _, geometries in snapshot.batches(self._review.plane, [name], feedback, rectangle):
            usable = np.flatnonzero(~shapely.is_missing(geometries))
            cut = shapely.intersection(geometries[usable], whole)
            for row, piece in zip(usable, cut):
                if shapely.area(piece) > overlay.NOISE_M2:
                    pieces[str(features[row][name])].append(polygon_parts(piece))
        return _land_use_rows(pieces, self._review.plane, float(projects.areas_m2.sum()))


def _land_use_rows(pieces, plane, total_m2):
    codes = sorted(pieces)
    areas = statutory_areas([overlay.union(np.array(pieces[c], dtype=object)) for c in codes], plane) if codes else []
    names = load_land_use_names()
    return [
        LandUseRow(
            code,
            names.get(code, ""),
            float(area),
            float(min(half_up(area / total_m2 * 100, 4), 100.0)) if total_m2 else 0.0,
        )
        for code, area in zip(codes, areas)
    ]


def _nearest(review, kept):
    """Nearest feature of every line that has a distance rule, among the features within reach of the range."""
    whole = shapely.union_all(review.data.projects.geometries)
    rows = []
    for task in kept.tasks:
        wanted = [rule.distance_m for rule in task.rules if rule.kind == "distance"]
        near = review.near_features(task.line_id) if wanted else ()
        if near:
            gaps = shapely.distance(np.array(near, dtype=object), whole)
            rows.append(NearestRow(task.line_id, task.line_name, float(half_up(gaps.min(), 2)), max(wanted), ""))
    return rows


class RangeSession:
    """Range after range against the same layers: they are matched and opened once. Make it and `job` it on the main
    thread.

    `layers`: control-line layers; `landuse`: the land-use layer or None; `settings`: bridge.settings.Settings; `crs`:
    the QgsCoordinateReferenceSystem of the ranges; `surroundings`: SurroundingsSource or None. Raises CrsError,
    InputError.
    """

    def __init__(self, layers, landuse, settings, crs, surroundings=None):
        self._crs, self._settings, self._surroundings = crs, settings, surroundings
        self._review = Review(
            [settings.rule_file] if settings.rule_file else (), settings.sliver_m2, None, settings.cache_mb
        )
        self._review.prepare_controls(layers, settings.mapping)
        self._land_use = _land_use_source(landuse)

    def job(self, geometry):
        """The RangeJob of one range, a QgsGeometry; touches no layer of the project."""
        layer = QgsVectorLayer("MultiPolygon?field=project_key:string&field=name:string", "range", "memory")
        layer.setCrs(self._crs)
        feature = QgsFeature(layer.fields())
        feature.setGeometry(_multi(geometry))
        feature.setAttributes(["1", say("range_name")])
        layer.dataProvider().addFeatures([feature])
        layer.updateExtents()
        review = self._review.again()
        review.prepare_projects(layer)
        return RangeJob(review, self._land_use, self._surroundings)

    def check(self, geometry, feedback=None):
        """RangeJob.verdicts of one range."""
        return self.job(geometry).verdicts(feedback)

    def warm(self, geometry, feedback=None):
        """Build the caches that the layers lack, on the plane of a range.

        Returns how many layers have one. Any thread.
        """
        job = self.job(geometry)
        return job.review.warm(feedback)


def prepare_range_check(geometry, crs, layers, landuse=None, settings=None):
    """The RangeJob of a single range; see RangeSession."""
    return RangeSession(layers, landuse, settings or Settings(), crs).job(geometry)


def prepare_range_layer(
    layer, layers, landuse=None, rule_file="", mapping=None, sliver_m2=1.0, review_date=None, cache_mb=0
):
    """The RangeJob of a polygon layer of one or more ranges."""
    review = Review([rule_file] if rule_file else (), sliver_m2, review_date, cache_mb)
    review.prepare_projects(layer)
    review.prepare_controls(layers, mapping)
    return RangeJob(review, _land_use_source(landuse))


def _land_use_source(layer):
    if layer is None:
        return None
    try:
        snapshot = LayerSnapshot(repair_encoding(layer), role="land_use")
    except OneMapError as error:
        raise type(error)("layer_error", layer=layer.name(), error=str(error)) from error
    name = next((n for n in LANDUSE_FIELDS if snapshot.has_field(n)), None)
    return (snapshot, name) if name else None


def _multi(geometry):
    geometry = QgsGeometry(geometry)
    geometry.convertToMultiType()
    return geometry

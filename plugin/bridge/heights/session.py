"""The heights of one design as a window works with them: run, drag a height, compare with another version."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Callable, Optional

from qgis.core import QgsCoordinateReferenceSystem, QgsVectorLayer

from ...core.heights.live import with_height
from ...core.heights.results import building_results, findings
from ...core.heights.versions import VersionRow, compare_versions
from ...core.land import crs as crs_rules
from ...core.land.pieces import objects
from ...core.threads import Feedback
from ..i18n import tr
from ..layers.results import areal_multipolygons, qgs_fields, write_rows
from . import outputs
from .chosen import HeightsInput
from .job import HeightsJob, HeightsRun
from .titles import AllowedHeights, ExceedingParts, ViewCorridors


class HeightsSession:
    """`run`: the last one with the heights as they stand now, `first`: as the layers have them; None before one."""

    def __init__(self) -> None:
        self.job: Optional[HeightsJob] = None
        self.run: Optional[HeightsRun] = None
        self.first: Optional[HeightsRun] = None

    def start(self, chosen: HeightsInput) -> Callable[[Feedback], HeightsRun]:
        """`work(feedback)` of a run; main thread. Raises InputError, CrsError."""
        job = HeightsJob(chosen)

        def work(feedback: Feedback) -> HeightsRun:
            made = job.run(feedback)
            self.job = job
            return made

        return work

    def finish(self, run: HeightsRun) -> None:
        """Keep a run."""
        self.run = self.first = run

    def set_height(self, building: int, height: float) -> HeightsRun:
        """Another height of one building; everything that follows from it."""
        assert self.run is not None  # noqa: S101  (a height is dragged in a list that a run filled)
        outcome = with_height(self.run.outcome, building, height)
        made = replace(self.run, outcome=outcome, findings=findings(outcome), buildings=building_results(outcome))
        self.run = made
        return made

    def reset(self) -> None:
        """The heights that the layers have."""
        self.run = self.first

    def changed(self) -> list[int]:
        """Positions of buildings whose height was changed."""
        if self.run is None or self.first is None:
            return []
        pairs = zip(self.run.outcome.design.buildings.height, self.first.outcome.design.buildings.height)
        return [at for at, (now, then) in enumerate(pairs) if now != then and (now == now or then == then)]

    def compare(self, other: HeightsRun) -> list[VersionRow]:
        """This design and another version of it, by the keys of the buildings."""
        assert self.run is not None  # noqa: S101  (the button is off before)
        return compare_versions((self.run.buildings, self.run.findings), (other.buildings, other.findings))

    @property
    def plane_crs(self) -> Optional[QgsCoordinateReferenceSystem]:
        """The plane of the shapes, None before a run."""
        return QgsCoordinateReferenceSystem.fromWkt(self.run.plane.to_wkt()) if self.run else None

    def layers(self) -> list[QgsVectorLayer]:
        """Result layers for the map, styled: buildings, views, exceeding parts on top."""
        assert self.run is not None and self.job is not None  # noqa: S101
        made: list[tuple[str, Any, Any, Any]] = [
            (tr("Buildings and heights allowed"), outputs.LIMIT_FIELDS, outputs.limit_table, AllowedHeights),
            (tr("Views"), outputs.SIGHT_FIELDS, outputs.sight_table, ViewCorridors),
            (tr("Parts that exceed a limit"), outputs.FINDING_FIELDS, outputs.finding_table, ExceedingParts),
        ]
        return [self._layer(*one) for one in made]

    def _layer(self, name: str, fields: Any, table_of: Any, style: Any) -> QgsVectorLayer:
        assert self.run is not None and self.job is not None  # noqa: S101
        layer = QgsVectorLayer("MultiPolygon", name, "memory")
        layer.setCrs(self.job.qgis_crs)
        layer.dataProvider().addAttributes(list(qgs_fields(fields)))
        layer.updateFields()
        table = table_of(self.run)
        shapes = crs_rules.transform_geometries(
            areal_multipolygons(objects(table.shapes)), self.job.plane, self.job.crs
        )
        write_rows(layer.dataProvider(), fields, table.rows, shapes)
        layer.updateExtents()
        style.make().postProcessLayer(layer, None, None)
        return layer


def worst_of(findings_of: Sequence[Any]) -> dict[int, float]:
    """{building: most metres above a limit}"""
    worst: dict[int, float] = {}
    for finding in findings_of:
        if finding.building >= 0 and finding.unit == "m":
            worst[finding.building] = max(worst.get(finding.building, 0.0), finding.exceed_value)
    return worst

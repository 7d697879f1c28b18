"""What a summary writes beside its tables: report, filled template, frozen edition; the divisions on a map."""

import math
from datetime import datetime
from pathlib import Path
from statistics import mode
from typing import Any, Optional

import numpy as np
import shapely
from pyproj import CRS
from qgis.core import QgsVectorLayer

from ...core.errors import OutputError
from ...core.files import write_complete
from ...core.indicators.summary import Summary, frozen
from ...core.land import crs as crs_rules
from ...formats.rules.indicator_files import shipped_decimals
from ...formats.workbook.named_cells import Filled, Value, fill_template, template_value
from ...report.monitoring.summary import SummaryReport, say, texts
from ..layers.encoding import repair_encoding
from ..layers.snapshot import LayerSnapshot
from ..review.reporting import software
from .land_picture import PlotClass, land_picture
from .summary import SummaryRun
from .summary_rows import STATE_COLOURS

_MOST_DECIMALS, _FIGURES = 6, 3
_CODE_FIELDS = ("XZQDM", "XZQ_DM", "code", "division")


class DivisionShapes:
    """Polygons of divisions by their codes; made on the main thread, read in any."""

    def __init__(self, layer: QgsVectorLayer) -> None:
        layer = repair_encoding(layer)
        self.snapshot = LayerSnapshot(layer, "divisions")
        centre = layer.extent().center()
        self.plane: CRS = crs_rules.working_plane(self.snapshot.crs, (centre.x(), centre.y()))
        self.field = next((name for name in _CODE_FIELDS if self.snapshot.has_field(name)), "")

    def by_code(self) -> dict[str, Any]:
        """{code: polygon on the plane}; {} for a layer without a field of codes."""
        found: dict[str, Any] = {}
        if not self.field:
            return found
        name = self.snapshot.fields.field(self.snapshot.fields.lookupField(self.field)).name()
        for features, _, shapes in self.snapshot.batches(self.plane, [name]):
            for row in np.flatnonzero(~shapely.is_missing(shapes)):
                found[str(features[row][name]).strip()[:6]] = shapes[row]
        return found


def summary_report(run: SummaryRun, shapes: dict[str, Any], plane: Optional[CRS]) -> SummaryReport:
    """The SummaryReport of a run; `shapes`: {division: polygon on the plane}."""
    sources = [(s.name, s.rows, s.divisions, s.sha256) for s in run.collected.sources]
    picture = _map(run.summary, shapes, plane) if plane is not None and shapes else b""
    return SummaryReport(
        run.summary, run.rules, software(), sources, run.remarks, picture, summary_decimals(run.summary)
    )


def summary_decimals(summary: Summary) -> dict[str, int]:
    """{indicator: decimals}: what its catalogue says, else as many as most of the reported values have, and as many as
    show three figures of each."""
    known, found = shipped_decimals(), {}
    for column, name in enumerate(summary.table.indicators):
        values = summary.table.of_year(summary.edition.year)
        reported = [] if values is None else values[:, column][~np.isnan(values[:, column])].tolist()
        found[name] = known.get(name, _decimals_of(reported))
    return found


def _decimals_of(reported: list[float]) -> int:
    needed = (min(_decimals(value), _FIGURES - 1 - math.floor(math.log10(abs(value)))) for value in reported if value)
    return max(mode(map(_decimals, reported)), *needed, 0) if reported else 0


def _decimals(value: float) -> int:
    """Decimals that a number was written with, no more than it is sensible to print."""
    written = f"{value:.{_MOST_DECIMALS}f}".rstrip("0")
    return len(written.partition(".")[2])


def _map(summary: Summary, shapes: dict[str, Any], plane: CRS) -> bytes:
    groups: dict[str, list[Any]] = {state: [] for state in STATE_COLOURS}
    for division in summary.table.divisions:
        if division in shapes:
            groups[summary.state(division)].append(shapes[division])
    classes = [PlotClass(texts()["states"][s], STATE_COLOURS[s], found) for s, found in groups.items() if found]
    return land_picture(classes, say("map_title"), plane) if classes else b""


def write_frozen(summary: Summary, path: Path) -> None:
    """Write the frozen edition; raises OutputError."""
    try:
        write_complete(path, frozen(summary, f"{datetime.now():%Y-%m-%d %H:%M}").encode("utf-8"))
    except OSError as error:
        raise OutputError("output_not_writable", path=path, error=error.strerror or error) from error


def fill_layout(summary: Summary, template: Path, out: Path) -> Filled:
    """Fill a workbook of the ministry's layout: om.CODE.INDICATOR[.YEAR] is a division's value, om.total.INDICATOR the
    sum over all (the mean where there is no sum), om.year the year, om.name.CODE a division's name."""
    totals = {t.indicator: t.total if t.total is not None else t.mean for t in summary.totals if not t.area}
    lowered = {name.lower(): name for name in summary.edition.indicators}

    def look_up(code: str, indicator: str, year: Optional[int]) -> Value:
        if code == "name":
            return summary.edition.divisions.get(indicator)
        name = lowered.get(indicator, indicator)
        return totals.get(name) if code == "total" else summary.value(code, name, year or 0)

    def value_of(name: str) -> Value:
        return summary.edition.year if name == "year" else template_value(name, look_up)

    return fill_template(template, out, value_of)

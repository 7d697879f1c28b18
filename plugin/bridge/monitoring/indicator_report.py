"""The report of a run of indicators put together: maps of the divisions and curves painted from it."""

import math
from collections.abc import Sequence
from typing import Optional

import numpy as np

from ...core.indicators.indicator_model import Indicator
from ...core.indicators.indicator_results import IndicatorRun
from ...core.indicators.warning_rules import unit_text
from ...core.land import crs as crs_rules
from ...core.messages import document_language
from ...report.blocks.fonts import chinese_family
from ...report.blocks.wording import LANGUAGE
from ...report.monitoring.indicators import IndicatorReport
from ..review.reporting import software
from .indicator_charts import Curve, paint_curve
from .indicator_divisions import Divisions
from .indicator_job import IndicatorJob
from .indicator_titles import COLOURS
from .land_picture import PlotClass, chart_png, land_picture

RAMP = ("#edf8e9", "#bae4b3", "#74c476", "#31a354", "#006d2c")
_NOTHING = "#e0e0e0"
_MAP_PX, _CURVE_PX = (1100, 820), (1100, 460)


@document_language(LANGUAGE)
def indicator_report(job: IndicatorJob, run: IndicatorRun) -> IndicatorReport:
    """The IndicatorReport of a run."""
    family, maps, curves = chinese_family(), {}, {}
    for indicator in run.set.indicators:
        if job.divisions is not None and len(job.divisions.shapes) > 1:
            maps[indicator.id] = division_map(run, indicator, job.divisions, job)
        curve = curve_of(run, indicator, run.top.code)
        if len(curve.series) > 1:
            curves[indicator.id] = chart_png(
                lambda painter, area, curve=curve: paint_curve(painter, area, curve), *_CURVE_PX, family
            )
    return IndicatorReport(run, crs_rules.describe(job.plane), software(), maps, curves)


def curve_of(run: IndicatorRun, indicator: Indicator, code: str) -> Curve:
    """The Curve of an indicator in a division."""
    value = run.value(indicator.id, code, run.year)
    target = (value.standing.target, value.standing.target_year) if value is not None else (None, None)
    colour = COLOURS[value.status.colour] if value is not None and value.value is not None else "#808080"
    return Curve(run.series(indicator.id, code), colour, *target, indicator.decimals)


def classes_of(values: Sequence[Optional[float]], decimals: int) -> list[tuple[str, str, list[int]]]:
    """(title, colour, positions) of up to five classes with about as many divisions each, and of what is not known."""
    known = sorted({value for value in values if value is not None})
    found: list[tuple[str, str, list[int]]] = []
    if known:
        count = min(len(RAMP), len(known))
        shares = np.array_split(np.array(known), count)
        colours = [RAMP[math.floor((number + 0.5) * len(RAMP) / count)] for number in range(count)]
        for share, colour in zip(shares, colours):
            low, high = f"{share[0]:,.{decimals}f}", f"{share[-1]:,.{decimals}f}"
            rows = [at for at, value in enumerate(values) if value is not None and share[0] <= value <= share[-1]]
            found.append((low if low == high else f"{low} – {high}", colour, rows))
    missing = [at for at, value in enumerate(values) if value is None]
    return found + ([("未计算", _NOTHING, missing)] if missing else [])


def division_map(run: IndicatorRun, indicator: Indicator, divisions: Divisions, job: IndicatorJob) -> bytes:
    """PNG of the divisions by the value of an indicator, b"" where no division has one."""
    places = [place for place in run.places if not place.is_total]
    found = [run.value(indicator.id, place.code, run.year) for place in places]
    values = [value.value if value is not None else None for value in found]
    if all(value is None for value in values):
        return b""
    shapes = [divisions.shapes[place.index] for place in places]
    plots = [
        PlotClass(title, colour, [shapes[row] for row in rows], [places[row].name for row in rows])
        for title, colour, rows in classes_of(values, indicator.decimals)
    ]
    title = f"{indicator.zh}（{unit_text(indicator)}，{run.year} 年）"
    return land_picture(plots, title, job.plane, size=_MAP_PX)

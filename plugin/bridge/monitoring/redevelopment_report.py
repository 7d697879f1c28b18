"""The weekly report of redevelopment put together: words from the run, pictures painted from it."""

from typing import Any, Optional

from ...core.indicators.redevelopment_stages import stage_rows
from ...core.land import crs as crs_rules
from ...report.blocks.fonts import chinese_family
from ...report.monitoring.redevelopment import RedevelopmentReport
from ...report.monitoring.redevelopment_wording import say
from ..review.reporting import software
from .land_picture import PlotClass, chart_png, land_picture
from .redevelopment import RedevelopmentRun
from .redevelopment_charts import bars_of, paint_bars, paint_curve, paint_funnel
from .redevelopment_rows import map_shapes, stage_colours

_WIDE, _ROW = 1400, 56


def redevelopment_report(run: RedevelopmentRun, district: Optional[Any] = None) -> RedevelopmentReport:
    """The RedevelopmentReport of a run; `district`: the county's outline in longitude and latitude."""
    progress, family = run.progress, chinese_family()
    bars = bars_of(progress, lambda code: run.names.get(code, code))
    stages = [row for row in stage_rows(progress) if row.stage != progress.settings.withdrawn]
    tall = max(len(bars) * _ROW, 120) + 24
    return RedevelopmentReport(
        progress,
        run.county,
        run.names,
        crs_rules.describe(run.plane),
        software(),
        run.unsubmitted,
        run.remarks,
        chart_png(lambda painter, area: paint_bars(painter, area, bars), _WIDE, tall, family),
        chart_png(lambda painter, area: paint_curve(painter, area, progress), _WIDE, 620, family),
        chart_png(lambda painter, area: paint_funnel(painter, area, stages), _WIDE, len(stages) * _ROW, family),
        _map(run, district),
        run.stocks,
    )


def _map(run: RedevelopmentRun, district: Optional[Any]) -> bytes:
    classes = [PlotClass(stage, colour, map_shapes(run, stage)) for stage, colour in stage_colours().items()]
    outline = None
    if district is not None and not district.is_empty:
        source = crs_rules.parse_crs("EPSG:4490")
        outline = crs_rules.transform_geometries([district], source, run.plane)[0]
    return land_picture(classes, say("map_title"), run.plane, outline) if any(c.shapes for c in classes) else b""

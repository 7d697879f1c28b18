"""The weekly report of redevelopment put together: words from the run, pictures painted from it."""

from typing import Any, Optional

import shapely

from ...core.indicators.redevelopment_stages import stage_rows
from ...core.land import crs as crs_rules
from ...core.land.pieces import objects
from ...core.messages import document_language
from ...report.blocks.fonts import chinese_family
from ...report.blocks.wording import LANGUAGE
from ...report.monitoring.redevelopment import RedevelopmentReport
from ...report.monitoring.redevelopment_wording import say, texts
from ..review.reporting import software
from .land_picture import PlotClass, chart_png, land_picture
from .land_stock_rows import STOCK_COLOURS
from .redevelopment import RedevelopmentRun
from .redevelopment_charts import bars_of, paint_bars, paint_curve, paint_funnel
from .redevelopment_rows import map_shapes, stage_colours

_WIDE, _ROW = 1400, 56


@document_language(LANGUAGE)
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
        _map(run, _outline(run, district)),
        run.stocks,
        _stock_map(run, _outline(run, district)),
    )


def _outline(run: RedevelopmentRun, district: Optional[Any]) -> Optional[Any]:
    if district is None or district.is_empty:
        return None
    return crs_rules.transform_geometries([district], crs_rules.parse_crs("EPSG:4490"), run.plane)[0]


def _stock_map(run: RedevelopmentRun, outline: Optional[Any]) -> bytes:
    """The parcels of the land database that are still open, by kind."""
    classes = []
    for stock in run.stocks:
        shapes = objects([one.parcel.geometry for one in stock.parcels if one.is_open])
        on_plane = crs_rules.transform_geometries(shapes[~shapely.is_missing(shapes)], stock.plane, run.plane)
        title, colour = texts()["land_kinds"][stock.kind.value], STOCK_COLOURS[stock.kind]
        classes.append(PlotClass(title, colour, list(on_plane)))
    drawn = any(len(one.shapes) for one in classes)
    return land_picture(classes, say("stock_map_title"), run.plane, outline) if drawn else b""


def _map(run: RedevelopmentRun, outline: Optional[Any]) -> bytes:
    classes = [PlotClass(stage, colour, map_shapes(run, stage)) for stage, colour in stage_colours().items()]
    return land_picture(classes, say("map_title"), run.plane, outline) if any(c.shapes for c in classes) else b""

"""The report of land, firms and taxes put together."""

from collections.abc import Sequence
from typing import Any

from pyproj import CRS

from ...core.land import crs as crs_rules
from ...core.messages import document_language, text
from ...report.blocks.fonts import chinese_family
from ...report.blocks.wording import LANGUAGE
from ...report.monitoring.land_firm import LandFirmReport, say, texts
from ..review.reporting import software
from .land_firm import LandFirmOutcome
from .land_firm_charts import paint_ladder, paint_quadrant
from .land_firm_rows import FIRM_FIELDS, GRADE_COLOURS, PARCEL_FIELDS, LandFirmRows
from .land_picture import PlotClass, chart_png, land_picture

_WIDE = 1400
_PARCEL_SHEET = ("parcel", "mu", "use", "firms", "tax_wan", "tax_per_mu", "output_per_mu", "grade", "far", "state",
                 "reasons")  # fmt: skip
_FIRM_SHEET = ("row", "code", "firm", "scale", "mu", "tax_per_mu", "score", "grade", "exempt", "missing")


@document_language(LANGUAGE)
def land_firm_report(outcome: LandFirmOutcome, rows: LandFirmRows, plane: CRS, is_masked: bool) -> LandFirmReport:
    """The LandFirmReport of a run."""
    result, family = outcome.result, chinese_family()
    classes = texts()["classes"]
    firms = [
        [classes[v] if n == 3 else v for n, v in enumerate(r)] for r in _picked(rows.firms(), FIRM_FIELDS, _FIRM_SHEET)
    ]
    unmatched = [[row, code, firm, text(f"why_{why}", "zh"), tax] for _, row, code, firm, why, tax in rows.unmatched()]
    return LandFirmReport(
        result,
        outcome.scheme,
        outcome.parcel_layer,
        crs_rules.describe(plane),
        software(),
        is_masked,
        len(outcome.firms),
        frozenset(n for n, firm in enumerate(outcome.firms) if firm.exempt),
        _picked(rows.parcels(), PARCEL_FIELDS, _PARCEL_SHEET),
        _picked(rows.candidates()[0], PARCEL_FIELDS, _PARCEL_SHEET),
        firms,
        unmatched,
        outcome.remarks,
        chart_png(lambda painter, area: paint_ladder(painter, area, result), _WIDE, 620, family),
        chart_png(lambda painter, area: paint_quadrant(painter, area, result), _WIDE, 800, family),
        _map(outcome, plane),
    )


def _picked(rows: Any, fields: Sequence[tuple[str, Any]], wanted: Sequence[str]) -> list[list[Any]]:
    """Some columns of rows."""
    places = [[name for name, _ in fields].index(name) for name in wanted]
    return [[row[at] for at in places] for row in rows]


def _map(outcome: LandFirmOutcome, plane: CRS) -> bytes:
    by_grade: dict[str, list[Any]] = {grade: [] for grade in ("", *(g for g in GRADE_COLOURS if g))}
    for one in outcome.result.parcels:
        if one.parcel.geometry is not None:
            by_grade.setdefault(one.grade, []).append(one.parcel.geometry)
    classes = [
        PlotClass(
            say("legend", grade=grade) if grade else say("legend_none"), GRADE_COLOURS.get(grade, "#d0d0d0"), shapes
        )
        for grade, shapes in by_grade.items()
        if shapes
    ]
    return land_picture(classes, say("map_title"), plane)

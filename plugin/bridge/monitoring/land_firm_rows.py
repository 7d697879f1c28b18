"""Rows and looks of the outputs of land, firms and taxes; names and codes are masked unless the user says otherwise."""

from collections.abc import Iterator
from typing import Any, Optional

from qgis.core import (
    QgsFillSymbol,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsSingleSymbolRenderer,
    QgsVectorLayer,
)

from ...core.indicators.land_firm import WAN, ParcelResult
from ...core.indicators.land_firm_model import Tying, Why
from ...core.indicators.land_firm_names import masked_code, masked_name
from ...core.land.pieces import objects
from ...core.land.types import Array
from ...core.messages import text
from ..i18n import tr
from ..layers import field_types
from ..layers.fills import filled_by
from ..layers.result_titles import give_titles
from ..layers.results import KeptStyle
from .land_firm import LandFirmOutcome

_TEXT, _REAL, _LONG, _BOOL = field_types.TEXT, field_types.REAL, field_types.LONG, field_types.BOOL
PARCEL_FIELDS = (
    ("parcel", _TEXT), ("area_m2", _REAL), ("mu", _REAL), ("use", _TEXT), ("firms", _LONG), ("tax_wan", _REAL),
    ("tax_per_mu", _REAL), ("tax_per_mu_before", _REAL), ("output_per_mu", _REAL), ("grade", _TEXT), ("far", _REAL),
    ("far_limit", _REAL), ("state", _TEXT), ("reason_count", _LONG), ("reasons", _TEXT),
)  # fmt: skip
FIRM_FIELDS = (
    ("row", _LONG), ("code", _TEXT), ("firm", _TEXT), ("code_right", _BOOL), ("industry", _TEXT), ("scale", _TEXT),
    ("mu", _REAL), ("tax_per_mu", _REAL), ("score", _REAL), ("grade", _TEXT), ("exempt", _TEXT), ("missing", _TEXT),
)  # fmt: skip
TIE_FIELDS = (
    ("row", _LONG), ("firm", _TEXT), ("parcel", _TEXT), ("how", _TEXT), ("area_m2", _REAL), ("share_pct", _REAL),
    ("tax_wan", _REAL),
)  # fmt: skip
UNMATCHED_FIELDS = (
    ("what", _TEXT), ("row", _LONG), ("code", _TEXT), ("firm", _TEXT), ("why", _TEXT), ("tax_wan", _REAL),
)  # fmt: skip
GRADE_COLOURS = {"A": "#1a7f37", "B": "#8cc665", "C": "#f2b134", "D": "#d7302a", "": "#d0d0d0"}


class LandFirmRows:
    """The rows of all outputs; `is_masked`: names and codes are hidden."""

    def __init__(self, outcome: LandFirmOutcome, is_masked: bool) -> None:
        self.outcome, self._masked = outcome, is_masked
        self._reasons = {c.parcel: c.reasons for c in outcome.result.candidates}

    def name(self, firm: int) -> str:
        """A firm's name as it may be shown."""
        name = self.outcome.firms[firm].name
        return masked_name(name) if self._masked else name

    def code(self, firm: int) -> str:
        """A firm's code as it may be shown."""
        code = self.outcome.firms[firm].code
        return masked_code(code) if self._masked else code

    def parcels(self) -> list[tuple[Any, ...]]:
        """The values of PARCEL_FIELDS."""
        return [self._parcel(at, one) for at, one in enumerate(self.outcome.result.parcels)]

    def shapes(self) -> Array:
        """The parcels' polygons on the plane."""
        return objects([one.parcel.geometry for one in self.outcome.result.parcels])

    def candidates(self) -> tuple[list[tuple[Any, ...]], Any]:
        """Rows and polygons of the candidate list."""
        at = [c.parcel for c in self.outcome.result.candidates]
        results = self.outcome.result.parcels
        return [self._parcel(n, results[n]) for n in at], objects([results[n].parcel.geometry for n in at])

    def _parcel(self, at: int, one: ParcelResult) -> tuple[Any, ...]:
        p, reasons = one.parcel, self._reasons.get(at, ())
        before = None if one.previous_tax is None or not one.mu else one.previous_tax / WAN / one.mu
        return (
            p.id, p.area_m2, round(one.mu, 2), p.use, one.firms, _wan(one.tax), _round(one.tax_per_mu), _round(before),
            _round(one.output_per_mu), one.grade, p.far, p.far_limit, p.state, len(reasons),
            "；".join(reason.text() for reason in reasons),
        )  # fmt: skip

    def firms(self) -> Iterator[tuple[Any, ...]]:
        """The values of FIRM_FIELDS of the firms that have land."""
        bad = set(self.outcome.result.matching.bad_codes)
        for one in self.outcome.result.scores:
            firm = self.outcome.firms[one.firm]
            yield (
                firm.row, self.code(one.firm), self.name(one.firm), one.firm not in bad, firm.industry, one.firm_class,
                round(one.mu, 2), _round(one.tax_per_mu), _round(one.score), one.grade, firm.exempt,
                "、".join(one.missing),
            )  # fmt: skip

    def ties(self) -> Iterator[tuple[Any, ...]]:
        """The values of TIE_FIELDS."""
        for one in self.outcome.result.ties:
            tie = one.tie
            parcel = self.outcome.result.parcels[tie.parcel].parcel
            yield (self.outcome.firms[tie.firm].row, self.name(tie.firm), parcel.id, tie.how.value,
                   round(tie.area_m2, 2), round(tie.share * 100, 4), _wan(one.tax))  # fmt: skip

    def unmatched(self) -> Iterator[tuple[Any, ...]]:
        """The values of UNMATCHED_FIELDS: firms without land, then rows of taxes without a firm."""
        taxes: dict[int, float] = {}
        result = self.outcome.result
        rows = [one for one in self.outcome.tables.years if one.year == result.year]
        for one in rows:
            taxes[one.firm] = taxes.get(one.firm, 0.0) + one.amounts.get("tax", 0.0)
        for firm, why in result.matching.unmatched.items():
            tax = _wan(taxes.get(firm))
            yield "firm", self.outcome.firms[firm].row, self.code(firm), self.name(firm), why.value, tax
        for one in rows:
            if one.firm < 0:
                yield "tax", one.row, "", "", Why.NO_FIRM.value, _wan(one.amounts.get("tax"))


def _wan(yuan: Optional[float]) -> Optional[float]:
    return None if yuan is None else round(yuan / WAN, 6)


def _round(value: Optional[float]) -> Optional[float]:
    return None if value is None else round(value, 4)


def land_firm_titles() -> dict[str, str]:
    """{field: title} of all outputs."""
    return {
        "parcel": tr("Parcel"), "area_m2": tr("Area (m²)"), "mu": tr("Area (mu)"), "use": tr("Land use"),
        "firms": tr("Number of firms"), "tax_wan": tr("Tax (10,000 yuan)"), "tax_per_mu": tr("Tax a mu (10,000 yuan)"),
        "tax_per_mu_before": tr("Tax a mu, year before"), "output_per_mu": tr("Output a mu (10,000 yuan)"),
        "grade": tr("Grade"), "far": tr("Floor-area ratio"), "far_limit": tr("Limit of the floor-area ratio"),
        "state": tr("State of use"), "reason_count": tr("Number of reasons"), "reasons": tr("Reasons"),
        "row": tr("Row in the table"), "code": tr("Credit code"), "firm": tr("Firm"), "code_right": tr("Code is valid"),
        "industry": tr("Industry"), "scale": tr("Scale"), "score": tr("Score"), "exempt": tr("Why not graded"),
        "missing": tr("Missing measures"), "how": tr("Matched by"), "share_pct": tr("Share of the firm's tax (%)"),
        "what": tr("What"), "why": tr("Why not matched"),
    }  # fmt: skip


def land_firm_value_names() -> dict[str, dict[Any, str]]:
    """{field: {value: words}}"""
    return {
        "how": {how.value: text(f"tie_{how.value}") for how in Tying},
        "why": {why.value: text(f"why_{why.value}") for why in Why},
        "scale": {"above": tr("Above scale"), "below": tr("Below scale"), "": tr("Not told")},
        "what": {"firm": tr("Firm without land"), "tax": tr("Tax row without a firm")},
        "code_right": {1: tr("Yes"), 0: tr("No")},
    }


def grade_label(grade: str) -> str:
    """A grade as a legend says it."""
    return tr("Grade {0}").format(grade) if grade else tr("Not graded or no firm")


class GradedParcels(KeptStyle):
    """Parcels by the grade of their main firm."""

    def postProcessLayer(
        self, layer: QgsVectorLayer, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        give_titles(layer, land_firm_titles(), land_firm_value_names())
        grades = [(grade, colour, grade_label(grade)) for grade, colour in GRADE_COLOURS.items()]
        layer.setRenderer(filled_by("grade", grades, "#606060", 0.2))
        layer.triggerRepaint()


class TitledCandidates(KeptStyle):
    """Candidates: red outlines over whatever lies below."""

    def postProcessLayer(
        self, layer: QgsVectorLayer, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        give_titles(layer, land_firm_titles(), land_firm_value_names())
        look = {"color": "#d7302a", "style": "b_diagonal", "outline_color": "#d7302a", "outline_width": "0.6"}
        layer.setRenderer(QgsSingleSymbolRenderer(QgsFillSymbol.createSimple(look)))  # the legend shows it, too
        layer.triggerRepaint()


class TitledLandFirm(KeptStyle):
    """Titles and words of a table."""

    def postProcessLayer(
        self, layer: QgsVectorLayer, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        give_titles(layer, land_firm_titles(), land_firm_value_names())

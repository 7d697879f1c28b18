"""Rows and looks of the outputs of low-efficiency, approved and idle land."""

from collections.abc import Sequence
from typing import Any

from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsVectorLayer

from ...core.indicators.land_stock import JudgedParcel, LandStock, StockKind, StockRow
from ...core.land import crs as crs_rules
from ...core.land.pieces import objects
from ..i18n import tr
from ..layers import field_types
from ..layers.fills import filled_by
from ..layers.result_titles import give_titles
from ..layers.results import KeptStyle

_TEXT, _REAL, _LONG, _BOOL = field_types.TEXT, field_types.REAL, field_types.LONG, field_types.BOOL
PARCEL_FIELDS = (
    ("land_kind", _TEXT), ("division", _TEXT), ("division_name", _TEXT), ("number", _TEXT), ("name", _TEXT),
    ("land_type", _TEXT), ("state", _TEXT), ("way", _TEXT), ("decided", _TEXT), ("closed", _TEXT), ("due", _TEXT),
    ("paper", _TEXT), ("own_m2", _REAL), ("own_mu", _REAL), ("counted_mu", _REAL), ("open_mu", _REAL),
    ("is_open", _BOOL), ("is_overdue", _BOOL), ("tax_said", _REAL), ("tax_contract", _REAL),
)  # fmt: skip
STOCK_FIELDS = (
    ("land_kind", _TEXT), ("division", _TEXT), ("division_name", _TEXT), ("land_type", _TEXT), ("parcels", _LONG),
    ("m2", _REAL), ("mu", _REAL), ("open_parcels", _LONG), ("open_mu", _REAL), ("overdue", _LONG),
    ("without_shape", _LONG),
)  # fmt: skip
STOCK_COLOURS = {StockKind.LOW: "#8c2d04", StockKind.APPROVED: "#00838f", StockKind.IDLE: "#7b3294"}  # no stage's


def parcel_rows(stocks: Sequence[LandStock]) -> list[tuple[Any, ...]]:
    """The values of PARCEL_FIELDS."""
    return [_parcel(stock, one) for stock in stocks for one in stock.parcels]


def _parcel(stock: LandStock, one: JudgedParcel) -> tuple[Any, ...]:
    p = one.parcel
    return (
        stock.kind.value, p.division, stock.names.get(p.division[:6], ""), p.id, p.name, p.type, p.state, p.way,
        p.decided, p.closed, p.due, p.paper, one.own_m2, _mu(one.own_m2), _mu(one.counted_m2), _mu(one.open_m2),
        one.is_open, one.is_overdue, p.tax_per_mu, p.contract_tax,
    )  # fmt: skip


def _mu(m2: float) -> float:
    return round(m2 * 0.0015, 2)


def parcel_shapes(stocks: Sequence[LandStock]) -> Any:
    """Polygons in CGCS2000 longitude and latitude."""
    lon_lat = crs_rules.parse_crs("EPSG:4490")
    found: list[Any] = []
    for stock in stocks:
        shapes = objects([one.parcel.geometry for one in stock.parcels])
        found += list(crs_rules.transform_geometries(shapes, stock.plane, lon_lat))
    return objects(found)


def stock_table(stocks: Sequence[LandStock]) -> list[tuple[Any, ...]]:
    """The values of STOCK_FIELDS."""
    return [_stock(stock, row) for stock in stocks for row in stock.rows]


def _stock(stock: LandStock, row: StockRow) -> tuple[Any, ...]:
    name = stock.names.get(row.division, row.division) if row.division else tr("Total")
    return (stock.kind.value, row.division, name, row.type, row.count, row.m2, row.mu, row.open_count, row.open_mu,
            row.overdue, row.without_shape)  # fmt: skip


def kind_sums(stock: LandStock) -> tuple[str, ...]:
    """Kind, parcels, mu, parcels still open, mu still open, overdue, of a whole layer; as texts."""
    row = stock.rows[0]
    return (kind_names()[stock.kind.value], f"{row.count:,}", f"{row.mu:,.2f}", f"{row.open_count:,}",
            f"{row.open_mu:,.2f}", f"{row.overdue:,}")  # fmt: skip


def kind_names() -> dict[str, str]:
    """{kind: words}"""
    return {
        StockKind.LOW.value: tr("Low-efficiency land"), StockKind.APPROVED.value: tr("Approved, not supplied"),
        StockKind.IDLE.value: tr("Idle land"),
    }  # fmt: skip


def stock_titles() -> dict[str, str]:
    """{field: title} of both outputs."""
    return {
        "land_kind": tr("Kind of land"), "division": tr("Division code"), "division_name": tr("Division"),
        "number": tr("Parcel"), "name": tr("Name of the parcel"), "land_type": tr("Type or cause (as written)"),
        "state": tr("State (as written)"), "way": tr("Way of disposal (as written)"), "decided": tr("Decided on"),
        "closed": tr("Completed on"), "due": tr("Due until"), "paper": tr("Paper"), "own_m2": tr("Area (m²)"),
        "own_mu": tr("Area (mu)"), "counted_mu": tr("Counted area (mu)"), "open_mu": tr("Still open (mu)"),
        "is_open": tr("Still open"), "is_overdue": tr("Overdue"), "tax_said": tr("Tax a mu as stated (unit unknown)"),
        "tax_contract": tr("Tax a mu of the contract (unit unknown)"), "parcels": tr("Parcels"), "m2": tr("Area (m²)"),
        "mu": tr("Area (mu)"), "open_parcels": tr("Parcels still open"), "overdue": tr("Overdue"),
        "without_shape": tr("Without a polygon"),
    }  # fmt: skip


def _value_names() -> dict[str, dict[Any, str]]:
    flags = {1: tr("Yes"), 0: tr("No")}
    return {"land_kind": dict(kind_names()), "is_open": flags, "is_overdue": flags}


class StockParcels(KeptStyle):
    """Parcels by kind."""

    def postProcessLayer(
        self, layer: QgsVectorLayer, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        give_titles(layer, stock_titles(), _value_names())
        kinds = [(kind.value, colour, kind_names()[kind.value]) for kind, colour in STOCK_COLOURS.items()]
        layer.setRenderer(filled_by("land_kind", kinds, "#404040", 0.26))
        layer.triggerRepaint()


class TitledStock(KeptStyle):
    """Titles and words of the table."""

    def postProcessLayer(
        self, layer: QgsVectorLayer, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        give_titles(layer, stock_titles(), _value_names())

"""Layers of low-efficiency, approved and idle land, read by the names of the land database's fields."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Optional

import shapely
from qgis.core import QgsFeature, QgsProject, QgsVectorLayer, QgsWkbTypes

from ...core.errors import InputError
from ...core.forms.parsing import Unreadable, parse_date
from ...core.indicators.land_stock import (
    UNSTATED,
    JudgedParcel,
    LandStock,
    StockKind,
    StockParcel,
    is_day,
    judged_parcels,
    stock_columns,
    stock_kind_of,
    stock_rows,
)
from ...core.land import crs as crs_rules
from ...core.land.divisions import Division, Divisions
from ...core.land.remarks import Remark
from ...core.land.rounding import mu
from ...core.threads import Feedback
from ..layers.encoding import repair_encoding
from ..layers.snapshot import LayerSnapshot
from ..layers.values import text_of
from .redevelopment import RedevelopmentRun

_NEEDED = ("id", "division")
_TEXTS = ("id", "name", "division", "type", "state", "way", "paper")
_DAYS = ("decided", "closed", "due")
_NUMBERS = ("tax_per_mu", "contract_tax")
_TWICE_M2, _SHOWN = 10.0, 3


class StockLayer:
    """A layer, taken on the main thread, `read` in any. Raises InputError, CrsError."""

    def __init__(self, kind: StockKind, layer: QgsVectorLayer) -> None:
        self.kind, self.snapshot = kind, LayerSnapshot(repair_encoding(layer), "parcels")
        names = {field.name().casefold(): field.name() for field in self.snapshot.fields}
        wanted = stock_columns(kind)
        self.columns = {m: [names[n.casefold()] for n in known if n.casefold() in names] for m, known in wanted.items()}
        self._absent = [wanted[measure][0] for measure, found in self.columns.items() if not found]
        if not all(self.columns[measure] for measure in _NEEDED):
            raise InputError("land_stock_fields", layer=layer.name(), fields=", ".join(names.values()))
        centre = layer.extent().center()
        self.plane = crs_rules.working_plane(self.snapshot.crs, (centre.x(), centre.y()))

    def read(self, day: date, divisions: Divisions, feedback: Optional[Feedback] = None) -> LandStock:
        """The parcels as they stand on a day. Raises Cancelled."""
        snapshot = self.snapshot.fresh()
        parcels: list[StockParcel] = []
        names: dict[str, str] = {}
        fields = list(dict.fromkeys(name for found in self.columns.values() for name in found))
        for features, _, shapes in snapshot.batches(self.plane, fields, feedback):
            for feature, shape in zip(features, shapes):
                parcel = self._parcel(feature, None if shapely.is_missing(shape) else shape)
                parcels.append(parcel)
                code = parcel.division[:6] or UNSTATED
                names[code] = divisions.name(code) or names.get(code) or self._text(feature, "division_name") or code
        judged = judged_parcels(parcels, self.plane, day)
        remarks = [*snapshot.remarks, *self._remarks(judged)]
        return LandStock(self.kind, snapshot.name, self.plane, judged, stock_rows(judged), names, remarks)

    def _text(self, feature: QgsFeature, measure: str) -> str:
        """The first field of a measure that says something."""
        said = ((text_of(feature[name]) or "").strip() for name in self.columns.get(measure, ()))
        return next((text for text in said if text), "")

    def _parcel(self, feature: QgsFeature, shape: Any) -> StockParcel:
        texts: dict[str, Any] = {measure: self._text(feature, measure) for measure in _TEXTS}
        days: dict[str, Any] = {measure: _day(self._text(feature, measure)) for measure in _DAYS}
        numbers: dict[str, Any] = {measure: _number(self._text(feature, measure)) for measure in _NUMBERS}
        share = _share(*(_number(self._text(feature, measure)) for measure in ("supplied", "unsupplied")))
        return StockParcel(**texts, **days, **numbers, unsupplied=share, geometry=shape)

    def _remarks(self, parcels: list[JudgedParcel]) -> Iterator[Remark]:
        layer = self.snapshot.name
        if self._absent:
            yield Remark("land_stock_absent", layer, None, {"layer": layer, "measures": "、".join(self._absent)})
        without = sum(one.parcel.geometry is None for one in parcels)
        if without:
            yield Remark("land_stock_unread", layer, None, {"layer": layer, "count": without})
        said = [text for one in parcels for text in (one.parcel.closed, one.parcel.due) if text and not is_day(text)]
        if said:
            values = "、".join(text for text, _ in Counter(said).most_common(_SHOWN))
            yield Remark("land_stock_days", layer, None, {"layer": layer, "count": len(said), "values": values})
        unknown = sum(one.is_open and one.parcel.unsupplied is None for one in parcels)
        if unknown and self.kind is StockKind.APPROVED:
            yield Remark("land_stock_share", layer, None, {"layer": layer, "count": unknown})
        twice = sum(one.own_m2 - one.counted_m2 for one in parcels)
        if twice >= _TWICE_M2:
            yield Remark("land_stock_twice", layer, None, {"layer": layer, "mu": f"{mu(twice):,.2f}"})


def take_stock(run: RedevelopmentRun, layers: Sequence[StockLayer], feedback: Optional[Feedback] = None) -> None:
    """Read layers of the land database as they stand on the day of a run, and keep them in it. Raises Cancelled."""
    known = Divisions([Division(code, name) for code, name in run.names.items() if name != code])
    for layer in layers:
        stock = layer.read(run.progress.as_of, known, feedback)
        run.stocks.append(stock)
        run.remarks += stock.remarks
    if layers:
        run.remarks.append(Remark("land_stock_proposal"))


def open_stock_layers() -> dict[StockKind, QgsVectorLayer]:
    """The polygon layers of the project whose name says what they hold; of several the first; main thread."""
    found: dict[StockKind, QgsVectorLayer] = {}
    for layer in QgsProject.instance().mapLayers().values():
        if isinstance(layer, QgsVectorLayer) and layer.geometryType() == QgsWkbTypes.PolygonGeometry:
            kind = stock_kind_of(layer.name())
            if kind is not None:
                found.setdefault(kind, layer)
    return found


def _day(text: str) -> str:
    """An ISO day, or the text as it stands."""
    try:
        return parse_date(text) if text else ""
    except Unreadable:
        return text


def _number(text: str) -> Optional[float]:
    """A number above 0; a database writes 0 where nobody filled it in."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if 0 < number < float("inf") else None


def _share(supplied: Optional[float], unsupplied: Optional[float]) -> Optional[float]:
    """What is not supplied yet of a parcel, by two areas of one unknown unit; None where they tell nothing."""
    if supplied is None and unsupplied is None:
        return None
    return (unsupplied or 0.0) / ((supplied or 0.0) + (unsupplied or 0.0))

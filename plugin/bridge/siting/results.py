"""Results of a site selection as QGIS features: ranked sites, rejected candidates, what each criterion removes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
import shapely
from pyproj import CRS
from qgis.core import (
    QgsFeature,
    QgsFeatureSink,
    QgsFields,
    QgsFillSymbol,
    QgsGeometry,
    QgsGraduatedSymbolRenderer,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsRendererRange,
    QgsVectorLayer,
)

from ...core.errors import OutputError
from ...core.land import crs as crs_rules
from ...core.land.pieces import objects
from ...core.land.rounding import half_up, hectares, mu
from ...core.siting.model import Criteria
from ...core.siting.selection import Removal, Selection
from ..i18n import tr
from ..layers import field_types
from ..layers.results import KeptStyle, qgs_fields
from ..layers.row_sink import RowSink

_TEXT, _REAL, _INT = field_types.TEXT, field_types.REAL, field_types.LONG
_AREAS = (("area_m2", _REAL), ("area_ha", _REAL), ("area_mu", _REAL))
REMOVAL_FIELDS = (
    ("criterion", _TEXT), ("title", _TEXT), ("alone_m2", _REAL), ("removed_m2", _REAL), ("remaining_m2", _REAL),
    ("alone", _INT), ("removed", _INT), ("remaining", _INT), ("status", _TEXT),
)  # fmt: skip
_BATCH = 2000
_UNKNOWN_SCORE = -1.0
_RAMP = ("#ffffcc", "#c2e699", "#78c679", "#31a354", "#006837")


def site_fields(criteria: Criteria, parcels: bool = True) -> list[tuple[str, Any]]:
    """(name, type) of the SITES fields: rank, areas, score, then a column for every criterion.

    The same with and without `parcels`.
    """
    fields = [
        ("rank", _INT),
        ("site_key", _TEXT),
        ("name", _TEXT),
        ("standing", _TEXT),
        *_AREAS,
        ("score", _REAL),
        ("evaluated_pct", _REAL),
    ]
    fields += [("not_evaluated", _TEXT), ("first_pct", _REAL), ("top5_pct", _REAL)]
    fields += [(f"c_{c.id}", _REAL) for c in criteria.constraints]
    for f in criteria.factors:
        fields += [
            (f"{f.id}_raw", _TEXT if f.kind == "class" else _REAL),
            (f"{f.id}_score", _REAL),
            (f"{f.id}_part", _REAL),
        ]
    return fields


def rejected_fields(criteria: Criteria) -> list[tuple[str, Any]]:
    """(name, type) of the REJECTED fields."""
    fields = [
        ("site_key", _TEXT),
        ("name", _TEXT),
        *_AREAS,
        ("reason_count", _INT),
        ("reasons", _TEXT),
        ("not_evaluated", _TEXT),
    ]
    return fields + [(f"c_{c.id}", _REAL) for c in criteria.constraints]


def site_rows(selection: Selection, names: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """Attribute rows of the kept candidates, best first."""
    order = selection.order
    firm = selection.sensitivity
    nothing = [None] * len(order)
    columns = [
        selection.ranks().tolist(),
        [selection.keys[i] for i in order],
        [names[i] for i in order],
        selection.standings(order),
        *_areas(selection, order),
    ]
    columns += [_plain(selection.score[order], 4), _plain(selection.evaluated_pct[order], 2)]
    columns.append(_texts(selection.not_evaluated, order, _unknown(selection)))
    columns += [_plain(firm.first_pct[order], 2), _plain(firm.top5_pct[order], 2)] if firm else [nothing, nothing]
    columns += [_plain(r.amount[order], 4) for r in selection.constraints]
    for r in selection.factors:
        raw = list(r.raw[order]) if r.factor.kind == "class" else _plain(r.raw[order], 6)
        part = np.where(np.isnan(r.score), np.nan, r.contribution)  # what is not known is no zero
        columns += [raw, _plain(r.score[order], 4), _plain(part[order], 4)]
    return zip(*columns)


def rejected_rows(selection: Selection, names: Sequence[str]) -> tuple:
    """(candidate indices, attribute rows) of the rejected, in the order they came."""
    rows = np.flatnonzero(~selection.kept)
    reasons = [selection.reasons(i) for i in rows]
    columns = [[selection.keys[i] for i in rows], [names[i] for i in rows], *_areas(selection, rows)]
    columns += [[len(r) for r in reasons], ["; ".join(r) for r in reasons]]
    columns.append(_texts(selection.not_evaluated, rows, _unknown(selection)))
    columns += [_plain(r.amount[rows], 4) for r in selection.constraints]
    return rows, zip(*columns)


def removal_rows(removals: Iterable[Removal]) -> Iterator[Any]:
    for r in removals:
        status = str(r.note) if r.evaluated else tr("not evaluated: {0}").format(r.why)
        values = [r.alone_m2, r.removed_m2, r.remaining_m2, r.alone, r.removed, r.remaining]
        yield [r.id, r.title, *(values if r.evaluated else [None] * len(values)), status]


@dataclass(frozen=True)
class ResultRows:
    """The rows of a result layer, their fields as (name, type), and their geometries on `plane`, if they have some."""

    specification: Sequence[tuple[str, Any]]
    rows: Iterable[Sequence[Any]]
    geometries: Any = None
    plane: Optional[CRS] = None

    def fields(self) -> QgsFields:
        return qgs_fields(self.specification)


def write_polygons(sink: RowSink, made: ResultRows, crs: CRS) -> None:
    """Write rows of polygons, moved to `crs`, and close their output; any thread. Raises OutputError."""
    sink.add(list(made.rows), crs_rules.transform_geometries(objects(made.geometries), made.plane or crs, crs))
    sink.close()


def write_rows(sink: QgsFeatureSink, made: ResultRows, crs: Optional[CRS] = None) -> None:
    """Add rows to a sink, their geometries moved to `crs`. Raises OutputError."""
    wkb = _wkb(made.geometries, made.plane, crs) if made.geometries is not None else None
    batch, fields = [], made.fields()
    for number, row in enumerate(made.rows):
        feature = QgsFeature(fields)
        feature.setAttributes(list(row))
        if wkb is not None:
            geometry = QgsGeometry()
            geometry.fromWkb(wkb[number])
            feature.setGeometry(geometry)
        batch.append(feature)
        if len(batch) == _BATCH:
            _put(sink, batch)
            batch = []
    _put(sink, batch)


def _put(sink, batch):
    if batch and not sink.addFeatures(batch, sink.FastInsert):
        raise OutputError("output_failed", output=tr("result layer"), error=sink.lastError() or tr("unknown reason"))


def _wkb(geometries, plane, crs):
    moved = crs_rules.transform_geometries(objects(geometries), plane, crs)
    single = shapely.get_type_id(moved) == shapely.GeometryType.POLYGON
    moved[single] = shapely.multipolygons(moved[single], indices=np.arange(single.sum()))
    return shapely.to_wkb(moved)


def _areas(selection, rows):
    m2 = selection.areas_m2[rows]
    return [_plain(m2, 2), _plain(hectares(m2), 4), _plain(mu(m2), 2)]


def _plain(values, decimals):
    """Floats with None for what is not a number and for "none at all" (inf)."""
    rounded = half_up(np.asarray(values, dtype=float), decimals)
    plain = rounded.astype(object)
    plain[~np.isfinite(rounded)] = None
    return plain.tolist()


def _unknown(selection):
    """Mask of candidates of which something could not be evaluated."""
    masks = [~r.evaluated for r in selection.constraints] + [~r.is_complete() for r in selection.factors]
    return np.logical_or.reduce(masks) if masks else np.zeros(len(selection.keys), bool)


def _texts(of, rows, wanted):
    return ["; ".join(of(i)) if wanted[i] else "" for i in rows]


class SitesStyle(KeptStyle):
    """Colours sites by score in five classes."""

    def postProcessLayer(
        self, layer: QgsVectorLayer, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        ranges = [QgsRendererRange(_UNKNOWN_SCORE, _UNKNOWN_SCORE, _site("#bdbdbd"), tr("Score not known"))]
        for number, colour in enumerate(_RAMP):
            low, high = number * 20, number * 20 + 20
            ranges.append(QgsRendererRange(float(low), float(high), _site(colour), f"{low}–{high}"))
        layer.setRenderer(QgsGraduatedSymbolRenderer(f'coalesce("score", {_UNKNOWN_SCORE:g})', ranges))
        layer.triggerRepaint()


def _site(colour: str) -> QgsFillSymbol:
    return QgsFillSymbol.createSimple({"color": colour, "outline_color": "#004529", "outline_width": "0.4"})

"""Divisions on the map in the colours of one indicator, and the features behind it as a layer; main thread."""

from typing import Any, Optional

import numpy as np
import shapely
from qgis.core import (
    QgsFeature,
    QgsFillSymbol,
    QgsGeometry,
    QgsProject,
    QgsRuleBasedRenderer,
    QgsSingleSymbolRenderer,
    QgsVectorLayer,
)

from ...core.indicators.indicator_model import Indicator
from ...core.indicators.indicator_results import IndicatorRun
from ...core.indicators.warning_rules import unit_text
from ...core.land import crs as crs_rules
from ..i18n import tr
from ..layers.feature_labels import label
from ..layers.result_titles import give_titles
from ..layers.results import areal_multipolygons, qgs_fields
from .indicator_job import IndicatorJob
from .indicator_report import classes_of
from .indicator_rows import TRACE_FIELDS, map_fields, map_rows
from .indicator_titles import indicator_titles, status_renderer, title_divisions

_PROPERTY = "onemap/monitoring"


class DivisionMap:
    """The layer of divisions of the last run; it is made when first shown, and made again when it was removed."""

    def __init__(self) -> None:
        self._layer_id = ""

    def forget(self) -> None:
        """Another run: the layer of the one before stays on the map and is no longer changed."""
        self._layer_id = ""

    def show(self, job: IndicatorJob, run: IndicatorRun, indicator: Indicator, by_value: bool = True) -> QgsVectorLayer:
        """Colour the divisions by the values, or the statuses, of an indicator."""
        layer = QgsProject.instance().mapLayer(self._layer_id) or self._made(job, run)
        unit = unit_text(indicator)
        layer.setName(tr("Monitoring: {0}").format(f"{indicator.title} {run.year}" + (f" ({unit})" if unit else "")))
        number = f'format_number("{indicator.id}", {indicator.decimals})'
        label(layer, f"coalesce(\"division_name\", \"division\") || '\n' || coalesce({number}, '—')")
        layer.setRenderer(value_renderer(run, indicator) if by_value else status_renderer(f"{indicator.id}_status"))
        layer.triggerRepaint()
        return layer

    def _made(self, job: IndicatorJob, run: IndicatorRun) -> QgsVectorLayer:
        divisions: Any = job.divisions
        fields, rows = qgs_fields(map_fields(run)), list(map_rows(run, divisions.areas))
        layer = _memory_layer(tr("Monitoring"), fields, job)
        shapes = crs_rules.transform_geometries(divisions.shapes, job.plane, job.division_layer.snapshot.crs)
        _fill(layer, fields, rows, shapes)
        title_divisions(layer, {i.id: str(i.title) for i in run.set.indicators})
        QgsProject.instance().addMapLayer(layer)
        self._layer_id = layer.id()
        return layer


def _memory_layer(name: str, fields: Any, job: IndicatorJob) -> QgsVectorLayer:
    layer = QgsVectorLayer("MultiPolygon", name, "memory")
    layer.setCrs(job.division_layer.snapshot.qgis_crs)
    layer.dataProvider().addAttributes(list(fields))
    layer.updateFields()
    layer.setCustomProperty(_PROPERTY, True)
    return layer


def _fill(layer: QgsVectorLayer, fields: Any, rows: Any, shapes: Any) -> None:
    features = []
    for row, wkb in zip(rows, shapely.to_wkb(areal_multipolygons(shapes))):
        feature, geometry = QgsFeature(fields), QgsGeometry()
        geometry.fromWkb(wkb)
        feature.setGeometry(geometry)
        feature.setAttributes(list(row))
        features.append(feature)
    layer.dataProvider().addFeatures(features)
    layer.updateExtents()


def value_renderer(run: IndicatorRun, indicator: Indicator) -> QgsRuleBasedRenderer:
    """Up to five classes of values, and what was not computed."""
    places = [place for place in run.places if not place.is_total]
    found = [run.value(indicator.id, place.code, run.year) for place in places]
    root = QgsRuleBasedRenderer.Rule(None)
    for title, colour, rows in classes_of([v.value if v else None for v in found], indicator.decimals):
        look = {"color": colour, "outline_color": "#404040", "outline_width": "0.4"}
        codes = ", ".join(f"'{places[row].code}'" for row in rows)
        rule = QgsRuleBasedRenderer.Rule(QgsFillSymbol.createSimple(look))
        rule.setFilterExpression(f'"division" IN ({codes})')
        rule.setLabel(title)
        root.appendChild(rule)
    return QgsRuleBasedRenderer(root)


def add_features(job: IndicatorJob, run: IndicatorRun, indicator: Indicator, traced: Any) -> Optional[QgsVectorLayer]:
    """Add the features behind an indicator (rows and shapes of trace_rows) as a layer; None where there is none."""
    rows, shapes = traced
    if not rows:
        return None
    fields = qgs_fields(TRACE_FIELDS)
    layer = _memory_layer(tr("Behind {0}").format(f"{indicator.title} {run.year}"), fields, job)
    moved = crs_rules.transform_geometries(np.asarray(shapes, dtype=object), job.plane, job.division_layer.snapshot.crs)
    _fill(layer, fields, rows, moved)
    give_titles(layer, indicator_titles(), {})
    look = {
        "color": "255,127,0,110",
        "outline_color": "179,89,0,140",
        "outline_width": "0",
    }  # hairlines: parcels are many
    layer.setRenderer(QgsSingleSymbolRenderer(QgsFillSymbol.createSimple(look)))
    QgsProject.instance().addMapLayer(layer)
    return layer

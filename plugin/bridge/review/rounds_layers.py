"""Frozen rounds as map layers: their projects as outlines, their findings in the colours of the effects."""

from typing import Any

import numpy as np
import shapely
from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsFillSymbol,
    QgsGeometry,
    QgsSingleSymbolRenderer,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QCoreApplication

from ...core.land.pieces import objects
from ...core.review.findings import EFFECTS
from ...core.review.rounds import FrozenRound
from ..i18n import tr
from ..layers.fills import category
from ..layers.results import areal_multipolygons, effect_names, effect_symbol

DRAWN = 20_000  # shapes a layer draws at most: a map of more shows nothing more
_FINDING = ("project_key", "line_name", "rule_id", "effect", "overlap_m2", "law", "note")
_TYPES = {"overlap_m2": "double"}
_OUTLINE = {"color": "0,0,0,0", "style": "no", "outline_color": "#212121", "outline_width": "0.5"}


def round_layers(frozen: FrozenRound, title: str) -> list:
    """[findings, projects] as layers of the main thread, drawn in this order; made in any thread.

    `title`: what their names begin with, e.g. the case and the number of the round.
    """
    crs = QgsCoordinateReferenceSystem.fromWkt(frozen.head.plane_wkt)
    layers = [_findings(frozen, crs, title), _projects(frozen, crs, title)]
    for layer in layers:
        layer.moveToThread(QCoreApplication.instance().thread())
    return layers


def _findings(frozen, crs, title):
    table, count = frozen.findings, min(len(frozen.findings), DRAWN)
    shapes = objects([None] * count) if frozen.geometries is None else frozen.geometries[:count]
    rows = list(zip(*(table.column(name)[:count] for name in _FINDING)))
    fields = "".join(f"&field={name}:{_TYPES.get(name, 'string')}" for name in _FINDING)
    layer = _layer(tr("{0}: findings").format(title), fields, crs, shapes, rows)
    names = effect_names()
    categories = [category(effect, effect_symbol(effect), names[effect]) for effect in EFFECTS]
    layer.setRenderer(QgsCategorizedSymbolRenderer("effect", categories))
    return layer


def _projects(frozen, crs, title):
    projects, count = frozen.projects, min(len(frozen.projects), DRAWN)
    rows = list(zip(projects.keys[:count], projects.names[:count], projects.areas_m2[:count]))
    fields = "&field=project_key:string&field=name:string&field=area_m2:double"
    layer = _layer(tr("{0}: projects").format(title), fields, crs, projects.geometries[:count], rows)
    layer.setRenderer(QgsSingleSymbolRenderer(QgsFillSymbol.createSimple(_OUTLINE)))
    return layer


def _layer(name, fields, crs, shapes, rows):
    layer = QgsVectorLayer(f"MultiPolygon?{fields[1:]}", name, "memory")
    layer.setCrs(crs)
    features = []
    known = ~shapely.is_missing(shapes)
    blobs: Any = np.full(len(shapes), None, dtype=object)
    blobs[known] = shapely.to_wkb(areal_multipolygons(shapes[known]))
    for values, blob in zip(rows, blobs):
        feature = QgsFeature(layer.fields())
        if blob is not None:
            geometry = QgsGeometry()
            geometry.fromWkb(blob)
            feature.setGeometry(geometry)
        feature.setAttributes(list(values))
        features.append(feature)
    layer.dataProvider().addFeatures(features)
    layer.updateExtents()
    return layer

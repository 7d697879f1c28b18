"""Rows into the output layers and tables of an algorithm, with the style that is applied when they are loaded."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Optional

from qgis.core import QgsCoordinateReferenceSystem, QgsProcessingContext, QgsWkbTypes

from ..plugin.bridge.layers.results import KeptStyle, qgs_fields
from ..plugin.bridge.layers.row_sink import RowSink
from . import review_parameters as shared
from .base import OneMapAlgorithm


@dataclass(frozen=True)
class Rows:
    """`fields`: (name, type) pairs; `geometries` in `crs`, None for a table; `style`: what loads with it."""

    fields: Sequence[tuple[str, Any]]
    rows: Sequence[Sequence[Any]]
    geometries: Any = None
    crs: Optional[QgsCoordinateReferenceSystem] = None
    style: Optional[type[KeptStyle]] = None


def write_rows(
    algorithm: OneMapAlgorithm, parameters: dict, name: str, context: QgsProcessingContext, content: Rows
) -> str:
    """Write an output and return its id; raises OutputError."""
    fields = qgs_fields(content.fields)
    is_layer = content.geometries is not None
    kind = QgsWkbTypes.MultiPolygon if is_layer else QgsWkbTypes.NoGeometry
    made = shared.make_sink(
        algorithm, parameters, name, context, shared.SinkShape(fields, kind, content.crs if is_layer else None)
    )
    identifier, sink = made[1], RowSink(made[0], made[1], fields, True)
    del made  # the writer alone holds the sink
    sink.add(content.rows, content.geometries)
    sink.close()
    if content.style is not None and context.willLoadLayerOnCompletion(identifier):
        context.layerToLoadOnCompletionDetails(identifier).setPostProcessor(content.style.make())
    return identifier

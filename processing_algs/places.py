"""Where the inputs of an algorithm lie and its outputs go, read from the values of its parameters."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any, Optional, Union

from qgis.core import (
    QgsMapLayer,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingOutputLayerDefinition,
    QgsProcessingParameterFeatureSink,
    QgsProcessingUtils,
    QgsProperty,
    QgsVectorFileWriter,
)

from ..plugin.bridge.layers.output_files import Place
from ..plugin.bridge.layers.source_parts import source_parts

_DATABASE = re.compile(r"^ogr:dbname='(?P<path>[^']+)'(?:.*?table=\"(?P<table>[^\"]+)\")?", re.IGNORECASE)
_NO_FILE = ("memory:", "postgres:", "postgresql:", "spatialite:", "ogr:", "TEMPORARY_OUTPUT", "mssql:", "oracle:")


def output_places(
    algorithm: QgsProcessingAlgorithm, parameters: dict, context: QgsProcessingContext
) -> dict[str, list[Place]]:
    """{title: [Place]} of all outputs that are files."""
    return _places(algorithm, parameters, context, True, _output_places)


def input_places(
    algorithm: QgsProcessingAlgorithm, parameters: dict, context: QgsProcessingContext
) -> dict[str, list[Place]]:
    """{title: [Place]} of all inputs that are files."""
    return _places(algorithm, parameters, context, False, _input_places)


def sink_place(value: Any, context: QgsProcessingContext) -> Optional[Place]:
    """The Place of an output layer, None where it is no file."""
    places = _output_places(value, context)
    return places[0] if places else None


def with_sink(value: Any, path: Union[str, Path]) -> Any:
    """The value of an output parameter that goes elsewhere."""
    if isinstance(value, QgsProcessingOutputLayerDefinition):
        moved = QgsProcessingOutputLayerDefinition(value)
        moved.sink = QgsProperty.fromValue(str(path))
        return moved
    return str(path)


def _places(algorithm, parameters, context, are_outputs, read):
    found = {}
    for definition in algorithm.parameterDefinitions():
        value = parameters.get(definition.name())
        if definition.isDestination() == are_outputs and value is not None:
            places = read(value, context, isinstance(definition, QgsProcessingParameterFeatureSink))
            if places:
                found[definition.description() or definition.name()] = places
    return found


def _output_places(value, context, is_layer=True):
    if isinstance(value, QgsProcessingOutputLayerDefinition):
        value = value.sink.valueAsString(context.expressionContext(), "")[0]
    elif isinstance(value, QgsProperty):
        value = value.valueAsString(context.expressionContext(), "")[0]
    text = str(value).strip()
    database = _DATABASE.match(text)
    if database:
        return [Place(Path(database["path"]), database["table"] or "")]
    if not text or text.startswith(_NO_FILE):
        return []
    if not is_layer:
        return [Place(Path(part.strip())) for part in text.split(";") if part.strip()]
    path = _with_suffix(Path(text))
    named = [Place(Path(text))] if path != Path(text) and Path(text).exists() else []  # a link, perhaps to an input
    return [Place(path), *named]


def _with_suffix(path):
    """A layer without a suffix is written as a GeoPackage, and one whose suffix is of no format, as in 结果_2026.3."""
    return path if path.suffix[1:].lower() in _formats() else path.with_name(path.name + ".gpkg")


@lru_cache(maxsize=1)
def _formats():
    return frozenset(extension.lower() for extension in QgsVectorFileWriter.supportedFormatExtensions())


def _input_places(value, context, is_layer=False):
    if isinstance(value, (list, tuple)):
        return [place for one in value for place in _input_places(one, context)]
    if isinstance(value, QgsProcessingFeatureSourceDefinition):
        return _input_places(value.source, context)
    if isinstance(value, QgsProperty):
        value = value.valueAsString(context.expressionContext(), "")[0]
    if isinstance(value, QgsMapLayer):
        return _places_of(value.providerType(), value.source())
    if not isinstance(value, str) or not value.strip():
        return []
    layer = QgsProcessingUtils.mapLayerFromString(value, context, False)
    return _places_of(layer.providerType(), layer.source()) if layer else _places_of("ogr", value)


def _places_of(provider, source):
    """The file of a layer's source, or of a text that may name one after a title ("title=file")."""
    parts = source_parts(provider if provider else "ogr", source) if "|" in source or provider != "ogr" else {}
    for text in (parts.get("path") or "", source.split("|")[0], source.split("|")[0].partition("=")[2]):
        try:
            if text and Path(text).exists():
                return [Place(Path(text), parts.get("layerName") or "")]
        except OSError:  # a long text that is no path
            continue
    return []

"""Where a workspace's control lines come from: files and layers recognised by the catalogue, and their way onto
the map.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Union

from qgis.core import QgsCoordinateReferenceSystem, QgsProject, QgsProviderRegistry, QgsVectorLayer, QgsWkbTypes

from ...core.land import zones
from ...core.review.catalogue import Catalogue
from ...core.review.matching import LayerName, match_lines
from ...formats.rules.rule_files import load_catalogue
from ..layers.encoding import open_vector
from .preparing import layer_name


def sources_of_file(path: Union[str, Path]) -> list:
    """[{"line", "source", "note"}] of the layers in a file; "line" is "" for what the catalogue does not know."""
    parts = [part for part in QgsProviderRegistry.instance().querySublayers(str(path)) if part.providerKey() == "ogr"]
    names = [LayerName(part.name(), part.uri(), part.name()) for part in parts]
    lines = match_lines(names, {}, load_catalogue()).assigned
    return [{"line": lines.get(index, ""), "source": part.uri(), "note": ""} for index, part in enumerate(parts)]


def sources_of_project() -> list:
    """[{"line", "source", "note"}] of the control lines among the project's layers; main thread only."""
    return [
        {"line": line, "source": layer.source(), "note": ""}
        for layer, line in recognised_layers(load_catalogue()).items()
    ]


def line_names() -> dict:
    """{line id: name} of the catalogue, to choose from."""
    return {line.id: line.title for line in load_catalogue().lines.values()}


def add_sources(sources: Sequence[dict[str, str]]) -> tuple:
    """Add control lines to the QGIS project under their line's id.

    Return ([names added], [sources that cannot be opened]).
    """
    present = {layer.source() for layer in QgsProject.instance().mapLayers().values()}
    added, missing = [], []
    for known in sources:
        if known["source"] in present:
            continue
        layer = open_vector(known["source"], known["line"] or known["source"].rsplit("=", 1)[-1])
        if isinstance(layer, QgsVectorLayer) and layer.isValid():
            QgsProject.instance().addMapLayer(layer)
            added.append(layer.name())
        else:
            missing.append(known["source"])
    return added, missing


def zone_crs(zone: Any) -> QgsCoordinateReferenceSystem:
    """QGIS's CRS of a 3-degree zone (25 to 45), coordinates without the zone number."""
    return QgsCoordinateReferenceSystem(f"EPSG:{zones.zone_crs(3, zone, prefix=False).to_epsg()}")


def recognised_layers(catalogue: Catalogue, mapping: Any = None, project: Any = None) -> dict:
    """Polygon, line and point layers of the QGIS project that are control lines, {layer: line id}; main thread only."""
    layers, matching = _matched(catalogue, mapping, project)
    return {layers[at]: line_id for at, line_id in matching.assigned.items() if layers[at].isValid()}


def layers_to_answer_for(catalogue: Catalogue, mapping: Any = None, project: Any = None) -> list:
    """As `recognised_layers`, with those that cannot be opened and those that fit several lines: of neither may the
    reader believe that it was looked at. None where there is no control line at all; main thread only.
    """
    layers, matching = _matched(catalogue, mapping, project)
    asked = sorted({*matching.assigned, *(at for at, _ in matching.ambiguous)}) if matching.assigned else []
    return [layers[at] for at in asked]


def _matched(catalogue, mapping, project):
    layers = [
        layer
        for layer in (project or QgsProject.instance()).mapLayers().values()
        if isinstance(layer, QgsVectorLayer) and not (layer.isValid() and layer.wkbType() == QgsWkbTypes.NoGeometry)
    ]
    return layers, match_lines([layer_name(layer) for layer in layers], mapping or {}, catalogue)

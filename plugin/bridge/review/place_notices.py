"""What can be seen before a check runs of where its layers lie: coordinate systems that are missing or refused, zones
that do not fit each other. Main thread only; no layer is read.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Optional

from pyproj import CRS
from qgis.core import QgsProject, QgsVectorLayer

from ...core.errors import OneMapError
from ...core.land import crs as crs_rules
from ...core.land.scale_search import scale_doubts
from ...core.land.types import Box
from ...core.land.zone_search import Place, place_doubts
from ...core.messages import text
from ..layers.layer_crs import parse_layer_crs
from ..layers.two_zones import box_of
from ..layers.view_limits import layer_extent
from .check_setup import CheckSetup


def place_notices(setup: CheckSetup, project: Optional[QgsProject] = None) -> list[str]:
    """What a person should put right before the check of a setup runs, in words; empty where nothing is seen."""
    project = project or QgsProject.instance()
    ids = [setup.projects, *(layer_id for layer_id, line in setup.lines.items() if line), setup.control_extent]
    layers = [project.mapLayer(layer_id) for layer_id in dict.fromkeys(ids) if layer_id]
    said: list[str] = []
    placed = [(layer, crs) for layer in layers if isinstance(layer, QgsVectorLayer) for crs in _crs_of(layer, said)]
    boxes = [(layer, crs, box_of(layer_extent(layer))) for layer, crs in placed]
    known = [(layer, crs, box) for layer, crs, box in boxes if box is not None]
    if known and known[0][0].id() == setup.projects:
        said += _doubts([(layer.name(), crs, box) for layer, crs, box in known if box is not None])
    return list(dict.fromkeys(said))


def _crs_of(layer: QgsVectorLayer, said: list[str]) -> Iterator[CRS]:
    """The system of a layer, none where it has none that can be used: then it is said."""
    try:
        yield parse_layer_crs(layer)
    except OneMapError as error:
        said.append(str(error.message))


def _doubts(known: list[tuple[str, CRS, Box]]) -> Iterator[str]:
    """Of layers where they lie, the first of which holds the projects."""
    _, own, (left, low, right, top) = known[0]
    try:
        plane = crs_rules.working_plane(own, ((left + right) / 2, (low + top) / 2))
    except OneMapError as error:
        yield str(error.message)
        return
    projects, *others = (Place(name, crs, box, _moved(crs.srs, box, plane.srs)) for name, crs, box in known)
    for doubt in (*place_doubts(projects, others, plane).values(), *scale_doubts(projects, others).values()):
        yield text(doubt.code, **doubt.params)


@lru_cache(maxsize=2000)
def _moved(crs: str, box: Box, plane: str) -> Box:
    """A box on the plane; the page asks again at every change."""
    return crs_rules.transform_bounds(box, CRS.from_user_input(crs), CRS.from_user_input(plane))

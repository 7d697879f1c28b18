"""Two layers that lie on one another only if one of them were in the zone beside its own: compared with each other,
nothing of one would be found in the other, and that would look like an answer.
"""

from typing import Optional

from pyproj import CRS
from qgis.core import QgsRectangle

from ...core.errors import InputError
from ...core.land import crs as crs_rules
from ...core.land.types import Box
from ...core.land.zone_search import other_zone
from .snapshot import LayerSnapshot


def box_of(extent: QgsRectangle) -> Optional[Box]:
    """(min x, min y, max x, max y) of a layer's extent, None where it has none."""
    if extent.isNull():
        return None
    return extent.xMinimum(), extent.yMinimum(), extent.xMaximum(), extent.yMaximum()


def zone_instead(layer: LayerSnapshot, other: LayerSnapshot, plane: CRS) -> Optional[CRS]:
    """The zone in which `layer` would lie on `other`, from which it lies far in its own; None where it does not.
    `plane`: of the work."""
    boxes = [box_of(snapshot.extent) if snapshot.expected_count else None for snapshot in (layer, other)]
    if boxes[0] is None or boxes[1] is None:
        return None
    return other_zone(layer.crs, boxes[0], plane, crs_rules.transform_bounds(boxes[1], other.crs, plane))


def refuse_two_zones(layer: LayerSnapshot, other: LayerSnapshot, plane: CRS) -> None:
    """Raise InputError where `layer` lies far from `other`, and on it in another zone. `plane`: of the work."""
    zone = zone_instead(layer, other, plane)
    if zone is not None:
        crs = {"crs": crs_rules.describe(layer.crs), "zone": crs_rules.describe(zone)}
        raise InputError("layers_in_two_zones", layer=layer.name, other=other.name, **crs)

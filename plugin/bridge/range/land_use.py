"""The land-use composition of a range: statutory area of every class inside it."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Optional

import numpy as np
import shapely
from pyproj import CRS
from qgis.core import QgsVectorLayer

from ...core.errors import Cancelled, OneMapError
from ...core.land import overlay
from ...core.land.area import statutory_areas
from ...core.land.remarks import Remark
from ...core.land.repair import polygon_parts
from ...core.land.rounding import half_up
from ...core.review.report_data import LandUseRow
from ...core.threads import Feedback
from ...formats.rules.rule_files import load_land_use_names
from ..layers.encoding import repair_encoding
from ..layers.snapshot import LayerSnapshot
from ..layers.view_limits import SERVICE_REMARK
from ..review.running import ReviewResult

_ROUNDING = 1e-4  # share of a range that boundaries drawn twice may leave open
CLASS_FIELDS = ("DLBM", "YDYHFLDM", "YDYHDLDM")


@dataclass(frozen=True)
class LandUse:
    """A land-use layer and the field of its class codes; `problem` says why there is none to read."""

    name: str
    snapshot: Optional[LayerSnapshot] = None
    field: str = ""
    problem: Optional[Remark] = None


def land_use_of(layer: Optional[QgsVectorLayer]) -> Optional[LandUse]:
    """The LandUse of a layer, None for none; main thread."""
    if layer is None:
        return None
    try:
        snapshot = LayerSnapshot(repair_encoding(layer), role="land_use")
    except OneMapError as error:
        return LandUse(layer.name(), problem=_failed(layer.name(), error))
    field = next((n for n in CLASS_FIELDS if snapshot.has_field(n)), None)
    if field is None:
        params = {"layer": layer.name(), "fields": "、".join(CLASS_FIELDS)}
        return LandUse(layer.name(), problem=Remark("range_landuse_field", layer.name(), None, params))
    return LandUse(layer.name(), snapshot, field)


def _failed(name: str, error: OneMapError) -> Remark:
    return Remark("range_landuse_failed", name, None, {"layer": name, "error": str(error)})


def composition(
    land_use: Optional[LandUse], result: ReviewResult, feedback: Optional[Feedback] = None
) -> tuple[list[LandUseRow], list[Remark]]:
    """Rows by class of the land inside the projects of a review that was run, and what the reader must know.

    A layer that cannot be read is remarked; raises Cancelled only.
    """
    if land_use is None:
        return [], []
    if land_use.problem is not None or land_use.snapshot is None:
        return [], [land_use.problem] if land_use.problem else []
    try:
        pieces = _pieces(land_use.snapshot.fresh(), land_use.field, result, feedback)
    except Cancelled:
        raise
    except (OneMapError, RuntimeError, shapely.GEOSException) as error:
        failed = error if isinstance(error, OneMapError) else OneMapError("layer_unreadable", layer=land_use.name)
        return [], [_failed(land_use.name, failed)]
    total = float(result.data.projects.areas_m2.sum())
    rows = _rows(pieces, result.review.plane, total)
    downloaded = [remark for remark in land_use.snapshot.remarks if remark.code == SERVICE_REMARK]
    return rows, downloaded + _gap_remarks(land_use.name, sum(row.area_m2 for row in rows), total)


def _gap_remarks(name: str, covered_m2: float, total_m2: float) -> list[Remark]:
    """A remark where land-use polygons leave part of the range open: the composition is not that of the whole."""
    if not total_m2 or covered_m2 >= (1 - _ROUNDING) * total_m2:
        return []
    params = {"layer": name, "share": float(half_up(covered_m2 / total_m2 * 100, 2))}
    return [Remark("range_landuse_gap", name, None, params)]


def _pieces(snapshot: LayerSnapshot, field: str, result: ReviewResult, feedback) -> dict[str, list[shapely.Geometry]]:
    """{class code: pieces on the plane inside the projects}."""
    union = overlay.union(result.data.projects.geometries)
    rectangle = result.rectangle(snapshot, 0.0)
    pieces = defaultdict(list)
    for features, _, geometries in snapshot.batches(result.review.plane, [field], feedback, rectangle):
        usable = np.flatnonzero(~shapely.is_missing(geometries))
        cut = shapely.intersection(geometries[usable], union)
        for row, piece in zip(usable, cut):
            if shapely.area(piece) > overlay.NOISE_M2:
                pieces[str(features[row][field])].append(polygon_parts(piece))
    return pieces


def _rows(pieces: dict[str, list[shapely.Geometry]], plane: CRS, total_m2: float) -> list[LandUseRow]:
    codes = sorted(pieces)
    areas = statutory_areas([overlay.union(np.array(pieces[c], dtype=object)) for c in codes], plane)
    names = load_land_use_names()
    return [
        LandUseRow(code, names.get(code, ""), float(area), _share_pct(float(area), total_m2))
        for code, area in zip(codes, areas)
    ]


def _share_pct(area: float, total_m2: float) -> float:
    return float(min(half_up(area / total_m2 * 100, 4), 100.0)) if total_m2 else 0.0

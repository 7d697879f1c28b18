"""A checked range as a record of the workspace, as a frozen round of a review case, and as a layer."""

from dataclasses import replace

import shapely
from qgis.core import QgsCoordinateReferenceSystem, QgsFeature, QgsVectorLayer

from ...core.land import crs as crs_rules
from ...core.land.rounding import half_up
from ...core.messages import text
from ...core.review.findings import CONFLICT, NOT_CHECKED
from ...core.review.rounds import FrozenRound
from ...store.workspace import Workspace
from .shapes import from_shapely

FORM = "project_site"
_CGCS2000 = "EPSG:4490"


def save_site(workspace, actor, name, result):
    """Save a RangeResult as a project_site record (draft) with its verdicts in the note.

    Return its id. Raises OneMapError.
    """
    moved = crs_rules.transform_geometries(
        [result.shape], crs_rules.parse_crs(result.plane_wkt), crs_rules.parse_crs(_CGCS2000)
    )[0]
    multi = shapely.multipolygons(shapely.get_parts(moved))
    row = {"name": name, "area_m2": float(half_up(result.project_m2, 2)), "note": verdict_note(result.verdicts)}
    row["geometry"] = shapely.to_wkb(multi)
    return workspace.save_records(FORM, [row], actor, "range").ids[0]


def verdict_note(verdicts):
    """The conflicts and what was not checked, in a few sentences."""
    hits = [v for v in verdicts if v.status == CONFLICT]
    unchecked = [v.line_name for v in verdicts if v.status == NOT_CHECKED]
    lines = [text("range_conflict", line=v.line_name, area=v.overlap_m2, share=v.share_pct) for v in hits] or [
        text("range_no_conflict")
    ]
    return "\n".join(lines + ([text("range_unchecked", lines="、".join(unchecked))] if unchecked else []))


def freeze_review(workspace: Workspace, actor: str, name: str, frozen: FrozenRound) -> int:
    """Keep a range (RangeResult.frozen()) as the next round of a review case; return its number."""
    projects = replace(frozen.projects, names=[name] * len(frozen.projects))
    return workspace.cases.freeze(name, replace(frozen, projects=projects), actor, kind="range").number


def range_layer(result, name):
    """The range as a polygon layer with key and name, ready for the check of projects."""
    layer = QgsVectorLayer("MultiPolygon?field=XMBH:string&field=XMMC:string", name, "memory")
    layer.setCrs(QgsCoordinateReferenceSystem.fromWkt(result.plane_wkt))
    feature = QgsFeature(layer.fields())
    geometry = from_shapely(shapely.multipolygons(shapely.get_parts(result.shape)))
    feature.setGeometry(geometry)
    feature.setAttributes(["1", name])
    layer.dataProvider().addFeatures([feature])
    layer.updateExtents()
    return layer

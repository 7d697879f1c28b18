"""A checked range as a record of the workspace, as a frozen round of a review case, and as a layer."""

from collections.abc import Iterable
from dataclasses import replace

import shapely
from qgis.core import QgsCoordinateReferenceSystem, QgsFeature, QgsVectorLayer

from ...core.land import crs as crs_rules
from ...core.land.rounding import half_up
from ...core.messages import language, text
from ...core.review.findings import Verdict
from ...core.review.rounds import FrozenRound
from ...core.review.tiers import Conclusion, conclusion_names
from ...formats.rules.rule_files import line_title
from ...store.workspace import Workspace
from .check import RangeResult
from .shapes import from_shapely

FORM = "project_site"
_CGCS2000 = "EPSG:4490"
_NOT_LOOKED_AT = {Conclusion.FAILED: "range_failed", Conclusion.NOT_CHECKED: "range_unchecked"}


def save_site(workspace: Workspace, actor: str, name: str, result: RangeResult) -> str:
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


def verdict_note(verdicts: Iterable[Verdict]) -> str:
    """What was met, what could not be read and what was not checked, in a few sentences, what decides first.

    That nothing is touched is said of all lines or of none: beside lines that were not looked at, a number is told.
    """
    lines: dict[Conclusion, list[Verdict]] = {c: [] for c in Conclusion}
    for verdict in sorted(verdicts, key=lambda v: -v.overlap_m2):
        lines[verdict.conclusion].append(verdict)
    clear = lines.pop(Conclusion.CLEAR)
    said = [sentence for conclusion, own in lines.items() if own for sentence in _sentences(conclusion, own)]
    if clear and not said:
        return text("range_no_conflict")
    if clear and (lines[Conclusion.FAILED] or lines[Conclusion.NOT_CHECKED]):
        said.append(text("range_clear_count", count=len(clear)))
    return "\n".join(said) or text("range_nothing_checked")


def _sentences(conclusion: Conclusion, verdicts: list[Verdict]) -> list[str]:
    """One sentence of lines that were not looked at, one for each that is met."""
    code = _NOT_LOOKED_AT.get(conclusion)
    if code:
        return [text(code, lines="、".join(line_title(v.line_name) for v in verdicts))]
    word = conclusion_names()[conclusion][language()]
    return [
        text("range_met", word=word, line=line_title(v.line_name), area=v.overlap_m2, share=v.share_pct)
        for v in verdicts
    ]


def freeze_review(workspace: Workspace, actor: str, name: str, frozen: FrozenRound) -> int:
    """Keep a range (RangeResult.frozen()) as the next round of a review case; return its number."""
    projects = replace(frozen.projects, names=[name] * len(frozen.projects))
    return workspace.cases.freeze(name, replace(frozen, projects=projects), actor, kind="range").number


def range_layer(result: RangeResult, name: str) -> QgsVectorLayer:
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

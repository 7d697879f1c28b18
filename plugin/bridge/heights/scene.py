"""Buildings in the 3D view of QGIS: solids from the ground to the roof, what exceeds a limit red; a camera for each
viewpoint kept in a layout, and a bookmark of its place.

Not every QGIS is built with 3D; without it nothing is set and `has_3d` says so.
"""

import math
from collections.abc import Sequence
from typing import Any, Optional

from qgis.core import (
    QgsBookmark,
    QgsCoordinateReferenceSystem,
    QgsLayoutItemPage,
    QgsLayoutPoint,
    QgsLayoutSize,
    QgsPrintLayout,
    QgsProject,
    QgsProperty,
    QgsPropertyCollection,
    QgsReadWriteContext,
    QgsRectangle,
    QgsReferencedRectangle,
    QgsVector3D,
    QgsVectorLayer,
)
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtXml import QDomDocument

from ...core.heights.sights import View
from ..i18n import tr

try:
    from qgis import _3d as threed
except ImportError:
    threed = None

_EXCEEDING, _OTHER = "#d7191c", "#b8b8b8"
_STANDS = '"height_m" IS NOT NULL'
_BASE = 'coalesce("base_m", 0)'
_SPLIT = '"status" = \'conflict\' AND "allowed_m" < "height_m"'  # the part above the limit is known
_KEPT = f'CASE WHEN {_SPLIT} THEN max("allowed_m", 0) ELSE "height_m" END'
_PAGE_MM = (297.0, 210.0)
_AROUND_M = 500.0
_LEAST_M = 50.0  # from a camera to what it looks at


def has_3d() -> bool:
    """Whether this QGIS is built with 3D."""
    return threed is not None


def dress_in_3d(layer: QgsVectorLayer) -> bool:
    """Buildings of a LIMITS layer as solids: what exceeds red, all else grey; False where QGIS has no 3D."""
    if threed is None:
        return False
    rules = threed.QgsRuleBased3DRenderer.Rule(None)
    is_conflict = f"\"status\" = 'conflict' AND NOT coalesce({_SPLIT}, false)"
    for condition, bottom, height, colour, name in (
        (f"{_STANDS} AND NOT ({is_conflict})", _BASE, _KEPT, _OTHER, tr("Buildings")),
        (f"{_STANDS} AND {_SPLIT}", f"{_BASE} + {_KEPT}", f'"height_m" - {_KEPT}', _EXCEEDING, tr("Above the limit")),
        (f"{_STANDS} AND {is_conflict}", _BASE, '"height_m"', _EXCEEDING, tr("Not compliant")),
    ):
        rules.appendChild(threed.QgsRuleBased3DRenderer.Rule(_solid(bottom, height, colour), condition, name))
    renderer = threed.QgsRuleBased3DRenderer(rules)
    renderer.setLayer(layer)
    layer.setRenderer3D(renderer)
    return True


def _solid(bottom: str, height: str, colour: str) -> Any:
    """A symbol from a level up by a height, both expressions."""
    symbol = threed.QgsPolygon3DSymbol()
    properties = QgsPropertyCollection()
    properties.setProperty(_kind("Height"), QgsProperty.fromExpression(bottom))
    properties.setProperty(_kind("ExtrusionHeight"), QgsProperty.fromExpression(height))
    symbol.setDataDefinedProperties(properties)
    material = threed.QgsPhongMaterialSettings()
    material.setDiffuse(QColor(colour))
    material.setAmbient(QColor(colour).darker(115))
    (getattr(symbol, "setMaterialSettings", None) or symbol.setMaterial)(material)
    symbol.setAltitudeClamping(_absolute())
    symbol.setEdgesEnabled(True)
    return symbol


def _kind(name: str) -> int:
    """The number of a property of a symbol; QGIS moved and renamed them."""
    symbol = threed.QgsPolygon3DSymbol
    found = getattr(symbol, f"Property{name}", None)
    found = getattr(symbol.Property, name) if found is None else found
    return int(getattr(found, "value", found))


def _absolute() -> Any:
    """Levels are levels, not heights above the terrain of the scene."""
    from qgis.core import Qgis

    newer = getattr(Qgis, "AltitudeClamping", None)
    return newer.Absolute if newer is not None else threed.Qgs3DTypes.AltClampAbsolute


def keep_cameras(
    views: Sequence[View],
    layers: Sequence[Any],
    crs: QgsCoordinateReferenceSystem,
    project: Optional[QgsProject] = None,
) -> int:
    """A bookmark of each viewpoint, and a layout with a page of the scene as seen from it; returns how many.

    `crs`: the plane of the views. What was kept under the same names before is replaced.
    """
    project = project or QgsProject.instance()
    group = tr("Viewpoints")
    manager = project.bookmarkManager()
    for mark in manager.bookmarks():
        if mark.group() == group:
            manager.removeBookmark(mark.id())
    known = [view for view in views if view.eye.level is not None]
    for view in known:
        manager.addBookmark(_bookmark(view, crs, group))
    if threed is not None and known:
        _layout(known, layers, crs, project)
    return len(known)


def _bookmark(view: View, crs: QgsCoordinateReferenceSystem, group: str) -> QgsBookmark:
    mark, goal = QgsBookmark(), view.target.shape.centroid
    mark.setName(view.name)
    mark.setGroup(group)
    box = QgsRectangle(*_ordered(view.eye.x, goal.x, view.eye.y, goal.y))
    box.grow(_LEAST_M)
    mark.setExtent(QgsReferencedRectangle(box, crs))
    return mark


def _ordered(x: float, other_x: float, y: float, other_y: float) -> tuple[float, float, float, float]:
    return min(x, other_x), min(y, other_y), max(x, other_x), max(y, other_y)


def _layout(
    views: Sequence[View], layers: Sequence[Any], crs: QgsCoordinateReferenceSystem, project: QgsProject
) -> None:
    name = tr("Views of the design in 3D")
    old = project.layoutManager().layoutByName(name)
    if old is not None:
        project.layoutManager().removeLayout(old)
    layout = QgsPrintLayout(project)
    layout.initializeDefaults()
    layout.setName(name)
    for number, view in enumerate(views):
        if number:
            page = QgsLayoutItemPage(layout)
            page.setPageSize(QgsLayoutSize(*_PAGE_MM))
            layout.pageCollection().addPage(page)
        item = threed.QgsLayoutItem3DMap(layout)
        item.setId(view.name)
        item.setMapSettings(_settings(view, layers, crs, project))
        item.setCameraPose(_pose(view))
        item.attemptMove(QgsLayoutPoint(10, 10), page=number)
        item.attemptResize(QgsLayoutSize(_PAGE_MM[0] - 20, _PAGE_MM[1] - 20))
        layout.addLayoutItem(item)
    project.layoutManager().addLayout(layout)


def _settings(view: View, layers: Sequence[Any], crs: QgsCoordinateReferenceSystem, project: QgsProject) -> Any:
    """A scene whose origin is the target's place at level 0, on flat ground at the lowest base of the buildings."""
    settings, goal = threed.Qgs3DMapSettings(), view.target.shape.centroid
    box = QgsRectangle(*_ordered(view.eye.x, goal.x, view.eye.y, goal.y))
    box.grow(_AROUND_M)
    ground = _terrain(box, _ground(layers))
    settings.readXml(ground.documentElement(), QgsReadWriteContext())  # a scene without a ground ends QGIS
    settings.setCrs(crs)
    settings.setTransformContext(project.transformContext())
    settings.setPathResolver(project.pathResolver())
    settings.setMapThemeCollection(project.mapThemeCollection())
    settings.setOrigin(QgsVector3D(goal.x, goal.y, 0))
    settings.setLayers(list(layers))
    return settings


def _terrain(box: QgsRectangle, level: float) -> QDomDocument:
    """Settings of flat ground, as QGIS keeps them."""
    sides = {"xmin": box.xMinimum(), "ymin": box.yMinimum(), "xmax": box.xMaximum(), "ymax": box.yMaximum()}
    extent = " ".join(f'{name}="{value:.3f}"' for name, value in sides.items())
    document = QDomDocument()
    document.setContent(
        f'<qgis3d><terrain terrain-rendering-enabled="1" elevation-offset="{level:.3f}">'
        f'<generator type="flat"><extent {extent}/></generator></terrain></qgis3d>'
    )
    return document


def _ground(layers: Sequence[Any]) -> float:
    """The lowest base of the buildings, 0 where none is known."""
    levels = [layer.minimumValue(layer.fields().lookupField("base_m")) for layer in layers if _has_base(layer)]
    return min((float(level) for level in levels if isinstance(level, (int, float))), default=0.0)


def _has_base(layer: QgsVectorLayer) -> bool:
    return isinstance(layer, QgsVectorLayer) and layer.fields().lookupField("base_m") >= 0


def _pose(view: View) -> Any:
    """From the eye towards the target: the scene's x is east, its y up, its z south; headings turn to the west."""
    goal = view.target.shape.centroid
    east, north = goal.x - view.eye.x, goal.y - view.eye.y
    eye = view.eye.level or 0.0
    up = (eye if view.target.level is None else view.target.level) - eye
    distance = max(math.hypot(east, north, up), _LEAST_M)
    pose = threed.QgsCameraPose()
    pose.setCenterPoint(QgsVector3D(0, eye + up, 0))
    pose.setDistanceFromCenterPoint(distance)
    pose.setPitchAngle(90 + math.degrees(math.atan2(up, math.hypot(east, north))))
    pose.setHeadingAngle(math.degrees(math.atan2(-east, north)) % 360)
    return pose

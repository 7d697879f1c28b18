"""The geometry of the record in an editor: taken or drawn on the map, told in words, and the fields that follow
from it.
"""

from typing import Optional

import shapely
from qgis.core import QgsCoordinateReferenceSystem, QgsGeometry

from ..plugin.bridge.i18n import tr
from ..plugin.bridge.records.computed_fields import (
    LAYER_KINDS,
    area_of_wkb,
    polygon_of_wkb,
    record_wkb,
    values_from_geometry,
    values_from_layers,
)
from ..plugin.bridge.records.places import place_of
from ..plugin.core.land.rounding import half_up, mu

_KIND = {"point": "point", "polygon": "polygon", "multipolygon": "polygon"}


def geometry_text(wkb: Optional[bytes]) -> str:
    """A geometry in words: where a point lies, how large a polygon is (statutory area), how many parts it has."""
    if not wkb:
        return tr("No geometry yet.")
    shape = shapely.from_wkb(wkb)
    if shape.geom_type == "Point":
        return tr("Point: longitude {0}°, latitude {1}° (CGCS2000)").format(f"{shape.x:.6f}", f"{shape.y:.6f}")
    area = area_of_wkb(wkb)
    size = (f"{half_up(area):,.2f}", f"{mu(area):,.2f}", shapely.get_num_geometries(shape))
    return tr("Polygon: {0} m², {1} mu, parts: {2} (statutory area)").format(*size)


class GeometryPart:
    """`editor`: RecordEditor.

    `pick()`: (QgsGeometry, crs) selected on the map or None; `draw(kind, windows, done)`: see MapGeometry.
    """

    def __init__(self, editor, pick, draw):
        self._editor, self._pick, self._draw = editor, pick, draw
        self.wkb = None

    def take(self) -> None:
        """Take the geometry that is selected on the map."""
        picked = self._pick()
        if picked is None:
            self._editor.say(tr("Select a feature on the map first."))
        else:
            self._use(*picked)

    def draw(self) -> None:
        """Draw it on the map while the windows stand aside."""
        editor = self._editor
        self._draw(
            _KIND[editor.form.geometry],
            [w for w in (editor, editor.parentWidget()) if w is not None and w.isWindow()],
            self._use,
        )

    def _use(self, geometry, crs):
        def take():
            self.wkb = record_wkb(self._editor.form, geometry, crs)
            self._editor.set_values(values_from_geometry(self._editor.form, self.wkb))
            self._editor.keep_draft()

        if self._editor.attempt(take):
            self._editor.say(tr("The geometry was taken from the map."))

    def compute(self) -> None:
        """Fill the computed fields from the layers under the record's polygon, then from one another."""
        editor = self._editor
        polygon, missing = self.polygon(), []
        if polygon is not None:
            found, missing = values_from_layers(editor.form, *polygon)
            editor.set_values({**found, **values_from_geometry(editor.form, self.wkb)})
        editor.keep_draft()
        if polygon is None and any(field.computed.get("name") in LAYER_KINDS for field in editor.form.fields):
            editor.say(tr("Select the village's polygon on the map to compute areas."))
        elif missing:
            editor.say(tr("No layer for: {0}").format(", ".join(missing)))

    def polygon(self) -> tuple[QgsGeometry, QgsCoordinateReferenceSystem]:
        """(QgsGeometry, crs): what is selected on the map, else the record's own polygon, else the one with its
        division code.
        """
        picked = self._pick() if self._pick else None
        return picked or polygon_of_wkb(self.wkb) or place_of(self._editor.form, self._editor.values())

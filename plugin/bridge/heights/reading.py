"""Layers of a design as rows: geometries on the plane and the fields that a catalogue knows by name."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Optional

import numpy as np
import shapely
from pyproj import CRS
from qgis.core import QgsGeometry, QgsVectorLayer, QgsWkbTypes

from ...core.errors import InputError
from ...core.heights.settings import catalogue
from ...core.land.pieces import objects
from ...core.land.repair import polygon_parts
from ...core.threads import Feedback
from ..layers.encoding import repair_encoding
from ..layers.snapshot import LayerSnapshot
from ..layers.source_parts import own_name
from ..layers.values import is_null


@dataclass
class Rows:
    """Features of a layer: geometries on the plane (None where unusable), `values`: {role: column}, lowest and highest
    Z of each feature, not-a-number where its vertices have none."""

    fids: np.ndarray
    shapes: np.ndarray
    values: dict[str, list[Any]] = field(default_factory=dict)
    z: np.ndarray = field(default_factory=lambda: np.zeros((0, 2)))

    def __len__(self) -> int:
        return len(self.fids)

    def value(self, role: str, row: int) -> Any:
        """A value, None where the layer has no such field or nothing in it."""
        column = self.values.get(role)
        return column[row] if column is not None else None

    def text(self, role: str, row: int) -> str:
        """A value as text, "" for nothing."""
        value = self.value(role, row)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return "" if value is None else str(value).strip()


class RowSource:
    """One layer; made on the main thread, read in any. `chosen`: {role: field that the user named}.

    Raises InputError for an empty layer, one of another kind of geometry than `dimensions`, and for a field that it
    lacks.
    """

    def __init__(
        self,
        layer: QgsVectorLayer,
        roles: Sequence[str],
        dimensions: Sequence[int] = (2,),
        chosen: Optional[dict[str, str]] = None,
    ) -> None:
        layer = repair_encoding(layer)
        self.snapshot = LayerSnapshot(layer, "heights")
        self.snapshot.name = own_name(layer)
        self.name = self.snapshot.name
        if self.snapshot.dimension not in (*dimensions, -1):
            raise InputError("heights_wrong_geometry", layer=self.name)
        if self.snapshot.expected_count == 0:
            raise InputError("heights_layer_empty", layer=self.name)
        self.fields = {role: self._field(role, (chosen or {}).get(role, "")) for role in roles}
        extent = layer.extent()
        self.centre = extent.center().x(), extent.center().y()

    def _field(self, role: str, chosen: str) -> str:
        """The field of a role, "" for none."""
        if chosen and not self.snapshot.has_field(chosen):
            names = ", ".join(f.name() for f in self.snapshot.fields)
            raise InputError("heights_field_absent", layer=self.name, field=chosen, fields=names)
        usual = catalogue("fields.json").get(role, [])
        return chosen or next((name for name in usual if self.snapshot.has_field(name)), "")

    def read(self, plane: CRS, feedback: Optional[Feedback] = None) -> Rows:
        """All features; raises InputError, Cancelled."""
        names = sorted({name for name in self.fields.values() if name})
        fids, shapes, z = [np.zeros(0, np.int64)], [objects([])], [np.zeros((0, 2))]
        values: dict[str, list[Any]] = {role: [] for role, name in self.fields.items() if name}
        for features, ids, geometries in self.snapshot.batches(plane, names, feedback, polygons_only=False):
            fids.append(ids)
            shapes.append(shapely.force_2d(geometries))
            z.append(np.array([_z_range(feature.geometry()) for feature in features]).reshape(-1, 2))
            for role, column in values.items():
                column += [_plain(feature[self.fields[role]]) for feature in features]
        return Rows(np.concatenate(fids), objects(np.concatenate(shapes)), values, np.vstack(z))


def _plain(value: Any) -> Any:
    return None if is_null(value) else value


def _z_range(geometry: QgsGeometry) -> tuple[float, float]:
    """(lowest, highest) Z of a geometry; not-a-number where it has none or all are 0, as flat drawings have them.

    The geometry is asked and not its layer: one of a drawing calls itself flat and holds levels.
    """
    has_z = not geometry.isNull() and QgsWkbTypes.hasZ(geometry.wkbType())
    z = [vertex.z() for vertex in geometry.vertices()] if has_z else []
    known = [value for value in z if np.isfinite(value)]
    return (min(known), max(known)) if known and any(known) else (np.nan, np.nan)


def as_polygons(rows: Rows) -> tuple[np.ndarray, np.ndarray]:
    """(polygons, positions of lines that do not close); closed lines of a drawing become the land they enclose."""
    shapes = rows.shapes.copy()
    lines = np.flatnonzero(np.isin(shapely.get_dimensions(shapes), (0, 1)))
    open_lines = []
    for row in lines:
        parts = [part for part in shapely.get_parts(shapes[row]) if part.geom_type == "LineString"]
        closed = [shapely.Polygon(part.coords) for part in parts if part.is_closed and len(part.coords) > 3]
        land = polygon_parts(shapely.make_valid(shapely.multipolygons(closed))) if closed else None
        shapes[row] = land if land is not None and shapely.area(land) > 0 else None
        if shapes[row] is None:
            open_lines.append(int(row))
    return shapes, np.array(open_lines, dtype=int)

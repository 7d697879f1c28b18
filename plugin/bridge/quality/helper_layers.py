"""Helper layers that decide a land class: which of their polygons lie on a parcel, and what class they name."""

from pathlib import Path
from typing import Any, Optional

import numpy as np
import shapely
from pyproj import CRS
from qgis.core import QgsVectorLayer

from ...core.errors import InputError
from ...core.land.pieces import objects
from ...core.quality.conversion import ConversionTable, clean_code
from ...core.quality.conversion_cut import Piece, cut
from ...core.quality.conversion_decisions import Decision
from ...core.threads import Feedback
from ..layers.encoding import open_vector, repair_encoding
from ..layers.snapshot import LayerSnapshot


class HelperLayer:
    """The layer of one decision: opened on the main thread, `read` and asked in any."""

    def __init__(self, decision: Decision, layer: QgsVectorLayer) -> None:
        self.decision = decision
        self.snapshot = LayerSnapshot(repair_encoding(layer), "helper")
        if decision.field and not self.snapshot.has_field(decision.field):
            names = ", ".join(field.name() for field in self.snapshot.fields)
            raise InputError("conversion_field_absent", layer=layer.name(), field=decision.field, fields=names)
        if self.snapshot.dimension != 2:
            raise InputError("conversion_not_polygons", layer=layer.name())

    def read(self, plane: CRS, table: ConversionTable, feedback: Optional[Feedback] = None) -> None:
        """Read all polygons onto the plane."""
        field = self.decision.field
        shapes: list[Any] = []
        classes: list[str] = []
        for features, _, geometries in self.snapshot.batches(plane, [field] if field else [], feedback):
            used = np.flatnonzero(~shapely.is_missing(geometries))
            shapes.extend(geometries[used])
            classes.extend(_class(features[row][field], table) if field else self.decision.to_code for row in used)
        self._shapes, self._classes = objects(shapes), objects(classes)
        self._tree = shapely.STRtree(self._shapes)

    def pieces(self, parcel: shapely.Geometry) -> list[Piece]:
        """The pieces of a valid parcel on the plane."""
        rows = np.sort(self._tree.query(parcel, predicate="intersects"))
        return cut(parcel, self._shapes[rows], self._classes[rows].tolist())


def _class(value: Any, table: ConversionTable) -> str:
    """A class code of a helper layer, without the zeros that pad it."""
    code = clean_code(None if value is None or str(value) == "NULL" else value)
    while table.classes and code not in table.classes and code.endswith("00"):
        code = code[:-2]
    return code


def open_helpers(
    decisions: tuple[Decision, ...], given: list[QgsVectorLayer], folder: Path
) -> dict[Decision, HelperLayer]:
    """The helper layer of each decision that has one: a layer given by name, else a file beside the decisions.

    Main thread; raises InputError.
    """
    return {
        decision: HelperLayer(decision, _opened(decision, given, folder)) for decision in decisions if decision.layer
    }


def _opened(decision: Decision, given: list[QgsVectorLayer], folder: Path) -> QgsVectorLayer:
    by_name = [layer for layer in given if layer.name() == decision.layer]
    if by_name:
        return by_name[0]
    layer = open_vector(str(folder / decision.layer), Path(decision.layer.split("|")[0]).stem)
    if not layer.isValid():
        raise InputError("splits_layer_absent", layer=decision.layer)
    return layer

"""The divisions that indicators are computed for: one polygon a code, the whole of all above them."""

from collections import Counter
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
import shapely
from pyproj import CRS
from qgis.core import QgsVectorLayer

from ...core.errors import InputError
from ...core.indicators.indicator_values import Place
from ...core.land import crs as crs_rules
from ...core.land.area import ellipsoidal_areas
from ...core.land.overlaps import overlapping_owners
from ...core.land.overlay import union
from ...core.land.pieces import objects
from ...core.land.remarks import UNREAD, Remark
from ...core.land.rounding import half_up
from ...core.messages import named
from ...core.threads import Feedback
from ...formats.rules.rule_files import load_project_fields
from ..layers.encoding import repair_encoding
from ..layers.snapshot import LayerSnapshot

_CODES = ("XZQDM", "XZDM", "ZLDWDM", "code", "政区代码", "行政区代码")
_COUNTY = 6  # digits of a county's code
_SLIVER_M2 = 1.0


@dataclass
class Divisions:
    """`shapes` valid polygons on the plane, one a place that is not the whole; areas in m²."""

    places: list[Place]
    shapes: np.ndarray
    areas: np.ndarray
    remarks: list[Remark]


class DivisionLayer:
    """The layer of divisions, opened on the main thread, `read` in any. Raises InputError, CrsError."""

    def __init__(self, layer: QgsVectorLayer, code_field: str = "", name_field: str = "", digits: int = 0) -> None:
        self.snapshot = LayerSnapshot(repair_encoding(layer), "divisions")
        self.layer_id, self._digits = layer.id(), digits
        self.code_field = self._field(code_field, _CODES) or ""
        if not self.code_field:
            names = ", ".join(field.name() for field in self.snapshot.fields)
            raise InputError("divisions_no_code", layer=layer.name(), fields=names)
        self.name_field = self._field(name_field, load_project_fields()["division_name"])
        centre = layer.extent().center()
        self.plane: CRS = crs_rules.working_plane(self.snapshot.crs, (centre.x(), centre.y()))

    def _field(self, chosen: str, known: Any) -> Optional[str]:
        names = [chosen] if chosen else known
        return next((name for name in names if self.snapshot.has_field(name)), None)

    def read(self, feedback: Optional[Feedback] = None) -> Divisions:
        """All divisions of one level; raises InputError, Cancelled."""
        snapshot = self.snapshot.fresh()
        names: dict[str, list[str]] = {}
        shapes: dict[str, list[Any]] = {}
        wanted = [name for name in (self.code_field, self.name_field) if name]
        for features, _, geometries in snapshot.batches(self.plane, wanted, feedback):
            for row in np.flatnonzero(~shapely.is_missing(geometries)):
                code = str(features[row][self.code_field]).strip()
                if code and code != "NULL":
                    name = _text(features[row][self.name_field]) if self.name_field else ""
                    if name not in names.setdefault(code, []):
                        names[code].append(name)
                    shapes.setdefault(code, []).append(geometries[row])
        if not shapes or any(skip.code in UNREAD for skip in snapshot.skipped):
            raise InputError("divisions_empty", layer=snapshot.name)
        made = self._made(names, shapes)
        made.remarks[:0] = snapshot.remarks
        return made

    def _made(self, names: dict[str, list[str]], shapes: dict[str, list[Any]]) -> Divisions:
        remarks = []
        digits = self._digits or Counter(map(len, shapes)).most_common(1)[0][0]
        codes = sorted(code for code in shapes if len(code) == digits)
        if not codes:
            raise InputError("divisions_empty", layer=self.snapshot.name)
        if len(codes) < len(shapes):
            remarks.append(Remark("divisions_levels", self.snapshot.name, None, {"digits": digits}))
        united = objects([union(objects(shapes[code])) for code in codes])
        areas = half_up(ellipsoidal_areas(united, self.plane), 2)
        remarks += _overlaps(united, areas, self.plane)
        remarks += _doubled(self.snapshot.name, {code: names[code] for code in codes})
        titles = {code: "、".join(filter(None, several)) for code, several in names.items()}
        places = [Place(index, code, titles[code]) for index, code in enumerate(codes)]
        return Divisions([*_total_place(codes, titles), *places], united, areas, remarks)


def _total_place(codes: list[str], names: dict[str, str]) -> list[Place]:
    """The place above several divisions: their county where they share one, else a place without a code of its own."""
    if len(codes) < 2:
        return []
    common = {code[:_COUNTY] for code in codes if len(code) > _COUNTY}
    code = common.pop() if len(common) == 1 else "0"
    return [Place(-1, code, names.get(code) or named("全域", "Whole area"))]


def _doubled(layer: str, names: dict[str, list[str]]) -> list[Remark]:
    """Codes that bear several names: perhaps one of them is wrong; their land is taken together and shown so."""
    return [
        Remark("divisions_twice", layer, None, {"layer": layer, "code": code, "names": "、".join(several)})
        for code, several in names.items()
        if len(several) > 1
    ]


def _overlaps(shapes: np.ndarray, areas: np.ndarray, plane: CRS) -> list[Remark]:
    if not len(overlapping_owners(shapes, np.zeros(len(shapes), dtype=int))):
        return []
    twice = float(areas.sum() - ellipsoidal_areas([union(shapes)], plane)[0])
    return [Remark("divisions_overlap", "", None, {"m2": f"{twice:,.2f}"})] if twice > _SLIVER_M2 else []


def _text(value: Any) -> str:
    return "" if value is None or str(value) == "NULL" else str(value).strip()

"""onemap:exportparceltxt: polygons to boundary-point TXT."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Optional

import shapely
from pyproj import CRS
from qgis.core import (
    QgsFeature,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingParameterEnum,
    QgsProcessingParameterField,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterNumber,
    QgsProcessingParameterVectorLayer,
)

from ..plugin.bridge.i18n import tr
from ..plugin.bridge.layers.encoding import repair_encoding
from ..plugin.bridge.layers.snapshot import LayerSnapshot
from ..plugin.core.errors import InputError, OutputError
from ..plugin.core.land import crs as crs_rules
from ..plugin.core.land import zones
from ..plugin.core.land.area import statutory_areas
from ..plugin.core.land.remarks import Remark
from ..plugin.core.land.rounding import hectares
from ..plugin.core.review.project_task import KEY_FIELDS, NAME_FIELDS
from ..plugin.formats.parcels import kept
from ..plugin.formats.parcels.model import Parcel, ParcelFile
from ..plugin.formats.parcels.txt import file_plane, header_for, parcel_from_polygon, write_parcel_txt
from . import review_parameters as shared
from .base import OneMapAlgorithm, user_error
from .import_parcel_txt import HEADS

_ENCODINGS = ("gb18030", "utf-8-sig", "utf-8")


@dataclass
class _Row:
    """One feature: geometry on the export plane (None for none), statutory area in m², what was kept of its file."""

    feature: QgsFeature
    fid: int
    geometry: Optional[shapely.Geometry]
    area_m2: float
    kept: Optional[kept.KeptParcel]


@dataclass
class _Naming:
    """The fields that give number and name ("" for none), decimals of coordinates in metres, and all field names."""

    key: str
    name: str
    decimals: int
    fields: list[str]


class ExportParcelTxt(OneMapAlgorithm):
    NAME = "exportparceltxt"
    GROUP_ID = "tools"

    def title(self) -> str:
        return tr("Export boundary-point TXT")

    def help_text(self) -> str:
        return tr(
            "Writes polygons as boundary-point TXT (勘测定界界址点坐标): X is north, Y is east with the zone "
            "number, areas in hectares. A layer made by importparceltxt is written with the very points, head fields "
            "and columns it was read from; a polygon that was edited since gets new points.\n"
            "Example: tools/process run onemap:exportparceltxt --INPUT=parcels.gpkg --KEY_FIELD=XMBH "
            "--OUTPUT=parcels.txt"
        )

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        self.addParameter(QgsProcessingParameterVectorLayer("INPUT", tr("Polygons"), [QgsProcessing.TypeVectorPolygon]))
        for name, text in (("KEY_FIELD", tr("Parcel number field")), ("NAME_FIELD", tr("Parcel name field"))):
            self.addParameter(
                shared.optional(QgsProcessingParameterField(name, text, parentLayerParameterName="INPUT"))
            )
        decimals = QgsProcessingParameterNumber(
            "DECIMALS", tr("Decimals of coordinates"), defaultValue=3, minValue=2, maxValue=9
        )
        self.addParameter(decimals)
        self.addParameter(
            QgsProcessingParameterEnum("ENCODING", tr("Encoding"), ["GBK", "UTF-8 BOM", "UTF-8"], defaultValue=0)
        )
        self.addParameter(QgsProcessingParameterFileDestination("OUTPUT", tr("TXT file"), "TXT (*.txt)"))

    def prepareAlgorithm(
        self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> bool:
        with user_error():
            layer = repair_encoding(self.parameterAsVectorLayer(parameters, "INPUT", context))
            self._snapshot = LayerSnapshot(layer, role="projects")
            centre = layer.extent().center()
            self._plane = file_plane(crs_rules.working_plane(self._snapshot.crs, (centre.x(), centre.y())))
        return True

    def compute(self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback) -> dict:
        path = self.parameterAsFileOutput(parameters, "OUTPUT", context)
        naming = self._naming(parameters, context)
        rows = list(self._rows(naming, feedback))
        source = next((row.kept for row in rows if row.kept), None)
        parcels = [parcel for row in rows for parcel in _parcels(row, source, self._plane, naming, feedback)]
        if not parcels:
            raise InputError("projects_empty", layer=self._snapshot.name)
        encoding = _ENCODINGS[self.parameterAsEnum(parameters, "ENCODING", context)]
        file = ParcelFile(*_sections(source, naming.decimals, parcels))
        if source is None and not file.header["带号"]:
            feedback.pushWarning(Remark("txt_no_zone", params={"crs": crs_rules.describe(self._plane)}).text())
        _save(file, path, encoding)
        for skip in self._snapshot.skipped:
            if not any(row.fid == skip.fid and row.kept for row in rows):
                feedback.pushWarning(tr("Not used: {0}, feature {1} ({2})").format(skip.layer, skip.fid, skip.why()))
        return {"OUTPUT": path}

    def _naming(self, parameters: dict, context: QgsProcessingContext) -> _Naming:
        names = [f.name() for f in self._snapshot.fields]
        key, name = (self.parameterAsString(parameters, p, context) for p in ("KEY_FIELD", "NAME_FIELD"))
        decimals = self.parameterAsInt(parameters, "DECIMALS", context)
        return _Naming(key or _first(names, KEY_FIELDS), name or _first(names, NAME_FIELDS), decimals, names)

    def _rows(self, naming: _Naming, feedback: QgsProcessingFeedback) -> Iterator[_Row]:
        for features, fids, geometries in self._snapshot.batches(self._plane, naming.fields, feedback):
            areas = statutory_areas(geometries, self._plane)
            for feature, fid, geometry, area in zip(features, fids, geometries, areas):
                text = feature[kept.FIELD] if kept.FIELD in naming.fields else None
                yield _Row(feature, int(fid), geometry, float(area), kept.from_text(text))


def _parcels(row: _Row, source: Optional[kept.KeptParcel], plane: CRS, naming: _Naming, feedback) -> list[Parcel]:
    """The parcel of a feature: as it was read where neither the polygon nor the file's CRS differs, else made anew."""
    if row.kept is None or source is None:
        return [] if row.geometry is None else [_made(row.geometry, row, plane, plane, naming)]
    same_crs = source.crs is None or row.kept.crs is None or crs_rules.same(source.crs, row.kept.crs)
    if same_crs and row.kept.is_still(row.geometry, plane):
        return [_with_attributes(row.kept.parcel, row.feature, naming.fields)]
    if row.geometry is None:
        return []
    target = source.crs or plane
    code = "txt_edited" if same_crs else "txt_moved"
    params = {"parcel": row.kept.parcel.number, "crs": crs_rules.describe(row.kept.crs or plane)}
    feedback.pushWarning(Remark(code, params=params).text())
    moved = crs_rules.transform_geometries([row.geometry], plane, target)[0]
    made = kept.with_points_of(row.kept.parcel, _made(moved, row, plane, target, naming))
    return [_with_attributes(made, row.feature, naming.fields)]


def _made(geometry: shapely.Geometry, row: _Row, plane: CRS, target: CRS, naming: _Naming) -> Parcel:
    """A new parcel of a geometry in `target`."""
    decimals = max(naming.decimals, 9) if target.is_geographic else naming.decimals
    head = {
        "area": f"{hectares(row.area_m2):.4f}",
        "number": str(row.feature[naming.key]) if naming.key else str(row.fid),
        "name": str(row.feature[naming.name]) if naming.name else "",
        "shape": "面",
        "sheet": "",
        "use": "",
        "code": "",
    }
    return parcel_from_polygon(geometry, head, decimals)


def _with_attributes(parcel: Parcel, feature: QgsFeature, names: list[str]) -> Parcel:
    """The parcel with the head fields as they stand in the attribute table now."""
    for field, key in HEADS.items():
        value = feature[field] if field in names else None
        if key in parcel.head and value is not None and str(value) != "NULL":
            parcel.head[key] = str(value)
    return parcel


def _sections(source: Optional[kept.KeptParcel], decimals: int, parcels: list[Parcel]) -> tuple:
    """(header, parcels, project section) of the file."""
    if source is not None:
        return source.header, parcels, source.project
    zone = int(float(parcels[0].points[0].east) // 1e6) or None
    width = zones.zone_width(zone) or 3
    return header_for(zone, width, False, decimals, day=date.today().isoformat()), parcels, {}


def _save(file: ParcelFile, path: str, encoding: str) -> None:
    try:
        write_parcel_txt(file, path, encoding)
    except OSError as error:
        raise OutputError("output_failed", output=path, error=error.strerror or error) from error


def _first(names: list[str], wanted: tuple[str, ...]) -> str:
    return next((n for n in wanted if n in names), "")

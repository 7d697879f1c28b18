"""onemap:importparceltxt: boundary-point TXT to a polygon layer."""

from typing import Optional

import shapely
from pyproj import CRS
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsGeometry,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingParameterCrs,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFile,
    QgsWkbTypes,
)

from ..plugin.bridge.i18n import tr
from ..plugin.bridge.layers import field_types
from ..plugin.bridge.layers.parcel_titles import TitledParcels, show_titles
from ..plugin.bridge.layers.results import qgs_fields
from ..plugin.core.errors import InputError
from ..plugin.core.land import crs as crs_rules
from ..plugin.formats.parcels import kept
from ..plugin.formats.parcels.survey import PlacedParcel, Survey, survey
from ..plugin.formats.parcels.txt import read_parcel_txt
from . import review_parameters as shared
from .base import OneMapAlgorithm

HEADS = {"DKBH": "number", "DKMC": "name", "TXSX": "shape", "TFH": "sheet", "DKYT": "use", "DLBM": "code"}
_FIELDS = (
    *((name, field_types.TEXT) for name in HEADS),
    ("stated_m2", field_types.REAL),
    ("area_m2", field_types.REAL),
    (kept.FIELD, field_types.TEXT),
    ("project", field_types.TEXT),
)


class ImportParcelTxt(OneMapAlgorithm):
    NAME = "importparceltxt"
    GROUP_ID = "tools"

    def title(self) -> str:
        return tr("Import boundary-point TXT")

    def help_text(self) -> str:
        return tr(
            "Reads a boundary-point TXT (勘测定界界址点坐标) in GBK, UTF-8 or UTF-16 into polygons in the file's own "
            "CGCS2000 zone.\n"
            "What the file says about its place is compared: the zone in the header with the eastings, the order of X "
            "and Y, the stated area with the computed one. A contradiction is put right with a warning, or the file is "
            "refused. A file of coordinates only, or one that does not say its zone, needs CRS.\n"
            "Fields: parcel number, name, kind, sheet, use, class code; stated_m2 (the file's area in hectares, m² or "
            "mu) and area_m2 (statutory). The field raw keeps the text of every point and head field, so that "
            "exportparceltxt writes the same file again.\n"
            "Example: tools/process run onemap:importparceltxt --INPUT=parcels.txt --OUTPUT=parcels.gpkg"
        )

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        self.addParameter(QgsProcessingParameterFile("INPUT", tr("TXT file"), fileFilter="TXT (*.txt *.TXT *.csv)"))
        crs = QgsProcessingParameterCrs("CRS", tr("CRS of the coordinates, where the file does not say it"))
        self.addParameter(shared.optional(crs))
        self.addParameter(QgsProcessingParameterFeatureSink("OUTPUT", tr("Parcels"), QgsProcessing.TypeVectorPolygon))

    def compute(self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback) -> dict:
        path = self.parameterAsFile(parameters, "INPUT", context)
        try:
            found = survey(read_parcel_txt(path), _chosen(self.parameterAsCrs(parameters, "CRS", context)))
        except OSError as error:
            raise InputError("layer_missing", source=path) from error
        for remark in found.remarks:
            feedback.pushWarning(remark.text())
        fields, crs = qgs_fields(_FIELDS), QgsCoordinateReferenceSystem(kept.crs_text(found.crs))
        sink, identifier = shared.make_sink(
            self, parameters, "OUTPUT", context, shared.SinkShape(fields, QgsWkbTypes.MultiPolygon, crs)
        )
        for number, placed in enumerate(found.parcels):
            if feedback.isCanceled():
                break
            feature = QgsFeature(fields)
            feature.setGeometry(_geometry(placed.polygon))
            feature.setAttributes(_attributes(found, placed))
            sink.addFeature(feature)
            feedback.setProgress(100.0 * (number + 1) / len(found.parcels))
        show_titles(context, [identifier], TitledParcels)
        return {"OUTPUT": identifier}


def _chosen(crs: QgsCoordinateReferenceSystem) -> "CRS | None":
    return crs_rules.parse_crs(crs.authid() or crs.toWkt()) if crs.isValid() else None


def _geometry(polygon: shapely.Geometry) -> QgsGeometry:
    geometry = QgsGeometry()
    if not polygon.is_empty:
        geometry.fromWkb(shapely.to_wkb(polygon, output_dimension=2))
        geometry.convertToMultiType()
    return geometry


def _attributes(found: Survey, placed: PlacedParcel) -> list:
    heads = [placed.parcel.head.get(key, "") for key in HEADS.values()]
    stated = placed.stated.m2 if placed.stated else None
    return [*heads, stated, placed.area_m2, kept.to_text(found, placed), placed.parcel.project_name]

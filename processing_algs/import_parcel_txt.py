"""onemap:importparceltxt: boundary-point TXT to a polygon layer."""

import json

import shapely
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsGeometry,
    QgsProcessing,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFile,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QVariant

from ..plugin.bridge.i18n import tr
from ..plugin.bridge.layers.results import qgs_fields
from ..plugin.core.errors import InputError
from ..plugin.core.land import crs as crs_rules
from ..plugin.core.land.area import statutory_area
from ..plugin.core.land.repair import polygon_parts
from ..plugin.formats.parcels.txt import read_parcel_txt, stated_area_m2
from . import review_parameters as shared
from .base import OneMapAlgorithm

_HEADS = {"DKBH": "number", "DKMC": "name", "TXSX": "shape", "TFH": "sheet", "DKYT": "use", "DLBM": "code"}
_FIELDS = (
    *((name, QVariant.String) for name in _HEADS),
    ("stated_m2", QVariant.Double),
    ("area_m2", QVariant.Double),
    ("raw", QVariant.String),
)


class ImportParcelTxt(OneMapAlgorithm):
    NAME = "importparceltxt"
    GROUP_ID = "tools"

    def title(self):
        return tr("Import boundary-point TXT")

    def help_text(self):
        return tr(
            "Reads a boundary-point TXT (勘测定界界址点坐标) in GBK or UTF-8 into polygons in the file's own "
            "CGCS2000 zone.\n"
            "Fields: parcel number, name, use, sheet, class code; stated_m2 (the file's area, hectares or m² "
            "told apart) and "
            "area_m2 (statutory). The field raw keeps every point's text, so that exportparceltxt gives the "
            "same file back.\n"
            "Example: tools/process run onemap:importparceltxt --INPUT=parcels.txt --OUTPUT=parcels.gpkg"
        )

    def initAlgorithm(self, configuration=None):
        self.addParameter(QgsProcessingParameterFile("INPUT", tr("TXT file"), fileFilter="TXT (*.txt *.TXT)"))
        self.addParameter(QgsProcessingParameterFeatureSink("OUTPUT", tr("Parcels"), QgsProcessing.TypeVectorPolygon))

    def compute(self, parameters, context, feedback):
        path = self.parameterAsFile(parameters, "INPUT", context)
        try:
            parcel_file = read_parcel_txt(path)
        except OSError as error:
            raise InputError("layer_missing", source=path) from error
        for remark in parcel_file.remarks:
            feedback.pushWarning(remark.text())
        definition = parcel_file.crs_definition()
        crs = QgsCoordinateReferenceSystem(definition)
        fields = qgs_fields(_FIELDS)
        sink, identifier = shared.make_sink(self, parameters, "OUTPUT", context, fields, QgsWkbTypes.MultiPolygon, crs)
        for number, parcel in enumerate(parcel_file.parcels):
            if feedback.isCanceled():
                break
            self._write(sink, fields, parcel_file, parcel, crs_rules.parse_crs(definition), feedback)
            feedback.setProgress(100.0 * (number + 1) / len(parcel_file.parcels))
        return {"OUTPUT": identifier}

    @staticmethod
    def _write(sink, fields, parcel_file, parcel, crs, feedback):
        polygon = polygon_parts(parcel.polygon())
        if polygon.is_empty:
            feedback.pushWarning(
                tr("Parcel {0} encloses no area; it has no geometry").format(parcel.head.get("number", ""))
            )
        area = _area(polygon, crs)
        raw = {"header": parcel_file.header, "project": parcel_file.project, "head": parcel.head}
        raw.update(names=parcel.head_names, points=parcel.points, encoding=parcel_file.encoding)
        feature, geometry = QgsFeature(fields), QgsGeometry()
        geometry.fromWkb(shapely.to_wkb(polygon, output_dimension=2))
        geometry.convertToMultiType()
        feature.setGeometry(geometry)
        heads = [parcel.head.get(key, "") for key in _HEADS.values()]
        feature.setAttributes([*heads, stated_area_m2(parcel, area), area, json.dumps(raw, ensure_ascii=False)])
        sink.addFeature(feature)


def _area(polygon, crs):
    if polygon.is_empty:
        return 0.0
    centre = polygon.centroid
    plane = crs_rules.working_plane(crs, (centre.x, centre.y))
    return statutory_area(crs_rules.transform_geometries([polygon], crs, plane)[0], plane)

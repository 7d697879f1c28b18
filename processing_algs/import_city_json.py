"""onemap:importcityjson: buildings of a CityJSON file as footprints with heights."""

from typing import Optional

import numpy as np
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterCrs,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFile,
    QgsWkbTypes,
)

from ..plugin.bridge.i18n import tr
from ..plugin.bridge.layers import field_types
from ..plugin.bridge.layers.results import areal_multipolygons, qgs_fields, write_rows
from ..plugin.core.heights.cityjson import read_city
from ..plugin.core.land.pieces import objects
from . import review_parameters as shared
from .base import OneMapAlgorithm

_FIELDS = (("JZBH", field_types.TEXT), ("JZGD", field_types.REAL), ("SWDPBG", field_types.REAL))


class ImportCityJson(OneMapAlgorithm):
    NAME = "importcityjson"
    GROUP_ID = "tools"

    def title(self) -> str:
        return tr("Buildings from CityJSON")

    def help_text(self) -> str:
        return tr(
            "Buildings of a CityJSON file (1.x or 2.0) as footprints for the check of heights: key, height above the "
            "lowest point (JZGD), level of the lowest point (SWDPBG).\n"
            "The CRS is the file's; CRS is taken where the file names none.\n"
            "Example: tools/process run onemap:importcityjson --INPUT=design.city.json --OUTPUT=design.gpkg"
        )

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        self.addParameter(QgsProcessingParameterFile("INPUT", tr("CityJSON file")))
        self.addParameter(shared.optional(QgsProcessingParameterCrs("CRS", tr("CRS where the file names none"))))
        self.addParameter(QgsProcessingParameterFeatureSink("OUTPUT", tr("Buildings"), QgsProcessing.TypeVectorPolygon))
        self.addOutput(QgsProcessingOutputNumber("BUILDING_COUNT", "BUILDING_COUNT"))

    def compute(self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback) -> dict:
        found, code = read_city(self.parameterAsFile(parameters, "INPUT", context))
        crs = QgsCoordinateReferenceSystem(f"EPSG:{code}") if code else self.parameterAsCrs(parameters, "CRS", context)
        if not crs.isValid():
            raise QgsProcessingException(tr("The file names no coordinate system. Choose one in CRS."))
        shape = shared.SinkShape(qgs_fields(_FIELDS), QgsWkbTypes.MultiPolygon, crs)
        made = shared.make_sink(self, parameters, "OUTPUT", context, shape)
        rows = [(b.name, float(np.round(b.top_m - b.base_m, 3)), float(np.round(b.base_m, 3))) for b in found]
        write_rows(made[0], _FIELDS, rows, areal_multipolygons(objects([b.footprint for b in found])))
        return {"OUTPUT": made[1], "BUILDING_COUNT": len(found)}

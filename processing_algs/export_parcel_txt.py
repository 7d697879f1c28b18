"""onemap:exportparceltxt: polygons to boundary-point TXT."""

import json
from datetime import date

from qgis.core import (
    QgsProcessing,
    QgsProcessingParameterEnum,
    QgsProcessingParameterField,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterNumber,
    QgsProcessingParameterVectorLayer,
)

from ..plugin.bridge.i18n import tr
from ..plugin.bridge.layers.encoding import repair_encoding
from ..plugin.bridge.layers.snapshot import LayerSnapshot
from ..plugin.bridge.review.project_layer import KEY_FIELDS, NAME_FIELDS
from ..plugin.core.errors import InputError, OutputError
from ..plugin.core.land import crs as crs_rules
from ..plugin.core.land.area import statutory_areas
from ..plugin.core.land.rounding import hectares
from ..plugin.formats.parcels.txt import (
    Parcel,
    ParcelFile,
    file_plane,
    header_for,
    parcel_from_polygon,
    write_parcel_txt,
)
from . import review_parameters as shared
from .base import OneMapAlgorithm, user_error

_ENCODINGS = ("gb18030", "utf-8-sig", "utf-8")


class ExportParcelTxt(OneMapAlgorithm):
    NAME = "exportparceltxt"
    GROUP_ID = "tools"

    def title(self):
        return tr("Export boundary-point TXT")

    def help_text(self):
        return tr(
            "Writes polygons as boundary-point TXT (勘测定界界址点坐标): X is north, Y is east with the zone "
            "number, areas in "
            "hectares. A layer made by importparceltxt comes out with the very points it was read from.\n"
            "Example: tools/process run onemap:exportparceltxt --INPUT=parcels.gpkg --KEY_FIELD=XMBH "
            "--OUTPUT=parcels.txt"
        )

    def initAlgorithm(self, configuration=None):
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

    def prepareAlgorithm(self, parameters, context, feedback):
        with user_error():
            layer = repair_encoding(self.parameterAsVectorLayer(parameters, "INPUT", context))
            self._snapshot = LayerSnapshot(layer, role="projects")
            centre = layer.extent().center()
            self._plane = file_plane(crs_rules.working_plane(self._snapshot.crs, (centre.x(), centre.y())))
        return True

    def compute(self, parameters, context, feedback):
        path = self.parameterAsFileOutput(parameters, "OUTPUT", context)
        decimals = self.parameterAsInt(parameters, "DECIMALS", context)
        names = [f.name() for f in self._snapshot.fields]
        chosen = [self.parameterAsString(parameters, p, context) for p in ("KEY_FIELD", "NAME_FIELD")]
        key, name = chosen[0] or _first(names, KEY_FIELDS), chosen[1] or _first(names, NAME_FIELDS)
        parcels, stored = [], None
        for features, fids, geometries in self._snapshot.batches(self._plane, names, feedback):
            areas = statutory_areas(geometries, self._plane)
            for feature, fid, geometry, area in zip(features, fids, geometries, areas):
                raw = _raw(feature, names)
                stored = stored or raw
                if raw:
                    parcels.append(Parcel(raw["head"], [tuple(p) for p in raw["points"]], tuple(raw["names"])))
                elif geometry is not None:
                    parcels.append(parcel_from_polygon(geometry, _head(feature, fid, key, name, area), decimals))
        if not parcels:
            raise InputError("projects_empty", layer=self._snapshot.name)
        self._save(parcels, stored, path, decimals, _ENCODINGS[self.parameterAsEnum(parameters, "ENCODING", context)])
        for skip in self._snapshot.skipped:
            feedback.pushWarning(tr("Not used: {0}, feature {1} ({2})").format(skip.layer, skip.fid, skip.code))
        return {"OUTPUT": path}

    def _save(self, parcels, stored, path, decimals, encoding):
        east = float(parcels[0].points[0][3])
        header = (
            stored["header"]
            if stored
            else header_for(int(east // 1e6) or None, 3, False, decimals, day=date.today().isoformat())
        )
        try:
            write_parcel_txt(ParcelFile(header, parcels, stored["project"] if stored else {}), path, encoding)
        except OSError as error:
            raise OutputError("output_failed", output=path, error=error.strerror or error) from error


def _first(names, wanted):
    return next((n for n in wanted if n in names), "")


def _raw(feature, names):
    """What importparceltxt kept of the file a parcel came from, None for any other layer."""
    value = feature["raw"] if "raw" in names else None
    if not value or not str(value).startswith("{"):
        return None
    raw = json.loads(str(value))
    return raw if {"head", "points", "names", "header", "project"} <= set(raw) else None


def _head(feature, fid, key, name, area):
    number = str(feature[key]) if key else str(fid)
    title = str(feature[name]) if name else ""
    return {
        "area": f"{hectares(float(area)):.4f}",
        "number": number,
        "name": title,
        "shape": "面",
        "sheet": "",
        "use": "",
        "code": "",
    }

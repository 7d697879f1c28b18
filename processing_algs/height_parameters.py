"""Parameters that the algorithms about heights share: the layers that limit heights, and how they are read."""

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterEnum,
    QgsProcessingParameterField,
    QgsProcessingParameterNumber,
    QgsProcessingParameterRasterLayer,
    QgsProcessingParameterVectorLayer,
)

from ..plugin.bridge.heights.chosen import HeightsInput
from ..plugin.bridge.i18n import tr
from ..plugin.core.heights.datum import Datum
from ..plugin.core.heights.settings import default_settings
from . import review_parameters as shared
from .base import OneMapAlgorithm

DATUMS = (Datum.UNSTATED, Datum.NATIONAL_1985, Datum.LOCAL, Datum.OTHER)
_FIELDS = {"KEY_FIELD": "key", "HEIGHT_FIELD": "height", "FLOORS_FIELD": "floors", "BASE_FIELD": "base",
           "EXTRA_FIELD": "extra"}  # fmt: skip
_LAYERS = {"EXISTING": "existing", "ZONES": "zones", "CORRIDORS": "corridors", "VIEWPOINTS": "viewpoints",
           "TARGETS": "targets", "RUNWAYS": "runways", "PARCELS": "parcels", "GREEN": "green",
           "BUILD_TO": "build_to", "DENSITY_ZONES": "density_zones", "INTENSITY_ZONES": "intensity_zones"}  # fmt: skip
_NUMBERS = {"eye_m": "EYE_M", "tolerance_m": "TOLERANCE_M", "storey_m": "STOREY_M", "refraction_k": "K",
            "corridor_width_m": "CORRIDOR_WIDTH_M"}  # fmt: skip


def datum_names() -> list:
    """Words of DATUMS."""
    return [tr("Not stated"), tr("1985 national datum"), tr("Local datum"), tr("Ellipsoidal heights")]


def limit_layers() -> list:
    """The layers that limit heights; all optional."""
    vector, field = QgsProcessingParameterVectorLayer, QgsProcessingParameterField
    polygon = [QgsProcessing.TypeVectorPolygon]
    made = [
        vector("ZONES", tr("Height zones"), polygon),
        field("LIMIT_FIELD", tr("Field of limits [m]"), parentLayerParameterName="ZONES"),
        vector("CORRIDORS", tr("View corridors"), polygon),
        vector("VIEWPOINTS", tr("Viewpoints"), [QgsProcessing.TypeVectorPoint]),
        vector("TARGETS", tr("Targets of views"), [QgsProcessing.TypeVectorAnyGeometry]),
        QgsProcessingParameterRasterLayer("DEM", tr("Terrain (DEM)")),
        vector("RUNWAYS", tr("Runways"), [QgsProcessing.TypeVectorLine]),
        vector("PARCELS", tr("Parcels with conditions"), polygon),
    ]
    return [shared.optional(parameter) for parameter in made]


def limit_options() -> list:
    """How limits are reckoned."""
    number, usual = QgsProcessingParameterNumber, default_settings()
    real = number.Double
    width = number("CORRIDOR_WIDTH_M", tr("Width of a view to a point [m]"), real, usual.corridor_width_m, minValue=0.1)
    options = [
        number("EYE_M", tr("Height of the eye [m]"), real, usual.eye_m, minValue=0),
        number("K", tr("Coefficient of refraction"), real, usual.refraction_k, minValue=0, maxValue=0.5),
        width,
        QgsProcessingParameterBoolean("ZONES_ARE_LEVELS", tr("Limits of zones are levels"), False),
        QgsProcessingParameterEnum("DEM_DATUM", tr("Datum of the terrain"), datum_names(), defaultValue=0),
        number("DATUM_SHIFT_M", tr("1985 level less local level [m]"), real, None, optional=True),
    ]
    return [shared.optional(option, index > 0) for index, option in enumerate(options)]


def chosen_heights(
    algorithm: OneMapAlgorithm, parameters: dict, context: QgsProcessingContext, subject: str = "BUILDINGS"
) -> HeightsInput:
    """What the parameters of an algorithm about heights say; main thread, for layers are taken. `subject`: the layer
    that is asked about."""
    known = {definition.name() for definition in algorithm.parameterDefinitions()}
    real = {key: name for key, name in _NUMBERS.items() if name in known}
    numbers = {key: algorithm.parameterAsDouble(parameters, name, context) for key, name in real.items()}
    highest = "HIGHEST_POINT" in known and algorithm.parameterAsBoolean(parameters, "HIGHEST_POINT", context)
    shift = parameters.get("DATUM_SHIFT_M")
    datums = [
        DATUMS[algorithm.parameterAsEnum(parameters, name, context)] if name in known else Datum.UNSTATED
        for name in ("LEVEL_DATUM", "DEM_DATUM")
    ]
    layers = {key: name for name, key in _LAYERS.items() if name in known}
    fields = {role: name for name, role in _FIELDS.items() if name in known}
    return HeightsInput(
        algorithm.parameterAsVectorLayer(parameters, subject, context),
        {role: algorithm.parameterAsString(parameters, name, context) for role, name in fields.items()},
        default_settings(**numbers, uses_highest_point=highest),
        **{key: algorithm.parameterAsVectorLayer(parameters, name, context) for key, name in layers.items()},
        limit_field=algorithm.parameterAsString(parameters, "LIMIT_FIELD", context),
        zones_are_levels=algorithm.parameterAsBoolean(parameters, "ZONES_ARE_LEVELS", context),
        dem=algorithm.parameterAsRasterLayer(parameters, "DEM", context),
        building_datum=datums[0],
        dem_datum=datums[1],
        shift_m=None if shift in (None, "") else algorithm.parameterAsDouble(parameters, "DATUM_SHIFT_M", context),
    )

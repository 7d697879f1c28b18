"""onemap:ingestlayers and onemap:restorelayer: the county's layers in versions."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Optional

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFile,
    QgsProcessingParameterMultipleLayers,
    QgsProcessingParameterNumber,
    QgsProcessingParameterProviderConnection,
    QgsProcessingParameterString,
)

from ..plugin.bridge.i18n import tr
from ..plugin.bridge.quality import ingest_tables
from ..plugin.bridge.quality.ingest import IngestInput, IngestJob, Outcome
from ..plugin.bridge.quality.postgis_mirror import Mirror, MirrorTarget, mirror_target
from ..plugin.bridge.review.rounds_target import reading_workspace, writing_workspace
from ..plugin.core.errors import InputError
from ..plugin.store.county_layers import CountyLayers, LayerVersion, Origin
from ..plugin.store.dependants import Dependant, flag_stale
from ..plugin.store.lock import holder_name
from . import review_parameters as shared
from .base import OneMapAlgorithm, user_error
from .row_outputs import Rows, write_rows

_GPKG = "GeoPackage (*.gpkg)"


def _store() -> QgsProcessingParameterFile:
    return QgsProcessingParameterFile(
        "STORE", tr("Store of the county's layers (made where it is new)"), fileFilter=_GPKG
    )


def _common() -> tuple:
    workspace = QgsProcessingParameterFile(
        "WORKSPACE", tr("Workspace whose cases depend on the layers"), fileFilter=_GPKG
    )
    table = QgsProcessing.TypeVector
    return (
        shared.optional(QgsProcessingParameterString("NOTE", tr("Note on this version"))),
        shared.optional(QgsProcessingParameterString("ACTOR", tr("Who does it (empty: the account)"))),
        shared.optional(workspace),
        shared.optional(
            QgsProcessingParameterProviderConnection("POSTGIS", tr("PostGIS database as well"), "postgres")
        ),
        shared.optional(QgsProcessingParameterString("SCHEMA", tr("Schema in the database"), "public"), True),
        QgsProcessingParameterFeatureSink("VERSIONS", tr("Versions of the layers"), table, optional=True),
        QgsProcessingParameterFeatureSink("DEPENDANTS", tr("Cases to review again"), table, optional=True),
    )


class _VersionAlgorithm(OneMapAlgorithm):
    """What both algorithms share: who, where, and the tables at the end."""

    GROUP_ID = "quality"
    _mirror: Optional[MirrorTarget] = None

    def _origin(self, parameters: dict, context: QgsProcessingContext) -> Origin:
        as_string = self.parameterAsString
        actor = as_string(parameters, "ACTOR", context).strip() or holder_name()
        return Origin(actor, note=as_string(parameters, "NOTE", context).strip())

    def _workspace(self, parameters: dict, context: QgsProcessingContext) -> str:
        return self.parameterAsFile(parameters, "WORKSPACE", context)

    def _prepare_mirror(self, parameters: dict, context: QgsProcessingContext) -> None:
        name = self.parameterAsConnectionName(parameters, "POSTGIS", context)
        schema = self.parameterAsString(parameters, "SCHEMA", context)
        self._mirror = mirror_target(name, schema) if name else None

    def _bring(self, store: CountyLayers, made: list, feedback: QgsProcessingFeedback) -> None:
        """The present state of what was taken in to the database, if one was named."""
        if self._mirror is None or not made:
            return
        rows = Mirror(self._mirror, feedback).write(store, made)
        message = tr("{0} rows are in database {1}, schema {2}")
        feedback.pushInfo(message.format(rows, self._mirror.connection, self._mirror.schema))

    def _finish(
        self, parameters: dict, context: QgsProcessingContext, made: list, feedback: QgsProcessingFeedback
    ) -> dict:
        """Mark what rests on the layers and write the tables."""
        store = Path(self.parameterAsFile(parameters, "STORE", context))
        stale: list[Dependant] = []
        if self._workspace(parameters, context) and made:
            with writing_workspace(self._workspace(parameters, context)) as workspace:
                stale = flag_stale(workspace, store, made, self._origin(parameters, context).actor)
        for one in made:
            message = tr("{0}: version {1}, {2} features, {3} new, {4} gone, {5} as before")
            feedback.pushInfo(message.format(one.layer, one.version, one.features, one.added, one.removed, one.same))
        with CountyLayers.open(store) as opened:
            self._bring(opened, made, feedback)
            versions = opened.versions()
        rows = [ingest_tables.version_row(one) for one in versions]
        ids = self._table(parameters, context, "VERSIONS", _rows(ingest_tables.VERSION_FIELDS, rows))
        rows = [(one.kind, one.id, one.title, one.layer) for one in stale]
        ids |= self._table(parameters, context, "DEPENDANTS", _rows(ingest_tables.DEPENDANT_FIELDS, rows))
        return {**ids, "STORE": str(store), "STALE_COUNT": len(stale)}

    def _table(self, parameters: dict, context: QgsProcessingContext, name: str, content: Rows) -> dict[str, str]:
        return {name: write_rows(self, parameters, name, context, content)} if parameters.get(name) else {}


def _rows(fields: Sequence[tuple[str, object]], rows: list) -> Rows:
    return Rows(fields, rows, style=ingest_tables.TitledVersions)


class IngestLayers(_VersionAlgorithm):
    NAME = "ingestlayers"

    def title(self) -> str:
        return tr("Import layers into the county's store")

    def help_text(self) -> str:
        return tr(
            "Takes layers into a GeoPackage that keeps every version of them: checks, staging, one transaction. "
            "Rows that are alike stay, the others are kept in <layer>_history; each version says who, when, from "
            "what file (SHA-256) and why. CHECKS lists every check; where one refuses, nothing at all is taken in. "
            "An empty layer is never taken for a deletion; INSIST answers for missing fields, keys that stand twice "
            'and layers that lose more than half. NAMES (JSON) gives layers another name: {"layer": "YJJBNT"}. With '
            "SPEC (a level or a YAML file, as inspectpackage has it) the rigid items of its inspection, grade A of "
            "stages 1 to 5, refuse a layer as well; what of them could not be inspected is told. With "
            "WORKSPACE, review cases and submitted projects that rest on a changed layer are listed and marked. "
            "Bring a version back with restorelayer.\n"
            "POSTGIS, a PostgreSQL connection of QGIS, brings the present state to tables of that database as well, "
            "all layers or none; tables that this program did not make are never touched.\n"
            "Example: tools/process run onemap:ingestlayers --LAYERS=2026.gdb|layername=YJJBNT "
            "--STORE=county_layers.gpkg --NOTE=2026 --WORKSPACE=county.gpkg --CHECKS=checks.gpkg "
            "--VERSIONS=versions.gpkg"
        )

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        layers = QgsProcessingParameterMultipleLayers("LAYERS", tr("Layers"), QgsProcessing.TypeVectorAnyGeometry)
        names = QgsProcessingParameterString("NAMES", tr("Names in the store (JSON)"), "", multiLine=True)
        for parameter in (
            layers,
            _store(),
            shared.optional(names, True),
            shared.optional(QgsProcessingParameterString("KEY", tr("Field of keys")), True),
            QgsProcessingParameterBoolean("INSIST", tr("Import although a check that can be overridden fails"), False),
            shared.optional(QgsProcessingParameterString("SPEC", tr("Specification"))),
            *_common(),
            QgsProcessingParameterFeatureSink("CHECKS", tr("Checks"), QgsProcessing.TypeVector, optional=True),
        ):
            self.addParameter(parameter)
        for name in ("VERSION_COUNT", "REFUSED_COUNT", "STALE_COUNT"):
            self.addOutput(QgsProcessingOutputNumber(name, name))

    def prepareAlgorithm(
        self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> bool:
        with user_error():
            self._prepare_mirror(parameters, context)
            district = None
            if self._workspace(parameters, context):
                with reading_workspace(self._workspace(parameters, context)) as workspace:
                    district = workspace.district()
            chosen = IngestInput(
                tuple(self.parameterAsLayerList(parameters, "LAYERS", context) or ()),
                Path(self.parameterAsFile(parameters, "STORE", context)),
                self._origin(parameters, context),
                _names(self.parameterAsString(parameters, "NAMES", context)),
                self.parameterAsString(parameters, "KEY", context).strip(),
                self.parameterAsBoolean(parameters, "INSIST", context),
                district,
                self.parameterAsString(parameters, "SPEC", context).strip(),
            )
            self._job = IngestJob(chosen)
        return True

    def compute(self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback) -> dict:
        outcome = self._job.run(feedback)
        rows = [ingest_tables.check_row(one) for one in outcome.checks]
        ids = self._table(parameters, context, "CHECKS", _rows(ingest_tables.CHECK_FIELDS, rows))
        refused = [one for one in outcome.checks if one.outcome is Outcome.REFUSED]
        for one in outcome.checks:
            if one.found:
                feedback.pushWarning(f"{one.layer}: {one.found}")
        if refused:
            values = {"layer": refused[0].layer, "found": refused[0].found, "count": len(refused)}
            error = InputError("ingest_refused", **values)
            feedback.reportError(str(error))
            return {**ids, "VERSION_COUNT": 0, "REFUSED_COUNT": len(refused), "STALE_COUNT": 0}
        made = self._finish(parameters, context, outcome.versions, feedback)
        return {**ids, **made, "VERSION_COUNT": len(outcome.versions), "REFUSED_COUNT": 0}


class RestoreLayer(_VersionAlgorithm):
    NAME = "restorelayer"

    def title(self) -> str:
        return tr("Restore a version of a layer")

    def help_text(self) -> str:
        return tr(
            "Brings back a version of a layer that ingestlayers took in, as a new version: nothing is lost by it.\n"
            "Example: tools/process run onemap:restorelayer --STORE=county_layers.gpkg --LAYER=YJJBNT --VERSION=3 "
            "--NOTE=wrong-delivery --VERSIONS=versions.gpkg"
        )

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        number = QgsProcessingParameterNumber
        for parameter in (
            _store(),
            QgsProcessingParameterString("LAYER", tr("Layer")),
            number("VERSION", tr("Version"), number.Integer, minValue=1, defaultValue=1),
            *_common(),
        ):
            self.addParameter(parameter)
        self.addOutput(QgsProcessingOutputNumber("NEW_VERSION", "NEW_VERSION"))
        self.addOutput(QgsProcessingOutputNumber("STALE_COUNT", "STALE_COUNT"))

    def prepareAlgorithm(
        self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> bool:
        with user_error():
            self._prepare_mirror(parameters, context)
        return True

    def compute(self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback) -> dict:
        layer = self.parameterAsString(parameters, "LAYER", context).strip()
        version = self.parameterAsInt(parameters, "VERSION", context)
        with CountyLayers.open(Path(self.parameterAsFile(parameters, "STORE", context))) as store:
            made: LayerVersion = store.restore(layer, version, self._origin(parameters, context))
        return {**self._finish(parameters, context, [made], feedback), "NEW_VERSION": made.version}


def _names(names_text: str) -> dict[str, str]:
    if not names_text.strip():
        return {}
    try:
        found = json.loads(names_text)
    except ValueError as error:
        raise InputError("ingest_names", error=error) from error
    return {str(key): str(value) for key, value in found.items()} if isinstance(found, dict) else {}

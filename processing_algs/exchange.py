"""What the exchange algorithms share: workspace, platform and login parameters, counts, the log file."""

import json
from pathlib import Path
from typing import Optional, Union

from qgis.core import (
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterAuthConfig,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterString,
)

from ..plugin.bridge.i18n import tr
from ..plugin.core.files import write_complete
from ..plugin.store.lock import holder_name
from ..plugin.store.workspace import Workspace
from ..plugin.sync.options import RunOptions, TransportOptions
from . import review_parameters as shared
from .base import OneMapAlgorithm


def add_workspace(algorithm: QgsProcessingAlgorithm) -> None:
    algorithm.addParameter(QgsProcessingParameterFile("WORKSPACE", tr("Workspace"), fileFilter="GeoPackage (*.gpkg)"))


def add_login(algorithm: QgsProcessingAlgorithm, title: str) -> None:
    algorithm.addParameter(shared.optional(QgsProcessingParameterAuthConfig("AUTHCFG", title)))


class PlatformAlgorithm(OneMapAlgorithm):
    """Push or pull; `step` names the method of SyncService."""

    GROUP_ID = "exchange"
    step = ""

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        add_workspace(self)
        self.addParameter(QgsProcessingParameterString("PLATFORM", tr("Address of the platform")))
        add_login(self, tr("Account on the platform"))
        title = tr("Mapping file of another interface")
        self.addParameter(shared.optional(QgsProcessingParameterFile("MAPPING", title, fileFilter="JSON (*.json)")))
        log = QgsProcessingParameterFileDestination(
            "LOG", tr("Log"), "JSON (*.json)", optional=True, createByDefault=False
        )
        self.addParameter(log)
        for name, title in (
            ("DONE_COUNT", tr("Records pushed")),
            ("CHANGED_COUNT", tr("Records and features pulled")),
            ("CONFLICT_COUNT", tr("Conflicts to decide")),
            ("REJECTED_COUNT", tr("Records rejected")),
            ("PENDING_COUNT", tr("Records still waiting")),
            ("MISSING_COUNT", tr("Items not on the platform, to decide")),
            ("FILE_PENDING_COUNT", tr("Records sent, file pending")),
        ):
            self.addOutput(QgsProcessingOutputNumber(name, title))

    def compute(self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback) -> dict:
        from ..plugin.bridge.sync.platform import Given, make_transport  # here: nothing else needs the web libraries
        from ..plugin.sync.service import SyncService

        url = self.parameterAsString(parameters, "PLATFORM", context)
        login, mapping = (self.parameterAsString(parameters, name, context) for name in ("AUTHCFG", "MAPPING"))
        options = TransportOptions(cancelled=feedback.isCanceled)
        transport = make_transport(url, login, given=Given(mapping), options=options)
        if transport.plain:
            feedback.pushWarning(tr("The connection to {0} is not encrypted (http).").format(url))
        progress = lambda done, total: feedback.setProgress(100.0 * done / max(total, 1))  # noqa: E731
        with open_for_writing(self.parameterAsFile(parameters, "WORKSPACE", context)) as workspace:
            service = SyncService(workspace, transport, holder_name(), RunOptions(progress))
            result = getattr(service, self.step)()
        for line in result.log:
            feedback.pushInfo(line)
        log = self.parameterAsFileOutput(parameters, "LOG", context)
        write_log(log, result.as_json())
        if result.error is not None:
            raise QgsProcessingException(
                tr("{0} ({1} records are still waiting, nothing is lost)").format(result.error, result.pending)
            )
        return {
            "DONE_COUNT": result.done if self.step == "push" else result.changed + result.deleted,
            "CHANGED_COUNT": result.changed + result.deleted,
            "CONFLICT_COUNT": result.conflict,
            "REJECTED_COUNT": result.rejected,
            "PENDING_COUNT": result.pending,
            "MISSING_COUNT": result.missing,
            "FILE_PENDING_COUNT": result.file_pending,
            "LOG": log,
        }


def open_for_writing(path: Union[str, Path]) -> Workspace:
    """The workspace; an error with the holder's name when somebody else has it open."""
    workspace = Workspace.open(path)
    if workspace.read_only:
        notice = workspace.notice
        workspace.close()
        raise QgsProcessingException(notice.text() if notice else path)
    return workspace


def write_log(path: Union[str, Path], text: str) -> None:
    if path:
        write_complete(path, json.dumps(json.loads(text), ensure_ascii=False, indent=1).encode("utf-8"))

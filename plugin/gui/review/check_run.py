"""One run of the check in the background, started from the page: its progress, its log, its layers on the map."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsApplication,
    QgsProcessingAlgRunnerTask,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputLayerDefinition,
    QgsProcessingUtils,
    QgsProject,
)
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...bridge.i18n import tr
from ...bridge.review.check_setup import CheckSetup, parameters
from ...core import messages

_OUTPUTS = ("FINDINGS", "VERDICTS", "SUMMARY")


@dataclass
class CheckResult:
    """What a run left: layers on the map by output name, reports, the folder, numbers, warnings."""

    setup: CheckSetup
    layers: dict
    reports: list
    numbers: dict
    warnings: list = field(default_factory=list)


class _Feedback(QgsProcessingFeedback):
    """Keeps what the user must be told; called from the worker thread."""

    def __init__(self):
        super().__init__(False)
        self.errors, self.warnings = [], []

    def reportError(self, error, fatalError=False):
        self.errors.append(error)

    def pushWarning(self, warning):
        self.warnings.append(warning)


class CheckRun(QObject):
    """Emits `progressed(percent)`, then `finished(CheckResult)`, `failed(text)` or, of a cancelled run, `cancelled`."""

    progressed = pyqtSignal(float)
    finished = pyqtSignal(object)
    failed = pyqtSignal(str)
    cancelled = pyqtSignal()

    def __init__(self, parent=None):
        super().__init__(parent)
        self._task: Any = None
        self._setup: Any = None  # of the run that goes on

    @property
    def running(self) -> bool:
        return self._task is not None

    def start(self, setup: CheckSetup) -> None:
        """Run onemap:checkcontrollines with the outputs in the setup's folder."""
        self._setup = setup
        self._algorithm = QgsApplication.processingRegistry().algorithmById("onemap:checkcontrollines").create()
        self._context, self._feedback = QgsProcessingContext(), _Feedback()
        self._context.setProject(QgsProject.instance())
        self._feedback.progressChanged.connect(self.progressed)
        try:
            setup.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            text = tr("The folder for the results cannot be made: {0} ({1}). Choose another one.")
            self.failed.emit(text.format(setup.folder, messages.translated(error.strerror)))
            return
        values = {**parameters(setup), **self._sinks(setup.folder)}
        task = QgsProcessingAlgRunnerTask(self._algorithm, values, self._context, self._feedback)
        if task.isCanceled():  # the preparation refused the inputs
            self.failed.emit("\n".join(self._feedback.errors) or tr("The check could not be prepared."))
            return
        self._task = task
        task.executed.connect(self._executed)
        QgsApplication.taskManager().addTask(task)

    def _sinks(self, folder):
        """Each output a file of its own, loaded into the QGIS project when it is whole."""
        titles = {"FINDINGS": tr("Findings"), "VERDICTS": tr("Verdicts"), "SUMMARY": tr("Summary of the projects")}
        sinks = {}
        for name in _OUTPUTS:
            if self._algorithm.parameterDefinition(name) is not None:
                target = QgsProcessingOutputLayerDefinition(str(folder / f"{titles[name]}.gpkg"), QgsProject.instance())
                target.destinationName = titles[name]
                sinks[name] = target
        return sinks

    def cancel(self) -> None:
        """Stop the run; nothing it wrote stays."""
        if self._task is not None:
            self._feedback.cancel()
            self._task.cancel()

    def _executed(self, good, outputs):
        cancelled, self._task = self._feedback.isCanceled(), None
        if cancelled:
            self._remove_empty_folder()
            self.cancelled.emit()
        elif not good:
            self._remove_empty_folder()
            self.failed.emit("\n".join(self._feedback.errors) or tr("The check ended with an error; see the log."))
        else:
            self.finished.emit(self._result(outputs))

    def _remove_empty_folder(self):
        if self._setup.folder.is_dir() and not any(self._setup.folder.iterdir()):
            self._setup.folder.rmdir()

    def _result(self, outputs):
        layers = {}
        for source, details in self._context.layersToLoadOnCompletion().items():
            layer = self._context.takeResultLayer(source) or QgsProcessingUtils.mapLayerFromString(
                source, self._context
            )
            if layer is None:
                continue
            layer.setName(details.name or layer.name())
            if details.postProcessor() is not None:
                details.postProcessor().postProcessLayer(layer, self._context, self._feedback)
            QgsProject.instance().addMapLayer(layer)
            layers[details.outputName] = layer
        reports = [Path(path) for path in str(outputs.get("REPORT") or "").split(";") if path]
        numbers = {name: value for name, value in outputs.items() if name == "ROUND" or name.endswith("_COUNT")}
        return CheckResult(self._setup, layers, reports, numbers, self._feedback.warnings)

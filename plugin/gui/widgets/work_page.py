"""A page that runs one piece of work at a time in the background, with a bar, a message and a window beside it."""

from pathlib import Path
from typing import Optional

from qgis.core import QgsApplication
from qgis.gui import QgisInterface
from qgis.PyQt.QtWidgets import QFileDialog, QLabel, QProgressBar, QWidget

from ...bridge.i18n import tr
from ...bridge.tasks import WorkTask
from ...core.errors import OneMapError
from .contrast import Tone, text_style

REPORT_KINDS = "Word (*.docx);;Excel (*.xlsx);;HTML (*.html);;PDF (*.pdf)"


class WorkPage(QWidget):
    """`task`: what runs now, None for nothing; `window`: what was opened last. A page places `progress`, `message` and
    `summary` and says in `_enable` what can be clicked."""

    def __init__(self, iface: QgisInterface) -> None:
        super().__init__()
        self.iface = iface
        self.task: Optional[WorkTask] = None
        self.window: Optional[QWidget] = None
        self.progress, self.message, self.summary = QProgressBar(), QLabel(), QLabel()
        for label in (self.message, self.summary):
            label.setWordWrap(True)

    def _enable(self) -> None:
        raise NotImplementedError

    def _tell(self, message: str = "", tone: Optional[Tone] = None) -> None:
        self.message.setText(message)
        self.message.setStyleSheet(text_style(tone) if tone is not None else "")
        self.message.setVisible(bool(message))

    def _begin(self, task: WorkTask, counts: bool = False) -> None:
        """Start a task; `counts`: it says how far it has come."""
        self.task = task
        self.progress.setRange(0, 100 if counts else 0)
        self.progress.setValue(0)
        if counts:
            task.progressChanged.connect(lambda percent: self.progress.setValue(int(percent)))
        self._tell()
        self._enable()
        QgsApplication.taskManager().addTask(task)

    def _stop(self) -> None:
        if self.task is not None:
            self.task.drop()
            self._ended(tr("Stopped; nothing was saved."))

    def _failed(self, error: OneMapError) -> None:
        self._ended(str(error), Tone.BAD)

    def _ended(self, message: str = "", tone: Optional[Tone] = None) -> None:
        self.task = None
        self._enable()
        self._tell(message, tone)

    def dispose(self) -> None:
        """Stop what goes on and close the window."""
        if self.task is not None:
            self.task.drop()
            self.task = None
        if self.window is not None:
            self.window.close()


def ask_report(parent: QWidget, title: str) -> str:
    """Ask where a report goes; "" for nowhere. A name without an ending takes that of the chosen kind."""
    path, kind = QFileDialog.getSaveFileName(parent, title, "", REPORT_KINDS)
    if not path or Path(path).suffix:
        return path
    return path + kind[kind.find("*.") + 1 : -1]

"""Once after the start: what is due in the workspace that was used last, told in the message bar."""

from datetime import date
from pathlib import Path
from typing import Optional, Union

from qgis.core import Qgis, QgsApplication
from qgis.PyQt.QtCore import QObject, QTimer
from qgis.PyQt.QtWidgets import QPushButton

from ..plugin.bridge.i18n import tr
from ..plugin.bridge.settings import Settings
from ..plugin.bridge.tasks import WorkTask
from ..plugin.store.due import DONE
from ..plugin.store.workspace import Workspace

_AFTER_START_MS = 5000
_DAYS_AHEAD = 7


def what_is_due(path: Union[str, Path], today: date) -> Optional[tuple]:
    """(county, number of records, first deadline) of what is late or due within a week in a workspace.

    None when nothing is.
    """
    with Workspace.open(path, read_only=True) as ws:
        items = [item for form in ws.forms() for item in ws.due(form.id, today) if item.state not in DONE]
        near = [item for item in items if (item.deadline - today).days <= _DAYS_AHEAD]
        county = ws.divisions().name(ws.county) or ws.county
    return (county, len(near), min(item.deadline for item in near)) if near else None


class Reminder(QObject):
    """`open_page()` shows the Reports page. Looks in the background, so that QGIS starts no slower."""

    def __init__(self, iface, open_page):
        super().__init__()
        self._iface, self._open_page, self.task = iface, open_page, None
        self._timer = QTimer(self, singleShot=True, interval=_AFTER_START_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self, today: Optional[date] = None) -> None:
        """Look now, and not again by the clock."""
        self._timer.stop()
        path, day = Settings.load().workspace, today or date.today()
        if path and Path(path).is_file():
            self.task = WorkTask(tr("What is due"), lambda feedback: what_is_due(path, day), self._tell, self._failed)
            QgsApplication.taskManager().addTask(self.task)

    def _tell(self, due):
        self.task = None
        if due is None:
            return
        county, count, deadline = due
        bar = self._iface.messageBar()
        text = tr("{0}: {1} records are due, the first by {2}.").format(county, count, deadline.isoformat())
        item = bar.createMessage(tr("OneMap Desk"), text)
        button = QPushButton(tr("Open"))
        button.clicked.connect(lambda checked=False: (self._open_page(), bar.popWidget(item)))
        item.layout().addWidget(button)
        bar.pushWidget(item, Qgis.Warning if deadline < date.today() else Qgis.Info)

    def _failed(self, error):
        """A workspace that cannot be read is told when it is opened; the log is enough here."""
        self.task = None
        QgsApplication.messageLog().logMessage(str(error), "OneMap Desk")

    def stop(self) -> None:
        self._timer.stop()
        if self.task is not None:
            self.task.drop()
            self.task.waitForFinished()
            self.task = None

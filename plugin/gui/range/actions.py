"""What a checked range is turned into: a project site record, a review."""

from typing import Callable, Optional

from qgis.core import Qgis, QgsApplication, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QObject
from qgis.PyQt.QtWidgets import QInputDialog, QWidget

from ...bridge.i18n import tr
from ...bridge.range.check import RangeResult
from ...bridge.range.record import freeze_review, range_layer, save_site
from ...bridge.tasks import WorkTask
from ...core.review.rounds import FrozenRound
from ..widgets.attempt import attempt


class RangeActions(QObject):
    """`records()`: the dock's page that holds the workspace (`workspace`, `actor`, `show_workspace()`), shown, or None;
    `open_check(layer)` opens the check of projects; `say(text, level)` tells the user.
    """

    def __init__(
        self, parent: QWidget, records: Callable, open_check: Callable[[QgsVectorLayer], object], say: Callable
    ) -> None:
        super().__init__(parent)
        self._records, self._open_check, self._say = records, open_check, say
        self.task: Optional[WorkTask] = None

    def save(self, result: RangeResult) -> None:
        """Ask for a name and save the range as a record of the open workspace."""
        page = self._page()
        if page is None:
            return
        name = self._name(tr("Save as project site"))
        if name:
            self._reported(lambda: self.save_as(page, name, result))

    def save_as(self, page: QWidget, name: str, result: RangeResult) -> str:
        """Save under a name; return the record's id."""
        record = save_site(page.workspace, page.actor, name, result)
        page.show_workspace()
        self._say(tr("Saved as project site: {0}").format(name), Qgis.Success)
        return record

    def review(self, result: RangeResult) -> None:
        """Ask for a name, put the range on the map as a project and open its check.

        With a workspace the verdicts are frozen.
        """
        name = self._name(tr("Start a review"))
        if not name:
            return
        layer = range_layer(result, name)
        QgsProject.instance().addMapLayer(layer)
        page = self._records()
        if page is not None and page.workspace is not None:
            self.freeze(page, name, result)
        self._open_check(layer)

    def freeze(self, page: QWidget, name: str, result: RangeResult) -> None:
        """Keep the verdicts as the next round of a review case; input files are hashed in the background."""

        def done(frozen: FrozenRound) -> None:
            self.task = None
            self._reported(lambda: self._frozen(name, freeze_review(page.workspace, page.actor, name, frozen)))

        self.task = WorkTask(tr("Freezing a review round"), lambda feedback: result.frozen(), done, self._failed)
        QgsApplication.taskManager().addTask(self.task)

    def _frozen(self, name: str, number: int) -> None:
        self._say(tr("Review {0}, round {1}, is kept in the workspace.").format(name, number), Qgis.Success)

    def _failed(self, error: Exception) -> None:
        self.task = None
        self._say(str(error), Qgis.Critical)

    def _page(self) -> Optional[QWidget]:
        """The page of the workspace, None (and the user is told so) when none is open."""
        page = self._records()
        if page is None or page.workspace is None:
            self._say(tr("Open or create a workspace first (dock, Reports)."), Qgis.Warning)
            return None
        return page

    def _name(self, title: str) -> str:
        name, ok = QInputDialog.getText(self.parent(), title, tr("Project name"))
        return name.strip() if ok else ""

    def _reported(self, act: Callable[[], object]) -> None:
        attempt(act, lambda text: self._say(text, Qgis.Critical))

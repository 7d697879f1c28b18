"""What the Sync page offers beside its one button: dry run, history, courier bags, what the platform lacks."""

from typing import Optional

from qgis.core import QgsApplication
from qgis.PyQt.QtWidgets import QInputDialog, QMenu, QToolButton

from ...bridge.i18n import tr
from ...bridge.sync.photos import scale_photos
from ...bridge.sync.settings import PlatformSettings, connector
from ...bridge.tasks import WorkTask
from ...core.errors import InputError
from ...store.missing import Reason
from ...sync.options import TransportOptions
from ...sync.overview import collection_titles, record_label
from ...sync.preview import preview
from ...sync.removals import decide
from .courier_dialog import CourierDialog
from .missing_dialog import MissingDialog
from .preview_dialog import HistoryDialog, PreviewDialog
from .wording import size

_LABELLED = 2000  # records that are called by name in the dialog


class SyncTools(QToolButton):
    """A button with a menu. `page`: the Sync page; dialogs are kept in `dialog`."""

    def __init__(self, page):
        super().__init__()
        self.page, self.dialog, self.task = page, None, None
        self.setText(tr("More"))
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        for text, act in (
            (tr("Dry run…"), self.dry_run),
            (tr("Not on the platform…"), self.decide_missing),
            (tr("History of syncs…"), self.show_history),
            (tr("Courier bags…"), self.show_bags),
            (tr("Make photos smaller…"), self.scale_photos),
        ):
            menu.addAction(text).triggered.connect(lambda checked=False, act=act: page.attempt(act))
        self.setMenu(menu)

    @property
    def _workspace(self):
        return self.page.reports.workspace

    def _open(self, dialog, done=None):
        self.dialog = dialog
        if done is not None:
            dialog.accepted.connect(lambda: self.page.attempt(done))
        dialog.finished.connect(lambda *_: self.page.refresh())
        dialog.open()
        return dialog

    def dry_run(self) -> None:
        """Ask the platform in the background what a sync would do."""
        workspace, settings = self._workspace, PlatformSettings.load(self._workspace)
        if not settings.url:
            raise InputError("sync_unset")
        if not settings.known:
            raise InputError("sync_unnamed", url=settings.url)
        connect = connector(settings.url, settings.authcfg, options=TransportOptions(attempts=2))

        def look():
            transport = connect()
            with transport.session:
                return preview(workspace, transport)

        self.page.notice.setText(tr("Asking the platform…"))
        self.task = WorkTask(tr("Dry run"), lambda feedback: look(), self._show_preview, self._failed)
        QgsApplication.taskManager().addTask(self.task)

    def _show_preview(self, found):
        self.task = None
        self.page.notice.setText("")
        self._open(PreviewDialog(found, collection_titles(self._workspace), self.page.iface.mainWindow()))

    def _failed(self, error):
        self.task = None
        self.page.notice.setText(str(error))

    def decide_missing(self) -> Optional[MissingDialog]:
        """One dialog for all that the platform does not show."""
        workspace = self._workspace
        items = [one for one in workspace.missing.items() if one.reason is not Reason.UNREADABLE]
        if not items:
            self.page.notice.setText(tr("The platform has everything that this workspace has of it."))
            return None
        labels = {}
        forms = {form.id: form for form in workspace.forms()}
        for one in items[:_LABELLED]:
            for values in (
                workspace.records(one.collection, {"id": one.item}, limit=1) if one.collection in forms else ()
            ):
                labels[one.item] = record_label(forms[one.collection], values, one.item)
        dialog = MissingDialog(items, collection_titles(workspace), labels, self.page.iface.mainWindow())
        return self._open(dialog, self._decided)

    def _decided(self):
        count = 0
        for items, choice in self.dialog.decisions():
            count += decide(self._workspace, items, choice, self.page.reports.actor)
        self.page.reports.show_workspace()
        self.page.notice.setText(
            tr("Decided for {0} items; items offered again are sent with the next sync.").format(count)
        )

    def show_history(self) -> HistoryDialog:
        """What earlier syncs moved."""
        titles = collection_titles(self._workspace)
        return self._open(HistoryDialog(self._workspace, self.page.reports.actor, titles, self.page.iface.mainWindow()))

    def scale_photos(self) -> None:
        """Make the photos of drafts and returned records smaller before they travel."""
        question = tr("Longer side of the photos of drafts and returned records, in pixels:")
        longest, asked = QInputDialog.getInt(self.page, tr("Make photos smaller…"), question, 2000, 400, 8000, 100)
        if asked:
            found = scale_photos(self._workspace, longest, self.page.reports.actor)
            text = tr("{0} photos were reduced in size, from {1} to {2}.")
            self.page.notice.setText(text.format(found.count, size(found.before), size(found.after)))

    def show_bags(self) -> CourierDialog:
        """Exchange by hand."""
        return self._open(CourierDialog(self._workspace, self.page.reports.actor, self.page.iface.mainWindow()))

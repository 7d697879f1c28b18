"""What is done with the records that are selected in the list, each time as one act."""

from typing import TYPE_CHECKING, Optional

from qgis.PyQt.QtWidgets import QDialog, QInputDialog

from ..plugin.bridge.i18n import tr
from ..plugin.core.errors import InputError, OneMapError
from ..plugin.gui.widgets.buttons import agreed
from .batch_compute import BatchCompute
from .batch_edit import BatchEdit
from .self_check_dialog import SelfCheckDialog

if TYPE_CHECKING:
    from .record_list import RecordList


class SelectedActs:
    """`window`: RecordList."""

    def __init__(self, window: "RecordList"):
        self._window = window

    def compute(self) -> Optional[BatchCompute]:
        """Fill the computed fields of the selected records from the layers."""
        ids = self._window.selected()
        if ids:
            made = BatchCompute(self._window.ws, self._window.form, ids, self._window.actor, self._window)
            made.message.connect(lambda text: self._show(ids[0], text))
            return made
        return None

    def _show(self, record: str, text: str) -> None:
        self._window.reload(record)
        self._window.say(text)

    def batch(self) -> None:
        """Change one field of all of them."""
        ids = self._window.selected()
        if ids and BatchEdit(self._window.ws, self._window.form, ids, self._window.actor, self._window).exec():
            self._window.reload(ids[0])

    def _each(self, act, ids=None):
        """Do something with each selected record (or with `ids`), as one act.

        Records it refuses stay as they are and the first reason is shown.
        """
        ids, refused = self._window.selected() if ids is None else ids, []
        try:
            with self._window.ws.transaction():
                for record in ids:
                    try:
                        act(record)
                    except InputError as error:  # raised before anything of this record is written
                        refused.append(str(error))
        except OneMapError as error:
            refused = [str(error)] * len(ids)
        self._window.reload()
        if refused:
            self._window.say(tr("{0} records were not changed. The first: {1}").format(len(refused), refused[0]))

    def change(self, status: str, actor: Optional[str] = None, ids: Optional[list[str]] = None) -> None:
        """Take them (or those of `ids`) to another state."""
        flow = self._window.ws.flow(self._window.form.id)
        self._each(lambda record: flow.change(record, status, actor or self._window.actor), ids)

    def self_check(self, hand_in: bool = False) -> Optional[SelfCheckDialog]:
        """Show what the self-check says of them; with `hand_in` True, those that pass may be handed in."""
        ids = self._window.selected()
        if not ids or not self._window.ws.self_check.applies(self._window.form):
            return None
        dialog = SelfCheckDialog(self._window.ws, self._window.form, ids, hand_in, self._window)
        dialog.exec()
        return dialog

    def submit(self) -> None:
        """The reviewer signs: somebody else than who filled the record in. The self-check is shown before."""
        if not self._window.selected():
            return
        checked = self.self_check(hand_in=True)
        if checked is not None and checked.result() != QDialog.DialogCode.Accepted:
            return
        name, good = QInputDialog.getText(self._window, tr("Review and submit…"), tr("Reviewer"))
        if good and name.strip():
            self.change("submitted", name.strip(), None if checked is None else checked.passed)

    def delete(self) -> None:
        """Delete them when the user agrees."""
        ids = self._window.selected()
        question = tr("Delete {0} records? The audit chain keeps their values.").format(len(ids))
        if ids and agreed(self._window, tr("Delete"), question):
            self._each(lambda record: self._window.ws.delete_record(self._window.form.id, record, self._window.actor))

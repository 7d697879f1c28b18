"""Who changed what of a record, and when, as the audit chain has it: one line for each value."""

from collections.abc import Iterable
from typing import Any, Optional

import shapely
from qgis.PyQt.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPushButton, QVBoxLayout, QWidget

from ..plugin.bridge.i18n import tr
from ..plugin.core.forms.schema import Form
from ..plugin.core.moments import local_moment
from ..plugin.gui.widgets.buttons import close_only
from ..plugin.gui.widgets.record_status import status_names
from ..plugin.gui.widgets.tables import copy_table, fill_table, make_table, wrap_columns
from ..plugin.store.field_history import RecordChange
from .geometry_part import geometry_text
from .window_size import fitting

_GEOMETRY = "geom"


class HistoryDialog(QDialog):
    """`changes`: of one record, in the order of the chain; the latest act stands first."""

    def __init__(self, form: Form, changes: Iterable[RecordChange], parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.form = form
        self.setWindowTitle(tr("History of the record"))
        self.resize(*fitting(900, 480))
        note = QLabel(tr("Every change is a row of the audit chain; the account of the computer stands in brackets."))
        note.setWordWrap(True)
        self.table = make_table([tr("Time"), tr("Act"), tr("Who"), tr("Field"), tr("Before"), tr("After")])
        wrap_columns(self.table, (4, 5))
        fill_table(self.table, [(line, None) for change in reversed(list(changes)) for line in self._lines(change)])
        box, copy_button = close_only(self), QPushButton(tr("Copy the list"))
        copy_button.setAutoDefault(False)
        copy_button.clicked.connect(lambda _checked=False: copy_table(self.table))
        box.addButton(copy_button, QDialogButtonBox.ButtonRole.ActionRole)
        layout = QVBoxLayout(self)
        for widget in (note, self.table, box):
            layout.addWidget(widget)

    def _lines(self, change: RecordChange) -> list[tuple[str, ...]]:
        moment = local_moment(change.at)
        head = (moment, act_name(change.act), change.actor)
        names = self._names()
        shown: list[tuple[str, ...]] = [
            (*head, names[column], self._shown(column, before), self._shown(column, after))
            for column, before, after in change.values
            if column in names
        ]
        return shown or [(*head, "", "", "")]

    def _names(self) -> dict[str, str]:
        """{column: words} of what a person knows by name; the rest of a row is the workspace's own bookkeeping."""
        named = {field.key: field.title_with_unit for field in self.form.fields}
        others = {
            "status": tr("Status"),
            "reviewer": tr("Reviewer"),
            "return_reason": tr("Reason for the return"),
            _GEOMETRY: tr("Geometry"),
        }
        return {**named, **others}

    def _shown(self, column: str, value: Any) -> str:
        if value in (None, "", []):
            return ""
        if column == "status":
            return status_names().get(value, str(value))
        if column == _GEOMETRY:
            return geometry_text(shapely.to_wkb(shapely.from_wkb(bytes.fromhex(value))))
        if isinstance(value, list):
            return "、".join(str(entry.get("name", "")) for entry in value)
        return str(self.form.field(column).label(value) if column in self.form.keys else value)


def act_name(act: str) -> str:
    """An act of the chain in words; one that has none stands as it is."""
    known = {
        "import": tr("Import"),
        "edit": tr("Edit"),
        "batch edit": tr("Change of several"),
        "compute": tr("Computation"),
        "copy from last period": tr("Copy from last period"),
        "undo import": tr("Undo of an import"),
        "merge": tr("Sync"),
        "pull": tr("Sync"),
        "undo pull": tr("Undo of a sync"),
        "range": tr("Range drawn on the map"),
        "delete": tr("Delete"),
        "edit outside": tr("Edit in another program"),
        "create outside": tr("New in another program"),
        "delete outside": tr("Deleted in another program"),
        "scale photos": tr("Photos made smaller"),
        "draft": tr("Back to draft"),
    }
    return known.get(act) or status_names().get(act, act)

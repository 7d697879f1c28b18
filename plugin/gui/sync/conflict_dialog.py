"""One record that was changed on both sides: field by field as it was, mine, the platform's.

The person decides, nothing is guessed.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Optional

from qgis.core import QgsMapLayer
from qgis.PyQt import uic
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtWidgets import QAbstractItemView, QDialog, QDialogButtonBox, QTableWidgetItem, QWidget

from ...bridge.i18n import tr
from ...core.forms.schema import Form
from ...core.forms.text_difference import differing
from ...store.record_table import LOCKED
from ...sync.conflicts import Conflict
from ..widgets.contrast import letters_on
from ..widgets.marked_text import MARKS, MarkedText
from ..widgets.record_status import status_names
from .conflict_map import COLOURS, ConflictMap, geometry_of, geometry_text

_UI = Path(__file__).with_suffix(".ui")
_SIDES = ("base", "mine", "theirs")
_LOCAL, _REMOTE, _RESULT = 2, 3, 4
_CHOSEN, _OPEN = QColor("#c8e6c9"), QColor("#fff9c4")


class ConflictDialog(QDialog):
    """`conflict`: a Conflict of the sync client; `heading`: the record's name and how many there are to decide;
    `background`: layers of the map. `choices()` is what sync.conflicts.resolve takes."""

    def __init__(
        self,
        form: Form,
        conflict: Conflict,
        heading: str,
        background: Sequence[QgsMapLayer] = (),
        parent: Optional[QWidget] = None,
    ) -> None:
        super().__init__(parent)
        uic.loadUi(str(_UI), self)
        self.form, self.conflict = form, conflict
        self.by_record = conflict.local is None or conflict.remote is None or not conflict.fields
        self.chosen: dict[str, Optional[str]] = (
            {name: None for name in conflict.fields} if not self.by_record else {"": None}
        )
        self.rows: list[Any] = []
        self.map: Any = None
        self.setWindowTitle(tr("Changed on both sides"))
        self.titleLabel.setText(f"{heading}<br>{self._what_happened()}")
        self._wire()
        self._show_map(background)
        self.show_fields()

    def _wire(self):
        self.localButton.setText(tr("Mine in every conflict") if not self.by_record else self._record_choices()[0])
        self.remoteButton.setText(
            tr("The platform's in every conflict") if not self.by_record else self._record_choices()[1]
        )
        self.localButton.clicked.connect(lambda: self.choose_all("mine"))
        self.remoteButton.clicked.connect(lambda: self.choose_all("theirs"))
        self.allBox.setText(tr("Show the fields that are the same"))
        self.allBox.toggled.connect(lambda on: self.show_fields())
        self.fieldTable.cellClicked.connect(self._clicked)
        self.fieldTable.verticalHeader().hide()
        self.fieldTable.setColumnCount(5)
        self.fieldTable.setHorizontalHeaderLabels(
            [tr("Field"), tr("At the last sync"), tr("Mine"), tr("The platform's"), tr("Result")]
        )
        for column, width in enumerate((140, 170, 190, 190, 150)):
            self.fieldTable.setColumnWidth(column, width)
        self.fieldTable.horizontalHeader().setStretchLastSection(True)
        self.fieldTable.setItemDelegate(MarkedText(self.fieldTable))
        # a text longer than the table is high can be read to its end
        self.fieldTable.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.ok = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        self.ok.setText(tr("Keep this decision"))
        self.buttons.button(QDialogButtonBox.StandardButton.Cancel).setText(tr("Decide later"))
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)

    def _what_happened(self):
        if self.conflict.remote is None:
            return tr("You changed this record; on the platform it was deleted meanwhile.")
        if self.conflict.local is None:
            return tr("You deleted this record; on the platform it was changed meanwhile.")
        return tr("For each field that both sides changed differently, click the value to keep.")

    def _record_choices(self):
        if self.conflict.remote is None:
            return tr("Keep mine: create it there again"), tr("Follow the platform: delete it here")
        if self.conflict.local is None:
            return tr("Delete it there too"), tr("Follow the platform: restore it here")
        return tr("Keep mine"), tr("Take the platform's")

    # the table

    def show_fields(self) -> None:
        """Fields in conflict first, then those that merge by themselves, then, if asked for, the rest."""
        conflict = self.conflict
        merged = {*conflict.taken, *conflict.kept} - {*conflict.fields}
        first = [*self._in_order(conflict.fields), *self._in_order(merged)]
        if self.by_record:
            first = [n for n in self._names() if any(self._value(side, n) not in (None, "", []) for side in _SIDES)]
        rest = [n for n in self._names() if n not in first] if self.allBox.isChecked() else []
        self.rows = [*first, *rest]
        self.fieldTable.setRowCount(len(self.rows))
        for row, name in enumerate(self.rows):
            self._fill_row(row, name)
        self.fieldTable.resizeRowsToContents()
        self._show_outcome()

    def _in_order(self, names):
        """Fields as the form has them, others (the status) behind."""
        order = {name: number for number, name in enumerate(self._names())}
        return sorted(names, key=lambda name: (order.get(name, len(order)), name))

    def _names(self):
        return [*self.form.keys, *(["geometry"] if self.form.geometry != "none" else [])]

    def _side(self, side):
        """The flat row of a side; None where it was deleted."""
        rows = {"base": self.conflict.base, "mine": self.conflict.local, "theirs": self.conflict.remote}
        return rows[side]

    def _value(self, side, name):
        return (self._side(side) or {}).get(name)

    def _fill_row(self, row, name):
        texts = [self._title(name), *(self._text(side, name) for side in _SIDES), self._result(name)]
        marks = self._marks(name, texts[_LOCAL], texts[_REMOTE])
        for column, text in enumerate(texts):
            cell = QTableWidgetItem(text)
            cell.setToolTip(text)
            cell.setData(MARKS, marks.get(column))
            cell.setTextAlignment(int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop))
            side = {_LOCAL: "mine", _REMOTE: "theirs"}.get(column)
            if side and name in self.chosen:
                picked = self.chosen[name]
                fill = _CHOSEN if picked == side else _OPEN if picked is None else QColor("white")
                cell.setBackground(fill)
                cell.setForeground(QColor(letters_on(fill.name())))
            self.fieldTable.setItem(row, column, cell)

    def _marks(self, name, local, remote):
        """{column: stretches} in which the two sides' texts differ."""
        if name == "geometry" or not (self._value("mine", name) and self._value("theirs", name)):
            return {}
        return dict(zip((_LOCAL, _REMOTE), differing(local, remote)))

    def _title(self, name):
        if name in self.form.keys:
            return self.form.field(name).title
        return {"geometry": tr("Geometry"), "status": tr("Status")}.get(name, name)

    def _text(self, side, name):
        value = self._value(side, name)
        if name == "geometry":
            return geometry_text(geometry_of(self._side(side))) or tr("(empty)")
        if value in (None, "", []):
            return tr("(empty)") if self._side(side) is not None else tr("(deleted)")
        if name == "status":
            return status_names().get(value, str(value))
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, list):
            return ", ".join(str(v.get("name", v)) if isinstance(v, dict) else str(v) for v in value)
        return str(self.form.field(name).label(value)) if name in self.form.keys else str(value)

    def _result(self, name):
        if name in self.chosen:
            return {"mine": tr("Mine"), "theirs": tr("The platform's"), None: tr("← to be chosen")}[self.chosen[name]]
        if name in self.conflict.taken:
            return tr("The platform's (only it changed this)")
        if name in self.conflict.kept:
            return tr("Mine (only I changed this)")
        return ""

    def _clicked(self, row, column):
        side = {_LOCAL: "mine", _REMOTE: "theirs"}.get(column)
        if side and self.rows[row] in self.chosen:
            self.choose(self.rows[row], side)

    # deciding

    def choose(self, name: str, side: str) -> None:
        """Let `side` ("mine" or "theirs") hold for one field."""
        self.chosen[name] = side
        if name in self.rows:
            self._fill_row(self.rows.index(name), name)
        self._show_outcome()

    def choose_all(self, side: str) -> None:
        for name in list(self.chosen):
            self.choose(name, side)

    def choices(self) -> Any:
        """What was decided: "mine", "theirs", or {field: side}."""
        return self.chosen[""] if self.by_record else dict(self.chosen)

    def _show_outcome(self):
        """Say what keeping the decision does; it can only be kept when it is complete."""
        open_count = sum(side is None for side in self.chosen.values())
        self.ok.setEnabled(not open_count)
        if open_count:
            self.outcomeLabel.setText(
                tr("Still to be chosen: {0}").format(open_count) if not self.by_record else tr("Choose one of the two.")
            )
            return
        self.outcomeLabel.setText(self._outcome_text())

    def _outcome_text(self):
        if self.choices() != "theirs":
            if self.conflict.local is None:
                return tr("The deletion goes back into the outbox; the next sync deletes the record on the platform.")
            if self.conflict.remote is None:
                return tr("The record goes back into the outbox; the next sync creates it on the platform again.")
            shown = tr(
                "The record as shown goes back into the outbox; the next sync sends it. The audit chain notes "
                "your decision."
            )
            return " ".join(filter(None, (shown, self._locked(), self._by_itself())))
        if self.conflict.remote is None:
            return tr("The record is deleted here; your change is not sent. The audit chain keeps the former values.")
        return tr(
            "The record is replaced by the platform's version; your change is not sent. The audit chain "
            "keeps the former values."
        )

    def _locked(self):
        """That a record which is with the reviewers takes nothing for now; "" for any other."""
        status = (self.conflict.remote or {}).get("status")
        if status not in LOCKED:
            return ""
        name = status_names().get(status, status)
        return tr("On the platform it is {0}: it takes no change before it is returned there.").format(name)

    def _by_itself(self):
        """What becomes of the fields that only one side changed; "" where there are none."""
        sides = (
            (self.conflict.taken, tr("Only the platform changed these, its values are taken: {0}.")),
            (self.conflict.kept, tr("Only I changed these, mine stay: {0}.")),
        )
        listed = tr(", ")
        return " ".join(phrase.format(listed.join(map(self._title, names))) for names, phrase in sides if names)

    # the map

    def _show_map(self, background):
        shapes = {side: geometry_of(self._side(side)) for side in _SIDES}
        differs = "geometry" in (*self.conflict.fields, *self.conflict.taken, *self.conflict.kept) or self.by_record
        if not differs or all(g.isNull() for g in shapes.values()):
            self.mapHolder.hide()
            return
        names = {"base": tr("At the last sync"), "mine": tr("Mine"), "theirs": tr("The platform's")}
        present = [side for side in _SIDES if not shapes[side].isNull()]
        self.legendLabel.setText("  ".join(f'<span style="color:{COLOURS[s]}">■</span> {names[s]}' for s in present))
        self.map = ConflictMap(shapes, background, self.mapHolder)
        self.map.setMinimumHeight(220)
        self.mapLayout.addWidget(self.map, 1)
        self.splitter.setStretchFactor(0, 3)
        self.splitter.setStretchFactor(1, 2)
        self.splitter.setSizes([3000, 2000])

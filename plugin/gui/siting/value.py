"""The editor of a value function: how a measured value becomes a score of 0 to 100."""

from typing import Any

from qgis.PyQt.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ...bridge.i18n import tr
from ...core.land.rounding import plain
from ..widgets.tables import add_button
from ..widgets.typed import typed_number

_ABOVE = "∞"


class ValueEditor(QWidget):
    """Two columns for every type: worst and best; points; upper bounds and scores; classes and scores."""

    def __init__(self, value=None):
        super().__init__()
        self.type = QComboBox()
        names = {
            "linear": tr("Linear"),
            "piecewise": tr("Piecewise linear"),
            "step": tr("Steps"),
            "classes": tr("Table of classes"),
        }
        for key, text in names.items():
            self.type.addItem(text, key)
        self.table = QTableWidget(0, 2)
        self.table.verticalHeader().hide()
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.table.setMinimumHeight(130)
        layout, buttons = QVBoxLayout(self), QHBoxLayout()
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.type)
        layout.addWidget(self.table)
        self.buttons = [
            add_button(tr("Add row"), self._add, buttons),
            add_button(tr("Remove row"), self._remove, buttons),
        ]
        buttons.addStretch()
        layout.addLayout(buttons)
        self.set_value(value or {"type": "linear", "worst": 1000, "best": 0})
        self.type.activated.connect(lambda _index: self._retype())

    def set_value(self, value: Any) -> None:
        """Show a value function of the document."""
        kind = value["type"]
        self.type.setCurrentIndex(self.type.findData(kind))
        if kind == "linear":
            rows = [(value["worst"], 0), (value["best"], 100)]
        elif kind == "piecewise":
            rows = value["points"]
        elif kind == "step":
            rows = list(zip([*value["breaks"], _ABOVE], value["scores"]))
        else:
            rows = [*value["table"].items(), *([("*", value["other"])] if "other" in value else [])]
        self._show(rows)

    def _show(self, rows):
        titles = {"step": tr("Up to and including"), "classes": tr("Class")}
        kind = self.type.currentData()
        self.table.setHorizontalHeaderLabels([titles.get(kind, tr("Measured value")), tr("Score (0 to 100)")])
        self.table.setToolTip(
            tr("01* stands for all classes that begin with 01, * for all others") if kind == "classes" else ""
        )
        self.table.setRowCount(0)
        for row in rows:
            self._add(*row)
        for button in self.buttons:
            button.setEnabled(kind != "linear")

    def _retype(self):
        kind = self.type.currentData()
        starts = {
            "linear": [(1000, 0), (0, 100)],
            "piecewise": [(0, 100), (500, 60), (1000, 0)],
            "step": [(500, 100), (1000, 60), (_ABOVE, 0)],
            "classes": [("01*", 20), ("05*", 100), ("*", 50)],
        }
        self._show(starts[kind])

    def _add(self, raw="", score=""):
        row = self.table.rowCount()
        self.table.insertRow(row)
        for column, value in enumerate((raw, score)):
            self.table.setItem(
                row, column, QTableWidgetItem(plain(value) if isinstance(value, (int, float)) else str(value))
            )

    def _remove(self):
        self.table.removeRow(self.table.currentRow())

    def value(self) -> Any:
        """The value function as the document holds it; raises ValueError for text where a number is wanted."""
        rows = [[self.table.item(r, c).text().strip() for c in (0, 1)] for r in range(self.table.rowCount())]
        kind = self.type.currentData()
        if kind == "linear":
            return {"type": kind, "worst": _number(rows[0][0]), "best": _number(rows[1][0])}
        if kind == "piecewise":
            return {"type": kind, "points": [[_number(a), _number(b)] for a, b in rows]}
        if kind == "step":
            return {"type": kind, "breaks": [_number(a) for a, _ in rows[:-1]], "scores": [_number(b) for _, b in rows]}
        scores = {a: _number(b) for a, b in rows}
        other = {"other": scores.pop("*")} if "*" in scores else {}
        return {"type": kind, "table": scores, **other}


def _number(text):
    value = typed_number(text)
    return int(value) if value == int(value) else value

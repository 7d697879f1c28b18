"""Beside the columns of the mapping page: values that are the same in every row, and words that stand for a choice."""

from collections.abc import Mapping
from typing import Any

from qgis.PyQt.QtWidgets import QComboBox, QTableWidget, QTableWidgetItem, QTabWidget

from ..plugin.bridge.i18n import tr
from ..plugin.core.forms.parsing import nearest_choices, read_choice
from ..plugin.core.forms.units import plain
from .field_widgets import make_widget


class MappingSide(QTabWidget):
    """`fixed()` and `values()` are parts of a Profile."""

    def __init__(self, workspace, form, parent=None):
        super().__init__(parent)
        self._ws, self._form = workspace, form
        self.fixedTable, self.valueTable = QTableWidget(), QTableWidget()
        self._inputs, self._boxes, self._kept = {}, [], {}
        for table, title, heads in (
            (self.fixedTable, tr("Same in every row"), [tr("Field"), tr("Value")]),
            (self.valueTable, tr("Texts for choices"), [tr("Field"), tr("In the workbook"), tr("Choice")]),
        ):
            table.setColumnCount(len(heads))
            table.setHorizontalHeaderLabels(heads)
            table.verticalHeader().hide()
            table.horizontalHeader().setStretchLastSection(True)
            table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
            self.addTab(table, title)

    def show_fixed(self, keys, values):
        """Offer fields without a column; what was entered stays."""
        entered = {**values, **self.fixed()}
        self._inputs = {}
        self.fixedTable.setRowCount(len(keys))
        for row, key in enumerate(keys):
            field = self._form.field(key)
            self.fixedTable.setItem(row, 0, QTableWidgetItem(f"{field.title}{' *' if field.required else ''}"))
            widget = make_widget(field, self._ws)
            widget.set_value(entered.get(key))
            widget.changed.connect(self._edited)
            self.fixedTable.setCellWidget(row, 1, widget)
            self._inputs[key] = widget
        self.fixedTable.resizeColumnToContents(0)
        self.setTabText(0, tr("Same in every row ({0})").format(len(keys)))

    def _edited(self):
        self.parentWidget().judge() if hasattr(self.parentWidget(), "judge") else None

    def fixed(self) -> dict:
        """{field: value}"""
        return {key: value for key, widget in self._inputs.items() if (value := widget.value()) not in (None, "")}

    def show_values(self, found: Mapping[str, list[str]], known: Mapping[str, dict[str, str]]) -> None:
        """`found`: {field key: words of its column}; `known`: {field key: {words: code}} of a kept mapping.

        Words that are a choice already are left out; one that contains a choice's name is proposed, others are not.
        """
        self._boxes, lines = [], []
        for key, texts in found.items():
            field = self._form.field(key)
            exact = {code[0] for code in field.codes}
            lines += [(field, text) for text in texts if read_choice(field, text) not in exact]
        self.valueTable.setRowCount(len(lines))
        for row, (field, text) in enumerate(lines):
            box = QComboBox()
            box.addItem(tr("(reject the row)"), "")
            codes = {field.label(code[0]): code[0] for code in field.codes}
            for label in nearest_choices(field, text):
                code = next((c[0] for c in field.codes if c[1] == label), label)
                box.addItem(str(field.label(code)), code)
            chosen = known.get(field.key, {}).get(text) or _contained(field, text)
            box.setCurrentIndex(max(0, box.findData(chosen)) if codes else 0)
            self.valueTable.setItem(row, 0, QTableWidgetItem(field.title))
            self.valueTable.setItem(row, 1, QTableWidgetItem(text))
            self.valueTable.setCellWidget(row, 2, box)
            self._boxes.append((field.key, text, box))
        self.valueTable.resizeColumnToContents(0)
        self.setTabText(1, tr("Texts for choices ({0})").format(len(lines)))

    def values(self) -> dict:
        """{field key: {words: code}}"""
        found: dict[str, dict[str, Any]] = {}
        for key, text, box in self._boxes:
            if box.currentData():
                found.setdefault(key, {})[text] = box.currentData()
        return found


def _contained(field, text):
    """The one choice whose name, or a part of it, is in the words or has them in it; None for none or several."""
    said = plain(text)
    names = {code[0]: [p for p in _pieces(plain(code[1])) if len(p) > 1] for code in field.codes}
    found = [code for code, pieces in names.items() if any(p in said or said in p for p in pieces)]
    return found[0] if len(found) == 1 else None


def _pieces(name):
    return [piece for part in name.split("/") for piece in part.replace(")", "").split("(") if piece]

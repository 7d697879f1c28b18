"""Layers, parts or statistics of an indicator set as a table whose rows are edited in place."""

import re
from collections.abc import Sequence
from typing import Any, Optional

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtWidgets import QHBoxLayout, QLabel, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from ...bridge.i18n import tr
from ...core.errors import InputError
from ...formats.rules.indicator_draft import IndicatorDraft
from ...formats.rules.indicator_entries import Section, cells_of, entry_columns, entry_of
from ..widgets.contrast import Tone, text_style
from ..widgets.tables import add_button

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_WIDEST = 190  # pixels
_BASE_COLOUR = "#707070"


def _titles() -> dict[str, str]:
    return {
        "key": tr("Name in formulas"), "zh": tr("Name"), "en": tr("English name"), "names": tr("Layer names"),
        "lines": tr("Control lines"), "codes": tr("Class codes"), "fields": tr("Fields"),
        "covers": tr("Must cover (0-1)"), "lasting": tr("Holds for every year"), "overlap": tr("Overlaps count once"),
        "of": tr("Part of layer"), "where": tr("Condition"), "unit": tr("Unit"), "low": tr("Lowest"),
        "high": tr("Highest"), "additive": tr("The total is the sum of its parts"),
    }  # fmt: skip


def _hints() -> dict[str, str]:
    return {
        "names": "DLTB|地类图斑", "lines": "STBHHX", "fields": "height=JZGD|GD [m]; floors=CS", "where": "kind = 街",
        "codes": "DLBM=sandiao / sandiao=01|02; plan2023=01",
    }  # fmt: skip


class EntriesTab(QWidget):
    """`changed` after every edit; `wrong`: {row: what cannot be read there}, which is not in the draft."""

    changed = pyqtSignal()

    def __init__(self, section: Section, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.section, self.columns = section, entry_columns(section)
        self.draft: Optional[IndicatorDraft] = None
        self.wrong: dict[int, str] = {}
        self._keys: list[str] = []
        self._is_filling = False
        titles = _titles()
        self.table = QTableWidget(0, len(self.columns))
        self.table.setHorizontalHeaderLabels([titles[column.name] for column in self.columns])
        self.table.verticalHeader().hide()
        for at, column in enumerate(self.columns):
            self.table.horizontalHeaderItem(at).setToolTip(_hints().get(column.name, ""))
        self.table.itemChanged.connect(self._edited)
        self.message = QLabel()
        self.message.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.message)
        layout.addLayout(self._buttons())

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        add_button(tr("Add"), self.add, row)
        add_button(tr("Remove"), self.remove, row)
        note = QLabel(tr("Grey rows come from the common base; what you change stands in your own file."))
        note.setWordWrap(True)
        row.addWidget(note, 1)
        return row

    def edit(self, draft: IndicatorDraft) -> None:
        """Show the entries of a draft."""
        self.draft, self.wrong = draft, {}
        rows = list(draft.entries(self.section).items())
        self._keys = [key for key, _ in rows]
        self.table.setRowCount(0)
        for key, entry in rows:
            self._append(cells_of(self.section, key, entry), draft.is_own(self.section, key))
        self.table.resizeColumnsToContents()
        for at in range(self.table.columnCount()):
            self.table.setColumnWidth(at, min(self.table.columnWidth(at), _WIDEST))
        self.check()

    def _append(self, cells: Sequence[str], is_own: bool) -> None:
        row, self._is_filling = self.table.rowCount(), True
        self.table.insertRow(row)
        for at, (column, text) in enumerate(zip(self.columns, cells)):
            item = QTableWidgetItem("" if column.is_flag else text)
            if column.is_flag:
                item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable)
                item.setCheckState(Qt.CheckState.Checked if text else Qt.CheckState.Unchecked)
            item.setToolTip(text if not column.is_flag else "")
            self.table.setItem(row, at, item)
        self._colour(row, is_own)
        self._is_filling = False

    def _colour(self, row: int, is_own: bool) -> None:
        before, self._is_filling = self._is_filling, True
        for at in range(len(self.columns)):
            colour = self.palette().text().color() if is_own else QColor(_BASE_COLOUR)
            self.table.item(row, at).setForeground(colour)
        self._is_filling = before

    def _cells(self, row: int) -> list[str]:
        items = [self.table.item(row, at) for at in range(len(self.columns))]
        return [
            ("1" if item.checkState() == Qt.CheckState.Checked else "") if column.is_flag else item.text()
            for column, item in zip(self.columns, items)
        ]

    def _edited(self, item: Any) -> None:
        if self._is_filling or self.draft is None:
            return
        row = item.row()
        self.wrong.pop(row, None)
        try:
            key, entry = entry_of(self.section, self._cells(row))
            self._demand_name(key, row)
            self.draft.put(self.section, key, entry, self._keys[row])
            self._keys[row] = key
            self._colour(row, self.draft.is_own(self.section, key))
        except InputError as error:
            self.wrong[row] = str(error)
        self.check()
        self.changed.emit()

    def _demand_name(self, key: str, row: int) -> None:
        if not _NAME.fullmatch(key):
            raise InputError("entry_name", text=key)
        if key in [*self._keys[:row], *self._keys[row + 1 :]]:
            raise InputError("entry_twice", text=key)

    def check(self) -> None:
        """Say what is wrong with the table, else with the set."""
        found = list(self.wrong.values()) or (self.draft.mistakes() if self.draft is not None else [])
        self.message.setText("\n".join(found[:6]) or tr("All formulas fit these entries."))
        self.message.setStyleSheet(text_style(Tone.BAD if found else Tone.GOOD))

    def add(self) -> None:
        """Add an entry that is filled in place."""
        if self.draft is None:
            return
        key = next(name for name in (f"new_{n}" for n in range(1, 10_000)) if name not in self._keys)
        entry: dict[str, Any] = {"zh": key}
        if self.section is Section.PARTS:
            entry["of"] = next(iter(self.draft.entries(Section.LAYERS)), "")
        if self.section is Section.STATISTICS:
            entry["unit"] = "个"
        self.draft.put(self.section, key, entry)
        self._keys.append(key)
        self._append(cells_of(self.section, key, entry), True)
        self.table.setCurrentCell(self.table.rowCount() - 1, 0)
        self.check()
        self.changed.emit()

    def remove(self) -> None:
        """Take the chosen entry out of the file; one of the base stays and shows as the base has it."""
        row = self.table.currentRow()
        if self.draft is not None and row >= 0:
            self.draft.drop(self.section, self._keys[row])
            self.edit(self.draft)
            self.changed.emit()

"""The table of records: only the rows that are looked at are read, so that 138,389 of them open at once."""

from typing import Any, Optional

from qgis.PyQt.QtCore import QAbstractTableModel, QModelIndex, Qt
from qgis.PyQt.QtGui import QColor

from ..plugin.bridge.i18n import tr
from ..plugin.gui.widgets.contrast import letters_on
from ..plugin.gui.widgets.record_status import STATUS_COLOURS, status_names
from ..plugin.store.dependants import stale_records

_PAGE = 200
_PAGES_KEPT = 20
_MASKED = "phone"
_FIRST_WIDTHS = {"status": 10, "period": 8}
_LEAST_LETTERS, _MOST_LETTERS = 8, 36
_FLAG = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_RIGHT = getattr(_FLAG, "value", None) or int(_FLAG)  # Qt 6 has enums, Qt 5 numbers


class RecordModel(QAbstractTableModel):
    """Records of one form that pass a filter and a search, in some order; first column is the status."""

    def __init__(self, workspace, form, parent=None):
        super().__init__(parent)
        self._ws, self.form = workspace, form
        self._names = status_names()
        self._columns = ("status", *(["period"] if form.period else []), *form.keys)
        self._where, self._search, self._order = {}, "", "-period" if form.period else None
        self._ids, self._pages, self._stale = [], {}, {}
        self.reload()

    def show(self, where: dict[str, str], search: str) -> None:
        """Show the records that pass `where` and `search`."""
        self._where, self._search = where, search
        self.reload()

    def reload(self) -> None:
        self.beginResetModel()
        self._ids = self._ws.record_ids(self.form.id, self._where, self._order, self._search)
        self._pages, self._stale = {}, stale_records(self._ws, self.form)
        self.endResetModel()

    def record_id(self, row: int) -> str:
        return self._ids[row]

    def row_of(self, record: Optional[str]) -> int:
        """Row of a record, -1 when it is not shown."""
        return self._ids.index(record) if record in self._ids else -1

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._ids)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._columns)

    def letters(self, column: int) -> int:
        """How many letters wide a column is: names need more room than codes and numbers."""
        name = self._columns[column]
        return _FIRST_WIDTHS.get(name) or min(max(self.form.field(name).width, _LEAST_LETTERS), _MOST_LETTERS)

    def _values(self, row):
        page = row // _PAGE
        if page not in self._pages:
            if len(self._pages) >= _PAGES_KEPT:
                self._pages.clear()
            ids = self._ids[page * _PAGE : (page + 1) * _PAGE]
            self._pages[page] = {r["id"]: r for r in self._ws.records(self.form.id, {"id": ids})}
        return self._pages[page].get(self._ids[row], {})

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        values, name = self._values(index.row()), self._columns[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            mark = "⚠ " if name == "status" and self._ids[index.row()] in self._stale else ""
            return mark + self._text(name, values.get(name))
        if role == Qt.ItemDataRole.TextAlignmentRole and isinstance(values.get(name), (int, float)):
            return _RIGHT
        if role == Qt.ItemDataRole.BackgroundRole and name == "status":
            return QColor(STATUS_COLOURS.get(values.get("status"), "#ffffff"))
        if role == Qt.ItemDataRole.ForegroundRole and name == "status":
            return QColor(letters_on(STATUS_COLOURS.get(values.get("status"), "#ffffff")))
        if role == Qt.ItemDataRole.ToolTipRole and name == "status":
            return self._why_stale(self._ids[index.row()]) or values.get("return_reason")
        return None

    def _why_stale(self, record):
        layers = "、".join(self._stale.get(record, ()))
        message = tr("Layers with a new version since the check it was submitted with: {0}. Check it again.")
        return message.format(layers) if layers else ""

    def _text(self, name, value):
        if value is None:
            return ""
        if name == "status":
            return self._names.get(value, value)
        if name == "period":
            return value
        field = self.form.field(name)
        if field.value_type == "files":
            return ", ".join(f["name"] for f in value)
        if field.identifier == _MASKED and len(value) > 7:  # telephone numbers are private: the editor shows them whole
            return f"{value[:3]}****{value[-4:]}"
        return str(field.label(value)).replace("\n", " ")

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation == Qt.Orientation.Vertical:
            return section + 1
        name = self._columns[section]
        return {"status": tr("Status"), "period": tr("Period")}.get(name) or self.form.field(name).title_with_unit

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        if column >= 0:
            self._order = ("-" if order == Qt.SortOrder.DescendingOrder else "") + self._columns[column]
            self.reload()

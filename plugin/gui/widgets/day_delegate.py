"""A table's column of dates: shown as text, entered with a calendar, emptied again."""

from qgis.gui import QgsDateEdit
from qgis.PyQt.QtCore import QAbstractItemModel, QDate, QModelIndex, Qt
from qgis.PyQt.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

FORMAT = "yyyy-MM-dd"


class DayDelegate(QStyledItemDelegate):
    """Edits cells whose text is a date or a year or month of one; `hint` stands in empty ones."""

    def __init__(self, parent: QWidget, hint: str) -> None:
        super().__init__(parent)
        self._hint = hint

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex) -> None:  # Qt's name
        """Empty cells say what an empty cell means."""
        super().initStyleOption(option, index)
        option.text = option.text or self._hint

    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: QModelIndex
    ) -> QgsDateEdit:  # Qt's name
        """A date field that can be empty."""
        editor = QgsDateEdit(parent)
        editor.setCalendarPopup(True)
        editor.setDisplayFormat(FORMAT)
        editor.setAllowNull(True)
        editor.setNullRepresentation(self._hint)
        editor.setMaximumDate(QDate.currentDate())
        return editor

    def setEditorData(self, editor: QgsDateEdit, index: QModelIndex) -> None:  # Qt's name
        """A month or a year begins with its first day."""
        editor.setDate(QDate.fromString(_first_day(str(index.data() or "")), FORMAT))

    def setModelData(self, editor: QgsDateEdit, model: QAbstractItemModel, index: QModelIndex) -> None:  # Qt's name
        """Write the date; a month or a year that nobody touched stays one."""
        after = "" if editor.isNull() else editor.date().toString(FORMAT)
        if after != _first_day(str(index.data() or "")):
            model.setData(index, after, Qt.ItemDataRole.EditRole)


def _first_day(day):
    return day and (day + "-01-01")[: len("yyyy-mm-dd")]

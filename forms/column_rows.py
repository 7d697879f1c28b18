"""One row of the mapping page: a column of the workbook, its first values, the field it holds, how that was found."""

from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtWidgets import QComboBox, QTableWidgetItem

from ..plugin.bridge.i18n import tr
from ..plugin.gui.widgets.contrast import letters_on

ID = "id"
ASKED = ("similar", "values")  # proposals that a person should look at
_UNITS = ("亩", "公顷", "平方米", "万亩", "平方公里")
_SURE, _LOOK = "#e2f0d9", "#fff2cc"


def field_box(form, column, special):
    """The fields that a column may hold; `special`: (words, data) of what else it may be."""
    box = QComboBox()
    box.setMinimumContentsLength(14)
    box.addItem(tr("(not read)"), "")
    for field in form.fields:
        box.addItem(f"{field.title}{' *' if field.required else ''}", field.key)
    if column.key == ID:
        box.addItem(tr("Record id"), ID)
    if special:
        box.addItem(*special)
    return box


def fill_cells(table, row, column, special):
    """Title, first values, how it was found, conversion; green where it is sure, yellow where a person should look."""
    converted = "" if column.factor == 1.0 else f"× {column.factor:.6g}"
    texts = (
        (0, column.title),
        (1, column.samples),
        (3, tr("please look") if special else _how(column)),
        (4, converted),
    )
    for position, text in texts:
        item = QTableWidgetItem(text)
        item.setToolTip(text)
        if column.how or special:
            fill = _LOOK if special or column.how in ASKED else _SURE
            item.setBackground(QColor(fill))
            item.setForeground(QColor(letters_on(fill)))
        table.setItem(row, position, item)


def unit_box(chosen: str) -> QComboBox:
    """The unit of an area that nobody wrote down: asked, never taken for granted."""
    box = QComboBox()
    box.addItem(tr("unit?"), "")
    for unit in _UNITS:
        box.addItem(unit, unit)
    box.setCurrentIndex(max(0, box.findData(chosen)))
    return box


def system_box(systems: list, chosen: str) -> QComboBox:
    """The coordinate system of places: asked where their numbers do not tell it. `systems`: [(code, name)]"""
    box = QComboBox()
    box.setMinimumContentsLength(16)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.view().setMinimumWidth(380)
    box.addItem(tr("coordinate system?"), "")
    for code, name in systems:
        box.addItem(name, code)
    box.setCurrentIndex(max(0, box.findData(chosen)))
    return box


def _how(column):
    names = {
        "exact": tr("same title"),
        "name": tr("field name"),
        "alias": tr("other name"),
        "profile": tr("kept mapping"),
        "values": tr("its values"),
    }
    return tr("{0} % similar").format(column.percent) if column.how == "similar" else names.get(column.how, "")

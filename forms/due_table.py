"""The list of what is due this period."""

from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtWidgets import QTableWidgetItem

from ..plugin.bridge.i18n import tr
from ..plugin.gui.widgets.record_status import STATUS_COLOURS, status_names

_LATE = "#ef9a9a"


def fill_due_table(table, form, items, divisions):
    """Show DueItems: key (codes with their names), period, state, deadline; late ones in red."""
    names = {**status_names(), "missing": tr("Missing")}
    keys = [name for name in form.key if name != "period"]
    table.setColumnCount(len(keys) + 3)
    table.setHorizontalHeaderLabels([*(form.field(k).title for k in keys), tr("Period"), tr("Status"), tr("Deadline")])
    table.setRowCount(len(items))
    for row, item in enumerate(items):
        state = names[item.state] + (tr(" (late)") if item.late else "")
        for column, text in enumerate(
            (*_named(form, keys, item.key, divisions), item.period, state, item.deadline.isoformat())
        ):
            cell = QTableWidgetItem(str(text))
            if column == len(keys) + 1:
                cell.setBackground(QColor(_LATE if item.late else STATUS_COLOURS.get(item.state, "#fff9c4")))
                cell.setForeground(QColor("#202020"))
            table.setItem(row, column, cell)
    table.resizeColumnsToContents()
    table.horizontalHeader().setStretchLastSection(True)


def _named(form, keys, values, divisions):
    """Key values as shown: division codes with their names."""
    pairs = zip((form.field(key) for key in keys), values)
    return [f"{v} {divisions.name(v)}".strip() if f.identifier.startswith("division") else f.label(v) for f, v in pairs]

"""The list of what is due this period."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtWidgets import QTableWidget, QTableWidgetItem

from ..plugin.bridge.i18n import tr
from ..plugin.bridge.records.period_reports import due_state
from ..plugin.core.forms.schema import Form
from ..plugin.core.land.divisions import Divisions
from ..plugin.gui.widgets.contrast import letters_on
from ..plugin.gui.widgets.record_status import STATUS_COLOURS

if TYPE_CHECKING:
    from ..plugin.store.due import DueItem

_LATE, _MISSING = "#ef9a9a", "#fff9c4"


def fill_due_table(table: QTableWidget, form: Form, items: "Sequence[DueItem]", divisions: Divisions) -> None:
    """Show DueItems: key (codes with their names), period, state, deadline, who; late ones in red."""
    keys = [name for name in form.key if name != "period" and any(item.values.get(name) for item in items)]
    keys = keys or [name for name in form.key if name != "period"]
    heads = [*(form.field(k).title for k in keys), tr("Unit"), tr("Person"), tr("Period"), tr("Status"), tr("Deadline")]
    table.setColumnCount(len(heads))
    table.setHorizontalHeaderLabels(heads)
    table.setRowCount(len(items))
    for row, item in enumerate(items):
        named = _named(form, keys, item.values, divisions)
        texts = (*named, item.unit, item.who, item.period, due_state(item), item.deadline.isoformat())
        for column, text in enumerate(texts):
            cell = QTableWidgetItem(str(text))
            cell.setToolTip(str(text))
            if column == len(heads) - 2:
                fill = _LATE if item.late else STATUS_COLOURS.get(item.state, _MISSING)
                cell.setBackground(QColor(fill))
                cell.setForeground(QColor(letters_on(fill)))
            table.setItem(row, column, cell)
    table.resizeColumnsToContents()
    table.horizontalHeader().setStretchLastSection(True)


def _named(form, keys, values, divisions):
    """Key values as shown: division codes with their names."""
    pairs = [(form.field(key), values.get(key) or "") for key in keys]
    return [f"{v} {divisions.name(v)}".strip() if f.identifier.startswith("division") else f.label(v) for f, v in pairs]

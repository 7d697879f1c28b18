"""What each constraint removes, alone and in its turn, and how much remains."""

from typing import Any

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QVBoxLayout, QWidget

from ...bridge.i18n import tr
from ...core.land.rounding import mu
from ...formats.rules.rule_files import line_title
from ..widgets.tables import fill_table, make_table, wrap_columns

_CANDIDATES, _REMARKS = 4, 5  # columns


class RemovalTable(QWidget):
    """`show_removals(removals, parcels)`: areas in mu, with numbers of candidates where there are parcels."""

    def __init__(self):
        super().__init__()
        titles = [
            tr("Constraint"),
            tr("Alone [mu]"),
            tr("In order [mu]"),
            tr("Remaining [mu]"),
            tr("Candidates removed"),
            tr("Remarks"),
        ]
        self.table = make_table(titles)
        wrap_columns(self.table, [0, _REMARKS])
        self.table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)  # rows are made for that width
        QVBoxLayout(self).addWidget(self.table)

    def show_removals(self, removals: Any, parcels: Any) -> None:
        rows = []
        for r in removals:
            areas = [f"{mu(m2):,.2f}" if r.evaluated else "—" for m2 in (r.alone_m2, r.removed_m2, r.remaining_m2)]
            why = "" if r.evaluated else tr("not evaluated: {0}").format(r.why)
            rows.append(([line_title(r.title), *areas, f"{r.removed:,}" if parcels else "—", why], None))
        fill_table(self.table, rows)
        self.table.setColumnHidden(_CANDIDATES, not parcels)  # of free land there are none
        self.table.setColumnHidden(_REMARKS, all(r.evaluated for r in removals))


def remains_text(remains: Any) -> Any:
    """What is left under the criteria, in a sentence; what was not evaluated is told."""
    areas = f"{mu(remains.area_m2):,.2f}", f"{mu(remains.total_m2):,.2f}"
    if remains.count is None:
        text = tr("Free land: {0} of {1} mu remain.").format(*areas)
    else:
        text = tr("{0} of {1} candidates remain, {2} of {3} mu.").format(
            f"{remains.count:,}", f"{remains.total:,}", *areas
        )
    unknown = [line_title(r.title) for r in remains.removals if not r.evaluated]
    return text + (" " + tr("Not evaluated: {0}.").format("、".join(unknown)) if unknown else "")

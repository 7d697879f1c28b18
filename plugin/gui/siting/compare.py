"""Up to five sites side by side: every factor and every demand, the best of each row marked."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from qgis.PyQt.QtCore import QModelIndex, Qt
from qgis.PyQt.QtGui import QBrush, QColor
from qgis.PyQt.QtWidgets import QHeaderView, QLabel, QVBoxLayout, QWidget

from ...bridge.i18n import tr
from ...core.land.rounding import mu
from ...core.siting.model import Constraint
from ...formats.rules.rule_files import line_title
from ..widgets.contrast import letters_on
from ..widgets.tables import copy_table, fill_table, make_table, number_text
from .wording import unit_text

MOST = 5
_TITLES = 128  # pixels of the titles, which are broken: two sites beside them are seen whole
_BEST = QColor("#c8e6c9")


class Comparison(QWidget):
    """`compare(selection, names, indices)`: a column a site."""

    def __init__(self):
        super().__init__()
        self.hint = QLabel(tr("Select two to five sites in the ranking."))
        self.hint.setWordWrap(True)
        self.table = make_table([tr("Criterion")])
        self.table.setWordWrap(True)
        self.table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        layout = QVBoxLayout(self)
        layout.addWidget(self.hint)
        layout.addWidget(self.table)

    def copy(self) -> None:
        copy_table(self.table)

    def compare(self, selection: Any, indices: Any) -> None:
        """Show the first five of these candidates (indices of the Selection)."""
        indices = list(indices)[:MOST]
        ranks = dict(zip(selection.order.tolist(), selection.ranks().tolist()))
        titles = [f"{ranks[int(i)]}\n{selection.keys[i]}" for i in indices]
        self.table.setColumnCount(1 + len(indices))
        self.table.setHorizontalHeaderLabels([tr("Criterion"), *titles])
        rows, marks = [], []
        for title, texts, values in comparison_rows(selection, indices):
            rows.append(([title, *texts], None))
            marks.append(_best(values))
        self.table.setColumnWidth(0, _TITLES)  # before the rows, whose heights follow it
        fill_table(self.table, rows)
        for row, best in enumerate(marks):
            for column in range(len(indices)):
                self.table.item(row, column + 1).setTextAlignment(
                    int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                )
            for column in best if len(indices) > 1 else ():
                item = self.table.item(row, column + 1)
                item.setBackground(QBrush(_BEST))
                item.setForeground(QBrush(QColor(letters_on(_BEST.name()))))
        hint = tr("Select two to five sites in the ranking.")
        self.hint.setText(tr("Green: the best of a row. Scores run from 0 to 100.") if indices else hint)


def comparison_rows(selection: Any, indices: Any) -> Iterator[Any]:
    """Yield (title, texts, values by which the largest is the best, None where no better is told) of each row."""
    areas, scores = selection.areas_m2[indices], selection.score[indices]
    yield tr("Area [mu]"), [number_text(mu(v)) for v in areas], None
    yield tr("Area [m²]"), [number_text(v) for v in areas], None
    yield tr("Score"), [number_text(v) for v in scores], scores
    yield tr("Evaluated weights [%]"), [number_text(v) for v in selection.evaluated_pct[indices]], None
    firm = selection.sensitivity
    if firm is not None:
        yield (
            tr("First in random runs [%]"),
            [number_text(v, 1) for v in firm.first_pct[indices]],
            firm.first_pct[indices],
        )
    for result in selection.factors:
        unit = unit_text(result.factor.unit)
        title = f"{result.factor.title} [{unit}]" if unit else result.factor.title
        yield title, [factor_text(result, i) for i in indices], result.score[indices]
    for result in selection.constraints:
        texts = [number_text(result.amount[i]) if result.evaluated[i] else tr("not evaluated") for i in indices]
        yield tr("Demand: {0}").format(with_unit(result.constraint)), texts, None


def with_unit(constraint: Constraint) -> Any:
    """The title of a constraint with the unit its amounts are in."""
    units = {"avoid": "m²", "within": "m²", "area": "m²", "min_distance": "m", "max_distance": "m"}
    unit = units.get(constraint.kind) or (unit_text(constraint.unit or "degree") if constraint.kind == "slope" else "")
    title = line_title(constraint.title)
    return f"{title} [{unit}]" if unit else title


def factor_text(result: Any, index: QModelIndex) -> str:
    """The measured value and the score of a factor at one site."""
    if np.isnan(result.score[index]):
        return tr("not evaluated")
    raw = (result.raw[index] or "—") if result.factor.kind == "class" else number_text(result.raw[index])
    return tr("{0} ({1} points)").format(raw, number_text(result.score[index], 1))


def _best(values):
    """Positions of the largest of the values as they are shown; none where all are the same."""
    if values is None or np.all(np.isnan(values)):
        return []
    shown = np.round(values, 2)
    return [] if np.nanmax(shown) == np.nanmin(shown) else np.flatnonzero(shown == np.nanmax(shown))

"""Pairwise judgements of a group of factors: weights, consistency, and the judgement that contradicts the others."""

from fractions import Fraction

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
)

from ...bridge.i18n import tr
from ...core.errors import InputError
from ...core.siting.ahp import LIMIT, analyse, judgement
from ..widgets.contrast import Tone, letters_on, text_style
from ..widgets.tables import ok_cancel

_WRONG, _OWN = QColor("#ffcdd2"), QColor("#eeeeee")


class MatrixDialog(QDialog):
    """`matrix()` after `exec()`: the judgements, upper triangle as entered, lower one its reciprocals.

    `names`: of the children.
    """

    def __init__(self, names, matrix=None, parent=None):
        super().__init__(parent)
        self.setWindowTitle(tr("Pairwise judgements (AHP)"))
        self._names = names
        self.table = QTableWidget(len(names), len(names))
        self.table.setHorizontalHeaderLabels(names)
        self.table.setVerticalHeaderLabels(names)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.verdict = QLabel()
        self.verdict.setWordWrap(True)
        note = QLabel(
            tr("How many times as important is the row as the column? 1 to 9, or 1/2 to 1/9. Enter above the diagonal.")
        )
        note.setWordWrap(True)
        self.buttons = ok_cancel(self)
        layout = QVBoxLayout(self)
        for widget in (note, self.table, self.verdict, self.buttons):
            layout.addWidget(widget)
        self.resize(620, 380)
        self._fill(matrix)
        self.table.cellChanged.connect(self._changed)
        self.judge()

    def _fill(self, matrix):
        for row in range(len(self._names)):
            for column in range(len(self._names)):
                given = 1 if matrix is None else matrix[row][column]
                item = QTableWidgetItem(f"{given:g}" if isinstance(given, float) else str(given))
                item.setTextAlignment(int(Qt.AlignmentFlag.AlignCenter))
                if column <= row:
                    item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEditable)
                self.table.setItem(row, column, item)

    def _changed(self, row, column):
        try:
            value = judgement(self.table.item(row, column).text())
            mirrored = reciprocal(self.table.item(row, column).text()) if value > 0 else "?"
        except InputError:
            mirrored = "?"
        self.table.blockSignals(True)
        self.table.item(column, row).setText(mirrored)
        self.table.blockSignals(False)
        self.judge()

    def matrix(self) -> list:
        """The judgements as the document holds them: whole numbers as numbers, the others as text."""
        size = range(len(self._names))
        return [[_plain(self.table.item(r, c).text().strip()) for c in size] for r in size]

    def judge(self) -> None:
        """Say what the judgements come to and mark the one to think over."""
        self._colour(None)
        try:
            result = analyse(self.matrix())
        except InputError as error:
            self._say(str(error), False)
            return
        weights = "　".join(f"{name} {weight:.3f}" for name, weight in zip(self._names, result.weights))
        consistency = tr("λmax = {0}, CR = {1} (must be below {2})").format(
            f"{result.lambda_max:.4f}", f"{result.cr:.4f}", f"{LIMIT:g}"
        )
        if result.is_consistent or result.worst is None:
            self._say(consistency + "\n" + tr("Weights: {0}").format(weights), True)
            return
        row, column, given, expected = result.worst
        self._colour((row, column))
        names = (self._names[row], self._names[column], f"{given:.3g}", f"{expected:.2f}")
        self._say(
            consistency
            + "\n"
            + tr("Reconsider {0} against {1}: {2} was given, the other judgements imply {3}.").format(*names),
            False,
        )

    def _say(self, text, good):
        self.verdict.setText(text)
        self.verdict.setStyleSheet("" if good else text_style(Tone.BAD))
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(good)

    def _colour(self, worst):
        self.table.blockSignals(True)
        for row in range(len(self._names)):
            for column in range(len(self._names)):
                marked = worst is not None and {row, column} == set(worst)
                colour = _WRONG if marked and row != column else _OWN if column <= row else QColor("white")
                self.table.item(row, column).setBackground(colour)
                self.table.item(row, column).setForeground(QColor(letters_on(colour.name())))
        self.table.blockSignals(False)


def reciprocal(text: str) -> str:
    """1 over a judgement as people write it: 3 -> 1/3, 1/5 -> 5; raises InputError for what is no judgement."""
    judgement(text)
    turned = 1 / Fraction(text.strip())
    return str(turned) if turned.denominator <= 1000 else f"{float(turned):.4f}"


def _plain(text):
    return int(text) if text.isdigit() else text

"""The thresholds of warnings in a small dialog: changed, marked as proposals or own values, and reset."""

from pathlib import Path
from typing import Optional, Union

from qgis.PyQt.QtWidgets import QDialog, QDoubleSpinBox, QLabel, QMessageBox, QSpinBox, QVBoxLayout, QWidget

from ...bridge.i18n import tr
from ...bridge.monitoring.indicator_titles import COLOURS, nature_names, status_names
from ...core.errors import CatalogueError, OneMapError
from ...core.indicators.warning_rules import WarningKind
from ...core.messages import language
from ...formats.rules.warning_draft import ThresholdRow, WarningDraft
from ..widgets.buttons import ok_cancel
from ..widgets.tables import add_button, fill_table, make_table, wrap_columns

_THRESHOLD, _MARK = 3, 4
Spin = Union[QSpinBox, QDoubleSpinBox]


class WarningDialog(QDialog):
    """`spins`: the box of a rule's threshold by its row; a rule without a threshold has none."""

    def __init__(self, path: Path, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Warning thresholds"))
        self.resize(720, 420)
        self.spins: dict[int, Spin] = {}
        self.message = QLabel()
        self.message.setWordWrap(True)
        self.draft = self._draft(path)
        titles = [tr("Rule"), tr("Status"), tr("Indicators"), tr("Threshold"), tr("Confidence")]
        self.table = make_table(titles)
        wrap_columns(self.table, (0, 2))
        layout = QVBoxLayout(self)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.message)
        add_button(tr("Reset to the proposals"), self.reset, layout)
        layout.addWidget(ok_cancel(self))
        self._fill()

    def _draft(self, path: Path) -> WarningDraft:
        """The rules; those of a damaged file are the shipped ones, which is said."""
        note = tr("No national thresholds are published: the values that come with the plugin are proposals. "
                  "They hold for this window; batch runs take the file {0} as their warning rules.")  # fmt: skip
        self.message.setText(note.format(path))
        try:
            return WarningDraft(path)
        except (CatalogueError, OSError) as error:
            self.message.setText(tr("The saved thresholds cannot be read and were ignored: {0}").format(error))
            draft = WarningDraft(path.with_name("none"))
            draft.path = path
            return draft

    def _fill(self) -> None:
        rows = self.draft.rows()
        names = status_names()
        fill_table(self.table, [
            ([row.zh if language() == "zh" else row.en, names[row.colour.value], _natures(row), "—", _mark(row)],
             COLOURS[row.colour]) for row in rows
        ])  # fmt: skip
        for number, row in enumerate(rows):
            if row.value is not None:
                self.spins[number] = _spin(row)
                self.spins[number].valueChanged.connect(lambda value, at=number: self._changed(at, value))
                self.table.setCellWidget(number, _THRESHOLD, self.spins[number])
        self.table.resizeRowsToContents()

    def _changed(self, number: int, value: float) -> None:
        row = self.draft.rows()[number]
        self.draft.change(number, value / _factor(row.kind))
        self.table.item(number, _MARK).setText(_mark(self.draft.rows()[number]))

    def reset(self) -> None:
        """Show the values that come with the plugin; they are taken by OK."""
        self.draft.reset()
        for number, row in enumerate(self.draft.rows()):
            if number in self.spins and row.value is not None:
                self.spins[number].setValue(type(self.spins[number].value())(row.value * _factor(row.kind)))
                self.table.item(number, _MARK).setText(_mark(row))

    def accept(self) -> None:
        """Keep the thresholds."""
        try:
            self.draft.save()
        except OneMapError as error:
            QMessageBox.warning(self, self.windowTitle(), str(error))
            return
        super().accept()


def _factor(kind: WarningKind) -> float:
    """Shares are shown as percent."""
    return 100.0 if kind in (WarningKind.PACE, WarningKind.NEAR) else 1.0


def _spin(row: ThresholdRow) -> Spin:
    if row.kind in (WarningKind.PACE, WarningKind.NEAR):
        share = QDoubleSpinBox()
        share.setDecimals(1)
        share.setRange(0.0 if row.kind is WarningKind.PACE else 0.1, 100.0)
        share.setSuffix(tr(" points") if row.kind is WarningKind.PACE else " %")
        share.setValue((row.value or 0.0) * 100)
        return share
    spin = QSpinBox()
    is_years = row.kind is WarningKind.TREND
    spin.setRange(3 if is_years else 1, 50 if is_years else 10_000)
    spin.setSuffix(tr(" years") if is_years else tr(" days"))
    spin.setValue(int(row.value or 0))
    return spin


def _natures(row: ThresholdRow) -> str:
    names = nature_names()
    return "、".join(names[nature.value] for nature in row.natures) if row.natures else tr("All")


def _mark(row: ThresholdRow) -> str:
    if row.is_own:
        return tr("Own value")
    return tr("Proposal") if row.confidence == "proposal" else row.confidence

"""Lists of the tab of land, firms and taxes: candidates with reasons, firms with grades, what did not match."""

from typing import Any

from qgis.PyQt.QtCore import QObject, pyqtSignal
from qgis.PyQt.QtWidgets import QTableView

from ...bridge.i18n import tr
from ...bridge.monitoring.land_firm_rows import GRADE_COLOURS, LandFirmRows, land_firm_titles, land_firm_value_names
from ..widgets.empty_hint import EmptyHint
from ..widgets.row_table import Row, Rows, chosen, row_view
from ..widgets.tables import number_text

_CANDIDATE = ("parcel", "mu", "grade", "reasons")
_FIRM = ("firm", "mu", "tax_per_mu", "score", "grade", "exempt", "missing")
_UNMATCHED = ("what", "row", "firm", "why", "tax_wan")


class LandFirmLists(QObject):
    """Three views; `picked(position)` of the parcel whose row among the candidates was chosen."""

    picked = pyqtSignal(int)

    def __init__(self) -> None:
        super().__init__()
        titles = land_firm_titles()
        self._positions: list[int] = []
        self.models = {
            name: Rows([titles[column] for column in columns], numeric, coloured, self)
            for name, columns, numeric, coloured in (
                ("candidates", _CANDIDATE, (1,), 2),
                ("firms", _FIRM, (1, 2, 3), 4),
                ("unmatched", _UNMATCHED, (1, 4), -1),
            )
        }  # fmt: skip
        self.candidates = row_view(self.models["candidates"], 3)
        self.firms, self.unmatched = row_view(self.models["firms"], 0), row_view(self.models["unmatched"], 2)
        self._hints = {name: EmptyHint(view) for name, view in self._views()}
        for _, hint in self._hints.items():
            hint.tell(tr("Choose the parcels and the tables, then compute."))
        self.candidates.selectionModel().selectionChanged.connect(lambda *_: self._selected())

    def _views(self) -> tuple[tuple[str, QTableView], tuple[str, QTableView], tuple[str, QTableView]]:
        return (("candidates", self.candidates), ("firms", self.firms), ("unmatched", self.unmatched))

    def show_rows(self, rows: LandFirmRows) -> None:
        """Fill all lists; names of firms as `rows` may show them."""
        result, value_names = rows.outcome.result, land_firm_value_names()
        self._positions = [one.parcel for one in result.candidates]
        listed = []
        for one in result.candidates:
            parcel = result.parcels[one.parcel]
            reasons = "；".join(reason.text() for reason in one.reasons)
            listed.append((parcel.parcel.id, parcel.mu, parcel.grade, reasons))
        self._fill("candidates", listed, (1,), 2, tr("No parcel gives a reason."))
        firms = [(f[2], f[6], f[7], f[8], f[9], f[10], f[11]) for f in rows.firms()]
        self._fill("firms", firms, (1, 2, 3), 4, tr("No firm has land."))
        lost = [
            (value_names["what"][what], row, firm, value_names["why"][why], tax)
            for what, row, _, firm, why, tax in rows.unmatched()
        ]
        self._fill("unmatched", lost, (4,), -1, tr("Everything matched."))

    def _fill(self, name: str, found: list[tuple[Any, ...]], numbers: tuple[int, ...], grade: int, hint: str) -> None:
        self.models[name].fill([_row(values, numbers, grade) for values in found])
        self._hints[name].tell("" if found else hint)

    def _selected(self) -> None:
        numbers = chosen(self.candidates)
        if len(numbers) == 1 and numbers[0] < len(self._positions):
            self.picked.emit(self._positions[numbers[0]])


def _row(values: tuple[Any, ...], numbers: tuple[int, ...], grade: int) -> Row:
    texts = tuple(number_text(v) if n in numbers else "" if v is None else str(v) for n, v in enumerate(values))
    keys = tuple((v is not None, v or 0.0) if n in numbers else v or "" for n, v in enumerate(values))
    return Row(texts, keys, GRADE_COLOURS.get(values[grade], "") if grade >= 0 and values[grade] else "")

"""What an inspection did not check and why: always in sight, so that nobody takes it for good."""

from typing import Optional

from qgis.PyQt.QtWidgets import QLabel, QVBoxLayout, QWidget

from ...bridge.i18n import tr
from ...core.quality.defects import items
from ...core.quality.inspection import Inspection
from ..widgets.contrast import Tone, text_style
from ..widgets.empty_hint import EmptyHint
from ..widgets.row_table import Row, Rows, row_view


class UncheckedBox(QWidget):
    """`rows.rows`: one for each item and reason."""

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.title = QLabel()
        self.rows = Rows([tr("Item"), tr("Why it was not checked")], parent=self)
        self.view = row_view(self.rows, 1)
        self.view.setMinimumHeight(60)
        self.hint = EmptyHint(self.view)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.title)
        layout.addWidget(self.view, 1)
        self.show_run(None)

    def show_run(self, run: Optional[Inspection]) -> None:
        """Show what an Inspection left out; None before there is one."""
        rows = [] if run is None else _rows(run)
        self.rows.fill(rows)
        count = len({row.texts[0] for row in rows})  # an item stands in a row for each reason
        self.title.setText(f"<b>{tr('Not checked ({0})').format(count)}</b>" if run is not None else "")
        self.title.setStyleSheet(text_style(Tone.DOUBT) if rows else "")
        nothing = (
            tr("Every item was checked.") if run is not None else tr("Items that were not checked are listed here.")
        )
        self.hint.tell("" if rows else nothing)


def _rows(run: Inspection) -> list[Row]:
    found = []
    for result in run.results():
        name = f"{result.item} {items()[result.item].title()}"
        by_reason: dict[str, list[str]] = {}
        for layer, why in result.not_checked:
            by_reason.setdefault(why.text(), []).append(layer)
        for reason, layers in by_reason.items():
            where = "、".join(filter(None, layers))
            texts = (name, f"{reason}（{where}）" if where else reason)
            found.append(Row(texts, texts))
    return found

"""The dry run and the history of syncs, as tables."""

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QMessageBox,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
)

from ...bridge.i18n import tr
from ...core.moments import local_moment
from ...store.sync_runs import runs, undo_pull
from .wording import size

if TYPE_CHECKING:
    from ...sync.preview import Preview


def _table(heads, widths):
    table = QTableWidget(0, len(heads))
    table.setHorizontalHeaderLabels(heads)
    table.verticalHeader().hide()
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    for column, width in enumerate(widths):
        table.setColumnWidth(column, width)
    table.horizontalHeader().setStretchLastSection(True)
    return table


def _add(table, *texts):
    row = table.rowCount()
    table.insertRow(row)
    for column, text in enumerate(texts):
        table.setItem(row, column, QTableWidgetItem(text))


class PreviewDialog(QDialog):
    """What a sync would do. `found`: a Preview; `titles`: {collection: name}."""

    def __init__(self, found, titles, parent=None):
        super().__init__(parent)
        self.setWindowTitle(tr("Dry run: what a sync would do"))
        self.resize(760, 420)
        self.table = _table((tr("Direction"), tr("Kind"), tr("Number"), tr("What happens")), (110, 200, 80, 300))
        for line in preview_lines(found, titles):
            _add(self.table, *line)
        message = tr("Nothing was sent, fetched or changed.")
        if not self.table.rowCount():
            message = tr("There is nothing to do: both sides are the same.")
        elif found.more:
            message += " " + tr("The platform has more changes than were read; the numbers are a lower bound.")
        note = QLabel(message)
        note.setWordWrap(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.button(QDialogButtonBox.StandardButton.Close).setText(tr("Close"))
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        for widget in (note, self.table, buttons):
            layout.addWidget(widget)


def preview_lines(found: "Preview", titles: Mapping[str, str]) -> list[tuple[str, str, str, str]]:
    """[(direction, kind, number, what happens)] of a Preview."""
    operations = {
        "create": tr("new on the platform"),
        "replace": tr("changed on the platform"),
        "update": tr("changed on the platform"),
        "delete": tr("deleted on the platform"),
    }
    name = lambda collection: titles.get(collection, collection)  # noqa: E731
    lines = [(tr("Send"), name(c), f"{n:,}", operations[op]) for (c, op), n in sorted(found.to_send.items())]
    if found.files:
        lines.append((tr("Send"), tr("Attachments"), f"{found.files:,}", size(found.file_bytes)))
    fetched = tr("loaded or compared completely") if found.everything else tr("new or changed on the platform")
    removed = tr("deleted on the platform; many are asked about first")
    both = tr("changed here and there; merged, or asked about")
    lines += [(tr("Fetch"), name(c), f"{n:,}" if n else "?", fetched) for c, n in sorted(found.to_fetch.items())]
    lines += [(tr("Remove"), name(c), f"{n:,}", removed) for c, n in sorted(found.to_remove.items())]
    conflicts = Counter(collection for collection, _ in found.in_conflict)
    return lines + [(tr("Conflict"), name(c), f"{n:,}", both) for c, n in sorted(conflicts.items())]


class HistoryDialog(QDialog):
    """The syncs of a workspace, latest first; a pull can be undone. `titles`: {collection: name}."""

    def __init__(self, workspace, actor, titles, parent=None):
        super().__init__(parent)
        self.ws, self.actor, self.titles = workspace, actor, titles
        self.setWindowTitle(tr("History of syncs"))
        self.resize(860, 420)
        heads = (tr("Time"), tr("Who"), tr("Sent"), tr("Received"), tr("Removed"), tr("Changed on the platform by"))
        self.table = _table(heads, (160, 110, 70, 80, 80, 300))
        self.undo_button = QPushButton(tr("Undo what this sync received…"))
        self.undo_button.clicked.connect(lambda: self.undo())
        self.note = QLabel()
        self.note.setWordWrap(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.button(QDialogButtonBox.StandardButton.Close).setText(tr("Close"))
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        for widget in (self.table, self.undo_button, self.note, buttons):
            layout.addWidget(widget)
        self.table.itemSelectionChanged.connect(self._enable)
        self.show_runs()

    def show_runs(self) -> None:
        """Fill the table anew."""
        self.runs = runs(self.ws)
        self.table.setRowCount(0)
        for run in self.runs:
            local = local_moment(run.at)
            counts = [f"{run.counts.get(name, 0):,}" for name in ("done", "changed", "deleted")]
            _add(self.table, local, run.actor, *counts, self._people(run))
        self._enable()

    def _people(self, run):
        found: dict[tuple[str, str], int] = {}
        for collection, _, who in run.changes:
            key = (who or tr("unknown"), self.titles.get(collection, collection))
            found[key] = found.get(key, 0) + 1
        return "; ".join(f"{who}: {title} {count:,}" for (who, title), count in sorted(found.items()))

    def _enable(self):
        row = self.table.currentRow()
        run = self.runs[row] if 0 <= row < len(self.runs) and self.table.selectedItems() else None
        received = run is not None and (run.counts.get("changed") or run.counts.get("deleted"))
        self.undo_button.setEnabled(bool(received) and not self.ws.read_only)

    def undo(self) -> None:
        """Bring the records back to what they were before the chosen sync, after saying what that means."""
        run = self.runs[self.table.currentRow()]
        question = tr(
            "Bring the records of this workspace back to what they were before this sync?\n\nRecords changed here "
            "since are left alone. Control lines, findings and dictionaries stay as they are. The platform keeps what "
            "it has. The audit chain notes it."
        )
        if QMessageBox.question(self, self.undo_button.text(), question) != QMessageBox.StandardButton.Yes:
            return
        undone = undo_pull(self.ws, run.seq, self.actor)
        self.note.setText(
            tr("{0} records were restored; {1} were changed here since and left unchanged.").format(
                undone.reverted, len(undone.skipped)
            )
        )
        self.show_runs()

"""What the platform does not show any more: one dialog, numbers by form and reason, one choice for each line."""

from collections.abc import Sequence

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
)

from ...bridge.i18n import tr
from ...store.missing import MissingItem, Reason
from ...store.pulled import COLLECTIONS
from ...sync.removals import KEEP, OFFER, REMOVE

_NAMES = 4  # records named in a line


def reason_text(reason: Reason) -> str:
    """A reason as the user reads it."""
    return {
        Reason.DELETED: tr("deleted on the platform"),
        Reason.EDITED: tr("deleted on the platform, edited here and not sent"),
        Reason.ABSENT: tr("not in the platform's list, which proves nothing"),
        Reason.LOST: tr("acknowledged before, now missing: the platform was probably restored from a backup"),
        Reason.BEHIND: tr("the platform went back to an older version"),
        Reason.UNREADABLE: tr("cannot be read, will be requested again"),
    }[reason]


class MissingDialog(QDialog):
    """`items`: MissingItems; `titles`: {collection: name}; `labels`: {item id: the record's name}.

    `decisions()` after it was accepted: [(items, choice)].
    """

    def __init__(self, items: Sequence[MissingItem], titles: dict, labels: dict, parent=None):
        super().__init__(parent)
        self.groups: dict[tuple[str, str], list[MissingItem]] = {}
        for one in items:
            self.groups.setdefault((one.collection, one.reason), []).append(one)
        self.boxes: list[QComboBox] = []
        self.setWindowTitle(tr("Not on the platform"))
        self.resize(900, 380)
        self._build(len(items), titles, labels)

    def _build(self, count, titles, labels):
        intro = QLabel(
            tr(
                "The platform does not show {0} items that this workspace has. Nothing was removed. Choose for each "
                "line what is to happen; what is left at “Decide later” stays as it is and is asked about again."
            ).format(f"{count:,}")
        )
        intro.setWordWrap(True)
        self.table = QTableWidget(len(self.groups), 5)
        heads = (tr("Kind"), tr("Number"), tr("Reason"), tr("Among them"), tr("What is to happen"))
        self.table.setHorizontalHeaderLabels(heads)
        self.table.verticalHeader().hide()
        self.table.setWordWrap(True)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        for column, width in enumerate((130, 60, 240, 200, 230)):
            self.table.setColumnWidth(column, width)
        self.table.horizontalHeader().setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
        for row, ((collection, reason), members) in enumerate(self.groups.items()):
            self._fill_row(row, titles.get(collection, collection), reason, members, labels)
        self.table.resizeRowsToContents()
        self.outcome = QLabel()
        self.outcome.setWordWrap(True)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setText(tr("Carry out"))
        self.buttons.button(QDialogButtonBox.StandardButton.Cancel).setText(tr("Decide later"))
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        for widget in (intro, self.table, self.outcome, self.buttons):
            layout.addWidget(widget)
        self._show_outcome()

    def _fill_row(self, row, title, reason, members, labels):
        names = "、".join(labels.get(one.item, one.item[:8]) for one in members[:_NAMES])
        names += tr(" and {0} more").format(f"{len(members) - _NAMES:,}") if len(members) > _NAMES else ""
        for column, text in enumerate((title, f"{len(members):,}", reason_text(reason), names)):
            cell = QTableWidgetItem(text)
            cell.setToolTip(text)
            cell.setFlags(Qt.ItemFlag.ItemIsEnabled)
            self.table.setItem(row, column, cell)
        box = QComboBox()
        for label, choice in _choices(members[0]):
            box.addItem(label, choice)
        box.currentIndexChanged.connect(lambda *_: self._show_outcome())
        self.boxes.append(box)
        self.table.setCellWidget(row, 4, box)

    def choose(self, row: int, choice: str) -> None:
        """Choose for a line; "" decides later."""
        self.boxes[row].setCurrentIndex(self.boxes[row].findData(choice))

    def decisions(self) -> list:
        """[(items, choice)] of the lines that were decided."""
        pairs = zip(self.groups.values(), self.boxes)
        return [(members, box.currentData()) for members, box in pairs if box.currentData()]

    def _show_outcome(self):
        counts = {REMOVE: 0, OFFER: 0, KEEP: 0, "": 0}
        for members, box in zip(self.groups.values(), self.boxes):
            counts[box.currentData()] += len(members)
        self.outcome.setText(
            tr(
                "Removed or replaced here: {0} · offered again: {1} · kept as they are: {2} · decided later: {3}"
            ).format(*(f"{counts[key]:,}" for key in (REMOVE, OFFER, KEEP, "")))
        )
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(sum(counts.values()) > counts[""])


def _choices(one):
    """[(words, choice)] that make sense for an item."""
    later = (tr("Decide later"), "")
    if one.collection in COLLECTIONS:
        return [later, (tr("Remove here"), REMOVE), (tr("Keep here"), KEEP)]
    if one.reason is Reason.BEHIND:
        return [later, (tr("Send the local version again"), OFFER), (tr("Take the platform's older version"), REMOVE),
                (tr("Keep here, send nothing"), KEEP)]  # fmt: skip
    return [
        later,
        (tr("Keep and offer again"), OFFER),
        (tr("Remove here"), REMOVE),
        (tr("Keep here, send nothing"), KEEP),
    ]

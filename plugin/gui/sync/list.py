"""The list of the Sync page: what waits, what failed, what is in conflict, what came back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Optional

from qgis.PyQt.QtCore import QRect, QSize, Qt
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtWidgets import QAbstractItemView, QHeaderView, QStyledItemDelegate, QTreeWidget, QTreeWidgetItem

from ...bridge.i18n import tr
from ..widgets.contrast import Tone, text_colour
from ..widgets.empty_hint import EmptyHint
from .missing_dialog import reason_text

if TYPE_CHECKING:
    from ...sync.overview import Overview

WAITING, FAILED, CONFLICT, RETURNED = "waiting", "failed", "conflict", "returned"
MISSING, FILES = "missing", "files"
_PADDING, _LABEL_WIDTH = 8, 215
_BREAK = "\u200b"  # codes may be wrapped behind their hyphens
_TONES = {
    WAITING: Tone.BUSY,
    FAILED: Tone.BAD,
    CONFLICT: Tone.DOUBT,
    RETURNED: Tone.BAD,
    MISSING: Tone.BAD,
    FILES: Tone.DOUBT,
}


class _Wrapped(QStyledItemDelegate):
    """Makes a row as high as its wrapped texts need at the present width of the columns: reasons are read whole."""

    def sizeHint(self, option, index):
        hint, tree = super().sizeHint(option, index), self.parent()
        if index.parent().isValid():
            indent = tree.indentation() if index.column() == 0 else 0
            room = QRect(0, 0, max(40, tree.columnWidth(index.column()) - indent - _PADDING), 10_000)
            needed = (
                option.fontMetrics.boundingRect(room, int(Qt.TextFlag.TextWordWrap), index.data() or "").height()
                + _PADDING
            )
            return QSize(hint.width(), needed)
        return hint


class SyncList(QTreeWidget):
    """`show_overview` fills it; `chosen()` gives (group, Item) of the current row, (None, None) for a heading."""

    def __init__(self):
        super().__init__()
        self.setColumnCount(2)
        self.setHeaderLabels([tr("Record"), tr("Reason")])
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setWordWrap(True)
        self.setUniformRowHeights(False)
        self.setRootIsDecorated(False)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        self.header().resizeSection(0, _LABEL_WIDTH)
        self.header().setStretchLastSection(True)
        self.header().sectionResized.connect(lambda *_: self.scheduleDelayedItemsLayout())
        self.setItemDelegate(_Wrapped(self))
        self.groups = {}
        self._hint = EmptyHint(self)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom)  # below the headings

    def show_overview(self, overview: "Overview", form_names: Mapping[str, str]) -> None:
        """`form_names`: {form id: title}."""
        self.clear()
        counts, self.groups = overview.counts, {}
        waiting = self._group(WAITING, tr("Waiting to be sent"), counts["pending"] + counts["sending"])
        for collection, number in overview.waiting.items():
            _row(waiting, form_names.get(collection, collection), tr("{0} records").format(f"{number:,}"))
        for item in overview.delayed:
            _row(waiting, item.label, tr("Failed, will be retried: {0}").format(item.text), _Act(WAITING, item))
        for name, title, items, number in (
            (FAILED, tr("Refused by the platform"), overview.rejected, counts["rejected"]),
            (CONFLICT, tr("Changed on both sides"), overview.conflicts, counts["conflict"]),
            (RETURNED, tr("Returned for correction"), overview.returned, overview.returned_count),
        ):
            group = self._group(name, title, number)
            for item in items:
                title = form_names.get(item.collection, item.collection)
                _row(group, item.label, _message(item, name), _Act(name, item, title))
            if number > len(items):
                _row(group, "…", tr("{0} more").format(number - len(items)))
        self._show_rest(overview, form_names)
        self.expandAll()

    def _show_rest(self, overview, form_names):
        """What is shown only where there is any: files on their way, and what the platform does not have."""
        if overview.files:
            group = self._group(FILES, tr("Sent, file pending"), len(overview.files))
            for item in overview.files:
                title = form_names.get(item.collection, item.collection)
                _row(group, item.label, item.text, _Act(FILES, item, title))
        if overview.missing:
            group = self._group(MISSING, tr("Not on the platform"), sum(overview.missing.values()))
            for (collection, reason), number in overview.missing.items():
                message = tr("{0}: {1}").format(f"{number:,}", reason_text(reason))
                row = _row(group, form_names.get(collection, collection), message)
                row.setData(0, Qt.ItemDataRole.UserRole, (MISSING, None))

    def _group(self, name, title, number):
        heading = QTreeWidgetItem(self, [_heading(title, number)])
        heading.setFirstColumnSpanned(True)
        font = heading.font(0)
        font.setBold(True)
        heading.setFont(0, font)
        heading.setForeground(0, QColor(text_colour(_TONES[name] if number else Tone.FAINT)))
        self.groups[name] = heading
        return heading

    def say_what_to_do(self, has_workspace: bool, has_platform: bool) -> None:
        """Where nothing stands below a heading, say how something gets there."""
        if any(self.topLevelItem(at).childCount() for at in range(self.topLevelItemCount())):
            self._hint.tell("")
        elif not has_workspace:
            self._hint.tell(
                tr("Open a workspace on the Reports page; records waiting to be sent are then listed here.")
            )
        elif not has_platform:
            self._hint.tell(tr("Press Platform… first. Submitted records are listed here until they are sent."))
        else:
            self._hint.tell(
                tr("Nothing is waiting and nothing was returned. Submit records on the Reports page, then synchronise.")
            )

    def show_waiting(self, number: int) -> None:
        """While they are being sent: how many still wait."""
        if WAITING in self.groups:
            self.groups[WAITING].setText(0, _heading(tr("Waiting to be sent"), number))

    def chosen(self) -> Any:
        current = self.currentItem()
        found = current.data(0, Qt.ItemDataRole.UserRole) if current else None
        return found if found else (None, None)


def _folded(label):
    """The name on a line of its own, codes below it."""
    return label.replace(" ", "\n", 1).replace("-", "-" + _BREAK)


def _heading(title, number):
    return tr("{0}: {1}").format(title, f"{number:,}")


def _message(item, group):
    message = tr("{0}: {1}").format(item.field, item.text) if item.field else item.text
    return tr("Deletion: {0}").format(message) if item.op == "delete" and group != CONFLICT else message


@dataclass(frozen=True)
class _Act:
    """What can be done with a row: the group's name, the item of the overview, the title of its form."""

    name: str
    item: Any
    form: str = ""


def _row(group: QTreeWidgetItem, label: str, message: str, act: Optional[_Act] = None) -> QTreeWidgetItem:
    row = QTreeWidgetItem(group, [_folded(label) if act else label, message])
    row.setToolTip(0, f"{act.form if act else ''}\n{label}".strip())
    row.setToolTip(1, message)
    for column in (0, 1):
        row.setTextAlignment(column, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop))
    if act is not None:
        row.setData(0, Qt.ItemDataRole.UserRole, (act.name, act.item))
    return row

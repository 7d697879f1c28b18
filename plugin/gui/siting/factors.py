"""The editor's tab of scored factors: a tree of groups, weights given directly or by judgements."""

from dataclasses import dataclass
from typing import Any, Optional

from qgis.PyQt.QtCore import Qt, QTimer, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QInputDialog,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ...bridge.i18n import tr
from ...core.errors import InputError
from ...core.land.rounding import plain
from ...core.siting.ahp import analyse
from ..widgets.tables import add_button
from ..widgets.typed import typed_number
from .matrix import MatrixDialog
from .row import RowDialog
from .wording import kind_text, layer_text, source_text, title_text

_WEIGHT = 2


@dataclass(frozen=True)
class _Place:
    """Where a factor stands: the group that holds it, its number in it (None: the group itself), its weight as given
    and its share of the whole score."""

    group: dict[str, Any]
    number: Optional[int] = None
    weight: str = ""
    share: float = 1.0


class FactorTree(QWidget):
    """Edits `draft.factors`; emits `changed`. A weight is edited in its cell unless its group has judgements."""

    changed = pyqtSignal()

    def __init__(self):
        super().__init__()
        self._draft = None
        self.tree = QTreeWidget()
        self.tree.setHeaderLabels([tr("Factor"), tr("Kind"), tr("Weight"), tr("Share"), tr("Source")])
        self.tree.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.tree.itemChanged.connect(self._weighed)
        self.tree.itemDoubleClicked.connect(lambda item, column: column != _WEIGHT and self.edit())
        layout, buttons = QVBoxLayout(self), QHBoxLayout()
        layout.addWidget(self.tree)
        for text, slot in (
            (tr("Add factor…"), self.add),
            (tr("Add group"), self.add_group),
            (tr("Edit…"), self.edit),
            (tr("Remove"), self.remove),
            (tr("Judgements (AHP)…"), self.judge),
            (tr("Direct weights"), self.weigh_directly),
        ):
            add_button(text, slot, buttons)
        buttons.addStretch()
        layout.addLayout(buttons)

    def show_draft(self, draft):
        """Show the factors of a CriteriaDraft."""
        self._draft = draft
        self.tree.blockSignals(True)
        self.tree.clear()
        root = draft.factors
        top = self._item(self.tree, {"title": tr("All factors"), "id": "factors"}, _Place(root))
        self._fill(top, root, 1.0)
        self.tree.expandAll()
        self.tree.blockSignals(False)

    def _fill(self, parent, group, share):
        weights, given = group_weights(group)
        for number, child in enumerate(group["children"]):
            part = share * weights[number]
            item = self._item(parent, child, _Place(group, number, plain(given[number]), part))
            if "matrix" not in group:
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
            if "children" in child:
                self._fill(item, child, part)

    def _item(self, parent: Any, row: dict[str, Any], place: _Place) -> QTreeWidgetItem:
        layers = self._draft.layer_titles()
        kind = (
            kind_text(row["kind"])
            if "kind" in row
            else self._group_text(row if place.number is not None else place.group)
        )
        target = layer_text(row, layers) if "kind" in row else ""
        texts = [title_text(row, layers), f"{kind} {target}".strip(), place.weight, f"{place.share:.1%}"]
        item = QTreeWidgetItem(parent, [*texts, source_text(row, self._draft.document.get("sources", {}))])
        item.setData(0, Qt.ItemDataRole.UserRole, (place.group, place.number))
        return item

    @staticmethod
    def _group_text(group):
        if "matrix" not in group:
            return tr("Direct weights")
        try:
            return tr("AHP, CR = {0}").format(f"{analyse(group['matrix']).cr:.4f}")
        except InputError:
            return tr("AHP, to be corrected")

    def _current(self):
        """(group that holds the current item, its number; None for the root)."""
        item = self.tree.currentItem() or self.tree.topLevelItem(0)
        return item.data(0, Qt.ItemDataRole.UserRole)

    def _current_group(self):
        """The group new factors go into: the current item where it is one, else the one it stands in."""
        group, number = self._current()
        child = group["children"][number] if number is not None else group
        return child if "children" in child else group

    def _done(self):
        self.show_draft(self._draft)
        self.changed.emit()

    def add(self) -> None:
        dialog = RowDialog(self._draft, {"id": self._draft.free_id("factor"), "weight": 1}, True, self)
        if dialog.exec():
            self._draft.add_child(self._current_group(), dialog.row())
            self._done()

    def add_group(self) -> None:
        title, ok = QInputDialog.getText(self, tr("Add group"), tr("Title"))
        if ok and title.strip():
            row = {"id": self._draft.free_id("group"), "title": title.strip(), "weight": 1, "children": []}
            self._draft.add_child(self._current_group(), row)
            self._done()

    def edit(self):
        group, number = self._current()
        if number is None or "children" in group["children"][number]:
            return
        dialog = RowDialog(self._draft, group["children"][number], True, self)
        if dialog.exec():
            group["children"][number] = dialog.row()
            self._done()

    def remove(self) -> None:
        group, number = self._current()
        if number is not None:
            self._draft.remove_child(group, number)
            self._done()

    def judge(self) -> None:
        """Weigh the children of the current group by judgements."""
        group = self._current_group()
        if len(group["children"]) < 2:
            return
        layers = self._draft.layer_titles()
        dialog = MatrixDialog([title_text(child, layers) for child in group["children"]], group.get("matrix"), self)
        if dialog.exec():
            group["matrix"] = dialog.matrix()
            self._done()

    def weigh_directly(self) -> None:
        """Give up the judgements of the current group; the weights they came to stay."""
        group = self._current_group()
        if "matrix" in group:
            weights, _ = group_weights(group)
            del group["matrix"]
            for child, weight in zip(group["children"], weights):
                child["weight"] = round(weight, 4)
            self._done()

    def _weighed(self, item, column):
        group, number = item.data(0, Qt.ItemDataRole.UserRole)
        if column != _WEIGHT or number is None:
            return
        try:
            weight = typed_number(item.text(_WEIGHT))
        except ValueError:
            weight = -1.0
        if weight >= 0:
            group["children"][number]["weight"] = weight
        QTimer.singleShot(0, self._done)  # the tree is made anew, which its open cell editor would not survive


def group_weights(group: Any) -> tuple:
    """(weights of a group's children that sum to 1, what is shown as given).

    Equal ones where judgements cannot be used yet.
    """
    children = group["children"]
    if "matrix" in group:
        try:
            weights = list(analyse(group["matrix"]).weights)
        except InputError:
            weights = [1 / len(children)] * len(children)
        return weights, [round(weight, 4) for weight in weights]
    given = [float(child.get("weight", 1)) for child in children]
    total = sum(given) or 1.0
    return [weight / total for weight in given], given

"""Layers and fields of a specification in a tree, and beside it the entries of the chosen one, to be changed."""

from typing import Any, Callable, Optional

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QBrush, QColor
from qgis.PyQt.QtWidgets import (
    QHBoxLayout,
    QInputDialog,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ...bridge.i18n import tr
from ...core.land.rounding import plain
from ...core.quality.confidence import confidence_text
from ...core.quality.defects import item_of_check
from ...core.quality.inspection_spec import FieldSpec, LayerSpec, Specification
from ...formats.rules.inspection_edit import SpecificationEdit
from ..widgets.attempt import attempt
from ..widgets.tables import add_button
from .specification_forms import FieldForm, LayerForm
from .wording import shape_names

_OWN = QColor("#0d5c91")
_PLACE = Qt.ItemDataRole.UserRole
_WIDTHS = (150, 150, 80, 50, 130)


class LayersTab(QWidget):
    """`edit`: what is changed, None while the file has mistakes. Emits `changed`, and `refused(message)`."""

    changed = pyqtSignal()
    refused = pyqtSignal(str)

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.edit: Optional[SpecificationEdit] = None
        self.tree, self.forms = QTreeWidget(), QStackedWidget()
        self.layer_form, self.field_form = LayerForm(self.set_layer), FieldForm(self.set_field)
        titles = [tr("Layer, field or check"), tr("Title"), tr("Kind"), tr("Constraint (M, C, O)"),
                  tr("Codes, range or form"), tr("Confidence")]  # fmt: skip
        self.tree.setHeaderLabels(titles)
        for column, width in enumerate(_WIDTHS):
            self.tree.setColumnWidth(column, width)
        self.tree.currentItemChanged.connect(lambda *_: self._show_chosen())
        self._build()

    def _build(self):
        splitter, layout, row = QSplitter(Qt.Orientation.Horizontal), QVBoxLayout(self), QHBoxLayout()
        for form in (QWidget(), self.layer_form, self.field_form):
            self.forms.addWidget(form)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(self.forms)
        splitter.addWidget(self.tree)
        splitter.addWidget(scroll)
        splitter.setSizes([760, 320])
        layout.addWidget(splitter, 1)
        layout.addLayout(row)
        self.add_layer = add_button(tr("Add layer…"), self._add_layer, row)
        self.add_field = add_button(tr("Add field…"), self._add_field, row)
        self.rename = add_button(tr("Rename…"), self._rename, row, tr("What refers to it follows"))
        self.remove = add_button(tr("Remove"), self._remove, row, tr("Only from your own file"))
        row.addStretch(1)

    def show_edit(self, edit: Optional[SpecificationEdit]) -> None:
        """Show what an edit has; what was open and chosen stays so."""
        self.edit = edit
        open_layers = {item.data(0, _PLACE)[0] for item in self._layers() if item.isExpanded()}
        chosen = self.chosen()
        self.tree.blockSignals(True)
        self.tree.clear()
        for item in [] if edit is None else [_layer_entry(edit, layer) for layer in edit.specification.layers]:
            self.tree.addTopLevelItem(item)
            item.setExpanded(item.data(0, _PLACE)[0] in open_layers)
        self.tree.blockSignals(False)
        self.choose(*chosen)

    def _layers(self):
        return [self.tree.topLevelItem(number) for number in range(self.tree.topLevelItemCount())]

    def chosen(self) -> tuple[str, str]:
        """(layer, field) that is chosen, "" for none."""
        item = self.tree.currentItem()
        return item.data(0, _PLACE) if item is not None else ("", "")

    def choose(self, layer: str, field: str = "") -> None:
        """Choose a layer or field, nothing where it is not there."""
        found = None
        for item in self._layers():
            if item.data(0, _PLACE)[0] == layer:
                inner = [item.child(number) for number in range(item.childCount())]
                found = next((one for one in inner if field and one.data(0, _PLACE)[1] == field), item)
        self.tree.setCurrentItem(found)
        if found is not None:
            self.tree.scrollToItem(found)
        self._show_chosen()

    def _show_chosen(self):
        code, name = self.chosen()
        layer = self.edit.specification.layer(code) if self.edit and code else None
        field = layer.field(name) if layer is not None and name else None
        for button in (self.add_field, self.rename, self.remove):
            button.setEnabled(layer is not None)
        self.add_layer.setEnabled(self.edit is not None)
        self.forms.setCurrentIndex(0 if layer is None else 2 if field is not None else 1)
        if field is not None:
            self.field_form.show_field(field, self.edit.specification)
        elif layer is not None:
            self.layer_form.show_layer(layer, self.edit.is_only_own(code))

    # changes

    def _change(self, act: Callable[[], None], layer: str, field: str = "") -> None:
        """Make a change and show what came of it; one that is refused leaves all as it was."""
        if attempt(act, self.refused.emit):
            self.show_edit(self.edit)
            self.choose(layer, field)
            self.changed.emit()

    def set_layer(self, values: dict[str, Any]) -> None:
        """Change the chosen layer."""
        code, _ = self.chosen()
        self._change(lambda: self.edit.set_layer(code, values), code)

    def set_field(self, values: dict[str, Any]) -> None:
        """Change the chosen field."""
        code, name = self.chosen()
        self._change(lambda: self.edit.set_field(code, name, values), code, name)

    def _add_layer(self):
        code = self._asked(tr("Add layer"), tr("Code of the layer, as its table is named"), "")
        if code:
            self._change(lambda: self.edit.add_layer(code), code)

    def _add_field(self):
        layer, _ = self.chosen()
        name = self._asked(tr("Add field"), tr("Name of the field"), "")
        if name and self.edit.specification.layer(layer).field(name) is None:
            values = {"type": "Char", "need": "M", "confidence": tr("own, not checked")}
            self._change(lambda: self.edit.set_field(layer, name, values), layer, name)
        elif name:
            self.choose(layer, name)

    def _rename(self):
        layer, field = self.chosen()
        name = self._asked(tr("Rename"), tr("New name"), field or layer)
        if not name or name == (field or layer):
            return
        if field:
            self._change(lambda: self.edit.rename_field(layer, field, name), layer, name)
        else:
            self._change(lambda: self.edit.rename_layer(layer, name), name)

    def _asked(self, title, prompt, before):
        text, is_given = QInputDialog.getText(self, title, prompt, text=before)
        return text.strip() if is_given else ""

    def _remove(self):
        layer, field = self.chosen()
        if field:
            self._change(lambda: self.edit.remove_field(layer, field), layer)
        else:
            self._change(lambda: self.edit.remove_layer(layer), "")


def _layer_entry(edit: SpecificationEdit, layer: LayerSpec) -> QTreeWidgetItem:
    own = edit.specification
    sure = confidence_text(layer.confidence or own.confidence)
    texts = [layer.code, layer.title, shape_names()[layer.shape], layer.need.value, layer.ysdm, sure]
    entry = _entry(texts, (layer.code, ""), edit.is_own(layer.code))
    for field in layer.fields:
        entry.addChild(
            _entry(_of_field(own, layer, field), (layer.code, field.name), edit.is_own(layer.code, field.name))
        )
    for check in layer.checks:
        item = item_of_check()[check.check]
        tolerance = own.tolerances.get(item.code, item.tolerance) if check.tolerance is None else check.tolerance
        kind = "" if tolerance is None else f"{plain(tolerance)} {item.unit}"
        texts = [item.code, item.title(), kind, "", "、".join(check.others), confidence_text(item.confidence)]
        entry.addChild(_entry(texts, (layer.code, ""), False))
    return entry


def _of_field(own: Specification, layer: LayerSpec, field: FieldSpec) -> list[str]:
    sizes = [str(size) for size in (field.length, field.decimals) if size is not None]
    kind = f"{field.kind.value}({','.join(sizes)})" if field.kind is not None and sizes else ""
    kind = kind or (field.kind.value if field.kind is not None else "")
    codes = own.codes.get(field.codes)
    rule = " ".join(filter(None, (field.codes, field.range, field.form)))
    sure = field.confidence or (codes.confidence if codes else "") or layer.confidence or own.confidence
    return [field.name, field.title, " ".join(filter(None, (kind, field.unit))), field.need.value, rule,
            confidence_text(sure)]  # fmt: skip


def _entry(texts: list[str], place: tuple[str, str], is_own: bool) -> QTreeWidgetItem:
    """An entry of the tree; what the file of one's own says is blue and bold."""
    entry = QTreeWidgetItem(texts)
    entry.setData(0, _PLACE, place)
    for column, text in enumerate(texts):
        entry.setToolTip(column, text)
    if is_own:
        font = entry.font(0)
        font.setBold(True)
        entry.setFont(0, font)
        entry.setForeground(0, QBrush(_OWN))
    return entry

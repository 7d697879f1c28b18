"""Two vintages of a layer: the list of their changes, and the same place before and after, side by side or swiped."""

from typing import Optional

import shapely
from qgis.core import QgsCoordinateReferenceSystem, QgsProject, QgsRectangle, QgsVectorLayer
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QShowEvent
from qgis.PyQt.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QRadioButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ...bridge.i18n import tr
from ...bridge.layers.catalogue_style import is_plain, style_as_land_use
from ...bridge.quality.comparison import ComparisonOutcome
from ...bridge.quality.comparison_titles import change_colour
from ...core.messages import text
from ...core.quality.comparison import Change, ChangeKind
from ..widgets.row_table import Row, Rows, chosen, row_view
from ..widgets.tables import add_button, number_text
from ..widgets.two_maps import CaptionedMap, TwoMaps
from .swipe import SwipeMap

_AROUND = 1.5


class VintagesWindow(QDialog):
    """`layers`: before and after; `found`: what changed, None to look only; `changes`: its layer for the maps."""

    def __init__(
        self,
        layers: tuple[QgsVectorLayer, QgsVectorLayer],
        crs: QgsCoordinateReferenceSystem,
        found: Optional[ComparisonOutcome] = None,
        changes: Optional[QgsVectorLayer] = None,
        parent: Optional[QWidget] = None,
    ) -> None:
        super().__init__(parent)
        self.found, self._changes, self._crs = found, changes, crs
        self._shown: list[Change] = list(found.comparison.changes) if found is not None else []
        self.setWindowTitle(tr("Two vintages: {0} and {1}").format(layers[0].name(), layers[1].name()))
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint, True)
        self._make_maps(layers)
        self._make_table()
        self._build()
        self.show_kind()
        self.show_mode()
        self.resize(1120, 660)

    def _make_maps(self, layers):
        drawn = [_coloured(layer) for layer in layers]
        self._drawn = drawn  # kept: a map does not own its layers
        over = [self._changes] if self._changes is not None else []
        captions = [tr("Before: {0}").format(layers[0].name()), tr("After: {0}").format(layers[1].name())]
        sides = [[*over, layer] for layer in drawn]
        self.swipe = SwipeMap((captions[0], sides[0]), (captions[1], sides[1]), self._crs, self)
        self.pair = TwoMaps(*(CaptionedMap(c, s, self._crs, []) for c, s in zip(captions, sides)))
        self.maps = QStackedWidget()
        self.maps.addWidget(self.swipe)
        self.maps.addWidget(self.pair)

    def _make_table(self):
        titles = [tr("Change"), tr("Class before"), tr("Class after"), tr("Area (m²)"), tr("Key before")]
        titles += [tr("Key after"), tr("Changed fields")]
        self.rows = Rows(titles, (3,), 0, self)
        if self.found is not None:
            self.rows.fill([_row(self.found, change) for change in self._shown])
        self.view = row_view(self.rows, 6)
        self.view.sortByColumn(3, Qt.SortOrder.DescendingOrder)
        self.view.selectionModel().selectionChanged.connect(lambda *_: self._show_place())

    def _build(self):
        layout, top, splitter = QVBoxLayout(self), QHBoxLayout(), QSplitter(Qt.Orientation.Vertical)
        self.swiped, self.beside = QRadioButton(tr("Swipe")), QRadioButton(tr("Side by side"))
        self._modes = QButtonGroup(self)
        for button in (self.swiped, self.beside):
            self._modes.addButton(button)
            top.addWidget(button)
        self.swiped.setChecked(True)
        self.swiped.toggled.connect(lambda *_: self.show_mode())
        self.kind_box, self.slivers = QComboBox(), QCheckBox(tr("Slivers too"))
        self.kind_box.addItem(tr("All changes ({0})").format(len(self._shown)), None)
        for kind in ChangeKind:
            count = sum(change.kind == kind for change in self._shown)
            if count:
                self.kind_box.addItem(f"{text(f'change_{kind.value}')} ({count})", kind)
        self.kind_box.currentIndexChanged.connect(lambda *_: self.show_kind())
        self.slivers.toggled.connect(lambda *_: self.show_kind())
        hint = QLabel(tr("Drag the divider; choose a change to go there."))
        hint.setWordWrap(True)
        top.addWidget(hint, 1)
        if self.found is not None:
            top.addWidget(self.kind_box)
            top.addWidget(self.slivers)
        add_button(tr("Whole extent"), self.show_all, top)
        if self._changes is not None:
            add_button(tr("Add to the map"), self.add_changes, top)
        splitter.addWidget(self.maps)
        splitter.addWidget(self.view)
        splitter.setSizes([430, 180])
        self.view.setVisible(self.found is not None)
        if self.found is not None:
            layout.addWidget(self._conclusion(self.found))
        layout.addLayout(top)
        layout.addWidget(splitter, 1)

    def _conclusion(self, found: ComparisonOutcome) -> QLabel:
        first = QLabel(found.conclusion())
        first.setWordWrap(True)
        first.setStyleSheet("font-weight: bold")
        return first

    def show_kind(self) -> None:
        """Show the changes of the kind that is chosen, those below the tolerance only where they are asked for."""
        kind, slivers = self.kind_box.currentData(), self.slivers.isChecked()

        def wanted(number: int) -> bool:
            change = self._shown[number]
            return (kind is None or change.kind == kind) and (slivers or not self.found.is_sliver(change))

        self.rows.show(wanted)

    def show_mode(self) -> None:
        """Show the mode that is chosen at the place the other showed."""
        wanted = self.swipe if self.swiped.isChecked() else self.pair
        left, shown = self.pair.after.canvas, self.swipe.canvas
        if wanted is self.pair:
            left, shown = shown, left
        if self.maps.currentWidget() is not wanted and not left.extent().isEmpty():
            self.maps.setCurrentWidget(wanted)
            shown.setCenter(left.center())
            shown.zoomScale(left.scale())
        shown.refresh()

    def _show_place(self):
        numbers = chosen(self.view)
        if len(numbers) == 1:
            self.show_change(self._shown[numbers[0]])

    def show_change(self, change: Change) -> None:
        """Go to a change in both modes and outline it."""
        shape = change.geometry
        if shape is None or shapely.is_empty(shape):
            return
        box = QgsRectangle(*shape.bounds)
        box.grow(max(box.width(), box.height(), 20.0) * (_AROUND - 1))
        self._go(box)
        self.swipe.mark(shape)
        for one in (self.pair.before, self.pair.after):
            one.mark(shape)

    def show_all(self) -> None:
        """Go to all land of both vintages."""
        box, settings = QgsRectangle(), self.swipe.canvas.mapSettings()
        for layer in self._drawn:
            box.combineExtentWith(settings.layerExtentToOutputExtent(layer, layer.extent()))
        if not box.isEmpty():
            box.scale(1.05)
            self._go(box)

    def _go(self, box):
        for canvas in (self.swipe.canvas, self.pair.after.canvas):
            canvas.setExtent(box)
            canvas.refresh()

    def add_changes(self) -> None:
        """Add a copy of the layer of changes to the project."""
        QgsProject.instance().addMapLayer(self._changes.clone())

    def showEvent(self, event: QShowEvent) -> None:  # Qt's name
        super().showEvent(event)
        if self.swipe.canvas.extent().isEmpty():
            self.show_all()

    def done(self, result: int) -> None:
        """Nothing is drawn any more when the window closes."""
        self.swipe.stop()
        super().done(result)


def _coloured(layer: QgsVectorLayer) -> QgsVectorLayer:
    """A copy of a layer for the maps: in the standard's colours where nobody has given it a look."""
    copy = layer.clone()
    if is_plain(copy):
        style_as_land_use(copy)
    return copy


def _row(found: ComparisonOutcome, change: Change) -> Row:
    old, new = change.before, change.after
    codes = (str(found.before.classes[old]) if old >= 0 else "", str(found.after.classes[new]) if new >= 0 else "")
    classes = tuple(map(found.class_title, codes))
    keys = (str(found.before.keys[old]) if old >= 0 else "", str(found.after.keys[new]) if new >= 0 else "")
    texts = (text(f"change_{change.kind.value}"), *classes, number_text(change.area_m2), *keys, change.fields)
    return Row(texts, (*texts[:3], change.area_m2, *texts[4:]), change_colour(change.kind))

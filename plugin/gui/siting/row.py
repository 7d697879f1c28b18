"""The dialog of one constraint or factor: the fields its kind asks for, its layer, its source."""

from collections.abc import Sequence
from typing import Any

from qgis.core import QgsMapLayer, QgsProject
from qgis.gui import QgsExpressionLineEdit
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QDialog,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
)

from ...bridge.i18n import tr
from ...core.land.rounding import plain
from ...core.messages import text
from ...formats.rules.rule_files import load_catalogue
from ..widgets.contrast import Tone, text_style
from ..widgets.tables import ok_cancel
from ..widgets.typed import typed_number
from .value import ValueEditor
from .wording import (
    CONFIDENCES,
    CONSTRAINT_FIELDS,
    FACTOR_FIELDS,
    FACTOR_UNITS,
    kind_text,
    title_text,
    unit_text,
)

_NUMBERS = ("distance_m", "within_m", "min", "max", "tolerance_m2")
_OF_ALL_KINDS = ("id", "title", "kind", "layer", "line", "value", "source", "confidence", "note")
_LINES = 3  # shown of the values that are not meant


class RowDialog(QDialog):
    """Edits one row (a dict) of a CriteriaDraft.

    `row()` after `exec()` is the new one. `factor`: a factor, else a constraint.
    """

    def __init__(self, draft, row, factor, parent=None):
        super().__init__(parent)
        self._draft, self._old, self._factor = draft, row, factor
        self._fields = FACTOR_FIELDS if factor else CONSTRAINT_FIELDS
        self.setWindowTitle(tr("Factor") if factor else tr("Constraint"))
        self.setMinimumWidth(520)
        self.form = QFormLayout()
        self.title, self.kind, self.layer = QLineEdit(row.get("title", "")), QComboBox(), QComboBox()
        for kind in self._fields:
            self.kind.addItem(kind_text(kind), kind)
        self.kind.setCurrentIndex(max(self.kind.findData(row.get("kind")), 0))
        self.title.setPlaceholderText(title_text(row, draft.layer_titles()))
        self._fill_layers()
        self.inputs = {"layer": self.layer, **self._make_inputs()}
        self.value = ValueEditor(row.get("value")) if factor else None
        self._arrange()
        self.kind.currentIndexChanged.connect(lambda _index: self._show_fields())
        self._show_fields()

    def _make_inputs(self):
        row = self._old
        inputs = {key: QLineEdit("" if row.get(key) is None else plain(row[key])) for key in _NUMBERS}
        inputs["where"], inputs["expression"] = QgsExpressionLineEdit(), QgsExpressionLineEdit()
        for key in ("where", "expression"):
            inputs[key].setExpression(row.get(key, ""))
        inputs["field"] = QLineEdit(row.get("field", ""))
        inputs["other_values"] = _ValueLines(row.get("other_values", ()))
        inputs["unit"] = _combo([("degree", unit_text("degree")), ("percent", unit_text("percent"))], row.get("unit"))
        inputs["statistic"] = _combo([("mean", tr("mean")), ("max", tr("largest"))], row.get("statistic"))
        return inputs

    def _fill_layers(self):
        """Layers of the document, control lines, then layers of the project that the document does not name yet."""
        layers = self._draft.document.get("layers", {})
        for key, title in self._draft.layer_titles().items():
            self.layer.addItem(title, ("layer", key))
        if not self._factor:
            for line in load_catalogue().lines.values():
                self.layer.addItem(tr("Control line: {0}").format(line.title), ("line", line.id))
        named = {name.casefold() for key, row in layers.items() for name in (key, *row.get("names", ()))}
        for layer in QgsProject.instance().mapLayers().values():
            if isinstance(layer, QgsMapLayer) and layer.name().casefold() not in named:
                self.layer.addItem(tr("Layer of the project: {0}").format(layer.name()), ("project", layer.name()))
        wanted = ("line", self._line_of(self._old)) if "line" in self._old else ("layer", self._old.get("layer"))
        self.layer.setCurrentIndex(
            max(next((i for i in range(self.layer.count()) if self.layer.itemData(i) == wanted), 0), 0)
        )

    @staticmethod
    def _line_of(row):
        known = load_catalogue().by_alias(str(row["line"]))
        return known[0].id if len(known) == 1 else row["line"]

    def _arrange(self):
        sources = [("", "—"), *((key, row["title"]) for key, row in self._draft.document.get("sources", {}).items())]
        self.source = _combo(sources, self._old.get("source"))
        self.confidence = _combo(
            [("", "—"), *((c, text(f"confidence_{c}")) for c in CONFIDENCES)], self._known_confidence()
        )
        self.note, self.mistake = QLineEdit(self._old.get("note", "")), QLabel()
        self.mistake.setStyleSheet(text_style(Tone.BAD))
        self.form.addRow(tr("Title"), self.title)
        self.form.addRow(tr("Kind"), self.kind)
        for key, label in _field_texts().items():
            self.form.addRow(label, self.inputs[key])
        if self._factor:
            self.form.addRow(tr("Score"), self.value)
        for label, widget in ((tr("Source"), self.source), (tr("Verified"), self.confidence), (tr("Note"), self.note)):
            self.form.addRow(label, widget)
        layout = QVBoxLayout(self)
        layout.addLayout(self.form)
        layout.addWidget(self.mistake)
        layout.addWidget(ok_cancel(self))

    def _known_confidence(self):
        return next((c for c in CONFIDENCES if self._old.get("confidence", "").startswith(c)), "")

    def _show_fields(self):
        shown = self._fields[self.kind.currentData()]
        for key, widget in self.inputs.items():
            widget.setVisible(key in shown)
            self.form.labelForField(widget).setVisible(key in shown)
        self.adjustSize()

    def accept(self) -> None:
        try:
            self._new = self._read()
        except ValueError as error:
            self.mistake.setText(tr("A number is required: {0}").format(error))
            return
        if "project" in self._new:
            self._new["layer"] = self._adopt(self._new.pop("project"))
        super().accept()

    def row(self) -> Any:
        """The row as it was entered; a layer of the project that was chosen is then in the document's layers."""
        return self._new

    def _read(self):
        kind = self.kind.currentData()
        new = {"id": self._old["id"], "title": self.title.text().strip(), "kind": kind}
        for key in self._fields[kind]:
            new.update(self._entered(key))
        if self._factor:
            new["value"] = self.value.value()
            new.setdefault("unit", FACTOR_UNITS.get(kind, ""))
        new.update(self._unseen(kind))
        confidence = self.confidence.currentData()
        if confidence == self._known_confidence():
            confidence = self._old.get("confidence", "")  # with the words that stand behind it
        new.update(source=self.source.currentData(), confidence=confidence, note=self.note.text().strip())
        return {key: value for key, value in new.items() if value not in ("", None, [])}

    def _unseen(self, kind):
        """What the row holds beyond this dialog: it stays, as long as the kind is the same."""
        seen = {*_OF_ALL_KINDS, *self._fields[kind]}
        kept = {key: value for key, value in self._old.items() if key not in seen}
        return kept if kind == self._old.get("kind") else {k: v for k, v in kept.items() if k in ("weight", "rule")}

    def _entered(self, key):
        widget = self.inputs[key]
        if key == "layer":
            return self._layer()
        if key in _NUMBERS:
            return {key: typed_number(widget.text())} if widget.text().strip() else {}
        if isinstance(widget, _ValueLines):
            return {key: widget.values()}
        if isinstance(widget, QComboBox):
            usual = key == "statistic" and widget.currentIndex() == 0 and key not in self._old
            return {} if usual else {key: widget.currentData()}
        return {key: (widget.expression() if isinstance(widget, QgsExpressionLineEdit) else widget.text()).strip()}

    def _layer(self):
        what, name = self.layer.currentData() or (None, None)
        return {what: name} if what else {}

    def _adopt(self, name):
        """Name a layer of the project in the document; return its key there."""
        layers = self._draft.document.setdefault("layers", {})
        key = next(k for k in (f"layer{n}" for n in range(1, 10_000)) if k not in layers)
        layers[key] = {"title": name, "names": [name]}
        return key


def _field_texts():
    return {
        "layer": tr("Layer"),
        "where": tr("Only features where"),
        "other_values": tr("Values not meant"),
        "distance_m": tr("Distance [m]"),
        "within_m": tr("Within [m]"),
        "min": tr("At least"),
        "max": tr("At most"),
        "unit": tr("Unit"),
        "statistic": tr("Statistic"),
        "tolerance_m2": tr("Tolerance [m²]"),
        "expression": tr("Expression"),
        "field": tr("Class field"),
    }


class _ValueLines(QPlainTextEdit):
    """Values of the fields that are known not to be meant, one a line."""

    def __init__(self, values: Sequence[str]) -> None:
        super().__init__("\n".join(map(str, values)))
        self.setFixedHeight(self.fontMetrics().lineSpacing() * _LINES + 2 * self.frameWidth() + 8)
        self.setPlaceholderText(tr("One value per line"))
        self.setToolTip(
            tr("Values of the filter's fields that were looked at and are not meant; others stay unjudged.")
        )

    def values(self) -> list[str]:
        lines = (line.strip() for line in self.toPlainText().splitlines())
        return list(dict.fromkeys(filter(None, lines)))


def _combo(items, current):
    box = QComboBox()
    for key, label in items:
        box.addItem(label, key)
    box.setCurrentIndex(max(box.findData(current), 0))
    return box

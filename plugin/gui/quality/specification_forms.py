"""The entries of one layer and of one field of a specification, as a person fills them in."""

from typing import Any, Callable, Optional

from qgis.PyQt.QtWidgets import QCheckBox, QComboBox, QFormLayout, QLabel, QLineEdit, QPushButton, QSpinBox, QWidget

from ...bridge.i18n import tr
from ...core.quality.inspection_spec import FieldKind, FieldSpec, LayerSpec, Need, Shape, Specification
from ..widgets.confidence_edit import ConfidenceEdit
from .wording import shape_names

_LONGEST, _MOST_DECIMALS = 100_000, 15

_UNITS = ("", "m2", "ha", "mu", "km2")


class _Form(QWidget):
    """Rows and a button that hands over all values."""

    def __init__(self, apply: Callable[[dict[str, Any]], None]) -> None:
        super().__init__()
        self._rows = QFormLayout(self)
        self._rows.setContentsMargins(6, 6, 6, 6)
        self.heading = QLabel()
        self.apply = QPushButton(tr("Take over"))
        self.apply.setToolTip(tr("Checked at once; saved with “Save as my own…”"))
        self.apply.clicked.connect(lambda *_: apply(self.values()))
        self._rows.addRow(self.heading)

    def values(self) -> dict[str, Any]:
        """{key of the file: value}."""
        raise NotImplementedError

    def _finish(self) -> None:
        self._rows.addRow(self.apply)


class LayerForm(_Form):
    """What a specification says of a layer."""

    def __init__(self, apply: Callable[[dict[str, Any]], None]) -> None:
        super().__init__(apply)
        self.title, self.ysdm, self.aliases, self.confidence = QLineEdit(), QLineEdit(), QLineEdit(), ConfidenceEdit()
        self.shape, self.need, self.key, self.more = _choice(shape_names()), _needs(), QComboBox(), QCheckBox()
        self.aliases.setPlaceholderText(tr("Other names, parted by commas"))
        self._rows.addRow(tr("Title"), self.title)
        self._rows.addRow(tr("Geometry"), self.shape)
        self._rows.addRow(tr("Required"), self.need)
        self._rows.addRow(tr("Also named"), self.aliases)
        self._rows.addRow(tr("Element code"), self.ysdm)
        self._rows.addRow(tr("Key field"), self.key)
        self._rows.addRow(tr("Other fields allowed"), self.more)
        self._rows.addRow(tr("Confidence"), self.confidence)
        self._finish()

    def show_layer(self, layer: LayerSpec, is_only_own: bool) -> None:
        """Fill the rows; the kind of geometry can be changed only of a layer of one's own."""
        self.heading.setText(f"<b>{layer.code}</b>")
        self.title.setText(layer.title)
        self.ysdm.setText(layer.ysdm)
        self.aliases.setText(", ".join(layer.aliases))
        self.confidence.setText(layer.confidence)
        _select(self.shape, layer.shape)
        self.shape.setEnabled(is_only_own)
        _select(self.need, layer.need)
        self.key.clear()
        self.key.addItems(["", *(field.name for field in layer.fields)])
        self.key.setCurrentText(layer.key)
        self.more.setChecked(layer.more_fields)

    def values(self) -> dict[str, Any]:
        names = self.aliases.text().replace("，", ",").replace("、", ",").split(",")
        shape = self.shape.currentData()
        return {
            "title": self.title.text().strip(),
            "geometry": Shape(shape).value,
            "need": Need(self.need.currentData()).value,
            "aliases": [name.strip() for name in names if name.strip()],
            "ysdm": self.ysdm.text().strip(),
            "key": self.key.currentText(),
            "more_fields": self.more.isChecked(),
            "confidence": self.confidence.text().strip(),
        }


class FieldForm(_Form):
    """What a specification says of a field."""

    def __init__(self, apply: Callable[[dict[str, Any]], None]) -> None:
        super().__init__(apply)
        self.title, self.range, self.form, self.confidence = QLineEdit(), QLineEdit(), QLineEdit(), ConfidenceEdit()
        self.kind, self.need, self.codes, self.unit = _choice(kind_names()), _needs(), QComboBox(), QComboBox()
        self.length, self.decimals = _number(0, _LONGEST), _number(-1, _MOST_DECIMALS)
        self.unit.addItems(_UNITS)
        self.range.setPlaceholderText(">0   [0,1)")
        self.form.setPlaceholderText(r"\d{6}")
        self._rows.addRow(tr("Title"), self.title)
        self._rows.addRow(tr("Type"), self.kind)
        self._rows.addRow(tr("Length"), self.length)
        self._rows.addRow(tr("Decimals"), self.decimals)
        self._rows.addRow(tr("Required"), self.need)
        self._rows.addRow(tr("Code list"), self.codes)
        self._rows.addRow(tr("Unit of area"), self.unit)
        self._rows.addRow(tr("Range"), self.range)
        self._rows.addRow(tr("Form (regular expression)"), self.form)
        self._rows.addRow(tr("Confidence"), self.confidence)
        self._finish()

    def show_field(self, field: FieldSpec, own: Specification) -> None:
        """Fill the rows."""
        self.heading.setText(f"<b>{field.name}</b>")
        self.title.setText(field.title)
        self.range.setText(field.range)
        self.form.setText(field.form)
        self.confidence.setText(field.confidence)
        _select(self.kind, field.kind)
        self.length.setValue(field.length or 0)
        self.decimals.setValue(-1 if field.decimals is None else field.decimals)
        _select(self.need, field.need)
        self.codes.clear()
        self.codes.addItems(["", *own.codes])
        self.codes.setCurrentText(field.codes)
        self.unit.setCurrentText(field.unit)

    def values(self) -> dict[str, Any]:
        kind = self.kind.currentData()
        return {
            "title": self.title.text().strip(),
            "type": FieldKind(kind).value if kind else None,
            "length": self.length.value() or None,
            "decimals": None if self.decimals.value() < 0 else self.decimals.value(),
            "need": Need(self.need.currentData()).value,
            "codes": self.codes.currentText(),
            "unit": self.unit.currentText(),
            "range": self.range.text().strip(),
            "form": self.form.text().strip(),
            "confidence": self.confidence.text().strip(),
        }


def kind_names() -> dict[Optional[FieldKind], str]:
    """{kind of values: its name}."""
    return {
        None: tr("Not said"), FieldKind.CHAR: tr("Text (Char)"), FieldKind.INT: tr("Whole number (Int)"),
        FieldKind.FLOAT: tr("Decimal number (Float)"), FieldKind.DATE: tr("Date"),
    }  # fmt: skip


def _needs() -> QComboBox:
    return _choice({Need.M: tr("M required"), Need.C: tr("C on a condition"), Need.O: tr("O optional")})


def _choice(names: dict[Any, str]) -> QComboBox:
    box = QComboBox()
    for value, name in names.items():
        box.addItem(name, value)
    return box


def _select(box: QComboBox, value: Any) -> None:
    """Choose the entry of a value."""
    box.setCurrentIndex(next((n for n in range(box.count()) if box.itemData(n) == value), -1))


def _number(least: int, most: int) -> QSpinBox:
    """A whole number whose least value stands for "not said"."""
    box = QSpinBox()
    box.setRange(least, most)
    box.setSpecialValueText("—")
    return box

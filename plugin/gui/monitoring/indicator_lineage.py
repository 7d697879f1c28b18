"""What one value came from: its sentences, curve, formula, layers and statistics; and the way to the map."""

from html import escape
from typing import Any, Optional

from qgis.PyQt.QtCore import QRectF, pyqtSignal
from qgis.PyQt.QtGui import QColor, QPainter, QPaintEvent
from qgis.PyQt.QtWidgets import QCheckBox, QHBoxLayout, QTextBrowser, QVBoxLayout, QWidget

from ...bridge.i18n import tr
from ...bridge.monitoring.indicator_charts import Curve, paint_curve
from ...bridge.monitoring.indicator_report import curve_of
from ...core.indicators.indicator_results import IndicatorRun, IndicatorValue
from ...core.indicators.warning_rules import shown
from ...core.messages import language
from ...core.quality.confidence import confidence_text
from ..widgets.contrast import Tone, text_style
from ..widgets.tables import add_button

_DIGEST = 12


class CurveView(QWidget):
    """The curve of one indicator."""

    def __init__(self) -> None:
        super().__init__()
        self._curve: Optional[Curve] = None
        self.setMinimumHeight(72)
        self.setMaximumHeight(150)

    def show_curve(self, curve: Optional[Curve]) -> None:
        """Draw a curve."""
        self._curve = curve
        self.setVisible(curve is not None and len(curve.series) > 1)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor("white"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._curve is not None:
            paint_curve(painter, QRectF(self.rect()).adjusted(4, 0, -4, 0), self._curve)


class LineagePanel(QWidget):
    """`map_asked(bool)`: the divisions on the map, by values or by statuses; `features_asked()`: what is behind."""

    map_asked = pyqtSignal(bool)
    features_asked = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.value: Optional[IndicatorValue] = None
        self.text, self.curve = QTextBrowser(), CurveView()
        self.text.setOpenLinks(False)
        self.text.setMinimumHeight(60)
        self.by_status = QCheckBox(tr("By status"))
        row = QHBoxLayout()
        self.map = add_button(tr("Show on the map"), self._ask_map, row)
        row.addWidget(self.by_status)
        self.features = add_button(tr("Features behind it"), self.features_asked.emit, row)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        for widget in (self.curve, self.text):
            layout.addWidget(widget)
        layout.addLayout(row)
        self.by_status.toggled.connect(self._ask_map)
        self.clear()

    def clear(self) -> None:
        """Nothing is chosen."""
        self.value = None
        self.text.setPlainText(tr("Choose an indicator to see what it came from."))
        self.curve.show_curve(None)
        for button in (self.map, self.features):
            button.setEnabled(False)

    def _ask_map(self) -> None:
        if self.value is not None:
            self.map_asked.emit(not self.by_status.isChecked())

    def show_value(self, run: IndicatorRun, value: IndicatorValue) -> None:
        """Show what a value came from."""
        self.value = value
        self.curve.show_curve(curve_of(run, value.indicator, value.place.code))
        self.text.setHtml("".join(_paragraphs(run, value)))
        for button in (self.map, self.features):
            button.setEnabled(value.value is not None or button is self.map)


def _paragraphs(run: IndicatorRun, value: IndicatorValue) -> Any:
    indicator, place = value.indicator, value.place
    name = str(indicator.title)
    head = f"{name}　{place.name or place.code}　{value.outcome.year}"
    number = shown(indicator, value.value) if value.value is not None else tr("Not computed")
    yield f"<p><b>{escape(head)}：{escape(number)}</b></p>"
    if value.reason(language()):
        yield f"<p style='{text_style(Tone.BAD)}'>{escape(value.reason(language()))}</p>"
    yield f"<p>{tr('Formula')}：<code>{escape(indicator.formula.text)}</code></p>"
    for use in value.outcome.measures:
        template = tr("{0} = {1} ({2} features, {3})")
        line = template.format(use.measure.text(), f"{use.value:,.2f}", use.count, use.year)
        yield f"<p style='margin-left:12px'>{escape(line)}</p>"
    for layer in run.layers_of(value):
        line = f"{layer.zh}：{layer.name}，{layer.date_text or '—'}，SHA-256 {layer.sha256[:_DIGEST]}…"
        yield f"<p style='margin-left:12px'>{escape(line)}</p>"
    for row in value.outcome.statistics:
        line = f"{run.set.title_of(row.key)} {row.code} {row.year}：{row.shown}（{row.source}，{row.row}）"
        yield f"<p style='margin-left:12px'>{escape(line)}</p>"
    note = "；".join(
        filter(None, (indicator.note, tr("Confidence: {0}").format(confidence_text(indicator.confidence))))
    )
    yield f"<p style='{text_style(Tone.FAINT)}'>{escape(note)}</p>"

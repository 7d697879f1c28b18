"""The result page: how many projects have which conclusion, the worst first; a click shows a project on the map."""

from typing import Optional

from qgis.core import QgsApplication, QgsCoordinateTransform, QgsProject
from qgis.PyQt import sip
from qgis.PyQt.QtCore import Qt, QUrl
from qgis.PyQt.QtGui import QBrush, QColor, QDesktopServices
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSplitter,
    QTableView,
    QTableWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ...bridge.i18n import listed, tr
from ...bridge.review.check_result import Tally, extent_of, finding_features, project_features, tally, verdict_source
from ...bridge.tasks import WorkTask
from ...core.land.rounding import hectares, mu
from ...core.review.tiers import Conclusion
from ...formats.rules.rule_files import line_title
from ..widgets.conclusions import CONCLUSION_COLOURS, conclusion_name
from ..widgets.contrast import letters_on
from ..widgets.empty_hint import EmptyHint
from ..widgets.notices import Notices
from ..widgets.tables import make_table
from .check_run import CheckResult
from .result_model import ProjectModel

_NAMED = 3  # lines


class ResultPage(QWidget):
    """Shows a CheckResult; `canvas`: the map to zoom."""

    def __init__(self, canvas):
        super().__init__()
        self._canvas, self._result, self._task, self.tally = canvas, None, None, None
        self._filter: Optional[Conclusion] = None
        self.head = _label(tr("No check has run yet. Press “Check” above, choose the layers and start it."))
        self.chips = QGridLayout()
        self.model, self.projects = ProjectModel(self), QTableView()
        self._make_view()
        self.lines = make_table(
            [tr("Control line"), tr("Conclusion"), tr("mu"), tr("ha"), tr("m²"), tr("Basis, reason")]
        )
        for table, wide in ((self.projects, 2), (self.lines, 5)):
            table.horizontalHeader().setSectionResizeMode(wide, QHeaderView.ResizeMode.Stretch)
        self.hint = EmptyHint(self.lines)
        self.unchecked = _label("")
        self.notices = Notices()
        self._build()

    def _make_view(self):
        view = self.projects
        view.setModel(self.model)
        view.setToolTip(tr("Click a row to see the project on the map"))
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.setWordWrap(False)
        view.verticalHeader().hide()
        view.horizontalHeader().setHighlightSections(False)
        view.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        view.selectionModel().selectionChanged.connect(lambda *_: self._show_selected())

    def _build(self):
        self.report = _button(tr("Open the report"), self.open_report)
        self.folder = _button(tr("Open the folder"), self.open_folder)
        buttons = QHBoxLayout()
        for button in (self.report, self.folder):
            button.setEnabled(False)
            buttons.addWidget(button)
        buttons.addStretch(1)
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.addWidget(self.projects)
        parts.addWidget(self.lines)
        parts.setStretchFactor(0, 3)
        parts.setStretchFactor(1, 2)
        parts.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        parts.setMinimumHeight(180)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.head)
        layout.addLayout(self.chips)
        layout.addWidget(parts, 1)
        layout.addWidget(self.unchecked)
        layout.addWidget(self.notices)
        layout.addLayout(buttons)

    def show_result(self, result: CheckResult) -> None:
        """Read the verdicts in the background and show them."""
        self._result = result
        self.notices.show_texts(result.warnings)
        self.head.setText(tr("Reading the verdicts…"))
        self.report.setEnabled(any(path.exists() for path in result.reports))
        self.report.setToolTip("" if self.report.isEnabled() else tr("This run wrote no report"))
        self.folder.setEnabled(result.setup.folder.is_dir())
        self.dispose()  # of a run before this one
        source = verdict_source(result.layers["VERDICTS"])
        self._task = WorkTask(tr("Reading the verdicts"), lambda task: tally(source, task), self._read, self._failed)
        QgsApplication.taskManager().addTask(self._task)

    def _failed(self, error):
        self._task = None
        self.head.setText(str(error))

    def _read(self, read: Tally):
        self._task, self.tally, self._filter = None, read, None
        number = self._result.numbers.get("ROUND")
        kept = (
            tr("Kept as round {0}.").format(number) if number else tr("Open a workspace to keep each check as a round.")
        )
        self.head.setText(f"{tr('{0} projects checked, the worst first.').format(len(read.projects))} {kept}")
        rest = sum(p.conclusion == Conclusion.NOT_CHECKED and p.counts[Conclusion.CLEAR] > 0 for p in read.projects)
        names = list(map(line_title, read.unchecked))
        text = tr("Not checked ({0}), for want of a layer: {1}")
        text = text.format(len(names), listed(names[:6])) + ("…" if len(names) > 6 else "")
        if rest:
            text += "\n" + tr("{0} projects not checked are clear of every line that was checked.").format(rest)
        self.notices.show_texts([*map(_said, read.unread.items()), *self._result.warnings])
        self.unchecked.setText(text)
        self.unchecked.setToolTip(listed(names))
        self.unchecked.setVisible(bool(names))
        self._show_chips()
        self._show_projects()

    def _show_chips(self):
        while self.chips.count():
            self.chips.takeAt(0).widget().deleteLater()
        for place, conclusion in enumerate(c for c in Conclusion if self.tally.conclusions[c]):
            chip = QToolButton()
            chip.setText(f"{conclusion_name(conclusion)} {self.tally.conclusions[conclusion]}")
            chip.setCheckable(True)
            chip.setToolTip(tr("Show only these projects; click again for all"))
            colour = CONCLUSION_COLOURS[conclusion]
            chip.setStyleSheet(
                f"QToolButton{{background:{colour};color:{letters_on(colour)};border:2px solid {colour};"
                "border-radius:4px;padding:3px 7px;font-weight:bold}QToolButton:checked{border-color:#ffb300}"
            )
            chip.clicked.connect(lambda checked, c=conclusion: self.only(c if checked else None))
            self.chips.addWidget(chip, place // 4, place % 4)

    def only(self, conclusion: Optional[Conclusion]) -> None:
        """Show only the projects of one conclusion, None for all."""
        self._filter = conclusion
        for place in range(self.chips.count()):
            chip = self.chips.itemAt(place).widget()
            chip.setChecked(conclusion is not None and chip.text().startswith(conclusion_name(conclusion)))
        self._show_projects()

    def _show_projects(self):
        self.model.show([p for p in self.tally.projects if self._filter in (None, p.conclusion)])
        self.lines.setRowCount(0)
        self.hint.tell(tr("Click a project to see its control lines."))

    def _show_selected(self):
        rows = self.projects.selectionModel().selectedRows()
        if not rows:
            return
        project = self.model.rows[rows[0].row()]
        self.hint.tell("")
        self.lines.setRowCount(len(project.lines))
        for number, line in enumerate(project.lines):
            m2 = line.overlap_m2
            areas = (f"{mu(m2):,.2f}", f"{hectares(m2):,.4f}", f"{m2:,.2f}")
            message = "；".join(text for text in (line.condition, line.reason, line.law) if text)
            _fill(self.lines, number, (line_title(line.line_name), line.conclusion, *areas, message))
        self.zoom(project.key)

    def zoom(self, key: str) -> None:
        """Bring a project onto the map and let it flash."""
        setup = self._result.setup
        layer = QgsProject.instance().mapLayer(setup.projects)
        features = project_features(layer, setup.key_field, key)
        if not features:
            layer = self._result.layers.get("FINDINGS")
            features = finding_features(layer, key)
        if not features:
            return
        settings = self._canvas.mapSettings()
        move = QgsCoordinateTransform(layer.crs(), settings.destinationCrs(), QgsProject.instance())
        box = move.transformBoundingBox(extent_of(features))
        box.scale(2.0)
        self._canvas.setExtent(box)
        self._canvas.refresh()
        self._canvas.flashFeatureIds(layer, [feature.id() for feature in features])

    def open_report(self) -> None:
        """Open the first report that was written."""
        path = next((path for path in self._result.reports if path.exists()), None)
        if path is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

    def open_folder(self) -> None:
        """Open the folder of the results."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._result.setup.folder)))

    def clear(self) -> None:
        """The project was closed: nothing to show."""
        self._result = self.tally = None
        self.model.show([])
        self.lines.setRowCount(0)
        self.hint.tell("")
        while self.chips.count():
            self.chips.takeAt(0).widget().deleteLater()
        for button in (self.report, self.folder):
            button.setEnabled(False)
        self.unchecked.hide()
        self.notices.show_texts([])
        self.head.setText(tr("No check has run yet. Press “Check” above, choose the layers and start it."))

    def dispose(self) -> None:
        """Stop reading."""
        if self._task is not None and not sip.isdeleted(self._task):
            self._task.drop()


def _said(unread):
    """Why lines could not be read, with their names where they are few."""
    reason, lines = unread
    names = listed(map(line_title, lines[:_NAMED])) + ("…" if len(lines) > _NAMED else "")
    return tr("{0} could not be read: {1}").format(names, reason)


def _fill(table, row, values):
    for column, value in enumerate(values):
        item = QTableWidgetItem(conclusion_name(value) if isinstance(value, Conclusion) else value)
        item.setToolTip(item.text())
        if isinstance(value, Conclusion):
            item.setForeground(QBrush(QColor(letters_on(CONCLUSION_COLOURS[value]))))
            item.setBackground(QBrush(QColor(CONCLUSION_COLOURS[value])))
        elif value.replace(",", "").replace(".", "").isdigit() and column:
            item.setTextAlignment(int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter))
        table.setItem(row, column, item)


def _label(text):
    label = QLabel(text)
    label.setWordWrap(True)
    return label


def _button(text, slot):
    button = QPushButton(text)
    button.clicked.connect(lambda _checked=False: slot())
    return button

"""One round looked at: its findings, which of them are accepted and why, and where they lie."""

import html
from dataclasses import dataclass
from datetime import date
from typing import Optional

from qgis.core import QgsCoordinateReferenceSystem, QgsProject, QgsRectangle
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from ...bridge.i18n import tr
from ...bridge.review.rounds_compare import Side, side
from ...bridge.review.rounds_layers import round_layers
from ...bridge.review.rounds_report import reason_names
from ...core.errors import OneMapError
from ...core.files import safe_name
from ...core.moments import local_moment
from ...formats.rules.rule_files import line_title
from ...store.cases import RoundInfo
from ...store.workspace import Workspace
from ..widgets.attempt import attempt
from ..widgets.contrast import Tone, text_style
from ..widgets.row_table import Row, Rows, chosen, row_view
from ..widgets.tables import add_button, number_text
from ..widgets.two_maps import CaptionedMap
from .cases_dialogs import ReasonDialog
from .cases_map import without_projects
from .cases_wording import conclusion_text, round_name


@dataclass(frozen=True)
class OneRound:
    """What the window shows, made in the background."""

    side: Side
    layers: list


def one_round(workspace: Workspace, info: RoundInfo) -> OneRound:
    """Load a round and make its layers; any thread."""
    found = side(workspace, info)
    return OneRound(found, round_layers(found.frozen, f"{info.case} {round_name(info.number)}"))


class RoundDialog(QDialog):
    """`changed`: an acceptance was given or taken back."""

    changed = pyqtSignal()

    def __init__(
        self, workspace: Workspace, found: OneRound, actor: str, background: list, parent: Optional[QWidget] = None
    ):
        super().__init__(parent)
        self.workspace, self.found, self.actor = workspace, found, actor
        self.info, self.frozen = found.side.info, found.side.frozen
        self.setWindowTitle(tr("{0}, round {1}").format(self.info.case, self.info.number))
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint, True)
        titles = [tr("Project"), tr("Name"), tr("Control line"), tr("Conclusion"), tr("Area [m²]"), tr("Law")]
        self.rows = Rows([*titles, tr("Accepted")], (4,), parent=self)
        self.view = row_view(self.rows, 5)
        crs = QgsCoordinateReferenceSystem.fromWkt(self.frozen.head.plane_wkt)
        self.map = CaptionedMap(
            local_moment(self.info.at), found.layers, crs, without_projects(background, self.frozen.head)
        )
        self._build()
        self.refresh()
        self._full_extent()
        self.resize(1100, 660)

    def _build(self):
        self.note, self.search, self.slivers = QLabel(), QLineEdit(), QCheckBox(tr("Slivers too"))
        self.note.setWordWrap(True)
        self.search.setPlaceholderText(tr("Find a project or control line"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(lambda *_: self._filter())
        self.slivers.toggled.connect(lambda *_: self._filter())
        self.view.selectionModel().selectionChanged.connect(lambda *_: self._selected())
        top, bottom, layout = QHBoxLayout(), QHBoxLayout(), QVBoxLayout(self)
        top.addWidget(self.search, 1)
        top.addWidget(self.slivers)
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.addWidget(self.view)
        splitter.addWidget(self.map)
        splitter.setSizes([320, 280])
        layout.addWidget(self.note)
        layout.addLayout(top)
        layout.addWidget(splitter, 1)
        layout.addLayout(bottom)
        self.accept_button = add_button(tr("Accept with a reason…"), self.accept_findings, bottom)
        self.withdraw_button = add_button(tr("Withdraw the acceptance"), self.withdraw, bottom)
        self.file_button = add_button(tr("Supporting file…"), self.save_file, bottom)
        bottom.addStretch(1)
        add_button(tr("Whole extent"), self._full_extent, bottom)
        add_button(tr("Add to the map"), self.add_layers, bottom)
        add_button(tr("Close"), self.reject, bottom)

    def refresh(self) -> None:
        """Show the findings with what is accepted now."""
        overrides = [o for o in self.workspace.cases.overrides(self.info.id) if not o.withdrawn]
        self.overrides = {override.finding: override for override in overrides}
        table, names = self.frozen.findings, reason_names()
        project_names = dict(zip(self.frozen.projects.keys, self.frozen.projects.names))
        keys = ("project_key", "line_name", "effect", "overlap_m2", "law")
        rows = []
        for number, (key, line, effect, area, law) in enumerate(zip(*(table.column(k) for k in keys))):
            texts = (key, project_names.get(key, ""), line_title(line), conclusion_text("conflict", effect))
            taken = self._taken(number, names)
            rows.append(Row((*texts, number_text(area), law, taken), (*texts, area, law, taken)))
        self.rows.fill(rows)
        self._filter()
        self.note.setText(self._summary())
        self._selected()

    def _taken(self, number, names):
        """How a finding is accepted, in words."""
        override = self.overrides.get(number)
        if override is None:
            return ""
        message = f"{names.get(override.category, override.category)}：{override.reason}"
        if override.expired(date.today().isoformat()):
            return tr("Expired {0}").format(override.expires) + f"　{message}"
        return message + (f"　{tr('until {0}').format(override.expires)}" if override.expires else "")

    def _summary(self):
        reported, today = self.info.summary, date.today().isoformat()
        active = sum(o.active(today) for o in self.overrides.values())
        message = tr(
            "{0} projects: {1} not compliant, {2} conditional, {3} could not be read, {4} not involved, "
            "{5} with lines not checked."
        )
        counts = (reported.prohibited, reported.conditional, reported.failed, reported.clear, reported.not_checked)
        message = message.format(reported.projects, *counts)
        if reported.lines_not_checked:
            message += " " + tr("{0} control lines were not checked.").format(reported.lines_not_checked)
        if self.overrides:
            message += " <b>" + tr("{0} findings accepted, {1} of the acceptances expired.").format(
                active, len(self.overrides) - active
            )
            message += "</b>"
        if self.info.signers:
            message += " " + tr("Signed by {0}: no longer changes.").format(html.escape("、".join(self.info.signers)))
        return message

    def _filter(self):
        text, slivers = self.search.text().strip().casefold(), self.frozen.findings.column("is_sliver", False)
        shown = self.slivers.isChecked()

        def wanted(number):
            cells = self.rows.rows[number].texts[:3]
            return (shown or not slivers[number]) and (not text or any(text in c.casefold() for c in cells))

        self.rows.show(wanted)

    def _selected(self):
        numbers, is_open = chosen(self.view), not (self.info.signers or self.info.is_old or self.workspace.read_only)
        self.accept_button.setEnabled(is_open and bool(numbers))
        self.withdraw_button.setEnabled(is_open and any(n in self.overrides for n in numbers))
        self.file_button.setEnabled(any(self._attachment(n) for n in numbers))
        shape = self._shape(numbers[0]) if len(numbers) == 1 else None
        self.map.mark(shape)
        if shape is not None:
            box = QgsRectangle(*shape.bounds)
            box.grow(max(box.width(), box.height(), 20.0))
            self.map.canvas.setExtent(box)
            self.map.canvas.refresh()

    def _shape(self, number):
        return None if self.frozen.geometries is None else self.frozen.geometries[number]

    def accept_findings(self) -> None:
        """Ask for a reason and accept the selected findings."""
        numbers = chosen(self.view)
        try:
            dialog = ReasonDialog(len(numbers), self)
        except OneMapError as error:
            self._refused(str(error))
            return
        while dialog.exec():
            if self._run(lambda: self.workspace.cases.override(self.info, numbers, dialog.reason(), self.actor)):
                break

    def withdraw(self) -> None:
        """Take the acceptance of the selected findings back."""
        held = [self.overrides[number] for number in chosen(self.view) if number in self.overrides]
        self._run(lambda: self._withdraw(held))

    def _withdraw(self, held):
        with self.workspace.transaction():
            for override in held:
                self.workspace.cases.withdraw(override, self.actor)

    def _attachment(self, number):
        override = self.overrides.get(number)
        return override if override is not None and override.attachment else None

    def save_file(self) -> None:
        """Write the supporting file of the selected finding out."""
        held = next(filter(None, map(self._attachment, chosen(self.view))))
        path, _ = QFileDialog.getSaveFileName(self, tr("Supporting file…"), safe_name(held.attachment_name))
        if path:
            self._run(lambda: self.workspace.attachments.save_as(held.attachment, path))

    def _run(self, act):
        """Do it and show it; False where it was refused, the note says why."""
        done = bool(attempt(act, self._refused))
        if done:
            self.refresh()
            self.changed.emit()
        return done

    def _refused(self, text):
        self.note.setText(f"<span style='{text_style(Tone.BAD)}'>{html.escape(text)}</span>")

    def _full_extent(self):
        box = QgsRectangle()
        for layer in self.found.layers:
            if layer.featureCount():
                box.combineExtentWith(layer.extent())
        if not box.isEmpty():
            box.scale(1.1)
            self.map.canvas.setExtent(box)
            self.map.canvas.refresh()

    def add_layers(self) -> None:
        """Add copies of the round's layers to the project."""
        QgsProject.instance().addMapLayers([layer.clone() for layer in self.found.layers])

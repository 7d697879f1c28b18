"""Two rounds side by side: a table of what changed, and the same place before and after."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import QgsCoordinateReferenceSystem, QgsProject
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QComboBox, QDialog, QHBoxLayout, QLabel, QLineEdit, QSplitter, QVBoxLayout, QWidget

from ...bridge.i18n import listed, tr
from ...bridge.review.rounds_compare import Comparison, change_shapes, compare_rounds, side
from ...bridge.review.rounds_layers import round_layers
from ...bridge.review.rounds_titles import cause_names, change_names
from ...core.moments import local_moment
from ...core.review.rounds_diff import ChangeKind
from ...formats.rules.rule_files import line_title
from ...store.workspace import Workspace
from ..widgets.row_table import Row, Rows, chosen, row_view
from ..widgets.tables import add_button, number_text
from ..widgets.two_maps import CaptionedMap, TwoMaps
from .cases_map import without_projects
from .cases_wording import KIND_COLOURS, conclusion_text, round_name

if TYPE_CHECKING:
    from ...store.cases import RoundInfo

_NAMED = 4  # control lines that the sentence names


@dataclass(frozen=True)
class SideBySide:
    """What the window shows, made in the background."""

    comparison: Comparison
    rows: list
    shapes: list
    before: list
    after: list


def side_by_side(workspace: Workspace, before: "RoundInfo", after: "RoundInfo") -> SideBySide:
    """Compare two RoundInfos and make their layers; any thread."""
    comparison = compare_rounds(side(workspace, before), side(workspace, after))
    titles = [f"{info.case} {round_name(info.number)}" for info in (before, after)]
    layers = [round_layers(s.frozen, t) for s, t in zip((comparison.before, comparison.after), titles)]
    return SideBySide(comparison, _rows(comparison), change_shapes(comparison), *layers)


def _rows(comparison):
    """A Row for each change."""
    names, causes, yes = change_names(), cause_names(), tr("Yes")
    order, rows = {kind: number for number, kind in enumerate(ChangeKind)}, []
    for c in comparison.diff.changes:
        taken = yes if comparison.is_accepted(c) else ""
        key = c.project_key if c.key_before in ("", c.project_key) else f"{c.project_key} ← {c.key_before}"
        states = conclusion_text(c.status_before, c.effect_before), conclusion_text(c.status_after, c.effect_after)
        texts = (key, c.project_name, line_title(c.line_name), names[c.kind], causes[c.cause], *states)
        sign = "+" if c.change_m2 > 0 else ""
        numbers = (number_text(c.before_m2), number_text(c.after_m2), sign + number_text(c.change_m2))
        keys = (*texts[:3], order[c.kind], *texts[4:], c.before_m2, c.after_m2, c.change_m2, taken)
        rows.append(Row((*texts, *numbers, taken), keys, KIND_COLOURS[c.kind]))
    return rows


class CompareDialog(QDialog):
    """`write(comparison)` asks for a place and writes the report; `background`: layers below those of the rounds."""

    def __init__(self, found: SideBySide, write: Any, background: list, parent: Optional[QWidget] = None):
        super().__init__(parent)
        self.found, self._write = found, write
        self.changes = found.comparison.diff.changes
        before, after = found.comparison.before.info, found.comparison.after.info
        title = tr("{0}: round {1} against round {2}").format(after.case, after.number, before.number)
        self.setWindowTitle(title)
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint, True)
        self._make_table(before.number, after.number)
        self._make_maps(before, after, background)
        self._build()
        self.show_kind()
        self.resize(1180, 680)

    def _make_table(self, before, after):
        titles = [tr("Project"), tr("Name"), tr("Control line"), tr("Change"), tr("Cause")]
        titles += [tr("Round {0}").format(before), tr("Round {0}").format(after)]
        titles += [tr("Before [m²]"), tr("After [m²]"), tr("Difference [m²]"), tr("Accepted")]
        self.rows = Rows(titles, (7, 8, 9), 3, self)
        self.rows.fill(self.found.rows)
        self.view = row_view(self.rows, 1)
        self.view.sortByColumn(3, Qt.SortOrder.AscendingOrder)
        self.view.selectionModel().selectionChanged.connect(lambda *_: self._show_place())

    def _make_maps(self, before, after, background):
        crs = QgsCoordinateReferenceSystem.fromWkt(self.found.comparison.after.frozen.head.plane_wkt)
        captions = [f"{round_name(i.number)}　{local_moment(i.at)}" for i in (before, after)]
        layers = self.found.before, self.found.after
        sides = self.found.comparison.before, self.found.comparison.after
        background = without_projects(background, *(s.frozen.head for s in sides))
        captions = [f"{round_name(i.number)}　{local_moment(i.at)}" for i in (before, after)]
        layers = self.found.before, self.found.after
        sides = self.found.comparison.before, self.found.comparison.after
        own = {i.name for s in sides for i in s.frozen.head.inputs if i.role == "projects"}
        background = [layer for layer in background if layer.name() not in own]  # each map shows its own projects
        self.maps = TwoMaps(*(CaptionedMap(c, drawn, crs, background) for c, drawn in zip(captions, layers)))
        self.maps.show_all()

    def _build(self):
        self.kind_box, self.search = QComboBox(), QLineEdit()
        diff, names = self.found.comparison.diff, change_names()
        self.kind_box.addItem(tr("All changes ({0})").format(len(self.changes)), None)
        for kind in ChangeKind:
            if diff.number(kind):
                self.kind_box.addItem(f"{names[kind]} ({diff.number(kind)})", kind)
        self.search.setPlaceholderText(tr("Find a project or control line"))
        self.search.setClearButtonEnabled(True)
        self.kind_box.currentIndexChanged.connect(lambda *_: self.show_kind())
        self.search.textChanged.connect(lambda *_: self.show_kind())
        top, bottom, layout = QHBoxLayout(), QHBoxLayout(), QVBoxLayout(self)
        top.addWidget(self.kind_box)
        top.addWidget(self.search, 1)
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.addWidget(self.view)
        splitter.addWidget(self.maps)
        splitter.setSizes([300, 320])
        note = QLabel(self._summary())
        note.setWordWrap(True)
        layout.addWidget(note)
        layout.addLayout(top)
        layout.addWidget(splitter, 1)
        layout.addLayout(bottom)
        bottom.addStretch(1)
        add_button(tr("Whole extent"), self.maps.show_all, bottom)
        add_button(tr("Add to the map"), self.add_layers, bottom)
        add_button(tr("Report…"), lambda: self._write(self.found.comparison), bottom)
        add_button(tr("Close"), self.reject, bottom)

    def _summary(self):
        """The result in a sentence, what is not known said with it."""
        diff, names = self.found.comparison.diff, change_names()
        parts = [f"<b>{names[kind]} {diff.number(kind)}</b>" for kind in ChangeKind if diff.number(kind)]
        text = "　".join(parts) or tr("Neither round found anything.")
        if diff.lines_with_new_rules:
            text += "<br>" + tr("Rules changed: {0}").format(listed(diff.lines_with_new_rules))
        if diff.lost:
            message = listed(f"{line} ({count})" for line, count in list(diff.lost.items())[:_NAMED])
            text += "<br>" + tr("Clear before, not checked now (projects): {0}").format(message)
            more = len(diff.lost) - _NAMED
            text += tr(" and {0} more control lines").format(more) if more > 0 else ""
        return text

    def show_kind(self) -> None:
        """Show the rows of the kind that is chosen and that hold the text that is searched."""
        kind, text = self.kind_box.currentData(), self.search.text().strip().casefold()

        def wanted(number):
            row = self.rows.rows[number]
            found = not text or any(text in cell.casefold() for cell in row.texts[:3])
            return found and (kind is None or self.changes[number].kind == kind)

        self.rows.show(wanted)

    def _show_place(self):
        numbers = chosen(self.view)
        if len(numbers) == 1 and self.found.shapes[numbers[0]] is not None:
            self.maps.show_place(self.found.shapes[numbers[0]])

    def add_layers(self) -> None:
        """Add copies of the layers of both rounds to the project."""
        QgsProject.instance().addMapLayers([layer.clone() for layer in (*self.found.after, *self.found.before)])

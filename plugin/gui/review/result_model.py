"""The projects of a result as a table of any length: cells are made only when they are looked at."""

from typing import Any, Optional

from qgis.PyQt.QtCore import QAbstractTableModel, QModelIndex, Qt
from qgis.PyQt.QtGui import QBrush, QColor

from ...bridge.i18n import listed, tr
from ...bridge.review.check_result import ProjectRow
from ...core.land.rounding import mu
from ...formats.rules.rule_files import line_title
from ..widgets.conclusions import CONCLUSION_COLOURS, conclusion_name
from ..widgets.contrast import letters_on

_CONCLUSION, _LINES, _AREA = 1, 2, 3
_ROLES = Qt.ItemDataRole


class ProjectModel(QAbstractTableModel):
    """Rows are ProjectRows, in the order given."""

    def __init__(self, parent=None):
        super().__init__(parent)
        self.rows: list = []
        self._titles = [tr("Project"), tr("Conclusion"), tr("Lines that matter"), tr("mu")]

    def show(self, rows: list) -> None:
        """Show these ProjectRows in place of those before."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        return len(self._titles)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _ROLES.DisplayRole) -> Optional[str]:
        shown = role == _ROLES.DisplayRole and orientation == Qt.Orientation.Horizontal
        return self._titles[section] if shown else None

    def data(self, index: QModelIndex, role: int = _ROLES.DisplayRole) -> Any:
        project, column = self.rows[index.row()], index.column()
        if role in (_ROLES.DisplayRole, _ROLES.ToolTipRole):
            return _text(project, column)
        if role == _ROLES.TextAlignmentRole and column == _AREA:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if column == _CONCLUSION and role == _ROLES.BackgroundRole:
            return QBrush(QColor(CONCLUSION_COLOURS[project.conclusion]))
        if column == _CONCLUSION and role == _ROLES.ForegroundRole:
            return QBrush(QColor(letters_on(CONCLUSION_COLOURS[project.conclusion])))
        return None


def _text(project: ProjectRow, column: int) -> str:
    if column == _CONCLUSION:
        return conclusion_name(project.conclusion)
    if column == _LINES:
        return listed(line_title(n.line_name) for n in project.lines if n.conclusion == project.conclusion)
    if column == _AREA:
        return f"{mu(project.overlap_m2):,.2f}" if project.overlap_m2 else ""
    return project.key

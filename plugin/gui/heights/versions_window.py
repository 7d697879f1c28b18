"""Two versions of a design in one table: what became compliant, what got worse."""

from collections.abc import Sequence
from pathlib import Path
from typing import Optional

from qgis.core import QgsMapLayerProxyModel, QgsVectorLayer
from qgis.gui import QgsMapLayerComboBox
from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtGui import QDesktopServices
from qgis.PyQt.QtWidgets import QDialog, QLabel, QVBoxLayout, QWidget

from ...bridge.heights.reporting import write_versions_report
from ...bridge.i18n import tr
from ...core.errors import OneMapError
from ...core.heights.versions import VersionChange, VersionRow
from ...core.heights.wording import status_word
from ..widgets.row_table import Row, Rows, row_view
from ..widgets.tables import add_button, number_text, ok_cancel
from ..widgets.work_page import ask_report

_COLOURS = {"resolved": "#1a9641", "reduced": "#a6d96a", "grown": "#fdae61", "new": "#d7191c"}


def ask_version(parent: QWidget, first: Optional[QgsVectorLayer]) -> Optional[QgsVectorLayer]:
    """The layer of another version, None where the user gives up."""
    dialog = QDialog(parent)
    dialog.setWindowTitle(tr("Other version of the design"))
    box = QgsMapLayerComboBox()
    box.setFilters(QgsMapLayerProxyModel.HasGeometry)
    box.setExceptedLayerList([first] if first is not None else [])
    layout = QVBoxLayout(dialog)
    layout.addWidget(QLabel(tr("Buildings are matched by their keys.")))
    layout.addWidget(box)
    layout.addWidget(ok_cancel(dialog))
    return box.currentLayer() if dialog.exec() else None


def change_names() -> dict[VersionChange, str]:
    """{VersionChange: words}"""
    return {
        VersionChange.RESOLVED: tr("Resolved"), VersionChange.REDUCED: tr("Reduced"),
        VersionChange.UNCHANGED: tr("Unchanged"), VersionChange.GROWN: tr("Grown"), VersionChange.NEW: tr("New"),
        VersionChange.ADDED: tr("Only in the second"), VersionChange.REMOVED: tr("Only in the first"),
    }  # fmt: skip


class VersionsWindow(QDialog):
    """`names`: of the two versions; `absent`: codes of what was not checked in them."""

    def __init__(
        self,
        names: tuple[str, str],
        versions: Sequence[VersionRow],
        absent: Sequence[str] = (),
        parent: Optional[QWidget] = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Two versions of the design"))
        self.resize(760, 480)
        change_texts = change_names()
        counts = [(change_texts[c], sum(v.change == c for v in versions)) for c in VersionChange]
        self.message = label = QLabel(
            f"{names[0]} → {names[1]}　" + "，".join(f"{word} {count}" for word, count in counts if count)
        )
        label.setWordWrap(True)
        titles = [tr("Change"), tr("Building"), tr("Before"), tr("After"), tr("Exceeded by (m)"), tr("Exceeds by (m)")]
        self.rows = Rows(titles, (4, 5), 0, self)
        self.rows.fill([_row(version, change_texts) for version in versions])
        layout = QVBoxLayout(self)
        layout.addWidget(label)
        layout.addWidget(row_view(self.rows, 1), 1)
        self._names, self._versions, self._absent = names, versions, absent
        add_button(tr("Report…"), self.write_report, layout, tr("Word, Excel, HTML or PDF"))

    def write_report(self, path: str = "") -> None:
        """Write the comparison as a report and open it."""
        if not path:
            path = ask_report(self, tr("Report of the comparison"))
        if not path:
            return
        try:
            write_versions_report(self._names, self._versions, self._absent, Path(path))
        except OneMapError as error:
            self.message.setText(str(error))
            return
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


def _row(version: VersionRow, change_texts: dict[VersionChange, str]) -> Row:
    sides = [status_word(side.status) if side else "—" for side in (version.before, version.after)]
    exceeds = version.exceed_before, version.exceed_after
    texts = change_texts[version.change], version.key, *sides, *(number_text(e) if e else "" for e in exceeds)
    return Row(texts, (str(version.change), version.key, *sides, *exceeds), _COLOURS.get(str(version.change), ""))

"""The input of attachments: a list of files that the workspace keeps by their sha256."""

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ..plugin.bridge.i18n import tr
from ..plugin.core.errors import OneMapError
from ..plugin.gui.widgets.contrast import Tone, text_style

_KILOBYTE = 1000


class FilesInput(QWidget):
    """Attachments: kept in the workspace as soon as they are chosen; any of them can be written out again."""

    changed = pyqtSignal()

    def __init__(self, workspace):
        super().__init__()
        self._workspace, self._files = workspace, []
        self.list, self.notice = QListWidget(), QLabel()
        self.list.setFixedHeight(66)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.notice.setStyleSheet(text_style(Tone.BAD))
        self.notice.setWordWrap(True)
        self.notice.hide()
        column, row = QVBoxLayout(self), QHBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.list)
        column.addWidget(self.notice)
        column.addLayout(row)
        row.addStretch()
        self._buttons = []
        for text, slot in ((tr("Add file…"), self._choose), (tr("Save as…"), self._save), (tr("Remove"), self._remove)):
            button = QPushButton(text)
            button.setAutoDefault(False)
            button.clicked.connect(lambda checked=False, slot=slot: slot())
            row.addWidget(button)
            self._buttons.append((button, slot))

    def set_locked(self, locked):
        """A locked record's files can still be written out."""
        for button, slot in self._buttons:
            button.setEnabled(not locked or slot == self._save)

    def _choose(self):
        self.add(QFileDialog.getOpenFileNames(self, tr("Add file…"))[0])

    def add(self, paths):
        """Take files in by path; what cannot be read is told."""
        for path in paths:
            known = self._told(lambda path=path: self._workspace.attachments.add(path))
            if known is not None:
                self._files = [f for f in self._files if f["sha256"] != known["sha256"]] + [known]
        self._show()
        self.changed.emit()

    def _save(self):
        for known in self._selected():
            path, _ = QFileDialog.getSaveFileName(self, tr("Save as…"), known["name"])
            if path:
                self.save_as(known, path)

    def save_as(self, known, path):
        """Write one attachment out."""
        self._told(lambda: self._workspace.attachments.save_as(known["sha256"], path))

    def _remove(self):
        gone = self._selected()
        self._files = [known for known in self._files if known not in gone]
        self._show()
        self.changed.emit()

    def _selected(self):
        return [self._files[self.list.row(item)] for item in self.list.selectedItems()]

    def _told(self, act):
        """Run an act; its error is shown below the list."""
        try:
            self.notice.hide()
            return act()
        except OneMapError as error:
            self.notice.setText(str(error))
            self.notice.show()
            return None

    def _show(self):
        self.list.clear()
        for known in self._files:
            size = f"{known['bytes'] / _KILOBYTE:,.1f} kB" if "bytes" in known else ""
            self.list.addItem(f"{known['name']}  {size}".rstrip())
            self.list.item(self.list.count() - 1).setToolTip(f"sha256 {known['sha256']}")

    def value(self):
        return list(self._files) or None

    def set_value(self, value):
        self._files = list(value or [])
        self._show()

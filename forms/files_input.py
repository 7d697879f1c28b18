"""The input of attachments: a list of files that the workspace keeps by their sha256."""

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any, Union

from qgis.PyQt.QtCore import QSize, pyqtSignal
from qgis.PyQt.QtGui import QIcon, QPixmap
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
from ..plugin.bridge.sync.photos import photo_preview
from ..plugin.core import messages
from ..plugin.core.errors import OneMapError
from ..plugin.core.files import safe_name
from ..plugin.core.forms.photo_place import farthest_metres, metres_from, photo_place
from ..plugin.gui.widgets.attempt import attempt
from ..plugin.gui.widgets.contrast import Tone, text_style

_KILOBYTE = 1000
_ICON = 64  # pixels
_PHOTOS = (".jpg", ".jpeg", ".png")
_MOST_BYTES = 60_000_000  # of a photo that is looked into while somebody waits
_UNSEEN = (".heic", ".heif")


def _free_name(name: str, taken: list[str]) -> str:
    """A name that no other attachment of the record bears: two photos called 照片.jpg are told apart."""
    stem, ending = Path(name).stem, Path(name).suffix
    names = {other.lower() for other in taken}
    numbered = (f"{stem} ({number}){ending}" for number in range(2, len(taken) + 3))
    return name if name.lower() not in names else next(n for n in numbered if n.lower() not in names)


class FilesInput(QWidget):
    """Attachments: kept in the workspace as soon as they are chosen; any of them can be written out again."""

    changed = pyqtSignal()

    def __init__(self, workspace):
        super().__init__()
        self._workspace, self._files = workspace, []
        self._place, self._looks = None, {}
        self.list, self.notice = QListWidget(), QLabel()
        self.list.setIconSize(QSize(_ICON, _ICON))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.notice.setStyleSheet(text_style(Tone.BAD))
        self.notice.setWordWrap(True)
        self.notice.hide()
        self.placeLabel = QLabel()
        self.placeLabel.setStyleSheet(text_style(Tone.DOUBT))
        self.placeLabel.setWordWrap(True)
        self.placeLabel.hide()
        column, row = QVBoxLayout(self), QHBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.list)
        column.addWidget(self.notice)
        column.addWidget(self.placeLabel)
        column.addLayout(row)
        row.addStretch()
        self._buttons = []
        for text, slot in ((tr("Add file…"), self._choose), (tr("Save as…"), self._save), (tr("Remove"), self._remove)):
            button = QPushButton(text)
            button.setAutoDefault(False)
            button.clicked.connect(lambda checked=False, slot=slot: slot())
            row.addWidget(button)
            self._buttons.append((button, slot))

    def set_locked(self, locked: bool) -> None:
        """A locked record's files can still be written out."""
        for button, slot in self._buttons:
            button.setEnabled(not locked or slot == self._save)

    def _choose(self):
        self.add(QFileDialog.getOpenFileNames(self, tr("Add file…"))[0])

    def add(self, paths: Iterable[str]) -> None:
        """Take files in by path; what cannot be read is told."""
        lines: list[str] = []
        for path in paths:
            known = attempt(partial(self._workspace.attachments.add, path), lines.append).result
            if known is not None:
                others = [f for f in self._files if f["sha256"] != known["sha256"]]
                self._files = [*others, {**known, "name": _free_name(known["name"], [f["name"] for f in others])}]
                if known["name"].lower().endswith(_UNSEEN):
                    lines.append(messages.text("attachment_not_shown", file=known["name"]))
        self._show()
        self.notice.setText("\n".join(lines))
        self.notice.setVisible(bool(lines))
        self.changed.emit()

    def _save(self):
        for known in self._selected():
            path, _ = QFileDialog.getSaveFileName(self, tr("Save as…"), safe_name(known["name"]))
            if path:
                self.save_as(known, path)

    def save_as(self, known: Any, path: Union[str, Path]) -> None:
        """Write one attachment out."""
        self._run(lambda: self._workspace.attachments.save_as(known["sha256"], path))

    def _remove(self):
        gone = self._selected()
        self._files = [known for known in self._files if known not in gone]
        self._show()
        self.changed.emit()

    def _selected(self):
        return [self._files[self.list.row(item)] for item in self.list.selectedItems()]

    def _run(self, act):
        """What an act gives; what is refused is shown below the list, None then."""
        self.notice.hide()
        return attempt(act, self._refuse).result

    def _refuse(self, text):
        self.notice.setText(text)
        self.notice.show()

    def _show(self):
        self.list.clear()
        for known in self._files:
            size = f"{known['bytes'] / _KILOBYTE:,.1f} kB" if "bytes" in known else ""
            self.list.addItem(f"{known['name']}  {size}".rstrip())
            item = self.list.item(self.list.count() - 1)
            item.setToolTip(f"sha256 {known['sha256']}")
            icon = self._look(known)[0]
            if icon is not None:
                item.setIcon(icon)
        seen = any(self._look(known)[0] for known in self._files)
        self.list.setFixedHeight(2 * _ICON + 12 if seen else 66)
        self.compare_places(self._place)

    def _look(self, known):
        """(small picture or None, where it was taken or None) of an attachment, looked into once."""
        digest = known["sha256"]
        if digest not in self._looks:
            self._looks[digest] = (None, None)
            if known["name"].lower().endswith(_PHOTOS) and known.get("bytes", 0) <= _MOST_BYTES:
                try:
                    content = self._workspace.attachments.content(digest)
                except OneMapError:
                    return self._looks[digest]  # not kept here: nothing to look at
                image = photo_preview(content, _ICON)
                icon = QIcon(QPixmap.fromImage(image)) if image is not None else None
                self._looks[digest] = (icon, photo_place(content))
        return self._looks[digest]

    def compare_places(self, wkb):
        """Warn of photos that were taken far from the record's place (WKB or None)."""
        self._place, lines = wkb, []
        for known in self._files if wkb else ():
            place = self._look(known)[1]
            metres = metres_from(wkb, place) if place else 0.0
            if metres > farthest_metres():
                message = tr("{0} was taken {1} m from the location of this record. Check the photo or the location.")
                lines.append(message.format(known["name"], f"{metres:,.0f}"))
        self.placeLabel.setText("\n".join(lines))
        self.placeLabel.setVisible(bool(lines))

    def value(self) -> Any:
        return list(self._files) or None

    def set_value(self, value: Any) -> None:
        self._files = list(value or [])
        self._show()

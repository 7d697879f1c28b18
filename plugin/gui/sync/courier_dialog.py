"""Courier bags from the window: pack, pack again, take in a receipt."""

import os
from pathlib import Path

from qgis.gui import QgsAuthConfigSelect
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ...bridge.i18n import tr
from ...bridge.sync.bags import prepared
from ...bridge.sync.platform import bag_key
from ...bridge.sync.settings import BagSettings
from ...core import messages
from ...core.moments import local_moment
from ...sync import age
from ...sync.courier import Courier
from ...sync.masking import BagPolicy
from ..widgets.attempt import attempt
from ..widgets.buttons import close_only
from ..widgets.empty_hint import EmptyHint
from .preview_dialog import _table

_NUMBERS = (0, 2, 3)  # columns


class CourierDialog(QDialog):
    """The bags of a workspace that is exchanged by hand."""

    def __init__(self, workspace, actor, parent=None):
        super().__init__(parent)
        self.ws, self.actor = workspace, actor
        self.setWindowTitle(tr("Courier bags"))
        self.resize(860, 520)
        self.intro = QLabel(
            tr(
                "Without a connection to the platform, records are carried on a drive: pack a bag, deliver "
                "it to the platform, and import the receipt that comes back. Records stay in the outbox "
                "until their receipt is imported."
            )
        )
        self.intro.setWordWrap(True)
        self.table = _table(
            (tr("Bag"), tr("Packed"), tr("Records packed"), tr("Files"), tr("State"), tr("Content hash")),
            (50, 125, 95, 70, 160, 300),
        )
        self._hint = EmptyHint(self.table)
        self._build()
        self._fill(BagSettings.load(workspace))
        self.show_bags()

    def _build(self):
        self.key_select, self.identity_select = QgsAuthConfigSelect(self), QgsAuthConfigSelect(self)
        self.recipient_edit, self.notice = QLineEdit(), QLabel()
        self.recipient_edit.setPlaceholderText(tr("age1… from the platform's office; empty: the bag is signed only"))
        self.recipient_edit.setEnabled(age.available())
        self.notice.setWordWrap(True)
        self.key_note, self.identity_note, self.policy_box = QLabel(), QLabel(), self._policies()
        fields = _grid(
            (tr("Signing key of the county"), self.key_select),
            ("", self.key_note),
            (tr("Public key of the platform"), self.recipient_edit),
            (tr("Secret key for encrypted receipts"), self.identity_select),
            ("", self.identity_note),
            (tr("Sensitive fields"), self.policy_box),
        )
        for select in (self.key_select, self.identity_select):
            select.selectedConfigIdChanged.connect(self._tell_keys)
        for note in (self.key_note, self.identity_note):
            note.setWordWrap(True)
        self.pack_button, self.again_button, self.unpack_button = (
            QPushButton(text) for text in (tr("Pack a bag…"), tr("Pack the chosen bag again…"), tr("Import a receipt…"))
        )
        row = QHBoxLayout()
        for button, slot in (
            (self.pack_button, self.pack),
            (self.again_button, self.pack_again),
            (self.unpack_button, self.unpack),
        ):
            button.setAutoDefault(False)
            button.clicked.connect(lambda checked=False, slot=slot: self._run(slot))
            row.addWidget(button)
        layout = QVBoxLayout(self)
        layout.addWidget(self.intro)
        layout.addLayout(fields)
        layout.addLayout(row)
        layout.addWidget(self.notice)
        layout.addWidget(self.table, 1)
        layout.addWidget(close_only(self))
        self.table.itemSelectionChanged.connect(self._enable)

    def _policies(self):
        """What bags carry of sensitive fields."""
        box = QComboBox()
        for policy, text in (
            (BagPolicy.COMPLETE, tr("included in full")),
            (BagPolicy.MASK, tr("included masked (张**), or left out where they cannot be masked")),
            (BagPolicy.OMIT, tr("stay here")),
        ):
            box.addItem(text, policy)
        box.setToolTip(self._sensitive())
        return box

    def _sensitive(self):
        """What the forms declare as sensitive, by name."""
        named = [
            f"{form.label}: {messages.text('sync_and').join(str(form.field(key).title) for key in form.sensitive)}"
            for form in self.ws.forms()
            if form.sensitive
        ]
        return "\n".join(named)

    def _fill(self, settings):
        self.policy_box.setCurrentIndex(self.policy_box.findData(settings.policy))
        self.key_select.setConfigId(settings.key)
        self.identity_select.setConfigId(settings.identity)
        self._tell_keys()
        self.recipient_edit.setText(settings.recipient)
        if not age.available():
            self.notice.setText(tr("Bags cannot be encrypted on this computer; they are signed only."))

    def _tell_keys(self, *_):
        """What a key that is not set means: the box itself says "no authentication", which it is not."""
        for select, note, variable, code in (
            (self.key_select, self.key_note, "ONEMAP_BAG_KEY", "bag_key_unset"),
            (self.identity_select, self.identity_note, "ONEMAP_BAG_IDENTITY", "bag_identity_unset"),
        ):
            code = "bag_key_environment" if os.environ.get(variable, "").strip() else code
            note.setText("" if select.configId() else messages.text(code, variable=variable))
            note.setVisible(not select.configId())

    def _run(self, act):
        attempt(act, self.notice.setText)
        self.show_bags()

    def _courier(self):
        settings = BagSettings(
            self.key_select.configId(),
            self.identity_select.configId(),
            self.recipient_edit.text().strip(),
            BagPolicy(self.policy_box.currentData()),
        )
        settings.save(self.ws)
        self.log: list[str] = []
        return prepared(Courier(self.ws, bag_key(settings.key), self.actor, self.log.append), self.ws)

    def show_bags(self) -> None:
        """Fill the table anew."""
        self.bags = self.ws.bags.all()
        self.table.setRowCount(len(self.bags))
        for row, bag in enumerate(self.bags):
            local = local_moment(bag.at)
            state = tr("answered") if bag.answered_at else tr("packed, no receipt yet")
            texts = (str(bag.sequence), local, f"{bag.records:,}", f"{len(bag.files):,}", state, bag.manifest)
            for column, text in enumerate(texts):
                self.table.setItem(row, column, _cell(text, column))
        self._hint.tell("" if self.bags else tr("No bag was packed yet. Pack one when records wait to be sent."))
        counts = self.ws.outbox.counts()
        waiting = counts["pending"] + counts["sending"]
        self.pack_button.setText(tr("Pack a bag ({0} records)…").format(f"{waiting:,}"))
        self._enable()

    def _enable(self):
        row = self.table.currentRow()
        bag = self.bags[row] if 0 <= row < len(self.bags) and self.table.selectedItems() else None
        self.again_button.setEnabled(bag is not None and not bag.answered_at)
        for button in (self.pack_button, self.unpack_button):
            button.setEnabled(not self.ws.read_only)

    def _target(self, sequence):
        ending = ".zip.age" if self.recipient_edit.text().strip() and age.available() else ".zip"
        name = f"onemap-{self.ws.county}-{sequence:06d}{ending}"
        path, _ = QFileDialog.getSaveFileName(self, tr("Courier bag"), name, f"(*{ending})")
        return path

    def pack(self) -> None:
        """Pack what waits."""
        path = self._target(self.ws.setting("bag_out", 0) + 1)
        if path:
            count = self._courier().pack(Path(path))
            message = tr("{0} records were packed into {1}.").format(count, Path(path).name)
            self.notice.setText("\n".join([message, *self.log[:5]]))

    def pack_again(self) -> None:
        """Pack a bag that was lost on its way once more."""
        bag = self.bags[self.table.currentRow()]
        path = self._target(bag.sequence)
        if path:
            self._courier().pack_again(bag.sequence, Path(path))
            self.notice.setText(tr("Bag {0} was packed again with the same content.").format(bag.sequence))

    def unpack(self) -> None:
        """Take in the platform's answer."""
        path, _ = QFileDialog.getOpenFileName(self, tr("Receipt bag"), "", tr("Receipts (*.zip *.age)"))
        if path:
            counts = self._courier().unpack(Path(path))
            text = tr("Accepted: {0} · received: {1} · refused: {2} · conflicts: {3}")
            names = ("done", "changed", "rejected", "conflict")
            self.notice.setText("\n".join([text.format(*(counts[name] for name in names)), *self.log[:5]]))


def _grid(*rows: tuple[str, QWidget]) -> QGridLayout:
    """Titles before fields. A form layout gives a wrapped text the height of a narrow one."""
    grid = QGridLayout()
    grid.setColumnStretch(1, 1)
    for row, (title, field) in enumerate(rows):
        grid.addWidget(QLabel(title), row, 0)
        grid.addWidget(field, row, 1)
    return grid


def _cell(text: str, column: int) -> QTableWidgetItem:
    """Numbers to the right; the hash, longer than its column, whole in a tip."""
    cell = QTableWidgetItem(text)
    if column in _NUMBERS:
        cell.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    cell.setToolTip(text)
    return cell

"""Dialog buttons in the plugin's language: Qt's own translations are not on every machine."""

from typing import Optional

from qgis.PyQt.QtWidgets import QDialog, QDialogButtonBox, QMessageBox, QWidget

from ...bridge.i18n import tr


def ok_cancel(dialog: QDialog, box: Optional[QDialogButtonBox] = None) -> QDialogButtonBox:
    """A button box with OK and Cancel that accept and reject `dialog`; `box`: one that is there already."""
    kinds = QDialogButtonBox.StandardButton
    box = box or QDialogButtonBox(kinds.Ok | kinds.Cancel)
    box.button(kinds.Ok).setText(tr("OK"))
    box.button(kinds.Cancel).setText(tr("Cancel"))
    box.accepted.connect(dialog.accept)
    box.rejected.connect(dialog.reject)
    return box


def close_only(dialog: QDialog) -> QDialogButtonBox:
    """A button box that closes `dialog`, when it is clicked: Enter in a field only ends the entry."""
    kind = QDialogButtonBox.StandardButton.Close
    box = QDialogButtonBox(kind)
    box.button(kind).setText(tr("Close"))
    box.button(kind).setAutoDefault(False)
    box.rejected.connect(dialog.reject)
    return box


def agreed(parent: QWidget, title: str, question: str) -> bool:
    """Ask a question; True for yes."""
    kinds = QMessageBox.StandardButton
    box = QMessageBox(QMessageBox.Icon.Question, title, question, kinds.Yes | kinds.No, parent)
    box.button(kinds.Yes).setText(tr("Yes"))
    box.button(kinds.No).setText(tr("No"))
    box.exec()
    return (
        box.standardButton(box.clickedButton()) == kinds.Yes
    )  # Qt 6 answers exec() with a number that equals no button

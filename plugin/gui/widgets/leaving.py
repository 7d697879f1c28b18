"""Windows that are still open when the plugin goes: what they would do next is no longer there."""

from qgis.gui import QgsProcessingAlgorithmDialogBase
from qgis.PyQt.QtWidgets import QApplication

_PACKAGE = __name__.split(".")[0]


def close_windows() -> None:
    """Close the plugin's own windows, whatever is in them, and the dialogs of its algorithms."""
    for widget in QApplication.topLevelWidgets():
        if _is_ours(widget):
            widget.hide()
            widget.deleteLater()
        elif isinstance(widget, QgsProcessingAlgorithmDialogBase) and _is_ours(widget.algorithm()):
            widget.close()


def _is_ours(thing: object) -> bool:
    return type(thing).__module__.split(".")[0] == _PACKAGE

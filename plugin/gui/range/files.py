"""A boundary-point file as a range; the user is asked for the CRS that the file does not say."""

from typing import Optional

from qgis.gui import QgsProjectionSelectionDialog
from qgis.PyQt.QtWidgets import QWidget

from ...bridge.i18n import tr
from ...bridge.range.shapes import FileRange, txt_range
from ...core.errors import InputError

_ASKED = ("txt_needs_crs", "txt_zone_unknown")


def read_range_file(path: str, parent: QWidget) -> Optional[FileRange]:
    """The FileRange of a TXT, None where the user chose no CRS; raises InputError."""
    try:
        return txt_range(path)
    except InputError as error:
        if error.code not in _ASKED:
            raise
        dialog = QgsProjectionSelectionDialog(parent)
        dialog.setMessage(str(error))
        dialog.setWindowTitle(tr("CRS of the coordinates"))
        return txt_range(path, dialog.crs()) if dialog.exec() and dialog.crs().isValid() else None

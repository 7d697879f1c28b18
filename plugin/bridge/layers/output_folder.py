"""Where the files that a user did not name a folder for are made."""

import tempfile
from pathlib import Path
from typing import Optional

from qgis.PyQt.QtCore import QStandardPaths

from ...core.files import takes_files

_HOMES = (QStandardPaths.StandardLocation.DocumentsLocation, QStandardPaths.StandardLocation.HomeLocation)


def output_folder(beside: Optional[Path] = None) -> Path:
    """The folder beside an input, where that is on a share that may only be read the user's documents; a user without
    those gets the home folder, else that of temporary files.
    """
    homes = [QStandardPaths.writableLocation(place) for place in _HOMES]
    folders = [*filter(None, [beside]), *map(Path, filter(None, homes))]
    return next((folder for folder in folders if takes_files(folder)), Path(tempfile.gettempdir()))

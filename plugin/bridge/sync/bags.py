"""Courier bags as the window and the algorithms meet them: with the keys of QGIS's authentication manager."""

from contextlib import suppress
from pathlib import Path

from ...store.anchors import anchors_in
from ...store.workspace import Workspace
from ...sync import age
from ...sync.courier import Courier, opened
from .platform import bag_identity
from .settings import BagSettings


def prepared(courier: Courier, workspace: Workspace) -> Courier:
    """A Courier with the keys of the workspace's BagSettings: a bag leaves encrypted where a recipient is named."""
    settings = BagSettings.load(workspace)
    courier.recipient = settings.recipient if age.available() else ""
    courier.identity = bag_identity(settings.identity)
    return courier


def anchors_of_file(workspace, path):
    """The Anchors in a text file, a log or a courier bag; an encrypted bag is opened with the county's own key.

    InputError, BagError for what cannot be read.
    """
    sealed = False
    with suppress(OSError):  # said by anchors_in
        sealed = age.sealed(path)
    if not sealed:
        return anchors_in(path)
    with opened(Path(path), bag_identity(BagSettings.load(workspace).identity)) as plain:
        return anchors_in(plain, Path(path).name)

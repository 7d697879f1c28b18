"""The Processing provider `onemap`."""

import pkgutil
from pathlib import Path

from qgis.core import Qgis, QgsApplication, QgsProcessingProvider
from qgis.PyQt.QtGui import QIcon

from ..plugin.bridge.i18n import tr
from ..plugin.paths import ICONS
from .base import OneMapAlgorithm

_ICON = ICONS / "icon.svg"


class OneMapProvider(QgsProcessingProvider):
    """Finds its algorithms by itself: every module of this package that defines a subclass of OneMapAlgorithm."""

    def id(self) -> str:
        return "onemap"

    def name(self) -> str:
        return tr("OneMap Desk")

    def icon(self) -> QIcon:
        return QIcon(str(_ICON))

    def loadAlgorithms(self) -> None:
        for kind in algorithm_classes():
            self.addAlgorithm(kind())


def algorithm_classes() -> list:
    """Return the algorithm classes of this package in the order of their names.

    A module that lacks a library leaves its own algorithms out and says so in the log, the others stay. Modules are
    imported by `__import__`, which QGIS watches: it forgets them when the plugin is unloaded or upgraded.
    """
    found = {}
    for name in sorted(module.name for module in pkgutil.iter_modules([str(Path(__file__).resolve().parent)])):
        try:
            content = __import__(f"{__package__}.{name}", fromlist=["*"])
        except ImportError as error:
            _log_missing(name, error)
            continue
        for value in vars(content).values():
            if isinstance(value, type) and issubclass(value, OneMapAlgorithm) and value.NAME:
                found[value.NAME] = value
    return [found[name] for name in sorted(found)]


def _log_missing(name, error):
    advice = tr(
        "Some tools are off ({0}): the Python library {1} is missing. See menu One Map > Check the installation."
    )
    QgsApplication.messageLog().logMessage(advice.format(name, error.name or error), "OneMap Desk", Qgis.Critical)

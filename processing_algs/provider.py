"""The Processing provider `onemap`."""

import importlib
import pkgutil
from pathlib import Path

from qgis.core import QgsProcessingProvider
from qgis.PyQt.QtGui import QIcon

from ..plugin.bridge.i18n import tr
from ..plugin.paths import ICONS
from .base import OneMapAlgorithm

_ICON = ICONS / "icon.svg"


class OneMapProvider(QgsProcessingProvider):
    """Finds its algorithms by itself: every module of this package that defines a subclass of OneMapAlgorithm."""

    def id(self):
        return "onemap"

    def name(self):
        return tr("OneMap Desk")

    def icon(self):
        return QIcon(str(_ICON))

    def loadAlgorithms(self):
        for kind in algorithm_classes():
            self.addAlgorithm(kind())


def algorithm_classes():
    """Return the algorithm classes of this package in the order of their names."""
    package = Path(__file__).resolve().parent
    found = {}
    for module in pkgutil.iter_modules([str(package)]):
        content = importlib.import_module(f".{module.name}", __package__)
        for value in vars(content).values():
            if isinstance(value, type) and issubclass(value, OneMapAlgorithm) and value.NAME:
                found[value.NAME] = value
    return [found[name] for name in sorted(found)]

"""Where the thresholds that the user set are kept: with the profile, so that an update of the plugin leaves them."""

from pathlib import Path

from qgis.core import QgsApplication


def own_warnings() -> Path:
    """The file of the user's own warning rules, whether it is there or not."""
    return Path(QgsApplication.qgisSettingsDirPath()) / "onemap" / "warnings.yaml"

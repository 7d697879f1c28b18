"""The date of a QGIS layer: of a date field, its metadata or its name; of its file only where nothing else tells."""

from datetime import datetime
from pathlib import Path
from typing import Optional

from qgis.core import Qgis, QgsVectorLayer
from qgis.PyQt.QtCore import QVariant

from ...core.review.layer_dates import DateSource, LayerDate, best, day_in_name, newest_day
from ...formats.rules.rule_files import load_project_fields

_MOST_FEATURES, _MOST_VALUES = 50_000, 2_000  # a larger layer is not read through for its date


def layer_date(layer: QgsVectorLayer, file: Optional[Path], file_day: str) -> LayerDate:
    """The LayerDate of a layer; `file_day`: when its file was changed, the last resort. Main thread only."""
    return best(_of_field(layer), _of_metadata(layer), _of_name(layer, file), LayerDate(file_day, DateSource.FILE))


def _of_field(layer):
    if not 0 < layer.featureCount() <= _MOST_FEATURES:
        return None
    for name in load_project_fields()["layer_date"]:
        index = layer.fields().lookupField(name)
        if index >= 0:
            values = layer.uniqueValues(index, _MOST_VALUES)
            newest = newest_day(v.toPyDate() if hasattr(v, "toPyDate") else v for v in map(_plain, values) if v)
            if newest:
                return LayerDate(newest, DateSource.FIELD, layer.fields().at(index).name())
    return None


def _plain(value):
    if value is None or (isinstance(value, QVariant) and value.isNull()):
        return None
    return value.date() if hasattr(value, "date") and not hasattr(value, "toPyDate") else value


def _of_metadata(layer):
    metadata = layer.metadata()
    if not hasattr(metadata, "dateTime"):
        return None
    for kind in (Qgis.MetadataDateType.Revised, Qgis.MetadataDateType.Published, Qgis.MetadataDateType.Created):
        value = metadata.dateTime(kind)
        if value.isValid():
            return LayerDate(value.date().toString("yyyy-MM-dd"), DateSource.METADATA)
    return None


def _of_name(layer, file):
    names = [layer.name(), file.stem if file is not None and file.is_file() else ""]
    return LayerDate(max(map(day_in_name, names)), DateSource.NAME)


def file_date(path: Optional[Path]) -> str:
    """Date of the last change of a file, YYYY-MM-DD, "" where there is no file."""
    return datetime.fromtimestamp(path.stat().st_mtime).strftime("%Y-%m-%d") if path else ""

"""A layer of a site selection, opened to be read in another thread."""

from qgis.core import QgsVectorLayer

from ..layers.encoding import repair_encoding
from ..layers.held_file import refuse_held
from ..layers.snapshot import LayerSnapshot, source_file


def opened(layer: QgsVectorLayer, role: str) -> LayerSnapshot:
    """The LayerSnapshot of a layer; raises InputError at once where another program holds its file."""
    refuse_held(source_file(layer), layer.name())
    return LayerSnapshot(repair_encoding(layer), role)

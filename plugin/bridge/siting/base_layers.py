"""Which layer of the project is most likely the boundary to search in, or the parcels to choose from."""

import json
from functools import lru_cache
from typing import Optional

from qgis.core import QgsVectorLayer, QgsWkbTypes

from ...paths import RESOURCES


@lru_cache(maxsize=1)
def _names():
    return json.loads((RESOURCES / "siting" / "base_layers.json").read_text(encoding="utf-8"))


def default_base(layers: list, parcels: Optional[QgsVectorLayer]) -> Optional[QgsVectorLayer]:
    """The polygon layer that bears the name of candidate parcels, or of a boundary; None where none does.

    The earlier a name stands in resources/siting/base_layers.json the better; a whole name goes before a part.
    """
    names = [n.casefold() for n in _names()["parcels" if parcels else "extent"]]
    ranked = []
    for layer in layers:
        if isinstance(layer, QgsVectorLayer) and layer.geometryType() == QgsWkbTypes.PolygonGeometry:
            rank = _rank(layer.name().split(" — ")[-1].casefold(), names)
            if rank is not None:
                ranked.append((rank, layer.name(), layer.id(), layer))
    return min(ranked)[-1] if ranked else None


def _rank(name, names):
    if name in names:
        return names.index(name)
    parts = [at for at, known in enumerate(names) if len(known) > 1 and not known.isascii() and known in name]
    return len(names) + parts[0] if parts else None

"""What a layer's source names: its file, its table."""

import re
from functools import lru_cache
from pathlib import Path

from qgis.core import QgsProviderRegistry, QgsVectorLayer

# a table of a GeoPackage and nothing else: QGIS takes longer to tell its parts than all else of the layer
_PLAIN = re.compile(r"((?!/vsi|\w\w+:)[^|?\s][^|?]*\.gpkg)\|layername=([^|\s]+)")


def is_plain_table(source: str) -> bool:
    """Whether a source of OGR is a table of a GeoPackage without anything else."""
    return _PLAIN.fullmatch(source) is not None


@lru_cache(maxsize=4096)
def source_parts(provider: str, source: str) -> dict[str, str]:
    """What QGIS makes of a layer's source: {"path", "layerName", ...}; not to be changed."""
    plain = _PLAIN.fullmatch(source) if provider == "ogr" else None
    if plain is not None:
        return {"path": plain[1], "layerName": plain[2]}
    parts = QgsProviderRegistry.instance().decodeUri(provider, source)
    # what is absent comes as a NULL that is not None
    return {name: str(value) for name, value in parts.items() if value}


def own_name(layer: QgsVectorLayer) -> str:
    """What a report calls a layer: its table where it bears the name of a file, which may hold many of them."""
    table = re.search(r"\|layername=([^|]+)", layer.source(), re.IGNORECASE)
    is_of_file = table is not None and layer.name() == Path(layer.source().split("|")[0]).stem
    return table.group(1) if table is not None and is_of_file else str(layer.name())

"""What a layer's source names: its file, its table."""

import re
from functools import lru_cache

from qgis.core import QgsProviderRegistry

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

"""Layers of a site selection: which given layer is which of the criteria, and how each is read."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Optional

from qgis.core import QgsRasterLayer, QgsVectorLayer

from ...core.errors import InputError, OneMapError
from ...core.land.remarks import Remark
from ...core.messages import message
from ...core.review.matching import match_lines
from ...core.siting.build import unmatched_text
from ...core.siting.model import Criteria, LayerRef
from ..layers.raster import RasterSource
from ..review.preparing import layer_name, parse_mapping
from .source import VectorSource
from .understanding import filters_of


class SitingLayers:
    """The sources of a criteria set by layer key: VectorSource, RasterSource, or the reason why there is none.

    Made on the main thread from QgsVectorLayer, QgsRasterLayer, or text (the source of a layer that could not be
    opened).
    """

    def __init__(self, criteria, layers, mapping, catalogue):
        self._made = {}  # {id of a layer: its VectorSource}: what only the report asks is no layer of its own
        self.criteria, self.remarks, self._sources, self._absent = criteria, [], {}, {}
        self.memory = None  # of what was read, where layers are measured against in several rounds
        mapping = _checked(parse_mapping(mapping), criteria)
        self._lost: list[str] = []  # sources that opened as no layer and bear no name of the criteria
        for layer in layers:
            for key in self._keys(layer, mapping, catalogue):
                self._take(key, layer)
        self._tell_lost()

    def _tell_lost(self) -> None:
        """A file that is not there may have been any of the layers that are missing: what stays unchecked is named."""
        rows = [*self.criteria.constraints, *self.criteria.factors]
        titles = "、".join(dict.fromkeys(row.title for row in rows if row.layer and not self.has(row.layer)))
        for source in self._lost:
            code = "siting_file_missing" if titles else "siting_file_unneeded"
            self.remarks.append(Remark(code, source, None, {"source": source, "titles": titles}))

    def _keys(self, layer, mapping, catalogue):
        """Keys of the criteria that a layer serves: by MAPPING, by name, by control line."""
        names = _names(layer)
        mapped = [mapping[n] for n in names if n in mapping]
        if mapped:
            return mapped[:1]
        folded = {n.casefold() for n in names}
        keys = [k for k, ref in self.criteria.layers.items() if folded & {n.casefold() for n in (k, *ref.names)}]
        if isinstance(layer, (QgsVectorLayer, str)):
            lines = set(match_lines([layer_name(layer)], {}, catalogue).assigned.values())
            keys += [k for k, ref in self.criteria.layers.items() if ref.line in lines and k not in keys]
        if isinstance(layer, QgsRasterLayer):  # one that the criteria ask for is not read again for the report
            keys = [k for k in keys if not self.criteria.layers[k].extra] or keys
        if not keys and isinstance(layer, str):
            self._lost.append(layer)
        elif not keys:
            self.remarks.append(Remark("siting_unused", names[0], None, {"layer": names[0]}))
        return keys

    def _take(self, key, layer):
        title = self.criteria.layers[key].title
        try:
            if isinstance(layer, str):
                raise InputError("layer_missing", source=layer)
            if isinstance(layer, QgsRasterLayer):
                self._take_sheet(key, RasterSource(layer, title))
            elif self.criteria.layers[key].extra and id(layer) in self._made:
                self._sources.setdefault(key, []).append(self._made[id(layer)])
            else:
                made = self._made[id(layer)] = VectorSource(layer, title, filters_of(self.criteria, key))
                self._sources.setdefault(key, []).append(made)
        except OneMapError as error:
            self._absent[key] = message("siting_layer_failed", layer=title, error=error)

    def add(self, ref: LayerRef, layer: Any) -> None:
        """Take one more layer that serves a LayerRef of its own."""
        self.criteria = replace(self.criteria, layers={**self.criteria.layers, ref.key: ref})
        self._take(ref.key, layer)

    def _take_sheet(self, key, sheet):
        """Several rasters of one key are the sheets of one."""
        first = next((s for s in self._sources.get(key, []) if isinstance(s, RasterSource)), None)
        if first is None:
            self._sources.setdefault(key, []).append(sheet)
        else:
            first.join(sheet)

    def has(self, key: str) -> bool:
        """Whether a layer was given for a key, or one that cannot be opened."""
        return key in self._sources or key in self._absent

    def sources(self, key: str) -> list[Any]:
        """Sources of any kind of a layer key; none where it is absent."""
        return self._sources.get(key, [])

    def of(self, key: str, kind: Any) -> Any:
        """Sources of one kind (VectorSource or RasterSource) of a layer key.

        Raises InputError with the reason when there is none.
        """
        found = self._sources.get(key, [])
        right = [s for s in found if isinstance(s, kind)]
        if key in self._absent or not right:
            ref = self.criteria.layers[key]
            why = message("siting_layer_kind", layer=ref.title) if found else unmatched_text(ref)
            raise InputError("siting_reason_text", why=self._absent.get(key, why))
        return right

    def all(self):
        """Every source once."""
        return list({id(s): s for group in self._sources.values() for s in group}.values())

    def infos(self, sha256_of: Callable[[Optional[Path]], str] = lambda file: "") -> list:
        """InputInfo of every layer used."""
        return [s.info(sha256_of) for s in self.all()]


def with_extra(criteria: Criteria, layers: dict[str, LayerRef]) -> Criteria:
    """Criteria that know more layers, which only the report asks for; their own come first."""
    more = {key: ref for key, ref in layers.items() if key not in criteria.layers}
    return replace(criteria, layers={**criteria.layers, **more})


def _names(layer):
    """Names a layer may go by, the display name first."""
    if isinstance(layer, QgsRasterLayer):
        return [layer.name(), layer.source(), layer.source().replace("\\", "/").split("/")[-1].rsplit(".", 1)[0]]
    name = layer_name(layer)
    stem = name.source.split("|")[0].replace("\\", "/").split("/")[-1].rsplit(".", 1)[0]
    names = [name.name, name.name.split(" — ")[-1], name.table, name.source] + ([] if name.table else [stem])
    return [n for n in dict.fromkeys(names) if n]


def _checked(mapping, criteria):
    for key in mapping.values():
        if key not in criteria.layers:
            raise InputError("siting_mapping_unknown", key=key, keys=", ".join(criteria.layers))
    return mapping

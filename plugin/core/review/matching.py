"""Which layer is which control line: explicit mapping, then names against the catalogue, then the element code."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING, Optional

from ..errors import InputError

if TYPE_CHECKING:
    from .catalogue import Catalogue


@dataclass(frozen=True)
class LayerName:
    """How a layer can be known: its display name, its source, its table, and its one YSDM value if it has just one."""

    name: str
    source: str
    table: str = ""
    ysdm: Optional[str] = None


@dataclass
class Matching:
    """The answer by position in the list of layers."""

    assigned: dict[int, str] = field(default_factory=dict)
    ambiguous: list[tuple[int, list[str]]] = field(default_factory=list)
    unmatched: list[int] = field(default_factory=list)
    several: dict[str, list[int]] = field(default_factory=dict)


def match_lines(layers: Sequence[LayerName], mapping: Mapping[str, str], catalogue: Catalogue) -> Matching:
    """Match LayerNames to control lines.

    `mapping`: {layer name, source or table: line id}; raises InputError for a line id that the catalogue lacks. A
    layer that fits two lines is ambiguous, one that fits none unmatched; both are for the user to settle. Several
    layers of one line are all assigned and listed in `several`.
    """
    for key, line_id in mapping.items():
        if line_id not in catalogue.lines:
            raise InputError("mapping_line_unknown", layer=key, line=line_id, lines=", ".join(catalogue.lines))
    result = Matching()
    for index, layer in enumerate(layers):
        lines = _lines_of(layer, mapping, catalogue)
        if len(lines) == 1:
            result.assigned[index] = lines[0]
        elif lines:
            result.ambiguous.append((index, lines))
        else:
            result.unmatched.append(index)
    for line_id in dict.fromkeys(result.assigned.values()):
        indices = [i for i, found in result.assigned.items() if found == line_id]
        if len(indices) > 1:
            result.several[line_id] = indices
    return result


def unused_names(layers: Sequence[LayerName], mapping: Mapping[str, str]) -> list[str]:
    """Names in `mapping` that no layer goes by: mistyped, or of a layer that was not given."""
    known = {name for layer in layers for name in _names(layer)}
    return [name for name in mapping if name not in known]


def _lines_of(layer: LayerName, mapping: Mapping[str, str], catalogue: Catalogue) -> list[str]:
    for name in _names(layer):
        if name in mapping:
            return [mapping[name]]
    found = _by_names(_names(layer), catalogue) or _by_names(map(plain_name, _names(layer)), catalogue)
    if not found and layer.ysdm:
        found = {line.id: True for line in catalogue.by_ysdm(layer.ysdm)}
    return list(found)


def _by_names(names: Iterable[str], catalogue: Catalogue) -> dict[str, bool]:
    return {line.id: True for name in names for line in catalogue.by_alias(name)}


def plain_name(name: str) -> str:
    """A layer name without what offices write around it: schema, division code, year or date, version, brackets."""
    plain, before = _SCHEMA.sub("", _SUFFIX.sub("", unicodedata.normalize("NFKC", name).strip())), None
    while plain != before:
        before, plain = plain, _AROUND.sub("", plain)
    return plain


_SUFFIX = re.compile(r"\.(?:shp|dbf|gpkg|gdb|fgb|geojson|kml|kmz|gml|tab|mif)$", re.IGNORECASE)
_SCHEMA = re.compile(r"^(?:[^\W\d]\w*\.)+(?=\w)")
_AROUND = re.compile(
    r"""^\d{6}(?:\d{3}){0,2}(?=\D)          # division code before the name: 6, 9 or 12 digits
    | (?<=\D)\d{6}(?:\d{3}){0,2}$          # and after it
    | ^(?:19|20)\d{2}(?:\d{2}){0,2}(?:年度?)?(?=\D)
    | (?<=\D)(?:19|20)\d{2}(?:\d{2}){0,2}(?:年度?)?版?$
    | [_\-\s][Vv]?\d{1,2}(?:\.\d+)*$        # _v2, _1
    | (?<=\w)[Vv]\d+(?:\.\d+)*$
    | \((?:19|20)\d{2}(?:年度?)?(?:版|批复|更新|定稿)?\)$
    | ^[_\-\s]+ | [_\-\s]+$""",
    re.VERBOSE,
)


def _names(layer: LayerName) -> list[str]:
    """Names a layer may go by, the most telling first; its file's name only when it has no table of its own, or one
    that is named after a folder in Google Earth.
    """
    source = layer.source.split("|")[0]
    table = re.search(r"\|layername=([^|]+)", layer.source, re.IGNORECASE)
    names = [layer.name, layer.source, source, layer.table, table.group(1) if table else ""]
    names.append(re.split(r" — ", layer.name)[-1])
    if (not layer.table and not table) or source.lower().endswith((".kml", ".kmz")):
        names.append(PurePath(source.replace("\\", "/")).stem)
    return [n for n in dict.fromkeys(names) if n]

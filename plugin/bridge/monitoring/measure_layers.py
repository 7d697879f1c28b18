"""Which layer plays which role of an indicator set, and for which year."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Optional

from qgis.core import QgsVectorLayer

from ...core.errors import InputError
from ...core.indicators.indicator_model import IndicatorSet, Role
from ...core.land.remarks import Remark
from ...core.review.layer_dates import day_in_name
from ...core.review.matching import LayerName, match_lines
from ...formats.rules.rule_files import load_catalogue
from ..layers.encoding import repair_encoding
from ..layers.snapshot import LayerSnapshot

_ASIDE = re.compile(r"(?<!\d)(?:(?:19|20)\d{2}(?:\d{2}){0,2}|\d{6}|\d{9}|\d{12})(?!\d)|年度?")
_JOINS = re.compile(r"^[\s_\-—.()（）]+|[\s_\-—.()（）]+$")


@dataclass(frozen=True)
class RoleLayer:
    """A layer in a role; `year` None where its name says none. `layer_id` names it in the QGIS project."""

    role: Role
    year: Optional[int]
    snapshot: LayerSnapshot
    layer_id: str


@dataclass(frozen=True)
class Assignment:
    """The layers that were matched, and what is to be said of the others."""

    layers: tuple[RoleLayer, ...]
    remarks: tuple[Remark, ...]

    def of(self, role: Role, year: int, main_year: int) -> list[RoleLayer]:
        """The layers of a role for a year: those of the year; without one those whose name says no year, which stand
        for every year where the role is lasting, else for the main year only."""
        role_layers = [layer for layer in self.layers if layer.role.key == role.key]
        dated = [layer for layer in role_layers if layer.year == year]
        if dated or not (role.lasting or year == main_year):
            return dated
        return [layer for layer in role_layers if layer.year is None]

    def years(self) -> set[int]:
        """Years that layers bear in their names."""
        return {layer.year for layer in self.layers if layer.year is not None}


def assign(layers: Sequence[QgsVectorLayer], wanted: IndicatorSet, mapping: Mapping[str, str]) -> Assignment:
    """Match layers to roles by MAPPING ({layer: role or role@year}), else by name; main thread. Raises InputError."""
    found: list[RoleLayer] = []
    remarks: list[Remark] = []
    for layer in layers:
        said = mapping.get(layer.name()) or mapping.get(layer.source()) or ""
        role_name, _, year = said.partition("@")
        roles = [_mapped(layer, role_name, wanted)] if role_name else list(_by_name(layer, wanted))
        if len(roles) != 1:
            remarks.append(_unmatched(layer, roles))
            continue
        day = year or day_in_name(_title(layer))[:4]
        snapshot = LayerSnapshot(repair_encoding(layer), "indicator")
        found.append(RoleLayer(roles[0], int(day) if day.isdigit() else None, snapshot, layer.id()))
    return Assignment(tuple(found), tuple(remarks))


def _mapped(layer: QgsVectorLayer, name: str, wanted: IndicatorSet) -> Role:
    if name not in wanted.roles:
        raise InputError("indicator_mapping_unknown", layer=layer.name(), role=name, known=", ".join(wanted.roles))
    return wanted.roles[name]


def _by_name(layer: QgsVectorLayer, wanted: IndicatorSet) -> Iterator[Role]:
    bare = bare_title(_title(layer)).casefold()
    named = [role for role in wanted.roles.values() if bare in {name.casefold() for name in role.names}]
    if named:
        yield from named
        return
    matched = match_lines([LayerName(_title(layer), layer.source())], {}, load_catalogue())
    lines = set(matched.assigned.values())
    yield from (role for role in wanted.roles.values() if lines & set(role.lines))


def _title(layer: QgsVectorLayer) -> str:
    return layer.name().split(" — ")[-1]


def bare_title(name: str) -> str:
    """A layer's name without the year and the division code around it."""
    return _JOINS.sub("", _ASIDE.sub("", name))


def _unmatched(layer: QgsVectorLayer, roles: Sequence[Role]) -> Remark:
    params = {"layer": layer.name()}
    if roles:
        return Remark("indicator_layer_twice", layer.name(), None, {**params, "roles": "、".join(r.zh for r in roles)})
    return Remark("indicator_layer_unmatched", layer.name(), None, params)

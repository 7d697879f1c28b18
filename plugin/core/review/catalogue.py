"""The catalogue of control lines: which themes there are, what their layers are called, how they look on a map."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

from ..errors import CatalogueError
from ..messages import named


@dataclass(frozen=True)
class ControlLine:
    """One themed line of the 3+X catalogue; colours are "#rrggbb", `pattern` one of PATTERNS."""

    id: str
    name: str
    name_en: str
    group: str
    geometry: str
    effect: str
    aliases: tuple[str, ...] = ()
    ysdm: tuple[str, ...] = ()
    label_fields: tuple[str, ...] = ()
    fill: str = "#cccccc"
    outline: str = "#666666"
    pattern: str = "solid"
    zones: tuple[str, ...] = ()
    sensitive: bool = False
    confidence: str = "seen"

    @property
    def title(self) -> str:
        """The name in the chosen language; `name` is that of results and reports."""
        return str(named(self.name, self.name_en))


PATTERNS = ("solid", "diagonal", "cross", "dots", "none")
_LEAST = {True: 4, False: 3}  # signs of a name by which another that begins with it is alike, Latin or not
_NAMES = {f.name for f in fields(ControlLine)}


class Catalogue:
    """Control lines by id, alias and element code."""

    def __init__(self, lines: Iterable[ControlLine]) -> None:
        self.lines = {line.id: line for line in lines}
        self._by_alias: dict[str, list[ControlLine]] = {}
        self._by_ysdm: dict[str, list[ControlLine]] = {}
        for line in self.lines.values():
            for alias in {line.id, line.name, *line.aliases}:
                self._by_alias.setdefault(alias.casefold(), []).append(line)
            for code in line.ysdm:
                self._by_ysdm.setdefault(code, []).append(line)

    @classmethod
    def from_rows(cls, rows: Iterable[dict[str, Any]]) -> Catalogue:
        """Build from dicts with the fields of ControlLine.

        Raises CatalogueError for an unknown field or a double id.
        """
        lines: list[ControlLine] = []
        for row in rows:
            unknown = sorted(set(row) - _NAMES)
            if unknown or row.get("id") in {line.id for line in lines}:
                raise CatalogueError("catalogue_row_invalid", id=row.get("id"), fields=", ".join(unknown) or "id")
            lists = {name: tuple(value) for name, value in row.items() if isinstance(value, list)}
            lines.append(ControlLine(**{**row, **lists}))
        return cls(lines)

    def get(self, line_id: str) -> ControlLine:
        """Return the line of an id; KeyError for an unknown one."""
        return self.lines[line_id]

    def by_alias(self, name: str) -> list[ControlLine]:
        """Lines that carry this layer or table name, whatever its case."""
        return self._by_alias.get(name.strip().casefold(), [])

    def begun_by(self, name: str) -> list[ControlLine]:
        """Lines one of whose names, if it is of some length, a name begins with: YJJBNT_east, 永久基本农田东片."""
        plain = name.strip().casefold()
        begun = (alias for alias in self._by_alias if plain.startswith(alias) and len(alias) >= _LEAST[alias.isascii()])
        return list({line.id: line for alias in begun for line in self._by_alias[alias]}.values())

    def by_ysdm(self, code: str) -> list[ControlLine]:
        """Lines that carry this element code (YSDM)."""
        return self._by_ysdm.get(code, [])

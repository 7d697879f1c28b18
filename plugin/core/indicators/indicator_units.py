"""Units of indicators and statistics: what one is worth in base units, and of which dimension it is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

Dimension = tuple[tuple[str, int], ...]  # sorted (base unit, power) pairs; () for a plain number
NONE: Dimension = ()


@dataclass(frozen=True)
class Unit:
    """`factor`: base units in one of it; a value in base units divided by it is the value to show."""

    text: str
    factor: float
    dimension: Dimension


def powers(dimension: Dimension, other: Dimension, sign: int) -> Dimension:
    """The dimension of a product (`sign` 1) or a quotient (-1)."""
    summed = dict(dimension)
    for base, power in other:
        summed[base] = summed.get(base, 0) + sign * power
    return tuple(sorted((base, power) for base, power in summed.items() if power))


def dimension_text(dimension: Dimension) -> str:
    """As people write it: m2/人, 1 for a plain number."""
    above = "·".join(_power(base, power) for base, power in dimension if power > 0)
    below = "·".join(_power(base, -power) for base, power in dimension if power < 0)
    return f"{above or '1'}/{below}" if below else above or "1"


def _power(base: str, power: int) -> str:
    return base if power == 1 else f"{base}{power}"


class UnitTable:
    """Units by their names; `find` knows quotients of two as well (km/km2, 处/10万人)."""

    def __init__(self, rows: Iterable[Mapping[str, str]]) -> None:
        """`rows`: unit, aliases (separated by |), factor, base, power; base "" for a plain number."""
        self._units: dict[str, Unit] = {}
        for row in rows:
            dimension = ((row["base"], int(row["power"])),) if row["base"] else NONE
            for name in [row["unit"], *filter(None, row["aliases"].split("|"))]:
                self._units[_plain(name)] = Unit(row["unit"], float(row["factor"]), dimension)

    def find(self, text: str) -> "Unit | None":
        """The Unit of a text, None where it is unknown."""
        name = _plain(text)
        if name in self._units:
            return replace(self._units[name], text=str(text).strip())
        above, slash, below = name.partition("/")
        if not slash or above not in self._units or below not in self._units:
            return None
        one, other = self._units[above], self._units[below]
        return Unit(text.strip(), one.factor / other.factor, powers(one.dimension, other.dimension, -1))

    def names(self) -> list[str]:
        """The units by their first names."""
        return list(dict.fromkeys(unit.text for unit in self._units.values()))


def _plain(text: str) -> str:
    """A unit as it is looked up: no spaces, small letters, ² and ³ as digits."""
    plain = "".join(str(text).split()).replace("²", "2").replace("³", "3").replace("／", "/").replace("％", "%")
    return plain.replace("㎡", "m2").casefold()

"""Areas as they are printed: square metres, hectares and mu whose parts add up to their sum in every unit."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..land.rounding import M2_PER_HECTARE, MU_PER_M2, half_up, hectares, mu


@dataclass(frozen=True)
class Unit:
    """A unit of areas: how many of it a square metre is, and the digits that are printed."""

    scale: float
    digits: int


MU = Unit(MU_PER_M2, 2)
UNITS = (Unit(1.0, 2), Unit(1 / M2_PER_HECTARE, 4), MU)
_NOISE = 1e-6  # of a step: what sums of floating numbers miss


@dataclass(frozen=True)
class Amount:
    """An area as it is printed."""

    m2: float
    ha: float
    mu: float

    @classmethod
    def of(cls, m2: float) -> "Amount":
        return cls(float(half_up(m2)), float(hectares(m2)), float(mu(m2)))

    def values(self) -> tuple[float, float, float]:
        return self.m2, self.ha, self.mu

    def printed(self) -> list[str]:
        """As reports print it."""
        return [f"{value:,.{unit.digits}f}" for value, unit in zip(self.values(), UNITS)]

    def __add__(self, other: "Amount") -> "Amount":
        return self._with(other, 1)

    def __sub__(self, other: "Amount") -> "Amount":
        return self._with(other, -1)

    def _with(self, other: "Amount", sign: int) -> "Amount":
        sums = (one + sign * more for one, more in zip(self.values(), other.values()))
        return Amount(*(float(half_up(total, unit.digits)) for total, unit in zip(sums, UNITS)))


def closed_amounts(parts: Sequence[float], total: Amount) -> list[Amount]:
    """Areas in m² as they are printed above the sum of them that is printed: they add up to it in every unit."""
    columns = [closed_parts(parts, total, unit) for total, unit in zip(total.values(), UNITS)]
    return [Amount(*row) for row in zip(*columns)]


def closed_parts(parts: Sequence[float], total: float, unit: Unit) -> list[float]:
    """Areas in m², also negative ones, in a unit, each rounded up or down so that they add up to `total`.

    Those go up that lose most by going down, so that 10,000.00 m² stay a hectare as long as anything else can give;
    nothing stays nothing.
    """
    steps = np.asarray(parts, dtype=float) * unit.scale * 10**unit.digits
    down = np.floor(steps + _NOISE)
    missing = round(total * 10**unit.digits) - int(down.sum())
    order = np.lexsort((-np.abs(steps), down - steps))
    order = order[steps[order] != 0]
    share, rest = divmod(missing, max(len(order), 1))
    down[order] += share + (np.arange(len(order)) < rest)
    return [float(value) for value in half_up(down / 10**unit.digits, unit.digits)]

"""Half-up rounding as the land survey prescribes (domain area_rules.yaml step 5): 0.5 goes away from zero,
never to even.
"""

import math
from decimal import Decimal
from typing import Any

import numpy as np

M2_PER_HECTARE = 10_000.0
MU_PER_M2 = 0.0015
_NUDGE = 1 + 1e-15


def half_up(value: Any, decimals: int = 2) -> Any:
    """Round a number or an array half away from zero; a scalar in gives a float out."""
    scale = 10.0**decimals
    # a few ulp of nudge undo binary noise such as 1.005 * 100 = 100.49999999999999
    if isinstance(value, (float, int)):  # numpy takes microseconds for what this does in a fraction
        return math.copysign(math.floor(abs(value) * scale * _NUDGE + 0.5) / scale, value)
    return np.copysign(np.floor(np.abs(value) * scale * _NUDGE + 0.5) / scale, value)


def plain(value: float, grouped: bool = False) -> str:
    """A number as people write it: all of its digits, no exponent; `:g` turns 1,234,567 into 1.23457e+06."""
    number = Decimal(f"{value:.15g}")  # 0.1 + 0.2 is 0.3
    if not number.is_finite():
        return str(value)
    text = f"{number:,f}" if grouped else f"{number:f}"
    return "0" if text == "-0" else text


def hectares(m2: Any) -> Any:
    """Square metres to hectares, 4 decimals."""
    return half_up(m2 / M2_PER_HECTARE, 4)


def mu(m2: Any) -> Any:
    """Square metres to mu (亩 = m² x 0.0015), 2 decimals."""
    return half_up(m2 * MU_PER_M2, 2)


def closed(parts: Any, group: Any, wholes: Any) -> Any:
    """Parts rounded to 0.01 that sum to the whole of their group (`group`: position in `wholes`, themselves rounded).

    What rounding leaves over is spread in steps of 0.01, the largest parts first (domain area_rules.yaml). Largest
    before rounding: of parts that round alike the same one is chosen in whatever order they come.
    """
    exact, group = np.asarray(parts, dtype=float), np.asarray(group, dtype=int)
    parts = half_up(exact, 2)
    missing = np.rint((np.asarray(wholes) - np.bincount(group, parts, minlength=len(wholes))) * 100).astype(int)
    order = np.lexsort((-exact, group))
    counts = np.bincount(group, minlength=len(wholes))
    rank = np.empty(len(parts), dtype=int)
    rank[order] = np.arange(len(parts)) - np.repeat(np.cumsum(counts) - counts, counts)
    share, rest = np.divmod(np.abs(missing), np.maximum(counts, 1))
    steps = np.sign(missing)[group] * (share[group] + (rank < rest[group]))
    return half_up(np.maximum(parts + steps / 100, 0.0), 2)

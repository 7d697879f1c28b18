"""Value functions: a raw measure in its unit to a score from 0 (worst) to 100 (best)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Optional, Union

import numpy as np

from .class_codes import KnownCodes, class_code

WORST, BEST = 0.0, 100.0
KINDS = ("linear", "piecewise", "step", "classes")


@dataclass(frozen=True)
class Linear:
    """0 at `worst`, 100 at `best`, straight between, flat beyond; `worst` above `best` means less is better."""

    worst: float
    best: float

    def __call__(self, raw: np.ndarray) -> np.ndarray:
        return np.clip((raw - self.worst) / (self.best - self.worst) * BEST, WORST, BEST)


@dataclass(frozen=True)
class Piecewise:
    """Straight between points (raw, score) of rising raw, flat beyond the first and last."""

    points: tuple[tuple[float, float], ...]

    def __call__(self, raw: np.ndarray) -> np.ndarray:
        x, y = np.array(self.points, dtype=float).T
        return np.where(np.isnan(raw), np.nan, np.interp(raw, x, y))


@dataclass(frozen=True)
class Step:
    """scores[k] for breaks[k-1] < raw <= breaks[k]; one score more than breaks."""

    breaks: tuple[float, ...]
    scores: tuple[float, ...]

    def __call__(self, raw: np.ndarray) -> np.ndarray:
        raw = np.asarray(raw, dtype=float)
        found = np.asarray(self.scores, dtype=float)[
            np.searchsorted(self.breaks, np.nan_to_num(raw, nan=0.0), side="left")
        ]
        return np.where(np.isnan(raw), np.nan, found)


@dataclass(frozen=True)
class Classes:
    """A score for each class code; a key ending in "*" takes all codes that begin with it, the longest key wins.

    `other`: the score of a code that no key fits; None leaves it not evaluated, and so does a code that is not among
    `known` (None: all are).
    """

    table: tuple[tuple[str, float], ...]  # of (key, score)
    other: Optional[float] = None
    known: Optional[KnownCodes] = field(default=None, compare=False, repr=False)

    def of(self, code: str) -> float:
        """Score of one code, NaN when the table has none for it."""
        exact = dict(self.table)
        if code in exact:
            return float(exact[code])
        begins = [(len(key), score) for key, score in self.table if key.endswith("*") and code.startswith(key[:-1])]
        if begins:
            return float(max(begins)[1])
        return np.nan if self.other is None or not self.knows(code) else float(self.other)

    def knows(self, code: str) -> bool:
        """Whether a code that no key fits is that of another class, not one that nobody knows."""
        return self.known is None or code in self.known

    def unknown(self, codes: Iterable[Optional[str]]) -> list[str]:
        """Those of the codes that nobody knows, each once."""
        distinct = sorted({code for code in codes if code is not None})
        return [code for code in distinct if np.isnan(self.of(code)) and not self.knows(code)]

    def __call__(self, values: Iterable[Any]) -> np.ndarray:
        codes = [class_code(value) for value in values]
        distinct = {code: self.of(code) if code is not None else np.nan for code in set(codes)}
        return np.array([distinct[code] for code in codes], dtype=float)


ValueFunction = Union[Linear, Piecewise, Step, Classes]


def value_function(row: Mapping) -> ValueFunction:
    """Build the value function of a valid `value` mapping.

    Raises ValueError(message code) when it contradicts itself.
    """
    kind = row["type"]
    if kind == "linear":
        if row["worst"] == row["best"]:
            raise ValueError("value_flat")
        return Linear(float(row["worst"]), float(row["best"]))
    if kind == "piecewise":
        x = [p[0] for p in row["points"]]
        if any(b <= a for a, b in zip(x, x[1:])):
            raise ValueError("value_points_order")
        return Piecewise(tuple((float(a), float(b)) for a, b in row["points"]))
    if kind == "step":
        if len(row["scores"]) != len(row["breaks"]) + 1:
            raise ValueError("value_step_count")
        if any(b <= a for a, b in zip(row["breaks"], row["breaks"][1:])):
            raise ValueError("value_points_order")
        return Step(tuple(map(float, row["breaks"])), tuple(map(float, row["scores"])))
    return Classes(tuple((class_code(k) or str(k), float(v)) for k, v in row["table"].items()), row.get("other"))

"""Weights from pairwise judgements (AHP): principal eigenvector, consistency ratio, and which judgement breaks it."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Optional, Union

import numpy as np

from ...paths import RESOURCES
from ..errors import InputError

LIMIT = 0.1  # CR below this passes (domain site_selection.yaml)
_TABLE = RESOURCES / "siting" / "ahp_ri.csv"
_RECIPROCAL = 0.01  # relative; 0.333 for a third is how people write it


@dataclass(frozen=True)
class AhpResult:
    """`weights` sum to 1.

    `worst` = (row, column, given, expected) of the judgement furthest from the weights, None if n < 3.
    """

    weights: tuple[float, ...]
    lambda_max: float
    ci: float
    cr: float
    worst: Optional[tuple[int, int, float, float]] = None

    @property
    def is_consistent(self) -> bool:
        return self.cr < LIMIT


@lru_cache(maxsize=1)
def random_indices() -> dict[int, float]:
    """Return {order of the matrix: random index}."""
    with open(_TABLE, encoding="utf-8-sig", newline="") as table:
        return {int(row["n"]): float(row["RI"]) for row in csv.DictReader(table)}


def judgement(value: Union[str, float]) -> float:
    """A judgement as a float: a number, or text such as "1/3"; raises InputError for anything else."""
    try:
        return float(Fraction(str(value).strip()))
    except (ValueError, ZeroDivisionError) as error:
        raise InputError("ahp_not_number", value=value) from error


def analyse(matrix: Sequence[Sequence[Union[str, float]]]) -> AhpResult:
    """Return the AhpResult of a square matrix of judgements a[i][j] = importance of i over j.

    Raises InputError for a matrix that is not square, not positive, has no ones on its diagonal, is not reciprocal,
    or is larger than the table of random indices. An inconsistent matrix is returned, see `weights_of`.
    """
    values = _checked(matrix)
    n = len(values)
    eigenvalues, vectors = np.linalg.eig(values)
    first = int(np.argmax(eigenvalues.real))
    vector = np.abs(vectors[:, first].real)
    weights, largest = vector / vector.sum(), float(eigenvalues[first].real)
    ci = (largest - n) / (n - 1) if n > 1 else 0.0
    cr = max(ci, 0.0) / random_indices()[n] if n > 2 else 0.0
    return AhpResult(tuple(map(float, weights)), largest, ci, cr, _worst(values, weights) if n > 2 else None)


def weights_of(matrix: Sequence[Sequence[Union[str, float]]], names: Sequence[str]) -> AhpResult:
    """As `analyse`.

    Raises InputError when CR is 0.1 or more, naming the judgement to think over and what the others imply.
    """
    result = analyse(matrix)
    if not result.is_consistent and result.worst is not None:
        row, column, given, expected = result.worst
        params = {"one": names[row], "other": names[column], "given": f"{given:.4g}", "expected": f"{expected:.2f}"}
        raise InputError("ahp_inconsistent", cr=f"{result.cr:.4f}", limit=LIMIT, **params)
    return result


def _checked(matrix: Sequence[Sequence[Union[str, float]]]) -> np.ndarray:
    rows = [[judgement(v) for v in row] for row in matrix]
    n = len(rows)
    if not n or any(len(row) != n for row in rows):
        raise InputError("ahp_not_square", n=n)
    if n > max(random_indices()):
        raise InputError("ahp_too_large", n=n, limit=max(random_indices()))
    values = np.array(rows)
    if (values <= 0).any():
        raise InputError("ahp_not_positive")
    if not np.allclose(np.diag(values), 1):
        raise InputError("ahp_diagonal")
    wrong = np.argwhere(np.abs(values * values.T - 1) > _RECIPROCAL)
    if len(wrong):
        i, j = wrong[0]
        raise InputError(
            "ahp_not_reciprocal", row=i + 1, column=j + 1, one=f"{values[i, j]:.4g}", other=f"{values[j, i]:.4g}"
        )
    return values


def _worst(values: np.ndarray, weights: np.ndarray) -> tuple[int, int, float, float]:
    """The judgement above the diagonal, or its reciprocal where that is above 1, furthest from the ratio the others
    imply.

    Expected is the geometric mean over the indirect judgements a[i][k] * a[k][j], so that a wrong entry does not
    excuse itself.
    """
    logs = np.log(values)
    n = len(values)
    indirect = logs[:, :, None] + logs[None, :, :]  # [i, k, j]
    expected = np.empty((n, n))
    for i in range(n):
        for j in range(n):
            others = [k for k in range(n) if k not in (i, j)]
            expected[i, j] = indirect[i, others, j].mean()
    gap = np.triu(np.abs(logs - expected), 1)
    i, j = map(int, np.unravel_index(np.argmax(gap), gap.shape))
    if values[i, j] < 1:
        i, j = j, i
    return i, j, float(values[i, j]), float(np.exp(expected[i, j]))

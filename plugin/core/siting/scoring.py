"""Scores of the factors: what was measured of candidates, from 0 to 100, NaN where it is unknown."""

from dataclasses import replace
from typing import Any

import numpy as np

from ..land.rounding import half_up
from ..messages import joined_texts, message
from ..review.control_extent import ELSEWHERE
from .class_codes import class_code
from .measures import ClassAreas
from .model import Factor
from .results import FactorResult, Measured
from .values import Classes

_NAMED = 5
_COUNTED = ("distance", "share", "count")  # kinds that have a value where nothing is found


def score_of(factor: Factor, measured: Measured, areas: np.ndarray) -> FactorResult:
    """FactorResult of one factor."""
    size = len(areas)
    nothing = np.full(size, np.nan)
    if measured.values is None:
        raw = np.full(size, None, dtype=object) if factor.kind == "class" else nothing
        return FactorResult(factor, raw, nothing, np.zeros(size), measured.why)
    if factor.kind == "class":
        shown, score = _class_scores(factor.value, measured.values)
        of = getattr(factor.value, "of", None)
        share = measured.values.share(of) if of and isinstance(measured.values, ClassAreas) else None
        return FactorResult(factor, shown, score, np.zeros(size), _why_no_class(factor, measured.values), share)
    raw = _raw(factor, measured.values, areas)
    score, why = _scored(factor, raw), measured.why
    if measured.at_most is not None:
        unsure = score != _scored(factor, _raw(factor, measured.at_most, areas))
        raw, score = np.where(unsure, np.nan, raw), np.where(unsure, np.nan, score)
        why = joined_texts([why, measured.unclear]) if unsure.any() else why
    return FactorResult(factor, raw, score, np.zeros(size), why, getattr(measured.values, "share", None))


def unknown_far(result: FactorResult, far: np.ndarray) -> FactorResult:
    """A result without what was found of candidates `far` from all layers: nothing found there is not nothing."""
    if result.factor.kind not in _COUNTED or not result.factor.layer:
        return result
    raw, score = np.where(far, np.nan, result.raw), np.where(far, np.nan, result.score)
    why = joined_texts([result.why, message("siting_factor_apart", km=int(ELSEWHERE / 1000))])
    return replace(result, raw=raw, score=score, why=why)


def _scored(factor: Factor, raw: np.ndarray) -> np.ndarray:
    finite = np.where(np.isinf(raw), np.finfo(float).max / 1e6, raw)  # no road at all is very far from one
    return factor.value(finite)


def _class_scores(value: Any, measured: Any) -> tuple[np.ndarray, np.ndarray]:
    """(code shown, score) of each candidate: by shares of area where several classes lie, else by its one code."""
    if isinstance(measured, ClassAreas):
        return measured.dominant(), measured.mean(value.of)
    return measured, value(measured)


def _why_no_class(factor: Factor, measured: Any) -> str:
    """Why a candidate has no score: its class is not in the table, or nobody knows what the values mean."""
    codes = measured.codes if isinstance(measured, ClassAreas) else map(class_code, measured)
    unknown = factor.value.unknown(codes) if isinstance(factor.value, Classes) else []
    if not unknown:
        return message("siting_no_class")
    shown = "、".join(unknown[:_NAMED]) + (" …" if len(unknown) > _NAMED else "")
    return joined_texts([message("siting_no_class"), message("siting_class_unknown", values=shown)])


def _raw(factor: Factor, values: Any, areas: np.ndarray) -> np.ndarray:
    """Measured values as floats in the factor's unit."""
    if factor.kind == "share":
        return np.minimum(half_up(values / areas * 100, 4), 100.0)
    if factor.kind == "slope":
        return np.tan(np.radians(values.mean)) * 100 if factor.unit in ("percent", "%") else values.mean
    if factor.kind == "relief":
        return values.high - values.low
    if factor.kind == "raster_mean":
        return values.mean
    if factor.kind == "expression":
        return np.array([_number(v) for v in values])
    return np.asarray(values, dtype=float)


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return np.nan

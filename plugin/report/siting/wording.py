"""Words of the siting report, kept as data (zh_CN)."""

from typing import Any, Optional

import numpy as np

from ...core.land.rounding import half_up, plain
from ...core.siting.values import Linear, Piecewise, Step
from ..blocks.wording import Wording, areas

_WORDING = Wording("siting.json")
_REVIEW = Wording("wording.json")
texts, say, column = _WORDING.texts, _WORDING.say, _WORDING.column


def area(m2: float) -> str:
    """An area in square metres and mu."""
    return say("area", **{k: v for k, v in areas(float(m2)).items() if k != "ha"})


def tier_word(effect: str) -> str:
    """How strictly a rule binds, in the words of the control-line check."""
    return str(_REVIEW.texts()["effect"][effect])


def unit(name: str) -> str:
    """A unit in Chinese; one that the catalogue lacks as it is."""
    return texts()["units"].get(name, name)


def value_text(value: Any, unit_text: str) -> str:
    """How a value function scores."""

    def raw(number: float) -> str:
        return f"{plain(number)} {unit_text}".strip()

    if isinstance(value, Linear):
        return _value("linear", worst=raw(value.worst), best=raw(value.best))
    if isinstance(value, Piecewise):
        return _value("piecewise", points="，".join(_value("point", raw=raw(x), score=y) for x, y in value.points))
    if isinstance(value, Step):
        steps = [_value("upto", limit=raw(x), score=y) for x, y in zip(value.breaks, value.scores)]
        return _value(
            "step", steps="，".join([*steps, _value("above", limit=raw(value.breaks[-1]), score=value.scores[-1])])
        )
    classes = [_value("class", code=code, score=score) for code, score in value.table]
    classes += [] if value.other is None else [_value("other", score=float(value.other))]
    return _value("classes", classes="，".join(classes))


def _value(key, **params):
    return texts()["value"][key].format(**params)


def number(value: Optional[float], places: int = 2) -> str:
    """A number as text, "—" for none."""
    if value is None or isinstance(value, (float, np.floating)) and not np.isfinite(value):
        return "—"
    return f"{half_up(float(value), places):,.{places}f}"

"""The words of a review as values: what a verdict can be, how strict a rule is, what an office writes as conclusion.

Status and effect are text in files, tables and SQL; their members are that text.
"""

import json
from collections.abc import Iterable
from enum import Enum
from functools import lru_cache
from typing import Union

from ...paths import RESOURCES


class Status(str, Enum):
    """What a verdict says of one project and one control line."""

    CONFLICT = "conflict"
    INVOLVED = "involved"
    CLEAR = "clear"
    NOT_CHECKED = "not_checked"
    FAILED = "failed"
    __str__ = str.__str__


class Effect(str, Enum):
    """How strictly a rule binds, strictest first."""

    PROHIBIT = "prohibit"
    CONDITIONAL = "conditional"
    CONSULT = "consult"
    NOTICE = "notice"
    __str__ = str.__str__


class Conclusion(str, Enum):
    """What an office writes of a verdict or a project, the one that decides first.

    A certain conflict decides; then what could not be read, as it may hide one; then what is only to be asked or told.
    """

    PROHIBITED = "prohibited"
    CONDITIONAL = "conditional"
    FAILED = "failed"
    CONSULT = "consult"
    NOTICE = "notice"
    CLEAR = "clear"
    NOT_CHECKED = "not_checked"
    __str__ = str.__str__

    @property
    def word(self) -> str:
        """The Chinese word that outputs and reports carry (resources/report/conclusions.json)."""
        return conclusion_names()[self]["zh"]


CONFLICT, INVOLVED, CLEAR = Status.CONFLICT, Status.INVOLVED, Status.CLEAR
NOT_CHECKED, FAILED = Status.NOT_CHECKED, Status.FAILED
EFFECTS = tuple(Effect)  # strictest first
BINDING = (Effect.PROHIBIT, Effect.CONDITIONAL)  # breaking such a rule is a conflict, meeting another is not
EFFECT_COLOURS = {"prohibit": "#d7191c", "conditional": "#fd8d3c", "consult": "#2b83ba", "notice": "#878787"}
_OF_EFFECT = dict(zip(Effect, (Conclusion.PROHIBITED, Conclusion.CONDITIONAL, Conclusion.CONSULT, Conclusion.NOTICE)))


def strictest(effects: Iterable[str]) -> Union[Effect, str]:
    """Return the strictest of some effects, or "" when there is none."""
    return min(map(Effect, effects), key=EFFECTS.index, default="")


def conclusion_of(status: str, effect: str) -> Conclusion:
    """The conclusion of a verdict: the effect tells the tier of what was met, the status everything else."""
    if status in (CONFLICT, INVOLVED):
        return _OF_EFFECT[Effect(effect)]
    return Conclusion(status)


def decisive(found: Iterable[Conclusion]) -> Conclusion:
    """The conclusion of a project or a range from those of its lines: the first one of `Conclusion`, and never that it
    is clear while a line was not checked."""
    among = set(found)
    if among <= {Conclusion.CLEAR, Conclusion.NOT_CHECKED}:
        return Conclusion.CLEAR if among == {Conclusion.CLEAR} else Conclusion.NOT_CHECKED
    return next(conclusion for conclusion in Conclusion if conclusion in among)


@lru_cache(maxsize=1)
def conclusion_names() -> dict[str, dict[str, str]]:
    """{conclusion: {"zh": word, "en": word}}."""
    labels: dict[str, dict[str, str]] = json.loads((RESOURCES / "report" / "conclusions.json").read_text("utf-8"))
    return labels

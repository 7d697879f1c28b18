"""Values that counties report, questions that go back to them, and the edition that is frozen at the end."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any, Optional

from ...paths import RESOURCES
from ..errors import InputError
from ..json_files import read_json_object
from ..messages import text

_FILE = RESOURCES / "monitoring" / "summary.json"
_SETS = ("additive_units", "share_units", "may_be_negative")
_MAY_BE_SET = (
    *_SETS, "slips", "slip_tolerance", "jump_z", "jump_least", "spread_least", "sum_tolerance", "copied_least",
    "copied_digits", "unchanged_share", "unchanged_least", "stale_days", "confidence",
)  # fmt: skip


class Doubt(str, Enum):
    """What a question is about, the gravest and most particular first: a cell is asked about once."""

    NO_TABLE = "no_table"
    MISSING = "missing"
    UNREADABLE = "unreadable"
    TWICE = "twice"
    NEGATIVE = "negative"
    OVER_100 = "over_100"
    UNIT = "unit"
    COPIED = "copied"
    SLIP = "slip"
    ZERO = "zero"
    JUMP = "jump"
    SLIP_SUM = "slip_sum"
    SUM = "sum"
    UNCHANGED = "unchanged"
    EDITION = "edition"
    STALE = "stale"
    LATE = "late"


@dataclass(frozen=True)
class Reported:
    """One value as it was reported: `value` None where it was not computed, `reason` then says why; `origin`, `row`:
    where it was read; `bad` the text of a cell that is no number."""

    division: str
    indicator: str
    year: int
    value: Optional[float]
    unit: str = ""
    reason: str = ""
    bad: str = ""
    submitted: Optional[date] = None
    layer_date: Optional[date] = None
    edition: str = ""
    origin: str = ""
    row: int = 0
    record: str = ""


@dataclass(frozen=True)
class Question:
    """A question back to a division about a cell; `indicator` "" for its whole table."""

    division: str
    indicator: str
    year: int
    doubt: Doubt
    params: Mapping[str, Any] = field(default_factory=dict)

    def text(self, language: Optional[str] = None) -> str:
        """The question as a sentence."""
        return text(f"summary_{self.doubt.value}", language, **self.params)


@dataclass(frozen=True)
class SummaryRules:
    """Limits of the checks (resources/monitoring/summary.json, proposals)."""

    columns: Mapping[str, Sequence[str]]
    additive_units: frozenset[str]
    share_units: frozenset[str]
    may_be_negative: frozenset[str]
    slips: tuple[float, ...]
    slip_tolerance: float
    jump_z: float
    jump_least: float
    spread_least: float
    sum_tolerance: float
    copied_least: int
    copied_digits: int
    unchanged_share: float
    unchanged_least: int
    stale_days: int
    confidence: str


def load_summary_rules(own: Optional[Path] = None) -> SummaryRules:
    """The rules that the plugin brings, with those limits that a file of one's own states instead; raises InputError
    for a file that states anything else."""
    data = dict(read_json_object(_FILE))
    if own is not None:
        given = read_json_object(own)
        for name, value in given.items():
            if name not in _MAY_BE_SET or not _is_like(value, data[name]):
                known = "、".join(_MAY_BE_SET)
                raise InputError("summary_checks_value", file=own.name, name=name, value=str(value)[:60], known=known)
        data.update({"confidence": "own", **given})
    for name in _SETS:
        data[name] = frozenset(data[name])
    data["slips"] = tuple(map(float, data["slips"]))
    return SummaryRules(**data)


def _is_like(value: Any, ours: Any) -> bool:
    """Whether a limit can stand for ours: a text, texts, factors above 1, a whole number or a number above zero."""
    if isinstance(ours, str):
        return isinstance(value, str)
    if isinstance(ours, list):
        if not isinstance(value, list):
            return False
        if ours and not isinstance(ours[0], str):
            return bool(value) and all(_is_number(one) and one > 1 for one in value)
        return all(isinstance(one, str) for one in value)
    return _is_number(value) and value > 0 and (isinstance(value, int) or isinstance(ours, float))


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


@dataclass(frozen=True)
class Edition:
    """What is collected: the year, which divisions (code: name) and indicators (id: name) are expected, by when, and
    the edition of the set of indicators ("" for any)."""

    year: int
    divisions: Mapping[str, str]
    indicators: Mapping[str, str]
    deadline: Optional[date] = None
    set_edition: str = ""


@dataclass
class Total:
    """An indicator over an area ("" = all): a sum where the unit can be added, else None; the values' middle, mean,
    lowest and highest with who has them; `weighted` where a weight was chosen; `counted`, `missing`: divisions."""

    area: str
    indicator: str
    unit: str
    total: Optional[float]
    mean: Optional[float]
    middle: Optional[float]
    weighted: Optional[float]
    lowest: tuple[str, float] = ("", 0.0)
    highest: tuple[str, float] = ("", 0.0)
    counted: int = 0
    missing: int = 0


@dataclass(frozen=True)
class Revision:
    """A cell that differs from the edition before; None where one of them has none."""

    division: str
    indicator: str
    year: int
    before: Optional[float]
    after: Optional[float]

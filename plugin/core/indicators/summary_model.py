"""Values that counties report, questions that go back to them, and the edition that is frozen at the end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Any, Optional

from ...paths import RESOURCES
from ..json_files import read_json_object
from ..messages import text

_FILE = RESOURCES / "monitoring" / "summary.json"


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


def load_summary_rules() -> SummaryRules:
    """The rules that the plugin brings."""
    data = dict(read_json_object(_FILE))
    for name in ("additive_units", "share_units", "may_be_negative"):
        data[name] = frozenset(data[name])
    data["slips"] = tuple(map(float, data["slips"]))
    return SummaryRules(**data)


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

"""An indicator set: the layers and statistics it asks for, and its indicators with formula, goal and source."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Optional

from ..messages import named
from .formula import Formula
from .formula_nodes import Condition
from .indicator_units import Unit


class Nature(str, Enum):
    """How binding an indicator is."""

    BINDING = "binding"  # 约束性
    EXPECTED = "expected"  # 预期性
    ADVISED = "advised"  # 建议性
    MONITORED = "monitored"  # 监测, no goal of its own


class Direction(str, Enum):
    """On which side of its target a value is good."""

    AT_MOST = "at_most"
    AT_LEAST = "at_least"
    WITHIN = "within"
    NONE = "none"


class Holds(str, Enum):
    """When a target must be met: at any time (a limit), or by its year (a goal)."""

    ALWAYS = "always"
    BY_YEAR = "by_year"


class Overlap(str, Enum):
    """How features of a layer that lie on one another count: each for itself, or their land once."""

    SUM = "sum"
    UNION = "union"


@dataclass(frozen=True)
class FieldRef:
    """A field of a layer by the names it may bear; `unit` of a number in it, None for text or a plain number."""

    names: tuple[str, ...]
    unit: Optional[Unit] = None


class Titled:
    """What data name in both languages."""

    @property
    def title(self) -> str:
        """The name in the chosen language; in a message, in the language of the message."""
        names: Any = self
        return named(names.zh, names.en)


@dataclass(frozen=True)
class Role(Titled):
    """A layer that a set asks for. `lines`: the control lines it is; `codes`: {field of class codes: their scheme};
    `lasting`: one without a year in its name stands for every year."""

    key: str
    zh: str
    en: str
    names: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    lasting: bool = False
    overlap: Overlap = Overlap.SUM
    covers: float = 0.0  # the share of a division that the layer must cover before anything is said of it
    codes: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, FieldRef] = field(default_factory=dict)


@dataclass(frozen=True)
class Part(Titled):
    """Some features of a role: by class codes (a code stands for all that begin with it), and by conditions."""

    key: str
    zh: str
    en: str
    role: str
    codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # by scheme
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class StatisticKey(Titled):
    """A number that comes from a table; `additive`: a whole has the sum of its parts; bounds in `unit`."""

    key: str
    zh: str
    en: str
    unit: Unit
    additive: bool = True
    low: Optional[float] = None
    high: Optional[float] = None


@dataclass(frozen=True)
class Indicator(Titled):
    """One indicator; `targets` {year: value} and `baseline` (year, value or None) in its unit, `span` the width of a
    target that is kept within."""

    id: str
    zh: str
    en: str
    group: str
    unit: Unit
    nature: Nature
    direction: Direction
    holds: Holds
    formula: Formula
    decimals: int = 2
    baseline: Optional[tuple[int, Optional[float]]] = None
    targets: Mapping[int, float] = field(default_factory=dict)
    span: float = 0.0
    source: str = ""
    confidence: str = ""
    note: str = ""

    @property
    def is_verified(self) -> bool:
        """Whether formula and unit were seen in the standard itself."""
        return self.confidence == "seen"


@dataclass(frozen=True)
class IndicatorSet(Titled):
    """Everything one file (and what it extends) says."""

    id: str
    zh: str
    en: str
    version: str
    source: str
    confidence: str
    sha256: str
    roles: Mapping[str, Role]
    parts: Mapping[str, Part]
    statistics: Mapping[str, StatisticKey]
    indicators: tuple[Indicator, ...]

    def role_of(self, name: str) -> Role:
        """The role of a role's or a part's name."""
        return self.roles[self.parts[name].role if name in self.parts else name]

    def title_of(self, name: str) -> str:
        """The name of a role, a part or a statistic."""
        found = self.parts.get(name) or self.roles.get(name) or self.statistics.get(name)
        return found.title if found is not None else name

    def indicator(self, key: str) -> Optional[Indicator]:
        """The indicator of an id or a Chinese name."""
        return next((i for i in self.indicators if key in (i.id, i.zh)), None)

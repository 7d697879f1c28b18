"""What progress of redevelopment is told in: tasks, projects with their moves, rows of divisions and kinds."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Any, Optional

from ..land.rounding import half_up, mu
from .redevelopment_settings import RedevelopmentSettings


@dataclass(frozen=True)
class When:
    """The task year and the day it is looked at."""

    year: int
    day: date

    @property
    def elapsed(self) -> float:
        """The share of the year that is gone, 0 to 1."""
        first, last = date(self.year, 1, 1), date(self.year + 1, 1, 1)
        return min(max((self.day - first).days / (last - first).days, 0.0), 1.0)

    @property
    def days_left(self) -> int:
        return max((date(self.year, 12, 31) - self.day).days, 0)


class Light(str, Enum):
    """How a task stands against the time that is gone."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    GREY = "grey"  # nothing can be said: no task, or its year has not begun


@dataclass(frozen=True)
class Task:
    """What a division has to redevelop in a year; `kind` "" stands for all kinds; `row`: where it was read."""

    year: int
    division: str
    kind: str
    mu: float
    row: int = 0


@dataclass(frozen=True)
class Move:
    """A project reached a stage. `exact`: the day is known, else the stage was merely found so on that day."""

    day: date
    stage: str
    before: str = ""
    exact: bool = True


@dataclass(frozen=True)
class Paper:
    """An approval or acceptance: what, its number, who gave it, when."""

    title: str
    number: str
    office: str
    day: str


@dataclass(frozen=True)
class Project:
    """A redevelopment project as its records tell it: `geometry` on the plane or None, `moves` in order of days;
    `counted_before`: an earlier task year has counted it."""

    id: str
    division: str
    name: str
    kind: str
    stage: str
    year: Optional[int]
    geometry: Any = None
    moves: tuple[Move, ...] = ()
    counted_before: bool = False
    number: str = ""
    unit: str = ""
    address: str = ""
    status: str = ""
    papers: tuple[Paper, ...] = ()

    def reached(self, stages: Sequence[str]) -> Optional[Move]:
        """The first move that came to one of `stages`; None where no move says so."""
        return next((move for move in self.moves if move.stage in stages), None)


@dataclass(frozen=True)
class ProjectProgress:
    """A project with its areas (m²): its own, what it counts, and where it stands."""

    project: Project
    own_m2: float
    counted_m2: float
    is_counted: bool
    counted_on: Optional[date]
    still_days: Optional[int]
    is_stalled: bool
    is_overdue: bool
    has_task: bool = True  # whether a task of its year asks for its land

    @property
    def own_mu(self) -> float:
        return float(mu(self.own_m2))

    @property
    def counted_mu(self) -> float:
        return float(mu(self.counted_m2))


@dataclass
class ProgressRow:
    """A division and kind ("" = all) in a year; numbers that nobody can know are None."""

    division: str
    kind: str
    task_mu: Optional[float] = None
    projects: int = 0
    counted: int = 0
    done_m2: float = 0.0
    beyond_m2: float = 0.0  # of it, the land that no task asks for: it fulfils nobody else's
    beyond: int = 0  # counted projects of such land; neither pace nor forecast of the task has it
    without_shape: int = 0  # counted projects without a polygon: their land is not in done
    stalled: int = 0
    overdue: int = 0
    due_share: float = 0.0
    pace_mu_day: Optional[float] = None
    forecast_mu: Optional[float] = None
    light: Light = Light.GREY

    @property
    def done_mu(self) -> float:
        return float(mu(self.done_m2))

    @property
    def beyond_mu(self) -> float:
        return float(mu(self.beyond_m2))

    @property
    def rate(self) -> Optional[float]:
        return (self.done_m2 - self.beyond_m2) * 0.0015 / self.task_mu if self.task_mu else None

    @property
    def due_mu(self) -> Optional[float]:
        return None if self.task_mu is None else float(half_up(self.task_mu * self.due_share))

    @property
    def forecast_rate(self) -> Optional[float]:
        return (
            None if self.forecast_mu is None or not self.task_mu else (self.forecast_mu - self.beyond_mu) / self.task_mu
        )


@dataclass
class Progress:
    """What a run came to. `total` sums the divisions, `rows` are division x kind, division rows (kind "") first."""

    year: int
    as_of: date
    settings: RedevelopmentSettings
    rows: list[ProgressRow]
    total: ProgressRow
    projects: list[ProjectProgress]
    overlap_m2: float = 0.0
    task_gaps: list[tuple[str, float, float]] = field(default_factory=list)  # division, total task, sum of kinds

    def divisions(self) -> list[ProgressRow]:
        return [row for row in self.rows if not row.kind]

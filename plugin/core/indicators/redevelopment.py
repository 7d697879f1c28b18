"""Progress of the redevelopment of low-efficiency land: tasks against what the projects have reached.

A project counts once it has reached the counting stage; its land counts once, however many projects lie on it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Any, Optional

from pyproj import CRS

from ..land.rounding import half_up, mu
from .redevelopment_land import counted_areas, own_areas
from .redevelopment_settings import RedevelopmentSettings


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
    def rate(self) -> Optional[float]:
        return self.done_m2 * 0.0015 / self.task_mu if self.task_mu else None

    @property
    def due_mu(self) -> Optional[float]:
        return None if self.task_mu is None else float(half_up(self.task_mu * self.due_share))

    @property
    def forecast_rate(self) -> Optional[float]:
        return None if self.forecast_mu is None or not self.task_mu else self.forecast_mu / self.task_mu


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


def progress(
    tasks: Iterable[Task], projects: Sequence[Project], plane: CRS, settings: RedevelopmentSettings, when: "When"
) -> Progress:
    """The Progress of a year as its projects stand on a day; projects of other years are judged for delay only."""
    judged = _judged(projects, plane, settings, when)
    of_year = [one for one in judged if one.project.year == when.year]
    tasks = [task for task in tasks if task.year == when.year]
    rows, gaps = _rows(tasks, judged, of_year)
    total = ProgressRow("", "", projects=len(of_year))
    for row in (row for row in rows if not row.kind):
        total.task_mu = row.task_mu if total.task_mu is None else total.task_mu + (row.task_mu or 0)
    for row in [*rows, total]:
        _fill(row, of_year, judged, settings, when)
    overlap = sum(p.own_m2 - p.counted_m2 for p in of_year if p.is_counted)
    return Progress(when.year, when.day, settings, rows, total, judged, float(half_up(overlap)), gaps)


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


def _judged(
    projects: Sequence[Project], plane: CRS, settings: RedevelopmentSettings, when: When
) -> list[ProjectProgress]:
    stages = settings.counting
    counts = [p.year == when.year and p.stage in stages and not p.counted_before for p in projects]
    own = own_areas([p.geometry for p in projects], plane)
    reached = [p.reached(stages) for p in projects]
    chosen = [n for n, is_counted in enumerate(counts) if is_counted]
    chosen.sort(key=lambda n: (move.day if (move := reached[n]) else date.max, projects[n].id))
    counted = dict(zip(chosen, counted_areas([projects[n].geometry for n in chosen], plane)))
    return [
        _one(project, _Standing(float(own[n]), counted.get(n), reached[n]), settings, when)
        for n, project in enumerate(projects)
    ]


@dataclass(frozen=True)
class _Standing:
    """Areas of one project (m²; `counted` None where it does not count) and its first move to a counting stage."""

    own: float
    counted: Optional[float]
    reached: Optional[Move]


def _one(project: Project, land: _Standing, settings: RedevelopmentSettings, when: When) -> ProjectProgress:
    is_open = project.stage in settings.open_stages
    last = project.moves[-1].day if project.moves else None
    still = (when.day - last).days if last is not None and is_open else None
    late = project.year is not None and project.year < when.year
    return ProjectProgress(
        project,
        land.own,
        float(land.counted or 0.0),
        land.counted is not None,
        land.reached.day if land.reached and land.reached.exact and land.counted is not None else None,
        still,
        still is not None and still >= settings.stalled_days,
        bool(late and is_open and project.stage not in settings.counting),
    )


def _rows(
    tasks: Sequence[Task], judged: Sequence[ProjectProgress], of_year: Sequence[ProjectProgress]
) -> tuple[list[ProgressRow], list[tuple[str, float, float]]]:
    given: defaultdict[tuple[str, str], float] = defaultdict(float)
    for task in tasks:
        given[task.division, task.kind] += task.mu
    names = {division for division, _ in given}
    divisions = sorted(names | {_division(p.project.division, names) for p in of_year} - {""})
    kinds = sorted({kind for _, kind in given} | {p.project.kind for p in of_year} - {""})
    rows, gaps = [], []
    for division in divisions:
        parts = {kind: given[division, kind] for kind in kinds if kind and (division, kind) in given}
        whole = given.get((division, ""))
        if whole is not None and parts and abs(whole - sum(parts.values())) > 0.005:
            gaps.append((division, whole, sum(parts.values())))
        rows.append(ProgressRow(division, "", whole if whole is not None else sum(parts.values()) if parts else None))
        present = {p.project.kind for p in of_year if _division(p.project.division, names) == division} | set(parts)
        rows += [ProgressRow(division, kind, parts.get(kind)) for kind in kinds if kind and kind in present]
    return sorted(rows, key=lambda row: (bool(row.kind), row.division, row.kind)), gaps


def _division(code: str, names: set[str]) -> str:
    """The division of the tasks that a project's code lies in; its own where none does."""
    return next((code[:n] for n in range(len(code), 1, -1) if code[:n] in names), code)


def _fill(
    row: ProgressRow, of_year: Sequence[ProjectProgress], judged: Sequence[ProjectProgress], settings: Any, when: When
) -> None:
    mine = [p for p in of_year if _is_in(p, row)]
    counted = [p for p in mine if p.is_counted]
    row.projects, row.counted = len(mine), len(counted)
    row.done_m2 = float(half_up(sum(p.counted_m2 for p in counted)))
    row.without_shape = sum(p.project.geometry is None for p in counted)
    row.stalled = sum(p.is_stalled for p in mine)
    row.overdue = sum(p.is_overdue for p in judged if _is_in(p, row))
    row.due_share = settings.due_share(when.elapsed)
    row.light = _light(row, settings)
    row.pace_mu_day = _pace(mine, counted, settings, when)
    if row.pace_mu_day is not None:
        row.forecast_mu = float(half_up(row.done_m2 * 0.0015 + row.pace_mu_day * when.days_left))


def _is_in(one: ProjectProgress, row: ProgressRow) -> bool:
    return one.project.division.startswith(row.division) and row.kind in ("", one.project.kind)


def _light(row: ProgressRow, settings: RedevelopmentSettings) -> Light:
    if row.rate is None or not row.due_share:
        return Light.GREY
    ratio = row.rate / row.due_share
    if ratio >= 1:
        return Light.GREEN
    return Light.YELLOW if ratio >= settings.light_yellow else Light.RED


def _pace(
    mine: Sequence[ProjectProgress], counted: Sequence[ProjectProgress], settings: Any, when: When
) -> Optional[float]:
    """Mu per day over the last weeks; None where the records tell of too short a time."""
    known = [move.day for p in mine for move in p.project.moves if move.day <= when.day]
    if not known:
        return None
    span = min((when.day - min(known)).days, settings.forecast_days)
    if span < settings.forecast_least_days:
        return None
    new = [p for p in counted if p.counted_on is not None and 0 <= (when.day - p.counted_on).days < span]
    return sum(p.counted_m2 for p in new) * 0.0015 / span

"""Progress of the redevelopment of low-efficiency land: tasks against what the projects have reached.

A project counts once it has reached the counting stage; its land counts once, however many projects lie on it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Optional

from pyproj import CRS

from ..land.rounding import half_up
from .redevelopment_land import counted_areas, own_areas
from .redevelopment_model import Light, Move, Progress, ProgressRow, Project, ProjectProgress, Task, When
from .redevelopment_settings import RedevelopmentSettings


def progress(
    tasks: Iterable[Task], projects: Sequence[Project], plane: CRS, settings: RedevelopmentSettings, when: When
) -> Progress:
    """The Progress of a year as its projects stand on a day; projects of other years are judged for delay only."""
    tasks = [task for task in tasks if task.year == when.year]
    given = {(task.division, task.kind) for task in tasks}
    judged = [
        one if not given or _is_asked(one.project, given) else replace(one, has_task=False)
        for one in _judged(projects, plane, settings, when)
    ]
    of_year = [one for one in judged if one.project.year == when.year]
    rows, gaps = _rows(tasks, judged, of_year)
    total = ProgressRow("", "", projects=len(of_year))
    names = {row.division for row in rows}
    asked = {row.division: row.task_mu for row in rows if not row.kind and row.task_mu is not None}
    if asked:
        total.task_mu = sum(mu for division, mu in asked.items() if not _within(division, set(asked)))
    own_projects, every = _groups(of_year, names), _groups(judged, names)
    for row in [*rows, total]:
        key = (row.division, row.kind)
        _fill(row, own_projects.get(key, []), every.get(key, []), settings, when)
        _forecast(row, own_projects.get(key, []), _tell_beyond(row, own_projects.get(key, []), tasks), when, settings)
        row.light = _light(row, settings)
    overlap = sum(p.own_m2 - p.counted_m2 for p in of_year if p.is_counted)
    return Progress(when.year, when.day, settings, rows, total, judged, float(half_up(overlap)), gaps)


def _within(division: str, names: set[str]) -> bool:
    """Whether a division lies in another one that has a row of its own."""
    return any(division[:n] in names for n in range(1, len(division)))


_Groups = dict[tuple[str, str], list[ProjectProgress]]


def _groups(projects: Sequence[ProjectProgress], names: set[str]) -> _Groups:
    """Projects by every (division, kind) that they belong to; ("", "") holds all."""
    found: _Groups = {}
    for one in projects:
        code, kind = one.project.division, one.project.kind
        for division in ("", *(code[:n] for n in range(1, len(code) + 1) if code[:n] in names)):
            for of_kind in dict.fromkeys(("", kind)):
                found.setdefault((division, of_kind), []).append(one)
    return found


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
        stated_total = given.get((division, ""))
        if stated_total is not None and parts and abs(stated_total - sum(parts.values())) > 0.005:
            gaps.append((division, stated_total, sum(parts.values())))
        rows.append(
            ProgressRow(
                division, "", stated_total if stated_total is not None else sum(parts.values()) if parts else None
            )
        )
        present = {p.project.kind for p in of_year if _division(p.project.division, names) == division} | set(parts)
        rows += [ProgressRow(division, kind, parts.get(kind)) for kind in kinds if kind and kind in present]
    return sorted(rows, key=lambda row: (bool(row.kind), row.division, row.kind)), gaps


def _division(code: str, names: set[str]) -> str:
    """The division of the tasks that a project's code lies in; its own where none does."""
    return next((code[:n] for n in range(len(code), 1, -1) if code[:n] in names), code)


def _fill(
    row: ProgressRow, own_projects: Sequence[ProjectProgress], every: Sequence[ProjectProgress],
    settings: RedevelopmentSettings, when: When,
) -> None:  # fmt: skip
    counted = [p for p in own_projects if p.is_counted]
    row.projects, row.counted = len(own_projects), len(counted)
    row.done_m2 = float(half_up(sum(p.counted_m2 for p in counted)))
    row.without_shape = sum(p.project.geometry is None for p in counted)
    row.stalled = sum(p.is_stalled for p in own_projects)
    row.overdue = sum(p.is_overdue for p in every)
    row.due_share = settings.due_share(when.elapsed)


def _forecast(
    row: ProgressRow, own_projects: Sequence[ProjectProgress], beyond: Sequence[ProjectProgress], when: When,
    settings: RedevelopmentSettings,
) -> None:  # fmt: skip
    """At the pace of land that a task asks for: what is done elsewhere brings no task further."""
    out = {one.project.id for one in beyond}
    counted = [p for p in own_projects if p.is_counted and p.project.id not in out]
    row.pace_mu_day = _pace(own_projects, counted, settings, when)
    if row.pace_mu_day is not None:
        row.forecast_mu = float(half_up(row.done_m2 * 0.0015 + row.pace_mu_day * when.days_left))


def _tell_beyond(
    row: ProgressRow, own_projects: Sequence[ProjectProgress], tasks: Sequence[Task]
) -> list[ProjectProgress]:
    """What is done where nobody was given a task makes nobody else's task done."""
    given = {(task.division, task.kind) for task in tasks if not row.division or task.division == row.division}
    beyond = [p for p in own_projects if p.is_counted and not _is_asked(p.project, given)] if given else []
    row.beyond, row.beyond_m2 = len(beyond), float(half_up(sum(p.counted_m2 for p in beyond)))
    return beyond


def _is_asked(project: Project, given: set[tuple[str, str]]) -> bool:
    code = project.division
    return any((code[:n], kind) in given for n in range(1, len(code) + 1) for kind in ("", project.kind))


def _light(row: ProgressRow, settings: RedevelopmentSettings) -> Light:
    if row.rate is None or not row.due_share:
        return Light.GREY
    ratio = row.rate / row.due_share
    if ratio >= 1:
        return Light.GREEN
    return Light.YELLOW if ratio >= settings.light_yellow else Light.RED


def _pace(
    own_projects: Sequence[ProjectProgress], counted: Sequence[ProjectProgress], settings: Any, when: When
) -> Optional[float]:
    """Mu per day over the last weeks; None where the records tell of too short a time."""
    known = [move.day for p in own_projects for move in p.project.moves if move.day <= when.day]
    if not known:
        return None
    span = min((when.day - min(known)).days, settings.forecast_days)
    if span < settings.forecast_least_days:
        return None
    new = [p for p in counted if p.counted_on is not None and 0 <= (when.day - p.counted_on).days < span]
    return sum(p.counted_m2 for p in new) * 0.0015 / span

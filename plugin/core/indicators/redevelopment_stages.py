"""Stages of redevelopment projects: the funnel, how long each stage takes, what moved within a span of days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Optional

import numpy as np

from ..land.rounding import half_up, mu
from .redevelopment_model import Move, Progress, ProjectProgress

_STAGE_SHARE = 0.9


@dataclass(frozen=True)
class StageRow:
    """A stage: projects that are in it, those that came at least so far, its land (own areas), and how long finished
    stays in it took (days; None where no stay has both its days)."""

    stage: str
    now: int
    reached: int
    m2: float
    stays: int
    median_days: Optional[float]
    long_days: Optional[float]

    @property
    def mu(self) -> float:
        return float(mu(self.m2))


@dataclass(frozen=True)
class WeekMove:
    """What one project did in a span of days; `is_new`: it was registered then."""

    one: ProjectProgress
    move: Move
    is_new: bool
    is_back: bool


def stage_rows(progress: Progress) -> list[StageRow]:
    """StageRows of the year's projects in order of stages, withdrawn ones last."""
    settings = progress.settings
    of_year = [p for p in progress.projects if p.project.year == progress.year]
    order = {stage: number for number, stage in enumerate(settings.stages)}
    rows = []
    for stage in (*settings.stages, settings.withdrawn):
        now = [p for p in of_year if p.project.stage == stage]
        least = order.get(stage)
        reached = now if least is None else [p for p in of_year if order.get(p.project.stage, -1) >= least]
        stays = sorted(days for p in of_year for days in _stays(p, stage))
        longest = stays[min(int(len(stays) * _STAGE_SHARE), len(stays) - 1)] if stays else None
        m2 = float(half_up(sum(p.own_m2 for p in now)))
        rows.append(StageRow(stage, len(now), len(reached), m2, len(stays), median(stays) if stays else None, longest))
    return rows


def _stays(one: ProjectProgress, stage: str) -> list[int]:
    moves = one.project.moves
    return [(b.day - a.day).days for a, b in zip(moves, moves[1:]) if a.stage == stage and a.exact and b.exact]


def moves_between(progress: Progress, days: int = 7) -> list[WeekMove]:
    """What happened in the last `days` days up to the day of the progress, latest first."""
    first = progress.as_of - timedelta(days=days - 1)
    order = (*progress.settings.stages, progress.settings.withdrawn)
    found = [
        WeekMove(one, move, not move.before, _is_back(move, order))
        for one in progress.projects
        for move in one.project.moves
        if first <= move.day <= progress.as_of and (move.exact or not move.before)
    ]
    return sorted(found, key=lambda f: (-f.move.day.toordinal(), f.one.project.division, f.one.project.name))


def _is_back(move: Move, order: Sequence[str]) -> bool:
    known = move.before in order and move.stage in order
    return known and order.index(move.stage) < order.index(move.before)


def stalled(progress: Progress) -> list[ProjectProgress]:
    """Stalled projects of the year, the longest still first."""
    found = [p for p in progress.projects if p.is_stalled and p.project.year == progress.year]
    return sorted(found, key=lambda p: (-(p.still_days or 0), p.project.id))


def overdue(progress: Progress) -> list[ProjectProgress]:
    """Projects of earlier task years that have not come to the counting stage, the oldest year first."""
    found = [p for p in progress.projects if p.is_overdue]
    return sorted(found, key=lambda p: (p.project.year or 0, -p.own_m2))


def done_curve(progress: Progress, steps: int = 53) -> list[tuple[date, float]]:
    """(day, mu done by then of land that a task asks for, as the rate has it) over the year up to the day of the
    progress; projects of unknown day count from the day they were found so."""
    first = date(progress.year, 1, 1)
    counting = progress.settings.counting
    counted = [one for one in progress.projects if one.is_counted and one.has_task]
    moves = [one.project.reached(counting) for one in counted]
    days = np.array([(move.day if move else first).toordinal() for move in moves], dtype=int)
    order = np.argsort(days, kind="stable")
    sums = np.concatenate([[0.0], np.cumsum(np.array([one.counted_m2 for one in counted])[order])])
    span = (min(progress.as_of, date(progress.year, 12, 31)) - first).days
    points = [first + timedelta(days=round(span * n / (steps - 1))) for n in range(steps)] if span > 0 else [first]
    done = sums[np.searchsorted(days[order], [day.toordinal() for day in points], side="right")]
    return [(day, float(mu(m2))) for day, m2 in zip(points, done.tolist())]

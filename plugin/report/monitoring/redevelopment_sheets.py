"""The workbook of the weekly report of redevelopment: everything, to reckon with."""

from typing import Any, Callable

from ...core.days import day_of
from ...core.indicators.redevelopment_model import Progress, ProgressRow, ProjectProgress
from ...core.indicators.redevelopment_stages import moves_between, overdue, stage_rows, stalled
from ..blocks.document import Sheet
from .redevelopment_wording import column, say, texts

Name = Callable[[str], str]


def redevelopment_sheets(progress: Progress, name: Name) -> list[Sheet]:
    """Sheets of divisions, projects, stages, this week's moves and late projects."""
    return [_divisions(progress, name), _projects(progress, name), _stages(progress), _week(progress, name),
            _late(progress, name)]  # fmt: skip


def _divisions(progress: Progress, name: Name) -> Sheet:
    keys = ("division", "kind", "task", "done", "rate", "due", "light", "projects", "counted", "forecast", "stalled",
            "overdue")  # fmt: skip
    rows = [_division(row, name(row.division)) for row in progress.rows]
    rows.append(_division(progress.total, say("total")))
    formats = "text text mu mu share mu text int int mu int int".split()
    return Sheet(say("sheet_divisions"), column(*keys), formats, rows)


def _division(row: ProgressRow, label: str) -> list[Any]:
    light = texts()["light_short"][row.light.value]
    return [label, row.kind or say("all_kinds"), row.task_mu, row.done_mu, row.rate, row.due_mu, light, row.projects,
            row.counted, row.forecast_mu, row.stalled, row.overdue]  # fmt: skip


def _projects(progress: Progress, name: Name) -> Sheet:
    keys = ("division", "name", "number", "kind", "year", "stage", "m2", "mu", "counted_mu", "counted_on", "still",
            "unit", "address")  # fmt: skip
    formats = "text text text text id text m2 mu mu text int text text".split()
    return Sheet(say("sheet_projects"), column(*keys), formats, [_project(p, name) for p in progress.projects])


def _project(one: ProjectProgress, name: Name) -> list[Any]:
    p = one.project
    day = day_of(one.counted_on)
    return [name(p.division), p.name, p.number, p.kind, p.year, p.stage, one.own_m2, one.own_mu, one.counted_mu, day,
            one.still_days, p.unit, p.address]  # fmt: skip


def _stages(progress: Progress) -> Sheet:
    rows = [[r.stage, r.now, r.reached, r.mu, r.median_days, r.long_days] for r in stage_rows(progress)]
    formats = "text int int mu General int".split()
    return Sheet(say("sheet_stages"), column("stage", "now", "reached", "mu", "median", "long"), formats, rows)


def _week(progress: Progress, name: Name) -> Sheet:
    rows = []
    for move in moves_between(progress):
        what = "new" if move.is_new else "back" if move.is_back else "forward"
        p = move.one.project
        rows.append([name(p.division), day_of(move.move.day), p.name, say(what), move.move.before, move.move.stage,
                     move.one.own_mu])  # fmt: skip
    keys = ("division", "day", "name", "what", "before", "after", "mu")
    return Sheet(say("sheet_week"), column(*keys), "text text text text text text mu".split(), rows)


def _late(progress: Progress, name: Name) -> Sheet:
    rows = [[say("overdue"), *_project(p, name)] for p in overdue(progress)]
    rows += [[say("stalled"), *_project(p, name)] for p in stalled(progress)]
    keys = ("what", "division", "name", "number", "kind", "year", "stage", "m2", "mu", "counted_mu", "counted_on",
            "still", "unit", "address")  # fmt: skip
    formats = "text text text text text id text m2 mu mu text int text text".split()
    return Sheet(say("sheet_late"), column(*keys), formats, rows)

"""Redevelopment of low-efficiency land as a workspace tells it: records, their history, the tasks kept beside them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Optional

from pyproj import CRS

from ...core.indicators.land_stock import LandStock
from ...core.indicators.redevelopment import progress
from ...core.indicators.redevelopment_model import Progress, Task, When
from ...core.indicators.redevelopment_settings import RedevelopmentSettings
from ...core.land.divisions import Division, Divisions
from ...core.land.remarks import Remark
from ...core.messages import text
from ...formats.workbook.plain_rows import PlainRow, PlainTable, read_plain
from ...store.audited_settings import TASKS, set_audited
from ...store.due import DONE
from ...store.workspace import Workspace
from .redevelopment_records import ProjectTable, read_projects

_MU = "亩"


@dataclass
class TaskTable:
    """Tasks that were read from a file, and what was left out of it."""

    tasks: list[Task]
    remarks: list[Remark] = field(default_factory=list)


@dataclass
class RedevelopmentRun:
    """A Progress with its plane, the names of divisions and what the reader must know."""

    progress: Progress
    plane: CRS
    names: dict[str, str]
    remarks: list[Remark]
    unsubmitted: int = 0
    county: str = ""
    stocks: list[LandStock] = field(default_factory=list)


@dataclass(frozen=True)
class RedevelopmentChoice:
    """What the user chose: the task year, the day it is looked at, whether records that were not submitted count."""

    year: int
    day: date
    only_submitted: bool = False


def read_tasks(path: Path, divisions: Divisions, settings: RedevelopmentSettings) -> TaskTable:
    """Tasks of a workbook or CSV; rows that cannot be used are remarks. Raises InputError."""
    table = read_plain(path, settings.task_columns, ("year", "division", "mu"))
    found = TaskTable([])
    found.remarks += table.remarks()
    if not table.unit("mu", _MU) and "mu" not in table.titles["mu"].lower():
        params = {"file": table.file, "column": table.titles["mu"]}
        found.remarks.append(Remark("redevelopment_task_unit", params=params))
    reader = _TaskReader(table, divisions, settings)
    for row in table.rows:
        task = reader.task(row, found.remarks)
        if task is not None:
            found.tasks.append(task)
    found.remarks += _said_twice(found.tasks)
    return found


def _said_twice(tasks: Iterable[Task]) -> Iterator[Remark]:
    """Rows of one year, division and kind: they are added up, and a copied row would count twice."""
    rows: dict[tuple[int, str, str], list[int]] = {}
    for task in tasks:
        rows.setdefault((task.year, task.division, task.kind), []).append(task.row)
    for (year, division, kind), numbers in rows.items():
        if len(numbers) > 1:
            listed = "、".join(map(str, numbers))
            params = {"rows": listed, "year": year, "division": division, "kind": kind or text("word_all_kinds")}
            yield Remark("redevelopment_task_twice", params=params)


@dataclass(frozen=True)
class _TaskReader:
    table: PlainTable
    divisions: Divisions
    settings: RedevelopmentSettings

    def task(self, row: PlainRow, remarks: list[Remark]) -> Optional[Task]:
        name, totals = row.text("division"), self.settings.total_names
        if name in totals:  # the sum at the foot of the table
            return None
        try:
            year, mu = row.year("year"), self.table.amount(row, "mu", _MU)
            if mu is None or mu < 0:
                raise ValueError
        except ValueError:
            shown = f"{row.text('year')} / {row.text('mu')}"
            params = {"row": row.number, "value": shown, "what": text("word_year_mu")}
            remarks.append(Remark("redevelopment_task_value", params=params))
            return None
        code = name if name.isdigit() else next(iter(self.divisions.find([name])), "")
        if not code:
            remarks.append(Remark("redevelopment_task_division", params={"row": row.number, "value": name}))
            return None
        kind = row.text("kind")
        return Task(year, code, "" if kind in totals else kind, round(mu, 6), row.number)


def keep_tasks(workspace: Workspace, tasks: Iterable[Task], actor: str) -> None:
    """Keep tasks in the workspace: those of their years replace the ones kept before."""
    tasks = list(tasks)
    years = {task.year for task in tasks}
    kept = [*(task for task in kept_tasks(workspace) if task.year not in years), *tasks]
    rows = [[task.year, task.division, task.kind, task.mu] for task in kept]
    facts = {"years": sorted(years), "rows": len(tasks)}
    set_audited(workspace, TASKS, rows, (actor, "import tasks", facts))


def kept_tasks(workspace: Workspace) -> list[Task]:
    """The tasks that the workspace keeps."""
    return [Task(int(y), str(d), str(k), float(mu)) for y, d, k, mu in workspace.setting(TASKS, [])]


def redevelopment_run(
    workspace: Workspace, tasks: Iterable[Task], settings: RedevelopmentSettings, chosen: RedevelopmentChoice,
    named: Sequence[Division] = (),
) -> RedevelopmentRun:  # fmt: skip
    """Read the projects of a workspace and judge them; any thread that the workspace allows. `named`: divisions
    beside those of the workspace."""
    table = read_projects(workspace, settings, chosen.year, DONE if chosen.only_submitted else ())
    divisions = Divisions([*named, *workspace.divisions()]) if named else workspace.divisions()
    name = divisions.name(workspace.county) or workspace.county
    return judged_run(table, tasks, settings, chosen, Where(divisions, name))


@dataclass(frozen=True)
class Where:
    """The divisions that have names, and the name of the county ("" where nobody has said it)."""

    divisions: Divisions
    county: str = ""


def judged_run(
    table: ProjectTable, tasks: Iterable[Task], settings: RedevelopmentSettings, chosen: RedevelopmentChoice,
    where: Where,
) -> RedevelopmentRun:  # fmt: skip
    """Judge projects that were read, whatever they were read from."""
    tasks, divisions = list(tasks), where.divisions
    found = progress(tasks, table.projects, table.plane, settings, When(chosen.year, chosen.day))
    codes = {row.division for row in found.rows} | {p.project.division for p in found.projects}
    names = {code: divisions.name(code) or code for code in codes}
    remarks = [*table.remarks, *_remarks(found, tasks, table, names)]
    return RedevelopmentRun(found, table.plane, names, remarks, table.pending, where.county)


def _remarks(found: Progress, tasks: list[Task], table: ProjectTable, names: Mapping[str, str]) -> Iterator[Remark]:
    of_year = [p for p in found.projects if p.project.year == found.year]
    if not found.projects:
        code = "redevelopment_layer_empty" if table.layer else "redevelopment_no_records"
        yield Remark(code, params={"year": found.year, "layer": table.layer})
    if not any(task.year == found.year for task in tasks):
        yield Remark("redevelopment_no_tasks", params={"year": found.year})
    for division, stated, parts in found.task_gaps:
        params = {"division": names.get(division, division), "total": f"{stated:,.2f}", "parts": f"{parts:,.2f}"}
        yield Remark("redevelopment_task_gap", params=params)
    without = sum(not p.project.stage for p in of_year)
    if without:
        yield Remark("redevelopment_no_stage", params={"count": without})
    if found.total.without_shape:
        yield Remark("redevelopment_no_shape", params={"count": found.total.without_shape})
    if found.total.beyond:
        mu = f"{found.total.beyond_m2 * 0.0015:,.2f}"
        yield Remark("redevelopment_beyond", params={"count": found.total.beyond, "mu": mu})
    if found.overlap_m2 >= 0.01:
        yield Remark("redevelopment_overlap", params={"mu": f"{found.overlap_m2 * 0.0015:,.2f}"})
    if table.repaired:
        yield Remark("redevelopment_repaired", params={"count": table.repaired})
    yield Remark("redevelopment_proposal")

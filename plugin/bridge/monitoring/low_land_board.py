"""What the screen of low-efficiency land shows, read from a workspace in a worker thread."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Optional

from ...core.indicators.redevelopment_model import ProjectProgress
from ...core.indicators.redevelopment_settings import load_redevelopment_settings
from ...core.indicators.redevelopment_stages import StageRow, WeekMove, moves_between, overdue, stage_rows, stalled
from ...core.land import crs as crs_rules
from ...report import write_report
from ...report.monitoring.redevelopment import redevelopment_document
from ...store.lock import holder_name
from ...store.workspace import Workspace
from ..review.rounds_target import writing_workspace
from .redevelopment import RedevelopmentChoice, RedevelopmentRun, keep_tasks, kept_tasks, read_tasks, redevelopment_run
from .redevelopment_charts import Bar, bars_of
from .redevelopment_report import redevelopment_report


@dataclass
class Board:
    """A run and everything that is painted and listed of it; `outline`: the district on the plane or None."""

    run: RedevelopmentRun
    bars: list[Bar]
    stages: list[StageRow]
    moves: list[WeekMove]
    overdue: list[ProjectProgress]
    stalled: list[ProjectProgress]
    outline: Optional[Any]
    district: Optional[Any]

    def name(self, code: str) -> str:
        """A division's name."""
        return self.run.names.get(code, code)


def load_board(path: str, year: int, day: date, stage: str) -> Board:
    """Read a workspace (nothing is written) and make its Board; any thread. Raises OneMapError."""
    with Workspace.open(path, read_only=True) as workspace:
        settings = load_redevelopment_settings().with_stage(stage)
        run = redevelopment_run(workspace, kept_tasks(workspace), settings, RedevelopmentChoice(year, day))
        district = workspace.district()
    outline = None
    if district is not None and not district.is_empty:
        outline = crs_rules.transform_geometries([district], crs_rules.parse_crs("EPSG:4490"), run.plane)[0]
    found, withdrawn = run.progress, settings.withdrawn
    return Board(
        run,
        bars_of(found, lambda code: run.names.get(code, code)),
        [row for row in stage_rows(found) if row.stage != withdrawn],
        moves_between(found),
        overdue(found),
        stalled(found),
        outline,
        district,
    )


def import_tasks(path: str, table: str) -> tuple[int, list[str]]:
    """Keep the tasks of a table in a workspace; (how many, what the user must know). Raises OneMapError."""
    with writing_workspace(path) as workspace:
        found = read_tasks(Path(table), workspace.divisions(), load_redevelopment_settings())
        keep_tasks(workspace, found.tasks, holder_name())
    return len(found.tasks), [remark.text() for remark in found.remarks]


def write_weekly(board: Board, path: str) -> None:
    """Write the weekly report; raises OneMapError."""
    write_report(redevelopment_document(redevelopment_report(board.run, board.district)), path)

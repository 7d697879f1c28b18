"""What the screen of low-efficiency land shows, read from a workspace in a worker thread."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Optional

from ...core.errors import InputError
from ...core.indicators.land_stock import JudgedParcel, LandStock
from ...core.indicators.redevelopment_model import ProjectProgress
from ...core.indicators.redevelopment_settings import load_redevelopment_settings
from ...core.indicators.redevelopment_stages import StageRow, WeekMove, moves_between, overdue, stage_rows, stalled
from ...core.land import crs as crs_rules
from ...core.land.pieces import objects
from ...core.land.remarks import Remark, stated_once
from ...report import write_report
from ...report.monitoring.redevelopment import redevelopment_document
from ...store.lock import holder_name
from ...store.workspace import Workspace
from ..review.rounds_target import writing_workspace
from .land_stock import StockLayer, take_stock
from .redevelopment import RedevelopmentChoice, RedevelopmentRun, keep_tasks, kept_tasks, read_tasks, redevelopment_run
from .redevelopment_charts import Bar, bars_of
from .redevelopment_report import redevelopment_report


@dataclass(frozen=True)
class BoardParcel:
    """A parcel of a layer of the land database; `shape`: on the plane of the projects, None without a polygon."""

    stock: LandStock
    one: JudgedParcel
    shape: Optional[Any]

    @property
    def division(self) -> str:
        """The division's name, its code where it has none."""
        code = self.one.parcel.division[:6]
        return self.stock.names.get(code, code)

    @property
    def title(self) -> str:
        """The parcel's name, its number where it has none."""
        return self.one.parcel.name or self.one.parcel.id


@dataclass
class Board:
    """A run and everything that is painted and listed of it; `outline`: the district on the plane or None. A position
    is a project's, or, counted on behind the last of them, a parcel's."""

    run: RedevelopmentRun
    bars: list[Bar]
    stages: list[StageRow]
    moves: list[WeekMove]
    overdue: list[ProjectProgress]
    stalled: list[ProjectProgress]
    outline: Optional[Any]
    district: Optional[Any]
    parcels: list[BoardParcel] = field(default_factory=list)

    def parcel_at(self, position: int) -> Optional[BoardParcel]:
        """The parcel at a position, None where a project is."""
        behind = position - len(self.run.progress.projects)
        return self.parcels[behind] if behind >= 0 else None

    def shape_at(self, position: int) -> Optional[Any]:
        """The polygon at a position, None without one."""
        parcel = self.parcel_at(position)
        return self.run.progress.projects[position].project.geometry if parcel is None else parcel.shape

    def name(self, code: str) -> str:
        """A division's name."""
        return self.run.names.get(code, code)


def load_board(path: str, year: int, day: date, stage: str, layers: Sequence[StockLayer] = ()) -> Board:
    """Read a workspace (nothing is written) and layers of the land database, and make their Board; any thread. Raises
    OneMapError."""
    with Workspace.open(path, read_only=True) as workspace:
        settings = load_redevelopment_settings().with_stage(stage)
        run = redevelopment_run(workspace, kept_tasks(workspace), settings, RedevelopmentChoice(year, day))
        district = workspace.district()
    _take_what_can_be_read(run, layers)
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
        _parcels(run),
    )


def _take_what_can_be_read(run: RedevelopmentRun, layers: Sequence[StockLayer]) -> None:
    """Read the layers; one that cannot be read takes nothing from the projects, and is named."""
    for layer in layers:
        try:
            take_stock(run, [layer])
        except InputError as error:
            run.remarks.append(Remark(error.code, params=error.params))
    run.remarks[:] = stated_once(run.remarks)


def _parcels(run: RedevelopmentRun) -> list[BoardParcel]:
    """All parcels, overdue ones first, then open ones, the largest first."""
    found: list[BoardParcel] = []
    for stock in run.stocks:
        shapes = objects([one.parcel.geometry for one in stock.parcels])
        on_plane = crs_rules.transform_geometries(shapes, stock.plane, run.plane)
        found += [BoardParcel(stock, one, shape) for one, shape in zip(stock.parcels, on_plane)]
    return sorted(found, key=lambda p: (not p.one.is_overdue, not p.one.is_open, -p.one.open_m2))


def import_tasks(path: str, table: str) -> tuple[int, list[str]]:
    """Keep the tasks of a table in a workspace; (how many, what the user must know). Raises OneMapError."""
    with writing_workspace(path) as workspace:
        found = read_tasks(Path(table), workspace.divisions(), load_redevelopment_settings())
        keep_tasks(workspace, found.tasks, holder_name())
    return len(found.tasks), [remark.text() for remark in found.remarks]


def write_weekly(board: Board, path: str) -> None:
    """Write the weekly report; raises OneMapError."""
    write_report(redevelopment_document(redevelopment_report(board.run, board.district)), path)

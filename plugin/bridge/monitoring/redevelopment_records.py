"""Redevelopment projects of a workspace with their land and their history, as the core judges them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np
import shapely
from pyproj import CRS

from ...core.forms.schema import Form
from ...core.indicators.redevelopment_model import Move, Paper, Project
from ...core.indicators.redevelopment_settings import RedevelopmentSettings
from ...core.land import crs as crs_rules
from ...core.land.remarks import Remark
from ...core.land.repair import make_usable
from ...core.moments import local_day
from ...store.due import DONE
from ...store.workspace import Workspace

FORM = "redevelopment_project"
_LON_LAT = "EPSG:4490"
_ANYWHERE = (120.0, 30.0)  # where nothing has a place


@dataclass
class ProjectTable:
    """The projects of a workspace or layer on a plane; `repaired`: polygons that were repaired, `pending`: how many
    records of the year were not submitted, `remarks`: what else the reader must know, `layer`: its name, "" for a
    workspace."""

    projects: list[Project]
    plane: CRS
    repaired: int
    pending: int
    remarks: list[Remark] = field(default_factory=list)
    layer: str = ""


def read_projects(
    workspace: Workspace, settings: RedevelopmentSettings, year: int, states: Sequence[str] = ()
) -> ProjectTable:
    """Projects of the task years up to `year`; `states`: statuses of records that count, all where empty."""
    form = workspace.form(FORM)
    only = [("status", "=", list(states))] if states else None
    records = [r for r in workspace.records(form, only) if (r["task_year"] or 0) <= year]
    geometries, plane, repaired = _shapes(records)
    projects = list(_projects(form, records, geometries, _history(workspace, settings), settings))
    pending = sum(r["status"] not in DONE and r["task_year"] == year for r in records)
    return ProjectTable(projects, plane, repaired, pending)


def _shapes(records: list[dict[str, Any]]) -> tuple[np.ndarray, CRS, int]:
    """Usable geometries on the working plane of all records, and how many were repaired."""
    raw = shapely.from_wkb([record.get("geometry") for record in records]) if records else np.zeros(0, object)
    source = crs_rules.parse_crs(_LON_LAT)
    present = ~shapely.is_missing(raw)
    left, low, right, top = shapely.total_bounds(raw[present]) if present.any() else (*_ANYWHERE, *_ANYWHERE)
    plane = crs_rules.working_plane(source, ((left + right) / 2, (low + top) / 2))
    moved = crs_rules.transform_geometries(raw, source, plane) if len(raw) else raw
    usable = make_usable(moved, np.arange(len(moved)), FORM)
    return usable.geometries, plane, len(usable.repairs)


@dataclass
class _History:
    """What the chain tells: {record: its changes of stage}, and the records that an earlier task year has counted."""

    moves: dict[str, list[Move]]
    counted_before: set[str]


def _history(workspace: Workspace, settings: RedevelopmentSettings) -> _History:
    found = _History({}, set())
    stages: dict[str, list[tuple[int, str]]] = {}
    for change in workspace.field_history(FORM, "stage"):
        if change.after:
            stages.setdefault(change.record, []).append((change.seq, str(change.after)))
            known = found.moves.setdefault(change.record, [])
            day = date.fromisoformat(local_day(change.at))
            known.append(Move(day, str(change.after), str(change.before or ""), bool(known)))
    for change in workspace.field_history(FORM, "task_year"):
        then = [stage for seq, stage in stages.get(change.record, ()) if seq < change.seq]
        if change.before and change.after and change.before < change.after and then and then[-1] in settings.counting:
            found.counted_before.add(change.record)
    return found


def _projects(
    form: Form, records: list[dict[str, Any]], shapes: np.ndarray, history: _History, settings: RedevelopmentSettings
) -> Iterator[Project]:
    for record, shape in zip(records, shapes):
        known = History(history.moves.get(record["id"], []), record["id"] in history.counted_before)
        yield project_of(form, record, shape, settings, known)


@dataclass
class History:
    """What is known of one project beside its values: its moves, and whether an earlier task year has counted it."""

    moves: list[Move]
    was_counted: bool = False


def project_of(
    form: Form, record: Mapping[str, Any], shape: Any, settings: RedevelopmentSettings, known: History
) -> Project:
    """The Project of a record's values (every field of the form, `id` and `status`)."""
    moves = _dated(record, known.moves, settings)
    return Project(
        record["id"], str(record["xzq_dm"] or ""), str(record["xm_mc"] or ""), str(record["type"] or ""),
        str(record["stage"] or ""), record["task_year"], shape, tuple(_in_order(moves)), known.was_counted,
        str(record["dk_guid"] or ""), str(record["yd_dw"] or ""), str(record["td_zl"] or ""), str(record["status"]),
        tuple(_papers(form, record, settings)),
    )  # fmt: skip


def _dated(record: Mapping[str, Any], moves: list[Move], settings: RedevelopmentSettings) -> list[Move]:
    """The moves with the days that the record itself gives for a stage instead of those on which it was written."""
    days = {}
    for stage, keys in settings.stage_dates.items():
        given = [str(record[key])[:10] for key in keys if record.get(key)]
        if given and _passed(record["stage"], stage, settings):
            days[stage] = date.fromisoformat(min(given))
    known = {move.stage for move in moves}
    all_moves = [*(Move(day, stage) for stage, day in days.items() if stage not in known), *moves]
    return [replace(m, day=min(m.day, days[m.stage]), exact=True) if m.stage in days else m for m in all_moves]


def _passed(now: str, stage: str, settings: RedevelopmentSettings) -> bool:
    """Whether a project that is in stage `now` has come to `stage`."""
    stages = settings.stages
    return now in stages and stage in stages and stages.index(stage) <= stages.index(now)


def _in_order(moves: list[Move]) -> Iterator[Move]:
    """Moves by their days, those that change nothing left out."""
    before = ""
    for move in sorted(moves, key=lambda m: m.day):
        if move.stage != before:
            yield replace(move, before=before)
            before = move.stage


def _papers(form: Form, record: Mapping[str, Any], settings: RedevelopmentSettings) -> Iterator[Paper]:
    for number, office, day in settings.papers:
        if record.get(number) or record.get(day):
            yield Paper(form.field(number).title_zh, *(str(record.get(key) or "") for key in (number, office, day)))

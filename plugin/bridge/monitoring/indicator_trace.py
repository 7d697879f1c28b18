"""The features behind one indicator: what each gave to it, and where."""

from typing import Optional

import numpy as np
import shapely

from ...core.errors import InputError
from ...core.indicators.formula_nodes import Measure, MeasureKind, measures
from ...core.indicators.indicator_results import IndicatorRun
from ...core.indicators.measure_cut import Cut, cut_places, cut_sizes, zone_targets
from ...core.indicators.measure_table import FeatureTable, MeasureRefused, selected
from ...core.land.pieces import objects
from ...core.threads import Feedback
from .indicator_job import IndicatorJob
from .measure_reader import Asked, read_table
from .road_reach import Ways, reach_along

TraceRow = tuple[str, str, int, str, str, int, float]


def trace_rows(
    job: IndicatorJob, run: IndicatorRun, indicator: str, feedback: Optional[Feedback] = None
) -> tuple[list[TraceRow], np.ndarray]:
    """(rows of TRACE_FIELDS, their shapes on the plane as polygons) of an indicator in the main year.

    Raises InputError for an unknown indicator, Cancelled.
    """
    wanted = run.set.indicator(indicator)
    if wanted is None:
        known = ", ".join(i.id for i in run.set.indicators)
        raise InputError("indicator_trace_unknown", name=indicator or "-", known=known)
    rows: list[TraceRow] = []
    shapes = [objects([])]
    for measure, year in dict.fromkeys(measures(wanted.formula.node, run.year)):
        try:
            table, cut = _cut(job, measure, year, feedback)
        except MeasureRefused:
            continue
        codes = [place.code for place in run.places if not place.is_total]
        name = str(job.set.title_of(measure.selection.name))  # a feature takes no other kind of text
        rows += [
            (wanted.id, codes[target], year, measure.text(), name, int(table.fids[row]), float(amount))
            for row, target, amount in zip(cut.row, cut.target, cut.amount)
        ]
        shapes.append(_shapes(table, cut))
    return rows, np.concatenate(shapes)


def _cut(job: IndicatorJob, measure: Measure, year: int, feedback: Optional[Feedback]) -> tuple[FeatureTable, Cut]:
    table, divisions = _table(job, measure, measure.selection.name, year, feedback), job.divisions
    if divisions is None:
        raise MeasureRefused("indicator_no_layer", layer=table.role.zh, year=year)
    mask = selected(table, measure.selection, job.set.parts)
    targets = divisions.shapes
    if measure.zone is not None:
        found = [
            (zone, zone.geometries[selected(zone, one, job.set.parts)])
            for one in measure.selections[1:]
            for zone in [_table(job, measure, one.name, year, feedback)]
        ]
        if measure.zone.along is None:
            targets = zone_targets(divisions.shapes, objects(found[0][1]), measure.zone.metres, feedback)
        else:
            mask &= reach_along(Ways(table, mask, measure.zone.metres or 0.0, *found), job.plane, feedback)[0]
    rows = np.flatnonzero(mask)
    geometries = table.geometries[rows]
    if measure.kind is MeasureKind.COUNT or not len(rows) or shapely.get_dimensions(geometries).max() == 0:
        cut = cut_places(geometries, targets, feedback)
    else:
        cut = cut_sizes(geometries, targets, job.plane, True, feedback)
    return table, Cut(rows[cut.row], cut.target, cut.amount, cut.pieces)


def _table(job: IndicatorJob, measure: Measure, name: str, year: int, feedback: Optional[Feedback]) -> FeatureTable:
    role = job.set.role_of(name)
    layers = job.assignment.of(role, year, job.chosen.year)
    if not layers:
        raise MeasureRefused("indicator_no_layer", layer=role.zh, year=year)
    own_selections = [s for s in measure.selections if job.set.role_of(s.name).key == role.key]
    asked = Asked.of(role, job.set, own_selections, [measure] if measure.selection in own_selections else [])
    return read_table(asked, layers, job.plane, feedback)


def _shapes(table: FeatureTable, cut: Cut) -> np.ndarray:
    return table.geometries[cut.row] if cut.pieces is None else cut.pieces

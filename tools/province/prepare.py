"""What workers do with rows before the check: geometry valid and on the plane, expressions answered, cells assigned.

Each function takes and yields Arrow record batches (Spark's mapInArrow); the schemas below are Spark's words for them.
"""

import numpy as np
import pyarrow as pa
import shapely

from plugin.core.land import crs as crs_rules
from plugin.core.land.remarks import UNREAD
from plugin.core.land.repair import make_usable, not_finite
from plugin.core.messages import text

from .cells import Seen, spread
from .job import bits_of, metres_of, text_of, use_of

NO_SQUARE = -(2**31)
_METRES = pa.list_(pa.float64())
_PROJECT = ("fid", "key", "use", "bits", "heights")
PROBLEM = pa.struct(
    [("what", pa.string()), ("skipped", pa.bool_()), ("area_before_m2", pa.float64()), ("area_after_m2", pa.float64())]
)
_PROBLEM_DDL = "problem struct<what: string, skipped: boolean, area_before_m2: double, area_after_m2: double>"
PROJECTS_DDL = (
    "fid bigint, key string, use string, bits bigint, heights array<double>, wkb binary, ix int, iy int, x0 double, "
    f"y0 double, x1 double, y1 double, {_PROBLEM_DDL}"
)
CONTROLS_DDL = (
    f"cell int, source int, fid bigint, label string, bits bigint, limits array<double>, wkb binary, "
    f"box array<double>, {_PROBLEM_DDL}"
)


def prepared_projects(job):
    """Function for mapInArrow: rows of the project layer to PROJECTS_DDL; unusable ones carry no wkb and NO_SQUARE."""

    def run(batches):
        for batch in batches:
            values = _rows(batch)
            geometries = _decoded(batch, job.projects_crs, job.settings.plane)
            usable, problems = _usable(geometries, batch, job.settings.plane, True)
            boxes = shapely.bounds(usable).reshape(-1, 4)
            squares = np.floor(boxes[:, :2] / job.square_m)
            squares = np.where(np.isfinite(squares), squares, NO_SQUARE).astype(np.int32)
            columns = [
                batch.column("fid"),
                pa.array([text_of(row[job.key]) if job.key else None for row in values], pa.string()),
                pa.array([use_of(row, job.use) for row in values], pa.string()),
                pa.array(bits_of(values, job.unless.values()), pa.int64()),
                pa.array(metres_of(values, job.heights.values()), _METRES),
                pa.array(shapely.to_wkb(usable), pa.binary()),
                *(pa.array(c) for c in squares.T),
                *(pa.array(c) for c in boxes.T),
                pa.array(problems, PROBLEM),
            ]
            yield pa.RecordBatch.from_arrays(columns, [*_PROJECT, "wkb", "ix", "iy", "x0", "y0", "x1", "y1", "problem"])

    return run


def placed_projects(cells):
    """Function for mapInArrow: prepared projects with their `cell` in place of square and box."""

    def run(batches):
        for batch in batches:
            cell = cells.value.of_projects(batch.column("ix").to_numpy(), batch.column("iy").to_numpy())
            names = [*_PROJECT, "wkb", "problem"]
            columns = [pa.array(cell, pa.int32()), *(batch.column(name) for name in names)]
            yield pa.RecordBatch.from_arrays(columns, ["cell", *names])

    return run


PLACED_DDL = (
    f"cell int, fid bigint, key string, use string, bits bigint, heights array<double>, wkb binary, {_PROBLEM_DDL}"
)


def prepared_controls(source, number, plane, cells):
    """Function for mapInArrow: rows of control source `number` to CONTROLS_DDL, one for each cell a feature may
    matter in.

    Only these are validated. What has no usable geometry and is no land goes NOWHERE, to be listed; what may be land
    that cannot be read goes to every cell that it may lie in: nothing near it is clear.
    """

    def run(batches):
        for batch in batches:
            geometries = _decoded(batch, source.crs, plane)
            boxes = shapely.bounds(geometries).reshape(-1, 4)
            boxes[not_finite(geometries)] = np.nan  # nobody knows how far they reach
            row, cell = cells.value.of_controls(boxes, source.reach)
            wanted = np.union1d(row, np.flatnonzero(~np.isfinite(boxes).all(axis=1)))
            part, row = batch.take(pa.array(wanted)), np.searchsorted(wanted, row)
            usable, problems = _usable(geometries[wanted], part, plane, source.polygons_only)
            seen = Seen(boxes[wanted], shapely.is_missing(usable), np.array([_is_unread(p) for p in problems], bool))
            yield _control_batch(source, number, (part, usable, problems, seen), spread(seen, (row, cell), cells.value))

    return run


def _is_unread(problem):
    return bool(problem) and problem["skipped"] and problem["code"] in UNREAD


def _control_batch(source, number, found, placed):
    (part, usable, problems, seen), (at, cell) = found, placed
    values, boxes = _rows(part), [box if lost else None for box, lost in zip(seen.boxes.tolist(), seen.unread)]
    labels = [(text_of(row[source.label]) or "") if source.label else "" for row in values]
    bits = np.array(bits_of(values, [source.conditions[rule_id] for rule_id in source.asked]), dtype=np.int64)
    limits = pa.array(metres_of(values, source.limits.values()), _METRES)
    wkb = pa.array(shapely.to_wkb(usable), pa.binary())
    places = pa.array(at, pa.int64())
    columns = [
        pa.array(cell, pa.int32()),
        pa.array(np.full(len(at), number), pa.int32()),
        part.column("fid").take(places),
        pa.array(labels, pa.string()).take(places),
        pa.array(bits).take(places),
        limits.take(places),
        wkb.take(places),
        pa.array(boxes, _METRES).take(places),
        pa.array(problems, PROBLEM).take(places),
    ]
    names = ["cell", "source", "fid", "label", "bits", "limits", "wkb", "box", "problem"]
    return pa.RecordBatch.from_arrays(columns, names)


def _decoded(batch, crs, plane):
    """Geometries on the plane, Z dropped; None where the WKB is null or cannot be read."""
    wkb = batch.column("geometry").to_pylist()
    geometries = np.atleast_1d(shapely.from_wkb(np.array([*wkb, None], dtype=object), on_invalid="ignore"))[:-1]
    if shapely.has_z(geometries).any():
        geometries = shapely.force_2d(geometries)
    return crs_rules.transform_geometries(geometries, crs, plane)


def _usable(geometries, batch, plane, polygons_only):
    """(valid geometries or None, problem of each row or None), as the desk repairs and refuses them."""
    result = make_usable(geometries, np.arange(len(geometries)), "", polygons_only, crs_rules.plane_limits(plane))
    problems = [None] * len(geometries)
    for repair in result.repairs:
        problems[repair.fid] = {
            "what": repair.reason,
            "skipped": False,
            "area_before_m2": repair.area_before_m2,
            "area_after_m2": repair.area_after_m2,
        }
    held = batch.column("geometry").is_valid()
    for skip in result.skipped:
        unreadable = skip.code == "geometry_null" and held[skip.fid].as_py()
        code = "geometry_unreadable" if unreadable else skip.code
        problems[skip.fid] = {"what": text(code), "skipped": True, "code": code}
    return result.geometries, problems


def _rows(batch):
    """Dicts of the attributes of each row."""
    names = [name for name in batch.schema.names if name not in ("fid", "geometry")]
    return batch.select(names).to_pylist() if names else [{}] * len(batch)

"""What workers do with rows before the check: geometry valid and on the plane, expressions answered, cells assigned.

Each function takes and yields Arrow record batches (Spark's mapInArrow); the schemas below are Spark's words for them.
"""

from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
import pyarrow as pa
import shapely

from plugin.core.land import crs as crs_rules
from plugin.core.land.coordinates import misplaced
from plugin.core.land.remarks import UNREAD, Repair
from plugin.core.land.repair import make_usable, not_finite
from plugin.core.land.wkb import from_wkb, wkb_kind
from plugin.core.messages import set_language, text
from plugin.core.review.run import key_name

from .cells import Seen, spread
from .job import bits_of, metres_of, stated_of, text_of, use_of
from .unclear import values_of

NO_SQUARE = -(2**31)
_WITH_RINGS = (3, 6, 7)
_METRES = pa.list_(pa.float64())
_PROJECT = ("fid", "key", "use", "county", "bits", "heights")
PROBLEM = pa.struct(
    [("what", pa.string()), ("skipped", pa.bool_()), ("area_before_m2", pa.float64()), ("area_after_m2", pa.float64())]
)
_PROBLEM_DDL = "problem struct<what: string, skipped: boolean, area_before_m2: double, area_after_m2: double>"
PROJECTS_DDL = (
    "fid bigint, key string, use string, county string, bits bigint, heights array<double>, wkb binary, "
    f"ix int, iy int, x0 double, y0 double, x1 double, y1 double, {_PROBLEM_DDL}"
)
CONTROLS_DDL = (
    f"cell int, source int, fid bigint, label string, bits bigint, limits array<double>, wkb binary, "
    f"box array<double>, told string, {_PROBLEM_DDL}"
)


def prepared_projects(job):
    """Function for mapInArrow: rows of the project layer to PROJECTS_DDL; unusable ones carry no wkb and NO_SQUARE.

    Keys are as the layer has them, trimmed, "fid n" where there is none.
    """

    def run(batches):
        set_language(job.language)
        for batch in batches:
            values, fids = _rows(batch), batch.column("fid").to_pylist()
            read = _decoded(batch, job.projects_crs, job.settings.plane)
            usable, problems = _usable(read, job.settings.plane, True)
            boxes = shapely.bounds(usable).reshape(-1, 4)
            squares = np.floor(boxes[:, :2] / job.square_m)
            squares = np.where(np.isfinite(squares), squares, NO_SQUARE).astype(np.int32)
            columns = [
                batch.column("fid"),
                pa.array([key_name(_key(row, job.key), fid) for row, fid in zip(values, fids)], pa.string()),
                pa.array([use_of(row, job.use) for row in values], pa.string()),
                pa.array([stated_of(row, job.county) for row in values], pa.string()),
                pa.array(bits_of(values, job.unless.values()), pa.int64()),
                pa.array(metres_of(values, job.heights.values()), _METRES),
                pa.array(shapely.to_wkb(usable), pa.binary()),
                *(pa.array(c) for c in squares.T),
                *(pa.array(c) for c in boxes.T),
                pa.array(problems, PROBLEM),
            ]
            yield pa.RecordBatch.from_arrays(columns, [*_PROJECT, "wkb", "ix", "iy", "x0", "y0", "x1", "y1", "problem"])

    return run


def _key(row, name):
    return text_of(row[name]) if name else None


def placed_projects(cells, keys):
    """Function for mapInArrow: prepared projects with their `cell` in place of square and box, and with unique keys.

    `keys`: {fid: key} of those whose key another project has as well.
    """

    def run(batches):
        for batch in batches:
            cell = cells.value.of_projects(batch.column("ix").to_numpy(), batch.column("iy").to_numpy())
            own = zip(batch.column("fid").to_pylist(), batch.column("key").to_pylist())
            key = pa.array([keys.value.get(fid, name) for fid, name in own], pa.string())
            names = [*_PROJECT, "wkb", "problem"]
            columns = [pa.array(cell, pa.int32()), *(key if n == "key" else batch.column(n) for n in names)]
            yield pa.RecordBatch.from_arrays(columns, ["cell", *names])

    return run


PLACED_DDL = (
    "cell int, fid bigint, key string, use string, county string, bits bigint, heights array<double>, wkb binary, "
    f"{_PROBLEM_DDL}"
)


def prepared_controls(job, number, cells):
    """Function for mapInArrow: rows of control source `number` to CONTROLS_DDL, one for each cell a feature may
    matter in.

    Only these are validated. What has no usable geometry and is no land goes NOWHERE, to be listed; what may be land
    that cannot be read goes to every cell that it may lie in: nothing near it is clear. Where the whole source is in
    doubt already (Source.unread), what has no place is listed only.
    """
    source, plane = job.sources[number], job.settings.plane

    def run(batches):
        set_language(job.language)
        for batch in batches:
            read = _decoded(batch, source.crs, plane)
            boxes = shapely.bounds(read.geometries).reshape(-1, 4)
            boxes[not_finite(read.geometries)] = np.nan  # nobody knows how far they reach
            row, cell = cells.value.of_controls(boxes, source.reach)
            wanted = np.union1d(row, np.flatnonzero(~np.isfinite(boxes).all(axis=1)))
            part, row = batch.take(pa.array(wanted)), np.searchsorted(wanted, row)
            usable, problems = _usable(read.take(wanted), plane, source.polygons_only)
            unread = np.array([_is_unread(problem) for problem in problems], bool)
            unread &= np.isfinite(boxes[wanted]).all(axis=1) | (not source.unread)
            seen = Seen(boxes[wanted], shapely.is_missing(usable), unread)
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
        pa.array([values_of(source, row) for row in values], pa.string()).take(places),
        pa.array(problems, PROBLEM).take(places),
    ]
    names = ["cell", "source", "fid", "label", "bits", "limits", "wkb", "box", "told", "problem"]
    return pa.RecordBatch.from_arrays(columns, names)


def usable_shapes(batch, crs, plane):
    """Valid polygons of a batch on the plane, None where one cannot be used."""
    return _usable(_decoded(batch, crs, plane), plane, True)[0]


@dataclass
class _Read:
    """`geometries` on the plane, None where none can be used; booleans: what could not be read, what contradicts its
    system, whose open rings were closed."""

    geometries: Any
    is_lost: Any
    is_misplaced: Any
    is_closed: Any

    def take(self, rows):
        return _Read(self.geometries[rows], self.is_lost[rows], self.is_misplaced[rows], self.is_closed[rows])


def _decoded(batch, crs, plane):
    """The _Read of the WKB of a batch, Z dropped."""
    wkb = batch.column("geometry").to_pylist()
    geometries = from_wkb(wkb)
    is_closed = np.zeros(len(wkb), bool)
    for row in np.flatnonzero(shapely.is_missing(geometries) & batch.column("geometry").is_valid().to_numpy(False)):
        geometries[row] = _closed(wkb[row])
        is_closed[row] = geometries[row] is not None
    is_lost = shapely.is_missing(geometries) & batch.column("geometry").is_valid().to_numpy(False)
    if shapely.has_z(geometries).any():
        geometries = shapely.force_2d(geometries)
    wrong = misplaced(crs, shapely.bounds(geometries).reshape(-1, 4)).mask
    geometries[wrong] = None
    return _Read(crs_rules.transform_geometries(geometries, crs, plane), is_lost, wrong, is_closed)


def _closed(wkb):
    """A geometry whose rings were left open with them closed, None where that is not what ails it."""
    if wkb_kind(wkb) not in _WITH_RINGS:
        return None
    try:
        return shapely.from_wkb(wkb, on_invalid="fix")
    except (shapely.GEOSException, ValueError):  # nor can it be read so; an older shapely knows no "fix"
        return None


def _usable(read, plane, polygons_only):
    """(valid geometries or None, problem of each row or None), as the desk repairs and refuses them."""
    numbers = np.arange(len(read.geometries))
    result = make_usable(read.geometries, numbers, "", polygons_only, crs_rules.plane_limits(plane))
    problems: list[Optional[dict[str, Any]]] = [None] * len(numbers)
    closed = np.flatnonzero(read.is_closed & result.mask)
    areas = shapely.area(result.geometries[closed]).tolist()
    repairs = [Repair("", int(row), "Ring not closed", area, area) for row, area in zip(closed, areas)]
    for repair in [*repairs, *result.repairs]:
        problems[repair.fid] = {
            "what": repair.reason,
            "skipped": False,
            "area_before_m2": repair.area_before_m2,
            "area_after_m2": repair.area_after_m2,
        }
    for skip in result.skipped:
        lost, wrong = read.is_lost[skip.fid], read.is_misplaced[skip.fid]
        code = "feature_misplaced" if wrong else "geometry_unreadable" if lost else skip.code
        problems[skip.fid] = {"what": text(code), "skipped": True, "code": code}
    return result.geometries, problems


def _rows(batch):
    """Dicts of the attributes of each row."""
    names = [name for name in batch.schema.names if name not in ("fid", "geometry")]
    return batch.select(names).to_pylist() if names else [{}] * len(batch)

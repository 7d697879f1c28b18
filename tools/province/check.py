"""One cell as Arrow tables: what Spark hands to `cell.outcomes`, and what becomes of it."""

from dataclasses import asdict

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from plugin.core.messages import set_language
from plugin.core.review.summary import SummaryCounts
from plugin.core.threads import run_inline

from . import columns
from .cell import CellFeatures, CellProjects, checked, counties_of
from .columns import BOOL, INT, REAL, TEXT, WKB
from .job import county_of
from .prepare import PROBLEM

_ARROW = {TEXT: pa.string(), REAL: pa.float64(), INT: pa.int64(), BOOL: pa.bool_(), WKB: pa.binary()}


def _struct_of(columns):
    return pa.struct([(name, _ARROW[kind]) for name, kind in columns.items()])


FINDING = _struct_of({**columns.FINDING, "geometry": WKB})
VERDICT, SUMMARY = _struct_of(columns.VERDICT), _struct_of({**columns.SUMMARY, **columns.COUNTY})
LISTED = pa.struct([("layer_name", pa.string()), ("fid", pa.int64()), *PROBLEM])
KINDS = {"finding": FINDING, "verdict": VERDICT, "summary": SUMMARY, "problem": LISTED}
RESULT = pa.schema(list(KINDS.items()))  # one of them in each row


def ddl(kind):
    """An Arrow type in Spark's words."""
    if isinstance(kind, pa.StructType):
        return "struct<" + ", ".join(f"{f.name}: {ddl(f.type)}" for f in kind) + ">"
    return next(word for word, known in _ARROW.items() if known == kind)


RESULT_DDL = ", ".join(f"{f.name} {ddl(f.type)}" for f in RESULT)


def checked_cell(job, extent=None):
    """Function for a cogrouped applyInArrow: (projects, controls) of one cell to rows of RESULT."""

    def run(projects, controls):
        run_inline()  # Spark has a process for every processor: threads in each would only stand in line
        set_language(job.language)
        parts = [_listed(projects, [job.projects_name] * len(projects))]
        parts += _results(job, projects, controls, extent.value if extent is not None else None)
        names = [source.name for source in job.sources]
        parts.append(_listed(controls, [names[number] for number in controls.column("source").to_pylist()]))
        return pa.concat_tables(parts)

    return run


def _results(job, projects, controls, extent):
    controls, given = controls.sort_by([("source", "ascending"), ("fid", "ascending")]), _projects(projects)
    by_source = [
        _features(controls.filter(pc.equal(controls.column("source"), number))) for number in range(len(job.sources))
    ]
    found, counts, counties = checked(job, given, by_source, extent), SummaryCounts(), counties_of(job, given, extent)
    for outcome in found.outcomes:
        if len(outcome.findings):
            yield _column_table("finding", _struct(outcome.findings, FINDING))
        if len(outcome.verdicts):
            yield _column_table("verdict", _struct(outcome.verdicts, VERDICT))
            counts.add(outcome.verdicts.column("project_key"), outcome.verdicts.column("conclusion"))
    rows = [
        {**asdict(summary), "conclusion": summary.conclusion.word, "county": counties[summary.project_key]}
        for summary in counts.summaries(found.areas_m2)
    ]
    yield _column_table("summary", pa.array(rows, SUMMARY))


def _projects(rows):
    """CellProjects of the prepared rows, by their fid."""
    rows = rows.sort_by("fid")
    held = rows.column("wkb").is_valid()
    usable = rows.filter(held)
    return CellProjects(
        usable.column("key").to_pylist(),
        _geometries(usable),
        usable.column("use").to_pylist(),
        usable.column("bits").to_numpy(),
        usable.column("heights").to_pylist(),
        rows.filter(pc.invert(held)).column("key").to_pylist(),
        dict(zip(rows.column("key").to_pylist(), map(county_of, rows.column("county").to_pylist()))),
        usable.column("county").to_pylist(),
    )


def _features(rows):
    """The prepared features of a source: usable ones, and land that could not be read."""
    rows = rows.filter(pc.or_(rows.column("wkb").is_valid(), rows.column("box").is_valid()))
    return CellFeatures(
        rows.column("fid").to_numpy(),
        _geometries(rows),
        rows.column("label").to_pylist(),
        rows.column("bits").to_numpy(),
        rows.column("limits").to_pylist(),
        rows.column("box").to_pylist(),
        rows.column("told").to_pylist(),
    )


def _geometries(table):
    wkb = np.array([*table.column("wkb").to_pylist(), None], dtype=object)[:-1]
    return shapely.from_wkb(wkb)


def _struct(table, kind):
    """A ResultTable of the core as a struct array."""
    arrays = []
    for field in kind:
        values = columns.spelt(field.name, table.column(field.name))
        arrays.append(pa.array(shapely.to_wkb(values) if field.name == "geometry" else values, field.type))
    return pa.StructArray.from_arrays(arrays, fields=list(kind))


def _listed(table, names):
    """What of a prepared table was repaired or left out."""
    rows = [
        {"layer_name": name, "fid": fid, **problem}
        for name, fid, problem in zip(names, table.column("fid").to_pylist(), table.column("problem").to_pylist())
        if problem
    ]
    return _column_table("problem", pa.array(rows, LISTED))


def _column_table(name, values):
    arrays = [values if field.name == name else pa.nulls(len(values), field.type) for field in RESULT]
    return pa.table(arrays, schema=RESULT)

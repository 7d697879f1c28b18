"""One cell as Arrow tables: what Spark hands to `cell.outcomes`, and what becomes of it."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from plugin.core.threads import run_inline

from .cell import CellFeatures, CellProjects, outcomes
from .prepare import PROBLEM

_T, _F, _I, _B = pa.string(), pa.float64(), pa.int64(), pa.bool_()
_SUMS = [("overlap_m2", _F), ("overlap_ha", _F), ("overlap_mu", _F)]
_FINDING_START = [(n, _T) for n in ("project_key", "line_id", "line_name", "rule_id", "effect")] + [
    ("control_fid", _I),
    ("control_label", _T),
]
_FINDING_END = [
    ("project_m2", _F),
    ("share_pct", _F),
    ("is_sliver", _B),
    *((n, _T) for n in ("law", "note", "layer_name", "layer_date")),
]
FINDING = pa.struct([*_FINDING_START, *_SUMS, *_FINDING_END, ("geometry", pa.binary())])
_VERDICT_START = [(name, _T) for name in ("project_key", "line_id", "line_name", "status", "effect")]
_VERDICT_END = [
    ("share_pct", _F),
    ("pieces", _I),
    ("slivers", _I),
    ("sliver_m2", _F),
    ("law", _T),
    ("rules_sha256", _T),
    ("reason", _T),
]
VERDICT = pa.struct([*_VERDICT_START, *_SUMS, *_VERDICT_END])
LISTED = pa.struct([("layer_name", _T), ("fid", _I), *PROBLEM])
RESULT = pa.schema([("finding", FINDING), ("verdict", VERDICT), ("problem", LISTED)])  # one of the three in each row
ROWS = 20_000


def ddl(kind):
    """An Arrow type in Spark's words."""
    if isinstance(kind, pa.StructType):
        return "struct<" + ", ".join(f"{f.name}: {ddl(f.type)}" for f in kind) + ">"
    return {_T: "string", _F: "double", _I: "bigint", _B: "boolean", pa.binary(): "binary"}[kind]


RESULT_DDL = ", ".join(f"{f.name} {ddl(f.type)}" for f in RESULT)


def checked_cell(job):
    """Function for a cogrouped applyInArrow: (projects, controls) of one cell to rows of RESULT."""

    def run(projects, controls):
        run_inline()  # Spark has a process for every processor: threads in each would only stand in line
        parts = [_listed(projects, [job.projects_name] * len(projects)), *_outcomes(job, projects, controls)]
        names = [source.name for source in job.sources]
        parts.append(_listed(controls, [names[number] for number in controls.column("source").to_pylist()]))
        return pa.concat_tables(parts)

    return run


def _outcomes(job, projects, controls):
    projects, controls = projects.sort_by("fid"), controls.sort_by([("source", "ascending"), ("fid", "ascending")])
    held = projects.column("wkb").is_valid()
    unusable = projects.filter(pc.invert(held)).column("key").to_pylist()
    projects = projects.filter(held)
    given = CellProjects(
        projects.column("key").to_pylist(),
        _geometries(projects),
        projects.column("use").to_pylist(),
        projects.column("bits").to_numpy(),
        projects.column("heights").to_pylist(),
        unusable,
    )
    by_source = [
        _features(controls.filter(pc.equal(controls.column("source"), number))) for number in range(len(job.sources))
    ]
    for outcome in outcomes(job, given, by_source):
        if len(outcome.findings):
            yield _column_table("finding", _struct(outcome.findings, FINDING))
        if len(outcome.verdicts):
            yield _column_table("verdict", _struct(outcome.verdicts, VERDICT))


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
    )


def _geometries(table):
    wkb = np.array([*table.column("wkb").to_pylist(), None], dtype=object)[:-1]
    return shapely.from_wkb(wkb)


def _struct(table, kind):
    """A ResultTable of the core as a struct array."""
    columns = []
    for field in kind:
        values = table.column(field.name)
        columns.append(pa.array(shapely.to_wkb(values) if field.name == "geometry" else values, field.type))
    return pa.StructArray.from_arrays(columns, fields=list(kind))


def _listed(table, names):
    """What of a prepared table was repaired or left out."""
    rows = [
        {"layer_name": name, "fid": fid, **problem}
        for name, fid, problem in zip(names, table.column("fid").to_pylist(), table.column("problem").to_pylist())
        if problem
    ]
    return _column_table("problem", pa.array(rows, LISTED))


def _column_table(name, values):
    columns = [values if field.name == name else pa.nulls(len(values), field.type) for field in RESULT]
    return pa.table(columns, schema=RESULT)

"""Findings and verdicts to their outputs in threads of their own: straight into GeoPackages, or through the sinks of
any other place.
"""

import sqlite3
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from ...core.errors import OutputError
from ...core.land.areal import areal, multipolygons
from ...core.review.line_check import LineOutcome
from ...core.review.report_data import ProjectInfo
from ...core.review.summary import SummaryCounts
from ...core.threads import rare_collections
from ..i18n import tr
from . import results
from .gpkg_writer import GpkgRows

_SHAPEFILE = (".shx", ".dbf", ".prj", ".cpg", ".qmd")
_AT_ONCE = 2_000  # findings that are held as multipolygons, in the output's CRS and as bytes
_WAITING = 4  # outcomes in memory at most, so that a slow disk slows the check down instead of filling the memory


class ResultWriter:
    """Takes LineOutcomes; `finish` or, for a run that came to no end, `discard` must follow.

    `findings`, `verdicts`, `summary`: (feature sink, identifier) as Processing made them, no sink for a summary that
    is not wanted; `to_output` moves an array of geometries from the plane to the CRS of the findings, None where that
    is the plane's. Raises OutputError.
    """

    def __init__(self, findings, verdicts, to_output, summary=(None, "")):
        self._to_output = to_output
        self._outputs = [_output(*made) for made in (findings, verdicts, summary) if made[0] is not None]
        self._counts = SummaryCounts() if summary[0] is not None else None
        self._are_files = all(isinstance(output, _Table) for output in self._outputs)
        first = ThreadPoolExecutor(1)
        self._threads = (first, ThreadPoolExecutor(1) if self._are_files else first)  # of findings, of verdicts
        self._pending: deque[Any] = deque()

    def add(self, outcome: LineOutcome) -> None:
        """Queue an outcome."""
        if outcome.findings:
            self._pending.append(self._threads[0].submit(self._write_findings, outcome.findings))
        if outcome.verdicts:
            self._pending.append(self._threads[1].submit(self._write_verdicts, outcome.verdicts))
        while len(self._pending) > _WAITING:
            self._wait()

    def _wait(self):
        """Until what waits longest is written."""
        try:
            self._pending.popleft().result()
        except sqlite3.Error as error:
            raise OutputError("output_failed", output=tr("result layer"), error=str(error)) from error

    def _write_findings(self, findings):
        for part in findings.parts(_AT_ONCE):
            shapes = part.blobs() if self._are_files and self._to_output is None else None
            if shapes is None:
                shapes = areal(part.array("geometry"))
                shapes = shapes if self._to_output is None else self._to_output(shapes)
            self._outputs[0].write(results.FINDING_FIELDS, part, shapes)

    def _write_verdicts(self, verdicts):
        self._outputs[1].write(results.VERDICT_FIELDS, verdicts)
        if self._counts is not None:
            self._counts.add(verdicts.column("project_key"), verdicts.column("conclusion"))

    @property
    def sums_projects(self) -> bool:
        """Whether `finish` needs the projects."""
        return self._counts is not None

    def finish(self, projects: Sequence[ProjectInfo] = ()) -> None:
        """Wait for everything to be written, sum the verdicts of `projects` (ProjectInfos) and close the outputs."""
        try:
            with rare_collections(), self._threads[0], self._threads[1]:
                if self._are_files:  # findings are closed while verdicts are written
                    self._pending.append(self._threads[0].submit(self._outputs[0].close))
                while self._pending:
                    self._wait()
                self._close(projects)
        except sqlite3.Error as error:
            raise OutputError("output_failed", output=tr("result layer"), error=str(error)) from error

    def _close(self, projects: Sequence[ProjectInfo]) -> None:
        if self._counts is not None:
            rows = self._counts.summaries({project.key: project.area_m2 for project in projects})
            self._outputs[2].write(results.SUMMARY_FIELDS, rows)
        for output in self._outputs[1 if self._are_files else 0 :]:
            output.close()

    def discard(self) -> None:
        """Stop and leave nothing behind."""
        for future in self._pending:
            future.cancel()
        for thread in self._threads:
            thread.shutdown()
        for output in self._outputs:
            output.discard()


def _output(sink, identifier):
    path = Path(identifier)
    if path.suffix.lower() != ".gpkg" or not path.is_file():
        return _Sink(sink, path)
    sink.finalize() if hasattr(sink, "finalize") else sink.flushBuffer()
    return _Table(sink, path)


class _Sink:
    """A feature sink: memory layers, databases, every file format of GDAL."""

    def __init__(self, sink, path):
        self._sink, self._path = sink, path

    def write(self, fields, rows, geometries=None):
        results.write_features(self._sink, fields, rows, None if geometries is None else multipolygons(geometries))

    def close(self):
        self._sink.flushBuffer()
        self._sink = None  # closed: anyone may open the file now

    def discard(self):
        self._sink = None
        if self._path.is_file():
            self._path.unlink()
            for suffix in _SHAPEFILE if self._path.suffix.lower() == ".shp" else ():
                self._path.with_suffix(suffix).unlink(missing_ok=True)


class _Table:
    """A GeoPackage of its own: QGIS makes the table, its rows are written without features."""

    def __init__(self, sink, path):
        del sink
        self._path, self._rows = path, None

    def write(self, fields, rows, geometries=None):
        names = [name for name, _ in fields]
        self._open().add_columns(names, [results.column_values(rows, name) for name in names], geometries)

    def _open(self):
        if self._rows is None:  # not before QGIS has closed the file
            self._rows = GpkgRows(self._path)
        return self._rows

    def close(self):
        if self._rows is not None:
            self._rows.close()

    def discard(self):
        self._open().discard()

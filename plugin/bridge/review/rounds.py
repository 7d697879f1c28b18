"""A finished review as a frozen round: its head, with every input hashed, its verdicts and findings."""

import hashlib
from dataclasses import asdict, fields, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from ...core.land.layer_state import layer_sha256
from ...core.land.pieces import objects
from ...core.messages import language
from ...core.review.findings import Finding, Verdict
from ...core.review.line_check import LineOutcome
from ...core.review.result_tables import ResultTable
from ...core.review.round_table import RoundTable
from ...core.review.rounds import FrozenRound, RoundHead, RoundInput, RoundProjects, RuleFile, geometry_hashes
from ...core.review.rules import RuleSet
from ...formats.rules.rule_files import BASE
from .preparing import Review
from .reporting import software
from .running import ReviewResult

SHAPES_KEPT = 200_000  # findings of a round whose shapes are kept; beyond, hashes and areas are
_VERDICT = [f.name for f in fields(Verdict)]
_SLIM = "project_key line_id line_name rule_id effect overlap_m2 is_sliver layer_name control_fid".split()
_INPUT = [f.name for f in fields(RoundInput)]
_FINDING = [f.name for f in fields(Finding) if f.name != "geometry"]


class RoundCollector:
    """Keeps the tables of a run's LineOutcomes as they come, without an object for each row.

    Of a run with more than SHAPES_KEPT findings their shapes are let go at once: memory stays bounded.
    """

    def __init__(self) -> None:
        self.findings: list[Any] = []
        self.verdicts: list[Any] = []
        self._count = 0

    @property
    def has_shapes(self) -> bool:
        return self._count <= SHAPES_KEPT

    def add(self, outcome: LineOutcome) -> None:
        """Keep what an outcome brings."""
        self.verdicts += [outcome.verdicts] if len(outcome.verdicts) else []
        if len(outcome.findings):
            had, self._count = self.has_shapes, self._count + len(outcome.findings)
            self.findings.append(outcome.findings)
            if not self.has_shapes:
                late = self.findings if had else self.findings[-1:]
                self.findings[-len(late) :] = [table.without("geometry") for table in late]


def freeze(result: ReviewResult, kept: RoundCollector, parameters: dict) -> FrozenRound:
    """The FrozenRound of a finished run; `parameters`: those of the run by their public names, JSON values."""
    review, projects = result.review, _projects(result)
    files = rule_files(review.rule_set, review.rule_files)
    return assembled(round_head(result, parameters, projects), projects, kept, review.rule_set.line_ids(), files)


def assembled(
    head: RoundHead, projects: RoundProjects, kept: RoundCollector, lines: list, files: tuple = ()
) -> FrozenRound:
    """The FrozenRound of a head, its projects and what was kept of the run; `lines`: in the order of the findings."""
    findings, shapes = _findings(kept, projects.keys, lines)
    verdicts = _rows(kept.verdicts, _VERDICT)
    return FrozenRound(head, projects, RoundTable.of(verdicts, len(verdicts["status"])), findings, shapes, files)


def round_head(result: ReviewResult, parameters: dict, projects: RoundProjects) -> RoundHead:
    """What the run was computed from; every layer is hashed once, which may take seconds: not on the main thread."""
    review, rule_set = result.review, result.review.rule_set
    day = review.review_date.isoformat()
    values = {"SLIVER_AREA": review.sliver_m2, "REVIEW_DATE": day, "LANGUAGE": language(), **parameters}
    infos = result.hashed_inputs(lru_cache(layer_sha256))
    inputs = tuple(RoundInput(*(getattr(info, name) for name in _INPUT)) for info in infos)
    return RoundHead(
        day,
        review.plane.to_wkt(),
        rule_set.name,
        str(rule_set.version),
        rule_set.sha256,
        software(),
        rule_digests(rule_set, review),
        values,
        tuple(_proven(one, projects) for one in inputs),
    )


def _proven(one, projects):
    """Projects without a file of their own are known by what was frozen of them."""
    if one.role != "projects" or one.sha256:
        return one
    reported = repr((projects.keys, projects.names, projects.hashes))
    return replace(one, sha256=hashlib.sha256(reported.encode("utf-8")).hexdigest())


def rule_digests(rule_set: RuleSet, review: Review) -> dict:
    """{line id: sha256 of its rules in force on the day of the review}."""
    day = review.review_date
    found = {line: [repr(asdict(rule)) for rule in rule_set.for_line(line, day)] for line in rule_set.line_ids()}
    return {line: hashlib.sha256("\n".join(rules).encode("utf-8")).hexdigest()[:32] for line, rules in found.items()}


def rule_files(rule_set: RuleSet, given: tuple) -> tuple:
    """RuleFiles whose bytes together have the rule set's hash; () when a file changed after it was read."""
    for paths in ([*given] or [BASE], [BASE, *given]):
        files = tuple(RuleFile(Path(path).name, Path(path).read_bytes()) for path in paths)
        if hashlib.sha256(b"".join(file.content for file in files)).hexdigest() == rule_set.sha256:
            return files
    return ()


def _projects(result):
    usable = dict(zip(result.data.projects.keys, result.data.projects.geometries))
    infos = result.data.infos
    shapes = objects([usable.get(info.key) for info in infos])
    keys, names, areas = ([getattr(i, name) for i in infos] for name in ("key", "name", "area_m2"))
    return RoundProjects(keys, names, areas, shapes, geometry_hashes(shapes))


def _findings(kept, keys, lines):
    """(RoundTable of the findings in an order of their own, their shapes or None where there are too many)."""
    columns = _rows(kept.findings, [*_FINDING, "geometry"] if kept.has_shapes else _SLIM)
    shapes = objects(columns.pop("geometry")) if kept.has_shapes else None
    count = len(columns["project_key"])
    columns["geometry_hash"] = [""] * count if shapes is None else geometry_hashes(shapes)
    order = _order(columns, keys, lines)
    columns = {name: [values[n] for n in order] for name, values in columns.items()}
    return RoundTable.of(columns, count), None if shapes is None else shapes[order]


def _order(columns, keys, lines):
    """By project, line, rule, layer, feature and shape: the same whatever thread came first."""
    project = {key: number for number, key in enumerate(keys)}
    line = {name: number for number, name in enumerate(lines)}
    places = [project.get(key, -1) for key in columns["project_key"]], [line.get(i, -1) for i in columns["line_id"]]
    fids = [-1 if fid is None else fid for fid in columns["control_fid"]]
    last = (columns["rule_id"], columns["layer_name"], fids, columns["geometry_hash"])
    rows = list(zip(*places, *last))
    return np.array(sorted(range(len(rows)), key=rows.__getitem__), dtype=int)


def _rows(tables, names):
    """{name: list} of ResultTables or of lists of records, one after the other."""
    columns: dict[str, list] = {name: [] for name in names}
    for table in tables:
        for name, values in columns.items():
            if isinstance(table, ResultTable):
                values += table.column(name)
            else:
                values += [getattr(record, name) for record in table]
    return columns

"""A comparison of two rounds to its report, and to the rows of CHANGES."""

from datetime import date
from pathlib import Path
from typing import Any

from ...core.land.rounding import mu
from ...core.messages import language
from ...core.review.rounds_report_data import AcceptedRow, CaseReport, RoundFacts, RoundsReport, SignatureRow, TraceRow
from ...formats.rules.case_files import reason_kinds
from ...report import write_report
from ...report.review.case import case_document
from ...report.review.rounds import rounds_document
from ...store.workspace import Workspace
from ..layers import field_types
from .reporting import software
from .rounds_compare import Comparison, Side, case_rounds, compare_rounds, side

_TEXT, _REAL, _BOOL = field_types.TEXT, field_types.REAL, field_types.BOOL
CHANGE_FIELDS = (
    ("project_key", _TEXT), ("project_name", _TEXT), ("key_before", _TEXT), ("matched_by", _TEXT), ("line_id", _TEXT),
    ("line_name", _TEXT), ("kind", _TEXT), ("cause", _TEXT), ("status_before", _TEXT), ("status_after", _TEXT),
    ("effect_before", _TEXT), ("effect_after", _TEXT), ("before_m2", _REAL), ("after_m2", _REAL), ("change_m2", _REAL),
    ("change_mu", _REAL), ("by_rules_m2", _REAL), ("by_data_m2", _REAL), ("accepted", _BOOL),
)  # fmt: skip


def change_rows(comparison: Comparison) -> list:
    """Attribute values of each change in the order of CHANGE_FIELDS."""
    rows = []
    for c in comparison.diff.changes:
        match = c.match.value if c.match else ""
        texts = (
            c.project_key,
            c.project_name,
            c.key_before,
            match,
            c.line_id,
            c.line_name,
            c.kind.value,
            c.cause.value,
        )
        states = (c.status_before, c.status_after, c.effect_before, c.effect_after)
        areas = (c.before_m2, c.after_m2, c.change_m2, mu(c.change_m2), c.by_rules_m2, c.by_data_m2)
        rows.append((*texts, *states, *areas, comparison.is_accepted(c)))
    return rows


def rounds_report(workspace: Workspace, comparison: Comparison, limit_m2: float, is_parted: bool) -> RoundsReport:
    """The RoundsReport of a comparison."""
    return RoundsReport(
        comparison.after.info.case,
        _facts(workspace, comparison.before),
        _facts(workspace, comparison.after),
        comparison.diff,
        limit_m2,
        software(),
        _accepted_rows(workspace, comparison.after),
        comparison.after.accepted.verdicts,
        workspace.audit.head(),
        is_parted,
    )


def case_report(workspace: Workspace, case: str) -> CaseReport:
    """The CaseReport of a case; InputError for one that is not there. Reads every round: not on the main thread."""
    infos = sorted(case_rounds(workspace, case), key=lambda info: info.number)
    latest = side(workspace, infos[0])
    rounds, steps = [_facts(workspace, latest)], []
    for info in infos[1:]:  # two rounds in memory at a time
        now = side(workspace, info)
        rounds.append(_facts(workspace, now))
        steps.append(None if info.is_old or latest.info.is_old else compare_rounds(latest, now).diff)
        latest = now
    report = workspace.verify_audit()
    items = {item for info in infos for item in _items(workspace, info)} | {case}
    trace = [
        TraceRow(row["seq"], row["at"], row["actor"], row["act"], row["item"], row["hash"])
        for row in workspace.audit.rows()
        if row["item"] in items
    ]
    accepted = _accepted_rows(workspace, latest)
    head, kind = workspace.audit.head(), infos[-1].kind
    return CaseReport(case, kind, rounds, steps, accepted, trace, software(), head, report.is_intact)


def _items(workspace, info):
    """What the chain calls a round, its overrides and signatures."""
    signed = [f"{info.id}/{s.place}" for s in workspace.cases.signatures(info.id)]
    return [info.id, *signed, *(override.id for override in workspace.cases.overrides(info.id))]


def write_case_report(report: CaseReport, paths: "list[Path]") -> None:
    """Write every report of `paths`; raises OutputError for a place that cannot be written."""
    document = case_document(report)
    for path in paths:
        write_report(document, path)


def write_rounds_report(report: RoundsReport, paths: "list[Path]") -> None:
    """Write every report of `paths`; raises OutputError for a place that cannot be written."""
    document = rounds_document(report)
    for path in paths:
        write_report(document, path)


def _facts(workspace: Workspace, side: Side) -> RoundFacts:
    info = side.info
    signed = [
        SignatureRow(info.number, s.place, s.signer, s.opinion, s.at, s.digest)
        for s in workspace.cases.signatures(info.id)
    ]
    reported = (info.number, info.at, info.actor, info.note, side.frozen.head, info.summary, info.digest)
    return RoundFacts(*reported, len(side.accepted.findings), tuple(signed))


def _accepted_rows(workspace: Workspace, side: Side) -> list:
    names, table = reason_names(), side.frozen.findings
    today, rows = date.today().isoformat(), []
    for override in workspace.cases.overrides(side.info.id):
        if override.withdrawn:
            continue
        found: dict[str, Any] = table.row(override.finding)
        rows.append(
            AcceptedRow(
                found["project_key"],
                found["line_name"],
                found["rule_id"],
                found["overlap_m2"],
                names.get(override.category, override.category),
                override.reason,
                override.expires,
                override.actor,
                override.attachment_name,
                override.expired(today),
            )
        )
    return rows


def reason_names() -> dict:
    """{category: words} in the language of the messages; reports speak Chinese anyway."""
    return {kind.id: kind.en if language() == "en" else kind.zh for kind in reason_kinds()}

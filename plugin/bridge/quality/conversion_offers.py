"""Decisions on land classes in the workspace: taken from there, kept there, and offered as a file to be filled in."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from ...core.errors import OutputError
from ...core.files import write_complete
from ...core.messages import text
from ...core.moments import local_day
from ...core.quality.conversion_decisions import Decision
from ...core.quality.conversion_totals import Crosstab, CrosstabRow
from ...store.decisions import KeptDecision, keep_decisions, kept_decisions
from ..review.rounds_target import reading_workspace, writing_workspace

_COLUMNS = ("from_code", "to_code", "where", "layer", "field", "method", "rest", "note")


@dataclass(frozen=True)
class Offers:
    """Where decisions are kept: a workspace and the title of a conversion table."""

    workspace: str
    table: str

    def kept(self) -> tuple[KeptDecision, ...]:
        """What was decided before; none without a workspace."""
        if not self.workspace:
            return ()
        with reading_workspace(self.workspace) as workspace:
            return kept_decisions(workspace, self.table)

    def keep(self, decisions: Iterable[Decision], folder: Path, helpers: set[str], actor: str) -> int:
        """Keep decisions; a helper layer that is a file is kept with its whole path. Return how many are new."""
        made = [_with_path(decision, folder, helpers) for decision in decisions]
        if not self.workspace or not made:
            return 0
        with writing_workspace(self.workspace) as workspace:
            return keep_decisions(workspace, self.table, made, actor)


def _with_path(decision: Decision, folder: Path, helpers: set[str]) -> Decision:
    if not decision.layer or decision.layer in helpers:
        return decision
    name, bar, rest = decision.layer.partition("|")
    return replace(decision, layer=f"{(folder / name).resolve()}{bar}{rest}")


def write_offer(path: Path, crosstab: Crosstab, kept: Iterable[KeptDecision], used: Iterable[Decision]) -> int:
    """Write a decision file (.csv): what was used, then what is still open, with what was once decided or the classes
    to choose from in the note. Return the number of open codes."""
    rows = [_row(decision, decision.note) for decision in used]
    known: dict[str, list[KeptDecision]] = {}
    for one in kept:
        known.setdefault(one.decision.code, []).append(one)
    open_flows: dict[str, list[CrosstabRow]] = {}
    for row in crosstab.rows():
        if row.flow.is_undecided and row.flow.candidates:
            open_flows.setdefault(row.flow.from_code, []).append(row)
    for code, flows in sorted(open_flows.items()):
        facts = {"candidates": "、".join(flows[0].flow.candidates), "m2": f"{sum(f.area_m2 for f in flows):,.2f}"}
        offered = known.get(code, [])
        for one in offered:
            note = text("conversion_offered", actor=one.actor, at=local_day(one.at), **facts)
            rows.append(_row(one.decision, note))
        if not offered:
            rows.append(_row(Decision(code), text("conversion_to_decide", **facts)))
    try:
        table = io.StringIO(newline="")
        csv.writer(table).writerows([_COLUMNS, *rows])
        write_complete(path, table.getvalue().encode("utf-8-sig"))
    except OSError as error:
        raise OutputError("output_failed", output=path.name, error=error.strerror or error) from error
    return len(open_flows)


def _row(decision: Decision, note: str) -> list[str]:
    safe = f"'{note}" if note[:1] in ("=", "+", "-", "@") else note  # a spreadsheet must not take it for a formula
    asked = decision.code, decision.to_code, decision.where, decision.layer, decision.field, decision.method
    return [*asked, decision.rest, safe]

"""The report that compares two versions of a design: opinion first, then every building that changed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Optional

from ...core.days import day_of
from ...core.heights.results import BuildingResult, Standing
from ...core.heights.versions import VersionChange, VersionRow
from ...core.heights.wording import reason_text, status_word
from ..blocks.document import Document, Sheet
from ..blocks.model import Block, Heading, Paragraph, Table
from .wording import column, say, texts

_SHOWN = 500
_WORSE = (VersionChange.NEW, VersionChange.GROWN)


@dataclass
class VersionsReport:
    """`names`: of the earlier and the later version; `absent`: lines on what was not checked in either."""

    names: tuple[str, str]
    rows: Sequence[VersionRow]
    absent: Sequence[str]
    software: str
    created: datetime = field(default_factory=datetime.now)

    def count(self, *changes: VersionChange) -> int:
        return sum(row.change in changes for row in self.rows)

    def later(self, standing: Standing) -> int:
        """Buildings of the later version that stand so."""
        return sum(row.after is not None and row.after.status == str(standing) for row in self.rows)


def versions_document(report: VersionsReport) -> Document:
    """The Document of a VersionsReport."""
    title = say("versions_title")
    head = say("head", title=title, layer=" → ".join(report.names))
    return Document(
        title, head, report.software, lambda: {say("part"): _blocks(report)}, lambda: [_sheet(report, report.rows)]
    )


def versions_opinion(report: VersionsReport) -> str:
    """Whether the later version complies, and what became of the earlier one's faults."""
    bad, unknown = report.later(Standing.CONFLICT), report.later(Standing.NOT_CHECKED)
    counts = {
        "first": report.names[0], "second": report.names[1], "bad": bad, "unknown": unknown,
        "good": report.later(Standing.CLEAR), "free": report.later(Standing.NO_LIMIT),
        "resolved": report.count(VersionChange.RESOLVED), "reduced": report.count(VersionChange.REDUCED),
        "worse": report.count(*_WORSE), "added": report.count(VersionChange.ADDED),
        "removed": report.count(VersionChange.REMOVED),
    }  # fmt: skip
    which = "versions_bad" if bad else "versions_unknown" if unknown else "versions_good"
    return say(which if counts["good"] or bad or unknown else "versions_none", **counts) + say(
        "versions_changes", **counts
    )


def _blocks(report: VersionsReport) -> list[Block]:
    created = day_of(report.created)
    made: list[Block] = [
        Heading(say("versions_title"), 0),
        Paragraph(say("software", software=report.software, created=created)),
        Heading(say("versions_opinion")),
        Paragraph(versions_opinion(report), bold=True),
        Heading(say("versions_changed")),
    ]
    changed = [row for row in report.rows if _is_listed(row)]
    if changed:
        made.append(Table(_header(), [list(map(_word, _cells(row))) for row in changed[:_SHOWN]], (2, 3, 5, 6)))
    else:
        made.append(Paragraph(say("versions_same")))
    if len(changed) > _SHOWN:
        made.append(Paragraph(say("more_buildings", count=len(changed) - _SHOWN)))
    notes = dict.fromkeys(report.absent or [say("none")])
    return [*made, Heading(say("versions_notes")), *map(Paragraph, notes)]


def _is_listed(row: VersionRow) -> bool:
    """What changed in exceeding or standing, and what still exceeds."""
    stands = [None if side is None else side.status for side in (row.before, row.after)]
    return row.change != VersionChange.UNCHANGED or stands[0] != stands[1] or row.exceed_after > 0


def _header() -> list[str]:
    keys = ("building", "change", "height_before", "height_after", "status_before", "exceed_before", "exceed_after")
    return column(*keys, "status_after", "reason")


def _cells(row: VersionRow) -> list[object]:
    heights = [side.height_m if side else None for side in (row.before, row.after)]
    stands = [status_word(side.status, "zh") if side else "" for side in (row.before, row.after)]
    exceeds = [row.exceed_before or None, row.exceed_after or None]
    change = texts()["change"][str(row.change)]
    return [row.key, change, *heights, stands[0], *exceeds, stands[1], _reason(row.after)]


def _reason(result: Optional[BuildingResult]) -> str:
    return reason_text(result.reason, "zh") if result else ""


def _word(value: object) -> str:
    return "—" if value is None or value == "" else f"{value:.2f}" if isinstance(value, float) else str(value)


def _sheet(report: VersionsReport, rows: Sequence[VersionRow]) -> Sheet:
    return Sheet(
        say("versions_sheet"), _header(), "id text m2 m2 text m2 m2 text long".split(), [_cells(row) for row in rows]
    )

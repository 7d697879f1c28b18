"""The report of a comparison of two vintages: what changed, the transfer matrix, the net change by class."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from ...core.land.remarks import Remark
from ...core.land.rounding import half_up, mu
from ...core.messages import text
from ...core.quality.comparison import Change, ChangeKind
from ...core.quality.comparison_matrix import Cell, Matrix
from ...core.quality.comparison_values import padded_name
from ...core.review.findings import InputInfo
from ..blocks.document import Document, Sheet
from ..blocks.model import Block, Facts, Heading, Paragraph, Table
from ..blocks.wording import areas, decimals, file_name, known_day
from .wording import column, say

_DOUBTS = ("compare_extent", "compare_one_side", "compare_unusable")  # said beside the result, not at the end
_SHOWN = 200  # rows of the matrix on paper; the workbook has all


@dataclass
class ComparisonReport:
    """What the report says."""

    before: InputInfo
    after: InputInfo
    key: str
    class_fields: Sequence[str]
    changes: Sequence[Change]
    matrix: Matrix
    tolerance_m2: float
    plane_name: str
    software: str
    names: dict[str, str] = field(default_factory=dict)
    remarks: Sequence[Remark] = ()
    created: datetime = field(default_factory=datetime.now)

    def word(self, code: str) -> str:
        """A class with its name; land outside in words."""
        return f"{code} {padded_name(self.names, code)}".strip() or say("outside")


def comparison_document(report: ComparisonReport) -> Document:
    """The Document of a ComparisonReport."""
    title = say("c_title")
    head = say("c_head", title=title, before=report.before.name, after=report.after.name)
    return Document(title, head, report.software, lambda: {say("part"): _blocks(report)}, lambda: _sheets(report))


def _blocks(report: ComparisonReport) -> list[Block]:
    made: list[Block] = [Heading(say("c_title"), 0)]
    created = f"{report.created:%Y-%m-%d %H:%M}"
    made.append(Paragraph(say("software", software=report.software, created=created)))
    for section in (_inputs, _result, _matrix, _net, _divisions, _notes):
        made += section(report)
    return made


def _inputs(report: ComparisonReport) -> list[Block]:
    sides = [
        [say(key), f"{info.name}（{file_name(info.source)}）", say("f_date"), known_day(info.date)]
        for key, info in (("f_before", report.before), ("f_after", report.after))
    ]
    fields = " / ".join(dict.fromkeys(report.class_fields))
    facts = [
        *sides,
        [say("f_class"), fields, say("f_key"), report.key or say("no_key")],
        [say("f_tolerance"), f"{report.tolerance_m2:g} m²", say("f_crs"), report.after.crs],
    ]
    return [Heading(say("ch_inputs")), Facts(facts), Paragraph(say("c_method", plane=report.plane_name))]


def _result(report: ComparisonReport) -> list[Block]:
    counts = Counter(change.kind for change in report.changes)
    sums: defaultdict[ChangeKind, float] = defaultdict(float)
    for change in report.changes:
        sums[change.kind] += change.area_m2
    rows = [
        [text(f"change_{kind.value}", language="zh"), str(counts[kind]), *areas(sums[kind]).values()]
        for kind in ChangeKind
        if counts[kind]
    ]
    doubts = [Paragraph(r.text("zh"), bold=True) for r in report.remarks if r.code in _DOUBTS]
    if not rows:
        return [Heading(say("ch_result")), Paragraph(say("c_none"), bold=True), *doubts]
    blocks: list[Block] = [Heading(say("ch_result"))]
    blocks.append(Table(column("kind", "pieces", "m2", "ha", "mu"), rows, (1, 2, 3, 4)))
    slivers = [c.area_m2 for c in report.changes if c.geometry is not None and c.area_m2 < report.tolerance_m2]
    return [*blocks, Paragraph(say("c_slivers", count=len(slivers), m2=decimals(sum(slivers)))), *doubts]


def _matrix(report: ComparisonReport) -> list[Block]:
    sums: defaultdict[tuple[str, str], list[float]] = defaultdict(lambda: [0, 0.0])
    for cell in report.matrix.cells:
        if cell.from_class != cell.to_class:
            sums[cell.from_class, cell.to_class][0] += cell.pieces
            sums[cell.from_class, cell.to_class][1] += cell.area_m2
    rows = [
        [report.word(old), report.word(new), str(int(count)), *areas(m2).values()]
        for (old, new), (count, m2) in sorted(sums.items(), key=lambda entry: -entry[1][1])
    ]
    header = column("from_class", "to_class", "pieces", "m2", "ha", "mu")
    table = [Table(header, rows[:_SHOWN], (2, 3, 4, 5))] if rows else []
    return [Heading(say("ch_matrix")), Paragraph(say("c_matrix")), *table, _closing(report)]


def _closing(report: ComparisonReport) -> Paragraph:
    wrong = [report.word(row.name) for row in report.matrix.net if not row.is_closed]
    return Paragraph(say("c_open", classes="、".join(wrong)) if wrong else say("c_closed"), bold=bool(wrong))


def _net(report: ComparisonReport) -> list[Block]:
    rows = [
        [
            report.word(row.name),
            *map(decimals, (row.before_m2, row.after_m2, row.change_m2, mu(row.change_m2))),
            f"{half_up(row.gap_m2, 4):.4f}",
        ]
        for row in report.matrix.net
    ]
    header = column("class", "before_m2", "after_m2", "change_m2", "change_mu", "gap_m2")
    return [Heading(say("ch_net")), Table(header, rows, (1, 2, 3, 4, 5))]


def _divisions(report: ComparisonReport) -> list[Block]:
    if not any(cell.group for cell in report.matrix.cells):
        return []
    sums: defaultdict[str, list[float]] = defaultdict(lambda: [0, 0.0])
    for cell in report.matrix.cells:
        changed = cell.from_class != cell.to_class
        sums[cell.group][0] += cell.pieces * changed
        sums[cell.group][1] += cell.area_m2 * changed
    rows = [
        [group or say("no_division"), str(int(count)), *areas(m2).values()]
        for group, (count, m2) in sorted(sums.items())
    ]
    return [Heading(say("ch_divisions")), Table(column("division", "pieces", "m2", "ha", "mu"), rows, (1, 2, 3, 4))]


def _notes(report: ComparisonReport) -> list[Block]:
    notes = [remark.text("zh") for remark in report.remarks if remark.code not in _DOUBTS]
    has_divisions = any(cell.group for cell in report.matrix.cells)
    return [Heading(say("ch_notes" if has_divisions else "ch_notes_fifth")), *map(Paragraph, notes or [say("none")])]


def _sheets(report: ComparisonReport) -> list[Sheet]:
    cells = [_cell_row(report, cell) for cell in report.matrix.cells]
    net = [
        [report.word(r.name), r.before_m2, r.after_m2, r.change_m2, float(half_up(r.gap_m2, 4))]
        for r in report.matrix.net
    ]
    keys = ("division", "from_class", "to_class", "pieces", "m2", "ha", "mu")
    net_keys = ("class", "before_m2", "after_m2", "change_m2", "gap_m2")
    return [
        Sheet(say("sheet_matrix"), column(*keys), "text text text int m2 ha mu".split(), cells),
        Sheet(say("sheet_net"), column(*net_keys), "text m2 m2 m2 General".split(), net),
    ]


def _cell_row(report: ComparisonReport, cell: Cell) -> list:
    classes = report.word(cell.from_class), report.word(cell.to_class)
    return [cell.group, *classes, cell.pieces, cell.area_m2, cell.ha, cell.mu]

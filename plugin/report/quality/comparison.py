"""The report of a comparison of two vintages: what changed, the transfer matrix, the net change by class."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from ...core.days import day_of
from ...core.land.input_check import FIRST_SAID
from ...core.land.remarks import Remark
from ...core.land.rounding import half_up
from ...core.messages import text
from ...core.quality.amounts import MU, Amount, closed_amounts, closed_parts
from ...core.quality.comparison import Change, ChangeKind
from ...core.quality.comparison_balance import (
    Balance,
    amount_of,
    balance_of,
    cell_amounts,
    conclusion,
    kind_of,
    slivers,
)
from ...core.quality.comparison_matrix import Cell, Matrix
from ...core.quality.comparison_values import padded_name
from ...core.review.findings import InputInfo
from ..blocks.document import Document, Sheet
from ..blocks.model import Block, Facts, Heading, Paragraph, Table
from ..blocks.wording import areas, decimals, file_name, known_day
from .wording import column, say

_DOUBTS = frozenset(
    {"compare_extent", "compare_one_side", "compare_unusable"}
)  # said beside the result, not at the end
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

    @cached_property
    def balance(self) -> Balance:
        """What became of all land together."""
        return balance_of(self.matrix, self.changes)

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
    created = day_of(report.created)
    made.append(Paragraph(say("software", software=report.software, created=created)))
    for section in (_result, _inputs, _matrix, _net, _divisions, _notes):
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
    first = conclusion(report.balance, report.changes, report.tolerance_m2, "zh")
    doubts = [Paragraph(r.text("zh"), bold=True) for r in report.remarks if r.code in _DOUBTS | FIRST_SAID]
    made: list[Block] = [Heading(say("ch_result")), Paragraph(first, bold=True), *doubts]
    sums = [[name, *amount.printed()] for name, amount in _balance_rows(report.balance)]
    made.append(Table(column("amount", "m2", "ha", "mu"), sums, (1, 2, 3), say("c_balance")))
    rows = [
        [
            text(f"change_{kind.value}", language="zh"),
            str(counts[kind]),
            *amount_of(report.balance, report.changes, kind).printed(),
        ]
        for kind in ChangeKind
        if counts[kind]
    ]
    if not rows:
        return made
    made.append(Table(column("kind", "pieces", "m2", "ha", "mu"), rows, (1, 2, 3, 4), say("c_kinds")))
    small = slivers(report.changes, report.tolerance_m2)
    return [*made, Paragraph(say("c_slivers", count=len(small), m2=decimals(sum(small))))]


def _balance_rows(found: Balance) -> list[tuple[str, Amount]]:
    rows = [("c_before", found.before), ("c_added", found.added), ("c_removed", found.removed)]
    if any(found.gap.values()):
        rows.append(("c_gap", found.gap))
    return [(say(key), amount) for key, amount in (*rows, ("c_after", found.after))]


def _matrix(report: ComparisonReport) -> list[Block]:
    sums: defaultdict[tuple[str, str], list[float]] = defaultdict(lambda: [0, 0.0])
    for cell in report.matrix.cells:
        if cell.from_class != cell.to_class:
            sums[cell.from_class, cell.to_class][0] += cell.pieces
            sums[cell.from_class, cell.to_class][1] += cell.area_m2
    amounts, total = _closed_cells(report, {pair: m2 for pair, (_, m2) in sums.items()})
    rows = [
        [report.word(old), report.word(new), str(int(count)), *amounts[old, new].printed()]
        for (old, new), (count, _) in sorted(sums.items(), key=lambda entry: -entry[1][1])
    ]
    stated = say("total") if len(rows) <= _SHOWN else say("total_cut", count=len(rows), shown=_SHOWN)
    foot = [stated, "", str(int(sum(count for count, _ in sums.values()))), *total.printed()]
    header = column("from_class", "to_class", "pieces", "m2", "ha", "mu")
    table = [Table(header, [*rows[:_SHOWN], foot], (2, 3, 4, 5))] if rows else []
    return [Heading(say("ch_matrix")), Paragraph(say("c_matrix")), *table, _closing(report)]


def _closed_cells(
    report: ComparisonReport, sums: dict[tuple[str, str], float]
) -> tuple[dict[tuple[str, str], Amount], Amount]:
    """(cells by classes, their sum): those of a kind of change add up to what is printed of the kind."""
    made, total = dict[tuple[str, str], Amount](), Amount.of(0.0)
    for kind in (ChangeKind.ADDED, ChangeKind.REMOVED, ChangeKind.RECLASSED):
        pairs = [pair for pair in sums if kind_of(*pair) == kind]
        amount = amount_of(report.balance, report.changes, kind)
        made.update(zip(pairs, closed_amounts([sums[pair] for pair in pairs], amount)))
        total += amount
    return made, total


def _closing(report: ComparisonReport) -> Paragraph:
    wrong = [report.word(row.name) for row in report.matrix.net if not row.is_closed]
    return Paragraph(say("c_open", classes="、".join(wrong)) if wrong else say("c_closed"), bold=bool(wrong))


def _net(report: ComparisonReport) -> list[Block]:
    rows = [
        [name, *map(decimals, amounts[:3]), decimals(amounts[3]), f"{gap:.4f}"]
        for name, amounts, gap in _net_rows(report)
    ]
    header = column("class", "before_m2", "after_m2", "change_m2", "change_mu", "gap_m2")
    return [Heading(say("ch_net")), Table(header, rows, (1, 2, 3, 4, 5))]


def _net_rows(report: ComparisonReport) -> list[tuple[str, tuple[float, ...], float]]:
    """(class, (before, after and change in m², change in mu), how far the matrix is from closing); the sum last."""
    net, found = report.matrix.net, report.balance
    change = found.after - found.before
    changed_mu = closed_parts([row.change_m2 for row in net], change.mu, MU)
    rows = [
        (report.word(row.name), (row.before_m2, row.after_m2, row.change_m2, mu), float(half_up(row.gap_m2, 4)))
        for row, mu in zip(net, changed_mu)
    ]
    total = found.before.m2, found.after.m2, change.m2, change.mu
    return [*rows, (say("total"), total, float(half_up(sum(row[2] for row in rows), 4)))]


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
    notes = [remark.text("zh") for remark in report.remarks if remark.code not in _DOUBTS | FIRST_SAID]
    has_divisions = any(cell.group for cell in report.matrix.cells)
    return [Heading(say("ch_notes" if has_divisions else "ch_notes_fifth")), *map(Paragraph, notes or [say("none")])]


def _sheets(report: ComparisonReport) -> list[Sheet]:
    printed = cell_amounts(report.matrix, report.balance, report.changes)
    cells = [_cell_row(report, cell, amount) for cell, amount in zip(report.matrix.cells, printed)]
    net = [[name, *amounts, gap] for name, amounts, gap in _net_rows(report)]
    keys = ("division", "from_class", "to_class", "pieces", "m2", "ha", "mu")
    net_keys = ("class", "before_m2", "after_m2", "change_m2", "change_mu", "gap_m2")
    amounts = [[name, *amount.values()] for name, amount in _balance_rows(report.balance)]
    return [
        Sheet(say("sheet_balance"), column("amount", "m2", "ha", "mu"), "text m2 ha mu".split(), amounts),
        Sheet(say("sheet_matrix"), column(*keys), "text text text int m2 ha mu".split(), cells),
        Sheet(say("sheet_net"), column(*net_keys), "text m2 m2 m2 mu General".split(), net),
    ]


def _cell_row(report: ComparisonReport, cell: Cell, amount: Amount) -> list:
    classes = report.word(cell.from_class), report.word(cell.to_class)
    return [cell.group, *classes, cell.pieces, *amount.values()]

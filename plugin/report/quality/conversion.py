"""The report of a land-class conversion: balance, crosstab, what is undecided, what cannot come back."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Optional

from ...core.days import day_of
from ...core.land.input_check import stated_first, stated_later
from ...core.land.remarks import Remark, Repair, Skipped
from ...core.messages import text
from ...core.quality.amounts import Amount, closed_amounts
from ...core.quality.conversion import ConversionTable
from ...core.quality.conversion_totals import Crosstab, CrosstabRow, Flow
from ...core.review.findings import InputInfo
from ..blocks.document import Document, Sheet
from ..blocks.model import Block, Facts, Heading, Paragraph, Table
from ..blocks.wording import areas, decimals, file_name, known_day
from .conversion_target import TargetPart, target_blocks, target_sheet
from .wording import column, say, texts

_SHOWN_SKIPPED = 200  # feature numbers that a note lists


@dataclass
class ConversionReport:
    """What the report says; `used_codes` of the new scheme are without padding."""

    info: InputInfo
    code_field: str
    table: ConversionTable
    crosstab: Crosstab
    plane_name: str
    software: str
    splits: str = ""
    padding: int = 0
    remarks: Sequence[Remark] = ()
    repairs: Sequence[Repair] = ()
    skipped: Sequence[Skipped] = ()
    created: datetime = field(default_factory=datetime.now)
    target: Optional[TargetPart] = None

    def losses(self) -> list[tuple[str, str, tuple[str, ...], float]]:
        """(new code, name, old codes, area in m²) of the new classes that occur and come from several codes."""
        found = []
        for code, sources in self.table.losses().items():
            shown = code.ljust(self.padding, "0")
            m2 = sum(row.area_m2 for row in self.crosstab.rows() if row.flow.to_code == shown)
            if m2:
                found.append((shown, self.table.names.get(code, ""), sources, m2))
        return found


def conversion_document(report: ConversionReport) -> Document:
    """The Document of a ConversionReport."""
    title = say("title")
    head = say("head", title=title, layer=report.info.name)
    return Document(title, head, report.software, lambda: {say("part"): _blocks(report)}, lambda: _sheets(report))


def _blocks(report: ConversionReport) -> list[Block]:
    created = day_of(report.created)
    made: list[Block] = [Heading(say("title"), 0)]
    made.append(Paragraph(say("software", software=report.software, created=created)))
    for section in (_balance, _inputs, _crosstab, _undecided, _losses):
        made += section(report)
    made += target_blocks(report.target, bool(_rows(report, True))) if report.target is not None else []
    return made + _notes(report)


def _inputs(report: ConversionReport) -> list[Block]:
    info, digits = report.info, report.padding
    padding = say("padding", digits=digits) if digits else say("no_padding")
    splits = file_name(report.splits) if report.splits else say("no_splits")
    facts = Facts(
        [
            [say("f_layer"), f"{info.name}（{file_name(info.source)}）", say("f_date"), known_day(info.date)],
            [say("f_field"), report.code_field, say("f_crs"), info.crs],
            [say("f_table"), report.table.title, say("f_splits"), splits],
            [say("f_padding"), padding, say("f_sha"), report.table.sha256[:16]],
        ]
    )
    return [Heading(say("h_inputs")), facts, Paragraph(say("method", plane=report.plane_name))]


def _balance(report: ConversionReport) -> list[Block]:
    crosstab = report.crosstab
    sentence = say(
        "balance",
        before=decimals(crosstab.before_m2),
        converted=decimals(crosstab.converted_m2),
        undecided=decimals(crosstab.undecided_m2),
        lost=decimals(crosstab.lost_m2),
        pieces=crosstab.pieces(False),
        open=crosstab.pieces(True),
    )
    names = [say("b_converted"), say("b_undecided"), say("b_before")]
    rows = [[name, *amount.printed()] for name, amount in zip(names, _balance_amounts(crosstab))]
    table = Table(column("amount", "m2", "ha", "mu"), rows, (1, 2, 3))
    doubts = [Paragraph(remark.text("zh"), bold=True) for remark in stated_first(report.remarks)]
    return [Heading(say("h_result")), Paragraph(sentence, bold=True), *doubts, table]


def _balance_amounts(crosstab: Crosstab) -> tuple[Amount, Amount, Amount]:
    """(converted, undecided, before): the first two add up to the last where nothing was lost."""
    before = Amount.of(crosstab.before_m2)
    if crosstab.lost_m2:
        return Amount.of(crosstab.converted_m2), Amount.of(crosstab.undecided_m2), before
    converted, undecided = closed_amounts([crosstab.converted_m2, crosstab.undecided_m2], before)
    return converted, undecided, before


def _rows(report: ConversionReport, undecided: bool) -> list[CrosstabRow]:
    return [row for row in report.crosstab.rows() if row.flow.is_undecided == undecided]


def _crosstab(report: ConversionReport) -> list[Block]:
    header = column("from_code", "from_name", "to_code", "to_name", "how", "pieces", "m2", "ha", "mu")
    found, total = _rows(report, False), _balance_amounts(report.crosstab)[0]
    rows = [
        [f.from_code, f.from_name, f.to_code, f.to_name, how_text(f), str(row.pieces), *amount.printed()]
        for row, amount in zip(found, closed_amounts([row.area_m2 for row in found], total))
        for f in [row.flow]
    ]
    rows += [[say("total"), "", "", "", "", str(sum(row.pieces for row in found)), *total.printed()]] if found else []
    seen = sorted({_confidence(row.flow.confidence) for row in _rows(report, False)})
    note = Paragraph(say("confidence", values="、".join(seen) or say("none")))
    return [Heading(say("h_crosstab")), Table(header, rows, (5, 6, 7, 8)), note]


def _confidence(value: str) -> str:
    """A confidence of a table in Chinese; one that the catalogue lacks as it is."""
    known: dict[str, str] = texts()["confidence_words"]
    return known.get(value, value)


def _undecided(report: ConversionReport) -> list[Block]:
    rows = [_undecided_row(row) for row in _rows(report, True)]
    if not rows:
        return [Heading(say("h_undecided")), Paragraph(say("none_undecided"))]
    header = column("from_code", "from_name", "why", "candidates", "pieces", "m2", "ha", "mu")
    total = _balance_amounts(report.crosstab)[1]
    amounts = closed_amounts([row[5] for row in rows], total)
    texts = [[*row[:4], str(row[4]), *amount.printed()] for row, amount in zip(rows, amounts)]
    texts.append([say("total"), "", "", "", str(sum(row[4] for row in rows)), *total.printed()])
    return [Heading(say("h_undecided")), Paragraph(say("undecided"), bold=True), Table(header, texts, (4, 5, 6, 7))]


def _undecided_row(row: CrosstabRow) -> tuple[str, str, str, str, int, float]:
    flow = row.flow
    candidates = " | ".join(flow.candidates)
    return flow.from_code, flow.from_name, how_text(flow), candidates, row.pieces, row.area_m2


def how_text(flow: Flow) -> str:
    """How a class was found, or why there is none, in Chinese."""
    return text(f"{'reason' if flow.is_undecided else 'how'}_{flow.how.value}", language="zh")


def _losses(report: ConversionReport) -> list[Block]:
    losses = report.losses()
    if not losses:
        return [Heading(say("h_losses")), Paragraph(say("no_losses"))]
    rows = [[code, name, "、".join(sources), *areas(m2).values()] for code, name, sources, m2 in losses]
    header = column("to_code", "to_name", "codes", "m2", "ha", "mu")
    return [Heading(say("h_losses")), Paragraph(say("losses")), Table(header, rows, (3, 4, 5))]


def _notes(report: ConversionReport) -> list[Block]:
    notes = [remark.text("zh") for remark in stated_later(report.remarks)]
    if report.repairs:
        notes.append(say("repaired", layer=report.info.name, count=len(report.repairs)))
    reasons: defaultdict[str, list[int]] = defaultdict(list)
    for skip in report.skipped:
        reasons[skip.code].append(skip.fid)
    for code, fids in reasons.items():
        shown = "、".join(map(str, fids[:_SHOWN_SKIPPED])) + (say("and_more") if len(fids) > _SHOWN_SKIPPED else "")
        why = text(code, language="zh").rstrip("。")
        notes.append(say("skipped", layer=report.info.name, count=len(fids), why=why, fids=shown))
    title = say("h_notes" if report.target is None else "h_notes_last")
    return [Heading(title), *map(Paragraph, notes or [say("none")])]


def _sheets(report: ConversionReport) -> list[Sheet]:
    crosstab = [
        [
            *(f.from_code, f.from_name, f.to_code, f.to_name, how_text(f), _confidence(f.confidence)),
            row.pieces,
            *_sizes(row),
        ]
        for row in report.crosstab.rows()
        for f in [row.flow]
    ]
    undecided = [[*_undecided_row(row)[:5], *_sizes(row)] for row in _rows(report, True)]
    losses = [[code, name, "、".join(sources), m2] for code, name, sources, m2 in report.losses()]
    keys = ("from_code", "from_name", "to_code", "to_name", "how", "confidence", "pieces", "m2", "ha", "mu")
    open_keys = ("from_code", "from_name", "why", "candidates", "pieces", "m2", "ha", "mu")
    return [
        Sheet(say("sheet_crosstab"), column(*keys), "id text id text text text int m2 ha mu".split(), crosstab),
        Sheet(say("sheet_undecided"), column(*open_keys), "id text text text int m2 ha mu".split(), undecided),
        Sheet(say("sheet_losses"), column("to_code", "to_name", "codes", "m2"), "id text long m2".split(), losses),
        *([target_sheet(report.target)] if report.target is not None else []),
    ]


def _sizes(row: CrosstabRow) -> tuple[float, float, float]:
    return row.area_m2, row.area_ha, row.area_mu

"""The report of land, firms and taxes: balance, matching, ladder and quadrant, grades, candidates with reasons."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ...core.days import day_of
from ...core.indicators.land_firm import WAN, LandFirmTax
from ...core.indicators.land_firm_model import Tying
from ...core.indicators.land_firm_scores import ABOVE, BELOW, Scheme
from ...core.land.remarks import Remark
from ...core.messages import text
from ..blocks.document import Document, Sheet
from ..blocks.model import Block, Heading, Paragraph, Picture, Table
from ..blocks.wording import Wording, decimals

_WORDING = Wording("land_firm.json")
texts, say, column = _WORDING.texts, _WORDING.say, _WORDING.column
_SHOWN, _WIDE_MM = 40, 160.0


@dataclass
class LandFirmReport:
    """What the report says; `parcels`, `firms`, `unmatched`: rows as the outputs have them (names as they may be
    shown); `exempt`: positions of firms that are not graded."""

    result: LandFirmTax
    scheme: Scheme
    layer: str
    plane_name: str
    software: str
    is_masked: bool
    firm_count: int
    exempt: frozenset[int] = frozenset()
    parcels: Sequence[Sequence[Any]] = ()
    candidates: Sequence[Sequence[Any]] = ()
    firms: Sequence[Sequence[Any]] = ()
    unmatched: Sequence[Sequence[Any]] = ()
    remarks: Sequence[Remark] = ()
    ladder: bytes = b""
    quadrant: bytes = b""
    map: bytes = b""
    created: datetime = field(default_factory=datetime.now)


def land_firm_document(report: LandFirmReport) -> Document:
    """The Document of a LandFirmReport."""
    title = say("title")
    head = say("head", title=title, layer=report.layer, year=report.result.year)
    return Document(title, head, report.software, lambda: {say("part"): _blocks(report)}, lambda: _sheets(report))


def _blocks(report: LandFirmReport) -> list[Block]:
    created = day_of(report.created)
    made: list[Block] = [Heading(say("title"), 0)]
    made.append(Paragraph(say("software", software=report.software, created=created)))
    for section in (_summary, _balance, _match, _ladder, _map, _grades, _candidates, _notes):
        made += section(report)
    return made


def _summary(report: LandFirmReport) -> list[Block]:
    result = report.result
    known = sum(one.tax is not None for one in result.parcels)
    mean = result.mean_tax_per_mu
    sentence = say(
        "summary" if mean is not None else "summary_none",
        year=result.year, parcels=len(result.parcels), mu=decimals(sum(one.mu for one in result.parcels)), known=known,
        mean=decimals(mean or 0.0), candidates=len(result.candidates),
        candidate_mu=decimals(sum(result.parcels[c.parcel].mu for c in result.candidates)),
    )  # fmt: skip
    secret = Paragraph(say("masked" if report.is_masked else "unmasked"))
    return [Heading(say("h_summary")), Paragraph(sentence, bold=True), secret]


def _balance(report: LandFirmReport) -> list[Block]:
    balance = report.result.balance
    sums = (balance.read, balance.placed, balance.firms_without_land, balance.rows_without_firm)
    totals = dict(zip(("read", "placed", "firms", "rows"), (decimals(value / WAN) for value in sums)))
    return [Heading(say("h_balance")), Paragraph(say("balance", gap=decimals(balance.gap), **totals))]


def _match(report: LandFirmReport) -> list[Block]:
    result, matching = report.result, report.result.matching
    matched = len({tie.firm for tie in matching.ties})
    sums: defaultdict[Tying, float] = defaultdict(float)
    counts: Counter = Counter()
    for one in result.ties:
        sums[one.tie.how] += (one.tax or 0.0) / WAN
        counts[one.tie.how] += 1
    rows = [[text(f"tie_{how.value}", "zh"), str(counts[how]), decimals(sums[how])] for how in Tying if counts[how]]
    whys = Counter(matching.unmatched.values())
    lost = [[text(f"why_{why.value}", "zh"), str(count)] for why, count in whys.most_common()]
    sentence = say("match_count", firms=report.firm_count, matched=matched, unmatched=len(matching.unmatched),
               bad=len(matching.bad_codes))  # fmt: skip
    blocks: list[Block] = [Heading(say("h_match")), Paragraph(sentence)]
    blocks.append(Table(column("how", "count", "tax"), rows, (1, 2)))
    return [*blocks, Table(column("why", "count"), lost, (1,))] if lost else blocks


def _ladder(report: LandFirmReport) -> list[Block]:
    pictures = ((report.ladder, "ladder_caption"), (report.quadrant, "quadrant_caption"))
    shown: list[Block] = [Picture(png, say(caption), _WIDE_MM) for png, caption in pictures if png]
    return [Heading(say("h_ladder")), *(shown or [Paragraph(say("none"))])]


def _map(report: LandFirmReport) -> list[Block]:
    if not report.map:
        return []
    return [Heading(say("h_map"), new_page=True), Picture(report.map, say("map_caption"), _WIDE_MM)]


def _grades(report: LandFirmReport) -> list[Block]:
    scheme = report.scheme
    bands = "，".join(say("band", grade=grade, share=f"{share:.0%}") for grade, share in scheme.bands)
    known, given = texts()["confidence_words"], (scheme.confidence, scheme.bands_confidence)
    confidence, bands_confidence = (known.get(value, value) for value in given)
    sentence = say("scheme", scheme=scheme.title, source=scheme.source, confidence=confidence, bands=bands,
               bands_confidence=bands_confidence)  # fmt: skip
    blocks: list[Block] = [Heading(say("h_grades")), Paragraph(sentence)]
    rows = []
    for name in (ABOVE, BELOW, ""):
        of_class = [one for one in report.result.scores if one.firm_class == name]
        if not of_class:
            continue
        title = texts()["classes"][name]
        exempt = sum(one.firm in report.exempt for one in of_class)
        scored = [one for one in of_class if one.score is not None]
        sentence = say(
            "grade_count", firm_class=title, scored=len(scored), missing=len(of_class) - len(scored), exempt=exempt
        )
        blocks.append(Paragraph(sentence))
        for grade, _ in scheme.bands:
            these = [one.score or 0.0 for one in scored if one.grade == grade]
            if these:
                rows.append([title, grade, str(len(these)), decimals(sum(these) / len(these))])
    return [*blocks, Table(column("class", "grade", "firms", "mean"), rows, (2, 3))] if rows else blocks


def _candidates(report: LandFirmReport) -> list[Block]:
    result = report.result
    rows = []
    for one in result.candidates[:_SHOWN]:
        parcel = result.parcels[one.parcel]
        tax = say("unknown") if parcel.tax_per_mu is None else decimals(parcel.tax_per_mu)
        reasons = "；".join(text(reason.code, "zh", **reason.params) for reason in one.reasons)
        rows.append([parcel.parcel.id, decimals(parcel.mu), tax, reasons])
    heading = Heading(say("h_candidates"))
    if not rows:
        return [heading, Paragraph(say("none"))]
    more = say("shown", count=_SHOWN, total=len(result.candidates))
    table = Table(column("parcel", "mu", "tax_per_mu", "reasons"), rows, (1, 2))
    return [heading, table, *([Paragraph(more)] if len(result.candidates) > _SHOWN else [])]


def _notes(report: LandFirmReport) -> list[Block]:
    method = Paragraph(say("method", plane=report.plane_name))
    return [Heading(say("h_notes")), method, *(Paragraph(r.text("zh")) for r in report.remarks)]


def _sheets(report: LandFirmReport) -> list[Sheet]:
    parcels = ("parcel", "mu", "use", "firms", "tax", "tax_per_mu", "output_per_mu", "grade", "far", "state", "reasons")
    formats = "text mu text int mu mu mu text General text long".split()
    firms = ("row", "code", "firm", "class", "mu", "tax_per_mu", "score", "grade", "exempt", "missing")
    firm_formats = "int text text text mu mu mu text text text".split()
    unmatched = ("row", "code", "firm", "why", "tax")
    return [
        Sheet(say("sheet_candidates"), column(*parcels), formats, report.candidates),
        Sheet(say("sheet_parcels"), column(*parcels), formats, report.parcels),
        Sheet(say("sheet_firms"), column(*firms), firm_formats, report.firms),
        Sheet(say("sheet_unmatched"), column(*unmatched), "int text text text mu".split(), report.unmatched),
    ]

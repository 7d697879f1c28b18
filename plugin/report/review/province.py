"""The report of a whole province's batch: the conclusion of every county first, then what was not checked and why."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from ...core.days import day_of
from ...core.land.rounding import hectares, mu
from ...core.review.tiers import Conclusion
from ..blocks.document import Document, Sheet
from ..blocks.model import Block, Facts, Heading, Paragraph, Table
from ..blocks.wording import Wording, areas

_WORDING = Wording("province.json")
texts, say, column = _WORDING.texts, _WORDING.say, _WORDING.column
MET = (Conclusion.PROHIBITED, Conclusion.CONDITIONAL, Conclusion.CONSULT, Conclusion.NOTICE)
OPEN = (Conclusion.FAILED, Conclusion.NOT_CHECKED)
_TINTS = {"PROHIBITED": "F8CBAD", "CONDITIONAL": "FCE4D6", "CONSULT": "DDEBF7", "FAILED": "FFE699"}


@dataclass(frozen=True)
class CountyRow:
    """The projects of one county: how many have which conclusion; `open_projects` have a line that is not checked or
    could not be read, whatever their conclusion."""

    county: str
    projects: int
    area_m2: float
    counts: Mapping[Conclusion, int]
    open_projects: int


@dataclass(frozen=True)
class LineRow:
    """The projects of one county that have one conclusion on one control line.

    `reason`: one of their reasons, `reasons`: how many different ones they have.
    """

    county: str
    line_id: str
    line_name: str
    conclusion: Conclusion
    projects: int
    overlap_m2: float
    reason: str = ""
    reasons: int = 0


@dataclass(frozen=True)
class ControlLayer:
    """One layer of a control line as it was read; `fault`: why it, or a part of it, could not be."""

    line: str
    name: str
    date: str
    crs: str
    fault: str = ""


@dataclass
class ProvinceReport:
    """What the report says; `names`: {county as the projects tell it: words for it}."""

    counties: Sequence[CountyRow]
    lines: Sequence[LineRow]
    layers: Sequence[ControlLayer]
    rules: str
    rules_sha256: str
    review_date: date
    extent: str
    plane_name: str
    sliver_m2: float
    software: str
    problems: int = 0
    remarks: Sequence[str] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    created: datetime = field(default_factory=datetime.now)

    def county(self, county: str) -> str:
        """A county in words."""
        name = self.names.get(county, "")
        return f"{name}（{county}）" if name else county or say("no_county")


def province_document(report: ProvinceReport) -> Document:
    """The Document of a ProvinceReport."""
    title = say("title")
    head = say("head", title=title, day=day_of(report.review_date))
    return Document(title, head, report.software, lambda: {say("part"): _blocks(report)}, lambda: _sheets(report))


def _blocks(report: ProvinceReport) -> list[Block]:
    created = day_of(report.created)
    made: list[Block] = [Heading(say("title"), 0)]
    for section in (_conclusion, _open, _met, _basis, _notes):
        made += section(report)
    return [*made, Paragraph(say("software", software=report.software, created=created))]


def headline(report: ProvinceReport) -> str:
    """The projects of all counties by conclusion, and how many of them are checked in part only."""
    total = _total(report.counties)
    tiers = "，".join(say("tier_count", count=total.counts[t], word=t.word) for t in Conclusion if total.counts[t])
    return say("headline", counties=len(report.counties), projects=total.projects, tiers=tiers)


def _conclusion(report: ProvinceReport) -> list[Block]:
    total = _total(report.counties)
    rows = [_county_cells(report.county(row.county), row) for row in report.counties]
    if len(rows) > 1:
        rows.append(_county_cells(say("total"), total))
    header = [*column("county", "projects", "ha", "mu"), *(tier.word for tier in Conclusion), *column("open")]
    blocks: list[Block] = [Heading(say("h_conclusion")), Paragraph(headline(report), bold=True)]
    if total.open_projects:
        blocks.append(Paragraph(say("open_projects", count=total.open_projects)))
    table = Table(
        header, [list(map(str, row)) for row in rows], tuple(range(1, len(header))), say("t_counties"), compact=True
    )
    return [*blocks, table]


def _county_cells(name: str, row: CountyRow) -> list[str]:
    sizes = areas(row.area_m2)
    counts = [str(row.counts.get(tier, 0)) for tier in Conclusion]
    return [name, str(row.projects), sizes["ha"], sizes["mu"], *counts, str(row.open_projects)]


def _total(rows: Iterable[CountyRow]) -> CountyRow:
    rows = list(rows)
    counts = {tier: sum(row.counts.get(tier, 0) for row in rows) for tier in Conclusion}
    projects, unclear = sum(row.projects for row in rows), sum(row.open_projects for row in rows)
    return CountyRow("", projects, sum(row.area_m2 for row in rows), counts, unclear)


def open_rows(report: ProvinceReport) -> list[list[str]]:
    """(county, lines, conclusion, projects, reason) of what is not checked or could not be read.

    Lines that share a reason in a county stand in one row, counties that share a row likewise.
    """
    everyone = {row.county: row.projects for row in report.counties}
    by_reason: dict[tuple[str, Conclusion, str, int], list[str]] = defaultdict(list)
    for row in (row for row in report.lines if row.conclusion in OPEN):
        reason = row.reason if row.reasons < 2 else say("reasons", reason=row.reason, count=row.reasons)
        by_reason[row.county, row.conclusion, reason, row.projects].append(row.line_name)
    joined: dict[tuple[str, Conclusion, str, bool], list[tuple[str, int]]] = defaultdict(list)
    for (county, conclusion, reason, count), names in by_reason.items():
        joined["、".join(names), conclusion, reason, count == everyone.get(county)].append((county, count))
    rows = []
    for (names_of_lines, conclusion, reason, is_all), found in joined.items():
        counties = "、".join(report.county(county) for county, _ in found)
        if len(found) == len(report.counties) and len(found) > 1:
            counties = say("all_counties")
        count = sum(number for _, number in found)
        number_text = say("all_projects", count=count) if is_all else str(count)
        rows.append([counties, names_of_lines, conclusion.word, number_text, reason])
    return rows


def _open(report: ProvinceReport) -> list[Block]:
    rows = open_rows(report)
    if not rows:
        return [Heading(say("h_open")), Paragraph(say("all_checked"))]
    table = Table(column("county", "lines", "conclusion", "projects", "reason"), rows, (3,), say("t_open"))
    return [Heading(say("h_open")), Paragraph(say("open_means_nothing")), table]


def _met(report: ProvinceReport) -> list[Block]:
    rows = []
    for row in (row for row in report.lines if row.conclusion in MET):
        sizes = areas(row.overlap_m2)
        rows.append([report.county(row.county), row.line_name, row.conclusion.word, str(row.projects), *sizes.values()])
    if not rows:
        return [Heading(say("h_met")), Paragraph(say("none_met"))]
    header = column("county", "line", "conclusion", "projects", "m2", "ha", "mu")
    return [Heading(say("h_met")), Paragraph(say("met_sums")), Table(header, rows, (3, 4, 5, 6), say("t_met"))]


def _basis(report: ProvinceReport) -> list[Block]:
    rows = [
        [layer.line, layer.name, day_of(layer.date) or "—", layer.crs or "—", layer.fault or "—"]
        for layer in report.layers
    ]
    facts = [
        [say("f_rules"), report.rules, say("f_date"), day_of(report.review_date)],
        [say("f_plane"), report.plane_name, say("f_sliver"), f"{report.sliver_m2:g} m²"],
        [say("f_extent"), report.extent or say("no_extent"), say("f_problems"), say("problems", count=report.problems)],
        [say("f_sha"), report.rules_sha256],
    ]
    table = [Table(column("line", "layer", "date", "crs", "fault"), rows, (), say("t_layers"))] if rows else []
    return [Heading(say("h_basis")), Facts(facts), Paragraph(say("method")), *table]


def _notes(report: ProvinceReport) -> list[Block]:
    return [Heading(say("h_notes")), *map(Paragraph, list(dict.fromkeys(report.remarks)) or [say("none")])]


def _sheets(report: ProvinceReport) -> list[Sheet]:
    return [_county_sheet(report), _line_sheet(report), _open_sheet(report), _layer_sheet(report)]


def _county_sheet(report: ProvinceReport) -> Sheet:
    rows: list[list[Any]] = []
    for row in report.counties:
        counts = [row.counts.get(tier, 0) for tier in Conclusion]
        sizes = [row.area_m2, hectares(row.area_m2), mu(row.area_m2)]
        rows.append([row.county, report.names.get(row.county, ""), row.projects, *sizes, *counts, row.open_projects])
    titles = [*column("code", "county", "projects", "m2", "ha", "mu"), *(t.word for t in Conclusion), *column("open")]
    return Sheet(say("s_counties"), titles, ["text", "text", "int", "m2", "ha", "mu", *["int"] * 8], rows)


def _line_sheet(report: ProvinceReport) -> Sheet:
    rows, tints = [], []
    for row in report.lines:
        sizes = [row.overlap_m2, hectares(row.overlap_m2), mu(row.overlap_m2)]
        place = [row.county, report.names.get(row.county, ""), row.line_id, row.line_name]
        rows.append([*place, row.conclusion.word, row.projects, *sizes, row.reason, row.reasons])
        tints.append(_TINTS.get(row.conclusion.name))
    titles = column(
        "code", "county", "line_id", "line", "conclusion", "projects", "m2", "ha", "mu", "reason", "reasons"
    )
    formats = ["text"] * 5 + ["int", "m2", "ha", "mu", "long", "int"]
    return Sheet(say("s_lines"), titles, formats, rows, tints)


def _open_sheet(report: ProvinceReport) -> Sheet:
    titles = column("county", "lines", "conclusion", "projects", "reason")
    return Sheet(say("s_open"), titles, ["long", "long", "text", "text", "long"], open_rows(report))


def _layer_sheet(report: ProvinceReport) -> Sheet:
    rows = [[layer.line, layer.name, day_of(layer.date), layer.crs, layer.fault] for layer in report.layers]
    return Sheet(say("s_layers"), column("line", "layer", "date", "crs", "fault"), ["text"] * 4 + ["long"], rows)

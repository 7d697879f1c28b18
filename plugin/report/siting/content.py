"""The siting report as blocks and sheets: need, criteria with sources, what each removes, ranked sites, a part
for each, sensitivity.
"""

from dataclasses import dataclass, field
from datetime import datetime

from ...core.days import day_of
from ...core.messages import translated
from ...core.review.report_data import LandUseRow
from ...core.siting.cost import SiteCost
from ...core.siting.model import Criteria
from ...core.siting.selection import Selection
from ...core.siting.topsis import topsis
from ..blocks.document import Document, Sheet
from ..blocks.model import Block, Heading, Paragraph, Picture, Table
from ..blocks.wording import clean, decimals
from . import cost_tables, tables
from .lead import lead_blocks, lead_sheet
from .site_page import site_page
from .wording import area, column, number, say

_REJECTED, _POINTS, _TIED = 30, 400, 3


@dataclass
class SitingReport:
    """What a siting report says.

    `selection`: its `order` lists the sites best first; `names`: {key: name}; `searched`: True for findsites;
    `points`: {site key: [(name, ring, north, east) as text]}; `parcels`: the same for a TXT file; `maps`: {"" or site
    key: MapImage}; `profile_notes`: {site key: why no profile of its ground is drawn}.
    """

    selection: Selection
    names: dict[str, str]
    searched: bool
    plane_name: str
    software: str
    inputs: list = field(default_factory=list)
    remarks: list = field(default_factory=list)
    points: dict = field(default_factory=dict)
    maps: dict = field(default_factory=dict)
    parcels: dict = field(default_factory=dict)
    profile_notes: dict[str, str] = field(default_factory=dict)
    costs: dict[str, SiteCost] = field(default_factory=dict)
    cost_notes: list[str] = field(default_factory=list)
    cost_table: str = ""
    land: dict[str, list[LandUseRow]] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    points_plane: str = ""
    free_m2: float = 0.0
    extent_m2: float = 0.0
    candidate_count: int = 0
    shown: int = 20
    created: datetime = field(default_factory=datetime.now)

    @property
    def criteria(self) -> Criteria:
        return self.selection.criteria

    @property
    def sites(self) -> list[int]:
        """Indices of the sites the report tells of, best first."""
        return list(self.selection.order[: self.shown])


def siting_document(report: SitingReport) -> Document:
    """The Document of a SitingReport."""
    title = say("title")
    head = say("head", title=title, name=report.criteria.name, version=report.criteria.version)
    return Document(title, clean(head), report.software, lambda: _parts(report), lambda: _sheets(report))


def _parts(report: SitingReport) -> dict[str, list[Block]]:
    return {say("part"): _blocks(report)}


def _sheets(report: SitingReport) -> list[Sheet]:
    first, *others = tables.sheets(report)
    made = [first, *lead_sheet(report), *others]
    return [Sheet(name, titles, formats.split(), rows) for name, titles, formats, rows in made]


def _blocks(report: SitingReport) -> list[Block]:
    """All blocks in reading order."""
    made: list[Block] = [
        Heading(say("title"), 0),
        Paragraph(say("software", software=report.software, created=day_of(report.created))),
    ]
    for section in (_ranking, _need, _inputs, _result, _firm, _each, _notes, _appendix):
        made += section(report)
    return made


def _need(report: SitingReport) -> list[Block]:
    c = report.criteria
    blocks: list[Block] = [Heading(say("h_need"))]
    blocks += [Paragraph(say("need", need=c.need), bold=True)] if c.need else []
    blocks.append(
        Paragraph(say("criteria", name=c.name, version=c.version, sha=c.sha256[:16], rules=c.rules_sha256[:16]))
    )
    if c.constraints:
        header = column("no", "criterion", "demand", "source", "confidence")
        blocks.append(Table(header, tables.constraint_rows(c), (), say("table_criteria")))
    for group in c.groups:
        name = group.title if group.title and group.id != "factors" else say("group_root")
        ahp = group.ahp
        text = (
            say("ahp", group=name, lambda_max=ahp.lambda_max, ci=ahp.ci, cr=ahp.cr)
            if ahp
            else say("weights_direct", group=name)
        )
        blocks.append(Paragraph(text))
    if c.factors:
        header = column("no", "factor", "kind", "weight", "how", "source", "confidence")
        blocks.append(Table(header, tables.factor_rows(c), (3,), say("table_factors")))
    return blocks


def _inputs(report: SitingReport) -> list[Block]:
    header = column("layer", "file", "crs", "date", "sha")
    blocks: list[Block] = [Heading(say("h_inputs")), Table(header, tables.input_rows(report), (), say("table_inputs"))]
    blocks.append(Paragraph(say("method", plane=report.plane_name)))
    if any(need.kind in ("slope", "elevation") for need in report.criteria.needs()):
        blocks.append(Paragraph(say("method_slope")))
    return blocks + ([Paragraph(say("method_search"))] if report.searched else [])


def _result(report: SitingReport) -> list[Block]:
    s = report.selection
    if report.searched:
        share = report.free_m2 / report.extent_m2 * 100 if report.extent_m2 else 0.0
        sizes = {"extent": area(report.extent_m2), "free": area(report.free_m2), "share": share}
        text = say("summary_search", count=report.candidate_count, picked=len(s.order), **sizes)
    else:
        text = say("summary_select", count=len(s.keys), kept=len(s.order), rejected=len(s.keys) - len(s.order))
    blocks: list[Block] = [Heading(say("h_result"))]
    blocks.append(Paragraph(text, bold=True))
    if s.removals:
        header = column("criterion", "alone_mu", "removed_mu", "remaining_mu", "state")
        blocks.append(Table(header, tables.removal_rows(s), (1, 2, 3), say("table_removals")))
    rejected = tables.rejected_rows(report)
    if rejected:
        caption = say("table_rejected", shown=min(len(rejected), _REJECTED), count=len(rejected))
        blocks.append(
            Table(
                column("key", "m2", "reasons"),
                [[r[0], decimals(r[2]), r[3]] for r in rejected[:_REJECTED]],
                (1,),
                caption,
            )
        )
    return blocks + _picture(report, "excluded") + _picture(report, "")


def _ranking(report: SitingReport) -> list[Block]:
    blocks: list[Block] = [Heading(say("h_sites"))]
    if not report.sites:
        return [*blocks, *(Paragraph(r.text("zh"), bold=True) for r in report.selection.remarks)]
    blocks.append(Paragraph(_conclusion(report), bold=True))
    s = report.selection
    header, rows = (
        column("rank", "key", "name", "mu", "m2", "score", "evaluated", "first", "top5"),
        tables.site_rows(report, as_text=True),
    )
    if not any(row[2] for row in rows):  # nobody has a name
        header, rows = [*header[:2], *header[3:]], [[*row[:2], *row[3:]] for row in rows]
    stated = s.headline().text("zh")  # the conclusion begins with it
    remarks = [Paragraph(said) for r in s.remarks if (said := r.text("zh")) != stated]
    table = Table(header, rows, (0, *range(len(header) - 6, len(header))), say("table_sites"))
    return [*blocks, *map(Paragraph, tables.open_rows(report)), table, *remarks, *lead_blocks(report)]


def _conclusion(report: SitingReport) -> str:
    """How many sites there are, and the first of them; candidates only where a constraint could not be checked."""
    s, first = report.selection, report.sites[0]
    key = s.keys[first]
    facts = [area(s.areas_m2[first]), report.names.get(key, ""), report.places.get(key, "")]
    facts += [say("points_of", score=number(s.score[first]))] if report.criteria.factors else []
    facts += _tied_with(report)
    stated = s.headline().text("zh")
    facts += s.standings([first]) if not s.is_checked[s.order].all() else []
    best = say("conclusion_first", key=key, facts="，".join(fact for fact in facts if fact))
    firm = s.sensitivity
    if firm is None or len(s.order) < 2:
        return stated + best
    share = number(firm.first_pct[first])
    return stated + best + say("conclusion_firm", change=firm.change * 100, runs=firm.runs, share=share)


def _tied_with(report: SitingReport) -> list[str]:
    """Which other sites have the rank of the first; nothing where none has."""
    s = report.selection
    others = [s.keys[i] for i, rank in zip(s.order, s.ranks().tolist()) if rank == 1][1:]
    if not others:
        return []
    named = "、".join(others[:_TIED])
    return [
        say("tied_with", keys=named) if len(others) <= _TIED else say("tied_with_more", keys=named, count=len(others))
    ]


def _each(report: SitingReport) -> list[Block]:
    blocks: list[Block] = [Heading(say("h_each"), new_page=True)] if report.sites else []
    for rank, index in zip(report.selection.ranks().tolist(), report.sites):
        blocks += site_page(report, rank, index)
    return blocks


def _picture(report: SitingReport, key: str) -> list[Block]:
    image = report.maps.get(key)
    return [Picture(image.png, image.caption, image.width_mm)] if image else []


def _firm(report: SitingReport) -> list[Block]:
    firm = report.selection.sensitivity
    if firm is None:
        return [Heading(say("h_firm")), Paragraph(say("firm_none"))]
    caption = say("table_firm", change=firm.change * 100, runs=firm.runs, seed=firm.seed)
    table = Table(column("rank", "key", "first", "top5"), tables.firm_rows(report), (0, 2, 3), caption, compact=True)
    shifts = Table(
        column("factor", "change", "winner", "kept_first"),
        tables.shift_rows(report),
        (1, 3),
        say("table_shifts", change=firm.change * 100),
        compact=True,
    )
    return [Heading(say("h_firm")), table, shifts, *_topsis(report)]


def _topsis(report: SitingReport) -> list[Block]:
    """The ranking checked by another method, where there is something to weigh up."""
    s = report.selection
    if len(s.order) < 2 or len(s.factors) < 2:
        return []
    found = topsis(s)
    first = [s.keys[i] for i, rank in zip(s.order, found.rank) if rank == 1]
    if not first:
        return []
    own = s.keys[s.order[0]]
    said = say("topsis_same") if own in first else say("topsis_other", keys="、".join(first), key=own)
    header = column("rank", "key", "score", "closeness", "topsis")
    return [
        Table(header, tables.topsis_rows(report, found), (0, 2, 3, 4), say("table_topsis"), compact=True),
        Paragraph(said),
    ]


def _notes(report: SitingReport) -> list[Block]:
    texts = list(
        dict.fromkeys(
            [
                *(r.text("zh") for r in (*report.selection.remarks, *report.remarks)),
                *tables.unknown(report),
                *map(translated, report.cost_notes),
                *cost_tables.notes(report),
            ]
        )
    )
    return [Heading(say("h_notes"), new_page=bool(report.sites)), *map(Paragraph, texts or [say("none")])]


def _appendix(report: SitingReport) -> list[Block]:
    rows = tables.point_rows(report)
    if not rows:
        return []
    blocks: list[Block] = [
        Heading(say("h_points")),
        Paragraph(say("points", plane=report.points_plane or report.plane_name)),
    ]
    blocks.append(Table(column("key", "point", "ring", "x", "y"), rows[:_POINTS], (3, 4)))
    return blocks + ([Paragraph(say("points_more", count=len(rows) - _POINTS))] if len(rows) > _POINTS else [])

"""The report of a placement of facilities: how many people it serves and how good it is, places, who is left out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Optional

from ...core.days import day_of
from ...core.land.remarks import Remark
from ...core.land.rounding import half_up, plain
from ...core.review.findings import InputInfo
from ...core.review.report_data import MapImage
from ...core.siting.coverage import Objective
from ..blocks.document import Document, Sheet
from ..blocks.model import Block, Heading, Paragraph, Picture, Table
from ..blocks.wording import Wording, data_day, decimals, file_name

_WORDING = Wording("facilities.json")
say, column = _WORDING.say, _WORDING.column
_SHOWN = 40  # rows of the unserved on paper; the workbook has all


@dataclass(frozen=True)
class FacilitySite:
    """One facility and what it serves: `served` demand, metres on average (by demand) and at most; not-a-number where
    it serves nobody."""

    name: str
    is_new: bool
    served: float
    mean_m: float
    far_m: float


@dataclass(frozen=True)
class DemandPlace:
    """One place of demand: `site` is the facility that serves it, "" for none; `metres` to the nearest, if any."""

    name: str
    weight: float
    site: str
    metres: Optional[float]


@dataclass
class FacilityReport:
    """What the report says. `gap_pct`: how much better any choice may be at most; 0 and `proven` where none is."""

    objective: Objective
    sites: Sequence[FacilitySite]
    demand: Sequence[DemandPlace]
    reach_m: Optional[float]
    access_m: float
    by_road: bool
    gap_pct: float
    proven: bool
    plane_name: str
    software: str
    inputs: Sequence[InputInfo] = ()
    remarks: Sequence[Remark] = ()
    maps: Sequence[MapImage] = ()
    weight_field: str = ""
    created: datetime = field(default_factory=datetime.now)

    @property
    def total(self) -> float:
        return sum(place.weight for place in self.demand)

    @property
    def served(self) -> float:
        return sum(place.weight for place in self.demand if place.site)

    @property
    def unserved(self) -> list[DemandPlace]:
        """Those that no facility serves, the largest first."""
        return sorted((p for p in self.demand if not p.site and p.weight), key=lambda place: -place.weight)

    def conclusion(self) -> str:
        """One sentence with the numbers that matter."""
        served, total = self.served, self.total
        values = {
            "number": sum(site.is_new for site in self.sites),
            "existing": sum(not site.is_new for site in self.sites),
            "way": say("by_road" if self.by_road else "straight"),
            "served": _amount(served),
            "total": _amount(total),
            "share": decimals(100 * served / total) if total else "—",
        }
        if self.objective == Objective.COVER:
            return say("cover", reach=plain(self.reach_m or 0), **values)
        metres = [(p.weight, p.metres) for p in self.demand if p.site and p.metres is not None]
        mean = sum(w * m for w, m in metres) / served if served else 0.0
        return say("median", mean=f"{mean:,.0f}", far=f"{max((m for _, m in metres), default=0):,.0f}", **values)

    def quality(self) -> str:
        """Whether a better choice can exist."""
        return say("proven") if self.proven else say("gap", gap=decimals(self.gap_pct))


def facilities_document(report: FacilityReport) -> Document:
    """The Document of a FacilityReport."""
    title = say("title")
    head = say("head", title=title, demand=_layer(report.inputs[0]) if report.inputs else "")
    return Document(title, head, report.software, lambda: {say("part"): _blocks(report)}, lambda: _sheets(report))


def _blocks(report: FacilityReport) -> list[Block]:
    created = day_of(report.created)
    made: list[Block] = [Heading(say("title"), 0), Heading(say("h_result"))]
    made += [Paragraph(report.conclusion(), bold=True), Paragraph(report.quality())]
    made += [Paragraph(remark.text("zh")) for remark in report.remarks]  # who is not counted belongs to the result
    made += [Picture(image.png, image.caption, image.width_mm) for image in report.maps]
    header = column("rank", "name", "standing", "served", "share", "mean", "far")
    rows = [[_written(cell) for cell in row] for row in _site_rows(report)]
    made += [Heading(say("h_sites")), Table(header, rows, (0, 3, 4, 5, 6), say("table_sites"))]
    made += [Heading(say("h_unserved")), *_unserved(report), *_method(report)]
    return [*made, Paragraph(say("software", software=report.software, created=created))]


def _written(cell: Any) -> str:
    if cell is None:
        return "—"
    return _amount(cell) if isinstance(cell, float) else str(cell)


def _amount(value: float) -> str:
    """Demand in whatever unit it has: at most four decimals, no exponent."""
    return plain(half_up(value, 4), grouped=True)


def _site_rows(report: FacilityReport) -> list[list[Any]]:
    total = report.total
    rows = []
    for number, site in enumerate(report.sites, 1):
        share = round(100 * site.served / total, 2) if total else None
        metres = [None if m != m else float(round(m)) for m in (site.mean_m, site.far_m)]
        rows.append([number, site.name, _standing(site), site.served, share, *metres])
    return rows


def _standing(site: FacilitySite) -> str:
    word: str = _WORDING.texts()["standing"]["new" if site.is_new else "existing"]
    return word


def _unserved(report: FacilityReport) -> list[Block]:
    places = report.unserved
    if not places:
        return [Paragraph(say("none_unserved"))]
    rows = [[p.name, _written(p.weight), "—" if p.metres is None else f"{p.metres:,.0f}"] for p in places[:_SHOWN]]
    made: list[Block] = [Table(column("name", "weight", "nearest"), rows, (1, 2), say("table_unserved"))]
    if len(places) > _SHOWN:
        made.append(Paragraph(say("more_unserved", count=len(places) - _SHOWN)))
    return made


def _method(report: FacilityReport) -> list[Block]:
    rows = [[_role(info), _layer(info), data_day(info.date), info.sha256[:16]] for info in report.inputs]
    weight = say("weight_field", field=report.weight_field) if report.weight_field else say("weight_one")
    return [
        Heading(say("h_method")),
        Table(column("role", "layer", "date", "sha"), rows, (), say("table_inputs")),
        Paragraph(weight),
        Paragraph(say("method", plane=report.plane_name, access=plain(report.access_m))),
        Paragraph(say("algorithm", objective=say(f"objective_{report.objective.value}"))),
    ]


def _role(info: InputInfo) -> str:
    word: str = _WORDING.texts()["role"].get(info.role, "—")
    return word


def _layer(info: InputInfo) -> str:
    """The layer of a file that has several, else its name."""
    found = re.search(r"\|layername=([^|]+)", info.source)
    return f"{found.group(1)}（{file_name(info.source)}）" if found else info.name


def _sheets(report: FacilityReport) -> list[Sheet]:
    titles = column("rank", "name", "standing", "served", "share", "mean", "far")
    formats = ["int", "text", "text", "General", "pct", "int", "int"]
    demand = [[p.name, p.weight, p.site, None if p.metres is None else round(p.metres)] for p in report.demand]
    return [
        Sheet(say("sheet_sites"), titles, formats, _site_rows(report)),
        Sheet(
            say("sheet_demand"), column("name", "weight", "site", "nearest"), ["text", "General", "text", "int"], demand
        ),
    ]

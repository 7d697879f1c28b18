"""The report of scenarios side by side: a map of each over the same ground, what each changes, ranks and why."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from ...core.days import day_of
from ...core.review.report_data import MapImage
from ...core.siting.scenarios import Scenario, SiteRow, Standing, criteria_changes, side_by_side
from ..blocks.document import Document, Sheet
from ..blocks.model import Block, Heading, Paragraph, Picture, Table
from ..blocks.wording import Wording
from .wording import number

_WORDING = Wording("scenarios.json")
say, column = _WORDING.say, _WORDING.column


@dataclass
class ScenarioReport:
    """What the report says. `maps`: pictures that hold the maps of the scenarios, in their order."""

    scenarios: Sequence[Scenario]
    plane_name: str
    software: str
    maps: Sequence[MapImage] = ()
    created: datetime = field(default_factory=datetime.now)

    @property
    def rows(self) -> list[SiteRow]:
        return side_by_side(self.scenarios)

    def changes(self, number: int) -> list[str]:
        """What a scenario's criteria change in those of the first, a sentence each."""
        return criteria_changes(self.scenarios[0].selection.criteria, self.scenarios[number].selection.criteria)


def scenarios_document(report: ScenarioReport) -> Document:
    """The Document of a ScenarioReport."""
    title = say("title")
    head = say("head", title=title, names="、".join(s.name for s in report.scenarios))
    return Document(title, head, report.software, lambda: {say("part"): _blocks(report)}, lambda: _sheets(report))


def _blocks(report: ScenarioReport) -> list[Block]:
    made: list[Block] = [Heading(say("title"), 0), Heading(say("h_result")), Paragraph(_conclusion(report), bold=True)]
    made += [Heading(say("h_maps")), Paragraph(say("maps_note"))]
    made += [Picture(image.png, image.caption, image.width_mm) for image in report.maps]
    made += [Heading(say("h_changes")), *_changes(report)]
    made += [Heading(say("h_ranks")), Paragraph(say("ranks_note"))]
    ranks = [[row.name, *(_short(s) for s in row.standings)] for row in report.rows]
    made.append(Table([*column("site"), *(s.name for s in report.scenarios)], ranks, (), say("table_ranks")))
    out = [[row.name, s.name, one.why] for row in report.rows for s, one in zip(report.scenarios, row.standings)
           if one.rank is None]  # fmt: skip
    made += [Table(column("site", "scenario", "why"), out, (), say("table_out"))] if out else []
    made += [Heading(say("h_criteria")), Table(column("scenario", "criteria", "version", "sha"), _criteria(report))]
    created = day_of(report.created)
    plane = Paragraph(say("method", plane=report.plane_name))
    return [*made, plane, Paragraph(say("software", software=report.software, created=created))]


def _conclusion(report: ScenarioReport) -> str:
    """Which sites are among the best whatever the scenario, and which come first in each."""
    firsts = [
        say("first", name=s.name, key=s.selection.keys[int(s.selection.order[0])], count=len(s.selection.order))
        for s in report.scenarios
        if len(s.selection.order)
    ]
    firsts += [say("none", name=s.name) for s in report.scenarios if not len(s.selection.order)]
    kept = [row.name for row in report.rows if all(s.rank is not None for s in row.standings)]
    everywhere = say("everywhere", keys="、".join(kept)) if kept else say("nowhere")
    return "".join([*firsts, everywhere])


def _changes(report: ScenarioReport) -> list[Block]:
    made: list[Block] = []
    for place in range(1, len(report.scenarios)):
        one, other = report.scenarios[0].name, report.scenarios[place].name
        sentences = report.changes(place) or [say("same")]
        made.append(Paragraph(say("against", other=other, one=one, changes="；".join(sentences))))
    return made or [Paragraph(say("single"))]


def _short(standing: Standing) -> str:
    if standing.rank is None:
        return "—"
    return say("rank", rank=standing.rank, score=number(standing.score))


def _criteria(report: ScenarioReport) -> list[list[str]]:
    found = [(s.name, s.selection.criteria) for s in report.scenarios]
    return [[name, c.name, c.version, c.sha256[:16]] for name, c in found]


def _sheets(report: ScenarioReport) -> list[Sheet]:
    rows = [
        [row.name, scenario.name, one.rank, one.score, one.why]
        for row in report.rows
        for scenario, one in zip(report.scenarios, row.standings)
    ]
    changes = [
        [report.scenarios[n].name, sentences]
        for n in range(1, len(report.scenarios))
        for sentences in report.changes(n)
    ]
    return [
        Sheet(say("sheet_ranks"), column("site", "scenario", "place", "score", "why"),
              ["text", "text", "int", "0.00", "text"], rows),
        Sheet(say("sheet_changes"), column("scenario", "change"), ["text", "text"], changes),
    ]  # fmt: skip

"""The weekly report of redevelopment: progress, lights, what moved this week, what is late, where it lies."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ...core.days import day_of, period
from ...core.indicators.land_stock import LandStock
from ...core.indicators.redevelopment_model import Light, Progress, ProgressRow
from ...core.indicators.redevelopment_stages import StageRow, WeekMove, moves_between, overdue, stage_rows, stalled
from ...core.land.remarks import Remark
from ..blocks.document import Document
from ..blocks.model import Block, Heading, Paragraph, Picture, Table
from ..blocks.wording import LANGUAGE, decimals
from .land_stock import stock_blocks, stock_sheets
from .redevelopment_sheets import redevelopment_sheets
from .redevelopment_wording import column, number, percent, say, texts

_SHOWN, _WIDE_MM = 25, 160.0


@dataclass
class RedevelopmentReport:
    """What the report says; pictures are PNG, b"" for none. `names`: {division code: name}."""

    progress: Progress
    county: str
    names: dict[str, str]
    plane_name: str
    software: str
    pending: int = 0
    remarks: Sequence[Remark] = ()
    bars: bytes = b""
    curve: bytes = b""
    funnel: bytes = b""
    map: bytes = b""
    stocks: Sequence[LandStock] = ()
    stock_map: bytes = b""
    created: datetime = field(default_factory=datetime.now)

    def name(self, code: str) -> str:
        """A division's name."""
        return self.names.get(code, code)


Section = Callable[[RedevelopmentReport], list[Block]]


def redevelopment_document(report: RedevelopmentReport) -> Document:
    """The Document of a RedevelopmentReport."""
    title = say("title")
    day = day_of(report.progress.as_of)
    head = say("head", title=title, county=report.county, year=report.progress.year, day=day)
    sheets = lambda: [*redevelopment_sheets(report.progress, report.name), *stock_sheets(report.stocks)]  # noqa: E731
    return Document(title, head, report.software, lambda: {say("part"): _blocks(report)}, sheets)


def _blocks(report: RedevelopmentReport) -> list[Block]:
    created = day_of(report.created)
    made: list[Block] = [Heading(f"{report.county}{say('title')}", 0)]
    made.append(Paragraph(say("software", software=report.software, created=created)))
    sections: tuple[Section, ...] = (_summary, _divisions, _kinds, _stages, _week, _late, _map, _stock, _notes)
    for section in sections:
        made += section(report)
    return made


def _summary(report: RedevelopmentReport) -> list[Block]:
    progress, total = report.progress, report.progress.total
    known = total.task_mu is not None
    sentence = say(
        "summary" if known else "summary_no_task",
        day=day_of(progress.as_of), year=progress.year, task=number(total.task_mu), done=decimals(total.done_mu),
        rate=percent(total.rate), due=percent(total.due_share), due_mu=number(total.due_mu),
        light=texts()["lights"][total.light.value], projects=total.projects, counted=total.counted,
        stage=progress.settings.counting_stage,
    )  # fmt: skip
    behind = [row for row in progress.divisions() if row.light in (Light.RED, Light.YELLOW)]
    behind_text = say("behind", names="、".join(f"{report.name(r.division)}（{percent(r.rate)}）" for r in behind))
    blocks: list[Block] = [Heading(say("h_summary")), Paragraph(sentence, bold=True)]
    if known:
        blocks.append(Paragraph(behind_text if behind else say("ahead")))
    blocks.append(Paragraph(_forecast(progress)))
    if report.pending:
        blocks.append(Paragraph(say("pending", count=report.pending)))
    return [*blocks, *_picture(report.curve, say("curve_caption"))]


def _forecast(progress: Progress) -> str:
    total = progress.total
    if total.forecast_mu is None or total.pace_mu_day is None:
        return say("no_forecast", days=progress.settings.forecast_least_days)
    rate = "" if total.forecast_rate is None else say("forecast_rate", rate=percent(total.forecast_rate))
    days, pace = progress.settings.forecast_days, decimals(total.pace_mu_day)
    return say("forecast", days=days, pace=pace, forecast=decimals(total.forecast_mu), rate=rate)


def _picture(png: bytes, caption: str) -> list[Block]:
    return [Picture(png, caption, _WIDE_MM)] if png else []


def _row(report: RedevelopmentReport, row: ProgressRow, label: str) -> list[str]:
    numbers = (row.task_mu, row.done_mu, row.due_mu, row.forecast_mu)
    task, done, due, forecast = map(number, numbers)
    light = texts()["light_short"][row.light.value]
    return [label, task, done, percent(row.rate), due, light, str(row.projects), str(row.counted), forecast]


def _divisions(report: RedevelopmentReport) -> list[Block]:
    keys = ("division", "task", "done", "rate", "due", "light", "projects", "counted", "forecast")
    rows = [_row(report, row, report.name(row.division)) for row in report.progress.divisions()]
    rows.append(_row(report, report.progress.total, say("total")))
    yellow = percent(report.progress.settings.light_yellow)
    blocks: list[Block] = [Heading(say("h_divisions")), Table(column(*keys), rows, (1, 2, 3, 4, 6, 7, 8))]
    return [*blocks, *_picture(report.bars, say("bars_caption", yellow=yellow))]


def _kinds(report: RedevelopmentReport) -> list[Block]:
    keys = ("division", "kind", "task", "done", "rate", "projects", "counted")
    rows = [
        [report.name(r.division), r.kind, number(r.task_mu), number(r.done_mu), percent(r.rate), str(r.projects)]
        + [str(r.counted)]
        for r in report.progress.rows
        if r.kind
    ]
    found = Table(column(*keys), rows, (2, 3, 4, 5, 6)) if rows else Paragraph(say("none"))
    return [Heading(say("h_kinds")), found]


def _stages(report: RedevelopmentReport) -> list[Block]:
    rows = [_stage(row) for row in stage_rows(report.progress)]
    table = Table(column("stage", "now", "reached", "mu", "median", "long"), rows, (1, 2, 3, 4, 5))
    return [Heading(say("h_stages")), *_picture(report.funnel, say("funnel_caption")), table]


def _stage(row: StageRow) -> list[str]:
    days = [say("unknown") if value is None else f"{value:g}" for value in (row.median_days, row.long_days)]
    return [row.stage, str(row.now), str(row.reached), decimals(row.mu), *days]


def _week(report: RedevelopmentReport) -> list[Block]:
    progress = report.progress
    first, last = progress.as_of - timedelta(days=6), progress.as_of
    moves = moves_between(progress)
    heading = Heading(say("h_week", period=period(first, last, LANGUAGE)))
    if not moves:
        return [heading, Paragraph(say("week_none"))]
    new, back = sum(m.is_new for m in moves), sum(m.is_back for m in moves)
    fresh = [p for p in progress.projects if p.counted_on is not None and first <= p.counted_on <= last]
    done = decimals(sum(p.counted_mu for p in fresh))
    sentence = say("week_count", moves=len(moves), new=new, forward=len(moves) - new - back, back=back, done=done)
    rows = [[report.name(m.one.project.division), *week_row(m)] for m in moves[:_SHOWN]]
    table = Table(column("division", "day", "name", "what", "before", "after", "mu"), rows, (6,))
    return [heading, Paragraph(sentence, bold=True), table, *_more(len(moves))]


def week_row(move: WeekMove) -> list[str]:
    """Day, project, what, stages before and after, mu."""
    what = "new" if move.is_new else "back" if move.is_back else "forward"
    one = move.one
    return [day_of(move.move.day), one.project.name, say(what), move.move.before or say("unknown"),
            move.move.stage, decimals(one.own_mu)]  # fmt: skip


def _more(count: int) -> list[Block]:
    return [Paragraph(say("and_more", count=count - _SHOWN))] if count > _SHOWN else []


def _late(report: RedevelopmentReport) -> list[Block]:
    progress = report.progress
    blocks: list[Block] = [Heading(say("h_late"))]
    late, still = overdue(progress), stalled(progress)
    if not late and not still:
        return [*blocks, Paragraph(say("no_late"))]
    keys = ("division", "name", "year", "stage", "still", "mu", "unit")
    captions = (
        say("overdue_caption", stage=progress.settings.counting_stage),
        say("stalled_caption", days=progress.settings.stalled_days),
    )
    for found, caption in zip((late, still), captions):
        rows = [
            [report.name(p.project.division), p.project.name, str(p.project.year or ""), p.project.stage,
             say("unknown") if p.still_days is None else str(p.still_days), decimals(p.own_mu), p.project.unit]
            for p in found[:_SHOWN]
        ]  # fmt: skip
        if rows:
            blocks += [Table(column(*keys), rows, (4, 5), caption), *_more(len(found))]
    return blocks


def _map(report: RedevelopmentReport) -> list[Block]:
    return [Heading(say("h_map"), new_page=True), *_picture(report.map, say("map_caption"))] if report.map else []


def _stock(report: RedevelopmentReport) -> list[Block]:
    return [*stock_blocks(report.stocks), *_picture(report.stock_map, say("stock_map_caption"))]


def _notes(report: RedevelopmentReport) -> list[Block]:
    method = say("method", stage=report.progress.settings.counting_stage, plane=report.plane_name)
    title = say("h_notes_after" if report.stocks else "h_notes")
    return [Heading(title), Paragraph(method), *(Paragraph(r.text("zh")) for r in report.remarks)]

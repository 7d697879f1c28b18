"""Values of counties collected from files and a workspace, checked and added up; questions go back to the records."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Optional

from qgis.core import NULL, QgsVectorLayer

from ...core.errors import InputError
from ...core.indicators.confidence import confidence_text
from ...core.indicators.indicator_units import Dimension
from ...core.indicators.summary import Summary, read_frozen, revisions, summarise
from ...core.indicators.summary_model import Doubt, Edition, Question, Reported, SummaryRules, load_summary_rules
from ...core.land.file_state import file_sha256
from ...core.land.remarks import Remark
from ...core.threads import Feedback, raise_if_cancelled
from ...formats.rules.expected_files import ExpectedList, expected_list, expected_names
from ...formats.rules.indicator_files import load_units
from ...formats.workbook.plain_rows import PlainRow, read_plain
from ...store.due import DONE
from ...store.workspace import Workspace
from ..layers.containers import sources_in

FORM = "indicator_value"
_COUNTY_DIGITS = (4, 6)
_NEEDED = ("division", "indicator", "year", "value")
_OF_TABLE = (Doubt.UNCHANGED, Doubt.EDITION, Doubt.STALE)  # of a table: each of its records goes back


@dataclass(frozen=True)
class Source:
    """A file that was read: how many values it gave, and its hash: the receipt of what was received."""

    name: str
    rows: int
    divisions: int
    sha256: str


@dataclass
class Collected:
    """Everything that was read."""

    rows: list[Reported] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    indicators: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SummaryChoice:
    """What the user chose; `divisions`: {code: name} expected, {} for those that reported; `year` 0 for the latest;
    `expected`: the list of indicators that completeness is judged against, "" for those that anybody reported;
    `checks`: a file of one's own limits, "" for those that the plugin brings."""

    files: tuple[str, ...] = ()
    divisions: dict[str, str] = field(default_factory=dict)
    year: int = 0
    deadline: Optional[date] = None
    set_edition: str = ""
    weight: str = ""
    previous: str = ""
    expected: str = ""
    checks: str = ""


@dataclass
class SummaryRun:
    """A Summary with what it was made from."""

    summary: Summary
    collected: Collected
    remarks: list[Remark]
    rules: SummaryRules


def summary_run(
    chosen: SummaryChoice, workspace: Optional[Workspace], today: date, feedback: Optional[Feedback] = None
) -> SummaryRun:
    """Collect, check and add up; raises InputError, Cancelled."""
    own = Path(chosen.checks) if chosen.checks else None
    rules = load_summary_rules(own)
    found = collect(chosen.files, rules, feedback)
    if workspace is not None:
        _from_workspace(workspace, found)
    divisions = chosen.divisions or _reporting(found)
    by_name = {name: code for code, name in divisions.items() if name}
    found.rows = [replace(one, division=by_name.get(one.division, one.division)) for one in found.rows]
    found.rows = _one_spelling(found.rows)
    year = chosen.year or max((one.year for one in found.rows), default=0)
    if not any(one.year == year for one in found.rows):
        raise InputError("summary_no_values", year=year)
    listed = expected_list(chosen.expected) if chosen.expected else None
    if listed is not None:
        by_title = {title: key for key, title in listed.indicators.items()}
        found.rows = [replace(one, indicator=by_title.get(one.indicator, one.indicator)) for one in found.rows]
        indicators = dict(listed.indicators)
    else:
        indicators = {one.indicator: found.indicators.get(one.indicator, one.indicator) for one in found.rows}
    edition = Edition(year, dict(sorted(divisions.items())), indicators, chosen.deadline, chosen.set_edition)
    summary = summarise(found.rows, edition, rules, today, chosen.weight)
    if chosen.previous:
        summary.revisions = revisions(summary, read_frozen(Path(chosen.previous)))
    remarks = [*found.remarks, _completeness(listed), *_remarks(summary), _limits(own, rules)]
    return SummaryRun(summary, found, remarks, rules)


def _reporting(found: Collected) -> dict[str, str]:
    """{code: name} of the divisions that reported: counties and cities where there are any (their towns are no part of
    this summary), else all."""
    codes = dict.fromkeys(one.division for one in found.rows)
    counties = [code for code in codes if len(code) in _COUNTY_DIGITS] or list(codes)
    return {code: found.names.get(code, "") for code in counties}


def _one_spelling(rows: list[Reported]) -> list[Reported]:
    """Rows with one spelling for each unit, the one that most have (公顷 and ha are no two units)."""
    units, counts = load_units(), Counter(one.unit for one in rows if one.unit)
    kinds: dict[tuple[float, Dimension], str] = {}
    spelt = {}
    for text, _ in counts.most_common():
        unit = units.find(text)
        if unit is not None:
            spelt[text] = kinds.setdefault((unit.factor, unit.dimension), text)
    return [replace(one, unit=spelt.get(one.unit, one.unit)) for one in rows]


def _completeness(listed: Optional[ExpectedList]) -> Remark:
    """What completeness was judged against."""
    if listed is None:
        return Remark("summary_expected_none", params={"names": "、".join(expected_names())})
    facts = {"name": listed.title, "count": len(listed.indicators), "confidence": confidence_text(listed.confidence)}
    return Remark("summary_expected", params=facts)


def _remarks(summary: Summary) -> Iterator[Remark]:
    strangers = summary.table.strangers
    if strangers:
        example = f"{strangers[0].division} {strangers[0].indicator}"
        yield Remark("summary_strangers", params={"count": len(strangers), "example": example})
    sent = {division for division, _, year in summary.table.cells if year == summary.edition.year}
    dated = {d for (d, _, y), one in summary.table.cells.items() if y == summary.edition.year and one.layer_date}
    if sent - dated:
        yield Remark("summary_no_date", params={"count": len(sent - dated), "all": len(sent)})


def _limits(own: Optional[Path], rules: SummaryRules) -> Remark:
    """Whose limits the checks took."""
    if own is None:
        return Remark("summary_proposal")
    facts = {"file": own.name, "confidence": confidence_text(rules.confidence), "sha256": file_sha256(own)[:12]}
    return Remark("summary_checks", params=facts)


def collect(files: Iterable[str], rules: SummaryRules, feedback: Optional[Feedback] = None) -> Collected:
    """Values of workbooks, CSV and GeoPackages (every table with the columns of VALUES); raises InputError."""
    found = Collected()
    for file in files:
        raise_if_cancelled(feedback)
        path = Path(file.split("|")[0])
        before = len(found.rows)
        if path.suffix.lower() == ".gpkg":
            _from_layers(file, path.name, found)
        else:
            _from_table(path, rules, found)
        own_rows = found.rows[before:]
        found.sources.append(
            Source(path.name, len(own_rows), len({one.division for one in own_rows}), file_sha256(path))
        )
    return found


def _from_table(path: Path, rules: SummaryRules, found: Collected) -> None:
    table = read_plain(path, rules.columns, _NEEDED)
    found.remarks += table.remarks()
    for row in table.rows:
        one = _reported(row, table.file)
        if one is None:
            found.remarks.append(Remark("summary_row", params={"file": table.file, "row": row.number}))
            continue
        found.rows.append(one)
        _note_names(found, one, row.text("division_name"), row.text("indicator_name"))


def _note_names(found: Collected, one: Reported, division: str, indicator: str) -> None:
    if division:
        found.names.setdefault(one.division, division)
    if indicator:
        found.indicators.setdefault(one.indicator, indicator)


def _reported(row: PlainRow, origin: str) -> Optional[Reported]:
    division, indicator, unit = row.text("division"), row.text("indicator"), row.text("unit")
    try:
        year = row.year("year")
    except ValueError:
        return None
    if not division or not indicator:
        return None
    value, bad = None, ""
    try:
        value = row.number_of("value", unit)
    except ValueError:
        bad = row.text("value")
    return Reported(
        division, indicator, year, value, unit, row.text("reason"), bad,
        _day(row, "submitted"), _day(row, "layer_date"), row.text("edition"), origin, row.number,
    )  # fmt: skip


def _day(row: PlainRow, name: str) -> Optional[date]:
    try:
        return row.day(name)
    except ValueError:
        return None


def _from_layers(file: str, name: str, found: Collected) -> None:
    """Rows of every table of a GeoPackage that has the columns of VALUES (division, indicator, year, value)."""
    for source in sources_in(file):
        layer = QgsVectorLayer(str(source), name, "ogr")
        if not layer.isValid() or any(layer.fields().lookupField(column) < 0 for column in _NEEDED):
            continue
        columns = [f.name() for f in layer.fields()]
        for feature in layer.getFeatures():
            values = {column: None if feature[column] == NULL else feature[column] for column in columns}
            one = _reported(PlainRow(int(feature.id()), values), name)
            if one is not None:
                found.rows.append(one)
                _note_names(found, one, str(values.get("division_name") or ""), str(values.get("indicator_name") or ""))


def _from_workspace(workspace: Workspace, found: Collected) -> None:
    """Submitted and approved records of the form of indicator values."""
    before = len(found.rows)
    for record in workspace.records(FORM, [("status", "=", list(DONE))]):
        value = record["value"] if record["state"] != "not_computed" else None
        day = record["layer_date"]
        one = Reported(
            str(record["division"]), str(record["indicator"]), int(record["year"]), value, str(record["unit"] or ""),
            str(record["reason"] or ""), layer_date=date.fromisoformat(day) if day else None,
            edition=str(record["set_edition"] or ""), origin=workspace.path.name, record=str(record["id"]),
        )  # fmt: skip
        found.rows.append(one)
        _note_names(found, one, "", str(record["indicator_name"] or ""))
    own_rows = found.rows[before:]
    found.sources.append(Source(workspace.path.name, len(own_rows), len({one.division for one in own_rows}), ""))
    for division in workspace.divisions():
        found.names.setdefault(division.code, division.name)


@dataclass(frozen=True)
class ReturnedQuestions:
    """`count`: records that were returned, `queued`: those of them that go to their counties with the next sync or
    courier bag, `rest`: cells without a submitted record."""

    count: int
    queued: int
    rest: int


def return_questions(workspace: Workspace, summary: Summary, actor: str) -> ReturnedQuestions:
    """Return the submitted records that questions are about, the questions as the reason, through the outbox."""
    asked: dict[str, list[Question]] = {}
    rest = 0
    for question in summary.questions:
        records = _records(summary, question)
        rest += not records
        for record in records:
            asked.setdefault(record, []).append(question)
    count = queued = 0
    with workspace.transaction():
        for record, record_questions in asked.items():
            if workspace.record(FORM, record)["status"] != "submitted":
                rest += 1
                continue
            reason = " ".join(question.text("zh") for question in record_questions)
            queued += workspace.give_back(FORM, record, actor, reason)
            count += 1
    return ReturnedQuestions(count, queued, rest)


def _records(summary: Summary, question: Question) -> list[str]:
    if question.indicator:
        cell = summary.table.cells.get((question.division, question.indicator, question.year))
        return [cell.record] if cell is not None and cell.record else []
    if question.doubt not in _OF_TABLE:
        return []
    cells: list[Any] = [
        cell for (d, _, y), cell in summary.table.cells.items() if (d, y) == (question.division, question.year)
    ]
    return [cell.record for cell in cells if cell.record]

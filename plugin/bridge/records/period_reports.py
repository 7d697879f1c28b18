"""The due list and the roll-up as files (by their suffix), and the text that asks for what is missing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Optional

from ...core.days import day_of
from ...core.forms.schema import Form
from ...core.land.rounding import half_up
from ...core.messages import document_language
from ...report import write_report
from ...report.blocks.document import Document, Sheet
from ...report.blocks.model import Block, Heading, Paragraph, Table
from ...report.blocks.wording import LANGUAGE, cell_text
from ...store.due import DONE, MISSING, DueItem, reminder_text
from ...store.rollup import RollupRow
from ..i18n import tr

_TINT_LATE, _TINT_MISSING = "EF9A9A", "FFF9C4"


def state_names() -> dict:
    """{state of a due item: words}"""
    return {
        MISSING: tr("Not reported"),
        "draft": tr("Draft"),
        "ready": tr("Ready"),
        "submitted": tr("Submitted"),
        "returned": tr("Returned"),
        "approved": tr("Approved"),
    }


def due_state(item: DueItem) -> str:
    """The state of a due item in words: not reported, how long, and whether it is late."""
    terms = [state_names()[item.state]]
    if item.never:
        terms.append(tr("never reported"))
    elif item.skipped:
        terms.append(tr("{0} periods skipped").format(item.skipped))
    if item.late:
        terms.append(tr("late"))
    return "，".join(terms)


def reminder(form: Form, items: list, county: str) -> str:
    """The text that asks for what is missing (催报), by unit."""
    labels = {
        "nothing": tr("Everything has been submitted."),
        "head": tr('{county}: for "{form}", period {period}, {count} reports are still open:'),
        "unit": tr("{unit}{people}: {count}"),
        "no_unit": tr("Unit not named"),
        "line": tr("  - {name}: {state}; deadline {day}"),
        "never": tr("never reported"),
        "skipped": tr("{count} periods skipped"),
        "late": tr("late"),
        "foot": tr("Please submit them by the deadline."),
        "state": state_names(),
    }
    return reminder_text(items, county, form.label, labels)


@document_language(LANGUAGE)
def due_document(form: Form, items: list, county: str) -> Document:
    """The due list of a period."""
    period = items[0].period if items else ""
    title = tr("{0}: what is due").format(form.label) + (f" {cell_text(day_of(period))}" if period else "")
    heads = [tr("Serial number"), tr("What"), tr("Status"), tr("Deadline"), tr("Unit"), tr("Person"), tr("Telephone")]
    rows = [
        [number, item.name, due_state(item), day_of(item.deadline), item.unit, item.who, item.phone]
        for number, item in enumerate(items, 1)
    ]
    tints = [_tint(item) for item in items]
    count = {state: sum(item.state == state for item in items) for state in (MISSING,)}
    done = sum(item.state in DONE for item in items)
    line = tr("{0}: {1} to report, {2} submitted, {3} not reported, {4} of these never.").format(
        county, len(items), done, count[MISSING], sum(item.never for item in items)
    )
    formats = ["int", "long", "text", "text", "text", "text", "text"]
    return _document(title, line, Sheet(tr("Due this period")[:31], heads, formats, rows, tints))


def _tint(item):
    return _TINT_LATE if item.late else _TINT_MISSING if item.state == MISSING else None


def counted_states() -> list[tuple[str, Optional[tuple[str, ...]]]]:
    """(words, states of the records) that a roll-up can count; None for all."""
    return [
        (tr("Submitted and approved"), DONE),
        (tr("Approved only"), ("approved",)),
        (tr("All, drafts too"), None),
    ]


@document_language(LANGUAGE)
def rollup_document(form: Form, rows: list, period: str, states: Optional[tuple[str, ...]], county: str) -> Document:
    """The roll-up of a period; `states`: which records were counted."""
    label = next((name for name, some in counted_states() if some == (states and tuple(states))), "")
    title = tr("{0}: roll-up").format(form.label) + (f" {cell_text(day_of(period))}" if period else "")
    heads, formats, table = rollup_table(form, rows)
    return _document(
        title, tr("{0}; counted: {1}").format(county, label), Sheet(tr("Roll-up")[:31], heads, formats, table)
    )


def rollup_table(form: Form, rows: Sequence[RollupRow]) -> tuple[list, list, list]:
    """(heads, formats, rows): total, missing ones, counts by the group field, sums, means, land; totals last."""
    group = form.field(form.rollup["group"])
    values = [code[0] for code in group.codes] or sorted({v for row in rows for v in row.counts})
    sums, means = list(form.rollup.get("sum", ())), list(form.rollup.get("mean", ()))
    land = any(row.land_m2 is not None for row in rows)
    heads = [
        tr("Code"),
        tr("Name"),
        tr("Total"),
        tr("Not reported"),
        tr("Never"),
        *(str(group.label(v)) for v in values),
    ]
    heads += [form.field(k).title_with_unit for k in sums]
    heads += [tr("Mean {0}").format(form.field(k).title_with_unit) for k in means] + [tr("Land, m²")] * land
    formats = ["id", "text", *["int"] * (len(values) + 3), *["General"] * (len(sums) + len(means)), *["m2"] * land]
    table = [_rollup_row(row, values, sums, means, land) for row in rows]
    if len(rows) > 1:
        overall = RollupRow("", tr("Total"))
        for row in rows:
            _add_up(overall, row)
        table.append(_rollup_row(overall, values, sums, means, land))
    return heads, formats, table


def _add_up(overall, row):
    overall.total, overall.missing, overall.never = (
        overall.total + row.total,
        overall.missing + row.missing,
        overall.never + row.never,
    )
    for value, count in row.counts.items():
        overall.counts[value] = overall.counts.get(value, 0) + count
    for key, value in row.sums.items():
        overall.sums[key] = overall.sums.get(key, 0) + value
    if row.land_m2 is not None:
        overall.land_m2 = (overall.land_m2 or 0) + row.land_m2


def _rollup_row(row, values, sums, means, land):
    counts = [row.counts.get(v, 0) for v in values]
    numbers = [half_up(row.sums[k], 4) if k in row.sums else "" for k in sums]
    shares = [half_up(row.means[k], 1) if k in row.means else "" for k in means]
    area = ["" if row.land_m2 is None else half_up(row.land_m2, 2)] * land
    return [row.code, row.name, row.total, row.missing, row.never, *counts, *numbers, *shares, *area]


def _document(title, line, sheet):
    made = tr("Made {0} by OneMap Desk").format(cell_text(datetime.now()))
    about = Sheet(tr("Remarks"), [title], ["long"], [[line], [made]])  # a table alone says neither period nor whom

    def parts() -> dict[str, list[Block]]:
        numeric = tuple(i for i, kind in enumerate(sheet.formats) if kind not in ("text", "long", "id"))
        shown = [["" if value is None else cell_text(value) for value in row] for row in sheet.rows]
        return {"list": [Heading(title, 0), Paragraph(line), Table(sheet.titles, shown, numeric), Paragraph(made)]}

    return Document(title, title, "OneMap Desk", parts, lambda: [sheet, about])


def write(path: Any, document: Document) -> None:
    """Write a due list or a roll-up."""
    write_report(document, path)

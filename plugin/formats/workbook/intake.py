"""Records from a workbook: sheets are recognised, rows streamed, converted and checked.

Good ones are yielded, bad ones kept as a list, and every row that was not read is named with the reason.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional, Union

from ...core import messages
from ...core.errors import InputError
from ...core.forms.identity import PERIOD, subject_key
from ...core.forms.schema import FieldError, Form, FormValidator
from ...core.land.remarks import Remark
from .book_mark import BookMark, read_mark
from .derive import RowMaker
from .fractions import FractionWatch
from .mapping import AUTOMATIC, unit_question
from .place_columns import PLACE, place_remarks
from .plain_rows import hidden_columns
from .rows import NoRecord, filled, not_a_record, row_name, too_long, unit_note
from .survey import ID_TITLE, LIST_TITLE, CellError, NotTaken, Reading, SourceRow, survey_sheets
from .tables import TableReader, open_table

__all__ = ["ID_TITLE", "LIST_TITLE", "CellError", "NotTaken", "Reading", "SourceRow", "WorkbookImport", "survey_sheets"]

_NUMBERS = ("integer", "number")
_NAMED = 12  # rows named in one remark
_MOST_WARNINGS = 20_000


@dataclass(frozen=True)
class _Row:
    """One row of a sheet as it is read."""

    plan: Any
    number: int
    values: Sequence[Any]
    maker: RowMaker


class WorkbookImport:
    """One import. Iterate `rows()` once; the rest is known afterwards.

    `validator`: core.forms.FormValidator; `reader`: an open TableReader that is used again, else the file is opened.
    """

    def __init__(
        self,
        path: Union[str, Path],
        form: Form,
        validator: FormValidator,
        reading: Optional[Reading] = None,
        reader: Optional[TableReader] = None,
    ):
        self.path, self.form, self.reading = Path(path), form, reading or Reading()
        self._validator = validator
        self._codes = [f.key for f in form.fields if f.identifier.startswith("division")] if self.reading.county else []
        self.errors: list = []
        self.warnings: list = []  # of rows that were taken
        self.left: list = []  # of records that were left as they are, see leave()
        self.remarks: list = []
        self.not_taken: list = []
        self.accepted = self.rejected = 0
        self._seen: dict = {}
        self._seen_ids: dict = {}
        self._reader, self._opened = reader or open_table(path), reader is None
        try:
            self.sha256, self.keywords = self._reader.sha256, self._reader.keywords
            self.bytes = self._reader.survey.bytes if self._reader.survey else 0  # of inflated XML; 0 for text
            self.plans = self._choose(survey_sheets(self._reader, form, self.reading.profile))
            self.mark: Optional[BookMark] = read_mark(self._reader)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let the file go when it was opened here."""
        if self._opened:
            self._reader.close()

    def _choose(self, plans):
        visible = [plan for plan in plans if not plan.sheet.hidden or self.reading.hidden]
        usable = [plan for plan in visible if plan.usable]
        if not plans:
            raise InputError("workbook_no_head", file=self.path.name)
        if not usable:
            raise self._unusable((visible or plans)[0])
        for plan in visible:
            self._explain(plan)
        for plan in plans:
            if plan.sheet.hidden and plan.usable and not self.reading.hidden:
                self._note_hidden_sheet(plan)
        return sorted(usable, key=lambda plan: plan.sheet.part)

    def _unusable(self, best):
        params = {
            "file": self.path.name,
            "form": self.form.label,
            "sheet": best.sheet.title,
            "row": best.header.last,
            "missing": self._lacking(best),
            "found": "、".join(c.title for c in best.header.columns[:12]),
        }
        return InputError("workbook_no_columns", **params)

    def _lacking(self, plan):
        """Titles of the columns a sheet would need; the form's other columns when only those are wanting."""
        return "、".join(plan.missing or [f.title for f in self.form.fields if f.key not in plan.columns][:6])

    def _note_hidden_sheet(self, plan):
        rows = (values for number, values in self._reader.rows(plan.sheet) if number >= plan.header.data_row)
        count = sum(1 for values in rows if any(v not in (None, "") for v in values))
        if count:
            self.not_taken.append(NotTaken(plan.sheet.title, 0, NoRecord.HIDDEN, "", count))
            self._remark("sheet_hidden", plan, count=count)

    def _explain(self, plan):
        """Remarks on what was decided about a sheet without asking."""
        if not plan.usable:
            self._remark("sheet_left_out", plan, missing=self._lacking(plan))
            return
        for match in plan.matches:
            title = self._title(match.key)
            if match.how == "similar":
                self._remark(
                    "column_similar", plan, column=match.column.title, field=title, percent=round(match.score * 100)
                )
            if match.factor != 1.0:
                self._remark("column_unit", plan, column=match.column.title, field=title, factor=f"{match.factor:.8g}")
        for code, params in place_remarks(self.reading, self.form):
            self._remark(code, plan, **params)
        used = {m.column.index for m in plan.matches}
        for match in plan.header.matches:
            if match.column.index not in used and match.score >= AUTOMATIC and not match.unit_known:
                code, units = unit_question(match.column)
                self._remark(code, plan, column=match.column.title, field=self._title(match.key), units=units)
        if self.reading.profile:
            used |= {c.index for c in plan.header.columns if self.reading.profile.derives_from(c.title)}
        titles = {c.title for c in plan.header.columns if c.index in used}
        for column in plan.header.columns:
            if column.index not in used and (first := column.title.rpartition(" #")[0]) in titles:
                self._remark("column_twice", plan, column=first)
        if ignored := [c.title for c in plan.header.columns if c.index not in used]:
            self._remark("columns_ignored", plan, columns="、".join(ignored[:20]) + ("…" if len(ignored) > 20 else ""))

    def _remark(self, code, plan, **params):
        self.remarks.append(Remark(code, layer=plan.sheet.title, params={"sheet": plan.sheet.title, **params}))

    def _title(self, key):
        if key == PLACE:
            return messages.message("place_of_record")
        return self.form.field(key).title if key in self.form.keys else ID_TITLE

    def records(self) -> Iterator[dict]:
        """Yield {field key: value} of every good row."""
        return (row.record for row in self.rows())

    def rows(self) -> Iterator[SourceRow]:
        """Yield the good rows as SourceRows; InputError for a broken file."""
        try:
            for plan in self.plans:
                before = len(self.not_taken)
                yield from self._sheet_rows(plan)
                self._name_not_taken(plan, self.not_taken[before:])
                self._name_hidden_columns(plan)
        finally:
            self.close()

    def _name_not_taken(self, plan, found):
        for why in NoRecord:
            rows = [n for n in found if n.why is why]
            if rows and why is not NoRecord.EMPTY:
                named = "、".join(messages.text("row_named", row=n.row, text=n.text) for n in rows[:_NAMED])
                more = "…" if len(rows) > _NAMED else ""
                self._remark(f"rows_{why.value}", plan, count=len(rows), rows=named + more)

    def _name_hidden_columns(self, plan):
        """Known once rows were read. The column of ids is hidden in our own books."""
        read = [match.column for match in plan.matches if match.key != "id"]
        titles = [column.title for column in read if plan.sheet.hides_column(column.index)]
        self.remarks += hidden_columns(self.path.name, plan.sheet.title, titles)

    def _sheet_rows(self, plan):
        maker, watch = (
            RowMaker(self.form, plan.matches, plan.header, self.reading),
            FractionWatch(self.form, plan.columns),
        )
        maker.ends_say_nothing = self._reader.survey is None
        required = [plan.columns[f.key] for f in self.form.fields if f.required and f.key in plan.columns]
        texts = {
            c.index
            for c in plan.header.columns
            if (key := maker.key_of(c.index)) != "id" and (not key or self.form.field(key).value_type not in _NUMBERS)
        }
        for number, values in filled(self._reader.rows(plan.sheet), plan.sheet.merges, texts):
            if number < plan.header.data_row:
                continue
            if self.reading.progress and number % 1000 == 0:
                self.reading.progress(number)
            complete = all(index < len(values) and values[index] not in (None, "") for index in required)
            why = not_a_record(values, plan.header, complete and bool(required))
            if why is None and not complete and unit_note(values, plan, self.form, number):
                why = NoRecord.NOTE
            if why is None and number in plan.sheet.hidden_rows and not self.reading.hidden:
                why = NoRecord.HIDDEN
            if why is None:
                watch.see(number, values)
                if (row := self._take(plan, number, values, maker)) is not None:
                    yield row
            elif why is not NoRecord.EMPTY:
                self.not_taken.append(NotTaken(plan.sheet.title, number, why, row_name(values)))
        for key, rows in watch.doubted().items():
            self._remark("percent_one", plan, field=self._title(key), rows=rows)

    def _take(self, plan, number, values, maker):
        """The row as SourceRow; None when it is turned away."""
        record, problems = maker.make(values)
        judged = self._judge(record)
        if self._reader.survey is None and (long := too_long(values, plan.header)):
            judged, problems = [], [(self.form.key[0], long)]  # whatever else is wrong comes from that
        if judged:
            problems += [(e.field, e.message) for e in judged if e.level == "error"]
        if not problems:
            problems = self._elsewhere(record) or self._repeated(record, plan.sheet.title, number)
        if problems:
            self._reject(plan, number, values, problems, maker)
            return None
        self.accepted += 1
        warnings = tuple(judged)  # errors would have turned it away
        for warning in warnings if len(self.warnings) < _MOST_WARNINGS else ():
            self.warnings.append(self._cell_error(_Row(plan, number, values, maker), warning, "warning"))
        return SourceRow(plan.sheet.title, number, record, warnings)

    def _judge(self, record) -> list[FieldError]:
        previous = self.reading.previous(record) if self.reading.previous else None
        return self._validator.judge(record, previous)

    def _elsewhere(self, record):
        """A division of another county is no business of this workspace."""
        for key in self._codes:
            code = record.get(key)
            if code and not code.startswith(self.reading.county):
                name = self.reading.divisions.name(code[:6]) if self.reading.divisions else ""
                params = {"code": f"{code} {name}".strip(), "county": self.reading.county}
                return [(key, messages.message("row_other_county", **params))]
        return []

    def _repeated(self, record, sheet, number):
        """A second row for the same record is an error: which of the two is meant?"""
        here = (sheet, number)
        subject, period = self._identity(record)
        first = self._seen.setdefault((subject, period), here) if subject is not None else here
        if first != here:
            lacking = "、".join(self._title(key) for key in self.form.key if key != PERIOD and key not in record)
            code = "row_repeated_lacking" if lacking else "row_repeated"
            return [(self.form.key[0], messages.message(code, sheet=first[0], row=first[1], columns=lacking))]
        first = self._seen_ids.setdefault(record["id"], here) if record.get("id") else here
        if first != here:
            return [(self.form.key[0], messages.message("row_id_repeated", sheet=first[0], row=first[1]))]
        return []

    def _identity(self, record):
        if self.reading.identity is not None:
            return self.reading.identity(record)
        period = self.form.period_of(record) if PERIOD in self.form.key else None
        return subject_key(self.form, record), period

    def _reject(self, plan, number, values, problems, maker):
        self.rejected += 1
        refused: set[str] = set()
        row = _Row(plan, number, values, maker)
        for key, message in sorted(problems, key=lambda p: maker.column_of(p[0], len(values))):
            if key in refused and message == messages.message("form_required"):
                continue  # the cell was already refused for what stood in it
            refused.add(key)
            self.errors.append(self._cell_error(row, FieldError(key, "", message), "error"))

    def _cell_error(self, row: _Row, problem: FieldError, level: str) -> CellError:
        key, values = problem.field, row.values
        column = row.maker.column_of(key, None)
        value = values[column] if column is not None and column < len(values) else None
        title = self._title(key) if key else ""
        return CellError(row.plan.sheet.title, row.number, column, key, title, value, problem.message, level)

    def leave(self, row: SourceRow, key: str, message: str) -> None:
        """Note that the record of a row was left as it is, or in part: it goes into the marked copy."""
        plan = next(plan for plan in self.plans if plan.sheet.title == row.sheet)
        column = plan.columns.get(key)
        title, value = self._title(key) if key else "", None if key == PLACE else row.record.get(key)
        self.left.append(CellError(row.sheet, row.number, column, key, title, value, message, "left"))

    @property
    def marks(self) -> list:
        """Everything that the marked copy shows."""
        return [*self.errors, *self.left, *self.warnings]

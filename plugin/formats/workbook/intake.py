"""Records from a workbook: sheets are recognised, rows streamed, converted and checked.

Good ones are yielded, bad ones kept as a list.
"""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from ...core import messages
from ...core.errors import InputError
from ...core.land.remarks import Remark
from .header import Header, find_header, head_rows
from .mapping import AUTOMATIC
from .read import Sheet, Unread, WorkbookReader
from .rows import filled, not_a_record
from .values import CellProblem, converter, refuse_unread

ID_TITLE = "记录标识"
LIST_TITLE = "错误清单"  # the sheet that marking adds
KEYWORD = "onemap:"  # begins the keywords of a workbook that this plugin wrote
SYSTEM = (("id", (("exact", ID_TITLE),)),)
_NUMBERS = ("integer", "number")


@dataclass(frozen=True)
class CellError:
    """One thing wrong in a workbook: `row` from 1, `column` from 0 (None: the field has no column), `value` as
    it stood.
    """

    sheet: str
    row: int
    column: object
    field: str
    title: str
    value: object
    message: str


@dataclass(frozen=True)
class SheetPlan:
    """How one sheet is read; `matches` are the ones in use, header.matches all that were proposed."""

    sheet: Sheet
    header: Header
    matches: tuple
    missing: tuple  # titles of required fields without a column

    @property
    def usable(self):
        """True when every required field has a column.

        One column alone is a coincidence (名称) unless a person mapped it.
        """
        return not self.missing and (len(self.matches) > 1 or any(m.how == "profile" for m in self.matches))


def survey_sheets(reader, form, profile=None):
    """SheetPlans of the visible sheets that have a head, the best first.

    Of a workbook of our own only the first sheet is looked at.
    """
    own = reader.keywords.startswith(KEYWORD)
    plans = []
    for sheet in reader.sheets[:1] if own else [s for s in reader.sheets if not s.hidden and s.title != LIST_TITLE]:
        header = find_header(head_rows(reader.rows(sheet), sheet.merges), form, profile, SYSTEM)
        if header is not None:
            used = tuple(m for m in header.matches if m.score >= AUTOMATIC)
            keys = {m.key for m in used}
            plans.append(
                SheetPlan(sheet, header, used, tuple(f.title for f in form.fields if f.required and f.key not in keys))
            )
    return sorted(plans, key=lambda p: (len(p.missing), -p.header.score))


def _lacking(plan, form):
    """Titles of the columns a sheet would need; the form's other columns when only those are wanting."""
    keys = {m.key for m in plan.matches}
    return "、".join(plan.missing or [f.title for f in form.fields if f.key not in keys][:6])


class WorkbookImport:
    """One import. Iterate `records()` once, inside the transaction that saves them; the rest is known afterwards.

    `validator`: core.forms.FormValidator; `references`: {field key: {shown: id}}; `previous(values)` returns the
    record a row follows, for checks that look back; `progress(rows)` is called every 1,000 rows and may raise
    Cancelled.
    """

    def __init__(self, path, form, validator, profile=None, references=None, previous=None, progress=None):
        self.path, self.form, self.profile = Path(path), form, profile
        self._validator, self._references, self._progress = validator, references or {}, progress
        self._previous = previous or (lambda values: None)
        self.errors, self.remarks, self.accepted, self.rejected, self.skipped = [], [], 0, 0, Counter()
        self._seen = {}
        with WorkbookReader(path) as reader:
            self.plans = self._choose(survey_sheets(reader, form, profile))

    def _choose(self, plans):
        usable = [plan for plan in plans if plan.usable]
        if not plans:
            raise InputError("workbook_no_head", file=self.path.name)
        if not usable:
            best = plans[0]
            found = "、".join(c.title for c in best.header.columns[:12])
            params = {
                "sheet": best.sheet.title,
                "row": best.header.last,
                "missing": _lacking(best, self.form),
                "found": found,
            }
            raise InputError(
                "workbook_no_columns", file=self.path.name, form=self.form.title[messages.language()], **params
            )
        for plan in plans:
            self._tell(plan)
        return sorted(usable, key=lambda plan: plan.sheet.part)

    def _tell(self, plan):
        """Remarks on what was decided about a sheet without asking."""
        if not plan.usable:
            self._remark("sheet_left_out", plan, missing=_lacking(plan, self.form))
            return
        for match in plan.matches:
            title = self._title(match.key)
            if match.how == "similar":
                self._remark(
                    "column_similar", plan, column=match.column.title, field=title, percent=round(match.score * 100)
                )
            if match.factor != 1.0:
                self._remark("column_unit", plan, column=match.column.title, field=title, factor=f"{match.factor:.8g}")
        used = {m.column.index for m in plan.matches}
        if ignored := [c.title for c in plan.header.columns if c.index not in used]:
            self._remark("columns_ignored", plan, columns="、".join(ignored[:20]) + ("…" if len(ignored) > 20 else ""))

    def _remark(self, code, plan, **params):
        self.remarks.append(Remark(code, layer=plan.sheet.title, params={"sheet": plan.sheet.title, **params}))

    def _title(self, key):
        return self.form.field(key).title if key in self.form.keys else ID_TITLE

    def records(self):
        """Yield {field key: value} of every good row.

        "id" where the workbook gives one. Raises InputError for a broken file.
        """
        with WorkbookReader(self.path) as reader:
            for plan in self.plans:
                yield from self._sheet_records(reader, plan)
                for why in ("total", "note", "head"):
                    if count := self.skipped.pop((plan.sheet.title, why), 0):
                        self._remark(f"rows_{why}", plan, count=count)

    def _sheet_records(self, reader, plan):
        columns = [(m.column.index, m.key, self._converter(m)) for m in plan.matches]
        texts = {
            m.column.index for m in plan.matches if m.key != "id" and self.form.field(m.key).value_type not in _NUMBERS
        }
        where = {m.key: m.column.index for m in plan.matches}
        for number, values in filled(reader.rows(plan.sheet), plan.sheet.merges, texts):
            if number < plan.header.data_row:
                continue
            if self._progress and number % 1000 == 0:
                self._progress(number)
            why = not_a_record(values, plan.header)
            if why:
                self.skipped[plan.sheet.title, why] += 1
                continue
            record, problems = self._convert(values, columns)
            problems.extend((e.field, e.message) for e in self._validator.errors(record, self._previous(record)))
            if not problems:
                problems = self._repeated(record, plan.sheet.title, number)
            if problems:
                self._reject(plan.sheet.title, number, values, where, problems)
            else:
                self.accepted += 1
                yield record

    def _converter(self, match):
        if match.key == "id":
            return lambda cell: str(cell).strip() or None
        values = self.profile.values.get(match.key) if self.profile else None
        return converter(self.form.field(match.key), match.factor, values, self._references.get(match.key))

    @staticmethod
    def _convert(values, columns):
        record, problems, width = {}, [], len(values)
        for index, key, convert in columns:
            cell = values[index] if index < width else None
            try:
                record[key] = None if cell is None else refuse_unread(cell) if type(cell) is Unread else convert(cell)
            except CellProblem as problem:
                record[key] = None
                problems.append((key, messages.text(problem.code, **problem.params)))
        if "id" in record and not record["id"]:
            del record["id"]
        return record, problems

    def _repeated(self, record, sheet, number):
        """A second row for the same record is an error: which of the two is meant?"""
        period = self.form.period_of(record)
        identity = record.get("id") or tuple(period if key == "period" else record.get(key) for key in self.form.key)
        first = self._seen.setdefault(identity, (sheet, number))
        if first == (sheet, number):
            return []
        return [(self.form.key[0], messages.text("row_repeated", sheet=first[0], row=first[1]))]

    def _reject(self, sheet, number, values, where, problems):
        self.rejected += 1
        told = set()
        for key, message in sorted(problems, key=lambda p: where.get(p[0], len(values))):
            if key in told and message == messages.text("form_required"):
                continue  # the cell was already refused for what stood in it
            told.add(key)
            column = where.get(key)
            value = values[column] if column is not None and column < len(values) else None
            self.errors.append(CellError(sheet, number, column, key, self._title(key) if key else "", value, message))

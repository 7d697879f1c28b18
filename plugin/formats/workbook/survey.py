"""What a workbook is read as: its sheets with their heads, its rows, what is wrong and what was passed over."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Optional

from ...core.forms.schema import Form
from ...core.land.divisions import Divisions
from .book_mark import TITLE as MARK_TITLE
from .header import Header, find_header, head_rows
from .mapping import AUTOMATIC, Profile
from .read import Sheet
from .rows import NoRecord
from .tables import TableReader

ID_TITLE = "记录标识"
LIST_TITLE = "错误清单"  # the sheet that marking adds
KEYWORD = "onemap:"  # begins the keywords of a workbook that this plugin wrote
SYSTEM = (("id", (("exact", ID_TITLE),)),)
_OTHERS = (LIST_TITLE, MARK_TITLE, "填写说明", "代码表")


@dataclass(frozen=True)
class CellError:
    """One thing wrong in a workbook: `row` from 1, `column` from 0 (None: the field has no column), `value` as
    it stood; `level`: "error", "warning" (the row was taken) or "left" (the record was left as it is).
    """

    sheet: str
    row: int
    column: Optional[int]
    field: str
    title: str
    value: object
    message: str
    level: str = "error"


@dataclass(frozen=True)
class SourceRow:
    """One good row: {field key: value}, "id" where the workbook gives one, and what should be looked at."""

    sheet: str
    number: int
    record: dict
    warnings: tuple = ()


@dataclass(frozen=True)
class NotTaken:
    """One row that was not read as a record, or a whole sheet (`row` 0, `count` rows)."""

    sheet: str
    row: int
    why: NoRecord
    text: str = ""
    count: int = 1


@dataclass(frozen=True)
class SheetPlan:
    """How one sheet is read; `matches` are the ones in use, header.matches all that were proposed."""

    sheet: Sheet
    header: Header
    matches: tuple
    missing: tuple  # titles of required fields without a column
    own: bool = False

    @property
    def usable(self) -> bool:
        """True when every required field has a column.

        One column alone is a coincidence (名称) unless a person mapped it.
        """
        return not self.missing and (len(self.matches) > 1 or any(m.how == "profile" for m in self.matches))

    @property
    def columns(self) -> dict:
        """{field key: column from 0}"""
        return {match.key: match.column.index for match in self.matches}


@dataclass(frozen=True)
class Reading:
    """How a workbook is to be read.

    `references`: {field key: {words: id}}; `previous(values)` returns the record a row follows, for checks that look
    back; `hidden`: hidden rows and sheets too; `county`: digits that division codes must begin with, "" for any;
    `progress(rows)` is called every 1,000 rows and may raise Cancelled; `identity(record)`: (what it is about, its
    period), where the caller knows it already; `district`: the area (shapely, CGCS2000) in which places must lie.
    """

    profile: Optional[Profile] = None
    references: dict = field(default_factory=dict)
    previous: Optional[Callable] = None
    hidden: bool = False
    county: str = ""
    divisions: Optional[Divisions] = None
    progress: Optional[Callable] = None
    identity: Optional[Callable] = None
    district: Any = None


def survey_sheets(reader: TableReader, form: Form, profile: Optional[Profile] = None) -> list:
    """SheetPlans of the sheets that have a head, the best first. Also of a workbook of our own every sheet is looked at
    but those of our furniture: people put a cover before it, go on on a second page, copy the sheet.
    """
    own = reader.keywords.startswith(KEYWORD) or any(s.title == MARK_TITLE for s in reader.sheets)
    plans = []
    for sheet in [s for s in reader.sheets if s.title not in _OTHERS]:
        header = find_header(head_rows(reader.rows(sheet), sheet.merges), form, profile, SYSTEM)
        if header is not None:
            used = tuple(
                m for m in header.matches if m.score >= AUTOMATIC and (m.unit_known or (own and not m.column.unit))
            )
            keys = {m.key for m in used} | (profile.derived_keys(form) if profile else set())
            lacking = tuple(f.title for f in form.fields if f.required and f.key not in keys)
            plans.append(SheetPlan(sheet, header, used, lacking, own))
    return sorted(plans, key=lambda p: (p.sheet.hidden, len(p.missing), -p.header.score))

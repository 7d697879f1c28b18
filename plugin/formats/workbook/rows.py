"""Which rows of a sheet are records: subtotals, notes and repeated heads are passed over, texts merged
downwards are filled in.
"""

import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from typing import Any, Optional

from ...core import messages
from ...core.errors import InputError
from ...core.forms.schema import Form
from ...core.forms.units import unit_factor, unit_of, vocabulary
from .header import Header, is_repeated_head, stated_units

_LOOKED_AT = 3  # cells of a row in which 合计 or 小计 may stand
_SHORT = 40


class NoRecord(str, Enum):
    """Why a row or a sheet was not read as records."""

    EMPTY = "blank"
    TOTAL = "total"
    NOTE = "note"
    HEAD = "head"
    HIDDEN = "hidden"


@functools.lru_cache(maxsize=1)
def _patterns():
    """(is a total's word, ends with one, begins with a note's word); Chinese words may be spaced out ("合  计")."""

    def spaced(name):
        return "|".join(r"\s*".join(map(re.escape, word)) for word in sorted(vocabulary()[name], key=len, reverse=True))

    behind = r"\s*(?:[(（:：].*)?$"
    flags = re.IGNORECASE | re.DOTALL
    return (
        re.compile(rf"\s*(?:{spaced('totals')}){behind}", flags),
        re.compile(rf"(?:{spaced('totals')}){behind}", flags),
        re.compile(rf"\s*(?:{spaced('notes')})\s*(?:\d*\s*[:：、.．]|$)", re.IGNORECASE),
    )


def not_a_record(values: list, header: Header, complete: bool = False) -> Optional[NoRecord]:
    """Why a row holds no record; None for a record.

    `complete`: every required column is filled. A name that only ends like a total (竹山村累计) is then a name.
    """
    given = [v for v in values if v is not None and v != ""]
    if not given or (type(given[0]) is str and all(type(v) is str and v.isspace() for v in given)):
        return NoRecord.EMPTY
    total, ending, note = _patterns()
    for value in given[:_LOOKED_AT]:
        if type(value) is str and len(value) <= _SHORT:
            if total.match(value) or (not complete and ending.search(value)):
                return NoRecord.TOTAL
    if len(given) <= 2 and type(given[0]) is str and note.match(given[0]):
        return NoRecord.NOTE
    if not complete and all(type(v) is str and note.match(v) for v in given):  # 单位负责人：  填表人：  联系电话：
        return NoRecord.NOTE
    return NoRecord.HEAD if len(given) > 1 and is_repeated_head(values, header) else None


def filled(rows: Iterable, merges: Iterable, indexes: Iterable) -> Iterator:
    """Rows with the text of a downward merge in every row it covers, for the columns `indexes` (from 0).

    Numbers are not repeated: a figure merged over three villages is no figure of each.
    """
    wanted = set(indexes)
    starts: dict[int, Any] = {}
    for top, left, bottom, _ in merges:
        if bottom > top and left - 1 in wanted:
            starts.setdefault(top, []).append((left - 1, bottom))
    active = {}
    for number, values in rows:
        for index, bottom in starts.get(number, ()):
            active[index] = (bottom, values[index] if index < len(values) else None)
        for index, (bottom, value) in list(active.items()):
            if number > bottom:
                del active[index]
                continue
            if index >= len(values):
                values.extend([None] * (index + 1 - len(values)))
            if values[index] is None:
                values[index] = value
        yield number, values


def unit_note(values: list, plan: Any, form: Form, number: int) -> bool:
    """Whether a row among the records only states units. InputError where they are not those of the columns: whether
    the rows above it, below it or all of them are meant nobody can tell."""
    stated = stated_units(values)
    for match in plan.matches if stated else ():
        wanted = form.field(match.key).unit if match.key in form.keys else ""
        factors = {unit_factor(unit, wanted) for unit in stated} - {None}
        if factors - {match.factor} and not (unit_of(match.column.title) or match.column.unit):
            params = {"sheet": plan.sheet.title, "row": number, "units": "、".join(sorted(stated))}
            raise InputError("workbook_units_change", column=match.column.title, **params)
    return bool(stated)


def row_name(values: Sequence[Any]) -> str:
    """The first words of a row, for naming it."""
    given = [str(v).strip() for v in values if v not in (None, "")]
    return " ".join(given[:3])[:40]


def too_long(values: Sequence[Any], header: Header) -> str:
    """What is wrong with a row of a text table that goes on behind its last column: a comma within a text that nobody
    quoted has shifted its cells. "" for any other row."""
    width = header.columns[-1].index + 1
    is_long = any(value not in (None, "") for value in values[width:])
    return messages.message("row_too_long", columns=width) if is_long else ""

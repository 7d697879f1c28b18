"""Which rows of a sheet are records: subtotals, notes and repeated heads are passed over, texts merged
downwards are filled in.
"""

import functools
import re

from .header import is_repeated_head
from .mapping import words

_LOOKED_AT = 3  # cells of a row in which 合计 or 小计 may stand
_SHORT = 40


@functools.lru_cache(maxsize=1)
def _patterns():
    """(ends with a total's word, begins with a note's word); Chinese words may be spaced out ("合  计")."""

    def spaced(name):
        return "|".join(r"\s*".join(map(re.escape, word)) for word in sorted(words()[name], key=len, reverse=True))

    total = re.compile(rf"(?:{spaced('totals')})\s*(?:[(（:：].*)?$", re.IGNORECASE | re.DOTALL)
    return total, re.compile(rf"\s*(?:{spaced('notes')})\s*(?:\d*\s*[:：、.．]|$)", re.IGNORECASE)


def not_a_record(values, header):
    """Why a row holds no record: "empty", "total", "note", "head"; None for a record."""
    given = [v for v in values if v is not None and v != ""]
    if not given:
        return "empty"
    total, note = _patterns()
    for value in given[:_LOOKED_AT]:
        if type(value) is str and len(value) <= _SHORT and total.search(value):
            return "total"
    if len(given) <= 2 and type(given[0]) is str and note.match(given[0]):
        return "note"
    return "head" if len(given) > 1 and is_repeated_head(values, header) else None


def filled(rows, merges, indexes):
    """Rows with the text of a downward merge in every row it covers, for the columns `indexes` (from 0).

    Numbers are not repeated: a figure merged over three villages is no figure of each.
    """
    starts = {}
    for top, left, bottom, _ in merges:
        if bottom > top and left - 1 in indexes:
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

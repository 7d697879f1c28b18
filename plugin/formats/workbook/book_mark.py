"""What an exported book carries so that it can come back: its workspace, the state of the audit chain, a hash per row.

It stands in a hidden, protected sheet as plain text cells: Excel, LibreOffice and WPS keep it when they save the book.
"""

from dataclasses import dataclass, field
from typing import Any, Optional

from .look import styled
from .tables import TableReader

TITLE = "导入标记"
_KIND, _VERSION = "onemap-book", "1"
_HEAD = ("id", "hash")
_KEYS = ("workspace", "form", "edition", "exported_at", "seq", "head", "county", "division")


@dataclass(frozen=True)
class BookMark:
    """`workspace`: its id; `seq`, `head`: last row of its audit chain when the book was written; `county`: code and
    name; `division`: the part that was exported, "" for all; `hashes`: {record id: hash of its row}."""

    workspace: str = ""
    form: str = ""
    edition: str = ""
    exported_at: str = ""
    seq: int = 0
    head: str = ""
    county: str = ""
    division: str = ""
    hashes: dict = field(default_factory=dict, repr=False)


class MarkWriter:
    """Writes the sheet beside the records, row by row."""

    def __init__(self, book: Any, mark: BookMark):
        self._sheet = book.create_sheet(TITLE)
        self._sheet.sheet_state = "hidden"
        self._sheet.protection.sheet = True
        self._sheet.append(self._cells(_KIND, _VERSION))
        for key in _KEYS:
            self._sheet.append(self._cells(key, str(getattr(mark, key))))
        self._sheet.append(self._cells(*_HEAD))

    def _cells(self, *texts):
        return [styled(self._sheet, text) for text in texts]

    def add(self, record: str, digest: str) -> None:
        self._sheet.append([record, digest])


def read_mark(reader: TableReader) -> Optional[BookMark]:
    """The BookMark of a workbook; None where it has none, or one that is not understood."""
    sheet = next((s for s in reader.sheets if s.title == TITLE), None)
    if sheet is None:
        return None
    rows = ([str(value) for value in values[:2] if value is not None] for _, values in reader.rows(sheet))
    pairs = (row for row in rows if len(row) == 2)
    if next(pairs, None) != [_KIND, _VERSION]:
        return None
    facts: dict = {}
    for key, value in pairs:
        if (key, value) == _HEAD:
            break
        facts[key] = value
    try:
        known = {key: facts.get(key, "") for key in _KEYS if key != "seq"}
        return BookMark(**known, seq=int(facts.get("seq") or 0), hashes={key: value for key, value in pairs})
    except ValueError:
        return None

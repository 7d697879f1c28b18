"""Records as the platform reports them: values, status, version and case number in one row of the table and one row
of the audit chain, locked or not.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Optional

from ..core.forms.schema import Form
from .records import RecordWriter, _told

SERVER_COLUMNS = ("status", "version", "case_no", "return_reason")


@dataclass(frozen=True)
class ServerRecord:
    """`body`: {field or server column: value} with "geometry" as WKB bytes or None; what it lacks keeps its value."""

    id: str
    version: Optional[int]
    body: dict[str, Any]

    def base(self) -> dict[str, Any]:
        """The merge base that it becomes: geometry as hexadecimal WKB."""
        row = {k: v.hex() if isinstance(v, bytes) else v for k, v in self.body.items()}
        return {"case_no": None, **row}  # by which a base of the platform's own is known from one of ours

    def row(self) -> dict[str, Any]:
        """As a ServerWriter takes it."""
        return {**self.body, "version": self.version, "id": self.id}


class ServerWriter(RecordWriter):
    """A RecordWriter that writes the server's columns too and may change what is locked for people."""

    def __init__(self, database: Any, audit: Any, form: Form, county: str) -> None:
        super().__init__(database, audit, form, county)

    def _clean(self, row: dict[str, Any]) -> dict[str, Any]:
        values: dict[str, Any] = super()._clean(row)
        values.update({name: row[name] for name in SERVER_COLUMNS if name in row})
        return values

    def _add(self, row: dict[str, Any], values: dict[str, Any], period: Optional[str], actor: str) -> None:
        county = str(values.get(self._form.rollup.get("division")) or self._county)[:6]
        whole = {"id": row["id"], "county": county, "period": period, "status": "draft", "filler": actor}
        whole.update(edition=self._form.edition, created_at=self._now, updated_at=self._now, updated_by=actor)
        whole.update(values)
        told = _told({k: v for k, v in whole.items() if v is not None})
        self._new.append(([whole.get(c) for c in self._columns], (row["id"], None, told)))
        self._count(0, row["id"], values)

    def _change(self, old: dict[str, Any], values: dict[str, Any], period: Optional[str], actor: str) -> None:
        if self._form.period and period is not None:
            values = {**values, "period": period}
        changed = {key: value for key, value in values.items() if old[key] != value}
        if not changed:
            self._count(2, old["id"], {})
            return
        changed.update({k: v for k, v in (("edition", self._form.edition), ("updated_by", actor)) if old[k] != v})
        before = {key: old[key] for key in changed}
        self._changes.append(({**changed, "updated_at": self._now}, (old["id"], _told(before), _told(changed))))
        self._count(1, old["id"], changed)


def server_rows(records: Iterable[ServerRecord]) -> Iterable[dict[str, Any]]:
    """Rows for a ServerWriter."""
    return (record.row() for record in records)

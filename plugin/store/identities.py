"""Which record of a form is about a thing: the one place where keys are looked up."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Optional

from ..core.forms.identity import PERIOD, subject_key
from ..core.forms.schema import Form
from .database import Database, quoted
from .record_table import SUBJECT, identity_sql


@dataclass(frozen=True)
class Identity:
    """What a record is about; `subject` None while its key is not complete."""

    subject: Optional[str]
    period: Optional[str] = None


class Identities:
    """Looks records of one form up by their keys."""

    def __init__(self, database: Database, form: Form):
        self._db, self._form = database, form
        self._with_period = PERIOD in form.key
        marks = "(?, ?)" if self._with_period else "?"
        columns = f"({identity_sql(form)})" if self._with_period else SUBJECT
        self._find = f"SELECT id FROM {quoted(form.id)} WHERE {columns} = {marks}"  # noqa: S608 - checked identifiers

    def of(self, values: Mapping[str, Any]) -> Identity:
        """The Identity that values of a record give."""
        return Identity(subject_key(self._form, values), self._form.period_of(values))

    def holder(self, identity: Identity) -> Optional[str]:
        """Id of the record of an Identity; None where there is none or the key is not complete."""
        if identity.subject is None:
            return None
        return self._db.value(
            self._find, (identity.subject, identity.period or "") if self._with_period else (identity.subject,)
        )

    def earlier(self, identity: Identity) -> Optional[str]:
        """Id of the record of the same thing in the latest earlier period."""
        if identity.subject is None or not identity.period or not self._with_period:
            return None
        sql = (
            f"SELECT id FROM {quoted(self._form.id)} WHERE {SUBJECT} = ? AND ifnull(period, '') < ?"  # noqa: S608
            " AND period IS NOT NULL ORDER BY period DESC LIMIT 1"
        )
        return self._db.value(sql, (identity.subject, identity.period))

    def doubles(self) -> Iterator[str]:
        """Ids of records whose complete key another record holds."""
        names = [name for name in dict.fromkeys([*self._form.key, *self._form.key_else.values()]) if name != PERIOD]
        columns = ", ".join(map(quoted, names))
        sql = f"SELECT id, {columns} FROM {quoted(self._form.id)} WHERE {SUBJECT} IS NULL ORDER BY fid"  # noqa: S608
        for record, *values in self._db.rows(sql):
            if subject_key(self._form, dict(zip(names, values))) is not None:
                yield record

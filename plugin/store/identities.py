"""Which record of a form is about a thing: the one place where keys are looked up."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
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

    def holders(self) -> "Holders":
        """Many look-ups in one go, while nobody else writes."""
        return Holders(self)

    def all_holders(self) -> dict[tuple[Any, ...], Optional[str]]:
        """{plain(Identity): id} of every record whose key is complete."""
        return self._holders(f"{SUBJECT} IS NOT NULL", ())

    def holders_of(self, subjects: Sequence[str]) -> dict[tuple[Any, ...], Optional[str]]:
        """{plain(Identity): id} of the records about some subjects, of all periods."""
        return self._holders(f"{SUBJECT} IN ({', '.join('?' * len(subjects))})", subjects)

    def _holders(self, where: str, parameters: Sequence[str]) -> dict[tuple[Any, ...], Optional[str]]:
        period = "ifnull(period, '')" if self._with_period else "''"
        sql = f"SELECT {SUBJECT}, {period}, id FROM {quoted(self._form.id)} WHERE {where}"  # noqa: S608 - checked names
        return {(subject, period): record for subject, period, record in self._db.rows(sql, parameters)}

    def plain(self, identity: Identity) -> tuple[Any, ...]:
        """What two records may not share, as one value."""
        return identity.subject, (identity.period or "") if self._with_period else ""

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


class Holders:
    """Identities.holder for many records: those that are expected are looked up in one go; of others all keys are read
    at once after some questions, and kept."""

    _ASKED = 200
    _AT_ONCE = 500

    def __init__(self, identities: Identities):
        self._identities, self._left, self._all = identities, self._ASKED, False
        self._known: dict[tuple[Any, ...], Optional[str]] = {}
        self._expected: set[tuple[Any, ...]] = set()

    def expect(self, identities: Iterable[Identity]) -> None:
        """These will be asked for."""
        subjects = []
        for identity in identities:
            if identity.subject is not None:
                subjects.append(identity.subject)
                self._expected.add(self._identities.plain(identity))
        for start in range(0, len(subjects), self._AT_ONCE):
            self._known.update(self._identities.holders_of(subjects[start : start + self._AT_ONCE]))

    def holder(self, identity: Identity) -> Optional[str]:
        """Id of the record of an Identity; None where there is none or the key is not complete."""
        if identity.subject is None:
            return None
        plain = self._identities.plain(identity)
        if not self._all and plain not in self._expected:
            self._left -= 1
            if self._left >= 0:
                return self._identities.holder(identity)
            self._known, self._all = self._identities.all_holders(), True
        return self._known.get(plain)

    def plain(self, identity: Identity) -> tuple[Any, ...]:
        """What two records may not share, as one value."""
        return self._identities.plain(identity)

    def note(self, identity: Identity, record: str) -> None:
        """A record was made, or is about something else now."""
        if identity.subject is not None:
            self._put(self._identities.plain(identity), record)

    def forget(self, subject: Optional[str], period: Optional[str]) -> None:
        """No record is about this any more."""
        if subject is not None:
            self._put(self._identities.plain(Identity(subject, period)), None)

    def _put(self, plain: tuple[Any, ...], record: Optional[str]) -> None:
        if self._all or plain in self._expected:
            self._known[plain] = record

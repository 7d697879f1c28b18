"""Reading records: filters, search and order as parameterised SQL over checked column names."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Optional, Union

from ..core.errors import InputError
from ..core.forms.schema import Form
from .database import Database, quoted
from .record_table import SYSTEM_COLUMNS, columns_of
from .records import as_dict

Where = Union[Mapping[str, Any], Iterable[tuple[str, str, Any]], None]

_OPERATORS = {"=", "<>", "<", "<=", ">", ">=", "like"}
_TEXT_KINDS = ("text", "choice", "date", "reference")


class RecordQuery:
    """Queries on one form's table.

    `where`: {column: value} or [(column, operator, value)]; a value None asks for empty, a list for any of its values.
    `search`: text found anywhere in the text fields. `order`: column, or "-column" for descending.
    """

    def __init__(self, database: Database, form: Form) -> None:
        self._db, self._form = database, form
        self._geometry = ("geom",) if form.geometry != "none" else ()
        self._columns = (*SYSTEM_COLUMNS, *form.keys)
        self._files = tuple(f.key for f in form.fields if f.value_type == "files")
        self._present = frozenset(columns_of(database, form.id)) if database.read_only else None

    def rows(
        self,
        where: Where = None,
        order: Optional[str] = None,
        limit: Optional[int] = None,
        search: str = "",
    ) -> Iterator[dict[str, Any]]:
        """Iterate over records as dicts of system columns, fields and "geometry" (WKB)."""
        columns = (*self._columns, *self._geometry)
        condition, parameters = self._condition(where, search)
        source = f"{quoted(self._form.id)}{condition} ORDER BY {self._order(order)}"
        sql = f"SELECT {self._names(columns)} FROM {source} LIMIT ?"  # noqa: S608 - checked identifiers
        for row in self._db.rows(sql, (*parameters, -1 if limit is None else limit)):
            yield as_dict(columns, row, self._files)

    def count(self, where: Where = None, search: str = "") -> int:
        """Number of records that rows() would give without limit."""
        condition, parameters = self._condition(where, search)
        return self._db.value(f"SELECT count(*) FROM {quoted(self._form.id)}{condition}", parameters)  # noqa: S608 - checked identifiers

    def ids(self, where: Where = None, order: Optional[str] = None, search: str = "") -> list[str]:
        """Ids in order, for a list that fetches its pages as they are scrolled to."""
        condition, parameters = self._condition(where, search)
        sql = f"SELECT id FROM {quoted(self._form.id)}{condition} ORDER BY {self._order(order)}"  # noqa: S608 - checked identifiers
        return [row[0] for row in self._db.rows(sql, parameters)]

    def _names(self, columns: Iterable[str]) -> str:
        return ", ".join(map(self._name, columns))

    def _name(self, column: str) -> str:
        """A column as SQL; one that a workspace opened for reading has not got yet is empty."""
        missing = self._present is not None and column not in self._present
        return f"NULL AS {quoted(column)}" if missing else quoted(column)

    def _column(self, name: str) -> str:
        if name not in self._columns:
            raise InputError("store_column_unknown", form=self._form.id, column=name)
        return "NULL" if self._present is not None and name not in self._present else quoted(name)

    def _order(self, order: Optional[str]) -> str:
        if not order:
            return "fid"
        return f"{self._column(order.lstrip('-'))}{' DESC' if order.startswith('-') else ''}, fid"

    def _condition(self, where: Where, search: str) -> tuple[str, list[Any]]:
        items = [(k, "=", v) for k, v in where.items()] if isinstance(where, dict) else list(where or ())
        parts, parameters = [], []
        for name, operator, value in items:
            part, more = self._part(name, operator.lower(), value)
            parts.append(part)
            parameters.extend(more)
        for word in search.split():
            pattern = "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
            fields = [f.key for f in self._form.fields if f.kind in _TEXT_KINDS]
            parts.append("(" + " OR ".join(f"{self._column(key)} LIKE ? ESCAPE '\\'" for key in fields) + ")")
            parameters.extend([pattern] * len(fields))
        return (" WHERE " + " AND ".join(parts) if parts else ""), parameters

    def _part(self, name: str, operator: str, value: Any) -> tuple[str, list[Any]]:
        column = self._column(name)
        if operator not in _OPERATORS:
            raise InputError("store_column_unknown", form=self._form.id, column=operator)
        if value is None:
            return f"({column} IS {'NOT ' if operator == '<>' else ''}NULL)", []
        if isinstance(value, (list, tuple, set)):
            values = list(value)
            return f"{column} {'NOT ' if operator == '<>' else ''}IN ({', '.join('?' * len(values))})", values
        return f"{column} {operator} ?", [value]

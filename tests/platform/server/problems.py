"""Every failure as a problem document (RFC 9457), whoever found it."""

import json
from http import HTTPStatus

import psycopg
from flask import Response
from psycopg_pool import PoolTimeout

TYPES = "https://onemap.example/problems/"


class Problem(Exception):
    """An answer other than success."""

    def __init__(self, code, kind, detail="", headers=None, **members):
        super().__init__(detail)
        self.code, self.kind, self.detail, self.headers, self.members = code, kind, detail, headers or {}, members

    def document(self):
        # a problem "locked-by-status" says in `status` what locks, as the contract has it: there the code stands in the status line only
        return {
            "type": TYPES + self.kind,
            "title": HTTPStatus(self.code).phrase,
            "status": self.code,
            "detail": self.detail,
            **self.members,
        }

    def response(self):
        body = json.dumps(self.document(), ensure_ascii=False)
        return Response(body, self.code, self.headers, content_type="application/problem+json")


def busy(detail):
    return Problem(503, "unavailable", detail, {"Retry-After": "1"})


def from_database(error):
    """The problem that an error of the database means."""
    state = error.sqlstate or "" if isinstance(error, psycopg.Error) else ""
    if state:
        diag = error.diag
        found = _known(
            state, diag.message_primary, diag.message_hint, diag.message_detail, diag.constraint_name, diag.column_name
        )
        if found:
            return found
    if isinstance(error, (psycopg.OperationalError, PoolTimeout)):  # down, starting, deadlock, serialisation
        return busy("The database does not answer")
    raise error


def of_fields(state, *fields):
    """The problem of an error that a function of the database caught and reports by its fields."""
    return _known(state, *fields) or busy("The database does not answer")


def _known(state, message, hint, detail, constraint, column):
    if state.startswith("PT"):
        return Problem(int(state[2:]), hint, message, **json.loads(detail or "{}"))
    if state == "42501":
        return Problem(403, "forbidden", "Not allowed for this county or role")
    if state in ("23502", "23503", "23505", "23514"):
        fields = [column] if column else []
        return Problem(422, "invalid", message, constraint=constraint, column=column, fields=fields)
    return Problem(400, "malformed", message) if state.startswith("22") else None

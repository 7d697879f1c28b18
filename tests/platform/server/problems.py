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

    def response(self):
        # a problem "locked-by-status" says in `status` what locks, as the contract has it: there the code stands in the status line only
        body = {
            "type": TYPES + self.kind,
            "title": HTTPStatus(self.code).phrase,
            "status": self.code,
            "detail": self.detail,
            **self.members,
        }
        return Response(
            json.dumps(body, ensure_ascii=False), self.code, self.headers, content_type="application/problem+json"
        )


def busy(detail):
    return Problem(503, "unavailable", detail, {"Retry-After": "1"})


def from_database(error):
    """The problem that an error of the database means."""
    state = error.sqlstate or "" if isinstance(error, psycopg.Error) else ""
    if state.startswith("PT"):
        return Problem(
            int(state[2:]),
            error.diag.message_hint,
            error.diag.message_primary,
            **json.loads(error.diag.message_detail or "{}"),
        )
    if state == "42501":
        return Problem(403, "forbidden", "Not allowed for this county or role")
    if state in ("23502", "23503", "23505", "23514"):
        column = error.diag.column_name
        return Problem(
            422,
            "invalid",
            error.diag.message_primary,
            constraint=error.diag.constraint_name,
            column=column,
            fields=[column] if column else [],
        )
    if state.startswith("22"):
        return Problem(400, "malformed", error.diag.message_primary)
    if isinstance(error, (psycopg.OperationalError, PoolTimeout)):  # down, starting, deadlock, serialisation
        return busy("The database does not answer")
    raise error

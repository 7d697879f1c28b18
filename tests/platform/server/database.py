"""Connections, each request in one transaction under its caller's role and county."""

import os
import re
from contextlib import contextmanager

import psycopg
from flask import request
from psycopg_pool import ConnectionPool, PoolTimeout

from .problems import from_database

HEAD = re.compile(r"onemap-audit \S{1,80} \d{1,15} [0-9a-f]{64} [0-9TZ:.+-]{1,40}")
_pool = None


def pool():
    """The pool of this process (made after the fork)."""
    global _pool
    if _pool is None:
        _pool = ConnectionPool(
            os.environ["ONEMAP_DSN"],
            min_size=1,
            max_size=12,
            timeout=2,
            reconnect_timeout=1,
            check=ConnectionPool.check_connection,
        )
    return _pool


@contextmanager
def session(who):
    """A cursor in a transaction as `who` (a tokens.Identity); errors of the database become problems."""
    try:
        with pool().connection() as connection, connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('role', %s, true), set_config('app.role', %s, true), set_config('app.county', %s, true),"
                " set_config('app.actor', %s, true), set_config('app.base_url', %s, true)",
                ("onemap_" + who.role, who.role, who.county, who.subject, os.environ["ONEMAP_URL"]),
            )
            line = request.headers.get("Audit-Head", "")
            if HEAD.fullmatch(line) and request.method != "GET":
                cursor.execute("SELECT api.keep_head(%s)", (line,))
            yield cursor
    except (psycopg.Error, PoolTimeout) as error:
        raise from_database(error) from error

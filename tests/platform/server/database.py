"""Connections, each request in one transaction under its caller's role and county."""

import os
from contextlib import contextmanager

import psycopg
from psycopg_pool import ConnectionPool, PoolTimeout

from .problems import from_database

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
            yield cursor
    except (psycopg.Error, PoolTimeout) as error:
        raise from_database(error) from error

"""Read-only connections to a PostgreSQL server, whose running statement a cancel stops within a tenth of a second."""

import selectors
import threading
import time
from typing import Any, Optional

from qgis.core import QgsCredentials

from ...core.errors import Cancelled, InputError
from ...core.threads import Feedback, raise_if_cancelled

_CONNECT_SECONDS = 30.0
_HEARD_SECONDS = 0.1
# one thread a chunk asks at once: a statement that spread over more processes would only take them from the others
_BEGIN = """BEGIN TRANSACTION READ ONLY; SET LOCAL jit = off; SET LOCAL max_parallel_workers_per_gather = 0;
SET LOCAL client_min_messages = error; SET LOCAL work_mem = '64MB'"""


class GeometryRefused(InputError):
    """The server could not compute with some geometry; its features can still be fetched and looked at here."""


class Server:
    """Runs statements for one layer from any thread, each on a connection of its own.

    Errors of the server become InputError with the layer's name and the server's words, without user name and password.
    """

    def __init__(self, layer, uri):
        self._layer, self._conninfo, self._realm = layer, uri.connectionInfo(True), uri.connectionInfo(False)
        self._idle, self._lock = [], threading.Lock()

    def rows(self, statement: Any, values: Any = None, feedback: Optional[Feedback] = None) -> Any:
        """All rows of a statement (text or psycopg2.sql) with its values.

        Raises InputError, GeometryRefused, Cancelled.
        """
        psycopg2, connection = driver(), None
        try:
            connection = self._take() or self._connect(psycopg2, feedback)
            _execute(psycopg2, connection, _BEGIN, None, feedback)
            rows = _execute(psycopg2, connection, statement, values, feedback).fetchall()
            _execute(psycopg2, connection, "COMMIT", None, feedback)
        except psycopg2.Error as error:
            _close(connection)
            kind = GeometryRefused if isinstance(error, psycopg2.InternalError) else InputError
            raise kind(
                "layer_error", layer=self._layer, error=self._reason(psycopg2, error)
            ) from None  # its context holds secrets
        except Cancelled:
            _stop(psycopg2, connection)
            raise
        with self._lock:
            self._idle.append(connection)
        return rows

    def close(self) -> None:
        """Close what is not in use; the next statement connects again."""
        with self._lock:
            connections, self._idle = self._idle, []
        for connection in connections:
            connection.close()

    def _take(self):
        with self._lock:
            return self._idle.pop() if self._idle else None

    def _connect(self, psycopg2, feedback):
        try:
            return _connection(psycopg2, self._conninfo, feedback)
        except psycopg2.OperationalError as error:
            if "no password supplied" not in str(error):
                raise
            self._conninfo = _with_password(psycopg2, self._conninfo, self._realm)
        return _connection(psycopg2, self._conninfo, feedback)

    def _reason(self, psycopg2, error):
        return said_by_server(psycopg2, self._conninfo, error)


def said_by_server(psycopg2: Any, conninfo: str, error: Any) -> str:
    """What the server said, in one line, secrets out."""
    message = getattr(error.diag, "message_primary", None) or str(error)
    try:
        secrets = psycopg2.extensions.parse_dsn(conninfo)
    except psycopg2.Error:
        return "connection settings cannot be parsed"
    if secrets.get("password"):
        message = message.replace(secrets["password"], "***")
    if secrets.get("user"):
        message = message.replace(f'"{secrets["user"]}"', '"***"')
    return " ".join(message.split())


def driver() -> Any:
    """The psycopg2 module; raises InputError where it is missing."""
    try:
        import psycopg2
        import psycopg2.extensions
        import psycopg2.sql
    except ImportError as error:
        raise InputError("postgis_driver_missing", layer="", error=str(error)) from error
    return psycopg2


def _connection(psycopg2, conninfo, feedback):
    # asynchronous, so that waiting can look at the feedback; libpq keeps no time limit of its own then
    connection = psycopg2.connect(conninfo, client_encoding="UTF8", async_=True)
    try:
        _wait(psycopg2, connection, feedback, time.monotonic() + _CONNECT_SECONDS)
    except (Cancelled, psycopg2.Error):
        connection.close()
        raise
    return connection


def _with_password(psycopg2, conninfo, realm):
    """Connection settings with the user name and password that QGIS was given for the layer, or asks for."""
    known, user, password = QgsCredentials.instance().get(realm, "", "")
    if not known:
        return conninfo
    QgsCredentials.instance().put(realm, user, password)  # getting takes them away
    return psycopg2.extensions.make_dsn(conninfo, user=user, password=password)


def _execute(psycopg2, connection, statement, values, feedback):
    cursor = connection.cursor()
    cursor.execute(statement, values or ())  # with values, and only then, a doubled % in a name is taken for one
    _wait(psycopg2, connection, feedback)
    return cursor


def _wait(psycopg2, connection, feedback, deadline=None):
    """Until the connection has done what it was asked; raises Cancelled, psycopg2.Error."""
    events = {
        psycopg2.extensions.POLL_READ: selectors.EVENT_READ,
        psycopg2.extensions.POLL_WRITE: selectors.EVENT_WRITE,
    }
    while True:
        state = connection.poll()
        if state == psycopg2.extensions.POLL_OK:
            return
        with selectors.DefaultSelector() as selector:
            selector.register(connection, events[state])
            selector.select(_HEARD_SECONDS)
        raise_if_cancelled(feedback)
        if deadline and time.monotonic() > deadline:
            raise psycopg2.OperationalError(f"no answer within {_CONNECT_SECONDS:.0f} s")


def _stop(psycopg2, connection):
    """Make the server give up what it does for a connection, then close it."""
    if connection is not None:
        try:
            connection.cancel()
        except psycopg2.Error:
            pass  # the connection is gone, and with it what it did
        connection.close()


def _close(connection):
    if connection is not None:
        connection.close()

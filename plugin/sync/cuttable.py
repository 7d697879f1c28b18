"""Connections that can be cut from another thread, so that a user who stops a run does not wait for a platform
that says nothing.
"""

import socket
import ssl
import threading
from typing import Any, Optional
from weakref import WeakSet

import requests
from requests.adapters import HTTPAdapter

from .options import Pace
from .pace import PacedResponse


class CuttableAdapter(HTTPAdapter):
    """A requests adapter with `cut()`: every request under way ends at once, as if the line had broken.

    `context`: the SSLContext that shows a client certificate, None for none. `pace`: slower answers end too.
    """

    def __init__(self, context: Optional[ssl.SSLContext] = None, **options: Any) -> None:
        self._context, self.pace, self._is_cut = context, Pace(), False
        self._connections: WeakSet[Any] = WeakSet()
        self._guard = threading.Lock()
        super().__init__(**options)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """As HTTPAdapter, with connections that are watched."""
        super().init_poolmanager(*args, **{**options, **self._shown()})
        self._watch(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        """As HTTPAdapter, likewise."""
        known = proxy in self.proxy_manager
        manager = super().proxy_manager_for(proxy, **{**options, **self._shown()})
        if not known:
            self._watch(manager)
        return manager

    def _shown(self) -> dict[str, Any]:
        return {} if self._context is None else {"ssl_context": self._context}

    def _watch(self, manager: Any) -> None:
        kinds = manager.pool_classes_by_scheme
        manager.pool_classes_by_scheme = {scheme: self._watched(kind) for scheme, kind in kinds.items()}

    def _watched(self, pool: Any) -> Any:
        adapter = self

        class Connection(pool.ConnectionCls):
            def response_class(self, sock: Any, *options: Any, **named: Any) -> PacedResponse:
                return PacedResponse(sock, adapter.pace, *options, **named)

            def connect(self) -> None:
                super().connect()
                with adapter._guard:
                    adapter._connections.add(self)
                    if adapter._is_cut:  # while this one was being made
                        raise ConnectionAbortedError

        return type(pool.__name__, (pool,), {"ConnectionCls": Connection})

    def mend(self) -> None:
        """Another run begins."""
        self._is_cut = False

    def cut(self) -> None:
        """End what is under way, and what was about to be; the requests raise ConnectionError until `mend`."""
        with self._guard:
            self._is_cut = True
            connections = list(self._connections)
        for connection in connections:
            line = getattr(connection, "sock", None)
            if isinstance(line, socket.socket):
                try:
                    socket.socket.shutdown(
                        line, socket.SHUT_RDWR
                    )  # not the method of a TLS socket, which another thread is reading
                except OSError:  # it ended by itself
                    continue


def paced(session: requests.Session, pace: Pace) -> requests.Session:
    """A session whose answers must keep a pace. Its plain adapters are replaced by ones that can be cut."""
    for prefix, adapter in list(session.adapters.items()):
        if type(adapter) is HTTPAdapter:
            session.adapters[prefix] = adapter = CuttableAdapter(max_retries=adapter.max_retries)
        if isinstance(adapter, CuttableAdapter):
            adapter.pace = pace
            adapter.mend()
    return session

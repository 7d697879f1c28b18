"""The outbox goes out: many records at a time, each exactly once whatever breaks in between."""

import threading
import time
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Optional

from ..core.errors import Cancelled
from ..store.outbox import WAITING, Operation, OutboxEntry, OutboxState
from ..store.workspace import Workspace
from .bulk import BulkExchange
from .doubtful import is_doubtful, looked_up
from .errors import BusyError, ContractError, ForeignHostError, LoginError, MovedError, PlatformError, UnreachableError
from .options import RunOptions
from .outgoing import Requests
from .report import Report
from .settle import Accepted, Answer, Failed, Remote, Settler
from .transport import Transport
from .wire import feature_of, remote_item, version_of

BATCH = 100  # entries between two commits: what a kill in between leaves open is sent again under the same key
_DOWN = 4  # records in a row that meet a server error: then the platform is down, not the record bad
BULK = "conf/bulk"  # a platform that announces this takes feature collections with an answer for each item
AUDIT_HEAD = "conf/audit-head"  # one that announces this keeps the head of the county's audit chain that comes with it
HEAD_HEADER = "Audit-Head"
_UnderWay = list[tuple[list[OutboxEntry], "Future[list[Answer]]"]]
_ENDS = (Cancelled, LoginError, UnreachableError, ForeignHostError, MovedError, BusyError)  # what ends a run
_GONE = (404, 410)


class Health:
    """How the platform does, shared by the workers of a run."""

    def __init__(self) -> None:
        self._lock, self._failures = threading.Lock(), 0
        self._trouble: Optional[Exception] = None
        self.busy: Optional[BusyError] = None  # what the platform asked for: the workers that come after ask nothing

    def note(self, error: Optional[Exception]) -> None:
        """One try ended: well (None), or with an error that may pass."""
        with self._lock:
            self._failures = self._failures + 1 if error is not None else 0
            self._trouble = error

    @property
    def trouble(self) -> Optional[Exception]:
        """The last error that may pass; None after a try that went well."""
        with self._lock:
            return self._trouble

    @property
    def down(self) -> bool:
        """Whether so many tries failed in a row that the platform is taken for down."""
        with self._lock:
            return self._failures >= _DOWN


class Pusher:
    """Sends the outbox of one workspace."""

    def __init__(
        self,
        workspace: Workspace,
        transport: Transport,
        actor: str,
        report: Optional[Report] = None,
        options: Optional[RunOptions] = None,
    ) -> None:
        options = options or RunOptions()
        self._ws, self._http, self._workers = workspace, transport, options.workers
        self._progress = options.progress or (lambda done, total: None)
        self.report = report or Report()
        self.settler = Settler(workspace, actor, self.report)
        self.requests = Requests(workspace, self.settler)
        self._health, self.bulk = Health(), False
        self.head: dict[str, str] = {}  # goes with every request until one was taken
        self._bulk = BulkExchange(transport, self)
        self._fatal: Optional[Exception] = None  # what ends the run
        self._found: set[str] = set()  # collections that are where they are asked for

    @property
    def counts(self) -> "Counter[str]":
        """Counter(done, conflict, rejected, merged)."""
        return self.report.counts

    def run(self) -> "Counter[str]":
        """Send what can be sent; what is left waits in the outbox.

        Raises Cancelled, LoginError, UnreachableError; what was answered until then is committed.
        """
        with ThreadPoolExecutor(self._workers) as pool:
            while True:
                eligible, before = self._eligible(), Counter(self.counts)
                self._send_all(pool, eligible)
                trouble = self._fatal or self._health.trouble
                if self._fatal or isinstance(trouble, UnreachableError):
                    assert trouble is not None  # noqa: S101 - for the type checker
                    raise trouble
                if not eligible or self.counts == before:
                    return self.counts

    def _send_all(self, pool: ThreadPoolExecutor, keys: list[str]) -> None:
        """Two batches are under way at a time: while the answers of one are written down, the requests of the
        next go out.
        """
        batches = [keys[start : start + BATCH] for start in range(0, len(keys), BATCH)]
        under_way: _UnderWay = []
        left = len(keys)
        for batch in [*batches, []]:
            following = self._start(pool, batch) if self._fatal is None else []
            if under_way:
                self._finish(under_way)
            left -= sum(len(entries) for entries, _ in under_way)
            self._progress(self.counts["done"], self.counts["done"] + left)
            under_way = following

    def _eligible(self) -> list[str]:
        """Keys that may go now: the first open entry of each item, unless what it depends on is still open."""
        queue = [line for line in self._ws.outbox.queue() if line.state is not OutboxState.DONE]
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        # a rejected entry stands in nobody's way when the same record was corrected and queued again
        superseded = {(x.collection, x.item): x.seq for x in queue if x.state in WAITING}
        open_items = {x.item for x in queue}
        seen: set[tuple[str, str]] = set()
        keys = []
        for line in queue:
            identity = (line.collection, line.item)
            if line.state is OutboxState.REJECTED and superseded.get(identity, -1) > line.seq:
                continue
            first = identity not in seen
            seen.add(identity)
            later = line.next_try and line.next_try > now
            depends = line.depends_on and line.depends_on in open_items
            if first and line.state in WAITING and not later and not depends:
                keys.append(line.key)
        return keys

    def _start(self, pool: ThreadPoolExecutor, keys: list[str]) -> _UnderWay:
        entries = self.requests.freeze(keys) if keys else []
        groups: dict[str, list[OutboxEntry]] = {}
        for entry in entries:
            in_bulk = self.bulk and self.requests.shaped(entry).entry.op in (Operation.CREATE, Operation.REPLACE)
            groups.setdefault(entry.collection if in_bulk else entry.key, []).append(entry)
        return [(group, pool.submit(self._exchange_all, group)) for group in groups.values()]

    def _exchange_all(self, entries: list[OutboxEntry]) -> list[Answer]:
        return self._bulk.exchange(entries) if len(entries) > 1 else [self.exchange(entries[0])]

    def _finish(self, under_way: _UnderWay) -> None:
        """Write down the answers of a batch."""
        answers: list[tuple[OutboxEntry, Answer]] = []
        lost: list[tuple[str, str]] = []
        for entries, future in under_way:
            try:
                answers += zip(entries, future.result())
            except _ENDS as error:
                self._fatal = self._fatal or error  # the others of the batch may have their answers: those are kept
                lost += [(entry.key, str(error)) for entry in entries]
        with self._ws.transaction():
            self.settler.settle_all(answers)
            for key, text in lost:
                self._ws.outbox.change(key, state=OutboxState.PENDING, last_error=text)

    def exchange(self, entry: OutboxEntry) -> Answer:
        """Runs in a worker: the request, and on 412 what the platform has now."""
        if self._health.busy is not None:
            raise self._health.busy
        if self._health.down:  # a platform that is down is not asked for every single record
            raise UnreachableError(self._http.base_url, self._health.trouble)
        address = self._http.items(entry.collection, entry.item)
        try:
            request = self.requests.on_line(entry)
            answer = self._http.send(request.method, address, {**request.headers, **self.head}, request.data)
            self._health.note(None)
            self.head = {}
            version = _version(answer)
            return (
                looked_up(self._http, entry, answer) if version is None and is_doubtful(answer) else Accepted(version)
            )
        except ContractError as error:
            return Failed(error)
        except BusyError as error:
            self._health.busy = error
            raise
        except (PlatformError, UnreachableError) as error:
            self._health.note(error if error.retryable else None)
            status = getattr(error, "status", 0)
            if status in _GONE:
                self._demand_collection(entry.collection)
            if status in _GONE and entry.op is not Operation.CREATE:  # a change of it is for somebody to decide
                return Accepted(None) if entry.op is Operation.DELETE else Remote(None)
            if status != 412:
                return Failed(error)
        return self.now_there(entry.collection, address)

    def _demand_collection(self, collection: str) -> None:
        """That an item is gone is told by its collection only: raises MovedError where that is not there itself."""
        if collection in self._found:
            return
        try:
            self._http.get_json(self._http.items(collection), {"limit": 1})
        except PlatformError as error:
            if error.status in _GONE:
                raise MovedError(error.status, error.problem) from error
        except ContractError:
            pass  # something answers there
        self._found.add(collection)

    def now_there(self, collection: str, address: str) -> Answer:
        """What the platform has of an item that is another version than we knew."""
        try:
            body, headers = self._http.get_json(address)
            return Remote(remote_item(collection, feature_of(body, collection), headers.get("ETag")))
        except (ContractError, PlatformError) as error:
            return Remote(None) if getattr(error, "status", 0) in (404, 410) else Failed(error)


def _version(answer: Any) -> Optional[int]:
    """The version an answer reports; None where its ETag is missing or opaque: the next pull brings it."""
    try:
        return version_of(answer.headers.get("ETag"))
    except ContractError:
        return None

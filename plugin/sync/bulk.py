"""Many records in one request, where the platform announces that it takes feature collections: every item has its own
key and precondition and gets its own answer, so that a repetition counts once and one bad record stops no other.
"""

from typing import TYPE_CHECKING, Optional

from ..store.outbox import Operation, OutboxEntry
from .errors import ContractError, PlatformError
from .settle import Accepted, Answer, Failed, Remote
from .transport import Transport
from .wire import JsonObject, checked_integer, etag, packed_json, parse_object

if TYPE_CHECKING:
    from .push import Pusher

_NOT_TAKEN = (404, 405, 413, 415, 501)  # of the request as a whole: then the records go one by one


class BulkExchange:
    """Sends groups of creates and replacements for a Pusher."""

    def __init__(self, transport: Transport, pusher: "Pusher") -> None:
        self._http, self._pusher = transport, pusher

    def exchange(self, entries: list[OutboxEntry]) -> list[Answer]:
        """Answers in the order of the entries, which are of one collection."""
        features = [self._feature(entry) for entry in entries]
        body = packed_json({"type": "FeatureCollection", "features": features})
        address = self._http.items(entries[0].collection)
        try:
            headers = {"Content-Type": "application/geo+json", **self._pusher.head}
            answer = self._http.send("POST", address, headers, body)
            results = self._results(parse_object(answer.content, address))
            self._pusher.head = {}
        except PlatformError as error:
            if error.status not in _NOT_TAKEN:
                return [Failed(error)] * len(entries)
            self._pusher.bulk = False
            return [self._pusher.exchange(entry) for entry in entries]
        except ContractError as error:
            return [Failed(error)] * len(entries)
        return [self._answer(entry, results.get(entry.key)) for entry in entries]

    def _feature(self, entry: OutboxEntry) -> JsonObject:
        reported = {"key": entry.key}
        if entry.op is Operation.CREATE:
            reported["if_none_match"] = "*"
        else:
            reported["if_match"] = etag(entry.base_version)
        return {**self._pusher.requests.feature(entry), "onemap": reported}

    @staticmethod
    def _results(body: JsonObject) -> dict[str, JsonObject]:
        found = body.get("results")
        if not isinstance(found, list):
            raise ContractError("sync_contract", what="bulk: results")
        return {str(one.get("key")): one for one in found if isinstance(one, dict)}

    def _answer(self, entry: OutboxEntry, result: Optional[JsonObject]) -> Answer:
        try:
            status = checked_integer((result or {}).get("status"), "bulk: status")
            if status < 300:
                reported = (result or {}).get("version")
                return Accepted(None if reported is None else checked_integer(reported, "bulk: version"))
        except ContractError as error:
            return Failed(error)
        if status in (404, 410) and entry.op is not Operation.CREATE:
            return Remote(None)
        if status == 412:
            return self._pusher.now_there(entry.collection, self._http.items(entry.collection, entry.item))
        problem = (result or {}).get("problem")
        return Failed(PlatformError(status, problem if isinstance(problem, dict) else {}))

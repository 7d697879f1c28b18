"""Entries of the outbox as requests: frozen before a byte leaves, the same at every repetition, over the line or in a
courier bag.
"""

from collections.abc import Sequence
from typing import NamedTuple, Optional

from ..core.errors import InputError, OneMapError
from ..store.outbox import Operation, OutboxEntry, OutboxState
from ..store.self_check import SelfCheckRefused
from ..store.workspace import Workspace
from .errors import ContractError
from .masking import BagPolicy, Shaped, shaped
from .settle import Failed, Settler
from .wire import JsonObject, base_of, etag, feature_object, packed_json, patch_of, stored

_METHODS = {
    Operation.CREATE: "PUT",
    Operation.REPLACE: "PUT",
    Operation.UPDATE: "PATCH",
    Operation.DELETE: "DELETE",
}


class WireRequest(NamedTuple):
    """Method, headers and body of a request."""

    method: str
    headers: dict[str, str]
    data: Optional[bytes]


class Requests:
    """The requests of outbox entries, as they go over the line or into a courier bag."""

    def __init__(self, workspace: Workspace, settler: Settler, policy: BagPolicy = BagPolicy.COMPLETE) -> None:
        self._ws, self._settler, self._policy = workspace, settler, policy
        self._forms = {form.id: form for form in workspace.forms()}

    def freeze(self, keys: Sequence[str]) -> list[OutboxEntry]:
        """Mark entries as being sent, before a byte leaves: from here on a repetition is the same request under
        the same key. One that was never tried and does not pass its self-check does not go: it is settled as refused.
        """
        entries, outbox = [], self._ws.outbox
        with self._ws.transaction():
            for entry in outbox.get_many(keys):
                refused = None if entry.attempts else self._refused(entry)
                if refused is not None:
                    self._settler.settle(entry, Failed(refused))
                    continue
                if not entry.attempts:
                    version = outbox.base(entry.collection, entry.item).version
                    operation = entry.op
                    if operation in (Operation.CREATE, Operation.REPLACE):
                        operation = Operation.REPLACE if version else Operation.CREATE
                    entry = entry.but(base_version=version, op=operation)
                entry = entry.but(attempts=entry.attempts + 1, state=OutboxState.SENDING)
                outbox.change(
                    entry.key,
                    state=entry.state,
                    attempts=entry.attempts,
                    base_version=entry.base_version,
                    op=entry.op,
                )
                entries.append(entry)
        return entries

    def _refused(self, entry: OutboxEntry) -> Optional[OneMapError]:
        """Why an entry may not be sent: however it came into the outbox, its body has to pass the self-check."""
        form = self._forms.get(entry.collection)
        if form is None or entry.body is None or entry.op is Operation.UPDATE or not self._ws.self_check.applies(form):
            return None  # an update that waits is a reviewer's return: nobody asks whether what is returned is right
        try:
            values = stored(base_of(entry.body))
            system = {"id": entry.item, "county": entry.body.get("county")}
            self._ws.self_check.demand(form, {**values, **system})
        except (ContractError, SelfCheckRefused) as error:
            return InputError("selfcheck_not_sent", error=error)
        return None

    def shaped(self, entry: OutboxEntry) -> Shaped:
        """What of an entry goes out."""
        return shaped(entry, self._forms.get(entry.collection), self._policy)

    def in_bag(self, entry: OutboxEntry) -> JsonObject:
        """The request of an entry as a courier bag carries it."""
        going = self.shaped(entry)
        data = self._data(going.entry)
        return {
            "key": going.key,
            "method": _METHODS[going.entry.op],
            "collection": entry.collection,
            "item": entry.item,
            "headers": {**self.headers(going.entry), "Idempotency-Key": going.key},
            "body": data.decode("utf-8") if data else None,
            **({"withheld": list(going.withheld)} if going.withheld else {}),
        }

    def on_line(self, entry: OutboxEntry) -> WireRequest:
        """The request of an entry as it goes over the line, the same bytes at every repetition."""
        going = self.shaped(entry).entry
        return WireRequest(_METHODS[going.op], self.headers(going), self._data(going))

    @staticmethod
    def headers(entry: OutboxEntry) -> dict[str, str]:
        """Precondition, idempotency key and media type."""
        kind = "application/merge-patch+json" if entry.op is Operation.UPDATE else "application/geo+json"
        lock = {"If-None-Match": "*"} if entry.op is Operation.CREATE else {"If-Match": etag(entry.base_version)}
        media = {} if entry.op is Operation.DELETE else {"Content-Type": kind}
        return {**lock, "Idempotency-Key": entry.key, **media}

    def _data(self, entry: OutboxEntry) -> Optional[bytes]:
        if entry.op is Operation.DELETE or entry.body is None:
            return None
        if entry.op is Operation.UPDATE:
            return packed_json(patch_of(entry.body))
        return packed_json(feature_object(entry.body, self._forms.get(entry.collection)))

    def feature(self, entry: OutboxEntry) -> JsonObject:
        """The GeoJSON feature of a create or replacement."""
        return feature_object(self.shaped(entry).entry.body or {}, self._forms.get(entry.collection))

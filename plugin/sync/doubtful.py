"""Writes that are answered with success and something in the body that no contract knows: many a platform says "code
500" under HTTP 200. Such an answer proves nothing; what the platform has of the item does.
"""

from typing import Any, Optional

from ..core.errors import OneMapError
from ..store.outbox import Operation, OutboxEntry
from .errors import ContractError, PlatformError
from .merge import same
from .settle import Accepted, Answer, Failed, Remote
from .transport import Transport
from .wire import RemoteItem, base_of, feature_of, parse_object, remote_item

_ACCEPTED = 202  # "I will see to it later"
_GONE = (404, 410)
_SAID = ("msg", "message", "title", "detail", "error", "errmsg", "queued")
_LONGEST = 200


def is_doubtful(answer: Any) -> bool:
    """Whether a positive answer to a write says anything but that it was done."""
    if answer.status_code == _ACCEPTED:
        return True
    if not answer.content.strip():
        return False
    try:
        body = parse_object(answer.content, answer.url)
        return bool(body) and body.get("type") != "Feature"
    except ContractError:
        return True


def looked_up(transport: Transport, entry: OutboxEntry, answer: Any) -> Answer:
    """What became of a write that was answered so: Accepted where the platform shows it, else it is sent again."""
    try:
        there = _there(transport, entry)
    except OneMapError as error:
        if not isinstance(error, (ContractError, PlatformError)):
            raise
        return Failed(ContractError("sync_not_taken", answer=f"{_said(answer)} ({error})"))
    not_taken = Failed(ContractError("sync_not_taken", answer=_said(answer)))
    if there is None:
        return Accepted(None) if entry.op is Operation.DELETE else not_taken
    if entry.op is Operation.CREATE:
        return Accepted(there.version)
    later = there.version > (entry.base_version or 0)
    if entry.op is Operation.REPLACE and later:  # by us or by somebody else: merged as after a reply that was lost
        return Remote(there)
    return Accepted(there.version) if later or _says_it(entry, there) else not_taken


def _there(transport: Transport, entry: OutboxEntry) -> Optional[RemoteItem]:
    try:
        body, headers = transport.get_json(transport.items(entry.collection, entry.item))
    except PlatformError as error:
        if error.status in _GONE:
            return None
        raise
    return remote_item(entry.collection, feature_of(body, entry.collection), headers.get("ETag"), 0)


def _says_it(entry: OutboxEntry, there: RemoteItem) -> bool:
    """Whether an item without a version says what was sent."""
    if there.version or entry.op is not Operation.REPLACE:
        return False
    sent = base_of(entry.body or {})
    shown = {**there.properties, "geometry": there.geometry.hex() if there.geometry else None}
    return all(same(name, shown.get(name), value) for name, value in sent.items())


def _said(answer: Any) -> str:
    """The answer's own words, as far as a person may read them."""
    try:
        body = parse_object(answer.content, answer.url)
    except ContractError:
        return str(answer.text.strip()[:_LONGEST]) or str(answer.status_code)
    found = [str(body[key])[:_LONGEST] for key in _SAID if isinstance(body.get(key), (str, int)) and body[key] != ""]
    return " ".join(found) or str(answer.status_code)

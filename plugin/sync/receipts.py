"""A platform that takes a write now and decides later: it answers with a receipt, and the receipt is asked for until it
holds the answer. A write whose receipt stays open waits in the outbox and is sent again under the same key, upon which
the platform gives the same receipt.
"""

import time
from typing import Callable
from urllib.parse import quote

from ..core.errors import Cancelled
from .errors import ContractError, PlatformError
from .wire import JsonObject, identity

NAMES = ("id", "path", "state", "done", "failed", "result")  # what the `receipt` part of a mapping file says
_REFUSED, _OPEN = 422, 503  # as an HTTP status says it
_ASKS = 12
_LONGEST = 5.0  # seconds between two questions


class Receipts:
    """`names`: see NAMES, empty for a platform that answers at once; `ask(path)`: the parsed answer to a GET."""

    def __init__(
        self, names: dict[str, str], ask: Callable[[str], JsonObject], pause: float, cancelled: Callable[[], bool]
    ) -> None:
        self._names, self._ask, self._pause, self._cancelled = names, ask, pause, cancelled

    def settled(self, answer: JsonObject) -> JsonObject:
        """The answer to a write; where it is a receipt, what the receipt holds in the end. PlatformError where the
        platform refused, or has not decided yet (then a later try can help)."""
        names = self._names
        if not names or names["id"] not in answer:
            return answer
        job = identity(answer[names["id"]], "receipt")
        for number in range(_ASKS):
            self._wait(min(_LONGEST, self._pause * 2**number))
            held = self._ask(f"{names['path'].rstrip('/')}/{quote(job, safe='')}")
            state = str(held.get(names["state"]))[:80]
            if state == names["done"]:
                return self._result(held)
            if state == names["failed"]:
                raise PlatformError(_REFUSED, {"title": str(held.get("message") or state)[:300]})
        raise PlatformError(_OPEN, {"title": f"{job}: {state}"})

    def _result(self, held: JsonObject) -> JsonObject:
        result = held.get(self._names["result"])
        if not isinstance(result, dict):
            raise ContractError("sync_contract", what=f"receipt: {self._names['result']}")
        return result

    def _wait(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if self._cancelled():
                raise Cancelled()
            time.sleep(min(left, 0.1))

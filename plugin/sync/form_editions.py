"""Form schemas that come with the platform's dictionary take the place of older editions."""

import json
from collections.abc import Iterable
from typing import Any

from ..store.editions import Editions
from .report import Log
from .wire import RemoteItem


def install_forms(editions: Editions, items: Iterable[RemoteItem], log: Log) -> None:
    """Install the form schemas among RemoteItems into a workspace's `editions`.

    `log(text)` hears of one that cannot be used.
    """
    for item in items:
        if item.collection == "dictionary" and item.properties.get("kind") == "form_schema":
            body: Any = item.properties.get("body")
            try:
                editions.install(json.loads(body) if isinstance(body, str) else body, "platform")
            except Exception as error:  # noqa: BLE001 - a schema that this version cannot use must not stop the data
                log(f"dictionary {str(item.properties.get('key'))[:80]}: {error}")

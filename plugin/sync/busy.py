"""A platform that asked for an hour is left alone for it: also by the next run, which knows of the first only what the
workspace holds.
"""

import time
from typing import Any

from ..store.workspace import Workspace
from .errors import BusyError

_SETTING = "sync_busy"
_MOST = 3600.0  # seconds: to be told so once an hour is no burden, and a platform may be back before its time


def note(workspace: Workspace, address: str, error: BusyError) -> None:
    """Keep what the platform at an address asked for."""
    since = time.time()
    asked = {"since": since, "until": since + min(error.seconds, _MOST), "status": error.status, "answer": error.answer}
    workspace.set_setting(_SETTING, {**workspace.setting(_SETTING, {}), address: asked})


def demand_free(workspace: Workspace, address: str) -> None:
    """Raise BusyError again while the time lasts that the platform at an address asked for. A clock that was put back
    meanwhile counts for nothing."""
    found: Any = workspace.setting(_SETTING, {}).get(address) or {}
    now, until = time.time(), found.get("until", 0)
    if found.get("since", 0) <= now < until:
        raise BusyError(found["status"], found["answer"], until - now)

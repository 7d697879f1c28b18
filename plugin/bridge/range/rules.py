"""The rules that ranges are checked by: read once, and anew when a rule file or the day changes."""

import threading
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Optional

from ...core.threads import rare_collections
from ...formats.rules.rule_files import BASE
from ..review.preparing import Review
from ..settings import Settings
from .check import RangeRules
from .state import FileStates

_kept: dict[tuple, Review] = {}  # the newest one only
_lock = threading.Lock()


def rules_are_read(settings: Settings) -> bool:
    """Whether `blank_review` answers at once."""
    return _key(settings) in _kept


def blank_review(settings: Settings) -> Review:
    """A Review of today without layers and projects; any thread.

    Reading and testing the rules takes a tenth of a second. Raises CatalogueError.
    """
    key = _key(settings)
    with _lock:
        if key not in _kept:
            with rare_collections():
                review = RangeRules(settings.rule_file).review()
            _kept.clear()
            _kept[key] = review
        review = _kept[key]
    return replace(review, sliver_m2=settings.sliver_m2, cache_mb=settings.cache_mb)


def _key(settings: Settings) -> tuple:
    files = [Path(BASE), *([Path(settings.rule_file)] if settings.rule_file else [])]
    stamps: list[Optional[tuple]] = list(FileStates.of(files).stamps.values())
    return settings.rule_file, tuple(stamps), date.today()

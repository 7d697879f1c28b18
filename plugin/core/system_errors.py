"""What the operating system says of a file or a line, in the language of the message that quotes it: the texts are in
resources/system/errors.json, known by number and by wording.
"""

import errno
import functools
import json
import os
import re
from typing import Any

from ..paths import RESOURCES

_LONGEST = 500  # a text of the system is one line


@functools.lru_cache(maxsize=1)
def _texts() -> dict[str, dict[str, str]]:
    """{wording in any language: {language: text}}."""
    found: dict[str, dict[str, str]] = {}
    for one in json.loads((RESOURCES / "system" / "errors.json").read_text(encoding="utf-8")):
        numbers = [getattr(errno, name) for name in one["errno"] if hasattr(errno, name)]
        wordings = {*one["en"], one["zh"], *map(os.strerror, numbers)}
        found.update({wording: {"en": one["en"][0], "zh": one["zh"]} for wording in wordings})
        found.update({wording: {"en": wording, "zh": one["zh"]} for wording in one["en"]})
    return found


@functools.lru_cache(maxsize=1)
def _numbered() -> "re.Pattern[str]":
    longest_first = sorted(_texts(), key=len, reverse=True)
    return re.compile(rf"\[(?:Errno|WinError) -?\d+\] ({'|'.join(map(re.escape, longest_first))})(?!\w)")


def in_language(value: Any, language: str) -> Any:
    """What the system says, alone, behind its number or before a path, in "en" or "zh"; anything else as it is."""
    if isinstance(value, Exception):
        value = str(value)
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST:
        return value
    known = _texts()
    if value in known:
        return known[value][language]
    if "Error " in value or "[Errno " in value:
        return _numbered().sub(lambda found: known[found[1]][language], value)
    head, colon, rest = value.partition(": ")
    return f"{known[head][language]}{colon}{rest}" if colon and head in known else value

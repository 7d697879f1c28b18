"""JSON files that come from outside: read within bounds, so that no file can fill the memory or end in an error of the
program.
"""

import json
from pathlib import Path
from typing import Any, Union

from .errors import InputError

_LARGEST = 8_000_000  # bytes of a file
_MOST_NODES, _DEEPEST = 400_000, 60


def read_json_object(path: Union[str, Path], largest: int = _LARGEST) -> dict[str, Any]:
    """The object in a JSON file. InputError for a file that cannot be read, is no JSON object, or is larger, deeper or
    fuller than any file of ours."""
    file = Path(path)
    try:
        if file.stat().st_size > largest:
            raise ValueError(f"> {largest // 1000:,} kB")
        content = json.loads(file.read_text(encoding="utf-8-sig"))
        if not isinstance(content, dict):
            raise ValueError(type(content).__name__)
        _demand_bounded(content)
    except (OSError, ValueError, RecursionError) as error:
        raise InputError("json_unusable", file=file.name, error=str(error)[:200]) from error
    return content


def _demand_bounded(content: Any) -> None:
    level, nodes = [content], 0
    for _ in range(_DEEPEST):
        nodes += len(level)
        level = [
            inner
            for value in level
            for inner in (value.values() if isinstance(value, dict) else value if isinstance(value, list) else ())
        ]
        if not level:
            return
        if nodes + len(level) > _MOST_NODES:
            raise ValueError(f"> {_MOST_NODES:,}")
    raise ValueError(f"> {_DEEPEST}")

"""Values from the wire as the columns of a record table hold them, so that what is hashed is what is stored."""

import json
import math
import re
from datetime import date
from typing import Any

from .errors import ContractError

_NUMBER = re.compile(r"[+-]?\d{1,30}(\.\d{1,30})?([eE][+-]?\d{1,3})?")
_MAX_TEXT = 1 << 20
_PLAIN = 1000  # characters up to which a printable text is taken as it is
_INT = 1 << 63


def column_value(kind: str, value: Any, where: str) -> Any:
    """A value as a column of `kind` ("text", "integer", "number", "date", "files") holds it; ContractError where it
    cannot."""
    if value is None or fits_column(kind, value):
        return value
    try:
        return _READERS[kind](value)
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise ContractError("sync_contract", what=f"{where}: {_shown(value)}") from error


def fits_column(kind: str, value: Any) -> bool:
    """Whether a value is at a glance what a column of `kind` holds: nearly all of them are."""
    given = type(value)
    if given is str:
        return kind == "text" and len(value) <= _PLAIN and value.isprintable()
    if given is int:
        return kind == "integer" and -_INT <= value < _INT
    return given is float and kind == "number" and value - value == 0


def plain_text(value: Any, where: str) -> str:
    """A value as text; ContractError for what is none."""
    return str(column_value("text", value, where))


def _shown(value: Any) -> str:
    try:
        return repr(value)[:60]
    except (ValueError, RecursionError):
        return type(value).__name__


def _text(value: Any) -> str:
    if isinstance(value, str):
        text = value
    elif isinstance(value, (bool, int, float, dict, list)):
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True)
    else:
        raise TypeError(value)
    if len(text) > _MAX_TEXT:
        raise ValueError("too long")
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "")


def _integer(value: Any) -> int:
    number = _number(value)
    if not number.is_integer():
        raise ValueError(value)
    integer = value if isinstance(value, int) else int(value) if _digits(value) else int(number)
    if not -_INT <= integer < _INT:
        raise ValueError("too large")
    return integer


def _digits(value: Any) -> bool:
    return isinstance(value, str) and value.strip().lstrip("+-").isdigit()


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise TypeError(value)
    if isinstance(value, str) and not _NUMBER.fullmatch(value.strip()):
        raise ValueError(value)
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(value)
    return number


def _day(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    text = value.strip()
    if re.fullmatch(r"\d{8}", text):
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    return date.fromisoformat(text[:10]).isoformat() if text else ""


def _files(value: Any) -> Any:
    """The list of a record's files: [{"name", "sha256", "bytes"}]."""
    if isinstance(value, str):
        value = json.loads(value) if value else []
    if not isinstance(value, list) or len(value) > 1000:
        raise TypeError(value)
    return [_file(one) for one in value] or None


def _file(value: Any) -> dict[str, Any]:
    digest = str(value["sha256"]).lower() if isinstance(value, dict) and "sha256" in value else ""
    if not re.fullmatch(r"[0-9a-f]{64}", digest):
        raise ValueError(value)
    return {
        "name": _text(str(value.get("name") or ""))[:200],
        "sha256": digest,
        "bytes": _integer(value.get("bytes", 0)),
    }


_READERS = {"text": _text, "integer": _integer, "number": _number, "date": _day, "files": _files}

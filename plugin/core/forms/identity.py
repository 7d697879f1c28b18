"""The identity of a record: what its key says, blanks, full-width forms and invisible characters left aside."""

import functools
import hashlib
import json
import unicodedata
from collections.abc import Mapping
from typing import Any, Optional

from .schema import Form
from .unseen import UNSEEN

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_BETWEEN = "\x1f"
PERIOD = "period"


@functools.lru_cache(maxsize=65536)
def normal_text(value: str) -> str:
    """Text as keys are compared: no blanks of any kind, nothing invisible, full-width forms narrowed, lower case.

    Signs that only look alike (① and 1) stay apart: they may name two things.
    """
    if value.isascii() and value.isalnum():
        return value.lower()
    return UNSEEN.sub("", unicodedata.normalize("NFC", value).translate(_WIDE)).lower()


def subject_key(form: Form, values: Mapping[str, Any]) -> Optional[str]:
    """What a record is about, its period left out, as one text; None while a required part of the key is missing.

    A part that the form lets another one stand in for (`x-key-else`: a plan without a name goes by its division's
    name) takes that one's value.
    """
    parts = []
    for name in form.key:
        if name == PERIOD:
            continue
        value = values.get(name)
        if value in (None, "") and name in form.key_else:
            value = values.get(form.key_else[name])
        if value is None or value == "":
            if form.field(name).required:
                return None
            parts.append("")
        else:
            parts.append(normal_text(value if type(value) is str else str(value)))
    return _BETWEEN.join(parts) if any(parts) else None


def record_title(form: Form, values: Mapping[str, Any]) -> str:
    """The key of a record in words, for messages: its given parts, codes as they are shown."""
    names = [name for name in form.key if name != PERIOD]
    names += [other for name, other in form.key_else.items() if values.get(name) in (None, "")]
    terms = [str(form.field(name).label(values[name])) for name in names if values.get(name) not in (None, "")]
    period = values.get(PERIOD) or form.period_of(values)
    return " ".join([*dict.fromkeys(terms), *([period] if period and PERIOD in form.key else [])])


def content_hash(form: Form, values: Mapping[str, Any]) -> str:
    """A hash of what a record's fields hold, the same whether they come from the workspace or back from a workbook."""
    reported = [_comparable(field.value_type, values.get(field.key)) for field in form.fields]
    text = json.dumps(reported, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:20]


def _comparable(kind: str, value: Any) -> Any:
    if value in (None, "", []):
        return None
    return _fifteen(value) if kind in ("integer", "number") and isinstance(value, (int, float)) else value


def same_value(one: Any, other: Any) -> bool:
    """Equal as values of a field: nothing, empty text and an empty list are the same, and numbers that a spreadsheet
    cannot tell apart: it shows 15 digits, and a program that saves the book may keep no more."""
    one, other = (None if value in ("", []) else value for value in (one, other))
    if isinstance(one, float) or isinstance(other, float):
        numbers = isinstance(one, (int, float)) and isinstance(other, (int, float))
        return numbers and _fifteen(one) == _fifteen(other)
    return one == other


def _fifteen(number: float) -> float:
    return float(f"{number:.15g}")

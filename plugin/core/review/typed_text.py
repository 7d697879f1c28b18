"""Attribute texts as people type them: what a condition compares must not depend on blanks and wide characters."""

from typing import Any

_WIDE = {code: code - 0xFEE0 for first, last in ("０９", "ＡＺ", "ａｚ") for code in range(ord(first), ord(last) + 1)}
_WIDE[ord("－")] = ord("-")
_INVISIBLE = "\ufeff\u200b"


def plain_value(value: Any) -> Any:
    """A text without blanks around it, its digits and letters in half width; any other value as it is."""
    return value.translate(_WIDE).strip().strip(_INVISIBLE).strip() if isinstance(value, str) else value


def compares_plain(expression: str) -> bool:
    """Whether an expression may be asked of plain values: one that itself names wide characters means them."""
    return expression.translate(_WIDE) == expression

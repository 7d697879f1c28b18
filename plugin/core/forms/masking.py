"""Masks of sensitive values: enough is left to know them again, not enough to use them."""

from typing import Any

_SIGN = "**"
_SHORT, _LONG = 3, 7  # characters: a name, a number


def mask(text: str) -> str:
    """A text with its middle hidden: 张**, 138****34. Masking a mask changes nothing."""
    if is_mask(text):
        return text
    if len(text) <= _SHORT:
        return text[: max(len(text) - 1, 0)][:1] + _SIGN
    return f"{text[:3]}****{text[-2:]}" if len(text) >= _LONG else f"{text[:1]}****"


def is_mask(value: Any) -> bool:
    """Whether a value of a sensitive field is a mask, ours or the platform's, and not the value itself."""
    return isinstance(value, str) and _SIGN in value.replace("＊", "*")

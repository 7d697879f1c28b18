"""Fields and values of a VCT file."""

from datetime import date
from typing import Any, Optional

from ...core.quality.inspection_content import FieldFound
from ...core.quality.inspection_spec import FieldKind

_KINDS = {
    **dict.fromkeys(("char", "varchar", "string", "text"), FieldKind.CHAR),
    **dict.fromkeys(("int", "int1", "int2", "int4", "int8", "integer", "long", "short"), FieldKind.INT),
    **dict.fromkeys(("float", "float4", "float8", "double", "decimal", "numeric"), FieldKind.FLOAT),
    **dict.fromkeys(("date", "datetime"), FieldKind.DATE),
}
_NO_VALUE = ("", "null", "<null>")
_LARGEST = 1 << 63


def field_of(parts: list[str]) -> Optional[FieldFound]:
    """A field of its line: name, type, length, decimals; None for a line that is none."""
    sizes = [int(part) for part in parts[2:4] if part.isdecimal()] + [0, 0]
    if len(parts) < 2 or not parts[0]:
        return None
    return FieldFound(parts[0], _KINDS.get(parts[1].lower()), parts[1], sizes[0], sizes[1])


def value_of(field: FieldFound, text: str) -> Any:
    """A value, None for none; raises ValueError for one that its field cannot hold."""
    text = text.strip()
    if text.lower() in _NO_VALUE:
        return None
    if field.kind == FieldKind.INT:
        return _integer(text)
    if field.kind == FieldKind.FLOAT:
        number = float(text)
        if number != number or abs(number) == float("inf"):
            raise ValueError(text)
        return number
    return _day(text) if field.kind == FieldKind.DATE else text


def _integer(text: str) -> int:
    number = int(text)
    if not -_LARGEST <= number < _LARGEST:
        raise ValueError(text)
    return number


def _day(text: str) -> date:
    digits = text.split()[0].replace("-", "").replace("/", "")
    if len(digits) < 8 or not digits[:8].isdecimal():
        raise ValueError(text)
    return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))

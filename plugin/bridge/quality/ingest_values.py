"""Fields of a layer against those of the store: another spelling is the same field, another kind is reported."""

from collections.abc import Mapping, Sequence
from typing import Any

from ...core.messages import text
from ..layers.values import text_of

_NUMBERS = ("integer", "real", "bool")


def stored_names(columns: Mapping[str, str], known: Mapping[str, str]) -> dict[str, str]:
    """{field as the store spells it: kind}, in the order of `columns`."""
    spelled = {name.lower(): name for name in known}
    return {spelled.get(name.lower(), name): kind for name, kind in columns.items()}


def fields_problem(columns: Mapping[str, str], known: Mapping[str, str]) -> str:
    """Fields of the store that the layer lacks, and those that are texts here and numbers there; "" for none."""
    here = stored_names(columns, known)
    lost = [name for name in known if name not in here]
    other = [
        f"{name} ({known[name]} → {here[name]})"
        for name in known
        if name in here and (known[name] in _NUMBERS) != (here[name] in _NUMBERS)
    ]
    found = [text("ingest_fields", fields=", ".join(lost))] if lost else []
    return " ".join([*found, *([text("ingest_kinds", fields=", ".join(other))] if other else [])])


def as_stored(rows: Sequence[tuple[Any, ...]], kinds: Sequence[str]) -> list[tuple[Any, ...]]:
    """Rows whose values are of the kinds of the store: as it gives them back, so that the same is known as the same."""
    makers = [_MAKERS.get(kind) for kind in kinds]
    return [tuple(value if make is None else make(value) for make, value in zip(makers, row)) for row in rows]


def _as_text(value: Any) -> Any:
    return text_of(value) if isinstance(value, (int, float)) else value


def _as_integer(value: Any) -> Any:
    number = _as_real(value)
    return int(number) if isinstance(number, float) and number.is_integer() else number


def _as_real(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return value
    try:
        return float(value)
    except ValueError:
        return value


_MAKERS = {"text": _as_text, "date": _as_text, "integer": _as_integer, "real": _as_real}

"""Codes of classes: how they are written alike, and which ones a table of scores can tell from those it lists."""

from collections.abc import Iterable
from typing import Any, Optional

from ..review.known_values import KnownValues, Vocabularies
from ..review.rules import Rule
from ..review.tiers import Effect
from ..review.typed_text import plain_value

_TABLE = "table"


def class_code(value: Any) -> Optional[str]:
    """A value as a code: no blanks around it, digits and letters in half width, 1003.0 as 1003; None for nothing."""
    plain = plain_value(value)
    if isinstance(plain, float) and plain.is_integer():
        plain = int(plain)
    return None if plain is None or str(plain) in ("", "NULL") else str(plain)


class KnownCodes:
    """Which codes the table with such keys (see Classes) understands: they are of its vocabulary, listed or not."""

    def __init__(self, keys: Iterable[str], other_values: Iterable[str], vocabularies: Vocabularies) -> None:
        where = f'"{_TABLE}" IN ({", ".join(map(_literal, keys))})'
        others = tuple(map(str, other_values))
        rule = Rule(_TABLE, "", "avoid", Effect.NOTICE, "", where=where, other_values=others)
        self._known = KnownValues([rule], vocabularies)

    def __contains__(self, code: str) -> bool:
        return self._known.is_known(_TABLE, _TABLE, code)


def _literal(key: str) -> str:
    """A key as the condition of a rule writes it."""
    text = key[:-1] + "%" if key.endswith("*") else key
    return "'" + text.replace("'", "''") + "'"

"""A formula as tokens."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Optional

_LONGEST = 2000
_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?(?![\w.]))|(?P<name>[^\W\d]\w*)|(?P<text>'[^']*'|\"[^\"]*\")"
    r"|(?P<code>\d\w*\*?)|(?P<sign><=|>=|!=|[-+*/(),=<>|]))"
)
_WIDE = str.maketrans("（），＝＋－＊／｜＜＞", "(),=+-*/|<>")


class FormulaError(Exception):
    """A mistake of a formula: `code` of the message, its parameters, `position` from 1 in the formula."""

    def __init__(self, code: str, position: int, **params: Any) -> None:
        super().__init__(code)
        self.code, self.position, self.params = code, position, params


@dataclass(frozen=True)
class Token:
    """`kind`: number, name, text, code, sign, or end."""

    kind: str
    text: str
    position: int


def tokens(formula: str) -> Iterator[Token]:
    """The tokens of a formula, an end after the last; raises FormulaError."""
    text = formula.translate(_WIDE).rstrip()
    if len(text) > _LONGEST:
        raise FormulaError("formula_too_long", _LONGEST, most=_LONGEST)
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise FormulaError("formula_sign_unknown", at + 1, sign=text[at:].strip()[:1])
        kind = str(match.lastgroup)
        found = match.group(kind)
        yield Token(kind, found[1:-1] if kind == "text" else found, match.start(kind) + 1)
        at = match.end()
    yield Token("end", "", len(text) + 1)


def number_in(text: str) -> Optional[float]:
    """The number that a text is, None for any other."""
    try:
        return float(text)
    except ValueError:
        return None


def near_names(name: str, known: Iterable[str]) -> str:
    """Names that were probably meant, "" where none is near."""
    return ", ".join(get_close_matches(name, list(known), 2, 0.6))

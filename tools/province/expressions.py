"""The QGIS expressions that rules mostly use, without QGIS: comparisons with literals, IN, LIKE, IS NULL, left(),
coalesce(), AND, OR, NOT.

Truth has three values as in QGIS: None (NULL) counts as no in the end. What is not known here raises Unsupported; the
run is then refused with the rule's id rather than judged otherwise than on the desk.
"""

import re
from typing import Any

from plugin.core.review.typed_text import compares_plain, plain_value

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>'(?:[^']|'')*')|(?P<column>"(?:[^"]|"")*")|(?P<number>\d+(?:\.\d+)?)|(?P<word>\w+)|(?P<sign><>|!=|[=(),]))"""
)
_KEYWORDS = {"AND", "OR", "NOT", "IN", "LIKE", "ILIKE", "IS", "NULL", "TRUE", "FALSE"}


class Unsupported(ValueError):
    """An expression, or a part of one, that only QGIS can evaluate."""


class Expression:
    """A parsed expression; `columns`: names of the fields it needs. Picklable: only the text travels.

    `value(row)`: what it gives for a row (a mapping of field names to values), None for NULL.
    """

    def __init__(self, text):
        self.text = text
        parser = _Parser(text)
        self.value, self.columns = parser.expression(), sorted(parser.columns)

    def __reduce__(self):
        return Expression, (self.text,)

    def is_true(self, row):
        """Whether the expression is true of a row; NULL counts as no."""
        return _truth(self.value(row)) is True


class _Parser:
    """Recursive descent; each method returns a function from a row to a value."""

    def __init__(self, text):
        self._text, self._tokens, self._at, self.columns = text, _tokens(text), 0, set()
        self._is_plain = compares_plain(text)

    def expression(self):
        ask = self._or()
        if self._at < len(self._tokens):
            raise Unsupported(self._text)
        return ask

    def _take(self, *values):
        """The next token's value where it is one of `values` (keywords in capitals, signs), else None."""
        if self._at < len(self._tokens) and self._tokens[self._at] in [("sign", v) for v in values] + [
            ("keyword", v) for v in values
        ]:
            self._at += 1
            return self._tokens[self._at - 1][1]
        return None

    def _need(self, value):
        if not self._take(value):
            raise Unsupported(self._text)

    def _or(self):
        terms = [self._and()]
        while self._take("OR"):
            terms.append(self._and())
        return terms[0] if len(terms) == 1 else lambda row: _any([_truth(term(row)) for term in terms])

    def _and(self):
        terms = [self._not()]
        while self._take("AND"):
            terms.append(self._not())
        return (
            terms[0]
            if len(terms) == 1
            else lambda row: _opposite(_any([_opposite(_truth(term(row))) for term in terms]))
        )

    def _not(self):
        if self._take("NOT"):
            inner = self._not()
            return lambda row: _opposite(_truth(inner(row)))
        return self._comparison()

    def _comparison(self):
        left = self._value()
        if self._take("IS"):
            negated = bool(self._take("NOT"))
            self._need("NULL")
            return lambda row: (left(row) is None) != negated
        negated = bool(self._take("NOT"))
        sign = self._take("IN", "LIKE", "ILIKE") if negated else self._take("IN", "LIKE", "ILIKE", "=", "<>", "!=")
        if negated and not sign:
            raise Unsupported(self._text)
        if not sign:
            return left
        test = _in(left, self._list()) if sign == "IN" else _binary(sign, left, self._value())
        return (lambda row: _opposite(test(row))) if negated else test

    def _list(self):
        self._need("(")
        values = [self._value()]
        while self._take(","):
            values.append(self._value())
        self._need(")")
        return values

    def _value(self):
        if self._take("("):
            inner = self._or()
            self._need(")")
            return inner
        if word := self._take("NULL", "TRUE", "FALSE"):
            constant = {"NULL": None, "TRUE": True, "FALSE": False}[word]
            return lambda row: constant
        kind, value = self._tokens[self._at] if self._at < len(self._tokens) else ("", "")
        self._at += 1
        if kind == "column":
            self.columns.add(value)
            return (lambda row: plain_value(row[value])) if self._is_plain else lambda row: row[value]
        if kind in ("text", "number"):
            return lambda row: value
        if (kind, value) == ("word", "left"):
            return self._left()
        if (kind, value) == ("word", "coalesce"):
            values = self._list()
            return lambda row: next((found for ask in values if (found := ask(row)) is not None), None)
        raise Unsupported(self._text)

    def _left(self):
        self._need("(")
        text = self._value()
        self._need(",")
        count = self._value()
        self._need(")")
        return lambda row: None if text(row) is None or count(row) is None else str(text(row))[: int(count(row))]


def _tokens(text):
    """(kind, value) of every token; a bare word that is no keyword is a function or a field, in small letters."""
    found, at = [], 0
    while at < len(text.rstrip()):
        match = _TOKEN.match(text, at)
        if not match:
            raise Unsupported(text)
        kind = match.lastgroup or ""
        value: Any = match.group(kind)
        at = match.end()
        if kind == "text":
            value = value[1:-1].replace("''", "'")
        elif kind == "column":
            value = value[1:-1].replace('""', '"')
        elif kind == "number":
            value = float(value) if "." in value else int(value)
        elif kind == "word":
            kind, value = ("keyword", value.upper()) if value.upper() in _KEYWORDS else ("word", value.lower())
        found.append((kind, value))
    return found


def _truth(value):
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        raise Unsupported(f"text is no truth: {value}")
    return value != 0


def _opposite(value):
    return None if value is None else not value


def _any(values):
    return True if True in values else None if None in values else False


def _same(one, other):
    """Equality as QGIS has it: as numbers where one of them is a number and both can be, else as text."""
    if one is None or other is None:
        return None
    if not (isinstance(one, str) and isinstance(other, str)):
        try:
            return float(one) == float(other)
        except ValueError:
            pass
    return str(one) == str(other)


def _in(left, values):
    return lambda row: _any([_same(left(row), value(row)) for value in values]) if left(row) is not None else None


def _binary(sign, left, right):
    if sign == "=":
        return lambda row: _same(left(row), right(row))
    if sign in ("<>", "!="):
        return lambda row: _opposite(_same(left(row), right(row)))
    return lambda row: _like(left(row), right(row), re.IGNORECASE if sign == "ILIKE" else 0)


def _like(value, pattern, flags):
    if value is None or pattern is None:
        return None
    if "\\" in pattern:
        raise Unsupported(pattern)
    wanted = "".join({"%": ".*", "_": "."}.get(c, re.escape(c)) for c in pattern)
    return re.fullmatch(wanted, f"{value:g}" if isinstance(value, float) else str(value), flags | re.DOTALL) is not None

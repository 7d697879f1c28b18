"""Regular expressions that users write: refused where trying one could take for ever.

An expression is read into its parts; wherever a repetition may stop at more than one place because what comes next
also fits into it, the places multiply. One inside another multiplies without end: (a+)+ needs years for 40 letters.
"""

import re
import sys
import warnings
from collections.abc import Iterable
from typing import Any, NamedTuple

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    if sys.version_info >= (3, 11):
        from re import _parser as sre_parse
    else:
        import sre_parse

LONGEST = 255  # characters of a value or a path that an expression is tried on
MOST_WAYS_OF_VALUE = LONGEST**3  # three open places, such as .*a.*b.*c
MOST_WAYS_OF_TEXT = LONGEST**2  # of forms, whose texts may be longer
MOST_WAYS_OF_PATH = LONGEST**6  # a package has some hundred paths, a layer a million values
_ENDLESS = 10**30
_COMMON = frozenset(map(chr, range(9, 127))) | frozenset("中０，")
_CATEGORIES = {"DIGIT": r"\d", "SPACE": r"\s", "WORD": r"\w"}


class _Part(NamedTuple):
    """A part of an expression: in how many ways it may fit, what it may begin with, whether it may be empty."""

    ways: int
    first: frozenset
    is_empty: bool


def is_readable(pattern: str) -> bool:
    """Whether a text is a regular expression at all."""
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError):
        return False
    return True


def is_bounded(pattern: str, most: int = MOST_WAYS_OF_VALUE) -> bool:
    """Whether an expression can be tried on a value of LONGEST characters in bounded time."""
    try:
        tokens: Any = sre_parse.parse(pattern)
        return _Reader(pattern).sequence(tokens, frozenset()).ways <= most
    except RecursionError:
        return False


def fits(pattern: "re.Pattern[str]", value: str) -> bool:
    """Whether the whole value fits; one longer than any expression is tried on does not."""
    return len(value) <= LONGEST and pattern.fullmatch(value) is not None


class _Reader:
    def __init__(self, pattern: str) -> None:
        self._letters = _COMMON | frozenset(pattern)
        if "(?" in pattern:  # it may ignore capitals
            self._letters |= frozenset(pattern.swapcase())
        self._folds = re.search(r"\(\?[a-z]*i", pattern) is not None

    def sequence(self, tokens: Iterable[Any], behind: frozenset) -> _Part:
        """Parts one behind the other; `behind`: what may come after them."""
        ways, is_empty = 1, True
        first: frozenset = frozenset()
        for token in reversed(list(tokens)):
            part = self._part(token, first | behind if is_empty else first)
            ways = min(ways * part.ways, _ENDLESS)
            first = first | part.first if part.is_empty else part.first
            is_empty = is_empty and part.is_empty
        return _Part(ways, first, is_empty)

    def _part(self, token: Any, behind: frozenset) -> _Part:
        name, value = str(token[0]), token[1]
        if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            return self._repeat(value, behind)
        if name == "SUBPATTERN":
            return self.sequence(value[-1], behind)
        if name == "ATOMIC_GROUP":
            return self.sequence(value, behind)
        if name == "BRANCH":
            return self._branch(value[1], behind)
        if name in ("ASSERT", "ASSERT_NOT"):
            return _Part(self.sequence(value[1], self._letters).ways, frozenset(), True)
        if name == "AT":
            return _Part(1, frozenset(), True)
        if name == "GROUPREF_EXISTS":
            return self._branch([value[1], value[2] or []], behind)
        if name == "GROUPREF":
            return _Part(1, self._letters, True)
        return _Part(1, self._set(token), False)

    def _repeat(self, value: Any, behind: frozenset) -> _Part:
        low, high = min(int(value[0]), LONGEST), min(int(value[1]), LONGEST)
        first = self.sequence(value[2], frozenset()).first
        body = self.sequence(value[2], first | behind if high > 1 else behind)
        places = high - low + 1 if first & behind or body.is_empty else 1
        ways = places * (body.ways**high if body.ways > 1 else 1)
        return _Part(min(ways, _ENDLESS), first, low == 0 or body.is_empty)

    def _branch(self, choices: Iterable[Any], behind: frozenset) -> _Part:
        parts = [self.sequence(tokens, behind) for tokens in choices]
        seen: frozenset = frozenset()
        is_clear = True
        for part in parts:
            starts = part.first | behind if part.is_empty else part.first
            is_clear = is_clear and not starts & seen
            seen |= starts
        ways = max(part.ways for part in parts) if is_clear else sum(part.ways for part in parts)
        firsts = frozenset().union(*(part.first for part in parts))
        return _Part(min(ways, _ENDLESS), firsts, any(part.is_empty for part in parts))

    def _set(self, token: Any) -> frozenset:
        """The letters that one place of the expression takes."""
        found = frozenset(letter for letter in self._letters if _takes(token, letter))
        return found | frozenset("".join(found).swapcase()) if self._folds else found


def _takes(token: Any, letter: str) -> bool:
    name, value = str(token[0]), token[1]
    if name == "LITERAL":
        return ord(letter) == value
    if name == "NOT_LITERAL":
        return ord(letter) != value
    if name == "RANGE":
        return value[0] <= ord(letter) <= value[1]
    if name == "CATEGORY":
        kind = str(value).replace("CATEGORY_", "")
        return (re.match(_CATEGORIES[kind.replace("NOT_", "")], letter) is None) == kind.startswith("NOT_")
    if name == "IN":
        negates = str(value[0][0]) == "NEGATE"
        return any(_takes(one, letter) for one in value[negates:]) != negates
    return True  # any letter

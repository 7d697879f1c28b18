"""Regular expressions that users write: refused where trying one could take for ever.

An expression is read into its parts; wherever a repetition may stop at more than one place because what comes next
also fits into it, the places multiply. One inside another multiplies without end: (a+)+ needs years for 40 letters.
"""

import re
from typing import NamedTuple

from .pattern_parts import Again, Choice, Letter, Look, Part, Repeat, parts_of

LONGEST = 255  # characters of a value or a path that an expression is tried on
MOST_WAYS_OF_VALUE = LONGEST**3  # three open places, such as .*a.*b.*c
MOST_WAYS_OF_TEXT = LONGEST**2  # of forms, whose texts may be longer
MOST_WAYS_OF_PATH = LONGEST**6  # a package has some hundred paths, a layer a million values
_ENDLESS = 10**30
_COMMON = frozenset(map(chr, range(9, 127))) | frozenset("中０，")


class _Fit(NamedTuple):
    """How a part of an expression fits: in how many ways, what it may begin with, whether it may be empty."""

    ways: int
    first: frozenset[str]
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
    if not is_readable(pattern):
        return False
    try:
        return _Reader(pattern).fit(parts_of(pattern), frozenset()).ways <= most
    except (RecursionError, ValueError):
        return False


def path_pattern(pattern: str) -> "re.Pattern[str]":
    """Of paths: Windows tells no .PDF from a .pdf."""
    return re.compile(pattern, re.IGNORECASE)


def fits(pattern: "re.Pattern[str]", value: str) -> bool:
    """Whether the whole value fits; one longer than any expression is tried on does not."""
    return len(value) <= LONGEST and pattern.fullmatch(value) is not None


class _Reader:
    def __init__(self, pattern: str) -> None:
        named = "".join(re.findall(r"\(\?([a-zA-Z]+)", pattern))
        modes = [re.IGNORECASE] * ("i" in named) + [re.ASCII] * ("a" in named)
        self._modes = [re.DOTALL, *(re.DOTALL | mode for mode in modes)]  # each may hold at some place
        coded = re.findall(r"\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8}))", pattern)
        self._letters = _COMMON | frozenset(pattern) | {chr(int("".join(code), 16)) for code in coded}
        self._taken: dict[str, frozenset[str]] = {}

    def fit(self, part: Part, behind: frozenset[str]) -> _Fit:
        """How a part fits; `behind`: what may come after it."""
        if isinstance(part, Letter):
            return _Fit(1, self._letters_of(part.written), False)
        if isinstance(part, Repeat):
            return self._repeat(part, behind)
        if isinstance(part, Choice):
            return self._choice(part, behind)
        if isinstance(part, Look):
            return _Fit(self.fit(part.body, self._letters).ways, frozenset(), True)
        assert isinstance(part, Again)  # noqa: S101 - the last kind of part
        return _Fit(1, self._letters, True)

    def _sequence(self, parts: tuple[Part, ...], behind: frozenset[str]) -> _Fit:
        ways, is_empty = 1, True
        first: frozenset[str] = frozenset()
        for part in reversed(parts):
            fit = self.fit(part, first | behind if is_empty else first)
            ways = min(ways * fit.ways, _ENDLESS)
            first = first | fit.first if fit.is_empty else fit.first
            is_empty = is_empty and fit.is_empty
        return _Fit(ways, first, is_empty)

    def _repeat(self, part: Repeat, behind: frozenset[str]) -> _Fit:
        low, high = min(part.least, LONGEST), min(part.most, LONGEST)
        first = self.fit(part.body, frozenset()).first
        body = self.fit(part.body, first | behind if high > 1 else behind)
        places = high - low + 1 if first & behind or body.is_empty else 1
        ways = places * (body.ways**high if body.ways > 1 else 1)
        return _Fit(min(ways, _ENDLESS), first, low == 0 or body.is_empty)

    def _choice(self, part: Choice, behind: frozenset[str]) -> _Fit:
        fits = [self._sequence(parts, behind) for parts in part.sequences]
        seen: frozenset[str] = frozenset()
        is_clear = True
        for fit in fits:
            starts = fit.first | behind if fit.is_empty else fit.first
            is_clear = is_clear and not starts & seen
            seen |= starts
        ways = max(fit.ways for fit in fits) if is_clear else sum(fit.ways for fit in fits)
        firsts = frozenset().union(*(fit.first for fit in fits))
        return _Fit(min(ways, _ENDLESS), firsts, any(fit.is_empty for fit in fits))

    def _letters_of(self, written: str) -> frozenset[str]:
        """The letters that one place of the expression takes; any, when none of those that are tried is among them."""
        if written not in self._taken:
            places = [re.compile(written, mode) for mode in self._modes]
            taken = frozenset(x for x in self._letters if any(place.fullmatch(x) for place in places))
            self._taken[written] = taken or self._letters
        return self._taken[written]

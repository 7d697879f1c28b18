"""The parts of a regular expression, read from its text: as much of the language as telling how it may repeat takes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Union


@dataclass(frozen=True)
class Letter:
    """What takes one letter of a text: a letter, a class, an escape, as written."""

    written: str


@dataclass(frozen=True)
class Again:
    """What a group took before."""


@dataclass(frozen=True)
class Look:
    """What looks at a text and takes nothing of it: an assertion, a border."""

    body: "Choice"


@dataclass(frozen=True)
class Choice:
    """One of several sequences; most groups offer one only."""

    sequences: "tuple[tuple[Part, ...], ...]"


@dataclass(frozen=True)
class Repeat:
    """`most` is `ENDLESS` where nothing bounds it."""

    least: int
    most: int
    body: "Part"


Part = Union[Letter, Again, Look, Choice, Repeat]
ENDLESS = 10**9
_TOKEN = re.compile(
    r"""(?P<nothing> \(\?\#(?:\\.|[^)\\])*\) | \(\?[a-zA-Z]+\) )
      | (?P<again> \(\?P=\w+\) | \\(?![1-3][0-7]{2})[1-9][0-9]? )
      | (?P<look> \(\?<?[=!] )
      | (?P<open> \((?: \?P<\w+> | \?\(\w+\) | \?> | \?[a-zA-Z-]*: )? )
      | (?P<close> \) )
      | (?P<other> \| )
      | (?P<times> (?: [*+?] | \{(?:\d+|\d*,\d*)\} ) [?+]? )
      | (?P<border> [$^] | \\[AbBzZ] )
      | (?P<letter> \[\^?\]?(?:\\.|[^\]\\])*\]
        | \\(?: x.{2} | u.{4} | U.{8} | N\{[^}]*\} | [0-3][0-7]{2} | 0[0-7]? | . ) | . )""",
    re.VERBOSE | re.DOTALL,
)
_SPREAD = re.compile(r"\(\?[a-zA-Z]*x")
_NOTHING = Choice(((),))


def parts_of(pattern: str) -> Choice:
    """An expression that `re` compiles, in parts; ValueError for one spread out over spaces, (?x)."""
    if _SPREAD.search(pattern):
        raise ValueError(pattern)
    return _choice(_TOKEN.finditer(pattern))


def _choice(tokens: "Iterator[re.Match[str]]") -> Choice:
    """What stands before the bracket that closes, or before the end."""
    sequences: list[list[Part]] = [[]]
    for token in tokens:
        if token.lastgroup == "close":
            break
        if token.lastgroup == "other":
            sequences.append([])
        elif token.lastgroup == "times":
            sequences[-1][-1] = _repeat(token.group(), sequences[-1][-1])
        elif token.lastgroup != "nothing":
            sequences[-1].append(_part(token, tokens))
    return _simplest([tuple(sequence) for sequence in sequences])


def _part(token: "re.Match[str]", tokens: "Iterator[re.Match[str]]") -> Part:
    if token.lastgroup == "open":
        inner = _choice(tokens)
        is_conditional = token.group().startswith("(?(") and len(inner.sequences) == 1
        return Choice((*inner.sequences, ())) if is_conditional else inner
    if token.lastgroup == "look":
        return Look(_choice(tokens))
    if token.lastgroup == "border":
        return Look(_NOTHING)
    return Again() if token.lastgroup == "again" else Letter(token.group())


def _repeat(written: str, body: Part) -> Repeat:
    signs = {"*": (0, ENDLESS), "+": (1, ENDLESS), "?": (0, 1)}
    if written[0] in signs:
        return Repeat(*signs[written[0]], body)
    least, comma, most = written.rstrip("?+")[1:-1].partition(",")
    return Repeat(int(least or 0), int(most or ENDLESS) if comma else int(least), body)


def _simplest(sequences: "list[tuple[Part, ...]]") -> Choice:
    """As it is tried: (ab|ac) as a(b|c), (a|b) as one letter."""
    common: list[Part] = []
    while len(sequences) > 1 and all(s and s[0] == sequences[0][0] for s in sequences):
        common.append(sequences[0][0])
        sequences = [sequence[1:] for sequence in sequences]
    inner: Part = Choice(tuple(sequences))
    letters = [s[0].written for s in sequences if len(s) == 1 and isinstance(s[0], Letter)]
    if len(letters) == len(sequences) > 1 and not any(x == "." or x.startswith("[^") for x in letters):
        inner = Letter(f"(?:{'|'.join(letters)})")
    return inner if isinstance(inner, Choice) and not common else Choice(((*common, inner),))

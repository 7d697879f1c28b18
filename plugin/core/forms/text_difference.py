"""Where two texts differ, for whoever has to choose between them: a hundred words with one number changed are not read
twice.
"""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

_WORD = re.compile(r"[0-9A-Za-z][0-9A-Za-z.,:%/_-]*|\s+|.", re.DOTALL)  # a number is another as a whole
_MOST = 1 << 20  # pairs of words that are compared one by one; beyond that the changed stretch counts as one
_LEAST_SHARED = 0.3  # of the longer text: two with less in common are other texts, not one that was changed
_CRUMB = 2  # characters in common between two differences that are no reason to mark them apart


class Span(NamedTuple):
    """Characters of a text, from `start` on."""

    start: int
    length: int


Spans = tuple[Span, ...]


def differing(one: str, other: str) -> tuple[Spans, Spans]:
    """The stretches of either text that are not in the other; none for texts that are the same or have next to nothing
    in common."""
    pieces, others = _WORD.findall(one), _WORD.findall(other)
    pairs = list(_changed(pieces, others))
    starts, other_starts = _starts(pieces), _starts(others)
    spans = _joined([(starts[a], starts[b]) for a, b, _, _ in pairs], one)
    other_spans = _joined([(other_starts[c], other_starts[d]) for _, _, c, d in pairs], other)
    shared = min(len(one) - sum(s.length for s in spans), len(other) - sum(s.length for s in other_spans))
    return (spans, other_spans) if shared >= _LEAST_SHARED * max(len(one), len(other), 1) else ((), ())


def _changed(pieces: list[str], others: list[str]) -> Iterator[tuple[int, int, int, int]]:
    """(from, to, from, to) of the words that differ, between the common beginning and the common end."""
    shortest, head, tail = min(len(pieces), len(others)), 0, 0
    while head < shortest and pieces[head] == others[head]:
        head += 1
    while tail < shortest - head and pieces[-1 - tail] == others[-1 - tail]:
        tail += 1
    left, right = pieces[head : len(pieces) - tail], others[head : len(others) - tail]
    if len(left) * len(right) > _MOST:
        yield head, head + len(left), head, head + len(right)
        return
    for tag, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if tag != "equal":
            yield head + a, head + b, head + c, head + d


def _starts(pieces: list[str]) -> list[int]:
    """Where each piece begins, and behind the last one."""
    starts = [0]
    for piece in pieces:
        starts.append(starts[-1] + len(piece))
    return starts


def _joined(ranges: list[tuple[int, int]], text: str) -> Spans:
    """As spans; those that hardly anything keeps apart are one."""
    spans: list[tuple[int, int]] = []
    for start, end in ranges:
        if start == end:
            continue
        if spans and start - spans[-1][1] <= _CRUMB and "\n" not in text[spans[-1][1] : start]:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return tuple(Span(start, end - start) for start, end in spans)

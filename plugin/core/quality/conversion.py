"""Land-class conversion by a table: which class a code becomes, and which codes must wait for a decision.

A code that may become several classes is never guessed. It is looked up as it is, then without the zeros that pad it
or the K of adjustable land, then as its longest parent in the table.
"""

import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field
from enum import Enum
from typing import Optional

from .conversion_decisions import Decision

_LEVEL = 2  # digits by which a class is told from its parent


class Kind(str, Enum):
    """What a row of a table says of its code: one class, several to choose from, a section heading, no counterpart."""

    ONE = "one"
    SPLIT = "split"
    SECTION = "section"
    NONE = "none"


class How(str, Enum):
    """How the new class of a parcel was found."""

    EXACT = "exact"
    PADDED = "padded"
    LEADING_ZERO = "leading_zero"
    ADJUSTABLE = "adjustable"
    PARENT = "parent"
    BY_CODE = "by_code"
    BY_EXPRESSION = "by_expression"
    BY_LAYER = "by_layer"
    LAYER_REST = "layer_rest"
    LARGEST_SHARE = "largest_share"


class Reason(str, Enum):
    """Why a parcel, or a part of one, has no new class."""

    SPLIT = "split"
    NONE = "none"
    UNKNOWN = "unknown"
    EMPTY = "empty"
    OUTSIDE_LAYER = "outside_layer"
    LAYER_CONFLICT = "layer_conflict"
    LAYER_CLASS = "layer_class"
    LAYER_TIE = "layer_tie"
    LAYER_FAILED = "layer_failed"


@dataclass(frozen=True)
class TableRow:
    """One code of the old scheme; `targets`: the classes of the new one that it may become."""

    code: str
    name: str
    targets: tuple[str, ...]
    kind: Kind
    note: str = ""
    confidence: str = ""


@dataclass(frozen=True)
class Found:
    """The row of a table that stands for a code and how it was found; no row for an unknown code."""

    row: Optional[TableRow]
    how: How = How.EXACT


@dataclass(frozen=True)
class Answer:
    """What becomes of a code: a class, or candidates and the reason why there is none yet.

    `decisions`: those that may give a class to single parcels, in their order.
    """

    code: str
    name: str
    to_code: str = ""
    how: How = How.EXACT
    reason: Optional[Reason] = None
    candidates: tuple[str, ...] = ()
    confidence: str = ""
    decisions: tuple[Decision, ...] = ()


@dataclass(frozen=True)
class ConversionTable:
    """A table from one scheme to another.

    `names`: {new code: name} as far as they are told; `classes`: all codes of the new scheme, none where it is unknown.
    """

    title: str
    rows: dict[str, TableRow]
    names: dict[str, str] = field(default_factory=dict)
    sha256: str = ""
    classes: frozenset[str] = frozenset()

    def find(self, code: str, is_number: bool = False) -> Found:
        """The row of a cleaned code; `is_number`: it comes from a field of numbers, which drops leading zeros."""
        if is_number and not code.strip("0"):
            return Found(None)  # what files without empty numbers hold for none; 00 is a class of its own
        if is_number and len(code) % 2 and code.isdigit():
            found = self.find("0" + code)
            return Found(found.row, How.LEADING_ZERO) if found.row and found.how == How.EXACT else found
        if code in self.rows:
            return Found(self.rows[code])
        if code.endswith("K") and code[:-1] in self.rows:
            return Found(self.rows[code[:-1]], How.ADJUSTABLE)
        for length in range(len(code) - _LEVEL, 1, -_LEVEL):  # 101 is no transport land (10): it has lost its zero
            if code[:length] in self.rows and code[length:].isdigit():  # letters are no sub-class but another scheme
                is_padding = not code[length:].strip("0")
                return Found(self.rows[code[:length]], How.PADDED if is_padding else How.PARENT)
        return Found(None)

    def allows(self, row: Optional[TableRow], to_code: str) -> bool:
        """Whether a decision may give this class: a candidate of the row or a class below one.

        A code without candidates takes any class of the new scheme.
        """
        if self.classes and to_code not in self.classes:
            return False
        return row is None or not row.targets or to_code.startswith(row.targets)

    def losses(self) -> dict[str, tuple[str, ...]]:
        """{new code: the old codes that become it} where there are several: these cannot be told apart on the way
        back.
        """
        sources: defaultdict[str, list[str]] = defaultdict(list)
        for row in self.rows.values():
            for target in row.targets:
                sources[target].append(row.code)
        return {target: tuple(codes) for target, codes in sorted(sources.items()) if len(codes) > 1}

    def reversed(self) -> "ConversionTable":
        """The table of the way back; what came from several codes is a split there."""
        sources: defaultdict[str, list[str]] = defaultdict(list)
        for row in self.rows.values():
            for target in row.targets:
                sources[target].append(row.code)
        rows = {
            code: TableRow(code, self.names.get(code, ""), tuple(old), Kind.ONE if len(old) == 1 else Kind.SPLIT)
            for code, old in sources.items()
        }
        return ConversionTable(self.title, rows, {row.code: row.name for row in self.rows.values()}, self.sha256)


class Converter:
    """Answers for codes, each worked out once."""

    def __init__(self, table: ConversionTable, decisions: tuple[Decision, ...] = (), padding: int = 0) -> None:
        self.table, self.padding = table, padding
        self._decisions: defaultdict[str, list[Decision]] = defaultdict(list)
        for decision in decisions:
            self._decisions[decision.code].append(decision)
        self._answers: dict[tuple[str, bool], Answer] = {}

    def answer(self, value: object, is_number: bool = False) -> Answer:
        """The Answer for what a code field holds."""
        code = clean_code(value)
        key = code, is_number
        if key not in self._answers:
            self._answers[key] = self._answer(code, is_number)
        return self._answers[key]

    def padded(self, code: str) -> str:
        """A new code with the zeros that the target asks for."""
        return code.ljust(self.padding, "0") if code else ""

    def name(self, code: str) -> str:
        """Name of a new class, "" where nothing tells it."""
        return self.table.names.get(code, "")

    def _answer(self, code: str, is_number: bool) -> Answer:
        if not code:
            return Answer(code, "", reason=Reason.EMPTY)
        found = self.table.find(code, is_number)
        row = found.row
        of_row = self._decisions.get(row.code, []) if row else []
        decisions = tuple(self._decisions.get(code) or of_row)
        name = row.name if row else ""
        if row is None:
            return Answer(code, name, reason=Reason.UNKNOWN, decisions=decisions)
        if row.kind == Kind.NONE:
            return Answer(code, name, reason=Reason.NONE, decisions=decisions, confidence=row.confidence)
        if row.kind == Kind.SPLIT or len(row.targets) > 1:
            waiting = row.targets, row.confidence, decisions
            return Answer(code, name, "", found.how, Reason.SPLIT, *waiting)
        return Answer(code, name, row.targets[0], found.how, None, (), row.confidence, decisions)


def clean_code(value: object) -> str:
    """A class code as tables write it: no blanks, half-width, capitals; "" for none."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "".join(unicodedata.normalize("NFKC", str(value)).split()).upper()

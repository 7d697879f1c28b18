"""What a formula is made of once it is read: measures of layers, statistics, numbers and what is done with them."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Optional, Union

from ..land.rounding import plain


class MeasureKind(str, Enum):
    """What is taken of the features of a layer in a division."""

    AREA = "area"
    LENGTH = "length"
    COUNT = "count"
    SUM = "sum"


@dataclass(frozen=True)
class Condition:
    """A demand on one field; `values` are texts as the formula has them, numbers where the sign compares sizes."""

    field: str
    sign: str
    values: tuple[str, ...]

    @property
    def compares(self) -> bool:
        """Whether it compares sizes."""
        return self.sign in ("<", "<=", ">", ">=")

    def text(self) -> str:
        """As the formula has it."""
        return f"{self.field} {self.sign} {'|'.join(self.values)}"


@dataclass(frozen=True)
class Selection:
    """Features of a role, or of a part of it; `conditions` are those of the formula."""

    name: str
    conditions: tuple[Condition, ...] = ()

    def text(self) -> str:
        """As the formula has it."""
        return ", ".join([self.name, *(c.text() for c in self.conditions)])


@dataclass(frozen=True)
class Zone:
    """Land that a measure is confined to: inside the features of a selection, or within metres of them; `along`: the
    metres are those of a way along these lines, and a feature is within reach as a whole, by its inner point."""

    selection: Selection
    metres: Optional[float] = None
    along: Optional[Selection] = None

    def text(self) -> str:
        """As lineage has it."""
        way = "" if self.along is None else f" along {self.along.text()}"
        return f"in={self.selection.text()}" + ("" if self.metres is None else f" + {plain(self.metres)} m{way}")


@dataclass(frozen=True)
class Measure:
    """One number of a division, taken from layers; `field`: what is summed, or what an area is multiplied by."""

    kind: MeasureKind
    selection: Selection
    zone: Optional[Zone] = None
    field: str = ""

    @property
    def selections(self) -> list[Selection]:
        """Everything it takes from layers, what it measures first."""
        zone = self.zone
        found = [self.selection, zone.selection if zone else None, zone.along if zone else None]
        return [selection for selection in found if selection is not None]

    def text(self) -> str:
        """As lineage has it; equal texts are equal measures."""
        parts = [self.selection.text()]
        if self.field:
            parts.append(f"{'field' if self.kind is MeasureKind.SUM else 'times'}={self.field}")
        if self.zone is not None:
            parts.append(self.zone.text())
        return f"{self.kind.value}({', '.join(parts)})"


@dataclass(frozen=True)
class Number:
    value: float


@dataclass(frozen=True)
class Statistic:
    key: str


@dataclass(frozen=True)
class DivisionArea:
    """The area of the division itself."""


@dataclass(frozen=True)
class Operation:
    """`sign`: + - * /"""

    sign: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True)
class Change:
    """A value less what it was `years` before, or in the year `since`."""

    inner: "Node"
    years: int = 0
    since: int = 0

    def year_before(self, year: int) -> int:
        """The year that is compared with."""
        return self.since or year - self.years


Node = Union[Number, Statistic, DivisionArea, Operation, Change, Measure]


def measures(node: Node, year: int) -> Iterator[tuple[Measure, int]]:
    """(measure, year) of everything that a formula takes from layers to be evaluated for a year."""
    if isinstance(node, Measure):
        yield node, year
    elif isinstance(node, Operation):
        yield from measures(node.left, year)
        yield from measures(node.right, year)
    elif isinstance(node, Change):
        yield from measures(node.inner, year)
        yield from measures(node.inner, node.year_before(year))


def statistics(node: Node) -> Iterator[str]:
    """Keys of the statistics that a formula asks for."""
    if isinstance(node, Statistic):
        yield node.key
    elif isinstance(node, Operation):
        yield from statistics(node.left)
        yield from statistics(node.right)
    elif isinstance(node, Change):
        yield from statistics(node.inner)

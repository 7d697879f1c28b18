"""Decisions on codes that may become several classes: of a code, by an expression, by a helper layer."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .conversion import ConversionTable

CUT, LARGEST = "cut", "largest"  # what a helper layer does to a parcel


@dataclass(frozen=True)
class Decision:
    """One line of a decision file.

    `to_code`: the class; with `where` (a QGIS expression) only of the parcels that satisfy it. With `layer` the parcel
    is cut by a helper layer whose `field` names the class of each piece; `rest`: the class of what the layer leaves,
    "" where that is to stay undecided; with `method` LARGEST nothing is cut: the class of the largest share is that of
    the parcel. `line`: where it stands in its file.
    """

    code: str
    to_code: str = ""
    where: str = ""
    layer: str = ""
    field: str = ""
    rest: str = ""
    note: str = ""
    line: int = 0
    method: str = ""

    @property
    def label(self) -> str:
        """What names the decision in a message."""
        return f"{self.code} -> {self.to_code or self.layer}"


def usable_decisions(
    kept: Iterable[Decision], given: Iterable[Decision], table: "ConversionTable"
) -> Iterator[Decision]:
    """Kept decisions on codes of which nothing is given now, as far as the table still allows what they say."""
    decided = {decision.code for decision in given}
    for decision in kept:
        row = table.find(decision.code).row
        targets = [code for code in (decision.to_code, decision.rest) if code]
        if decision.code not in decided and all(table.allows(row, code) for code in targets):
            yield decision

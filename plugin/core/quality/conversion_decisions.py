"""Decisions on codes that may become several classes: of a code, by an expression, by a helper layer."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Decision:
    """One line of a decision file.

    `to_code`: the class; with `where` (a QGIS expression) only of the parcels that satisfy it. With `layer` the parcel
    is cut by a helper layer whose `field` names the class of each piece; `rest`: the class of what the layer leaves,
    "" where that is to stay undecided. `line`: where it stands in its file.
    """

    code: str
    to_code: str = ""
    where: str = ""
    layer: str = ""
    field: str = ""
    rest: str = ""
    note: str = ""
    line: int = 0

    @property
    def label(self) -> str:
        """What names the decision in a message."""
        return f"{self.code} -> {self.to_code or self.layer}"

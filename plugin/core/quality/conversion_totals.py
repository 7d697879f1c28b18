"""The sums of a conversion: from which class to which, and that no land was lost on the way."""

from dataclasses import dataclass, field
from typing import Union

from ..land.rounding import hectares, mu
from .conversion import How, Reason


@dataclass(frozen=True)
class Flow:
    """What a row of the crosstab stands for; `to_code` "" and a Reason for land that is undecided."""

    from_code: str
    from_name: str
    to_code: str
    to_name: str
    how: Union[How, Reason]
    confidence: str
    candidates: tuple[str, ...] = ()

    @property
    def is_undecided(self) -> bool:
        return isinstance(self.how, Reason)


@dataclass(frozen=True)
class CrosstabRow:
    """A Flow with its number of pieces and its statutory area."""

    flow: Flow
    pieces: int
    area_m2: float

    @property
    def area_ha(self) -> float:
        return float(hectares(self.area_m2))

    @property
    def area_mu(self) -> float:
        return float(mu(self.area_m2))


@dataclass
class Crosstab:
    """Sums by Flow in whole hundredths of a square metre, so that adding loses nothing."""

    _sums: dict[Flow, list[int]] = field(default_factory=dict)
    _before: int = 0

    def add_input(self, area_m2: float) -> None:
        """Count the area of parcels before they are converted."""
        self._before += round(area_m2 * 100)

    def add(self, flow: Flow, pieces: int, area_m2: float) -> None:
        """Count pieces of one flow."""
        sums = self._sums.setdefault(flow, [0, 0])
        sums[0] += pieces
        sums[1] += round(area_m2 * 100)

    def rows(self) -> list[CrosstabRow]:
        """All rows by old and new code, the undecided ones of a code last."""
        order = sorted(self._sums, key=lambda f: (f.from_code, not f.to_code, f.to_code, f.how.value))
        return [CrosstabRow(flow, self._sums[flow][0], self._sums[flow][1] / 100) for flow in order]

    @property
    def before_m2(self) -> float:
        return self._before / 100

    @property
    def converted_m2(self) -> float:
        return sum(cents for flow, (_, cents) in self._sums.items() if not flow.is_undecided) / 100

    @property
    def undecided_m2(self) -> float:
        return sum(cents for flow, (_, cents) in self._sums.items() if flow.is_undecided) / 100

    @property
    def lost_m2(self) -> float:
        """Area before less area after; 0 unless something is wrong."""
        return (self._before - sum(cents for _, cents in self._sums.values())) / 100

    def pieces(self, undecided: bool) -> int:
        """Number of pieces that are, or are not, undecided."""
        return sum(count for flow, (count, _) in self._sums.items() if flow.is_undecided == undecided)

"""Parcels, firms, leases, and how firms are tied to land. Names and taxes of firms stay in these objects: no message
or log carries them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Any, Optional


class Tying(str, Enum):
    """What tied a firm to a parcel."""

    OWNER_CODE = "owner_code"
    OWNER_NAME = "owner_name"
    LEASE = "lease"
    ADDRESS = "address"
    PLACE = "place"


class Why(str, Enum):
    """Why a firm or a row of taxes has no land."""

    NO_TIE = "no_tie"  # nothing of it leads to a parcel
    AMBIGUOUS_NAME = "ambiguous_name"  # several firms of this name, no code tells them apart
    AMBIGUOUS_ADDRESS = "ambiguous_address"  # its address stands for too many parcels
    CODE_CONFLICT = "code_conflict"  # the owner has its name and another code
    NO_FIRM = "no_firm"  # a row of taxes that names no firm of the list


@dataclass(frozen=True)
class Parcel:
    """A parcel on the plane; measures that nobody gave are None."""

    id: str
    area_m2: float
    owner: str = ""
    owner_code: str = ""
    address: str = ""
    use: str = ""
    geometry: Any = None
    far: Optional[float] = None
    far_limit: Optional[float] = None
    investment: Optional[float] = None
    contract_investment: Optional[float] = None
    contract_tax: Optional[float] = None
    stated_tax: Optional[float] = None  # of the layer itself, in the unit of `contract_tax`
    state: str = ""


@dataclass(frozen=True)
class Firm:
    """A firm; `point`: on the plane; `is_above`: above-scale, None where unknown; `exempt`: why it is not graded;
    `row`: where it was read."""

    code: str
    name: str
    address: str = ""
    point: Optional[tuple[float, float]] = None
    industry: str = ""
    is_above: Optional[bool] = None
    exempt: str = ""
    row: int = 0


@dataclass(frozen=True)
class Lease:
    """Land let to a tenant; `area_m2` None where the contract does not say it."""

    parcel: str
    code: str
    name: str
    area_m2: Optional[float] = None
    since: Optional[date] = None
    until: Optional[date] = None

    def runs_in(self, year: int) -> bool:
        """Whether it was in force in a year; one without days is."""
        begun = self.since is None or self.since.year <= year
        return begun and (self.until is None or self.until.year >= year)


@dataclass(frozen=True)
class FirmYear:
    """What a firm paid and made in a year: `amounts` by measure, money in yuan; `firm` its position, -1 for none."""

    firm: int
    year: int
    amounts: Mapping[str, float]
    row: int = 0


@dataclass(frozen=True)
class Tie:
    """A firm uses some m² of a parcel; `share`: the part of the firm's taxes that goes to it."""

    firm: int
    parcel: int
    how: Tying
    area_m2: float
    share: float


@dataclass
class Matching:
    """All ties, and the firms that have none with the reason; `bad_codes`: firms whose code fails its check."""

    ties: list[Tie] = field(default_factory=list)
    unmatched: dict[int, Why] = field(default_factory=dict)
    bad_codes: list[int] = field(default_factory=list)
    doubled: list[int] = field(default_factory=list)  # rows of a firm that the list has before
    overlet: list[int] = field(default_factory=list)  # parcels with more land let than they have
    leases_without_parcel: int = 0
    leases_without_firm: int = 0

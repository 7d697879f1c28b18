"""Parcels of the land database beside the projects: low-efficiency land, land approved and not supplied, idle land; how
many and how much per division and type, what is still open.

A parcel is closed where a day of completion stands in it. What a state that nobody published the codes of means is not
judged: it is listed as it was written.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Any, Optional

from pyproj import CRS

from ...paths import RESOURCES
from ..json_files import read_json_object
from ..land.remarks import Remark
from ..land.rounding import half_up, mu
from .redevelopment_land import counted_areas, own_areas

UNSTATED = "—"  # a division or type that nobody wrote
_COUNTY = 6
_FILE = RESOURCES / "monitoring" / "land_stock.json"


class StockKind(str, Enum):
    """What a layer of parcels holds."""

    LOW = "low"  # 低效用地
    APPROVED = "approved"  # 批而未供
    IDLE = "idle"  # 闲置土地


@dataclass(frozen=True)
class StockParcel:
    """A parcel as its layer has it: `decided`: the day of the decision or approval, `closed`: of completion, `due`: by
    which it has to be, as ISO days or the text that stands there; `unsupplied`: the share that is not supplied yet,
    taxes as stated (their unit is nowhere published); what nobody gave is "" or None."""

    id: str
    name: str
    division: str
    type: str = ""
    state: str = ""
    way: str = ""
    decided: str = ""
    closed: str = ""
    due: str = ""
    paper: str = ""
    tax_per_mu: Optional[float] = None
    contract_tax: Optional[float] = None
    unsupplied: Optional[float] = None
    geometry: Any = None


@dataclass(frozen=True)
class JudgedParcel:
    """A parcel with its areas (m²): its own, what it adds to those before it, what of that is open."""

    parcel: StockParcel
    own_m2: float
    counted_m2: float
    open_m2: float
    is_open: bool
    is_overdue: bool


@dataclass(frozen=True)
class StockRow:
    """The parcels of a division ("" = all) and type ("" = all)."""

    division: str
    type: str
    count: int
    m2: float
    open_count: int
    open_m2: float
    overdue: int
    without_shape: int

    @property
    def mu(self) -> float:
        return float(mu(self.m2))

    @property
    def open_mu(self) -> float:
        return float(mu(self.open_m2))


@dataclass
class LandStock:
    """One layer: `rows` are the total, the divisions, then division and type; `names`: {division: name}."""

    kind: StockKind
    layer: str
    plane: CRS
    parcels: list[JudgedParcel]
    rows: list[StockRow]
    names: dict[str, str] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)


def stock_columns(kind: StockKind) -> dict[str, list[str]]:
    """{measure: names of fields} of a kind's layer, as the land database names them."""
    columns: dict[str, list[str]] = read_json_object(_FILE)["kinds"][kind.value]
    return columns


def stock_kind_of(layer_name: str) -> Optional[StockKind]:
    """What a layer of this name holds, None for another one; before and after the name anything but letters may stand
    (330110JYJY_DXYDDK, JYJY_DXYDDK_2026)."""
    name = layer_name.casefold()
    for kind, known in read_json_object(_FILE)["layers"].items():
        for one in known:
            found = re.search(rf"(?<![a-z]){re.escape(one.casefold())}(?![a-z])", name)
            if found:
                return StockKind(kind)
    return None


def judged_parcels(parcels: Sequence[StockParcel], plane: CRS, day: date) -> list[JudgedParcel]:
    """Parcels with their areas as they stand on a day; a place counts once, for the parcel that comes first."""
    shapes = [parcel.geometry for parcel in parcels]
    counted = counted_areas(shapes, plane).tolist() if parcels else []
    return [
        _one(parcel, float(own), float(adds), day.isoformat())
        for parcel, own, adds in zip(parcels, own_areas(shapes, plane), counted)
    ]


def _one(parcel: StockParcel, own: float, counted: float, day: str) -> JudgedParcel:
    is_open = not (is_day(parcel.closed) and parcel.closed <= day)
    share = 1.0 if parcel.unsupplied is None else parcel.unsupplied
    late = is_open and is_day(parcel.due) and parcel.due < day
    return JudgedParcel(parcel, own, counted, float(half_up(counted * share)) if is_open else 0.0, is_open, late)


def is_day(text: str) -> bool:
    """Whether a text is an ISO day."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == 10


def stock_rows(parcels: Sequence[JudgedParcel]) -> list[StockRow]:
    """The total, each county (the first six digits), each county and type."""
    groups: dict[tuple[str, str], list[JudgedParcel]] = {("", ""): []}
    for one in parcels:
        division = one.parcel.division[:_COUNTY] or UNSTATED
        for key in (("", ""), (division, ""), (division, one.parcel.type or UNSTATED)):
            groups.setdefault(key, []).append(one)
    keys = sorted(groups, key=lambda key: (bool(key[0]), bool(key[1]), key))
    return [_row(key, groups[key]) for key in keys]


def _row(key: tuple[str, str], found: Sequence[JudgedParcel]) -> StockRow:
    is_open = [one for one in found if one.is_open]
    return StockRow(
        *key,
        len(found),
        float(half_up(sum(one.counted_m2 for one in found))),
        len(is_open),
        float(half_up(sum(one.open_m2 for one in is_open))),
        sum(one.is_overdue for one in found),
        sum(one.parcel.geometry is None for one in found),
    )

"""What a site takes and costs: cropland to be made up for, land that becomes construction land, whose land it is,
buildings to go, how far the mains and the places that count are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Callable, Optional, Union

import numpy as np

from ..land.rounding import MU_PER_M2, half_up
from ..land.types import Array
from ..messages import message, translated
from .class_codes import KnownCodes
from .measures import ClassAreas
from .model import LayerRef

_NAMED = 5


@dataclass(frozen=True)
class CostItem:
    """One line of the table: classes it counts (a code, or its beginning and "*"), or all but `not_codes`.

    `price`: yuan a mu, None where only the area is told.
    """

    id: str
    title: str
    codes: tuple[str, ...] = ()
    not_codes: tuple[str, ...] = ()
    price: Optional[float] = None
    confidence: str = "proposal"

    def names(self, code: str) -> bool:
        """Whether a class is one that the item speaks of."""
        return _any(code, (*self.codes, *self.not_codes))

    def takes(self, code: str) -> bool:
        """Whether land of a class counts."""
        return _any(code, self.codes) if self.codes else not _any(code, self.not_codes)


@dataclass(frozen=True)
class Drive:
    """Drives along the lines of the layer `roads` to the features of the layers `places`.

    `speed_field`: of the roads, km/h; `speed_kmh`: where there is none; `access_m`: how far a place may lie off a road.
    """

    roads: str = ""
    places: tuple[str, ...] = ()
    speed_field: str = ""
    speed_kmh: float = 40.0
    access_m: float = 1000.0


@dataclass(frozen=True)
class CostTable:
    """The items, and where their areas come from: the field of the class, lines and grade fields of farmland.

    `layers`: what the table asks for beyond the layers of the criteria; `buildings` and `utilities` are keys of them.
    `known`: classes of the table's kind, those that no item names among them (None: all codes are).
    """

    items: tuple[CostItem, ...]
    class_field: str
    farmland_lines: tuple[str, ...] = ()
    grade_fields: tuple[str, ...] = ()
    name: str = ""
    ownership_field: str = ""
    buildings: str = ""
    utilities: tuple[str, ...] = ()
    drive: Drive = Drive()
    layers: dict[str, LayerRef] = field(default_factory=dict)
    known: Optional[KnownCodes] = field(default=None, compare=False, repr=False)

    def counts(self, code: str) -> bool:
        """Whether a class can be told from others: what nobody knows is no cropland, and no new construction land."""
        return self.known is None or code in self.known or any(item.names(code) for item in self.items)


@dataclass
class CostRow:
    """Area in m2 and cost in yuan of one item; `m2` None with the reason `why` where it was not evaluated, `yuan` None
    where there is no price.
    """

    title: str
    m2: Optional[float] = None
    price: Optional[float] = None
    yuan: Optional[float] = None
    confidence: str = ""
    why: str = ""


@dataclass
class AccessRow:
    """How far a site is from one thing: `metres` straight to the nearest (`line`: from the site to it, on the plane)
    or along roads to `place` with the `minutes` of the quickest way; None with the reason `why` where not evaluated.
    """

    title: str
    metres: Optional[float] = None
    minutes: Optional[float] = None
    place: str = ""
    note: str = ""
    why: str = ""
    line: Any = None


@dataclass
class SiteCost:
    """`unclassified_m2`: land whose class no feature tells, or none that is known (`unknown_codes`); no item counts
    it."""

    rows: list[CostRow] = field(default_factory=list)
    unclassified_m2: float = 0.0
    access: list[AccessRow] = field(default_factory=list)
    unknown_codes: tuple[str, ...] = ()

    def unclassified(self) -> list[CostRow]:
        """The row of the land that no item counts; none where there is no such land."""
        if not self.unclassified_m2:
            return []
        codes = "、".join(self.unknown_codes[:_NAMED]) + (" …" if len(self.unknown_codes) > _NAMED else "")
        title = message("siting_cost_unknown_codes", codes=codes) if codes else message("siting_cost_unclassified")
        return [CostRow(title, self.unclassified_m2)]

    @property
    def yuan(self) -> float:
        """Sum of what has a price."""
        return float(half_up(sum(row.yuan for row in self.rows if row.yuan is not None), 2))


def site_costs(table: CostTable, areas_m2: Union[Sequence[float], Array], classes: ClassAreas) -> list[SiteCost]:
    """SiteCost of each site by the classes of its land."""
    found = []
    for site, site_m2 in enumerate(areas_m2):
        own_rows = classes.owners == site
        land = [(str(code), float(m2)) for code, m2 in zip(classes.codes[own_rows], classes.areas[own_rows])]
        known = [(code, m2) for code, m2 in land if table.counts(code)]
        rows = [_row(item, sum(m2 for code, m2 in known if item.takes(code))) for item in table.items]
        rest = float(half_up(max(float(site_m2) - sum(m2 for _, m2 in known), 0.0), 2))
        unknown = dict.fromkeys(code for code, m2 in land if m2 and not table.counts(code))
        found.append(SiteCost(rows, rest, unknown_codes=tuple(unknown)))
    return found


def in_language(costs: Mapping[str, SiteCost], language: str) -> dict[str, SiteCost]:
    """Costs with every text in one language: that of a report, or that of the user in an output."""

    def texts(row: Any, *names: str) -> Any:
        return replace(row, **{name: translated(getattr(row, name), language) for name in names})

    return {
        key: replace(
            cost,
            rows=[texts(row, "title", "why") for row in cost.rows],
            access=[texts(row, "title", "note", "why") for row in cost.access],
        )
        for key, cost in costs.items()
    }


def add_farmland(
    costs: Sequence[SiteCost], farmland_m2: np.ndarray, titles: tuple[str, Callable[[str], str]], grades: Any = None
) -> None:
    """Add the permanent farmland that sites take, by grade where the layer tells (ClassAreas); `titles`: of the
    whole, and what makes that of a grade.
    """
    for site, cost in enumerate(costs):
        cost.rows.append(CostRow(titles[0], float(half_up(farmland_m2[site], 2))))
        if grades is not None:
            own_rows = grades.owners == site
            for code, m2 in sorted(zip(grades.codes[own_rows], grades.areas[own_rows])):
                cost.rows.append(CostRow(titles[1](code), float(half_up(m2, 2))))


def not_evaluated(table: CostTable, why: str, sites: int) -> list[SiteCost]:
    """SiteCost of each site where land classes are not known: no item has an area."""
    return [SiteCost([CostRow(item.title, why=why) for item in table.items]) for _ in range(sites)]


@dataclass(frozen=True)
class OwnershipKinds:
    """Which codes of ownership are the state's and which a collective's; `titles` of both and of what is neither."""

    state: tuple[str, ...]
    collective: tuple[str, ...]
    titles: tuple[str, str, str]


def add_ownership(costs: Sequence[SiteCost], classes: ClassAreas, kinds: OwnershipKinds) -> None:
    """Add the areas of each site by who owns the land; what no code tells is a row of its own, never the state's."""
    for site, cost in enumerate(costs):
        own_rows = classes.owners == site
        codes, areas = [str(c) for c in classes.codes[own_rows]], classes.areas[own_rows]
        sums = [sum(a for c, a in zip(codes, areas) if c in known) for known in (kinds.state, kinds.collective)]
        rest = float(half_up(max(float(classes.totals[site]) - sum(sums), 0.0), 2))
        shares = [*sums, rest] if rest else sums
        cost.rows += [CostRow(title, float(half_up(m2, 2))) for title, m2 in zip(kinds.titles, shares)]


def _row(item: CostItem, m2: float) -> CostRow:
    m2 = float(half_up(m2, 2))
    yuan = None if item.price is None else float(half_up(m2 * MU_PER_M2 * item.price, 2))
    return CostRow(item.title, m2, item.price, yuan, item.confidence)


def _any(code: str, patterns: Sequence[str]) -> bool:
    return any(code.startswith(p[:-1]) if p.endswith("*") else code == p for p in patterns)

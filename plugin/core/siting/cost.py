"""What a site takes and costs: cropland to be made up for, land that becomes construction land, buildings to go."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Optional, Union

import numpy as np

from ..land.rounding import MU_PER_M2, half_up
from ..land.types import Array
from .measures import ClassAreas


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

    def takes(self, code: str) -> bool:
        """Whether land of a class counts."""
        return _any(code, self.codes) if self.codes else not _any(code, self.not_codes)


@dataclass(frozen=True)
class CostTable:
    """The items, and where their areas come from: the field of the class, lines and grade fields of farmland."""

    items: tuple[CostItem, ...]
    class_field: str
    farmland_lines: tuple[str, ...] = ()
    grade_fields: tuple[str, ...] = ()


@dataclass
class CostRow:
    """Area in m2 and cost in yuan of one item; `yuan` None where there is no price."""

    title: str
    m2: float
    price: Optional[float] = None
    yuan: Optional[float] = None
    confidence: str = ""


@dataclass
class SiteCost:
    """`unclassified_m2`: land whose class no feature tells, which no item counts."""

    rows: list[CostRow] = field(default_factory=list)
    unclassified_m2: float = 0.0

    @property
    def yuan(self) -> float:
        """Sum of what has a price."""
        return float(half_up(sum(row.yuan for row in self.rows if row.yuan is not None), 2))


def site_costs(table: CostTable, areas_m2: Union[Sequence[float], Array], classes: ClassAreas) -> list[SiteCost]:
    """SiteCost of each site by the classes of its land."""
    found = []
    for site, whole in enumerate(areas_m2):
        mine = classes.owners == site
        codes, areas = [str(c) for c in classes.codes[mine]], classes.areas[mine]
        rows = [_row(item, sum(a for c, a in zip(codes, areas) if item.takes(c))) for item in table.items]
        found.append(SiteCost(rows, float(half_up(max(float(whole) - float(areas.sum()), 0.0), 2))))
    return found


def add_farmland(costs: Sequence[SiteCost], farmland_m2: np.ndarray, titles: tuple[str, str], grades=None) -> None:
    """Add the permanent farmland that sites take, by grade where the layer tells (ClassAreas); `titles`: of the
    whole and of a grade, with a place for it.
    """
    for site, cost in enumerate(costs):
        cost.rows.append(CostRow(titles[0], float(half_up(farmland_m2[site], 2))))
        if grades is not None:
            mine = grades.owners == site
            for code, m2 in sorted(zip(grades.codes[mine], grades.areas[mine])):
                cost.rows.append(CostRow(titles[1].format(grade=code), float(half_up(m2, 2))))


def _row(item: CostItem, m2: float) -> CostRow:
    m2 = float(half_up(m2, 2))
    yuan = None if item.price is None else float(half_up(m2 * MU_PER_M2 * item.price, 2))
    return CostRow(item.title, m2, item.price, yuan, item.confidence)


def _any(code: str, patterns: Sequence[str]) -> bool:
    return any(code.startswith(p[:-1]) if p.endswith("*") else code == p for p in patterns)

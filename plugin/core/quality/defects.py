"""What an inspection finds: items with permanent codes, defects of them, and what a check takes and gives.

Items, severities and tolerances are a proposal (resources/inspection/items.csv), not a standard. The title of an item
is the message `item_<code>`, the text of its defects `defect_<code>` unless a check names another.
"""

import csv
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property, lru_cache
from typing import Any, Callable, Optional

from pyproj import CRS

from ...paths import RESOURCES
from ..land.types import Array
from ..messages import text
from ..threads import Feedback

_ITEMS = RESOURCES / "inspection" / "items.csv"


class Severity(str, Enum):
    """Grade of a defect: A serious, B considerable, C slight."""

    A = "A"
    B = "B"
    C = "C"


class DefectState(str, Enum):
    """What became of a defect: `exception` is one that a person has explained, kept when the inspection runs again."""

    OPEN = "open"
    FIXED = "fixed"
    EXCEPTION = "exception"


@dataclass(frozen=True)
class Item:
    """One thing that is inspected; `check` names the check that does it, `tolerance` is None where it has none."""

    code: str
    stage: int
    severity: Severity
    check: str
    tolerance: Optional[float]
    unit: str
    confidence: str
    reference: str

    def title(self, language: Optional[str] = None) -> str:
        return text(f"item_{self.code}", language=language)


@dataclass
class Defect:
    """One finding; `geometry` lies on the plane of the run (None: the whole layer or file), `key` is the BSM.

    `value` is what was found, `wanted` what the specification asks for; `message` a code of resources/messages, filled
    with value, wanted, layer and `params`. `place`: the mark by which an earlier run knew a defect that is carried on.
    """

    item: str
    severity: Severity
    layer: str
    fid: Optional[int] = None
    key: str = ""
    value: str = ""
    wanted: str = ""
    message: str = ""
    params: dict[str, str] = field(default_factory=dict)
    geometry: Any = None
    state: DefectState = DefectState.OPEN
    note: str = ""
    who: str = ""
    when: str = ""
    place: str = ""

    def text(self, language: Optional[str] = None) -> str:
        """The defect in words, in `language` ("en", "zh"; default: the chosen one)."""
        known = {"layer": self.layer, "value": self.value, "wanted": self.wanted}
        return text(self.message or f"defect_{self.item}", language=language, **{**known, **self.params})


@dataclass
class LayerArrays:
    """A layer as checks see it, feature by feature; all arrays are as long as `fids`.

    `geometries`: as stored, invalid ones included, moved to `plane` (a CGCS2000 plane), None where the layer has none
    or one that no library reads. `usable`: repaired polygons as core.land.repair gives them, for overlays and areas.
    `has_arcs`: stored with true arcs (`geometries` holds them as chords). `columns`: {FIELD in capitals: values, None
    where empty}, of the fields that the specification's rules name. `code` is the layer's code in the specification.
    """

    code: str
    name: str
    fids: Array
    keys: Array
    geometries: Array
    usable: Array
    has_arcs: Array
    plane: CRS
    columns: dict[str, Array] = field(default_factory=dict)
    prepared: dict[str, Any] = field(default_factory=dict)  # what one check makes and others use, by its name
    is_valid: Optional[Array] = None  # which of `geometries` were found valid when they were read; None: not known

    def __len__(self) -> int:
        return len(self.fids)

    def keep_columns(self, names: Set[str]) -> None:
        """Let go of the values that no later check asks for."""
        self.columns = {name: values for name, values in self.columns.items() if name in names}

    def row_of(self, fid: int) -> Optional[int]:
        """Position of a feature, None for an unknown one."""
        return self._rows.get(fid)

    @cached_property
    def _rows(self) -> dict[int, int]:
        return {fid: row for row, fid in enumerate(self.fids.tolist())}


@dataclass(frozen=True)
class CheckRule:
    """One check asked of one layer, by the specification or by default; `severity` and `tolerance` come from the item
    where the specification does not give its own.

    `others`: codes of further layers that the check needs (the district, the other two of the three lines).
    `options`: whatever else the check takes, texts and numbers by name (e.g. {"field": "TBMJ"}).
    """

    item: Item
    layer: str
    severity: Severity
    tolerance: float = 0.0
    others: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)

    def defect(self, layer: LayerArrays, row: Optional[int] = None, **more: Any) -> Defect:
        """A defect of this rule: of a feature by its row, of the whole layer for None."""
        if row is None:
            return Defect(self.item.code, self.severity, layer.code, **more)
        return Defect(
            self.item.code, self.severity, layer.code, int(layer.fids[row]), str(layer.keys[row] or ""), **more
        )

    def layer_defect(self, **more: Any) -> Defect:
        """A defect of the whole layer, where no feature has been read."""
        return Defect(self.item.code, self.severity, self.layer, **more)


# layer, its rule, all layers by code (`others` and the layer itself; absent ones are not in it) -> its defects
Check = Callable[[LayerArrays, CheckRule, Mapping[str, LayerArrays], Optional[Feedback]], Iterator[Defect]]


@lru_cache(maxsize=1)
def items() -> dict[str, Item]:
    """{code: Item} of the catalogue, in its order."""
    with open(_ITEMS, encoding="utf-8-sig", newline="") as table:
        return {row["code"]: _item(row) for row in csv.DictReader(table)}


@lru_cache(maxsize=1)
def item_of_check() -> dict[str, Item]:
    """{name of a check: its Item}."""
    return {item.check: item for item in items().values()}


def _item(row: dict[str, str]) -> Item:
    tolerance = float(row["tolerance"]) if row["tolerance"] else None
    severity = Severity(row["severity"])
    return Item(
        row["code"], int(row["stage"]), severity, row["check"], tolerance, row["unit"], row["confidence"],
        row["reference"],
    )  # fmt: skip

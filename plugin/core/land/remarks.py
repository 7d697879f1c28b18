"""What happened to an input before it was used: remarks on it, repaired geometries, features left out."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Optional

from .. import messages

# codes of Skipped that leave land unknown: something is there and cannot be used
UNREAD = frozenset(
    {"geometry_unreadable", "geometry_not_finite", "geometry_off_plane", "geometry_line", "feature_misplaced"}
)


@dataclass(frozen=True)
class Remark:
    """One thing the reader must know about an input; `code` is a key of resources/messages/."""

    code: str
    layer: str = ""
    fid: Optional[int] = None
    params: dict[str, Any] = field(default_factory=dict)

    @property
    def message(self) -> messages.Message:
        """The remark, which can be told again in another language."""
        return messages.message(self.code, **self.params)

    def text(self, language: Optional[str] = None) -> str:
        """Return the remark in `language` ("en", "zh"; default: the chosen one)."""
        chosen = language or messages.language()
        kept: dict[str, str] = self.__dict__.setdefault("_texts", {})  # hundreds are told again for each range
        if chosen not in kept:
            kept[chosen] = messages.text(self.code, language=chosen, **self.params)
        return kept[chosen]


def stated_once(remarks: Iterable[Remark]) -> list[Remark]:
    """The remarks without those that say of a layer what was said of it: one layer may serve as several inputs."""
    known: dict[tuple[str, Optional[int], str, str], Remark] = {}
    for remark in remarks:
        known.setdefault((remark.layer, remark.fid, remark.code, remark.text()), remark)
    return list(known.values())


def invalidity(said: str) -> str:
    """What GEOS or PostGIS say of an invalid geometry as a text of the catalogue, without its place; what the catalogue
    does not know stays as it was said.
    """
    why = said.split("[")[0].strip()
    code = "invalid_" + why.lower().replace("-", "_").replace(" ", "_")
    return messages.message(code) if code in messages.catalogue() else why


@dataclass(frozen=True)
class Repair:
    """One invalid geometry that was repaired; areas are planar square metres on the working plane."""

    layer: str
    fid: int
    reason: str
    area_before_m2: float
    area_after_m2: float

    @property
    def change_m2(self) -> float:
        return self.area_after_m2 - self.area_before_m2

    @property
    def place(self) -> str:
        """Where it was, as "[x y]"; "" where nobody said."""
        return "".join(self.reason.partition("[")[1:])

    def why(self, language: Optional[str] = None) -> str:
        """The reason in `language`, without its place."""
        return str(messages.translated(invalidity(self.reason), language))


@dataclass(frozen=True)
class Skipped:
    """One feature that could not be used; `code` is a key of resources/messages/."""

    layer: str
    fid: int
    code: str

    def why(self, language: Optional[str] = None) -> str:
        """The reason in `language`."""
        return messages.text(self.code, language=language)

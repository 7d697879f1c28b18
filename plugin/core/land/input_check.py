"""What was looked at in one input layer before it was used, item by item, as the report prints it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import Optional

from .. import messages
from .remarks import Remark


class CheckItem(str, Enum):
    """What is looked at."""

    FILES = "files"  # companion files are there and of one length
    INDEX = "index"  # the spatial index lists every row, no other, and at its place
    COUNT = "count"  # as many features were read as the layer says it has
    GEOMETRY = "geometry"  # kinds of geometry, null, unreadable and unfinished ones
    COORDINATES = "coordinates"  # magnitude and order against the coordinate system and its zone
    ENCODING = "encoding"  # the bytes of the table against what the layer says of them


class CheckState(str, Enum):
    """What came of it: `remark` was put right or does no harm, `failed` leaves land unknown."""

    OK = "ok"
    REMARK = "remark"
    FAILED = "failed"


# remarks after which a line was looked at in part only: no conclusion may pass over them
NARROWING = frozenset({"layer_filtered", "layer_queried", "layer_rows_lost", "layer_unsaved", "layer_one_of_several"})

# what a reader must see before any conclusion: those, and what was not looked at for other reasons
FIRST_SAID = NARROWING | {
    "outside_all_layers", "layer_apart", "projects_in_other_zone", "layer_in_other_zone", "layer_at_other_scale",
    "projects_at_other_scale", "layer_moved", "rules_take_none", "no_rule_takes_any", "stated_area_differs",
    "layer_not_opened", "folder_files_unread", "mapping_unused", "projects_apart", "layer_of_service",
    "projects_in_other_district", "projects_of_other_county", "layer_after_review", "line_layer_empty",
    "rows_without_shape", "within_vintages", "layer_unmatched_alike", "layer_ambiguous",
}  # fmt: skip


def stated_first(remarks: Iterable[Remark]) -> list[Remark]:
    """The remarks that a reader must see before any conclusion."""
    return [remark for remark in remarks if remark.code in FIRST_SAID]


def stated_later(remarks: Iterable[Remark]) -> list[Remark]:
    """The others."""
    return [remark for remark in remarks if remark.code not in FIRST_SAID]


@dataclass(frozen=True)
class CheckEntry:
    """One item of one layer; `code` is a key of resources/messages/, "" where nothing is to be said."""

    item: CheckItem
    state: CheckState = CheckState.OK
    code: str = ""
    params: dict[str, object] = field(default_factory=dict)

    def text(self, language: Optional[str] = None) -> str:
        """What was found, for people; "" where nothing was."""
        return messages.text(self.code, language=language, **self.params) if self.code else ""

    def title(self, language: Optional[str] = None) -> str:
        """The item's name for people."""
        return messages.text(f"input_check_{self.item.value}", language=language)


@dataclass
class InputCheck:
    """All entries of one layer, at most one an item and code."""

    entries: list[CheckEntry] = field(default_factory=list)

    def add(self, item: CheckItem, state: CheckState = CheckState.OK, code: str = "", /, **params: object) -> None:
        """Keep an entry; a worse one takes the place of an `ok` of the same item."""
        entry = CheckEntry(item, state, code, params)
        if state == CheckState.OK and any(other.item == item for other in self.entries):
            return
        kept = [e for e in self.entries if e != entry and not (e.item == item and e.state == CheckState.OK)]
        self.entries = [*kept, entry]

    def state(self) -> CheckState:
        """The worst state of all entries."""
        states = {entry.state for entry in self.entries}
        return next((s for s in (CheckState.FAILED, CheckState.REMARK) if s in states), CheckState.OK)

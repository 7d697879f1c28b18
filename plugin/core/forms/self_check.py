"""The self-check (自检) of a record before it is handed in: items as data, what each found, and whether it stops.

Items lie in resources/selfcheck/*.json or in a form's schema (`x-self-check`); what a kind of item looks at is a
function in self_check_kinds. A rigid item that fails stops the record, a soft one warns. What could not be judged is
never taken for passed: an item says whether it then fails or warns.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from typing import Any, Optional

from ...paths import RESOURCES
from .. import messages
from ..errors import CatalogueError
from .schema import FORM_IDS, Form, load_form

_FOLDER = RESOURCES / "selfcheck"


class Level(str, Enum):
    """Whether an item that fails stops the record."""

    RIGID = "rigid"
    SOFT = "soft"


class Outcome(str, Enum):
    """What one item came to."""

    PASSED = "passed"
    WARNED = "warned"
    FAILED = "failed"


@dataclass(frozen=True)
class CheckItem:
    """One item. `unknown`: the outcome when it cannot be judged; `params` go to its kind."""

    code: str
    kind: str
    level: Level
    unknown: Outcome = Outcome.FAILED
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """What the item looks at, in the chosen language."""
        return messages.text(f"selfcheck_{self.kind}_title")

    @property
    def advice(self) -> str:
        """What to do where it does not pass, in the chosen language."""
        return messages.text(f"selfcheck_{self.kind}_advice")


@dataclass(frozen=True)
class Problem:
    """What a kind found: a message code with parameters; `is_unknown`: it could not be judged."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)
    is_unknown: bool = False


@dataclass(frozen=True)
class ItemResult:
    """One item with what it found; `problem` is None where it passed."""

    item: CheckItem
    outcome: Outcome
    problem: Optional[Problem] = None

    @property
    def message(self) -> str:
        """What was found, in the chosen language; "" where the item passed."""
        return messages.text(self.problem.code, **self.problem.params) if self.problem else ""


@dataclass(frozen=True)
class SelfCheckResult:
    """All items of one record, in their order; `evidence`: what the control-line items rest on."""

    items: tuple[ItemResult, ...] = ()
    evidence: str = ""

    def of(self, outcome: Outcome) -> list[ItemResult]:
        """The items that came to an outcome."""
        return [one for one in self.items if one.outcome is outcome]

    @property
    def is_passed(self) -> bool:
        """Whether nothing rigid stops the record."""
        return not self.of(Outcome.FAILED)

    def reported(self) -> dict[str, Any]:
        """What the audit chain keeps of it: the outcome of every item, what was found and by which round."""
        found = {one.item.code: one.outcome.value for one in self.items}
        problems = {one.item.code: one.problem.code for one in self.items if one.problem}
        return {"items": found, "problems": problems, "evidence": self.evidence}


def judged(item: CheckItem, problem: Optional[Problem]) -> ItemResult:
    """The result of an item whose kind found a problem or none."""
    if problem is None:
        return ItemResult(item, Outcome.PASSED)
    if item.level is Level.SOFT:
        return ItemResult(item, Outcome.WARNED, problem)
    return ItemResult(item, item.unknown if problem.is_unknown else Outcome.FAILED, problem)


def items_of(form: Form) -> tuple[CheckItem, ...]:
    """The items that a form declares; an edition that says nothing of a self-check keeps those of the built-in one."""
    declared = form.schema.get("x-self-check")
    if "x-self-check" not in form.schema and form.id in FORM_IDS:
        declared = _declared_by_built_in(form.id)
    return _named(declared) if isinstance(declared, str) else read_items(declared or (), form.id)


@lru_cache(maxsize=len(FORM_IDS))
def _declared_by_built_in(form_id: str) -> Any:
    """Asked of every record that is sent: read once."""
    return load_form(form_id).schema.get("x-self-check")


@lru_cache(maxsize=16)
def _named(name: str) -> tuple[CheckItem, ...]:
    try:
        reported = json.loads((_FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CatalogueError("selfcheck_items_wrong", form=name, error=error) from error
    return read_items(reported["items"], name)


def read_items(rows: Iterable[Mapping[str, Any]], name: str) -> tuple[CheckItem, ...]:
    """CheckItems of JSON values; CatalogueError for a kind, level or key that this edition does not know."""
    from .self_check_kinds import KINDS

    found = []
    for row in rows:
        try:
            unknown = Outcome.WARNED if row.get("unknown") == "warn" else Outcome.FAILED
            found.append(CheckItem(row["code"], row["kind"], Level(row["level"]), unknown, dict(row.get("params", {}))))
            KINDS[row["kind"]]
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            raise CatalogueError("selfcheck_items_wrong", form=name, error=error) from error
    return tuple(found)

"""A specification that a person changes: severities, tolerances, what is left out. What comes with the plugin stays."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

from ...core.quality.defects import Severity, items
from ...core.quality.inspection_spec import Specification
from .inspection_edit import SpecificationEdit


@dataclass(frozen=True)
class ItemChoice:
    """What a specification says of one item; `tolerance` None where the item has none."""

    code: str
    severity: Severity
    tolerance: Optional[float]
    is_asked: bool


def choices(specification: Specification) -> list[ItemChoice]:
    """What holds for every item of the catalogue."""
    return [
        ItemChoice(
            code,
            specification.severities.get(code, item.severity),
            specification.tolerances.get(code, item.tolerance) if item.tolerance is not None else None,
            code not in specification.off,
        )
        for code, item in items().items()
    ]


def save_choices(edit: SpecificationEdit, chosen: list[ItemChoice], path: Path, name: str, confidence: str) -> None:
    """Write the file that is edited with these choices; raises OutputError, CatalogueError."""
    edit.save(path, name, confidence, _changes(chosen, edit.below()))


def _changes(chosen: list[ItemChoice], below: Specification) -> Mapping[str, Any]:
    """The entries that differ from what lies below."""
    known = {choice.code: choice for choice in choices(below)}
    severities = {c.code: c.severity.value for c in chosen if c.severity != known[c.code].severity}
    tolerances = {c.code: c.tolerance for c in chosen if c.tolerance != known[c.code].tolerance}
    return {"severities": severities, "tolerances": tolerances, "off": [c.code for c in chosen if not c.is_asked]}

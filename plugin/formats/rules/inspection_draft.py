"""A specification that a person changes: severities, tolerances, what is left out. What comes with the plugin stays."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

from ...core.quality.defects import Severity, items
from ...core.quality.inspection_spec import Specification
from .inspection_files import built_in, load_specification, path_of
from .schema_mistakes import plain
from .yaml_lines import load_yaml
from .yaml_writer import save_yaml


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


def save_choices(source: str, chosen: list[ItemChoice], path: Path, name: str, confidence: str) -> Specification:
    """Write a file with these choices: one that extends a built-in specification, or a copy of a person's own file.

    Returns it as it is read back; raises OutputError, CatalogueError.
    """
    document = _document(source)
    document.update(name=name, confidence=confidence, **_changes(chosen, _below(source)))
    save_yaml(path, document)
    return load_specification(path)


def _document(source: str) -> dict[str, Any]:
    if source in built_in():
        data = plain(load_yaml(path_of(source)).data)
        return {"extends": source, "name": data["name"], "version": str(data["version"])}
    return dict(plain(load_yaml(path_of(source)).data))


def _below(source: str) -> Specification:
    """What the new file lies over, as far as its choices are concerned."""
    below = source if source in built_in() else _document(source).get("extends", "")
    return load_specification(below) if below in built_in() else Specification("", "", "", "", "")


def _changes(chosen: list[ItemChoice], below: Specification) -> Mapping[str, Any]:
    """The entries that differ from what lies below."""
    known = {choice.code: choice for choice in choices(below)}
    severities = {c.code: c.severity.value for c in chosen if c.severity != known[c.code].severity}
    tolerances = {c.code: c.tolerance for c in chosen if c.tolerance != known[c.code].tolerance}
    return {"severities": severities, "tolerances": tolerances, "off": [c.code for c in chosen if not c.is_asked]}

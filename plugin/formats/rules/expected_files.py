"""Which indicators are expected of a level of plans (resources/indicators/expected.yaml), by list or by a whole set."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...core.errors import CatalogueError
from ...core.messages import language
from .indicator_files import EXPECTED, checked_yaml, load_indicator_set


@dataclass(frozen=True)
class ExpectedList:
    """`indicators`: {id: Chinese name}; `confidence`: how sure the list is."""

    id: str
    title: str
    indicators: Mapping[str, str]
    confidence: str


def expected_names() -> dict[str, str]:
    """{id of a list: its title}"""
    return {one["id"]: _title(one) for one in _lists()}


def expected_list(name: str) -> ExpectedList:
    """The list of a name, or every indicator of a set (a file, or the name of a shipped one). Raises CatalogueError."""
    found = next((one for one in _lists() if one["id"] == name), None)
    if found is None:
        if not Path(name).is_file():
            raise CatalogueError("expected_unknown", name=name, names="、".join(expected_names()))
        complete_set = load_indicator_set(name)
        return ExpectedList(
            complete_set.id, complete_set.zh, {i.id: i.zh for i in complete_set.indicators}, complete_set.confidence
        )
    known = {i.id: i.zh for i in load_indicator_set(found["set"]).indicators}
    strange = sorted({*found.get("without", ()), *found.get("only", ())} - set(known))
    if strange:
        raise CatalogueError("expected_strange", name=name, set=found["set"], ids="、".join(strange))
    kept = [key for key in known if key not in found.get("without", ()) and key in found.get("only", known)]
    return ExpectedList(found["id"], _title(found), {key: known[key] for key in kept}, found["confidence"])


def _lists() -> list[dict[str, Any]]:
    return list(checked_yaml(EXPECTED, "expected.schema.json", "expected_invalid").data["lists"])


def _title(one: Mapping[str, Any]) -> str:
    return str(one["zh"] if language() == "zh" else one.get("en") or one["zh"])

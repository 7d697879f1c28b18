"""Indicator sets and warning rules: YAML files, checked against their schemas; the sets that come with the plugin."""

import csv
import hashlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Union

from ...core.errors import CatalogueError
from ...core.indicators.indicator_build import build_indicator_set
from ...core.indicators.indicator_model import IndicatorSet
from ...core.indicators.indicator_units import UnitTable
from ...core.indicators.warning_rules import WarningRule, build_warning_rules
from ...core.review.rules import rule_error
from ...paths import RESOURCES
from .rule_files import load_catalogue
from .schema_mistakes import mistakes_of, plain, schema_validator
from .yaml_lines import LinedDocument, load_yaml

FOLDER = RESOURCES / "indicators"
WARNINGS = FOLDER / "warnings.yaml"
EXPECTED = FOLDER / "expected.yaml"
BASE = FOLDER / "base.yaml"
_SHARED = ("layers", "parts", "statistics")
_ASIDE = {BASE.name, WARNINGS.name, EXPECTED.name}


@lru_cache(maxsize=1)
def load_units() -> UnitTable:
    """The UnitTable of resources/indicators/units.csv."""
    with open(FOLDER / "units.csv", encoding="utf-8", newline="") as table:
        return UnitTable(list(csv.DictReader(table)))


def shipped_sets() -> list[Path]:
    """The indicator sets that come with the plugin."""
    return sorted(path for path in FOLDER.glob("*.yaml") if path.name not in _ASIDE)


def find_set(name: Union[str, Path]) -> Path:
    """The file of a path, or of the name of a shipped set; raises CatalogueError for neither."""
    path = Path(name)
    if path.suffix and path.is_file():
        return path
    shipped = {known.stem: known for known in shipped_sets()}
    if str(name) not in shipped:
        raise CatalogueError("indicators_unknown", name=str(name), names=", ".join(shipped))
    return shipped[str(name)]


def load_indicator_set(name: Union[str, Path]) -> IndicatorSet:
    """The IndicatorSet of a file or of a shipped set's name; raises CatalogueError naming file, line and key."""
    path = find_set(name)
    document = checked_yaml(path, "set.schema.json", "indicators_invalid")
    return build_set(document, hashlib.sha256(path.read_bytes() + BASE.read_bytes()).hexdigest())


@lru_cache(maxsize=1)
def shipped_decimals() -> Mapping[str, int]:
    """{indicator: its decimals} of all sets that come with the plugin."""
    sets = [load_indicator_set(path) for path in shipped_sets()]
    return {one.id: one.decimals for indicator_set in sets for one in indicator_set.indicators}


def build_set(document: LinedDocument, sha256: str) -> IndicatorSet:
    """The IndicatorSet of a document that fits the schema; what it extends is laid below it."""
    data, base = plain(document.data), None
    if data.get("extends"):
        base = load_yaml(BASE)
        data = _layered(plain(base.data), data)

    def locate(path: tuple[Any, ...]) -> tuple[str, int]:
        own = _stands_in(document.data, path)
        source = document if own or base is None else base
        return source.file.name, source.line(tuple(path))

    return build_indicator_set(data, load_units(), load_catalogue().lines, locate, sha256)


def set_mistakes(document: LinedDocument) -> list:
    """Mistakes of a document against the schema of indicator sets."""
    return mistakes_of(document, schema_validator(FOLDER / "set.schema.json"))


def _layered(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    return {**own, **{key: {**base.get(key, {}), **own.get(key, {})} for key in _SHARED}}


def _stands_in(data: Any, path: tuple[Any, ...]) -> bool:
    if path[:1] == ("indicators",):
        return True
    return isinstance(data.get(path[0]), dict) and len(path) > 1 and path[1] in data[path[0]]


def load_warning_rules(path: Union[str, Path, None] = None) -> tuple[WarningRule, ...]:
    """The warning rules of a file, the shipped ones without; raises CatalogueError."""
    document = checked_yaml(Path(path) if path else WARNINGS, "warnings.schema.json", "warnings_invalid")
    return build_warning_rules(document.data["rules"])


def checked_yaml(path: Path, schema: str, headline: str) -> LinedDocument:
    """A YAML file that fits a schema of this folder; raises CatalogueError naming file, line and key."""
    try:
        document = load_yaml(path)
    except OSError as error:
        raise CatalogueError("indicators_unreadable", file=str(path), error=error.strerror) from error
    mistakes = mistakes_of(document, schema_validator(FOLDER / schema))
    if mistakes:
        raise rule_error(mistakes, headline)
    return document

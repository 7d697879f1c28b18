"""Catalogue and rule files: read, checked against their schema, provinces layered over the nation."""

import csv
import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any, Optional

from ...core.errors import CatalogueError
from ...core.review.catalogue import Catalogue, ControlLine
from ...core.review.known_values import Vocabularies
from ...core.review.proposals import Hints
from ...core.review.rules import ExpressionCheck, RuleSet, build_rule_set, rule_error
from ...paths import RESOURCES
from .layering import Layered
from .schema_mistakes import SchemaValidator, mistakes_of, schema_validator
from .yaml_lines import LinedDocument, load_yaml

BASE = RESOURCES / "rules" / "3x_national.yaml"


@lru_cache(maxsize=1)
def load_catalogue() -> Catalogue:
    """Return the Catalogue of resources/catalogue/control_lines.yaml."""
    return Catalogue.from_rows(load_yaml(RESOURCES / "catalogue" / "control_lines.yaml").data["lines"])


@lru_cache(maxsize=1)
def _lines_by_name() -> dict[str, ControlLine]:
    return {line.name: line for line in load_catalogue().lines.values()}


def line_title(name: str) -> str:
    """The name of a control line as results hold it, in the chosen language; one that the catalogue lacks stays."""
    line = _lines_by_name().get(name)
    return line.title if line is not None else name


@lru_cache(maxsize=1)
def load_project_fields() -> dict:
    """{what a rule may ask of a project: names of the fields that may hold it} (resources/catalogue)."""
    return load_yaml(RESOURCES / "catalogue" / "project_fields.yaml").data


@lru_cache(maxsize=1)
def load_ownership() -> dict[str, str]:
    """{code: word} of the kinds of ownership (resources/catalogue/ownership.yaml)."""
    codes: dict[str, str] = load_yaml(RESOURCES / "catalogue" / "ownership.yaml").data["codes"]
    return codes


@lru_cache(maxsize=1)
def load_owners() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(codes of the state's land, codes of land of collectives) of the same file."""
    data = load_yaml(RESOURCES / "catalogue" / "ownership.yaml").data
    return tuple(data["state"]), tuple(data["collective"])


@lru_cache(maxsize=1)
def load_land_use_names() -> dict:
    """Return {code: Chinese name} of the land-use classes (三调 and 国土空间用地用海,
    resources/catalogue/landuse.csv).
    """
    with open(RESOURCES / "catalogue" / "landuse.csv", encoding="utf-8-sig", newline="") as table:
        return {row["code"]: row["name"] for row in csv.DictReader(table)}


@lru_cache(maxsize=4)
def load_land_use_table(name: str) -> dict[str, str]:
    """{code: name} of one classification, "landuse_2023" or "landuse_survey" (三调); empty for another name."""
    places = {
        "landuse_2023": ("conversion", "landuse_2023.csv", ""),
        "landuse_survey": ("catalogue", "landuse.csv", "sandiao_landuse"),
    }
    if name not in places:
        return {}
    folder, file, only = places[name]
    with open(RESOURCES / folder / file, encoding="utf-8-sig", newline="") as table:
        return {row["code"]: row["name"] for row in csv.DictReader(table) if only in ("", row.get("table"))}


@lru_cache(maxsize=1)
def load_vocabularies() -> Vocabularies:
    """Values that belong together: classes of land by code and by name, and resources/catalogue/value_words.csv."""
    texts: dict[str, set[str]] = {}
    with open(RESOURCES / "catalogue" / "value_words.csv", encoding="utf-8", newline="") as table:
        for row in csv.DictReader(table):
            texts.setdefault(row["vocabulary"], set()).add(row["value"])
    classes = [load_land_use_table(name) for name in ("landuse_survey", "landuse_2023")]
    names = frozenset(name for table in classes for name in table.values())
    return Vocabularies(tuple(map(frozenset, classes)), (names, *map(frozenset, texts.values())))


@lru_cache(maxsize=1)
def load_hints() -> Hints:
    """Return what names and fields hint at which line (resources/catalogue/line_hints.csv)."""
    with open(RESOURCES / "catalogue" / "line_hints.csv", encoding="utf-8", newline="") as table:
        return Hints.from_rows(list(csv.DictReader(table)))


def load_rule_set(
    paths: Optional[list] = None, catalogue: Optional[Catalogue] = None, expression_check: ExpressionCheck = None
) -> RuleSet:
    """Return the RuleSet of rule files layered in order.

    `paths`: the first file is the base, or `None` for the national set; a first file that says `extends: 3x_national`
    is layered over the national set. A rule of the same id overrides the keys it gives, `remove` takes rules away,
    new rules and laws are added. `expression_check(text)` tells what is wrong with a QGIS expression.
    Raises CatalogueError naming file, line and key of every mistake.
    """
    layered, _, files = read_rules(paths)
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
    return build_rule_set(layered.data, catalogue or load_catalogue(), layered.locate, digest, expression_check)


def read_rules(paths: Optional[list] = None) -> "tuple[Layered, list, list]":
    """(Layered document, LinedDocuments, files) of rule files, as load_rule_set takes them.

    Raises CatalogueError for what contradicts the schema or names a rule that is not there.
    """
    files = [Path(p) for p in paths or [BASE]]
    documents = [_load(file) for file in files]
    if documents[0].data.get("extends"):
        files.insert(0, BASE)
        documents.insert(0, _load(BASE))
    layered = Layered(documents)
    if layered.mistakes:
        raise rule_error(layered.mistakes)
    return layered, documents, files


def _load(file: Path) -> LinedDocument:
    try:
        state = Path(file).stat()
    except OSError as error:
        raise CatalogueError("rule_file_unreadable", file=str(file), error=error.strerror) from error
    document = _read(Path(file), state.st_mtime_ns, state.st_size)
    return LinedDocument(document.file, _copied(document.data), dict(document.lines))  # each caller may change its own


def _copied(node: Any) -> Any:
    """A copy of what YAML holds: mappings, lists, and values that nobody can change."""
    if isinstance(node, dict):
        return {key: _copied(value) for key, value in node.items()}
    return [_copied(value) for value in node] if isinstance(node, list) else node


@lru_cache(maxsize=8)
def _read(file: Path, _changed: int, _size: int) -> LinedDocument:
    """A file that is unchanged is parsed once: the window prepares checks on its own thread."""
    try:
        document = load_yaml(file)
    except OSError as error:
        raise CatalogueError("rule_file_unreadable", file=str(file), error=error.strerror) from error
    mistakes = mistakes_of(document, validator())
    if mistakes:
        raise rule_error(mistakes)
    return document


def validator() -> SchemaValidator:
    """The schema of rule files."""
    return schema_validator(RESOURCES / "rules" / "rules.schema.json")

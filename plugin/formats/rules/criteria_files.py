"""Criteria files of the site selection: YAML, checked against their schema and the rule set."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Optional

from ...core.errors import CatalogueError
from ...core.review.rules import RuleSet, rule_error
from ...core.siting.build import CriteriaSource, RuleContext, build_criteria
from ...core.siting.model import Criteria
from ...paths import RESOURCES
from .rule_files import load_catalogue, load_rule_set, load_vocabularies
from .schema_mistakes import mistakes_of, plain, schema_validator
from .yaml_lines import LinedDocument, load_yaml, read_text

FOLDER = RESOURCES / "siting"
_NAMED = re.compile(r"^name\s*:", re.MULTILINE)  # what has no name is no criteria file: prices lie there too


def load_criteria(
    path: Path, rule_set: Optional[RuleSet] = None, expression_check: Any = None, on: Optional[date] = None
) -> Criteria:
    """Return the Criteria of a YAML file.

    `rule_set`: that of the control-line check (default: the national one); `expression_check(text)` tells what is
    wrong with a QGIS expression; `on`: the day whose rules count. Raises CatalogueError naming file, line and key of
    every mistake.
    """
    document = _read(path)
    catalogue = load_catalogue()
    rules = rule_set or load_rule_set(None, catalogue, expression_check)
    digest = hashlib.sha256(Path(path).read_bytes()).hexdigest()
    return criteria_of(document, digest, RuleContext(rules, catalogue, expression_check, on))


def criteria_of(document: LinedDocument, digest: str, rules: RuleContext) -> Criteria:
    """The Criteria of a document; raises CatalogueError with every mistake."""
    _refuse_mistakes(document)

    def locate(key_path: Sequence[Any]) -> tuple[str, int]:
        return document.file.name, document.line(tuple(key_path))

    known = replace(rules, vocabularies=load_vocabularies())
    return build_criteria(CriteriaSource(plain(document.data), digest, locate), known)


def read_document(path: Path) -> LinedDocument:
    """Return the LinedDocument of a criteria file that fits the schema; raises CatalogueError."""
    document = _read(path)
    _refuse_mistakes(document)
    return document


def _read(path: Path) -> LinedDocument:
    try:
        return load_yaml(path)
    except OSError as error:
        raise CatalogueError("criteria_unreadable", file=str(path), error=error.strerror) from error


def _refuse_mistakes(document: LinedDocument) -> None:
    mistakes = mistakes_of(document, schema_validator(FOLDER / "criteria.schema.json"))
    if mistakes:
        raise rule_error(mistakes, "criteria_invalid")


def examples() -> list:
    """Paths of the example criteria that come with the plugin."""
    return sorted(path for path in FOLDER.glob("*.yaml") if _NAMED.search(read_text(path)))

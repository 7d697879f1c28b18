"""Mistakes against a JSON Schema as messages for people who write rules and not programs."""

import json
from collections.abc import Iterable
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any

from ...core.errors import LibraryError
from ...core.messages import catalogue, text
from .plainly_valid import is_plainly_valid
from .yaml_lines import LinedDocument

Mistake = tuple  # (file name, line, key, message code, params)


class SchemaValidator:
    """Finds what contradicts a JSON Schema; the library that names it is imported for the first file with a mistake."""

    def __init__(self, schema: dict) -> None:
        self._schema = schema

    def errors(self, value: Any) -> list:
        """The jsonschema errors of a value, none for what fits. Raises LibraryError."""
        return [] if is_plainly_valid(value, self._schema) else list(self._library().iter_errors(value))

    def _library(self) -> Any:
        try:
            from jsonschema import Draft202012Validator
        except ImportError as error:
            raise LibraryError(error) from error
        return Draft202012Validator(self._schema)


@lru_cache(maxsize=16)
def schema_validator(schema: Path) -> SchemaValidator:
    """That of a JSON Schema file."""
    return SchemaValidator(json.loads(schema.read_text(encoding="utf-8")))


def mistakes_of(document: LinedDocument, validator: SchemaValidator) -> list:
    """Mistakes of a document, in the order of their lines."""
    if document.data is None:
        return [(document.file.name, 1, "-", "yaml_empty", {})]
    if not isinstance(document.data, dict):
        return [(document.file.name, 1, "-", "yaml_no_keys", {})]
    found = [schema_mistake(document, error) for error in validator.errors(plain(document.data))]
    return sorted(found, key=lambda mistake: mistake[1])


def plain(value: Any) -> Any:
    """YAML dates as text and article numbers as text, as JSON Schema knows no dates."""
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    return value.isoformat() if isinstance(value, date) else value


def schema_mistake(document: LinedDocument, error: Any) -> Mistake:
    """(file, line, key, message code, params) of one schema error; an unknown key is named itself."""
    path = list(error.absolute_path)
    code, params = "schema_other", {"error": error.message}
    if error.validator == "additionalProperties":
        known = error.schema.get("properties", {})
        extra = sorted(set(error.instance) - set(known))
        path, code = [*path, extra[0]], "schema_key_unknown"
        params = {"keys": ", ".join(extra), "allowed": ", ".join(known), "near": near(extra[0], known)}
    elif error.validator == "required":
        missing = [name for name in error.validator_value if name not in error.instance]
        code, params = "schema_key_missing", {"keys": ", ".join(missing)}
    elif error.validator == "enum":
        allowed = ", ".join(with_meaning(value) for value in error.validator_value if value is not None)
        code, params = "schema_not_allowed", {"value": error.instance, "allowed": allowed}
    elif error.validator in _OF_VALIDATOR:
        code, params = _OF_VALIDATOR[error.validator], {"value": _short(error.instance), "wanted": _wanted(path, error)}
    return document.file.name, document.line(tuple(path)), ".".join(map(str, path)) or "-", code, params


_OF_VALIDATOR = {
    "type": "schema_type",
    "pattern": "schema_pattern",
    "minimum": "schema_too_small",
    "exclusiveMinimum": "schema_too_small",
    "minLength": "schema_blank",
    "const": "schema_pattern",
}


def _wanted(path: list, error: Any) -> str:
    """What the key asks for, in words: of the key itself where a message says so, else of the type."""
    key = next((part for part in reversed(path) if isinstance(part, str)), "")
    for code in (f"wanted_{key}", f"wanted_type_{_first_type(error)}"):
        if code in catalogue():
            return text(code)
    return str(error.validator_value)


def _first_type(error: Any) -> str:
    kinds = error.schema.get("type", "")
    return kinds[0] if isinstance(kinds, list) else kinds


def _short(value: Any) -> str:
    shown = text("a_list") if isinstance(value, list) else text("a_mapping") if isinstance(value, dict) else str(value)
    return shown[:60]


def with_meaning(value: Any) -> str:
    """A value that files hold with its meaning in brackets, where there is one."""
    code = f"means_{value}"
    return f"{value}（{text(code)}）" if code in catalogue() else str(value)


def near(name: Any, known: Iterable) -> str:
    """A hint at the known name that was probably meant, "" where none is near."""
    found = get_close_matches(str(name), list(map(str, known)), 1, 0.6)
    return text("perhaps", name=found[0]) if found else ""

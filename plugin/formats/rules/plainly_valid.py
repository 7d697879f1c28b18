"""Whether a document plainly fits a JSON Schema: of a faultless file the library that names faults is not imported,
which takes longer than reading the file.

Never a reason to refuse anything: what is not plain (a fault, a keyword of a schema that is not known here) the library
decides.
"""

from __future__ import annotations

import re
from typing import Any, Callable

_CONDITIONS = {"required", "not"}  # all that may be asked under "if" and "not": of these no answer is only cautious
_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "number": (int, float),
    "integer": (int,),
    "boolean": (bool,),
    "null": (type(None),),
}


def is_plainly_valid(value: Any, schema: dict[str, Any]) -> bool:
    """Whether a value (what JSON can hold) fits a schema of draft 2020-12 without doubt."""
    try:
        return _Schema(schema).holds(value, schema)
    except (LookupError, TypeError, AttributeError, re.error):
        return False


class _Schema:
    def __init__(self, root: dict[str, Any]) -> None:
        self._root = root

    def holds(self, value: Any, schema: Any) -> bool:
        """Raises LookupError for a keyword of the schema that is not known here."""
        if isinstance(schema, bool):
            return schema
        return all(_KEYWORDS[keyword](self, value, schema) for keyword in schema)

    def type(self, value: Any, schema: Any) -> bool:
        kinds = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
        allowed = [python for kind in kinds for python in _TYPES[kind]]
        return type(value) in allowed

    def properties(self, value: Any, schema: Any) -> bool:
        if not isinstance(value, dict):
            return True
        return all(self.holds(value[name], each) for name, each in schema["properties"].items() if name in value)

    def additional(self, value: Any, schema: Any) -> bool:
        known = schema.get("properties", {})
        rest = [each for name, each in value.items() if name not in known] if isinstance(value, dict) else []
        return all(self.holds(each, schema["additionalProperties"]) for each in rest)

    def items(self, value: Any, schema: Any) -> bool:
        return not isinstance(value, list) or all(self.holds(each, schema["items"]) for each in value)

    def required(self, value: Any, schema: Any) -> bool:
        return not isinstance(value, dict) or all(name in value for name in schema["required"])

    def elsewhere(self, value: Any, schema: Any) -> bool:
        found = self._root
        start, *path = schema["$ref"].split("/")
        for name in [start, *path] if start != "#" else path:
            found = found[name]
        return self.holds(value, found)

    def opposite(self, value: Any, schema: Any) -> bool:
        return not self._asked(value, schema["not"])

    def condition(self, value: Any, schema: Any) -> bool:
        way = "then" if self._asked(value, schema["if"]) else "else"
        return way not in schema or self.holds(value, schema[way])

    def _asked(self, value: Any, schema: Any) -> bool:
        if not _CONDITIONS.issuperset(schema):
            raise LookupError
        return self.holds(value, schema)


def _is_one_of(value: Any, options: list[Any]) -> bool:
    return any(type(value) is type(option) and value == option for option in options)


def _of(kinds: tuple[type, ...], test: Callable[[Any, Any], bool], keyword: str) -> Any:
    """A keyword that says something of values of some kinds only."""
    return lambda self, value, schema: type(value) not in kinds or test(value, schema[keyword])


def _says_nothing(self: _Schema, value: Any, schema: Any) -> bool:
    return True


_NUMBERS = (int, float)
_KEYWORDS: dict[str, Callable[[_Schema, Any, Any], bool]] = {
    "type": _Schema.type,
    "properties": _Schema.properties,
    "additionalProperties": _Schema.additional,
    "items": _Schema.items,
    "required": _Schema.required,
    "$ref": _Schema.elsewhere,
    "not": _Schema.opposite,
    "if": _Schema.condition,
    "enum": lambda self, value, schema: _is_one_of(value, schema["enum"]),
    "const": lambda self, value, schema: _is_one_of(value, [schema["const"]]),
    "pattern": _of((str,), lambda value, pattern: re.search(pattern, value) is not None, "pattern"),
    "minLength": _of((str,), lambda value, least: len(value) >= least, "minLength"),
    "maxLength": _of((str,), lambda value, most: len(value) <= most, "maxLength"),
    "minItems": _of((list,), lambda value, least: len(value) >= least, "minItems"),
    "maxItems": _of((list,), lambda value, most: len(value) <= most, "maxItems"),
    "minimum": _of(_NUMBERS, lambda value, least: value >= least, "minimum"),
    "maximum": _of(_NUMBERS, lambda value, most: value <= most, "maximum"),
    "exclusiveMinimum": _of(_NUMBERS, lambda value, least: value > least, "exclusiveMinimum"),
    "exclusiveMaximum": _of(_NUMBERS, lambda value, most: value < most, "exclusiveMaximum"),
    **dict.fromkeys(("$schema", "$defs", "title", "description", "then", "else"), _says_nothing),
}

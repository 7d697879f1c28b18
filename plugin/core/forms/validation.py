"""Checking records against a form: every error of a row at once, by field, in the chosen language.

A quick test of each value says "surely right" for the keywords it knows; whatever is not surely right is judged by
jsonschema, compiled once per field, so that both give the same answers while 138,389 rows pass in seconds.
"""

import functools
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Callable, Optional

from .. import messages
from ..errors import CatalogueError, LibraryError
from ..land.divisions import Divisions
from ..patterns import MOST_WAYS_OF_TEXT, is_bounded
from .checks import CHECKS
from .fields import Field
from .identifiers import Problem, is_date, problem_finder
from .masking import is_mask
from .parsing import Unreadable, nearest_choices, read_text

if TYPE_CHECKING:
    import jsonschema

    from .schema import Form


def _library() -> Any:
    """jsonschema, imported when the first form is checked: most work needs no form."""
    try:
        import jsonschema
    except ImportError as error:
        raise LibraryError(error) from error
    return jsonschema


def _validator(schema: dict[str, Any]) -> "jsonschema.Draft202012Validator":
    library = _library()
    return library.Draft202012Validator(schema, format_checker=library.FormatChecker())


@functools.lru_cache(maxsize=64)
def _check_schema(text: str) -> None:
    """Check a schema, written as JSON, once: a workspace meets the same ones again and again."""
    schema = json.loads(text)
    _library().Draft202012Validator.check_schema(schema)
    for spec in schema["properties"].values():
        pattern = spec.get("pattern", "")
        re.compile(pattern)
        if not is_bounded(pattern, MOST_WAYS_OF_TEXT):
            raise re.error(messages.text("form_pattern_endless", field=spec.get("title", ""), pattern=pattern))


_QUICK_KEYWORDS = {"type", "maxLength", "pattern", "enum", "minimum", "maximum", "format"}
_NOTES = {"title", "description", "default", "examples"}
_HANDLED = {"$schema", "$id", "title", "description", "type", "properties", "required"}
_CODES = {
    "enum": "form_not_in_list",
    "maxLength": "form_too_long",
    "minimum": "form_too_small",
    "maximum": "form_too_large",
    "format": "form_date",
    "pattern": "form_pattern",
}
_TYPE_CODES = {"string": "form_not_text", "integer": "form_not_integer", "number": "form_not_number"}
_CACHE_LIMIT, _MOST_NAMED = 100_000, 8


@dataclass(frozen=True)
class FieldError:
    """One thing wrong with one field; `level` is "error" or "warning" (a warning never stops a record)."""

    field: str
    code: str
    message: str
    level: str = "error"


class FormValidator:
    """`form`: core.forms.Form.

    `divisions`: core.divisions.Divisions for codes that must be known, None to test their form only.
    """

    def __init__(self, form: "Form", divisions: Optional[Divisions] = None) -> None:
        self.form = form
        rules = [(f.key, _FieldRule(f, form.schema["properties"][f.key], divisions)) for f in form.fields]
        self._fields = [(key, rule.passes_quickly, rule) for key, rule in rules]
        self._required = tuple(form.schema.get("required", ()))
        rest = {k: v for k, v in form.schema.items() if k not in _HANDLED and not k.startswith("x-")}
        self._rest = _validator(rest) if rest else None
        known = [c for c in form.checks if c["kind"] in CHECKS]
        self._checks = [(CHECKS[c["kind"]], {**c, "divisions": divisions}) for c in known]

    @staticmethod
    def check_schema(schema: dict[str, Any], name: str) -> None:
        """Raise CatalogueError when `schema` is no valid JSON Schema, or names a check that this edition of the
        plugin does not know.
        """
        try:
            _check_schema(json.dumps(schema))
        except (_library().SchemaError, re.error) as error:
            raise CatalogueError("form_schema_wrong", form=name, error=getattr(error, "message", error)) from error

    def errors(self, values: Mapping[str, Any], previous: Optional[Mapping[str, Any]] = None) -> list[FieldError]:
        """Errors of one record as [FieldError]; `values`: {key: value}, None and "" count as not given.

        `previous`: the record this one follows (the same key in an earlier state), for checks that look back.
        """
        return [e for e in self.judge(values, previous) if e.level == "error"]

    def warnings(self, values: Mapping[str, Any], previous: Optional[Mapping[str, Any]] = None) -> list[FieldError]:
        """Things to look at that do not stop the record, as [FieldError]."""
        return [e for e in self.judge(values, previous) if e.level == "warning"]

    def judge(self, values: Mapping[str, Any], previous: Optional[Mapping[str, Any]] = None) -> list[FieldError]:
        """Errors and warnings of one record together."""
        found, get = [], values.get
        for key in self._required:
            if get(key) in (None, ""):
                found.append(_error(key, "form_required", {}))
        for key, passes_quickly, rule in self._fields:
            value = get(key)
            if value is not None and value != "" and not passes_quickly(value) and not self._is_masked(key, value):
                found.extend(_error(key, code, params) for code, params in rule.problems(value))
        if self._rest is not None:
            given = {k: v for k, v in values.items() if v not in (None, "")}
            found.extend(
                _error(str(e.path[0]) if e.path else "", "form_other", {"error": e.message})
                for e in self._rest.iter_errors(given)
            )
        for check, spec in self._checks:
            found.extend(_error(*problem) for problem in check(spec, values, previous, self.form))
        return found

    def _is_masked(self, key: str, value: Any) -> bool:
        """Whether it is a mask that the platform shows: the value itself is there."""
        return key in self.form.sensitive and is_mask(value)


def _error(key: str, code: str, params: dict[str, Any], level: str = "error") -> FieldError:
    return FieldError(key, code, messages.message(code, **params), level)


class _FieldRule:
    """What one field demands, compiled."""

    def __init__(self, field: Field, spec: dict[str, Any], divisions: Optional[Divisions]) -> None:
        self._field = field
        self._cache: dict[Any, Any] = {}
        self._validator = _validator(spec)
        self._identifier = problem_finder(field.identifier, divisions)
        quick = {k for k in spec if not k.startswith("x-")} - _NOTES <= _QUICK_KEYWORDS
        self._quick: Callable[[Any], bool] = _quick_test(spec) if quick else (lambda value: False)
        self.passes_quickly = self._quick if self._identifier is None else self._is_right_code

    def _is_right_code(self, value: Any) -> bool:
        return self._quick(value) and self._identifier_problem(value) is None

    def _identifier_problem(self, value: Any) -> Optional[Problem]:
        if self._identifier is None or not isinstance(value, str):
            return None
        if value not in self._cache:
            self._make_room()
            self._cache[value] = self._identifier(value)
        return self._cache[value]

    def problems(self, value: Any) -> list[Problem]:
        """[(message code, parameters)] of one value, judged by jsonschema and the identifier's standard."""
        if problem := self._identifier_problem(value):
            return [problem]
        if isinstance(value, float) and not math.isfinite(value):
            return [("form_not_number", {"value": value})]
        if isinstance(value, (list, dict)):
            return self._judge(value)
        kept = (type(value), value)
        if kept not in self._cache:
            self._make_room()
            self._cache[kept] = self._judge(value)
        return self._cache[kept]

    def _make_room(self) -> None:
        if len(self._cache) > _CACHE_LIMIT:
            self._cache.clear()

    def _judge(self, value: Any) -> list[Problem]:
        """What is wrong with a value; text that cannot be read says why, a word that is no choice what the choices
        are."""
        found = {}
        if isinstance(value, str) and self._field.value_type in ("integer", "number", "date"):
            try:
                read_text(self._field, value)
            except Unreadable as problem:
                if problem.code != "form_not_number":  # the library words that one by what is asked for
                    return [(problem.code, problem.params)]
        for error in self._validator.iter_errors(value):
            code, params = _problem_of(error, value)
            if code == "form_not_in_list":
                params["allowed"] = _allowed(self._field, str(value))
            if error.validator == "type":
                return [(code, params)]
            found[code] = params
        return list(found.items())


def _allowed(field: Field, value: Any) -> str:
    """The choices of a field in words, the nearest ones first."""
    labels = nearest_choices(field, value, messages.language())
    comma = "、" if messages.language() == "zh" else ", "
    return comma.join(labels[:_MOST_NAMED]) + (comma + "…" if len(labels) > _MOST_NAMED else "")


def _problem_of(error: "jsonschema.ValidationError", value: Any) -> Problem:
    short = str(value)[:60]
    if error.validator == "type" and not error.path:
        return _TYPE_CODES.get(error.validator_value, "form_other"), {"value": short, "error": error.message}
    if error.validator == "pattern" and error.schema.get("format") == "date":
        return "form_date", {"value": short}
    if error.validator in _CODES and not error.path:
        return _CODES[error.validator], {"value": short, "limit": error.validator_value}
    return "form_other", {"error": error.message[:200]}


def _quick_test(spec: dict[str, Any]) -> Callable[[Any], bool]:
    """A function that is True only for values that jsonschema accepts as well."""
    if "enum" in spec:
        allowed = frozenset(spec["enum"]) if all(isinstance(v, str) for v in spec["enum"]) else frozenset()
        return lambda value: isinstance(value, str) and value in allowed
    if spec.get("type") == "string":
        return is_date if spec.get("format") == "date" else _quick_text(spec)
    if spec.get("type") in ("integer", "number"):
        kinds = (int,) if spec["type"] == "integer" else (int, float)
        low, high = spec.get("minimum", -math.inf), spec.get("maximum", math.inf)
        return lambda value: type(value) in kinds and low <= value <= high and value - value == 0
    return lambda value: False


def _quick_text(spec: dict[str, Any]) -> Callable[[Any], bool]:
    limit = spec.get("maxLength", math.inf)
    if "pattern" not in spec:
        return lambda value: isinstance(value, str) and len(value) <= limit
    search = re.compile(spec["pattern"]).search
    return lambda value: isinstance(value, str) and len(value) <= limit and search(value) is not None

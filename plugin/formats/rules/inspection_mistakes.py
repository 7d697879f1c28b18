"""What is wrong with a specification that no schema can tell: names that nothing has, expressions that do not read."""

from collections.abc import Iterator
from typing import Any

from ...core.patterns import MOST_WAYS_OF_PATH, MOST_WAYS_OF_VALUE, is_bounded, is_readable
from ...core.quality.defects import item_of_check, items
from ...core.quality.ranges import Range
from .schema_mistakes import Mistake, near
from .yaml_lines import LinedDocument

_Fault = tuple[tuple, str, dict[str, Any]]  # path, message code, params


def specification_mistakes(document: LinedDocument, data: dict[str, Any]) -> Iterator[Mistake]:
    """Mistakes of one file; `data` is the whole that it and the files below it come to."""
    for look in (_of_checks, _of_fields, _of_patterns, _of_layers, _of_items):
        for path, code, params in look(document.data, data):
            yield document.file.name, document.line(path), ".".join(map(str, path)), code, params


def _of_checks(own: dict[str, Any], data: dict[str, Any]) -> Iterator[_Fault]:
    layers, known = {row["code"] for row in data.get("layers", [])}, item_of_check()
    for path, check in _checks(own):
        name = check["check"]
        if name not in known:
            yield (*path, "check"), "inspection_check_unknown", {"name": name, "near": near(name, known)}
        for other in check.get("others", []):
            if other not in layers:
                params = {"name": other, "near": near(other, layers)}
                yield (*path, "others"), "inspection_layer_unknown", params


def _of_fields(own: dict[str, Any], data: dict[str, Any]) -> Iterator[_Fault]:
    codes = data.get("codes", {})
    for path, row in _fields(own):
        if row.get("codes") and row["codes"] not in codes:
            params = {"name": row["codes"], "near": near(row["codes"], codes)}
            yield (*path, "codes"), "inspection_codes_unknown", params
        if row.get("range") and Range.of(row["range"]) is None:
            yield (*path, "range"), "inspection_range", {"range": row["range"]}
        if row.get("form"):
            yield from _of_pattern((*path, "form"), row["form"], row["name"], MOST_WAYS_OF_VALUE)


def _of_patterns(own: dict[str, Any], data: dict[str, Any]) -> Iterator[_Fault]:
    for section in ("files", "tables", "texts"):
        for number, row in enumerate(own.get(section) or []):
            yield from _of_pattern((section, number, "pattern"), row["pattern"], row["title"], MOST_WAYS_OF_PATH)


def _of_layers(own: dict[str, Any], data: dict[str, Any]) -> Iterator[_Fault]:
    seen: set[str] = set()
    for number, row in enumerate(own.get("layers") or []):
        if row.get("field_set") and row["field_set"] not in data.get("field_sets", {}):
            yield ("layers", number, "field_set"), "inspection_set_unknown", {"name": row["field_set"]}
        if row["code"] in seen:
            yield ("layers", number, "code"), "inspection_code_twice", {"name": row["code"]}
        seen.add(row["code"])


def _of_items(own: dict[str, Any], data: dict[str, Any]) -> Iterator[_Fault]:
    for section in ("severities", "tolerances", "off"):
        for code in own.get(section) or ():
            if code not in items():
                yield (section,), "inspection_item_unknown", {"name": code, "near": near(code, items())}


def _of_pattern(path: tuple, pattern: str, name: str, most: int) -> Iterator[_Fault]:
    if not is_readable(pattern):
        yield path, "inspection_pattern", {"pattern": pattern}
    elif not is_bounded(pattern, most):
        yield path, "inspection_pattern_endless", {"pattern": pattern, "name": name}


def _checks(data: dict[str, Any]) -> Iterator[tuple[tuple, dict[str, Any]]]:
    for shape, rows in (data.get("defaults") or {}).items():
        yield from ((("defaults", shape, number), row) for number, row in enumerate(rows or []))
    for place, layer in enumerate(data.get("layers") or []):
        yield from ((("layers", place, "checks", n), row) for n, row in enumerate(layer.get("checks") or []))


def _fields(data: dict[str, Any]) -> Iterator[tuple[tuple, dict[str, Any]]]:
    for name, rows in (data.get("field_sets") or {}).items():
        yield from ((("field_sets", name, number), row) for number, row in enumerate(rows or []))
    for place, layer in enumerate(data.get("layers") or []):
        yield from ((("layers", place, "fields", n), row) for n, row in enumerate(layer.get("fields") or []))

"""Documents of specifications laid over one another: a province or office writes only what differs.

Entries of lists are known by their key, fields of a layer by their name. `remove` and `rename` name layers of the files
below, `remove_fields` and `rename_fields` fields of a layer; what refers to a renamed one follows it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from .schema_mistakes import Mistake, near
from .yaml_lines import LinedDocument

_KEYS = {"files": "title", "tables": "title", "texts": "title", "quotas": "id"}  # by which entries of lists are known
_MAPPINGS = ("codes", "field_sets", "defaults", "severities", "tolerances", "headings")
_CHANGES = ("remove", "rename")
_FIELD_CHANGES = ("fields", "remove_fields", "rename_fields")
_Row = dict[str, Any]


def lay_names(data: _Row, above: Mapping[str, Any]) -> None:
    """Remove and rename the layers of what is there, in place; the first half of laying a document over it."""
    for code in above.get("remove") or []:
        remove_layer(data, code)
    for old, new in (above.get("rename") or {}).items():
        rename_layer(data, old, new)


def lay_rows(data: _Row, above: Mapping[str, Any]) -> None:
    """Lay a document over what is there, in place; the second half."""
    for name, value in above.items():
        if name in _KEYS:
            _lay_list(data.setdefault(name, []), value or [], _KEYS[name])
        elif name == "layers":
            for row in value or []:
                _lay_layer(data, row)
        elif name in _MAPPINGS:
            data.setdefault(name, {}).update(value or {})
        elif name not in _CHANGES:
            data[name] = value


def _lay_list(rows: list[_Row], above: list[_Row], key: str) -> None:
    for row in above:
        known = next((r for r in rows if r.get(key) == row.get(key)), None)
        if known is None:
            rows.append(dict(row))
        else:
            known.update(row)


def _lay_layer(data: _Row, row: _Row) -> None:
    known = layer_of(data, row["code"])
    if known is None:
        known = {"code": row["code"]}
        data.setdefault("layers", []).append(known)
    known.update({key: value for key, value in row.items() if key not in _FIELD_CHANGES})
    for name in row.get("remove_fields") or []:
        remove_field(known, name)
    for old, new in (row.get("rename_fields") or {}).items():
        rename_field(data, row["code"], old, new)
    if row.get("fields"):
        known["fields"] = merged_fields(known.get("fields") or [], row["fields"])
        names = {field["name"] for field in row["fields"]}
        known["remove_fields"] = [name for name in known.get("remove_fields", []) if name not in names]


def merged_fields(below: list[_Row], above: list[_Row]) -> list[_Row]:
    """Fields by their names, what the rows above say going before what lies below."""
    rows = {row["name"]: dict(row) for row in below}
    for row in above:
        rows.setdefault(row["name"], {}).update(row)
    return list(rows.values())


def fields_of(layer: Mapping[str, Any], sets: Mapping[str, list[_Row]]) -> list[_Row]:
    """All fields of a layer: those of its set as far as it keeps them, then its own."""
    removed, names = layer.get("remove_fields") or [], layer.get("rename_fields") or {}
    common = [row for row in sets.get(layer.get("field_set", ""), []) if row["name"] not in removed]
    return merged_fields([_renamed(row, names) for row in common], layer.get("fields") or [])


def layer_of(data: Mapping[str, Any], code: str) -> "_Row | None":
    """The row of a layer, None where there is none."""
    return next((row for row in data.get("layers") or [] if row["code"] == code), None)


def remove_layer(data: _Row, code: str) -> None:
    """Take a layer out, and of other layers' checks what needs it."""
    data["layers"] = [row for row in data.get("layers") or [] if row["code"] != code]
    for row in data["layers"]:
        if any(code in (check.get("others") or []) for check in row.get("checks") or []):
            row["checks"] = [kept for kept in (_without(check, code) for check in row["checks"]) if kept]
    if code in (data.get("division_layers") or []):
        data["division_layers"] = [name for name in data["division_layers"] if name != code]


def _without(check: _Row, code: str) -> "_Row | None":
    """A check without a layer it looks at; None where no other is left."""
    others = check.get("others") or []
    left = [name for name in others if name != code]
    if left == others:
        return check
    return {**check, "others": left} if left else None


def rename_layer(data: _Row, old: str, new: str) -> None:
    """Give a layer another code, wherever the document names it."""
    for row in data.get("layers") or []:
        row["code"] = new if row["code"] == old else row["code"]
        if row.get("checks"):
            row["checks"] = [_other_named(check, old, new) for check in row["checks"]]
    for rows in _of_sums(data):
        rows[:] = [{**row, "layer": new} if row.get("layer") == old else row for row in rows]
    if data.get("district") == old:
        data["district"] = new
    if old in (data.get("division_layers") or []):
        data["division_layers"] = [new if name == old else name for name in data["division_layers"]]


def _other_named(check: _Row, old: str, new: str) -> _Row:
    others = check.get("others") or []
    return {**check, "others": [new if name == old else name for name in others]} if old in others else check


def _of_sums(data: _Row) -> Iterator[list[_Row]]:
    """Lists of rows that name a layer by `layer`."""
    yield from (data[name] for name in ("quotas", "upper") if data.get(name))
    for section, inner in (("tables", "cells"), ("texts", "numbers")):
        yield from (row[inner] for row in data.get(section) or [] if row.get(inner))


def remove_field(layer: _Row, name: str) -> None:
    """Take a field out of a layer; its set keeps it for others."""
    layer["fields"] = [row for row in layer.get("fields") or [] if row["name"] != name]
    names = layer.get("rename_fields") or {}
    original = next((old for old, new in names.items() if new == name), name)
    layer["rename_fields"] = {old: new for old, new in names.items() if new != name}
    layer["remove_fields"] = list(dict.fromkeys([*(layer.get("remove_fields") or []), original]))
    if layer.get("key") == name:
        layer["key"] = ""


def rename_field(data: _Row, code: str, old: str, new: str) -> None:
    """Give a field of a layer another name, wherever the document names it."""
    layer = layer_of(data, code)
    if layer is None:
        return
    names = {first: new if last == old else last for first, last in (layer.get("rename_fields") or {}).items()}
    layer["rename_fields"] = names if new in names.values() else {**names, old: new}
    layer["fields"] = [_renamed(row, {old: new}) for row in layer.get("fields") or []]
    if layer.get("key") == old:
        layer["key"] = new
    if layer.get("checks"):
        layer["checks"] = [{**one, "field": new} if one.get("field") == old else one for one in layer["checks"]]
    for rows in _of_sums(data):
        rows[:] = [_renamed_sum(row, old, new) if row.get("layer") == code else row for row in rows]


def _renamed(row: _Row, names: Mapping[str, str]) -> _Row:
    """A field with other names, its own and those of the fields that it leans on."""
    found = {**row, "name": names.get(row["name"], row["name"])}
    if row.get("name_of"):
        found["name_of"] = names.get(row["name_of"], row["name_of"])
    for key in ("needed_if", "empty_unless"):
        if row.get(key):
            found[key] = {names.get(name, name): values for name, values in row[key].items()}
    return found


def _renamed_sum(row: _Row, old: str, new: str) -> _Row:
    found = dict(row)
    if row.get("field") == old:
        found["field"] = new
    if row.get("where"):
        found["where"] = {new if name == old else name: codes for name, codes in row["where"].items()}
    return found


def layering_mistakes(document: LinedDocument, data: Mapping[str, Any]) -> Iterator[Mistake]:
    """What a document removes or renames that is not below it; `data` is what lies below."""
    below = [row["code"] for row in data.get("layers") or []]
    changes = [(("remove", number), code) for number, code in enumerate(document.data.get("remove") or [])]
    changes += [(("rename", code), code) for code in document.data.get("rename") or {}]
    for path, code in changes:
        if code not in below:
            yield _mistake(document, path, "inspection_layer_unknown", {"name": code, "near": near(code, below)})
        elif path[0] == "remove" and code == data.get("district") and code == document.data.get("district", code):
            yield _mistake(document, path, "inspection_district_needed", {"name": code})
    for old, new in (document.data.get("rename") or {}).items():
        if new in below:
            yield _mistake(document, ("rename", old), "inspection_code_taken", {"name": new})


def field_mistakes(document: LinedDocument, data: Mapping[str, Any]) -> Iterator[Mistake]:
    """As layering_mistakes, of the fields of layers: `data` with the layers removed and renamed, before the rows."""
    sets = {**data.get("field_sets", {}), **(document.data.get("field_sets") or {})}
    for place, row in enumerate(document.data.get("layers") or []):
        below = {
            **(layer_of(data, row["code"]) or {}),
            **({"field_set": row["field_set"]} if "field_set" in row else {}),
        }
        names = [field["name"] for field in fields_of(below, sets)]
        gone = [(("layers", place, "remove_fields", n), name) for n, name in enumerate(row.get("remove_fields") or [])]
        gone += [(("layers", place, "rename_fields", old), old) for old in row.get("rename_fields") or {}]
        for path, name in gone:
            if name not in names:
                yield _mistake(document, path, "inspection_field_unknown", {"name": name, "near": near(name, names)})
        for old, new in (row.get("rename_fields") or {}).items():
            if new in names:
                yield _mistake(
                    document, ("layers", place, "rename_fields", old), "inspection_field_taken", {"name": new}
                )


def _mistake(document: LinedDocument, path: tuple, code: str, params: dict[str, Any]) -> Mistake:
    return document.file.name, document.line(path), ".".join(map(str, path)), code, params

"""A specification while layers, fields and code lists are edited: every change is tried on the file as it would stand.

What comes with the plugin stays: a change to it goes into a file of one's own that extends it and holds only what
differs. A change that makes a mistake is refused with file, line and key, and leaves everything as it was.
"""

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Callable, Optional

from ...core.errors import InputError
from ...core.quality.inspection_spec import Specification
from . import inspection_layering as layering
from .inspection_files import built_in, code_table, layered, load_specification, path_of
from .schema_mistakes import plain
from .yaml_lines import load_yaml, read_text
from .yaml_writer import fresh_text, merged_text, save_text

_Row = dict[str, Any]


class SpecificationEdit:
    """`source`: a built-in specification by name or a file; `document`: the file of one's own as it would be saved.

    Raises CatalogueError for a source with mistakes, and for every change that would make one.
    """

    def __init__(self, source: str) -> None:
        self.source, self.specification = source, load_specification(source)
        self.is_built_in = source in built_in()
        own = plain(load_yaml(path_of(source)).data)
        head = {"extends": source, "name": own["name"], "version": str(own["version"])}
        self.document: _Row = head if self.is_built_in else own
        self._path = Path(f"own_{source}.yaml") if self.is_built_in else Path(source)
        self._before = "" if self.is_built_in else read_text(path_of(source))
        extended = self.document.get("extends")
        beside = path_of(source).parent / f"{extended}.yaml"
        self._extended = str(extended if extended in built_in() else beside) if extended else ""
        self._below = layered(self._extended) if extended else {}

    # what is told

    def is_own(self, layer: str, field: str = "") -> bool:
        """Whether the file of one's own says something of a layer, or of a field of it."""
        row = layering.layer_of(self.document, layer) or {}
        named = row.get("rename_fields") or {}
        if field:
            return any(one["name"] == field for one in row.get("fields") or []) or field in named.values()
        return bool(row) or layer in (self.document.get("rename") or {}).values()

    def is_only_own(self, layer: str) -> bool:
        """Whether no file below has the layer."""
        return not self._named_below(layer)

    def text(self, document: Optional[_Row] = None) -> str:
        """The file of one's own as it would be saved, the comments of the one before kept."""
        document = self.document if document is None else document
        return merged_text(self._before, document) if self._before else fresh_text(document)

    # changes

    def change(self, act: Callable[[_Row], None]) -> None:
        """Change the document; raises CatalogueError and leaves it as it was where that makes a mistake."""
        document = copy.deepcopy(self.document)
        act(document)
        tidy = {key: value for key, value in document.items() if value not in ({}, []) or key not in _EMPTIED}
        self.specification = load_specification(self._target(), self.text(tidy))
        self.document = tidy

    def _target(self) -> Path:
        return path_of(self.source).parent / self._path.name if not self.is_built_in else self._path

    def add_layer(self, code: str, title: str = "") -> None:
        """Add a polygon layer that may be missing; raises InputError for one that is there."""
        self._refuse_layer(code)

        def act(document: _Row) -> None:
            if code in (document.get("remove") or []):
                document["remove"].remove(code)
                return
            row = {"code": code, "title": title, "geometry": "polygon", "need": "O", "fields": []}
            document.setdefault("layers", []).append(row)

        self.change(act)

    def remove_layer(self, code: str) -> None:
        """Take a layer out; checks that other layers make against it go with it."""
        below = self._named_below(code)

        def act(document: _Row) -> None:
            layering.remove_layer(document, code)
            if below:
                document["rename"] = {k: v for k, v in (document.get("rename") or {}).items() if v != code}
                document.setdefault("remove", []).append(below)

        self.change(act)

    def rename_layer(self, old: str, new: str) -> None:
        """Give a layer another code; what refers to it follows."""
        self._refuse_layer(new)
        below = self._named_below(old)

        def act(document: _Row) -> None:
            layering.rename_layer(document, old, new)
            if below:
                document.setdefault("rename", {})[below] = new

        self.change(act)

    def set_layer(self, code: str, values: Mapping[str, Any]) -> None:
        """Change what is said of a layer (title, need, geometry, aliases, key ...); "" or None for nothing."""
        below = layering.layer_of(self._below, self._named_below(code)) or {}

        def act(document: _Row) -> None:
            _put(_row_of(document, code), {**_USUAL_LAYER, **below}, values)
            _tidy_layers(document, {code} if below else set())

        self.change(act)

    def set_field(self, layer: str, name: str, values: Mapping[str, Any]) -> None:
        """Change a field, or add one that is not there."""
        if not name.strip():
            raise InputError("inspection_field_needed")
        below = next((row for row in self._fields_below(layer) if row["name"] == name), {})

        def act(document: _Row) -> None:
            row = _row_of(document, layer)
            fields = row.setdefault("fields", [])
            own = next((one for one in fields if one["name"] == name), None)
            if own is None:
                own = {"name": name}
                fields.append(own)
            if name in (row.get("remove_fields") or []) and not below:
                row["remove_fields"].remove(name)
            _put(own, {**_USUAL_FIELD, **below}, values)
            row["fields"] = [one for one in fields if len(one) > 1 or one["name"] != name or not below]

        self.change(act)

    def remove_field(self, layer: str, name: str) -> None:
        """Take a field out of a layer."""
        is_below = any(row["name"] == name for row in self._fields_below(layer))

        def act(document: _Row) -> None:
            row = _row_of(document, layer)
            layering.remove_field(row, name)
            if not is_below:
                row["remove_fields"] = [one for one in row["remove_fields"] if one != name]
            _drop_empty(row)

        self.change(act)

    def rename_field(self, layer: str, old: str, new: str) -> None:
        """Give a field another name; what refers to it follows."""
        self._refuse_field(layer, new)
        is_below = any(row["name"] == old for row in self._fields_below(layer))

        def act(document: _Row) -> None:
            row = _row_of(document, layer)
            layering.rename_field(document, layer, old, new)
            if not is_below:
                row["rename_fields"] = {k: v for k, v in row["rename_fields"].items() if v != new}
            _drop_empty(row)

        self.change(act)

    def set_codes(self, name: str, values: Mapping[str, str], confidence: str = "") -> None:
        """Make a list hold these codes, a new list or one that is there; of a table that stays whole only the rest."""
        known = {**(self._below.get("codes") or {}), **(self.document.get("codes") or {})}.get(name) or {}
        table = code_table(known["file"], path_of(self.source).parent) if known.get("file") else {}
        row = {key: value for key, value in known.items() if key != "file" or set(table) <= set(values)}
        row["values"] = {c: n for c, n in values.items() if "file" not in row or table.get(c) != n}
        row["confidence"] = confidence or known.get("confidence", "")

        def act(document: _Row) -> None:
            document.setdefault("codes", {})[name] = {key: value for key, value in row.items() if value not in ("", {})}

        self.change(act)

    def save(self, path: Path, name: str, confidence: str, more: Mapping[str, Any]) -> None:
        """Write the file with its name, confidence and further entries; raises CatalogueError, OutputError."""
        document = {**self.document, "name": name, "confidence": confidence, **more}
        text = self.text(document)
        load_specification(path, text)
        save_text(path, text)

    # what lies below

    def below(self) -> Specification:
        """What the file of one's own lies over, empty where it extends nothing."""
        return load_specification(self._extended) if self._extended else Specification("", "", "", "", "")

    def _named_below(self, code: str) -> str:
        """The code that the files below give a layer, "" where they have none."""
        first = next((old for old, new in (self.document.get("rename") or {}).items() if new == code), code)
        is_renamed = first == code and code in (self.document.get("rename") or {})
        return first if not is_renamed and layering.layer_of(self._below, first) is not None else ""

    def _fields_below(self, code: str) -> list[_Row]:
        """Fields of a layer that do not stand in its own row: of the files below and of the sets, as they are named."""
        own = layering.layer_of(self.document, code) or {}
        below = copy.deepcopy(layering.layer_of(self._below, self._named_below(code)) or {})
        below["field_set"] = own.get("field_set", below.get("field_set", ""))
        for name in own.get("remove_fields") or []:
            layering.remove_field(below, name)
        layer = {**below, "code": code}
        for old, new in (own.get("rename_fields") or {}).items():
            layering.rename_field({"layers": [layer]}, code, old, new)
        return layering.fields_of(layer, {**self._below.get("field_sets", {}), **self.document.get("field_sets", {})})

    def _refuse_layer(self, code: str) -> None:
        if not code.strip():
            raise InputError("inspection_layer_needed")
        if self.specification.layer(code) is not None:
            raise InputError("inspection_layer_exists", name=code)

    def _refuse_field(self, layer: str, name: str) -> None:
        known = self.specification.layer(layer)
        if not name.strip():
            raise InputError("inspection_field_needed")
        if known is not None and known.field(name) is not None:
            raise InputError("inspection_field_exists", layer=layer, name=name)


_USUAL_LAYER = {"geometry": "polygon", "need": "O", "more_fields": False}  # what a row means that says nothing
_USUAL_FIELD = {"need": "M"}
_EMPTIED = ("remove", "rename", "layers")


def _row_of(document: _Row, code: str) -> _Row:
    """The own row of a layer, made where there is none."""
    row = layering.layer_of(document, code)
    if row is None:
        row = {"code": code}
        document.setdefault("layers", []).append(row)
    return row


def _put(row: _Row, below: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """Set values of a row; what equals the files below is not repeated, what they have and is cleared is said."""
    for key, value in values.items():
        if value == below.get(key) or (value in ("", None, []) and not below.get(key)):
            row.pop(key, None)
        else:
            row[key] = value


def _drop_empty(row: _Row) -> None:
    for key in ("fields", "remove_fields", "rename_fields"):
        if key in row and not row[key]:
            row.pop(key)


def _tidy_layers(document: _Row, codes: set[str]) -> None:
    """Rows of layers below that say nothing go."""
    document["layers"] = [row for row in document["layers"] if row["code"] not in codes or len(row) > 1]

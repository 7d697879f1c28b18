"""Specifications of plan databases: YAML per level, laid over one another, checked against their schema."""

import csv
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Optional, Union

from ...core.errors import CatalogueError
from ...core.quality import inspection_spec as spec
from ...core.quality.defects import Severity
from ...core.review.rules import rule_error
from ...paths import RESOURCES
from .inspection_layering import field_mistakes, fields_of, lay_names, lay_rows, layering_mistakes
from .inspection_mistakes import specification_mistakes
from .rule_files import load_land_use_table
from .schema_mistakes import mistakes_of, plain, schema_validator
from .yaml_lines import LinedDocument, load_yaml, parse_yaml

FOLDER = RESOURCES / "inspection"
_SCHEMA = FOLDER / "specification.schema.json"
_PLAIN_CHECK = ("check", "tolerance", "severity", "others")
_MOST_FILES = 8  # laid over one another


def built_in() -> list[str]:
    """Names of the specifications that come with the plugin."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def load_specification(source: Union[str, Path], text: Optional[str] = None) -> spec.Specification:
    """The Specification of a file, or of a built-in one by its name; files that it extends lie below it.

    `text`: what the file is going to hold. Raises CatalogueError naming file, line and key of every mistake.
    """
    documents = list(_documents(source, text))
    data: dict[str, Any] = {}
    for document in documents:
        _refuse(mistakes_of(document, schema_validator(_SCHEMA)))
        _lay(data, document)
    content = b"".join(document.file.read_bytes() for document in (documents if text is None else documents[:-1]))
    digest = hashlib.sha256(content + (text or "").encode()).hexdigest()
    return _built(data, digest, documents[-1].file.parent)


def layered(source: Union[str, Path]) -> dict[str, Any]:
    """All that a file and those it extends come to, as one document; raises CatalogueError."""
    data: dict[str, Any] = {}
    for document in _documents(source):
        _refuse(mistakes_of(document, schema_validator(_SCHEMA)))
        _lay(data, document)
    return data


def _lay(data: dict[str, Any], document: LinedDocument) -> None:
    document = LinedDocument(document.file, plain(document.data), document.lines)
    _refuse(list(layering_mistakes(document, data)))
    lay_names(data, document.data)
    _refuse(list(field_mistakes(document, data)))
    lay_rows(data, document.data)
    _refuse(list(specification_mistakes(document, data)))


def _refuse(mistakes: list) -> None:
    if mistakes:
        raise rule_error(mistakes, "inspection_invalid")


def path_of(source: Union[str, Path]) -> Path:
    """The file of a specification: a built-in one by name, else the path itself."""
    named = FOLDER / f"{source}.yaml"
    return named if str(source) in built_in() else Path(source)


def _documents(source: Union[str, Path], text: Optional[str] = None) -> Iterator[LinedDocument]:
    """The file and those it extends, the lowest first."""
    found: list[LinedDocument] = []
    path = path_of(source)
    while True:
        try:
            is_given = text is not None and not found
            document = parse_yaml(text or "", path) if is_given else load_yaml(path)
        except OSError as error:
            reason = error.strerror or error
            raise CatalogueError(
                "inspection_unreadable", file=str(path), error=reason, names=", ".join(built_in())
            ) from error
        found.insert(0, document)
        below = document.data.get("extends") if isinstance(document.data, dict) else None
        if not below:
            return iter(found)
        beside = path.parent / f"{below}.yaml"
        path = path_of(below) if str(below) in built_in() else beside
        if len(found) == _MOST_FILES or any(path == known.file for known in found):
            mistake = (document.file.name, document.line(("extends",)), "extends", "inspection_circle", {"name": below})
            raise rule_error([mistake], "inspection_invalid")


def _built(data: dict[str, Any], digest: str, folder: Path) -> spec.Specification:
    defaults, sets = data.get("defaults", {}), data.get("field_sets", {})
    scoring = data.get("scoring") or {}
    weights = {**{"A": 12, "B": 4, "C": 1}, **scoring.get("weights", {})}
    return spec.Specification(
        name=data["name"],
        level=data.get("level", "other"),
        version=str(data["version"]),
        confidence=data.get("confidence", ""),
        sha256=digest,
        layers=tuple(_layer(row, defaults, sets) for row in data.get("layers", [])),
        files=tuple(map(_file, data.get("files", []))),
        tables=tuple(map(_table, data.get("tables", []))),
        codes={name: _codes(name, row, folder) for name, row in data.get("codes", {}).items()},
        quotas=tuple(_quota(row) for row in data.get("quotas", []) if row.get("layer") and row.get("bound")),
        upper=tuple(spec.UpperRule(r["layer"], r["other"], r.get("tolerance")) for r in data.get("upper", [])),
        district=data.get("district", ""),
        division_layers=tuple(data.get("division_layers", [])),
        severities={code: Severity(word) for code, word in data.get("severities", {}).items()},
        tolerances=data.get("tolerances", {}),
        off=frozenset(data.get("off", [])),
        headings={name: tuple(codes) for name, codes in data.get("headings", {}).items()},
        scoring=spec.Scoring(
            {Severity(key): float(value) for key, value in weights.items()},
            float(scoring.get("pass", 60)),
            scoring.get("confidence", "proposal"),
        ),
        source=data.get("source", ""),
        texts=tuple(map(_text, data.get("texts", []))),
    )


def _layer(row: dict[str, Any], defaults: dict[str, Any], sets: dict[str, Any]) -> spec.LayerSpec:
    fields = fields_of(row, sets)
    units = {field["name"]: field["unit"] for field in fields if field.get("unit")}
    shape = spec.Shape(row.get("geometry", "polygon"))
    checks = [*defaults.get(shape.value, []), *row.get("checks", [])]
    return spec.LayerSpec(
        row["code"],
        row.get("title", ""),
        shape,
        spec.Need(row.get("need", "O")),
        row.get("ysdm", ""),
        row.get("key", ""),
        tuple(row.get("aliases", [])),
        tuple(map(_field, fields)),
        tuple(_check(check, units) for check in checks),
        row.get("z", False),
        row.get("confidence", ""),
        row.get("more_fields", False),
    )


def _check(row: dict[str, Any], units: dict[str, str]) -> spec.CheckSpec:
    """A check; the unit of stored areas is that of their field unless the check names another."""
    options = {key: value for key, value in row.items() if key not in _PLAIN_CHECK}
    if row["check"] in ("area_stored", "area_control") and options.get("field") in units:
        options.setdefault("unit", units[options["field"]])
    severity = Severity(row["severity"]) if row.get("severity") else None
    return spec.CheckSpec(row["check"], row.get("tolerance"), severity, tuple(row.get("others", [])), options)


def _field(row: dict[str, Any]) -> spec.FieldSpec:
    return spec.FieldSpec(
        row["name"],
        spec.FieldKind(row["type"]) if row.get("type") else None,
        row.get("title", ""),
        row.get("length"),
        row.get("decimals"),
        spec.Need(row.get("need", "M")),
        row.get("codes", ""),
        row.get("range", ""),
        row.get("form", ""),
        row.get("name_of", ""),
        unit=row.get("unit", ""),
        confidence=row.get("confidence", ""),
        needed_if=_condition(row.get("needed_if")),
        empty_unless=_condition(row.get("empty_unless")),
    )


def _condition(value: Any) -> tuple[str, tuple[str, ...]]:
    name, codes = next(iter((value or {}).items()), ("", []))
    return name, tuple(codes)


def _codes(name: str, row: dict[str, Any], folder: Path) -> spec.CodeList:
    values = {str(code): str(title or "") for code, title in (row.get("values") or {}).items()}
    if row.get("file"):
        values = {**code_table(row["file"], folder), **values}
    return spec.CodeList(name, values, int(row.get("pad", 0)), row.get("confidence", ""))


def code_table(name: str, folder: Path) -> dict[str, str]:
    """{code: name} of a table that comes with the plugin, or of a .csv (code, name) beside the specification."""
    known = load_land_use_table(name)
    if known:
        return known
    try:
        with open(folder / Path(name).name, encoding="utf-8-sig", newline="") as table:
            return {row["code"]: row.get("name") or "" for row in csv.DictReader(table)}
    except (OSError, KeyError, UnicodeDecodeError) as error:
        raise CatalogueError("inspection_code_table", file=name, error=str(error)) from error


def _file(row: dict[str, Any]) -> spec.FileSpec:
    need = spec.Need(row.get("need", "M"))
    return spec.FileSpec(
        *(row["title"], row["pattern"], need, row.get("near", ""), row.get("dpi", 0)),
        is_table=row.get("table", False),
        is_metadata=row.get("metadata", False),
    )


def _sum(row: dict[str, Any]) -> spec.LandSum:
    where = tuple((name, tuple(codes)) for name, codes in (row.get("where") or {}).items())
    return spec.LandSum(row["layer"], row.get("field", ""), where)


def _table(row: dict[str, Any]) -> spec.TableSpec:
    cells = [
        spec.CellRule(c["cell"], c["title"], _sum(c), c.get("unit", "ha"), c.get("tolerance"))
        for c in row.get("cells", [])
    ]
    parts = [
        spec.PartsRule(p["total"], tuple(p["parts"]), p.get("title", ""), p.get("tolerance"))
        for p in row.get("parts", [])
    ]
    columns = dict(row.get("columns") or {})
    return spec.TableSpec(row["title"], row["pattern"], row.get("sheet", ""), tuple(cells), tuple(parts), columns)


def _text(row: dict[str, Any]) -> spec.TextSpec:
    numbers = [
        spec.TextNumber(n["after"], _sum(n), n.get("title", ""), n.get("unit", "ha"), n.get("tolerance"))
        for n in row.get("numbers", [])
    ]
    return spec.TextSpec(row["title"], row["pattern"], tuple(numbers))


def _quota(row: dict[str, Any]) -> spec.Quota:
    title, unit = row.get("title", row["id"]), row.get("unit", "ha")
    return spec.Quota(row["id"], title, _sum(row), row["bound"], unit, row.get("value"))

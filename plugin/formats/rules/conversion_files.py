"""Conversion tables and decisions of land classes: CSV or YAML, every mistake named by file, line and key."""

import csv
import hashlib
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Optional

from ...core.errors import CatalogueError
from ...core.messages import language
from ...core.quality.conversion import ConversionTable, Kind, TableRow, clean_code
from ...core.quality.conversion_decisions import CUT, LARGEST, Decision
from ...core.review.rules import rule_error
from ...paths import RESOURCES
from .schema_mistakes import Mistake, near
from .yaml_lines import load_yaml, read_text

FOLDER = RESOURCES / "conversion"
BUILT_IN = ("sandiao_to_2023", "2020_to_2023")
_TITLES = {
    "原编码": "from_code", "原名称": "from_name", "新编码": "to_code", "新名称": "to_name", "类型": "kind",
    "备注": "note", "可信度": "confidence", "条件": "where", "图层": "layer", "字段": "field", "其余": "rest",
    "方法": "method", "from": "from_code", "to": "to_code",
}  # fmt: skip
_METHODS = {"": "", "cut": "", "切分": "", "largest": LARGEST, "最大占比": LARGEST, "占比最大": LARGEST}
_KINDS = {"1:1": "one", "n:1": "one", "1:n": "split", "一对一": "one", "多对一": "one", "一对多": "split", "无": "none"}
_TABLE_KEYS = ("from_code", "from_name", "to_code", "to_name", "kind", "note", "confidence", "source")
_SPLIT_KEYS = ("from_code", "to_code", "where", "layer", "field", "method", "rest", "note")


_BETWEEN = re.compile(r"[|;/、,\s]+")  # what people write between several codes of one cell


@dataclass
class _Row:
    """One row of either kind of file; `mistakes` collects what is wrong with the file."""

    file: str
    line: int
    values: dict[str, Any]
    mistakes: list[Mistake]

    def wrong(self, key: str, fault: str, /, **params: Any) -> None:
        self.mistakes.append((self.file, self.line, key, fault, params))

    def text(self, key: str) -> str:
        value = self.values.get(key)
        return "" if value is None else str(value).strip()

    def code(self, key: str) -> str:
        """A class code; a number in YAML has lost its leading zero, or was read as octal."""
        value = self.values.get(key)
        if isinstance(value, (int, float)):
            self.wrong(key, "conversion_code_bare", value=value)
        return clean_code(value)

    def codes(self, key: str) -> tuple[str, ...]:
        value = self.values.get(key)
        if isinstance(value, list):
            parts = [_Row(self.file, self.line, {key: part}, self.mistakes).code(key) for part in value]
        else:
            parts = _BETWEEN.split(self.code(key))
        return tuple(dict.fromkeys(part for part in parts if part))


def load_conversion_table(source: str) -> ConversionTable:
    """The table of a file (.csv, .yaml) or of a built-in name.

    Raises CatalogueError naming file, line and key of every mistake.
    """
    path = FOLDER / f"{source}.csv" if source in BUILT_IN else Path(source)
    if path.suffix.lower() not in (".csv", ".yaml", ".yml"):
        raise CatalogueError("conversion_table_unknown", name=source, names=", ".join(BUILT_IN))
    mistakes: list[Mistake] = []
    rows: dict[str, TableRow] = {}
    names: dict[str, str] = {}
    raws: list[tuple[_Row, TableRow]] = []
    for raw in _rows(path, "rows", _TABLE_KEYS, mistakes):
        row = _table_row(raw)
        if row.code in rows:
            raw.wrong("from_code", "conversion_code_twice", code=row.code)
        rows[row.code] = row
        raws.append((raw, row))
        if len(row.targets) == 1 and raw.text("to_name"):
            names.setdefault(row.targets[0], raw.text("to_name"))
    _refuse_lost_zeros(raws)
    if not rows and not mistakes:
        mistakes.append((path.name, 1, "-", "conversion_no_rows", {}))
    if mistakes:
        raise rule_error(mistakes, "conversion_invalid")
    return _table(path, rows, names)


def _refuse_lost_zeros(raws: "list[tuple[_Row, TableRow]]") -> None:
    """A code that a spreadsheet took for a number: 101 for 0101. A layer's codes would not be found, or its new ones
    would be none."""
    standard = classes_2023()
    has_even = any(len(row.code) % 2 == 0 for _, row in raws)
    for raw, row in raws:
        old = (("from_code", row.code),) if has_even else ()
        for key, code in (*old, *(("to_code", target) for target in row.targets)):
            if code.isdigit() and len(code) % 2 and code not in standard and f"0{code}" in standard:
                raw.wrong(key, "conversion_zero_lost", code=code, padded=f"0{code}")


def _table_row(raw: _Row) -> TableRow:
    code, targets = raw.code("from_code"), raw.codes("to_code")
    if not code:
        raw.wrong("from_code", "conversion_code_missing")
    kind = _kind(raw, targets)
    if kind == Kind.ONE and len(targets) > 1:
        raw.wrong("to_code", "conversion_one_many", count=len(targets))
    if kind == Kind.NONE and targets:
        raw.wrong("to_code", "conversion_none_some", codes=", ".join(targets))
    if kind != Kind.NONE and not targets:
        raw.wrong("to_code", "conversion_target_missing")
    return TableRow(code, raw.text("from_name"), targets, kind, raw.text("note"), raw.text("confidence"))


def _kind(raw: _Row, targets: tuple[str, ...]) -> Kind:
    text = raw.text("kind").lower()
    if not text:
        return Kind.SPLIT if len(targets) > 1 else Kind.ONE
    try:
        return Kind(_KINDS.get(text, text))
    except ValueError:
        allowed = ", ".join(kind.value for kind in Kind)
        raw.wrong("kind", "schema_not_allowed", value=text, allowed=allowed)
        return Kind.SPLIT


def load_decisions(
    source: str, table: ConversionTable, expression_check: Callable[[str], Optional[str]]
) -> tuple[Decision, ...]:
    """The decisions of a file (.csv, .yaml), checked against the table.

    `expression_check(text)` tells what is wrong with a QGIS expression. Raises CatalogueError.
    """
    mistakes: list[Mistake] = []
    made = []
    for raw in _rows(Path(source), "splits", _SPLIT_KEYS, mistakes):
        where, layer, field = (raw.text(key) for key in ("where", "layer", "field"))
        codes = raw.code("from_code"), raw.code("to_code")
        method = _METHODS.get(raw.text("method").lower(), raw.text("method"))
        decision = Decision(*codes, where, layer, field, raw.code("rest"), raw.text("note"), raw.line, method)
        _check(raw, decision, table, expression_check)
        made.append(decision)
    if mistakes:
        raise rule_error(mistakes, "splits_invalid")
    return tuple(made)


def _check(raw: _Row, decision: Decision, table: ConversionTable, expression_check: Any) -> None:
    if not decision.code:
        raw.wrong("from_code", "conversion_code_missing")
    if not decision.to_code and not (decision.layer and decision.field):
        raw.wrong("to_code", "splits_no_target")
    if decision.field and not decision.layer:
        raw.wrong("field", "splits_field_alone")
    if decision.rest and not decision.layer:
        raw.wrong("rest", "splits_rest_alone")
    if decision.method not in _METHODS.values():
        raw.wrong("method", "schema_not_allowed", value=decision.method, allowed=f"{CUT}, {LARGEST}")
    elif decision.method and not decision.layer:
        raw.wrong("method", "splits_method_alone")
    row = table.find(decision.code).row
    for key, code in (("to_code", decision.to_code), ("rest", decision.rest)):
        if code and not table.allows(row, code):
            candidates = ", ".join(row.targets) if row else ""
            raw.wrong(key, "splits_not_candidate", code=code, old=decision.code, candidates=candidates or "-")
    error = expression_check(decision.where) if decision.where else None
    if error:
        raw.wrong("where", "splits_expression", error=error)


def _rows(path: Path, section: str, keys: tuple[str, ...], mistakes: list[Mistake]) -> Iterator[_Row]:
    """The rows of a file; a column or key that no such file has is a mistake."""
    try:
        read = _csv_rows if path.suffix.lower() == ".csv" else _yaml_rows
        found = list(read(path, section, mistakes))
    except OSError as error:
        raise CatalogueError("conversion_unreadable", file=str(path), error=error.strerror or error) from error
    for row in found:
        row.values = {_TITLES.get(str(key).strip(), str(key).strip()): value for key, value in row.values.items()}
        for key in sorted(set(row.values) - set(keys)):
            row.wrong(key, "schema_key_unknown", keys=key, allowed=", ".join(keys), near=near(key, keys))
        yield row


def _csv_rows(path: Path, section: str, mistakes: list[Mistake]) -> Iterator[_Row]:
    reader = csv.reader(io.StringIO(read_text(path)))
    header = next(reader, [])
    names = [_TITLES.get(name.strip(), name.strip()) for name in header]
    for missing in [key for key in ("from_code", "to_code") if key not in names]:
        mistakes.append((path.name, 1, missing, "conversion_column_missing", {"columns": ", ".join(header)}))
    if mistakes:
        return
    for cells in reader:
        line = reader.line_num
        if len(cells) > len(names):
            mistakes.append((path.name, line, "-", "conversion_cells", {"count": len(cells), "columns": len(names)}))
        elif any(cell.strip() for cell in cells):
            yield _Row(path.name, line, dict(zip(names, cells)), mistakes)


def _yaml_rows(path: Path, section: str, mistakes: list[Mistake]) -> Iterator[_Row]:
    document = load_yaml(path)
    data = document.data.get(section) if isinstance(document.data, dict) else None
    if not isinstance(data, list):
        mistakes.append((path.name, 1, section, "conversion_no_list", {"section": section}))
        return
    for number, values in enumerate(data):
        line = document.line((section, number))
        if isinstance(values, dict):
            yield _Row(path.name, line, values, mistakes)
        else:
            mistakes.append((path.name, line, f"{section}.{number}", "conversion_no_mapping", {}))


def _table(path: Path, rows: dict[str, TableRow], names: dict[str, str]) -> ConversionTable:
    """The table; its new scheme is that of 2023 where every target is one of its classes."""
    targets = {target for row in rows.values() for target in row.targets}
    standard = classes_2023()
    if targets <= set(standard):
        return ConversionTable(path.stem, rows, {**standard, **names}, _sha256(path), frozenset(standard))
    return ConversionTable(path.stem, rows, names, _sha256(path))


def strange_targets(table: ConversionTable) -> list[str]:
    """New codes that the classification of 2023 lacks, where it has most of the others: mistyped, or classes of one's
    own."""
    standard = classes_2023()
    targets = {target for row in table.rows.values() for target in row.targets}
    strange = sorted(target for target in targets if target not in standard)
    return strange if len(strange) * 2 < len(targets) else []


@lru_cache(maxsize=1)
def classes_2023() -> dict[str, str]:
    """{code: name} of the land-use classification of 2023."""
    with open(FOLDER / "landuse_2023.csv", encoding="utf-8-sig", newline="") as table:
        return {row["code"]: row["name"] for row in csv.DictReader(table)}


def shown_classes_2023() -> dict[str, str]:
    """{code: name} for windows: in English where the window is not Chinese. Reports and data keep the official name."""
    return classes_2023() if language() == "zh" else _english("landuse_2023_en.csv")


def classes_of_survey() -> dict[str, str]:
    """{code: name} of the land survey's classification."""
    return {row.code: row.name for row in load_conversion_table("sandiao_to_2023").rows.values()}


def shown_classes_of_survey() -> dict[str, str]:
    """The same for windows, as shown_classes_2023."""
    return classes_of_survey() if language() == "zh" else _english("sandiao_en.csv")


def _english(file: str) -> dict[str, str]:
    with open(FOLDER / file, encoding="utf-8-sig", newline="") as table:
        return {row["code"]: row["name"] for row in csv.DictReader(table)}


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()

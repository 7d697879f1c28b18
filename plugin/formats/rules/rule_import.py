"""The rule table of Excel back to a province's rule file: only what differs from the national set is written."""

import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any, Optional, Union

from ...core.errors import CatalogueError, InputError
from ...core.review.catalogue import Catalogue
from ...core.review.rules import build_rule_set, rule_error
from .layering import Layered
from .rule_files import BASE, load_catalogue, read_rules, validator
from .rule_table import Column, columns, head_titles, law_name, openpyxl, value_of, wording
from .schema_mistakes import mistakes_of
from .yaml_lines import LinedDocument

_MOST_ROWS, _MOST_BYTES = 5_000, 100_000_000


Rows = list[list[Any]]  # cells of a sheet


class RuleTable:
    """A workbook read: `rules` and `laws` as a rule file has them, the ids switched off, and the row of everything."""

    def __init__(self, file: Path, catalogue: Optional[Catalogue] = None) -> None:
        self.file, self._catalogue = Path(file), catalogue or load_catalogue()
        book = _open(self.file)
        self.laws, self._law_names, self._new_laws = self._read_laws(_rows(book, "laws", self.file))
        self.rules: list = []
        self.off: list = []
        self.lines: dict = {}  # key path -> row, as LinedDocument has them
        self.mistakes: list = []
        self._read_rules(_rows(book, "rules", self.file))
        if self.mistakes:
            raise rule_error(self.mistakes)

    def _read_laws(self, rows: Rows) -> tuple[dict[str, Any], dict[str, tuple[str, str]], dict[str, Any]]:
        laws: dict = {}
        names: dict = {}
        for row in rows[1:]:
            _, law_id, title, doc_no, status, article, confidence, says, says_en = [_text(v) for v in _wide(row, 9)]
            if not law_id:
                continue
            law = laws.setdefault(law_id, {"title": title, "doc_no": doc_no, "status": status, "articles": {}})
            entry = {"confidence": confidence or "memory - verify", "says": says, "says_en": says_en}
            law["articles"][article or "-"] = {key: value for key, value in entry.items() if value}
            names[law_name(law_id, law, article or "-")] = (law_id, article or "-")
            names.setdefault(_text(row[0]), (law_id, article or "-"))
        return laws, names, {}

    def _read_rules(self, rows: Rows) -> None:
        heads = {_text(value): at for at, value in enumerate(rows[0] if rows else ())}
        needed = [title for title, column in head_titles() if column.key in ("id", "line", "kind", "effect", "title")]
        absent = [title for title in needed if title not in heads]
        if absent:
            raise InputError("rule_table_columns", file=self.file.name, columns=", ".join(absent))
        for number, row in enumerate(rows[1:], 2):
            cells = {title: row[at] if at < len(row) else None for title, at in heads.items()}
            if _text(cells.get(columns()[0].title)):
                self._read_rule(cells, number)

    def _read_rule(self, cells: dict[str, Any], number: int) -> None:
        at = len(self.rules)
        rule: dict[str, Any] = {}
        for title, column in head_titles():
            value = cells.get(title)
            if column.key == "-":
                if column.choices and _text(value):
                    self.off.append(_text(cells[columns()[0].title]))
            elif column.key == "laws":
                rule.setdefault("laws", []).extend(self._law(_text(value), number, title))
            else:
                rule[column.key] = self._value(column, value)
            self.lines["rules", at, column.key] = number
        self.lines["rules", at] = number
        self.rules.append(rule)

    def _law(self, name: str, number: int, title: str) -> list[dict[str, str]]:
        if not name:
            return []
        if name not in self._law_names:
            self.mistakes.append((self.file.name, number, title, "rule_table_law", {"law": name}))
            return []
        law_id, article = self._law_names[name]
        return [{"law": law_id, "article": article}]

    def _value(self, column: Column, value: Any) -> Any:
        if isinstance(value, (date, datetime)):
            return value.strftime("%Y-%m-%d")
        text = _text(value)
        if not text:
            return None
        if column.number:
            return value if isinstance(value, (int, float)) else _number(text)
        if column.list == "lines":
            return text.split()[0]
        if column.many:
            return [part.strip() for part in text.replace("，", "、").replace(",", "、").split("、") if part.strip()]
        return value_of(column, text)


def province_document(table: RuleTable, name: str, province: str, version: str) -> dict:
    """The rule file that changes the national set into what the table says."""
    base = read_rules(None)[0].data
    known = {rule["id"]: rule for rule in base["rules"]}
    rules = [_changes(rule, known.get(rule["id"], {})) for rule in table.rules if rule["id"] not in table.off]
    laws = {law_id: law for law_id, law in table.laws.items() if _as_read(base["laws"].get(law_id)) != law}
    document: dict[str, Any] = {"extends": "3x_national", "name": name, "version": version, "province": province}
    document["remove"] = [rule_id for rule_id in table.off if rule_id in known]
    document.update(laws=laws, rules=[rule for rule in rules if len(rule) > 1])
    return {key: value for key, value in document.items() if value not in ("", [], {})}


def check_document(document: dict, table: RuleTable, expression_check: Any = None) -> None:
    """Raise CatalogueError naming the rows and columns of the table for every mistake of the document made of it."""
    positions = {rule["id"]: at for at, rule in enumerate(table.rules)}
    lines = {}
    for number, rule in enumerate(document.get("rules", ())):
        at = positions[rule["id"]]
        lines.update({("rules", number, *path[2:]): row for path, row in table.lines.items() if path[1] == at})
    lined = LinedDocument(table.file, document, lines)
    mistakes = mistakes_of(lined, validator())
    if not mistakes:
        layered = Layered([read_rules(None)[1][0], lined])
        mistakes = layered.mistakes
    if not mistakes:
        try:
            build_rule_set(layered.data, load_catalogue(), layered.locate, "", expression_check)
        except CatalogueError as error:
            mistakes = list(error.mistakes)
    if mistakes:
        titles = {column.key: column.title for column in columns()}
        raise rule_error([(f, n, titles.get(k.split(".")[-1], k), code, params) for f, n, k, code, params in mistakes])


def _changes(rule: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    """The keys of a rule that differ from the known one; one that was taken away is null."""
    changed = {key: value for key, value in rule.items() if value != _plain(known.get(key))}
    return {"id": rule["id"], **{k: v for k, v in changed.items() if k != "id" and (v is not None or k in known)}}


def _plain(value: Any) -> Any:
    """A value of the national file as the table gives it back."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [{"law": row["law"], "article": str(row.get("article", "-"))} for row in value]
    return value.isoformat() if isinstance(value, date) else value


def _as_read(law: Optional[dict[str, Any]]) -> Optional[dict[str, Any]]:
    if law is None:
        return None
    entries = {str(a): {k: v for k, v in entry.items() if v} for a, entry in law["articles"].items()}
    return {**{key: law[key] for key in ("title", "doc_no", "status")}, "articles": entries}


def _open(file: Path) -> Any:
    try:
        with zipfile.ZipFile(file) as parts:
            if sum(part.file_size for part in parts.infolist()) > _MOST_BYTES:
                raise InputError("rule_table_unreadable", file=file.name)
        return openpyxl().load_workbook(file, data_only=True)
    except (OSError, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise InputError("rule_table_unreadable", file=file.name) from error


def _rows(book: Any, key: str, file: Path) -> Rows:
    name = wording()["sheets"][key]
    if name not in book.sheetnames:
        raise InputError("rule_table_sheet", file=file.name, sheet=name)
    sheet = book[name]
    return [list(row) for row in sheet.iter_rows(max_row=min(sheet.max_row, _MOST_ROWS), values_only=True)]


def _wide(row: list[Any], count: int) -> list[Any]:
    return (list(row) + [None] * count)[:count]


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()


def _number(text: str) -> Union[float, str]:
    try:
        return float(text)
    except ValueError:
        return text  # the schema names it with its row


__all__ = ["BASE", "RuleTable", "check_document", "province_document"]

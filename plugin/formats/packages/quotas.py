"""Quotas handed down, as an office writes them: a table with a line of heads somewhere near its top."""

from collections.abc import Iterator
from typing import Any

from ...core.errors import InputError
from ..rules.inspection_given import QuotaRow
from ..workbook.read import Unread
from ..workbook.tables import TableReader

_TITLES = {
    "id": "id", "指标": "id", "代码": "id", "名称": "id", "指标名称": "id", "指标代码": "id", "title": "id",
    "value": "value", "数值": "value", "指标值": "value", "下达指标": "value", "目标值": "value",
    "unit": "unit", "单位": "unit", "计量单位": "unit",
}  # fmt: skip
_HEADS_WITHIN = 20  # rows from the top


def read_quotas(book: TableReader) -> list[QuotaRow]:
    """The lines of the first sheet that has the heads; raises InputError where none has."""
    seen = ""
    for sheet in book.sheets:
        heads: dict[int, str] = {}
        found: list[QuotaRow] = []
        for number, values in book.rows(sheet):
            if heads:
                found += _row(number, values, heads)
                continue
            if number > _HEADS_WITHIN:
                break
            names = [str(value).strip() if value is not None else "" for value in values]
            heads = _heads(names)
            seen = seen or ", ".join(filter(None, names))
        if heads:
            return found
    raise InputError("quota_columns", file=book.path.name, columns=seen or "-")


def _heads(names: list[str]) -> dict[int, str]:
    """{column: id, value or unit}; empty for a row that is no line of heads. The first of two alike counts."""
    found: dict[int, str] = {}
    for column, name in enumerate(names):
        head = _TITLES.get(name.lower())
        if head and head not in found.values():
            found[column] = head
    return found if {"id", "value"} <= set(found.values()) else {}


def _row(number: int, values: list[Any], heads: dict[int, str]) -> Iterator[QuotaRow]:
    cells = {head: _text(values[column]) if column < len(values) else "" for column, head in heads.items()}
    if any(cells.values()):
        yield QuotaRow(number, cells["id"], cells["value"], cells.get("unit", ""))


def _text(value: Any) -> str:
    if isinstance(value, Unread):
        return f"={value.text}" if value.kind == "formula" else value.text
    return "" if value is None else str(value).strip()

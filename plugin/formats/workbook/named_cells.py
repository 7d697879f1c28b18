"""A template of somebody else's layout with named cells, filled without touching anything else of it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Optional, Union

from ...core.errors import InputError, LibraryError
from ...core.zips import any_clock
from .safety import survey
from .save import atomic_file

PREFIX = "om."
_CELL = re.compile(r"^\$?[A-Z]{1,3}\$?[0-9]{1,7}$")
Value = Union[float, int, str, None]


@dataclass
class Filled:
    """What became of the named cells: how many were filled, and the names for which there was no value."""

    count: int = 0
    open_names: list[str] = field(default_factory=list)


def fill_template(template: Path, out: Path, value_of: Callable[[str], Value]) -> Filled:
    """Write a copy of `template` to `out` whose cells named om.… hold `value_of(the rest of the name)`; a name without
    a value leaves its cell as it is. Formats, formulas and other cells stay.

    Raises InputError for another kind of file and for a template without such names, OutputError.
    """
    for path in (template, out):
        if path.suffix.lower() != ".xlsx":
            raise InputError("summary_template_suffix", file=path.name)
    survey(template).parts.close()
    book = _opened(template)
    filled, seen = Filled(), False
    for name, sheet, cell in _named_cells(book):
        seen = True
        value = value_of(name[len(PREFIX) :])
        if value is None:
            filled.open_names.append(name)
            continue
        target = book[sheet][cell]
        target.value = value
        if isinstance(value, str):
            target.data_type = "s"  # "=1+1" from a table never becomes a formula
        filled.count += 1
    if not seen:
        raise InputError("summary_template_names", file=template.name)
    with atomic_file(out) as unfinished, any_clock():
        book.save(unfinished)
    return filled


def _opened(template: Path) -> Any:
    try:
        from openpyxl import load_workbook
    except ImportError as error:
        raise LibraryError(error) from error
    return load_workbook(template)


def _named_cells(book: Any) -> Iterator[tuple[str, str, str]]:
    """(name, sheet, cell) of the single cells that are named om.…"""
    listed = getattr(book.defined_names, "definedName", None)  # openpyxl 3.0; a dictionary since 3.1
    names = list(listed if listed is not None else book.defined_names.values())
    for sheet in book.worksheets:
        names += list(getattr(sheet, "defined_names", {}).values()) if listed is None else []
    for one in names:
        if not str(one.name).lower().startswith(PREFIX):
            continue
        for sheet, place in one.destinations:
            if sheet in book.sheetnames and _CELL.match(place):
                yield str(one.name).lower(), sheet, place.replace("$", "")


def template_value(name: str, look_up: Callable[[str, str, Optional[int]], Value]) -> Value:
    """The value of CODE.INDICATOR or CODE.INDICATOR.YEAR; `look_up(code, indicator, year)`, year None for the
    edition's."""
    code, _, rest = name.partition(".")
    indicator, _, year = rest.rpartition(".") if rest.rpartition(".")[2].isdigit() else (rest, "", "")
    return look_up(code, indicator, int(year) if year else None) if indicator else None

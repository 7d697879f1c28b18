"""Layers, parts and statistics of an indicator set as rows of text that a person edits, and back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Callable

from ...core.errors import InputError

_COMMAS = str.maketrans({"，": "|", ",": "|", "、": "|", "；": ";", "＝": "=", "［": "[", "］": "]", "｜": "|"})


class Section(str, Enum):
    """What indicators name."""

    LAYERS = "layers"
    PARTS = "parts"
    STATISTICS = "statistics"


@dataclass(frozen=True)
class EntryColumn:
    """One column: `name` of the key in the file, `is_flag` for yes or no (text "1" or "")."""

    name: str
    is_flag: bool = False


_COLUMNS = {
    Section.LAYERS: ("key", "zh", "en", "names", "lines", "codes", "fields", "covers", "lasting", "overlap"),
    Section.PARTS: ("key", "zh", "en", "of", "codes", "where"),
    Section.STATISTICS: ("key", "zh", "en", "unit", "low", "high", "additive"),
}
_FLAGS = {"lasting": (True, False), "overlap": ("union", "sum"), "additive": (True, True)}  # checked, and left out
_NUMBERS = ("covers", "low", "high")
_LISTS = ("names", "lines")


def entry_columns(section: Section) -> list[EntryColumn]:
    """The columns of a section, the first of them the name that formulas use."""
    return [EntryColumn(name, name in _FLAGS) for name in _COLUMNS[section]]


def cells_of(section: Section, key: str, entry: Mapping[str, Any]) -> list[str]:
    """An entry as text, in the order of its columns."""
    return [key, *(_shown(section, name, entry.get(name)) for name in _COLUMNS[section][1:])]


def entry_of(section: Section, cells: Sequence[str]) -> tuple[str, dict[str, Any]]:
    """(name, entry) of a row of text; raises InputError for what cannot be read, naming the text."""
    found: dict[str, Any] = {}
    for name, cell in zip(_COLUMNS[section], cells):
        if name in _FLAGS:
            checked, default = _FLAGS[name]
            value = checked if cell else {"overlap": "sum"}.get(name, False)
            if value != default:
                found[name] = value
        elif cell.strip() and name != "key":
            found[name] = _read(section, name, cell.strip())
    return cells[0].strip(), found


def _shown(section: Section, name: str, value: Any) -> str:
    if name in _FLAGS:
        checked, default = _FLAGS[name]
        return "1" if (default if value is None else value) == checked else ""
    if value is None:
        return ""
    if name == "fields":
        return "; ".join(f"{key}={'|'.join(one['names'])}" + (f" [{one['unit']}]" if one.get("unit") else "")
                         for key, one in value.items())  # fmt: skip
    if name == "codes":
        return "; ".join(
            f"{key}={found if isinstance(found, str) else '|'.join(found)}" for key, found in value.items()
        )
    return "|".join(value) if name in _LISTS else str(value)


def _read(section: Section, name: str, text: str) -> Any:
    if name in _NUMBERS:
        try:
            return float(text)
        except ValueError:
            raise InputError("entry_number", text=text) from None
    if name in _LISTS:
        return _list(text.translate(_COMMAS))
    if name == "fields":
        return _pairs(text, _field)
    if name == "codes":
        return _pairs(text, str.strip if section is Section.LAYERS else _list)
    return text


def _list(text: str) -> list[str]:
    return [one.strip() for one in text.split("|") if one.strip()]


def _pairs(text: str, read: Callable[[str], Any]) -> dict[str, Any]:
    found = {}
    for part in filter(str.strip, text.translate(_COMMAS).split(";")):
        key, sign, value = part.partition("=")
        if not sign or not key.strip() or not value.strip():
            raise InputError("entry_pair", text=part.strip())
        found[key.strip()] = read(value)
    return found


def _field(text: str) -> dict[str, Any]:
    names, _, unit = text.strip().partition("[")
    made: dict[str, Any] = {"names": _list(names)}
    return {**made, "unit": unit.strip(" ]")} if unit.strip(" ]") else made

"""Division codes (行政区划代码): 2, 4, 6, 9 and 12 digits, their parents, and what became of codes that were
renamed or merged.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Optional

LEVELS = {2: "province", 4: "city", 6: "county", 9: "town", 12: "village"}
_ENDINGS = (
    "村民委员会",
    "社区居委会",
    "村委会",
    "居委会",
    "街道办事处",
    "街道",
    "社区",
    "镇",
    "乡",
    "村",
    "县",
    "区",
    "市",
)
_PARENT_DIGITS = {4: 2, 6: 4, 9: 6, 12: 9}


@dataclass(frozen=True)
class Division:
    """One code: `valid_from` and `valid_to` are years (None = open), `successor` the code that took its place."""

    code: str
    name: str
    valid_from: Optional[int] = None
    valid_to: Optional[int] = None
    successor: str = ""

    def valid_in(self, year: Optional[int]) -> bool:
        """True when the code was in force in `year` (None: today's codes only)."""
        if year is None:
            return self.valid_to is None and not self.successor
        return (self.valid_from or 0) <= year <= (self.valid_to or 9999)


def parent_code(code: str) -> str:
    """Code of the next higher level ("330110" -> "3301"); "" for a province or a length that no level has."""
    digits = _PARENT_DIGITS.get(len(code))
    return code[:digits] if digits else ""


def bare_name(name: str) -> str:
    """A division's name without its ending: 竹山镇 -> 竹山; a name of two characters stays whole."""
    joined = _joined(name)
    ending = next((e for e in _ENDINGS if joined.endswith(e) and len(joined) - len(e) > 1), "")
    return joined[: -len(ending)] if ending else joined


def _joined(name: str) -> str:
    return "".join(name.split())


def scope_of(county: str) -> str:
    """The digits that every code within a county, city (330100) or province (330000) begins with."""
    digits = county[:6]
    while len(digits) > 2 and digits.endswith("00"):
        digits = digits[:-2]
    return digits


class Divisions:
    """The dictionary, by code."""

    def __init__(self, divisions: Iterable[Division] = ()) -> None:
        self._by_code = {division.code: division for division in divisions}
        self._by_name: dict[str, list[Division]] = {}
        # a dictionary of counties says nothing of villages: a level is looked up only under a parent whose children
        # are known
        self._listed = {(parent_code(code)[:6], len(code)) for code in self._by_code}

    def __len__(self) -> int:
        return len(self._by_code)

    def __iter__(self) -> Iterator[Division]:
        return iter(self._by_code.values())

    def get(self, code: str) -> Optional[Division]:
        """Return the Division of a code, None for an unknown one."""
        return self._by_code.get(code)

    def name(self, code: str) -> str:
        division = self._by_code.get(code)
        return division.name if division else ""

    def chain(self, code: str) -> list[Division]:
        """Known divisions from the province down to `code`."""
        found = []
        while code:
            if code in self._by_code:
                found.append(self._by_code[code])
            code = parent_code(code)
        return found[::-1]

    def children(self, code: str, year: Optional[int] = None) -> list[Division]:
        """Divisions directly below `code`, in order of their codes."""
        return sorted(
            (d for d in self._by_code.values() if parent_code(d.code) == code and d.valid_in(year)),
            key=lambda d: d.code,
        )

    def current(self, code: str) -> str:
        """Follow renamed and merged codes to the one in force today.

        A code that nothing replaced comes back as it is.
        """
        seen = set()
        while code in self._by_code and self._by_code[code].successor and code not in seen:
            seen.add(code)
            code = self._by_code[code].successor
        return code

    def find(self, names: Sequence[str], within: str = "") -> list[str]:
        """Codes in force of the division that the last of `names` gives, lying in those that the others give.

        A name may be without its ending (竹山 for 竹山镇); names of other levels that are not known are passed over.
        """
        if not names:
            return []
        found = [d for d in self._named(names[-1]) if d.code.startswith(within)]
        for name in reversed(names[:-1]):
            above = {d.code for d in self._named(name)}
            inside = [d for d in found if any(d.code.startswith(code) for code in above)]
            found = inside or found
        codes = {self.current(d.code) for d in found}
        return sorted(code for code in codes if self._by_code[code].valid_in(None))

    def _named(self, name: str) -> list[Division]:
        if not self._by_name:
            for division in self._by_code.values():
                for spelling in {_joined(division.name), bare_name(division.name)}:
                    self._by_name.setdefault(spelling, []).append(division)
        exact = [d for d in self._by_name.get(_joined(name), ()) if _joined(d.name) == _joined(name)]
        return exact or self._by_name.get(bare_name(name), [])

    def nearest(self, name: str, within: str = "", count: int = 3) -> list[str]:
        """Codes of the divisions whose names are most like `name`."""
        self._named(name)
        known = {spelling: d for spelling, ds in self._by_name.items() for d in ds if d.code.startswith(within)}
        return [known[spelling].code for spelling in get_close_matches(_joined(name), list(known), n=count, cutoff=0.4)]

    def problem(self, code: str, year: Optional[int] = None) -> Optional[tuple[str, dict[str, str]]]:
        """(message code, parameters) when `code` is unknown, or not in force in `year`.

        None otherwise or when its level is not listed.
        """
        division = self._by_code.get(code)
        if division is None:
            listed = (parent_code(code)[:6], len(code)) in self._listed
            return ("form_division_unknown", {"value": code}) if listed else None
        if division.valid_in(year):
            return None
        now = self.current(code)
        name = f"{now} {self.name(now)}".strip() if now != code else "-"
        return "form_division_retired", {"value": code, "name": division.name, "now": name}

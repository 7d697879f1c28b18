"""Division codes (行政区划代码): 2, 4, 6, 9 and 12 digits, their parents, and what became of codes that were
renamed or merged.
"""

from dataclasses import dataclass
from typing import Optional

LEVELS = {2: "province", 4: "city", 6: "county", 9: "town", 12: "village"}
_PARENT_DIGITS = {4: 2, 6: 4, 9: 6, 12: 9}


@dataclass(frozen=True)
class Division:
    """One code: `valid_from` and `valid_to` are years (None = open), `successor` the code that took its place."""

    code: str
    name: str
    valid_from: Optional[int] = None
    valid_to: Optional[int] = None
    successor: str = ""

    def valid_in(self, year):
        """True when the code was in force in `year` (None: today's codes only)."""
        if year is None:
            return self.valid_to is None and not self.successor
        return (self.valid_from or 0) <= year <= (self.valid_to or 9999)


def parent_code(code):
    """Code of the next higher level ("330110" -> "3301"); "" for a province or a length that no level has."""
    digits = _PARENT_DIGITS.get(len(code))
    return code[:digits] if digits else ""


class Divisions:
    """The dictionary, by code."""

    def __init__(self, divisions=()):
        self._by_code = {division.code: division for division in divisions}
        # a dictionary of counties says nothing of villages: a level is looked up only under a parent whose children
        # are known
        self._listed = {(parent_code(code)[:6], len(code)) for code in self._by_code}

    def __len__(self):
        return len(self._by_code)

    def __iter__(self):
        return iter(self._by_code.values())

    def get(self, code):
        """Return the Division of a code, None for an unknown one."""
        return self._by_code.get(code)

    def name(self, code):
        division = self._by_code.get(code)
        return division.name if division else ""

    def chain(self, code):
        """Known divisions from the province down to `code`."""
        found = []
        while code:
            if code in self._by_code:
                found.append(self._by_code[code])
            code = parent_code(code)
        return found[::-1]

    def children(self, code, year=None):
        """Divisions directly below `code`, in order of their codes."""
        return sorted(
            (d for d in self._by_code.values() if parent_code(d.code) == code and d.valid_in(year)),
            key=lambda d: d.code,
        )

    def current(self, code):
        """Follow renamed and merged codes to the one in force today.

        A code that nothing replaced comes back as it is.
        """
        seen = set()
        while code in self._by_code and self._by_code[code].successor and code not in seen:
            seen.add(code)
            code = self._by_code[code].successor
        return code

    def problem(self, code, year=None):
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

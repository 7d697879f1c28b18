"""Values of one field as a specification wants them: kind, unit, code; what does not fit is told."""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Optional

from .inspection_spec import CodeList, FieldKind, FieldSpec

_DATE = re.compile(r"^(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?(?:[ T].*)?$")
_MOST = 1000  # different values that are told one by one


class Fault(str, Enum):
    """Why a value is not as it should be. What is no number or day is emptied, the others stay as they are."""

    NO_NUMBER = "no_number"
    NOT_INTEGER = "not_whole"
    NO_DAY = "no_day"
    NO_CODE = "no_code"
    TOO_LONG = "too_long"


@dataclass
class ValueMaker:
    """Makes the values of one target. `factor`: of units; `translations`: {value: code} that the user gave."""

    target: FieldSpec
    codes: Optional[CodeList] = None
    factor: Optional[float] = None
    translations: Mapping[str, str] = field(default_factory=dict)
    filled: int = 0
    empty: int = 0
    faults: "Counter[tuple[Fault, str]]" = field(default_factory=Counter)

    def __post_init__(self) -> None:
        names = Counter((self.codes.values if self.codes else {}).values())
        known = self.codes.values.items() if self.codes else ()
        self._by_name = {name: code for code, name in known if name and names[name] == 1}

    def value(self, raw: Any) -> Any:
        """The value for a raw one, counted."""
        made = self._made(raw)
        self.filled, self.empty = self.filled + (made is not None), self.empty + (made is None)
        return made

    def _made(self, raw: Any) -> Any:
        if raw is None or (isinstance(raw, str) and not raw.strip()):
            return None
        if self.codes is not None or self.translations:
            return self._code(raw)
        if self.target.kind is FieldKind.FLOAT:
            return self._number(raw)
        if self.target.kind is FieldKind.INT:
            number = self._number(raw)
            if number is None or number == int(number):
                return None if number is None else int(number)
            self._note(Fault.NOT_INTEGER, raw)
            return None
        if self.target.kind is FieldKind.DATE:
            return self._day(raw)
        return self._text(_plain(raw))

    def _code(self, raw: Any) -> Any:
        text = _plain(raw).strip()
        text = self.translations.get(text, unicodedata.normalize("NFKC", text))
        if self.codes is None:
            return self._text(text)
        if self.codes.meant(text) is None and isinstance(raw, (int, float)) and self.codes.meant(f"0{text}"):
            text = f"0{text}"  # a field of numbers drops it
        if self.codes.meant(text) is None:
            if text not in self._by_name:
                self._note(Fault.NO_CODE, text)
                return self._text(text)
            text = self._by_name[text]
        return self._text(text.ljust(self.codes.pad, "0") if text.isdigit() else text)

    def _number(self, raw: Any) -> Optional[float]:
        try:
            number = float(str(raw).replace(",", "").strip())
        except ValueError:
            self._note(Fault.NO_NUMBER, raw)
            return None
        if number != number or number in (float("inf"), float("-inf")):
            self._note(Fault.NO_NUMBER, raw)
            return None
        return number * self.factor if self.factor else number

    def _day(self, raw: Any) -> Optional[str]:
        found = _DATE.match(str(raw).strip())
        if found is None or not (1 <= int(found[2]) <= 12 and 1 <= int(found[3]) <= 31):
            self._note(Fault.NO_DAY, raw)
            return None
        return f"{found[1]}-{int(found[2]):02d}-{int(found[3]):02d}"

    def _text(self, text: str) -> str:
        if self.target.length and len(text) > self.target.length:
            self._note(Fault.TOO_LONG, text)
        return text

    def _note(self, fault: Fault, raw: Any) -> None:
        key = fault, str(raw)[:80]
        self.faults[key if key in self.faults or len(self.faults) < _MOST else (fault, "…")] += 1


def _plain(raw: Any) -> str:
    """A number that is whole without its decimals."""
    return str(int(raw)) if isinstance(raw, float) and raw.is_integer() else str(raw)

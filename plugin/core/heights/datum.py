"""Height datums: levels of the 1985 national datum and of a local one are never compared without a known shift."""

from dataclasses import dataclass
from enum import Enum
from typing import Any, Optional


class Datum(str, Enum):
    """What levels are counted from; UNSTATED: the data do not say it."""

    NATIONAL_1985 = "1985"
    LOCAL = "local"
    UNSTATED = ""
    __str__ = str.__str__


_NATIONAL = ("1985", "85", "国家高程", "黄海", "ngvd", "5737")
_LOCAL = ("local", "地方", "当地", "吴淞", "假定", "相对", "城市高程")


def datum_of(value: Any) -> Datum:
    """The datum that a field or a parameter names."""
    word = str(value if value is not None else "").strip().lower()
    if any(sign in word for sign in _LOCAL):
        return Datum.LOCAL
    return Datum.NATIONAL_1985 if any(sign in word for sign in _NATIONAL) else Datum.UNSTATED


@dataclass(frozen=True)
class DatumRule:
    """`reference`: the datum that a run works in; `shift_m`: 1985 level less local level, None where unknown."""

    reference: Datum = Datum.UNSTATED
    shift_m: Optional[float] = None

    def moved(self, level: float, datum: Datum) -> Optional[float]:
        """A level in the reference datum; None where the two differ and nobody said by how much.

        A datum that is not stated is taken for the reference; the caller tells the reader so.
        """
        if Datum.UNSTATED in (datum, self.reference) or datum == self.reference:
            return level
        if self.shift_m is None:
            return None
        return level + self.shift_m if datum == Datum.LOCAL else level - self.shift_m

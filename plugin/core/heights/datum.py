"""Height datums: levels of the 1985 national datum and of a local one are never compared without a known shift, those
above the ellipsoid (of a satellite survey) and of a datum that is not known by name never at all."""

from dataclasses import dataclass
from enum import Enum
from typing import Any, Optional


class Datum(str, Enum):
    """What levels are counted from; UNSTATED: the data do not say it; OTHER: the ellipsoid, or a name not known."""

    NATIONAL_1985 = "1985"
    LOCAL = "local"
    UNSTATED = ""
    OTHER = "other"
    __str__ = str.__str__


_NATIONAL = ("1985", "85", "国家高程", "黄海", "ngvd", "5737")
_NOTHING = ("", "-", "/", "无", "未知", "不详", "null", "none")
_ELLIPSOID = ("椭球", "大地高", "ellipsoid", "wgs", "cgcs", "4979", "4480")
_LOCAL = ("local", "地方", "当地", "吴淞", "假定", "相对", "城市高程")


def datum_of(value: Any) -> Datum:
    """The datum that a field or a parameter names."""
    word = str(value if value is not None else "").strip().lower()
    if word in _NOTHING:
        return Datum.UNSTATED
    for datum, signs in ((Datum.OTHER, _ELLIPSOID), (Datum.LOCAL, _LOCAL), (Datum.NATIONAL_1985, _NATIONAL)):
        if any(sign in word for sign in signs):
            return datum
    return Datum.OTHER


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
        if self.shift_m is None or Datum.OTHER in (datum, self.reference):
            return None
        return level + self.shift_m if datum == Datum.LOCAL else level - self.shift_m

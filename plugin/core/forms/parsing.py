"""What people write as a day, a number or a choice, read one way everywhere: in the editor and in a workbook.

What is unambiguous is read; the rest is refused with a message code that says why. Nothing is guessed: a month has
no day, "1,2" is neither 12 nor 1.2, a number shown with zeros in front is a code.
"""

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import SequenceMatcher
from typing import Any, Optional, Union

from .fields import Field
from .identifiers import is_date
from .units import is_area, plain, unit_factor, vocabulary

Number = Union[int, float]
_CLOCK = r"(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d*)?)?)?"
_DAY = re.compile(rf"(\d{{4}})(?:[-/.、]|年)(\d{{1,2}})(?:[-/.、]|月)(\d{{1,2}})日?{_CLOCK}")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_YEAR, _COUNT = "[〇零一二三四五六七八九]{4}", "[一二三四五六七八九十]"  # as Chinese numbers are written
_MONTH = re.compile(rf"\d{{4}}(?:[-/.、]|年)\d{{1,2}}月?|\d{{6}}|{_YEAR}年{_COUNT}{{1,2}}月")
_NO_YEAR = re.compile(
    rf"\d{{1,2}}(?:[-/.]|月)\d{{1,2}}日?|\d{{1,2}}[-/.]\d{{1,2}}[-/.]\d{{1,4}}|{_COUNT}{{1,2}}月{_COUNT}{{1,3}}日?"
)
_PART_OF_MONTH = re.compile(rf"(?:\d{{4}}|{_YEAR}).*(?:[上中下]旬|月[初底末])")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_SERIALS = (20_000, 80_000)  # Excel's numbers of the days from 1954 to 2119
_FIRST_DAY = date(1899, 12, 30)
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")
_DIGITS = {
    ord(sign): str(value)
    for signs in ("〇一二三四五六七八九", "零壹贰叁肆伍陆柒捌玖")
    for value, sign in enumerate(signs)
}
_CHINESE_DAY = re.compile(rf"({_YEAR})年({_COUNT}{{1,2}})月({_COUNT}{{1,3}})日?")
_NUMBER = re.compile(r"([+-]?)(\d+(?:[, ]\d+)*|)(\.\d*)?(e[+-]?\d{1,4})?\s*(.*)", re.DOTALL)
_GROUPS = re.compile(r"\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+")
_NO_NUMBER = ("nan", "inf", "+inf", "-inf", "infinity", "-infinity")
_MULTIPLES = {"万": 1e4, "亿": 1e8}


class Unreadable(Exception):
    """Text that cannot be read as what a field holds; `code` is a key of resources/messages/."""

    def __init__(self, code: str, /, **params: object) -> None:
        super().__init__(code)
        self.code, self.params = code, params


@dataclass(frozen=True)
class Quantity:
    """A number and the factor that its own unit, where it names one, has to the unit asked for."""

    value: Number
    factor: Optional[float] = None


def is_blank(text: str) -> bool:
    """Whether a text says that there is no value: nothing at all, or a sign such as "-" or 无."""
    return not text or plain(text) in _empty()


def _empty() -> frozenset[str]:
    return frozenset((*vocabulary()["empty"], ""))


def parse_date(text: str) -> str:
    """A day as YYYY-MM-DD (the calendar is the validator's matter); Unreadable for what names no single day."""
    if len(text) == 10 and is_date(text):  # as a sheet and the editor write it
        return text
    said = " ".join(unicodedata.normalize("NFKC", text).translate(_DASHES).split())
    tight = re.sub(r"\s*([-/.、年月日])\s*", r"\1", said).strip()
    if found := _DAY.fullmatch(tight) or _COMPACT.fullmatch(tight):
        year, month, day = found.groups()
        return f"{year}-{int(month):02d}-{int(day):02d}"
    if found := _CHINESE_DAY.fullmatch(tight):
        return f"{found[1].translate(_DIGITS)}-{_chinese(found[2]):02d}-{_chinese(found[3]):02d}"
    if _MONTH.fullmatch(tight) or _PART_OF_MONTH.search(tight):
        raise Unreadable("form_date_no_day", value=text[:60])
    if _NO_YEAR.fullmatch(tight):
        raise Unreadable("form_date_no_year", value=text[:60])
    if _SERIAL.fullmatch(tight) and _SERIALS[0] <= float(tight) < _SERIALS[1]:
        day = _FIRST_DAY + timedelta(days=int(float(tight)))
        raise Unreadable("form_date_serial", value=tight, day=day.isoformat())
    raise Unreadable("form_date", value=text[:60])


def _chinese(text: str) -> int:
    """A Chinese number below a hundred: 十五 -> 15."""
    tens, _, ones = text.rpartition("十")
    if "十" not in text:
        return int(text.translate(_DIGITS))
    return 10 * int(tens.translate(_DIGITS) or 1) + int(ones.translate(_DIGITS) or 0)


def _number_parts(said: str) -> Sequence[str]:
    """(sign, whole digits, decimals, exponent, rest) of a text; absent parts are "" or None."""
    match = _NUMBER.fullmatch(said)
    return match.groups() if match else ("", "", "", "", said)


def parse_number(text: str, unit: str = "") -> Quantity:
    """A number as people write it, with the unit behind it where there is one; Unreadable for the rest."""
    said = unicodedata.normalize("NFKC", text).replace("，", ",").translate(_DASHES).strip().lower()
    if said in _NO_NUMBER:
        raise Unreadable("form_not_number", value=text[:60])
    sign, digits_before, decimals, exponent, rest = _number_parts(said)
    if not digits_before and not (decimals and len(decimals) > 1):
        raise Unreadable("form_not_number", value=text[:60])
    if not digits_before.isdigit() and digits_before and not _GROUPS.fullmatch(digits_before):
        raise Unreadable("form_number_groups", value=text[:60])
    if len(digits_before) > 1 and digits_before[0] == "0":
        raise Unreadable("form_number_zeros", value=text[:60])
    factor = _factor_of(rest, unit, text)
    digits = sign + digits_before.replace(",", "").replace(" ", "") + (decimals or "") + (exponent or "")
    value = float(digits) if decimals or exponent else int(digits)
    if not math.isfinite(value) or abs(value) > 1e300:
        raise Unreadable("form_number_size", value=text[:60])
    return Quantity(value, factor)


def _factor_of(rest: str, unit: str, text: str) -> Optional[float]:
    """Factor of the unit written behind a number; None where there is none."""
    if not rest:
        return None
    factor = 1.0 if unit and plain(rest) == plain(unit) else unit_factor(rest, unit)
    is_counted = bool(unit) and plain(unit) != "%" and not is_area(unit)  # of land nobody knows whether 万 means mu
    if factor is None and plain(rest) in _MULTIPLES and is_counted:
        own = next((many for word, many in _MULTIPLES.items() if plain(unit).startswith(word)), 1.0)
        return _MULTIPLES[plain(rest)] / own  # 0.5万 is half of ten thousand, also where the column counts in 万
    if factor is None:
        raise Unreadable("form_number_unit" if unit else "form_not_number", value=text[:60], unit=unit)
    return factor


def read_text(field: Field, text: str) -> object:
    """The value that text typed for a field stands for; Unreadable when there is none. None for blank text."""
    if field.value_type == "date":
        return None if is_blank(text) else parse_date(text)
    if field.value_type in ("integer", "number"):
        return None if is_blank(text) else _scaled(field, parse_number(text, field.unit))
    if field.codes:
        return read_choice(field, text)
    return text or None


def _scaled(field: Field, quantity: Quantity) -> Union[int, float]:
    value = quantity.value if quantity.factor in (None, 1.0) else round(quantity.value * quantity.factor, 8)
    is_integer = isinstance(value, float) and value.is_integer()
    return int(value) if is_integer and field.value_type == "integer" else value


def read_choice(field: Field, text: str) -> Optional[str]:
    """The code of a choice written as its value or in either language; other text comes back as it stands."""
    return _choices(field).get(plain(text), text) if text and not text.isspace() else None


def _choices(field: Field) -> dict[str, Any]:
    known = {plain(other): code for other, code in vocabulary()["choices"].get(field.key, {}).items()}
    allowed = {code[0] for code in field.codes}
    known = {other: code for other, code in known.items() if code in allowed}
    known.update((plain(word), code[0]) for code in field.codes for word in reversed(code))
    return known


def nearest_choices(field: Field, text: str, language: str = "zh") -> list:
    """What a field allows, the values most like `text` first, in words."""
    said, position = plain(text), 1 if language == "zh" else 2

    def likeness(code: Sequence[str]) -> float:
        return max(_likeness(said, plain(word)) for word in code)

    ranked = sorted(field.codes, key=likeness, reverse=True)
    return [code[position] for code in ranked]


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other).ratio() + (0.5 if one and (one in other or other in one) else 0)

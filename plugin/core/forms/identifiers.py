"""Identifiers that the forms ask for, by their standards: each problem comes back as a message code, not as an
exception.
"""

import datetime
import re
import unicodedata
from collections.abc import Collection
from typing import Any, Callable, Optional

from ..land.divisions import Divisions

Problem = tuple[str, dict[str, Any]]  # message code, parameters

_USCC_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100-2015: no I O S V Z
_USCC_VALUES = {character: value for value, character in enumerate(_USCC_CHARACTERS)}
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_PROJECT_CODE = re.compile(r"([0-9]{4})-([0-9]{6})-[0-9]{2}-[0-9]{2}-[0-9]{6}")
_MOBILE, _SERVICE = r"(?:\+?86-?)?1[3-9][0-9]{9}", r"[48]00-?[0-9]{3}-?[0-9]{4}"
_LANDLINE = r"(?:\(0[0-9]{2,3}\)|0[0-9]{2,3}-?)[0-9]{7,8}(?:(?:-|转|ext\.?)[0-9]{1,6})?"
_ONE_PHONE = f"(?:{_MOBILE}|{_LANDLINE}|{_SERVICE})"
PHONE_WITHIN = re.compile(rf"(?<![0-9]){_ONE_PHONE}(?![0-9])")  # of a text that names a person, too
_PHONE = re.compile(rf"{_ONE_PHONE}(?:[、/;,]{_ONE_PHONE})*")
_DIGITS = re.compile(r"[0-9]+")


def uscc_check_character(first17: str) -> str:
    """Check character of a unified social credit code (GB 32100-2015) from its first 17 characters.

    KeyError for a foreign character.
    """
    total = sum(weight * _USCC_VALUES[character] for weight, character in zip(_USCC_WEIGHTS, first17))
    return _USCC_CHARACTERS[(31 - total % 31) % 31]


def uscc_problem(value: str) -> Optional[Problem]:
    """Message code and parameters of what is wrong with a unified social credit code; None when it is right."""
    if len(value) != 18 or not set(value) <= set(_USCC_CHARACTERS):
        return "form_uscc_form", {"value": value}
    right = uscc_check_character(value[:17])
    return None if value[17] == right else ("form_uscc_check", {"value": value, "right": right})


def project_code_problem(value: str) -> Optional[Problem]:
    """Form of GB/T 40058-2021 only: its check digit's algorithm is not public.

    The first part is YYMM, or YYYY in older codes.
    """
    match = _PROJECT_CODE.fullmatch(value)
    if not match:
        return "form_project_code", {"value": value}
    time = match.group(1)
    is_year, is_month = 1990 <= int(time) <= 2099, 1 <= int(time[2:]) <= 12
    return None if is_year or is_month else ("form_project_code_time", {"value": value, "time": time})


def phone_problem(value: str) -> Optional[Problem]:
    """A mobile number, a landline number with its area code (an extension behind it), 400 or 800; several with a sign
    between them."""
    return None if _PHONE.fullmatch(unicodedata.normalize("NFKC", value)) else ("form_phone", {"value": value})


def division_digits(kind: str) -> tuple:
    """Numbers of digits that an `x-identifier` of division codes allows: "division6,9" -> (6, 9); () for others."""
    return tuple(map(int, kind[len("division") :].split(","))) if kind.startswith("division") else ()


def division_problem(value: str, digits: Collection[int], divisions: Optional[Divisions] = None) -> Optional[Problem]:
    """A division code of one of `digits` digits; with a dictionary also known, and not renamed or merged away.

    `divisions`: core.divisions.Divisions. Only levels that the dictionary holds are looked up.
    """
    if len(value) not in digits or not _DIGITS.fullmatch(value):
        return "form_division_form", {"value": value, "digits": ", ".join(map(str, digits))}
    return divisions.problem(value) if divisions is not None else None


_PROBLEMS = {"uscc": uscc_problem, "project_code": project_code_problem, "phone": phone_problem}


def problem_finder(
    kind: Optional[str], divisions: Optional[Divisions] = None
) -> Optional[Callable[[str], Optional[Problem]]]:
    """Return `find(value) -> None or (message code, parameters)` for an `x-identifier` kind.

    None for a kind not known here.
    """
    if kind and kind.startswith("division"):
        digits = division_digits(kind)
        return lambda value: division_problem(value, digits, divisions)
    return _PROBLEMS.get(kind or "")


def is_date(value: Any) -> bool:
    """True for a day of the calendar written YYYY-MM-DD."""
    if not isinstance(value, str) or len(value) != 10 or value[4] != "-" or value[7] != "-":
        return False
    try:
        datetime.date.fromisoformat(value)
    except ValueError:
        return False
    return True

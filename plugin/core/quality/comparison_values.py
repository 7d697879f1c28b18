"""When values and classes of two vintages are the same though they are written otherwise: another type of field,
another number of zeros, blanks that a program adds."""

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np

from ..land.types import Array

_PADDED = 6  # digits of a land class with the zeros that plan databases ask for
_LEVELS = (2, 4)
_EXACT = 1e-9  # relative; what writing a number as text and back may change


def same_value(one: Any, other: Any) -> bool:
    """Whether two values say the same: nothing and an empty text, 20 and "20", numbers but for their last digits.

    "020" and 20 do not: somebody lost a zero.
    """
    one, other = _bare(one), _bare(other)
    if one == other:
        return True
    if isinstance(one, str) != isinstance(other, str):
        word, number = (one, other) if isinstance(one, str) else (other, one)
        return number is not None and _is_plain_number(word) and _close(float(word), number)
    return _close(one, other)


def _bare(value: Any) -> Any:
    return (value.strip() or None) if isinstance(value, str) else value


def _is_plain_number(word: str) -> bool:
    digits = word.lstrip("-")
    return digits.replace(".", "", 1).isdecimal() and (digits[:1] != "0" or digits[:2] in ("0", "0."))


def _close(one: Any, other: Any) -> bool:
    numbers = isinstance(one, (int, float)) and isinstance(other, (int, float))
    return numbers and math.isclose(one, other, rel_tol=_EXACT, abs_tol=1e-12)


def with_lost_zeros(codes: Collection[str], others: Collection[str]) -> dict[str, str]:
    """{code of a field of numbers: the code as the other vintage, a text, writes it with the zero that was lost}."""
    known = {_bare_class(code) for code in others} | set(others)
    return {c: f"0{c}" for c in codes if c.isdecimal() and len(c) % 2 and {f"0{c}", _bare_class(f"0{c}")} & known}


def without_padding(codes: Collection[str]) -> dict[str, str]:
    """{code padded with zeros to six digits: the same class written without them}, where both are among the codes."""
    found: dict[str, str] = {}
    for code in codes:
        for length in reversed(_LEVELS):
            if len(code) == _PADDED and code.isdecimal() and not code[length:].strip("0") and code[:length] in codes:
                found[code] = code[:length]
    return found


def _bare_class(code: str) -> str:
    """A class without its padding."""
    if len(code) != _PADDED or not code.isdecimal():
        return code
    return next((code[:length] for length in _LEVELS if not code[length:].strip("0")), code)


def one_spelling(classes: Sequence[Array], are_numbers: Sequence[bool]) -> tuple[list[Array], dict[str, str]]:
    """(classes of both vintages, each written in one way; {spelling given up: spelling taken})."""
    sides, renamed = [set(map(str, side)) for side in classes], dict[str, str]()
    made = list(classes)
    for number, other in ((0, 1), (1, 0)):
        if are_numbers[number] and not are_numbers[other]:
            zeros = with_lost_zeros(sides[number], sides[other])
            made[number], sides[number] = _renamed(made[number], zeros), {zeros.get(c, c) for c in sides[number]}
            renamed |= zeros
    padding = without_padding(sides[0] | sides[1])
    return [_renamed(side, padding) for side in made], renamed | padding


def _renamed(classes: Array, names: Mapping[str, str]) -> Array:
    if not names:
        return classes
    made = np.empty(len(classes), dtype=object)
    made[:] = [names.get(code, code) for code in classes.tolist()]
    return made


def padded_name(names: Mapping[str, str], code: str) -> str:
    """The name of a class, of a code too that is padded with zeros (060100 for 0601); "" for an unknown one."""
    short = code
    while short and short not in names and len(short) > 2 and short.endswith("00"):
        short = short[:-2]
    return names.get(short, "")

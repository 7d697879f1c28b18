"""Numbers that a text states against the sums over layers that a specification sets beside them."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..land.rounding import half_up
from .defects import CheckRule, Defect
from .inspection import Inspection
from .inspection_spec import LandSum, TextNumber, TextSpec
from .inspection_sums import UNIT_M2

_UNITS = {
    "平方公里": "km2", "平方千米": "km2", "km2": "km2", "公顷": "ha", "hm2": "ha", "ha": "ha", "亩": "mu",
    "平方米": "m2", "m2": "m2",
}  # fmt: skip
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?"
_WITH_UNIT = re.compile(rf"(?<![\d.])({_NUMBER})\s*(万?)({'|'.join(_UNITS)})", re.IGNORECASE)
_ALONE = re.compile(rf"\s*({_NUMBER})\s*")
_REACH = 60  # characters of a sentence in which the number must follow its words
_TEN_THOUSAND = 10_000.0
_MOST = 200  # places of one number


@dataclass(frozen=True)
class Stated:
    """A number as a text states it: in `unit`, true to `half` of its last digit."""

    value: float
    half: float
    unit: str
    shown: str


def plain_text(text: str) -> str:
    """A text with figures and units written in one way; the comma of a sentence never joins figures."""
    return unicodedata.normalize("NFKC", text.replace("，", "、").replace("；", "。"))


def stated_numbers(text: str, after: str, unit: str) -> Iterator[Stated]:
    """Numbers that follow `after` in sentences (with a unit) and in rows of tables (cells parted by tabs).

    `unit`: of cells that hold a bare number.
    """
    wanted, count = plain_text(after), 0
    for line in plain_text(text).splitlines():
        at = line.find(wanted)
        while at >= 0 and count < _MOST:
            end = at + len(wanted)
            found = _of_row(line[end:], unit) if "\t" in line else _of_sentence(line[end : end + _REACH])
            if found is not None:
                count += 1
                yield found
            at = line.find(wanted, end)


def _of_sentence(rest: str) -> "Stated | None":
    found = _WITH_UNIT.search(re.split(r"[。;]", rest, maxsplit=1)[0])
    return None if found is None else _stated(found[1], found[2], _UNITS[found[3].lower()], found[0])


def _of_row(rest: str, unit: str) -> "Stated | None":
    """The first cell after the words' own that holds a number, or the number in their own cell."""
    for cell in rest.split("\t"):
        found, bare = _WITH_UNIT.search(cell), _ALONE.fullmatch(cell)
        if found is not None:
            return _stated(found[1], found[2], _UNITS[found[3].lower()], found[0])
        if bare is not None:
            return _stated(bare[1], "", unit, bare[1])
    return None


def _stated(digits: str, factor: str, unit: str, shown: str) -> Stated:
    times = _TEN_THOUSAND if factor else 1.0
    decimals = len(digits.partition(".")[2])
    return Stated(float(digits.replace(",", "")) * times, 0.5 * 10.0**-decimals * times, unit, shown)


def number_with_unit(cell: str) -> "Stated | None":
    """The number of a cell that holds it with its unit and nothing else ("1,234.5 公顷"); None for any other text."""
    found = _WITH_UNIT.fullmatch(plain_text(cell).strip())
    return None if found is None else _stated(found[1], found[2], _UNITS[found[3].lower()], found[0])


def check_text(run: Inspection, text: TextSpec, file: str, content: str, sums: Mapping[LandSum, float]) -> None:
    """文数一致 of one text: every place where it states a number of the specification."""
    rule = run.rule("text_numbers", file)
    silent, unknown = [], set()
    for number in text.numbers:
        if number.sum not in sums:
            unknown.add(number.sum.layer)
            continue
        places = list(stated_numbers(content, number.after, number.unit))
        if not places:
            silent.append(number.after)
        run.take(rule, len(places), _wrong(rule, number, places, sums[number.sum]))
    if silent:
        run.skip("text_numbers", file, "unchecked_text_silent", phrases="、".join(silent))
    if unknown:
        run.skip("text_numbers", file, "unchecked_layers", layers=", ".join(sorted(unknown)))


def _wrong(rule: CheckRule, number: TextNumber, places: list[Stated], m2: float) -> Iterator[Defect]:
    allowed = rule.tolerance if number.tolerance is None else number.tolerance
    for place in places:
        wanted = m2 / UNIT_M2[place.unit]
        slack = place.half + allowed * UNIT_M2[number.unit] / UNIT_M2[place.unit]
        if abs(place.value - wanted) > slack * (1 + 1e-9) + 1e-9:
            shown = f"{float(half_up(wanted, 4)):.4f} {place.unit}"
            title = number.title or number.after
            yield rule.layer_defect(value=place.shown, wanted=shown, params={"place": title})


def check_subject(run: Inspection, file: str, content: str, subject: str, unread: int) -> None:
    """Whether a text names what its file name says it is of; with pages unread an absence proves nothing."""
    rule = run.rule("text_subject", file)
    plain = re.sub(r"\s", "", plain_text(content))
    if re.sub(r"\s", "", plain_text(subject)) in plain:
        run.take(rule, 1, [])
    elif unread:
        run.skip("text_subject", file, "unchecked_subject_pages", subject=subject, count=unread)
    else:
        run.take(rule, 1, [Defect(rule.item.code, rule.severity, "", value=file, wanted=subject)])

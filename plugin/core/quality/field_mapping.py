"""A layer's fields into the fields of a specification: which source serves which target, and by what it was found.

A pair is proposed only where it is the only one for both sides; what is found by initials or by values is a proposal
that somebody has to accept. Nothing is guessed silently: what stays open is told with its rivals.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Callable, Optional

from .inspection_spec import CodeList, FieldSpec
from .pinyin import initials

_CUT_FROM, _CUT_AT = 8, 10  # bytes that a shapefile keeps of the name of a field, less what a character may lack
_LEAST_VALUES = 2  # different values that a field must have before they say what it is


class Match(str, Enum):
    """By what a source was found for a target."""

    CHOSEN = "chosen"
    DEFAULT = "default"
    NAME = "name"
    TITLE = "title"
    SHORTENED = "shortened"
    PINYIN = "pinyin"
    VALUES = "values"
    NAME_OF = "name_of"
    NONE = "none"


CERTAIN = frozenset({Match.CHOSEN, Match.DEFAULT, Match.NAME, Match.TITLE, Match.NAME_OF})


@dataclass(frozen=True)
class SourceField:
    """A field of the layer. `values`: different values as text, none where they were not looked at."""

    name: str
    title: str = ""
    values: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Choice:
    """What the user wrote for a target: a source, a fixed value, units, translations; all may be left out."""

    source: str = ""
    default: Optional[str] = None
    from_unit: str = ""
    to_unit: str = ""
    codes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class FieldMatch:
    """A target with its source, "" for none; `rivals`: sources that fit as well as one another."""

    target: FieldSpec
    source: str = ""
    match: Match = Match.NONE
    rivals: tuple[str, ...] = ()


_Test = Callable[[SourceField, FieldSpec], bool]


def match_fields(
    sources: Sequence[SourceField],
    targets: Sequence[FieldSpec],
    codes: Mapping[str, CodeList],
    choices: Mapping[str, Choice],
) -> list[FieldMatch]:
    """One FieldMatch for each target, in their order."""
    found: dict[str, FieldMatch] = {}
    for target in targets:
        choice = choices.get(target.name.upper())
        if choice is not None and (choice.source or choice.default is not None):
            match = Match.CHOSEN if choice.source else Match.DEFAULT
            found[target.name] = FieldMatch(target, choice.source, match)
    tests: tuple[tuple[Match, _Test], ...] = (
        (Match.NAME, _same_name),
        (Match.TITLE, _same_title),
        (Match.SHORTENED, _shortened_title),
        (Match.PINYIN, _same_initials),
        (Match.VALUES, lambda source, target: _same_values(source, code_list(target, codes))),
    )
    rivals: dict[str, tuple[str, ...]] = {}
    for match, test in tests:
        _pair(sources, targets, found, rivals, (match, test))
    for target in targets:
        if target.name not in found and target.name_of and _is_served(found.get(target.name_of)):
            found[target.name] = FieldMatch(target, "", Match.NAME_OF)
    return [found.get(t.name, FieldMatch(t, rivals=rivals.get(t.name, ()))) for t in targets]


def code_list(target: FieldSpec, codes: Mapping[str, CodeList]) -> Optional[CodeList]:
    """The codes that a field holds; None for one that holds names of codes, or anything else."""
    return None if target.name_of else codes.get(target.codes)


def _is_served(other: Optional[FieldMatch]) -> bool:
    return other is not None and other.match in CERTAIN


def _pair(
    sources: Sequence[SourceField],
    targets: Sequence[FieldSpec],
    found: dict[str, FieldMatch],
    rivals: dict[str, tuple[str, ...]],
    how: tuple[Match, _Test],
) -> None:
    """Add the pairs of one test that are the only ones for both sides, among what is still free."""
    match, test = how
    taken = {one.source for one in found.values()}
    free = [source for source in sources if source.name not in taken]
    fits = {t.name: [s.name for s in free if test(s, t)] for t in targets if t.name not in found}
    times: dict[str, int] = {}
    for names in fits.values():
        for name in names:
            times[name] = times.get(name, 0) + 1
    for target in targets:
        names = fits.get(target.name, [])
        if len(names) == 1 and times[names[0]] == 1:
            found[target.name] = FieldMatch(target, names[0], match)
        elif names:
            rivals.setdefault(target.name, tuple(names))


def plain_name(name: str) -> str:
    """A name without case, width, blanks, signs, what stands in brackets, and a Chinese unit behind an underscore."""
    bare = re.sub(r"[(（\[【].*?[)）\]】]", "", unicodedata.normalize("NFKC", name))
    bare = re.sub(rf"_({'|'.join(_CHINESE_UNITS)})$", "", bare.strip())
    return re.sub(r"[\s_\-./、]+", "", bare).casefold()


def _same_name(source: SourceField, target: FieldSpec) -> bool:
    return plain_name(source.name) == plain_name(target.name)


def _same_title(source: SourceField, target: FieldSpec) -> bool:
    spellings = {plain_name(word) for word in (source.name, source.title) if word}
    return bool(spellings & {plain_name(word) for word in (target.title, target.name) if word})


def _shortened_title(source: SourceField, target: FieldSpec) -> bool:
    """Whether a name is what a shapefile, which keeps ten bytes of it, leaves of a title."""
    name = unicodedata.normalize("NFKC", source.name).strip()
    sizes = (len(name.encode(encoding)) for encoding in ("gb18030", "utf-8"))
    is_cut = not name.isascii() and any(_CUT_FROM <= size <= _CUT_AT for size in sizes)
    return is_cut and name != target.title and target.title.startswith(name)


def _same_initials(source: SourceField, target: FieldSpec) -> bool:
    of_source = {initials(plain_name(word)) for word in (source.name, source.title) if word and not word.isascii()}
    if target.name.upper() in of_source - {""}:
        return True
    title = initials(plain_name(target.title)) if target.title and not target.title.isascii() else ""
    return len(title) > 1 and plain_name(source.name).upper() == title


def _same_values(source: SourceField, known: Optional[CodeList]) -> bool:
    """Whether all values are codes of a list, or all are names of it."""
    if known is None or len(source.values) < _LEAST_VALUES:
        return False
    names = set(known.values.values())
    return all(known.meant(v) is not None for v in source.values) or all(v in names for v in source.values)


_UNITS = {
    "m2": ("m2", "平方米", "㎡", "sqm"), "ha": ("ha", "公顷", "hm2"), "mu": ("mu", "亩"),
    "km2": ("km2", "平方公里", "平方千米"), "wanmu": ("万亩",),
}  # fmt: skip
_CHINESE_UNITS = sorted({n for names in _UNITS.values() for n in names if not n.isascii()}, key=len, reverse=True)
_M2 = {"m2": 1.0, "ha": 10_000.0, "mu": 10_000.0 / 15.0, "km2": 1_000_000.0, "wanmu": 10_000.0 * 10_000.0 / 15.0}


def unit_of(*spellings: str) -> str:
    """The unit of area that words name: in brackets, or behind the name and an underscore; "" for none."""
    for word in spellings:
        text = unicodedata.normalize("NFKC", word or "").casefold()
        inside = re.findall(r"[(\[【](?:单位[::]?)?\s*(.*?)\s*[)\]】]", text)
        behind = re.findall(rf"_([a-z]+2?|{'|'.join(_CHINESE_UNITS)})$", text.strip())
        for part in (*inside, *behind):
            for unit, names in _UNITS.items():
                if part in names:
                    return unit
    return ""


def factor(from_unit: str, to_unit: str) -> Optional[float]:
    """By what values in one unit are multiplied to be in another; None where one of them is no known unit."""
    if from_unit not in _M2 or to_unit not in _M2:
        return None
    return _M2[from_unit] / _M2[to_unit]


def known_units() -> Iterable[str]:
    """The words by which units may be chosen."""
    return tuple(_M2)

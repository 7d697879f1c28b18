"""Which column of a workbook holds which field: proposed by name and likeness, kept as a profile, applied again
next month.
"""

import functools
import json
import re
import unicodedata
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Optional, Union

from ...core.errors import InputError
from ...core.files import write_complete
from ...core.forms.fields import Field
from ...core.forms.schema import Form
from ...core.forms.units import is_area, plain, unit_factor, unit_of, unit_spellings, vocabulary
from ...core.json_files import read_json_object

_MARK, _VERSION = "onemap-workbook-mapping", 1
AUTOMATIC = 0.7  # what is less alike is offered to a person, not taken unasked
OFFERED = 0.45
_BY_VALUES = 0.6  # offered, never taken unasked
_BRACKETS = re.compile(r"[(\[【]([^()\[\]【】]*)[)\]】]")
_NOISE = re.compile(r"[\s*:,;、_·.'\"]+")
_UNIT_BEHIND = re.compile(r"\s*[/:：]\s*[^/:：()]{1,4}\s*$")
_HINTS = {"必填", "选填", "单选", "下拉", "yyyy-mm-dd", "自动计算"}


@dataclass(frozen=True)
class Column:
    """One column of a foreign sheet. `index` from 0; `title` unique in the sheet; `pieces`: the stacked heads, top
    first; `unit`: its own, or ""; `common`: the units that notes give for the whole sheet; `samples`: its first
    values."""

    index: int
    title: str
    pieces: tuple
    unit: str = ""
    common: tuple = ()
    samples: tuple = ()


@dataclass(frozen=True)
class Match:
    """A column proposed for a field; `how`: exact, name, alias, similar, values or profile; `factor` turns its
    numbers into the field's unit; `unit_known`: False for an area whose unit nobody wrote down."""

    column: Column
    key: str
    score: float
    how: str
    factor: float = 1.0
    unit_known: bool = True


@dataclass(frozen=True)
class Profile:
    """A kept mapping.

    `columns` {title: field key, or "" for a column to leave out}; `values` {field key: {as written: code}}; `units`
    {title: unit of its numbers}; `fixed` {field key: the same in every row}; `marks` {field key: {title of a column
    that is ticked: code}}; `dates` {field key of a day: {"stage": field key, "columns": {title: code of the stage}}};
    `codes` {field key of a division's code: [titles of columns with names, the smallest division last]}; `split`
    {title: [field key of a name, field key of a telephone number]}; `place` {"east": title, "north": title, "crs":
    authority code}.
    """

    form: str = ""
    columns: dict = field(default_factory=dict)
    values: dict = field(default_factory=dict)
    units: dict = field(default_factory=dict)
    fixed: dict = field(default_factory=dict)
    marks: dict = field(default_factory=dict)
    dates: dict = field(default_factory=dict)
    codes: dict = field(default_factory=dict)
    split: dict = field(default_factory=dict)
    place: dict = field(default_factory=dict)

    def derived_keys(self, form: Optional[Form] = None) -> set:
        """Fields that do not come from a column of their own; with the form also the names that go with codes."""
        stages = {spec["stage"] for spec in self.dates.values()}
        pieces = [key for keys in self.split.values() for key in keys]
        names = [name for code, name in name_fields(form).items() if code in self.codes] if form else []
        return {*self.fixed, *self.marks, *self.dates, *self.codes, *stages, *pieces, *names}

    def derives_from(self, title: str) -> bool:
        """Whether a column is read for something else than a field of its own."""
        used = [*self.split, *(t for titles in self.codes.values() for t in titles)]
        used += [t for columns in self.marks.values() for t in columns]
        used += [t for spec in self.dates.values() for t in spec["columns"]]
        used += [self.place[side] for side in ("east", "north")] if self.place else []
        return normal(title) in {normal(t) for t in used}

    def save(self, path: Union[str, Path]) -> None:
        """Write the profile as JSON; OSError when the place refuses."""
        content = {"kind": _MARK, "version": _VERSION, **self.as_dict()}
        write_complete(path, (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode("utf-8"))

    def as_dict(self) -> dict:
        """The profile as JSON holds it; parts that say nothing are left out."""
        values = asdict(self)
        return {name: value for name, value in values.items() if value or name in ("form", "columns", "values")}


def name_fields(form: Form) -> dict:
    """{field of a division's code: field of its name}"""
    return {check["code"]: check["name"] for check in form.checks if check["kind"] == "division_name"}


_PARTS = ("units", "fixed", "marks", "dates", "codes", "split", "place")


def load_profile(path: Union[str, Path], form: Form) -> Profile:
    """Read a Profile for a form.

    A plain {title: key} object will do. InputError for another form's, unknown fields, or no JSON.
    """
    try:
        content = read_json_object(path)
    except InputError as error:
        raise InputError("profile_unreadable", file=Path(path).name, detail=error.params["error"]) from error
    if content.get("form", form.id) != form.id:
        raise InputError("profile_other_form", file=Path(path).name, form=content["form"])
    return profile_from(content, form, Path(path).name)


def profile_from(content: dict, form: Form, name: str = "") -> Profile:
    """The Profile that a JSON object says; InputError naming what is wrong in it."""
    columns, values = content.get("columns", content), content.get("values", {})
    parts = {part: content.get(part, {}) for part in _PARTS if "columns" in content}
    dicts = [columns, values, *parts.values()]
    if not all(isinstance(part, dict) for part in dicts) or not all(isinstance(v, dict) for v in values.values()):
        raise InputError("profile_unknown_fields", file=name, fields="")
    try:
        made = Profile(form.id, {title: key or "" for title, key in columns.items()}, values, **parts)
        named = {*(key for key in columns.values() if key), *values, *made.derived_keys()}
        _ = made.derives_from("")
    except (AttributeError, KeyError, TypeError) as error:
        raise InputError("profile_unreadable", file=name, detail=error) from error
    if unknown := {str(key) for key in named} - set(form.keys):
        raise InputError("profile_unknown_fields", file=name, fields=", ".join(sorted(unknown)))
    return made


def propose(columns: list, form: Form, profile: Optional[Profile] = None, extra: tuple = ()) -> list:
    """Matches of columns to fields, one to one, best first; `extra`: [(key, titles)] of system columns.

    A profile speaks first and for good: what it names is taken, what it leaves out stays out, the rest is proposed as
    ever.
    """
    taken = [] if profile is None else _from_profile(columns, form, profile)
    named = {normal(title) for title in profile.columns} if profile else ()
    derived = profile.derived_keys(form) if profile else ()
    free = [c for c in columns if normal(c.title) not in named and not (profile and profile.derives_from(c.title))]
    found, fitting = [], {f.key: test for f in form.fields if (test := _value_test(f)) is not None}
    for key, titles in [*((f.key, field_titles(f)) for f in form.fields), *extra]:
        for column in free:
            score, how = max((_likeness(name, titles) for name in column_names(column)), key=lambda found: found[0])
            if score < _BY_VALUES and key in fitting and fitting[key](column.samples):
                score, how = _BY_VALUES, "values"
            if score >= OFFERED:
                found.append((score, -column.index, column, key, how))
    keys, used = {m.key for m in taken} | set(derived), set()
    for score, _, column, key, how in sorted(found, key=lambda f: f[:2], reverse=True):
        if key not in keys and column.index not in used:
            keys.add(key)
            used.add(column.index)
            factor, known = _factor(column, form, key)
            taken.append(Match(column, key, score, how, factor, known))
    return taken


def _value_test(form_field):
    """A function that tells whether samples can only be values of a field with a code list or an identifier.

    None for other fields.
    """
    if form_field.codes:
        known = {plain(word) for code in form_field.codes for word in code}
        return lambda samples: len(samples) > 1 and all(plain(value) in known for value in samples)
    if form_field.pattern and form_field.identifier and form_field.identifier != "phone":
        fits = re.compile(form_field.pattern).search
        return lambda samples: len(samples) > 1 and all(fits(plain(value).upper()) for value in samples)
    return None


def _from_profile(columns, form, profile):
    by_title = {normal(c.title): c for c in columns}
    units = {normal(title): unit for title, unit in profile.units.items()}
    pairs = ((by_title.get(normal(title)), key) for title, key in profile.columns.items() if key)
    found = [(c, key, units.get(normal(c.title), "")) for c, key in pairs if c is not None]
    return [
        Match(c, key, 1.0, "profile", _factor(c, form, key, unit)[0], bool(unit) or not units_differ(c))
        for c, key, unit in found
    ]


def _factor(column, form, key, chosen=""):
    """(factor from the column's unit to the field's, whether the unit is known).

    A field without a unit, or of one that nobody writes in another (people, percent), needs none.
    """
    unit = form.field(key).unit if key in form.keys else ""
    if not chosen and units_differ(column):
        return 1.0, not is_area(unit)
    own = chosen or unit_of(column.title) or column.unit
    factors = [f for f in (unit_factor(u, unit) for u in ([own] if own else column.common)) if f]
    if len(factors) == 1:
        return factors[0], True
    return 1.0, not is_area(unit)


def units_differ(column: Column) -> bool:
    """Whether the title and the line of units give two units of land: which of them holds nobody can tell."""
    written = unit_of(column.title)
    return is_area(written) and bool(column.unit) and unit_factor(column.unit, written) != 1.0


def unit_question(column: Column) -> tuple[str, str]:
    """(message code, the units that are given) of a column that is not read: nobody knows its unit, or two are said."""
    given = "、".join(unit for unit in (unit_of(column.title), column.unit) if unit)
    return ("column_units_differ" if column.unit else "column_no_unit"), given


@functools.lru_cache(maxsize=4096)
def normal(title: Any) -> str:
    """A title as names are compared: one spelling, without unit, hints such as (必填), blanks and marks."""
    text = unicodedata.normalize("NFKC", str(title)).lower()
    text = _BRACKETS.sub(
        lambda b: "" if plain(b[1]).removeprefix("单位").lstrip(":") in unit_spellings() | _HINTS else b[0], text
    )
    text = _UNIT_BEHIND.sub("", text) if unit_of(text) else text
    pieces = text.split()
    if len(pieces) > 1 and pieces[-1] in unit_spellings():
        pieces.pop()
    joined = _NOISE.sub("", "".join(pieces))
    unit = unit_of(joined)
    return joined[: -len(unit)] if unit and is_area(unit) and not unit.isascii() and joined.endswith(unit) else joined


def column_names(column: Any) -> dict[str, Any]:
    """What a column may be called: its whole stacked title, its lowest head, and both in the other order (人口
    / 户籍 = 户籍人口).
    """
    pieces = [normal(piece) for piece in column.pieces]
    return dict.fromkeys(name for name in ("".join(pieces), pieces[-1], "".join(reversed(pieces[-2:]))) if name)


def field_titles(form_field: Field) -> tuple[tuple[str, str], ...]:
    """(how, name) of everything a field is known by."""
    aliases = vocabulary()["titles"].get(form_field.key, ())
    pairs = [("exact", form_field.title_zh), ("name", form_field.title_en), ("name", form_field.key)]
    return tuple((how, normal(name)) for how, name in (*pairs, *(("alias", a) for a in aliases)))


_FIRM = {"exact": 1.0, "name": 0.98, "alias": 0.95}


def _likeness(name, titles):
    """(score, how) of the title most like `name`."""
    for how, title in titles:
        if title == name:
            return _FIRM[how], how
    like = (0.9 * _dice(name, title) for _, title in titles if not _contradict(name, title))
    return max(like, default=0.0), "similar"


@functools.lru_cache(maxsize=65536)
def _contradict(one, other):
    """Whether two names differ in a word that changes what they mean: 户籍人口 is no 常住人口."""
    for group in vocabulary()["opposites"]:
        first, second = ({word for word in group if word in name} for name in (one, other))
        if first and second and not first & second:
            return True
    return False


@functools.lru_cache(maxsize=65536)
def _dice(one, other):
    """Share of letter pairs that two words have in common, 0 to 1."""
    pairs = [{word[i : i + 2] for i in range(len(word) - 1)} for word in (one, other)]
    return 2 * len(pairs[0] & pairs[1]) / max(len(pairs[0]) + len(pairs[1]), 1)

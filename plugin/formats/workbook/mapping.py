"""Which column of a workbook holds which field: proposed by name and likeness, kept as a profile, applied again
next month.
"""

import functools
import json
import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

from ...core.errors import InputError
from ...paths import RESOURCES

_WORDS = RESOURCES / "workbook" / "words.json"
_MARK, _VERSION = "onemap-workbook-mapping", 1
AUTOMATIC = 0.7  # what is less alike is offered to a person, not taken unasked
OFFERED = 0.45
_BY_VALUES = 0.6  # offered, never taken unasked
_BRACKETS = re.compile(r"[(\[【]([^()\[\]【】]*)[)\]】]")
_NOISE = re.compile(r"[\s*:,;、_·.'\"]+")
_HINTS = {"必填", "选填", "单选", "下拉", "yyyy-mm-dd", "自动计算"}


@functools.lru_cache(maxsize=1)
def words():
    """The catalogue resources/workbook/words.json."""
    return json.loads(_WORDS.read_text(encoding="utf-8"))


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
    numbers into the field's unit."""

    column: Column
    key: str
    score: float
    how: str
    factor: float = 1.0


@dataclass(frozen=True)
class Profile:
    """A kept mapping: `columns` {title: field key, or "" for a column to leave out}, `values` {field key: {as
    written: code}}.
    """

    form: str = ""
    columns: dict = field(default_factory=dict)
    values: dict = field(default_factory=dict)

    def save(self, path):
        """Write the profile as JSON; OSError when the place refuses."""
        content = {
            "kind": _MARK,
            "version": _VERSION,
            "form": self.form,
            "columns": self.columns,
            "values": self.values,
        }
        Path(path).write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def load_profile(path, form):
    """Read a Profile for a form.

    A plain {title: key} object will do. InputError for another form's, unknown fields, or no JSON.
    """
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise InputError("profile_unreadable", file=Path(path).name, detail=error) from error
    if not isinstance(content, dict):
        raise InputError("profile_unreadable", file=Path(path).name, detail=type(content).__name__)
    columns, values = content.get("columns", content), content.get("values", {})
    if content.get("form", form.id) != form.id:
        raise InputError("profile_other_form", file=Path(path).name, form=content["form"])
    unknown = {str(key) for key in columns.values() if key and key not in form.keys} | (set(values) - set(form.keys))
    if unknown or not all(isinstance(v, dict) for v in values.values()):
        raise InputError("profile_unknown_fields", file=Path(path).name, fields=", ".join(sorted(unknown)))
    return Profile(form.id, {title: key or "" for title, key in columns.items()}, values)


def propose(columns, form, profile=None, extra=()):
    """Matches of columns to fields, one to one, best first; `extra`: [(key, titles)] of system columns.

    A profile speaks first and for good: what it names is taken, what it leaves out stays out, the rest is proposed as
    ever.
    """
    taken = [] if profile is None else _from_profile(columns, form, profile)
    named = {normal(title) for title in profile.columns} if profile else ()
    free = [c for c in columns if normal(c.title) not in named]
    found, fitting = [], {f.key: test for f in form.fields if (test := _value_test(f)) is not None}
    for key, titles in [*((f.key, field_titles(f)) for f in form.fields), *extra]:
        for column in free:
            score, how = max((_likeness(name, titles) for name in column_names(column)), key=lambda found: found[0])
            if score < _BY_VALUES and key in fitting and fitting[key](column.samples):
                score, how = _BY_VALUES, "values"
            if score >= OFFERED:
                found.append((score, -column.index, column, key, how))
    keys, used = {m.key for m in taken}, set()
    for score, _, column, key, how in sorted(found, key=lambda f: f[:2], reverse=True):
        if key not in keys and column.index not in used:
            keys.add(key)
            used.add(column.index)
            taken.append(Match(column, key, score, how, _factor(column, form, key)))
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
    pairs = ((by_title.get(normal(title)), key) for title, key in profile.columns.items() if key)
    return [Match(c, key, 1.0, "profile", _factor(c, form, key)) for c, key in pairs if c is not None]


def _factor(column, form, key):
    """Factor from the column's unit to the field's; 1 where either has none or they measure different things."""
    unit = form.field(key).unit if key in form.keys else ""
    own = unit_of(column.title) or column.unit
    factors = [f for f in (unit_factor(u, unit) for u in ([own] if own else column.common)) if f]
    return factors[0] if len(factors) == 1 else 1.0


def unit_factor(source, target):
    """How many `target` one `source` is; None when either is no known unit or they measure different things."""
    source, target = plain(source), plain(target)
    for group in words()["units"]:
        if source in group and target in group:
            return 1.0 if source == target else group[source] / group[target]
    return None


@functools.lru_cache(maxsize=4096)
def plain(text):
    """Text in one spelling: full-width forms narrowed, superscripts lowered, no blanks, lower case."""
    return "".join(unicodedata.normalize("NFKC", str(text)).lower().split())


@functools.lru_cache(maxsize=1)
def unit_words():
    """Every known unit in the spelling of `plain`."""
    return frozenset(unit for group in words()["units"] for unit in group)


@functools.lru_cache(maxsize=4096)
def unit_of(title):
    """The unit a title carries in brackets or after a blank ("面积（亩）", "面积 ha"), in the spelling of
    `plain`, or "".
    """
    text = unicodedata.normalize("NFKC", str(title)).lower()
    inside = [plain(piece).removeprefix("单位").lstrip(":") for piece in _BRACKETS.findall(text)]
    last = text.split()[-1:] if len(text.split()) > 1 else []
    return next((unit for unit in (*inside, *last) if unit in unit_words()), "")


@functools.lru_cache(maxsize=4096)
def normal(title):
    """A title as names are compared: one spelling, without unit, hints such as (必填), blanks and marks."""
    text = unicodedata.normalize("NFKC", str(title)).lower()
    text = _BRACKETS.sub(
        lambda b: "" if plain(b[1]).removeprefix("单位").lstrip(":") in unit_words() | _HINTS else b[0], text
    )
    pieces = text.split()
    if len(pieces) > 1 and pieces[-1] in unit_words():
        pieces.pop()
    return _NOISE.sub("", "".join(pieces))


def column_names(column):
    """What a column may be called: its whole stacked title, its lowest head, and both in the other order (人口
    / 户籍 = 户籍人口).
    """
    pieces = [normal(piece) for piece in column.pieces]
    return dict.fromkeys(name for name in ("".join(pieces), pieces[-1], "".join(reversed(pieces[-2:]))) if name)


def field_titles(form_field):
    """(how, name) of everything a field is known by."""
    aliases = words()["titles"].get(form_field.key, ())
    pairs = [("exact", form_field.title_zh), ("name", form_field.title_en), ("name", form_field.key)]
    return tuple((how, normal(name)) for how, name in (*pairs, *(("alias", a) for a in aliases)))


_FIRM = {"exact": 1.0, "name": 0.98, "alias": 0.95}


def _likeness(name, titles):
    """(score, how) of the title most like `name`."""
    for how, title in titles:
        if title == name:
            return _FIRM[how], how
    return max((0.9 * _dice(name, title) for _, title in titles), default=0.0), "similar"


@functools.lru_cache(maxsize=65536)
def _dice(one, other):
    """Share of letter pairs that two words have in common, 0 to 1."""
    pairs = [{word[i : i + 2] for i in range(len(word) - 1)} for word in (one, other)]
    return 2 * len(pairs[0] & pairs[1]) / max(len(pairs[0]) + len(pairs[1]), 1)

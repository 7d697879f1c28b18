"""What a county's own table may mean beyond one column per field: ticked columns, a day per stage, names instead of
codes, two things in one cell, facts that stand above the head. A person looks at every suggestion before it is used.
"""

import re
from typing import Any, Optional

from ...core.forms.parsing import Unreadable, parse_date
from ...core.forms.schema import Form
from ...core.forms.units import plain, vocabulary
from .derive import is_tick
from .header import Header
from .mapping import AUTOMATIC, Profile, normal
from .place_columns import suggest_place
from .rows import not_a_record

_DAY_ENDING = re.compile(r"(?:完成)?(?:时间|日期)$")
_SAID = re.compile(r"([^:：\s]{2,8})[:：]\s*([^:：]{4,24})")
_LEVELS = ("county", "town", "village")


def suggest(header: Header, grid: dict, form: Form, county: str = "") -> Profile:
    """A Profile of suggestions for the columns and fields that plain matching leaves open."""
    taken = {m.column.index for m in header.matches if m.score >= AUTOMATIC and m.unit_known}
    keys = {m.key for m in header.matches if m.column.index in taken}
    free = [c for c in header.columns if c.index not in taken]
    marks = _marks(header.columns, header, grid, form)
    ticked = {title for columns in marks.values() for title in columns}
    keys = (keys - set(marks)) | {m.key for m in header.matches if m.key in marks and m.column.title not in ticked}
    dates = {} if _stage_date(form) is None else _dates(free, form, _stage_date(form))
    codes = _codes(header.columns, form, keys)
    split = _split(free, form)
    fixed = _said_above(grid, header, form)
    derived = {*keys, *marks, *dates, *codes}
    for field in form.fields:
        if field.widget == "division" and field.key not in derived and len(county) == 6:
            fixed.setdefault(field.key, county)
    place = suggest_place(free, lambda index: _cells(grid, header, index)) if form.geometry == "point" else {}
    return Profile(form.id, marks=marks, dates=dates, codes=codes, split=split, fixed=fixed, place=place)


def _cells(grid, header, index):
    below = (row for number, row in grid.items() if number >= header.data_row)
    rows = (row for row in below if not_a_record(row, header) is None)
    return [row[index] for row in rows if index < len(row) and row[index] not in (None, "")]


def _marks(columns, header, grid, form):
    """{field: {title: code}}: columns named like the choices of one field, in which there are ticks or nothing."""
    found: dict = {}
    for field in (f for f in form.fields if f.codes):
        named = {}
        for column in columns:
            code = _code_named(field, column.pieces[-1])
            if code and all(map(is_tick, _cells(grid, header, column.index))):
                named[column.title] = code
        ticked = any(_cells(grid, header, c.index) for c in columns if c.title in named)
        if len(named) > 1 and ticked:
            found[field.key] = named
    return found


def _code_named(field, text) -> Optional[str]:
    """The code of a choice that a head names: as it is written, or without 类 or a remark in brackets."""
    said = _bare(text)
    return next((code[0] for code in field.codes if said and said in {_bare(word) for word in code}), None)


def _bare(text):
    return re.sub(r"[(（\[].*?[)）\]]", "", plain(text)).removesuffix("类")


def _stage_date(form) -> Optional[tuple]:
    spec = form.schema.get("x-stage-date")
    return (spec["stage"], spec["date"]) if spec else None


def _dates(columns, form, pair):
    """{date field: {"stage", "columns"}}: columns that are called after stages: 批复时间, 方案编制完成时间."""
    stage, day = pair
    found = {}
    for column in columns:
        name = normal(column.pieces[-1])
        code = _code_named(form.field(stage), _DAY_ENDING.sub("", name)) if _DAY_ENDING.search(name) else None
        if code:
            found[column.title] = code
    return {day: {"stage": stage, "columns": found}} if len(found) > 1 else {}


def _codes(columns, form, keys):
    """{code field: [titles of name columns, the smallest division last]} where no column gives the code."""
    found: dict = {}
    for field in form.fields:
        if not field.identifier.startswith("division") or field.key in keys:
            continue
        named = []
        for level in _LEVELS:
            names = {normal(n) for n in vocabulary()["division_columns"][level]}
            named += [c.title for c in columns if normal(c.pieces[-1]) in names][:1]
        if named:
            found[field.key] = named
    return found


def _split(columns, form):
    """{title: [name field, telephone field]}: 联系人及电话."""
    phone = next((f.key for f in form.fields if f.identifier == "phone"), None)
    name = next((f.key for f in form.fields if f.key in ("reporter", "leader", "who")), None)
    if not phone or not name:
        return {}
    both = [c.title for c in columns if "电话" in c.title and re.search("人|姓名", c.title)]
    return {title: [name, phone] for title in both[:1]}


def _said_above(grid, header, form) -> dict[str, Any]:
    """{field: value} of what stands above the head as "填报时间：2026年3月25日"."""
    wanted = {normal(name): form.period_from for name in vocabulary()["titles"].get(form.period_from, ())}
    if form.period_from:
        wanted[normal(form.field(form.period_from).title_zh)] = form.period_from
    found = {}
    for number, row in grid.items():
        for text in row if number < header.first else ():
            for name, value in _SAID.findall(text) if isinstance(text, str) else ():
                key = wanted.get(normal(name))
                try:
                    found.update({key: parse_date(value)} if key else {})
                except Unreadable:
                    continue
    return found

"""Columns that are no field of their own, as the boxes of the mapping page hold them: a ticked choice, the day of a
stage, a name for a code, two things in one cell, a coordinate of the place.
"""

from collections.abc import Sequence
from typing import Any

from ..plugin.bridge.i18n import tr
from ..plugin.core.forms.schema import Form

_MARK, _DATE, _NAME, _SPLIT = "mark:", "date:", "name:", "split:"
_PLACE = "place:"
EAST, NORTH = f"{_PLACE}east", f"{_PLACE}north"
_KINDS = (_MARK, _DATE, _NAME, _SPLIT, _PLACE)


def place_choices() -> list:
    """[(words, data)] of the coordinates of a place."""
    return [(tr("place: easting or longitude"), EAST), (tr("place: northing or latitude"), NORTH)]


def is_special(data: Any) -> bool:
    """Whether the data of a box is one of these."""
    return isinstance(data, str) and data.startswith(_KINDS)


def special_choices(form: Form, parts: Any) -> dict:
    """{title of a column: (words, data)} of a Profile's parts."""
    found = {}
    for key, columns in parts.marks.items():
        for title, code in columns.items():
            message = tr("√ = {0}: {1}").format(form.field(key).title, form.field(key).label(code))
            found[title] = (message, f"{_MARK}{key}:{code}")
    for key, spec in parts.dates.items():
        for title, code in spec["columns"].items():
            message = tr("day of: {0}").format(form.field(spec["stage"]).label(code))
            found[title] = (message, f"{_DATE}{key}:{spec['stage']}:{code}")
    for key, titles in parts.codes.items():
        for place, title in enumerate(titles):
            message = tr("name, for {0}").format(form.field(key).title)
            found.setdefault(title, (message, f"{_NAME}{key}:{place}"))
    for title, keys in parts.split.items():
        message = tr("{0} and {1}").format(*(form.field(key).title for key in keys))
        found[title] = (message, f"{_SPLIT}{':'.join(keys)}")
    for message, data in place_choices() if parts.place else ():
        found[parts.place[data[len(_PLACE) :]]] = (message, data)
    return found


def special_parts(chosen: Sequence[tuple[str, str]]) -> dict:
    """The parts of a Profile that boxes [(title, data)] say."""
    parts: dict = {"marks": {}, "dates": {}, "codes": {}, "split": {}, "place": {}}
    names: dict = {}
    for title, data in chosen:
        if not is_special(data):
            continue
        kind, *rest = data.split(":")
        if f"{kind}:" == _MARK:
            parts["marks"].setdefault(rest[0], {})[title] = rest[1]
        elif f"{kind}:" == _DATE:
            parts["dates"].setdefault(rest[0], {"stage": rest[1], "columns": {}})["columns"][title] = rest[2]
        elif f"{kind}:" == _NAME:
            names.setdefault(rest[0], []).append((int(rest[1]), title))
        elif f"{kind}:" == _PLACE:
            parts["place"][rest[0]] = title
        else:
            parts["split"][title] = rest
    parts["codes"] = {key: [title for _, title in sorted(titles)] for key, titles in names.items()}
    return parts

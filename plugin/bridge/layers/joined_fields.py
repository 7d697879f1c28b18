"""Fields that came to a layer by a join: they bear its prefix (layer_FIELD, layer.FIELD), also in a file exported
after it.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Optional

from qgis.core import QgsFields

_JOINTS = "_."
_LEAST = 2  # fields of one prefix by which an exported join is known: SD_DLBM alone may mean something else


def fields_meant(fields: QgsFields, name: str) -> list[str]:
    """The layer's fields that a name may mean: the field itself, else those of a join that end in it."""
    own = fields.lookupField(name)
    if own >= 0:
        return [fields[own].name()]
    return [one for at, one in _ending_in(fields, name) if _is_joined(fields, at, one[: -len(name)])]


def field_meant(fields: QgsFields, name: str) -> str:
    """The one field that a name means, "" where the layer has none or several."""
    found = fields_meant(fields, name)
    return found[0] if len(found) == 1 else ""


def first_meant(fields: QgsFields, names: Sequence[str]) -> Optional[str]:
    """The first of some names that the layer has as a field of its own, else the first of a join; None for none."""
    own = next((name for name in names if fields.lookupField(name) >= 0), None)
    return own or next((found for found in (field_meant(fields, name) for name in names) if found), None)


def fields_like(fields: QgsFields, name: str) -> list[str]:
    """Fields that bear a name with something before it, whatever that is: what to tell who misses the field."""
    return [one for _, one in _ending_in(fields, name)]


def with_meant(expression: str, renamed: Mapping[str, str]) -> str:
    """An expression with other names of its quoted fields."""
    for name, found in renamed.items():
        quoted = '"' + found.replace('"', '""').replace("\\", "\\\\") + '"'
        expression = re.sub(f'"{re.escape(name)}"', quoted, expression, flags=re.IGNORECASE)
    return expression


def _ending_in(fields, name):
    endings = tuple(f"{joint}{name}".casefold() for joint in _JOINTS)
    return [
        (at, one.name())
        for at, one in enumerate(fields)
        if name and one.name().casefold().endswith(endings) and len(one.name()) > len(name) + 1
    ]


def _is_joined(fields, at, prefix):
    """Whether a field came by a join: QGIS says so, or others of the file bear the same prefix."""
    if fields.fieldOrigin(at) == QgsFields.OriginJoin:
        return True
    return sum(one.name().casefold().startswith(prefix.casefold()) for one in fields) >= _LEAST

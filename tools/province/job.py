"""What a run has to do, settled once on the driver and sent to every worker: lines, rules, sources, plane.

No Spark and no Arrow here.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from plugin.core.land.lengths import limit_metres
from plugin.core.review.districts import counties_named
from plugin.core.review.settings import Settings
from plugin.store.division_table import province_codes


@dataclass(frozen=True)
class Source:
    """One control layer.

    `conditions`: rule id -> Expression, or True for every feature; `limits`: rule id of kind height -> Expression in
    metres; `failure`: why it cannot be read; `unread`: why nothing of the line may be called clear though the rest
    was read; `absent`: rule id -> fields that the layer lacks; `partly`: what a verdict of no finding says of
    the line's layers.
    """

    line_id: str
    name: str
    date: str = ""
    crs: object = None
    is_empty: bool = False
    polygons_only: bool = True
    label: str = ""
    conditions: dict = field(default_factory=dict)
    limits: dict = field(default_factory=dict)
    reach: float = 0.0
    failure: str = ""
    unread: str = ""
    absent: dict = field(default_factory=dict)
    partly: str = ""

    @property
    def asked(self):
        """Ids of the rules with an expression, in the order of their bits."""
        return [rule_id for rule_id, condition in self.conditions.items() if condition is not True]

    @property
    def columns(self):
        asked = [self.conditions[rule_id] for rule_id in self.asked]
        return _columns([*asked, *self.limits.values()]) | ({self.label} - {""})


@dataclass(frozen=True)
class Extent:
    """The area that the control layers were delivered for: valid, on the plane; the name of its layer.

    `counties`: {county: its polygons} where the layer tells them, `county_names`: {county: its name}; `divisions`:
    (polygons, the code and name of each).
    """

    geometry: Any
    name: str
    counties: dict = field(default_factory=dict)
    county_names: dict = field(default_factory=dict)
    divisions: tuple = ((), ())
    place: Any = None  # a Place, where its layer lies


@dataclass(frozen=True)
class Job:
    """`unless`: rule id -> Expression asked of projects, in the order of its bits; `heights`: rule id -> Expression.

    `key`, `use`, `county`: names of the key field, of the field of the land use and of the one that tells the county,
    or "". `language`: of what is said ("en", "zh"). `counties`: codes that the control layers name; `apart`: keys of
    the projects that lie far from all others.
    """

    tasks: list
    lines: dict
    sources: list
    settings: Settings
    projects_name: str
    projects_crs: object
    key: str
    use: str
    unless: dict
    heights: dict
    square_m: float
    county: str = ""
    language: str = "en"
    reached: Any = None  # what the extents of the control layers cover, on the plane
    counties: tuple = ()
    apart: frozenset = frozenset()

    def counties_named(self, stated):
        """Codes of the counties that the control layers name; `stated`: what all projects say of their district."""
        names = (source.name for source in self.sources if source.crs is not None)
        return tuple(counties_named(names, province_codes(), stated))

    @property
    def project_columns(self):
        return _columns([*self.unless.values(), *self.heights.values()]) | ({self.key, self.use, self.county} - {""})


def bits_of(rows, expressions):
    """One integer a row: bit n is set where expression n is true of it."""
    expressions = list(expressions)
    return [sum(1 << n for n, expression in enumerate(expressions) if expression.is_true(row)) for row in rows]


def metres_of(rows, expressions):
    """A list of metres for each row, one an expression, not-a-number where it gives none."""
    expressions = list(expressions)
    return [[_number(limit_metres(expression.value(row))) for expression in expressions] for row in rows]


def _number(metres):
    return float("nan") if metres is None else metres


def masks_of(bits, rule_ids):
    """{rule id: booleans} of what `bits_of` gave."""
    bits = np.asarray(bits, dtype=np.int64)
    return {rule_id: (bits >> n & 1) == 1 for n, rule_id in enumerate(rule_ids)}


def numbers_of(metres, rule_ids):
    """{rule id: metres} of what `metres_of` gave."""
    rule_ids = list(rule_ids)
    if not rule_ids:
        return {}
    table = np.array(metres, dtype=float).reshape(-1, len(rule_ids))
    return {rule_id: table[:, n] for n, rule_id in enumerate(rule_ids)}


def text_of(value):
    """A value as text, None for nothing; whole numbers without a point or an exponent, as on the desk."""
    if value is None:
        return None
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def use_of(row, name):
    """The land use of a project, "" where none is known."""
    return (text_of(row[name]) or "").strip() if name else ""


def stated_of(row, name):
    """What a row says of its district, None for nothing."""
    return text_of(row[name]) if name else None


def division_names(rows, fields):
    """(code, name) of each row, none where the layer has neither."""
    return [tuple(stated_of(row, field) or "" for field in fields) for row in rows] if any(fields) else []


def county_of(stated):
    """The county that a code or a name tells: the first six digits of a code, or the name; "" for none."""
    stated = (stated or "").strip()
    return stated[:6] if stated.isdigit() and len(stated) >= 6 else stated


def spelt(name, fields):
    """A field as the layer spells it, as QGIS finds it: whatever the case of its letters."""
    return name if name in fields else next((field for field in fields if field.lower() == name.lower()), name)


def first_field(names, fields):
    """The first of some names that the layer has, "" for none."""
    return next((found for found in (spelt(name, fields) for name in names) if found in fields), "")


def _columns(expressions):
    return {column for expression in expressions for column in expression.columns}

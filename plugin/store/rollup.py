"""Roll-up of records: county -> city -> province, counted by stage or class, with sums and means."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Optional

import shapely

from ..core.forms.schema import Form
from ..core.land import crs
from ..core.land.area import statutory_areas
from .database import Database, quoted
from .due import DONE, MISSING, DueItem
from .geopackage import blob_wkb

LEVEL_DIGITS = {"province": 2, "city": 4, "county": 6, "town": 9}


@dataclass
class RollupRow:
    """One division: `counts` {value of the group field: records}, `sums` and `means` {field: number}, `leading`: the
    commonest value, of several the first in the order of the form (for a stage: the one furthest behind)."""

    code: str
    name: str
    total: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    sums: dict[str, float] = field(default_factory=dict)
    means: dict[str, float] = field(default_factory=dict)
    land_m2: Optional[float] = None  # statutory area of the records' polygons, where the form measures land
    missing: int = 0  # things that the period asks for and nobody reported
    never: int = 0  # those of them that were never reported

    @property
    def leading(self) -> str:
        return max(self.counts, key=lambda value: self.counts[value]) if self.counts else ""


@dataclass(frozen=True)
class RollupChoice:
    """Which records are counted: of one `period` (None: all), those that have the values `only` {field: value}, and
    those in one of `states` (None: in any)."""

    period: Optional[str] = None
    only: Mapping[str, Any] = field(default_factory=dict)
    states: Optional[Sequence[str]] = DONE


def roll_up(
    database: Database, form: Form, level: str, choice: RollupChoice, due: Iterable[DueItem] = ()
) -> list[RollupRow]:
    """RollupRows of a form at a level ("province", "city", "county", "town"), in order of codes.

    `due`: what the period asks for; missing ones are counted by division, those never reported too.
    """
    spec, digits = form.rollup, LEVEL_DIGITS[level]
    division, group = _division(form), f"ifnull({quoted(spec['group'])}, '')"
    sums, means = spec.get("sum", ()), spec.get("mean", ())
    measures = [f"sum({quoted(n)})" for n in sums] + [f"total({quoted(n)}), count({quoted(n)})" for n in means]
    where, parameters = _condition(form, choice)
    columns = ", ".join([f"substr({division}, 1, ?) AS code", group, "count(*)", *measures])
    sql = f"SELECT {columns} FROM {quoted(form.id)}{where} GROUP BY code, {group} ORDER BY code"  # noqa: S608
    found: dict[str, RollupRow] = {}
    weights: dict[str, dict[str, tuple[float, float]]] = {}
    for code, value, count, *measured in database.rows(sql, (digits, *parameters)):
        row = _row(database, found, code)
        row.total += count
        row.counts[value] = count
        _add(row, weights.setdefault(row.code, {}), sums, means, measured)
    if spec.get("land") and form.geometry != "none":
        _add_land(database, form, digits, choice, found)
    _add_missing(database, form, digits, due, found)
    return [_settled(form, row, weights.get(code, {})) for code, row in sorted(found.items())]


def _row(database: Database, found: dict[str, RollupRow], code: Optional[str]) -> RollupRow:
    return found.setdefault(code or "", RollupRow(code or "", _name(database, code or "")))


def _division(form: Form) -> str:
    return quoted(form.rollup.get("division", "county"))


def _settled(form: Form, row: RollupRow, weights: Mapping[str, tuple[float, float]]) -> RollupRow:
    """The row with its counts in the order of the form and its means."""
    codes = [code[0] for code in form.field(form.rollup["group"]).codes]
    row.counts = dict(sorted(row.counts.items(), key=lambda c: codes.index(c[0]) if c[0] in codes else len(codes)))
    row.means = {name: total / number for name, (total, number) in weights.items() if number}
    return row


def _add_land(database: Database, form: Form, digits: int, choice: RollupChoice, found: dict[str, RollupRow]) -> None:
    """Statutory areas of the records' own polygons, each division's in one go."""
    where, parameters = _condition(form, choice)
    sql = f"SELECT substr({_division(form)}, 1, ?) AS code, geom FROM {quoted(form.id)}{where} ORDER BY code"  # noqa: S608
    shapes: dict[str, list[Any]] = {}
    for code, blob in database.rows(sql, (digits, *parameters)):
        if blob:
            shapes.setdefault(code or "", []).append(shapely.from_wkb(blob_wkb(blob)))
    source = crs.parse_crs("EPSG:4490")
    for code, geometries in shapes.items():
        centre = shapely.union_all([shapely.box(*g.bounds) for g in geometries]).centroid
        plane = crs.working_plane(source, (centre.x, centre.y))
        moved = crs.transform_geometries(geometries, source, plane)
        found[code].land_m2 = float(sum(statutory_areas(moved, plane)))


def _add_missing(
    database: Database, form: Form, digits: int, due: Iterable[DueItem], found: dict[str, RollupRow]
) -> None:
    name = form.rollup.get("division")
    county = json.loads(database.value("SELECT value FROM onemap_settings WHERE key = 'county'") or '""')
    for item in due:
        if item.state == MISSING:
            code = item.values.get(name) if name else county
            row = _row(database, found, str(code or "")[:digits])
            row.missing += 1
            row.never += item.never


def _condition(form: Form, choice: RollupChoice) -> tuple[str, list[Any]]:
    pairs = [("period", choice.period)] if choice.period else []
    pairs += [(form.field(key).key, value) for key, value in choice.only.items()]
    parts, parameters = [f"{quoted(key)} = ?" for key, _ in pairs], [value for _, value in pairs]
    if choice.states is not None:
        parts.append(f"status IN ({', '.join('?' * len(choice.states))})")
        parameters += choice.states
    return (" WHERE " + " AND ".join(parts) if parts else ""), parameters


def _name(database: Database, code: str) -> str:
    return database.value("SELECT name FROM onemap_division WHERE code = ?", (code,)) or ""


def _add(
    row: RollupRow,
    weights: dict[str, tuple[float, float]],
    sums: Sequence[str],
    means: Sequence[str],
    measured: Sequence[Any],
) -> None:
    for position, name in enumerate(sums):
        if measured[position] is not None:  # nothing given is not zero
            row.sums[name] = row.sums.get(name, 0) + measured[position]
    for position, name in enumerate(means):
        total, number = measured[len(sums) + 2 * position : len(sums) + 2 * position + 2]
        before = weights.get(name, (0, 0))
        weights[name] = (before[0] + total, before[1] + number)

"""Layers of a role to the columns that measures ask for; any thread."""

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
import shapely
from pyproj import CRS
from qgis.core import NULL

from ...core.indicators.formula_nodes import Measure, Selection
from ...core.indicators.indicator_model import IndicatorSet, Part, Role
from ...core.indicators.measure_cut import sizes
from ...core.indicators.measure_table import FeatureTable, MeasureRefused, as_numbers, is_class, selected
from ...core.land.pieces import objects
from ...core.land.remarks import UNREAD, Remark
from ...core.threads import Feedback, in_threads
from ..layers.snapshot import LayerSnapshot
from .measure_layers import RoleLayer

_SHARE = 10_000
_AREA = "area"
_LOCK = threading.Lock()


def _compared(known: Mapping[str, Part], selections: Iterable[Selection]) -> set[str]:
    """Fields whose sizes some selections compare: a row without a number there is in none of them."""
    found = set()
    for selection in selections:
        part = known.get(selection.name)
        conditions = (*selection.conditions, *(part.conditions if part else ()))
        found |= {c.field for c in conditions if c.sign not in ("=", "!=")}
    return found


def fields_asked(wanted: IndicatorSet, selections: Iterable[Selection], measures: Iterable[Measure]) -> set[str]:
    """Names of the set's fields that some selections and measures need."""
    asked = {measure.field for measure in measures if measure.field}
    for selection in selections:
        part = wanted.parts.get(selection.name)
        asked |= {c.field for c in (*selection.conditions, *(part.conditions if part else ()))}
    return asked


@dataclass(frozen=True)
class Asked:
    """What of a role's layers is wanted: the set's `fields`, and the selections that are enough, None for all rows;
    `compared`: fields whose sizes are compared."""

    role: Role
    fields: set[str]
    parts: Mapping[str, Part]
    enough: Optional[Sequence[Selection]] = None
    compared: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls, role: Role, wanted: IndicatorSet, selections: Sequence[Selection], measures: Iterable[Measure]
    ) -> "Asked":
        """What selections and measures of one role ask."""
        role_layers = tuple(dict.fromkeys(selections))
        compared = frozenset(_compared(wanted.parts, role_layers))
        return cls(role, fields_asked(wanted, role_layers, measures), wanted.parts, role_layers, compared)


def read_table(
    asked: Asked, layers: Sequence[RoleLayer], plane: CRS, feedback: Optional[Feedback] = None
) -> FeatureTable:
    """The usable features of all layers of a role; raises InputError, Cancelled."""
    tables = [_Reader(asked, layer.snapshot.fresh(), plane).read(feedback) for layer in layers]
    return tables[0] if len(tables) == 1 else _joined(tables)


class _Reader:
    def __init__(self, asked: Asked, snapshot: LayerSnapshot, plane: CRS) -> None:
        role, fields = asked.role, asked.fields
        self._asked, self._role, self._snapshot, self._plane = asked, role, snapshot, plane
        self._code = next((name for name in role.codes if snapshot.has_field(name)), "")
        refs = {name: role.fields[name] for name in fields if name in role.fields}
        found = {name: next((n for n in ref.names if snapshot.has_field(n)), "") for name, ref in refs.items()}
        self._columns = {name: real for name, real in found.items() if real}
        self._absent = frozenset(name for name, real in found.items() if not real)
        self._wants_area = _AREA in fields and _AREA not in role.fields
        actual = {field.name().casefold(): field.name() for field in snapshot.fields}
        wanted = [self._code, *self._columns.values()]
        self._names = list(dict.fromkeys(actual[name.casefold()] for name in wanted if name))

    def read(self, feedback: Optional[Feedback]) -> FeatureTable:
        fids, values, shapes = [], [], []
        self._blank: dict[str, int] = {}
        for ids, rows, geometries in self._parts(feedback):
            used = np.flatnonzero(~shapely.is_missing(geometries))
            fids.append(ids[used])
            shapes.append(geometries[used])
            values += [rows[index] for index in used]
        geometries = np.concatenate([objects([]), *shapes])
        columns = {name: self._column(values, real) for name, real in self._columns.items()}
        if self._wants_area:
            columns[_AREA] = sizes(geometries, self._plane).astype(object)
        codes = objects(self._codes(values))
        ids = np.concatenate([np.zeros(0, dtype=np.int64), *fids])
        scheme, unread = self._role.codes.get(self._code, ""), self._unread()
        remarks = list(self._remarks())
        return FeatureTable(self._role, ids, geometries, codes, columns, scheme, self._absent, unread, remarks)

    def _remarks(self) -> Iterator[Remark]:
        yield from self._snapshot.remarks
        name, repaired = self._snapshot.name, len(self._snapshot.repairs)
        left_out = len(self._snapshot.skipped) - self._unread()
        for code, count in (("indicator_repaired", repaired), ("indicator_skipped", left_out)):
            if count:
                yield Remark(code, name, None, {"layer": name, "count": count})
        for field, count in sorted(self._blank.items()):
            code = "indicator_no_class" if field == self._code else "indicator_no_number"
            yield Remark(code, name, None, {"layer": name, "field": field, "count": count})
        if not self._snapshot.expected_count:
            yield Remark("indicator_layer_empty", name, None, {"layer": name})

    def _note_blanks(self, rows: list[Any]) -> None:
        """Count the rows that say nothing in a field of classes, or no number in one that is compared."""
        counts = {}
        if self._code:
            counts[self._code] = sum(not is_class(code) for code in self._codes(rows))
        for name in self._asked.compared & set(self._columns):
            real = self._columns[name]
            counts[real] = int(np.isnan(as_numbers(self._column(rows, real))).sum())
        with _LOCK:
            for field, count in counts.items():
                if count:
                    self._blank[field] = self._blank.get(field, 0) + count

    def _codes(self, values: list[Any]) -> list[str]:
        if not self._code:
            return [""] * len(values)
        return ["" if code is None else str(code).strip() for code in self._column(values, self._code)]

    def _column(self, values: list[Any], name: str) -> np.ndarray:
        place = [known.casefold() for known in self._names].index(name.casefold())
        return objects([row[place] for row in values])

    def _unread(self) -> int:
        return sum(skip.code in UNREAD for skip in self._snapshot.skipped)

    def _parts(self, feedback: Optional[Feedback]) -> Iterator[tuple[np.ndarray, list[Any], np.ndarray]]:
        if self._snapshot.table is None:
            for features, fids, geometries in self._snapshot.batches(
                self._plane, self._names, feedback, polygons_only=self._snapshot.dimension == 2
            ):
                rows = [tuple(_plain(feature[name]) for name in self._names) for feature in features]
                self._note_blanks(rows)
                yield fids, rows, geometries
            return
        ids = np.sort(self._snapshot.table.row_boxes().ids)
        yield from in_threads(self._share, np.array_split(ids, max(len(ids) // _SHARE, 1)), feedback)

    def _share(self, ids: np.ndarray) -> tuple[np.ndarray, list[Any], np.ndarray]:
        table: Any = self._snapshot.table
        rows = table.values(ids, self._names) if self._names else [()] * len(ids)
        self._note_blanks(rows)
        enough = self._enough(ids, rows)
        ids, rows = ids[enough], [rows[index] for index in np.flatnonzero(enough)]
        if not len(ids):
            return ids, rows, objects([])
        seen = self._snapshot.looked_at(ids, table.wkb(ids), self._plane, self._snapshot.dimension == 2)
        self._snapshot.raise_if_misplaced(seen.wrong)
        self._snapshot.notes.add(ids, seen.repairs, seen.skipped)
        return ids, rows, seen.geometries

    def _enough(self, ids: np.ndarray, rows: list[Any]) -> np.ndarray:
        """Rows that some selection takes, told by their attributes before any geometry is read."""
        everything = np.ones(len(ids), dtype=bool)
        if self._asked.enough is None or self._wants_area:
            return everything
        columns = {name: self._column(rows, real) for name, real in self._columns.items()}
        codes = objects(self._codes(rows))
        scheme = self._role.codes.get(self._code, "")
        table = FeatureTable(self._role, ids, everything, codes, columns, scheme, self._absent)
        try:
            masks = [selected(table, selection, self._asked.parts) for selection in self._asked.enough]
        except MeasureRefused:
            return everything
        return np.logical_or.reduce(masks) if masks else everything


def _plain(value: Any) -> Any:
    return None if value == NULL else value


def _joined(tables: Sequence[FeatureTable]) -> FeatureTable:
    """Several layers of one role as one; of classes that follow different schemes nothing is known."""
    first = tables[0]
    schemes = {table.scheme for table in tables}
    absent = frozenset().union(*(table.absent for table in tables))
    names = set(first.columns).intersection(*(table.columns for table in tables))
    return FeatureTable(
        first.role,
        np.concatenate([table.fids for table in tables]),
        np.concatenate([table.geometries for table in tables]),
        np.concatenate([table.codes for table in tables]),
        {name: np.concatenate([table.columns[name] for table in tables]) for name in names},
        first.scheme if len(schemes) == 1 else "",
        absent,
        sum(table.unread for table in tables),
        [remark for table in tables for remark in table.remarks],
    )

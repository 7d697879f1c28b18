"""Comparison of two vintages of a layer: made on the main thread, run in any."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, Callable, Optional

import numpy as np
import shapely
from qgis.core import QgsVectorLayer

from ...core.errors import InputError
from ...core.land import crs as crs_rules
from ...core.land.pieces import objects
from ...core.land.remarks import Remark, stated_once
from ...core.land.rounding import half_up, hectares, mu
from ...core.quality.comparison import Change, ChangeKind, Comparison, Vintage, compare
from ...core.quality.comparison_balance import balance_of, conclusion
from ...core.quality.comparison_matrix import Groups, Matrix, matrix
from ...core.quality.comparison_values import one_spelling, padded_name
from ...core.quality.conversion import clean_code
from ...core.threads import Feedback, rare_collections
from ..layers import field_types
from ..layers.encoding import repair_encoding
from ..layers.snapshot import LayerSnapshot
from ..layers.source_parts import own_name
from ..layers.two_zones import refuse_two_zones
from ..layers.values import text_of
from .class_names import Scheme, other_meanings, scheme_of, shown_class_names
from .comparison_remarks import field_remarks, group_remarks, key_remarks, said, spelling_remarks, vintage_remarks
from .conversion import class_field, refuse_unusable
from .parcels import ParcelReader, ShapeBook

_TEXT, _REAL, _LONG, _BOOL = field_types.TEXT, field_types.REAL, field_types.LONG, field_types.BOOL
CHANGE_FIELDS = (
    ("kind", _TEXT), ("old_class", _TEXT), ("new_class", _TEXT), ("area_m2", _REAL), ("ha", _REAL), ("mu", _REAL),
    ("is_sliver", _BOOL), ("old_key", _TEXT), ("new_key", _TEXT), ("old_fid", _LONG), ("new_fid", _LONG),
    ("changed", _TEXT),
)  # fmt: skip
MATRIX_FIELDS = (
    ("division", _TEXT), ("from_class", _TEXT), ("to_class", _TEXT), ("pieces", _LONG), ("area_m2", _REAL),
    ("ha", _REAL), ("mu", _REAL),
)  # fmt: skip
KEY_FIELDS = ("BSM",)
NO_CLASS = "—"
_LISTED = 300  # letters of a message that list classes
_OWN = {"shape_area", "shape_leng", "shape_length", "st_area(shape)", "st_length(shape)", "objectid", "fid", "ogc_fid"}


@dataclass(frozen=True)
class ComparisonInput:
    """What the user chose; `tolerance_m2`: smaller pieces are slivers; `group`: a layer of divisions or None."""

    before: QgsVectorLayer
    after: QgsVectorLayer
    key: str = ""
    class_before: str = ""
    class_after: str = ""
    tolerance_m2: float = 1.0
    group: Optional[QgsVectorLayer] = None
    group_field: str = ""


@dataclass
class ComparisonOutcome:
    """What a run came to."""

    before: Vintage
    after: Vintage
    comparison: Comparison
    matrix: Matrix
    remarks: list[Remark] = field(default_factory=list)
    tolerance_m2: float = 0.0
    class_names: dict[str, str] = field(default_factory=dict)
    scheme: Scheme = Scheme.UNKNOWN

    def class_title(self, code: str) -> str:
        """A class with its name in the language of the window."""
        return f"{code} {padded_name(self.class_names, code)}".strip()

    def conclusion(self) -> str:
        """What changed, in a sentence, in the language of the window."""
        changes = self.comparison.changes
        return conclusion(balance_of(self.matrix, changes), changes, self.tolerance_m2)

    def is_sliver(self, change: Change) -> bool:
        """Whether a change is smaller than the tolerance; changes of attributes have no size of their own."""
        return change.geometry is not None and change.area_m2 < self.tolerance_m2


class ComparisonJob:
    """Raises InputError for anything that cannot be used."""

    def __init__(self, chosen: ComparisonInput) -> None:
        layers = [repair_encoding(layer) for layer in (chosen.before, chosen.after)]
        self.snapshots = [LayerSnapshot(layer, "landuse") for layer in layers]
        for layer, snapshot in zip(layers, self.snapshots):
            snapshot.name = own_name(layer)
            refuse_unusable(snapshot)
        fields = (chosen.class_before, chosen.class_after or chosen.class_before)
        self.class_fields = [class_field(snapshot, name) for snapshot, name in zip(self.snapshots, fields)]
        centre = layers[1].extent().center()
        self.plane = crs_rules.working_plane(self.snapshots[1].crs, (centre.x(), centre.y()))
        refuse_two_zones(self.snapshots[0], self.snapshots[1], self.plane)
        keys = [layer.primaryKeyAttributes() for layer in layers]
        self._readers = [ParcelReader(s, self.plane, tuple(k)) for s, k in zip(self.snapshots, keys)]
        self.key = self._key(chosen.key)
        self.names = list(self._shared_names())
        self._tolerance_m2 = chosen.tolerance_m2
        self.group, self._group_field = None, ""
        if chosen.group is not None:
            self.group = LayerSnapshot(repair_encoding(chosen.group), "divisions")
            refuse_unusable(self.group)
            self._group_field = class_field(self.group, chosen.group_field or "XZQMC")

    def _key(self, chosen: str) -> str:
        """The field of keys in both layers, "" for none."""
        if chosen:
            for snapshot in self.snapshots:
                class_field(snapshot, chosen)
            return chosen
        return next((name for name in KEY_FIELDS if all(s.has_field(name) for s in self.snapshots)), "")

    def _names_aside(self) -> set[str]:
        return {name.lower() for name in (*self.class_fields, self.key)} | _OWN

    def _shared_names(self) -> Iterator[str]:
        """Fields that both layers have, those aside that tell the class, the key or the size of a shape."""
        aside = self._names_aside()
        other = {name.lower() for name in self._readers[1].names}
        yield from (n for n in self._readers[0].names if n.lower() in other and n.lower() not in aside)

    def run(self, feedback: Optional[Feedback] = None) -> ComparisonOutcome:
        """Read and compare; raises Cancelled, InputError."""
        with rare_collections():
            return self._run(feedback)

    def _run(self, feedback: Optional[Feedback]) -> ComparisonOutcome:
        before, after = self._vintages(feedback)
        self._refuse_nothing(before, after)
        scheme = self._scheme(before, after)
        (before.classes, after.classes), renamed = one_spelling((before.classes, after.classes), self._are_numbers())
        compared = compare(before, after, self.names, self.plane, feedback)
        groups = self._groups(feedback)
        sums = matrix(before, after, compared, self.plane, groups)
        read = [*self.snapshots, *([self.group] if self.group is not None else [])]
        remarks = stated_once(remark for snapshot in read for remark in snapshot.remarks)
        remarks += [*spelling_remarks(renamed), *field_remarks(self.snapshots, self._names_aside())]
        remarks += vintage_remarks(self.snapshots, (before, after), compared, self.key)
        remarks += key_remarks((before, after), compared, self.key)
        if groups is not None and self.group is not None:
            remarks += group_remarks(self.group.name, groups, self.plane)
        names = shown_class_names(scheme)
        return ComparisonOutcome(before, after, compared, sums, remarks, self._tolerance_m2, names, scheme)

    def _scheme(self, *vintages: Vintage) -> Scheme:
        """The scheme of both vintages; raises InputError where theirs differ in what a code that occurs means."""
        codes = [set(map(str, vintage.classes)) - {NO_CLASS} for vintage in vintages]
        one, other = (scheme_of(field, known) for field, known in zip(self.class_fields, codes))
        meanings = other_meanings(codes[0] | codes[1], one, other)
        if meanings:
            listed = "；".join(f"{code} {' / '.join(n or '—' for n in names)}" for code, names in meanings.items())
            names = {"before": self.snapshots[0].name, "after": self.snapshots[1].name}
            schemes = {"one": one.title(), "other": other.title()}
            raise InputError("compare_schemes", codes=listed[:_LISTED], **names, **schemes)
        return one if other == Scheme.UNKNOWN else other

    def _are_numbers(self) -> list[bool]:
        """Whether the class field of each vintage holds numbers, which lose their leading zeros."""
        found = (s.fields[s.fields.lookupField(name)] for s, name in zip(self.snapshots, self.class_fields))
        return [field.type() in (field_types.INT, field_types.LONG, field_types.REAL) for field in found]

    def _refuse_nothing(self, *vintages: Vintage) -> None:
        """Raise InputError where a vintage has no usable geometry: its land would look as if it had never been."""
        for snapshot, vintage, other in zip(self.snapshots, vintages, reversed(self.snapshots)):
            if shapely.is_missing(vintage.geometries).all():
                names = {"layer": snapshot.name, "crs": crs_rules.describe(snapshot.crs)}
                raise InputError(
                    "compare_none_usable", other=other.name, other_crs=crs_rules.describe(other.crs), **names
                )

    def _vintages(self, feedback: Optional[Feedback]) -> tuple[Vintage, Vintage]:
        """(before, after): what is stored in equal bytes in both is decoded once, and equal values are held once."""
        book = ShapeBook() if self.snapshots[0].crs == self.snapshots[1].crs else None
        after = self._vintage(1, book, None, feedback)
        return self._vintage(0, book, after, feedback), after

    def _vintage(
        self, number: int, book: Optional[ShapeBook], after: Optional[Vintage], feedback: Optional[Feedback]
    ) -> Vintage:
        reader, columns = self._readers[number], self._columns(number)
        firsts = _first_rows(after)
        fids, shapes, areas, values = [], [], [], []
        keys: list[str] = []
        classes: list[str] = []
        places: list[int] = []
        codes: dict[Any, str] = {}
        for parcels in reader.batches(feedback, None if after is None else book, after is None):
            fids.append(parcels.fids)
            areas.append(parcels.areas)
            shapes.append(parcels.on_plane)
            here = book.add(parcels) if book is not None and after is None else list(parcels.places)
            places += here or [-1] * len(parcels.fids)
            keys += map(columns.key, parcels.values)
            for raw in map(columns.code, parcels.values):
                if raw not in codes:
                    codes[raw] = clean_code(raw) or NO_CLASS
                classes.append(codes[raw])
            made = list(map(columns.rest, parcels.values))
            if not reader.is_plain:  # dates, and whatever else QGIS keeps in classes of its own
                made = [tuple(map(said, row)) for row in made]
            values += made if after is None else _shared(made, here, firsts, after.values)
        if not fids:
            raise InputError("conversion_empty", layer=reader.snapshot.name)
        ids, geometries, sizes = (np.concatenate(parts) for parts in (fids, shapes, areas))
        marks = np.array(places, dtype=int)
        return Vintage(ids, objects(keys), objects(classes), values, geometries, sizes, marks)

    def _columns(self, number: int) -> "_Columns":
        lower = [name.lower() for name in self._readers[number].names]
        rest = [lower.index(name.lower()) for name in self.names]
        code = lower.index(self.class_fields[number].lower())
        return _Columns(lower.index(self.key.lower()) if self.key else -1, code, rest)

    def _groups(self, feedback: Optional[Feedback]) -> Optional[Groups]:
        if self.group is None:
            return None
        names: list[str] = []
        shapes: list[Any] = []
        for features, _, geometries in self.group.batches(self.plane, [self._group_field], feedback):
            for row in np.flatnonzero(~shapely.is_missing(geometries)):
                names.append(text_of(features[row][self._group_field]) or NO_CLASS)
                shapes.append(geometries[row])
        return Groups(names, objects(shapes))


class _Columns:
    """Takes key, class and the compared values out of a row."""

    def __init__(self, key: int, code: int, rest: Sequence[int]) -> None:
        self._key, self.code = key, itemgetter(code)
        several = itemgetter(*rest) if len(rest) > 1 else None
        self.rest: Callable[[Any], tuple[Any, ...]] = several or (lambda row: tuple(row[column] for column in rest))

    def key(self, row: Sequence[Any]) -> str:
        value = None if self._key < 0 else row[self._key]
        return value.strip() if isinstance(value, str) else text_of(value) or ""


def _first_rows(after: Optional[Vintage]) -> dict[int, int]:
    """{place of a shape: the first row that has it}."""
    found: dict[int, int] = {}
    if after is not None and after.places is not None:
        for row, place in enumerate(after.places.tolist()):
            found.setdefault(place, row)
    return found


def _shared(
    made: list[tuple[Any, ...]], places: list[int], firsts: dict[int, int], known: list[tuple[Any, ...]]
) -> list[tuple[Any, ...]]:
    """The same rows of values; one that equals that of its twin is the twin's, so that it is held once."""
    for row, place in enumerate(places):
        first_row = firsts.get(place, -1) if place >= 0 else -1
        if first_row >= 0 and known[first_row] == made[row]:
            made[row] = known[first_row]
    return made


def change_rows(outcome: ComparisonOutcome, changes: Sequence[Change]) -> list[tuple[Any, ...]]:
    """The values of CHANGE_FIELDS, row by row."""
    areas = half_up(np.array([change.area_m2 for change in changes], dtype=float), 2)
    kinds = {id(kind): kind.value for kind in ChangeKind}
    one = _columns_of(outcome.before, [change.before for change in changes])
    other = _columns_of(outcome.after, [change.after for change in changes])
    columns = (
        [kinds[id(change.kind)] for change in changes],
        *(one[0], other[0]),
        *(areas.tolist(), hectares(areas).tolist(), mu(areas).tolist()),
        map(outcome.is_sliver, changes),
        *(one[1], other[1], one[2], other[2]),
        [change.fields for change in changes],
    )
    return list(zip(*columns))


def _columns_of(vintage: Vintage, rows: Sequence[int]) -> list[list[Any]]:
    """Class, key and number of the features at some positions, None for those at -1."""
    known: list[list[Any]] = [list(map(str, vintage.classes)), list(map(str, vintage.keys)), vintage.fids.tolist()]
    return [[column[row] for row in rows] for column in ([*column, None] for column in known)]

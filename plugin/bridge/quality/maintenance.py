"""A maintenance package from the filed plan database and the one of today: prepared on the main thread, run in any."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any, Optional, Union

import numpy as np
from qgis.core import QgsVectorLayer

from ...core.errors import InputError
from ...core.land import crs as crs_rules
from ...core.land.pieces import objects
from ...core.land.remarks import stated_once
from ...core.messages import joined_texts, message
from ...core.quality.comparison import Vintage
from ...core.quality.comparison_values import one_spelling
from ...core.quality.conversion import clean_code
from ...core.quality.maintenance import (
    LayerKind,
    LayerMaintenance,
    MaintainedLayer,
    Numbers,
    PieceMaker,
    maintain,
)
from ...core.threads import Feedback
from ...formats.rules.maintenance_files import load_maintained_layers
from ..layers import field_types
from ..layers.containers import sources_in
from ..layers.encoding import open_vector, repair_encoding
from ..layers.snapshot import LayerSnapshot
from ..layers.unreadable import why_unreadable
from .comparison_remarks import spelling_remarks
from .conversion import class_field, refuse_unusable
from .parcels import ParcelReader

_KEY, _SEPARATORS = "BSM", "_-. "
_NUMBERS = (field_types.INT, field_types.LONG, field_types.REAL)


@dataclass(frozen=True)
class MaintenanceInput:
    """What the user chose; `before`, `after`: databases (file or folder), `county`: 6-digit code with its name,
    `folder`: where the package goes, `day`: YYYY-MM-DD."""

    before: str
    after: str
    county: str
    county_name: str
    year: int
    folder: Path
    day: str
    tolerance_m2: float = 1.0


class LayerState(str, Enum):
    """What became of a layer of the catalogue."""

    CHANGED = "changed"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"
    ABSENT = "absent"
    ABSENT_BEFORE = "absent_before"
    ABSENT_AFTER = "absent_after"
    FAILED = "failed"


@dataclass
class Side:
    """A layer of one of the databases, read whole; `rows`: all its values."""

    reader: ParcelReader
    vintage: Vintage
    rows: list[tuple[Any, ...]]

    @property
    def names(self) -> list[str]:
        return [name.upper() for name in self.reader.names]


@dataclass
class LayerOutcome:
    """What a run made of one layer; `reason`: why it failed."""

    layer: MaintainedLayer
    state: LayerState
    made: Optional[LayerMaintenance] = None
    sides: Optional[tuple[Side, Side]] = None
    plane: Any = None
    reason: str = ""


@dataclass
class MaintenanceOutcome:
    """All layers of the catalogue in their order."""

    layers: list[LayerOutcome] = field(default_factory=list)
    numbers: Optional[Numbers] = None


@dataclass
class _Prepared:
    """A layer that both databases hold, ready to be read in any thread."""

    readers: tuple[ParcelReader, ParcelReader]
    columns: tuple[int, int]
    plane: Any
    are_numbers: tuple[bool, bool] = (False, False)


class MaintenanceJob:
    """Raises InputError for a database without any layer of the catalogue."""

    def __init__(self, chosen: MaintenanceInput) -> None:
        self.chosen, self.layers = chosen, load_maintained_layers()
        self._found = self._open(chosen.before), self._open(chosen.after)
        self._ready = {layer.code: self._prepared(layer) for layer in self.layers}

    def _open(self, source: str) -> dict[str, QgsVectorLayer]:
        """{code: layer} of the layers of the catalogue that a database holds; main thread."""
        found: dict[str, QgsVectorLayer] = {}
        codes = [layer.code for layer in self.layers]
        for one in sources_in(source):
            layer = open_vector(one, _table_name(one))
            code = code_of(_table_name(one), codes)
            if not code:
                continue
            if not layer.isValid():  # what cannot be read must not look as if it had been taken out
                raise InputError("maintain_unreadable", database=Path(source).name, layer=_table_name(one))
            if code in found:
                raise InputError("maintain_two_layers", database=Path(source).name, code=code)
            found[code] = repair_encoding(layer)
        reason = "" if found else why_unreadable(source)
        if reason:
            raise InputError("maintain_no_database", reason=reason)
        if not found:
            raise InputError("maintain_no_layers", database=Path(source).name, codes=", ".join(codes))
        return found

    def _prepared(self, layer: MaintainedLayer) -> Union[_Prepared, LayerOutcome]:
        before, after = (found.get(layer.code) for found in self._found)
        if layer.kind is LayerKind.SKIPPED:
            return LayerOutcome(layer, LayerState.SKIPPED)
        if before is None or after is None:
            if before is None and after is None:
                return LayerOutcome(layer, LayerState.ABSENT)
            return LayerOutcome(layer, LayerState.ABSENT_AFTER if after is None else LayerState.ABSENT_BEFORE)
        try:
            return self._readers(layer, (before, after))
        except InputError as error:
            return LayerOutcome(layer, LayerState.FAILED, reason=error.message)

    def _readers(self, layer: MaintainedLayer, layers: tuple[QgsVectorLayer, QgsVectorLayer]) -> _Prepared:
        snapshots = [LayerSnapshot(one, "landuse") for one in layers]
        for snapshot in snapshots:
            refuse_unusable(snapshot)
        centre = layers[1].extent().center()
        plane = crs_rules.working_plane(snapshots[1].crs, (centre.x(), centre.y()))
        readers = [ParcelReader(s, plane, tuple(one.primaryKeyAttributes())) for s, one in zip(snapshots, layers)]
        columns = [
            r.names.index(class_field(r.snapshot, layer.class_field)) if layer.class_field else -1 for r in readers
        ]
        numbers = [c >= 0 and r.fields[c].type() in _NUMBERS for r, c in zip(readers, columns)]
        return _Prepared((readers[0], readers[1]), (columns[0], columns[1]), plane, (numbers[0], numbers[1]))

    def run(self, feedback: Optional[Feedback] = None) -> MaintenanceOutcome:
        """Read and compare layer by layer; one that cannot be used is told and stops no other. Raises Cancelled."""
        outcome = MaintenanceOutcome([self._layer(layer, feedback) for layer in self.layers])
        outcome.numbers = Numbers(self.chosen.county, self.chosen.day, list(_keys(outcome.layers)))
        return outcome

    def _layer(self, layer: MaintainedLayer, feedback: Optional[Feedback]) -> LayerOutcome:
        ready = self._ready[layer.code]
        if isinstance(ready, LayerOutcome):
            return ready
        try:
            sides = [_side(reader, column, feedback) for reader, column in zip(ready.readers, ready.columns)]
        except InputError as error:
            return LayerOutcome(layer, LayerState.FAILED, reason=error.message)
        cut = PieceMaker(self.chosen.tolerance_m2, ready.plane)
        one, other = (side.vintage for side in sides)
        (one.classes, other.classes), renamed = one_spelling((one.classes, other.classes), ready.are_numbers)
        made = maintain(layer, sides[0].vintage, sides[1].vintage, cut, feedback)
        skipped = [(r.snapshot.name, len(r.snapshot.skipped)) for r in ready.readers]
        notes = [message("maintain_unread", layer=name, count=count) for name, count in skipped if count]
        said = stated_once(remark for reader in ready.readers for remark in reader.snapshot.remarks)
        notes += [remark.message for remark in [*said, *spelling_remarks(renamed)]]
        unread = joined_texts(notes)
        state = LayerState.UNCHANGED if made.is_unchanged else LayerState.CHANGED
        return LayerOutcome(layer, state, made, (sides[0], sides[1]), ready.plane, unread)


def _side(reader: ParcelReader, column: int, feedback: Optional[Feedback]) -> Side:
    parts = list(reader.batches(feedback))
    rows = [row for parcels in parts for row in parcels.values]
    classes = [clean_code(row[column]) if column >= 0 else "" for row in rows]
    fids, shapes, areas = (
        np.concatenate([getattr(parcels, name) for parcels in parts]) for name in ("fids", "on_plane", "areas")
    )
    keys = objects([""] * len(rows))
    return Side(reader, Vintage(fids, keys, objects(classes), [()] * len(rows), shapes, areas), rows)


def code_of(table: str, codes: Sequence[str]) -> str:
    """The code that a table's name stands for: itself, or with a division code or a year before or behind it."""
    name = table.upper().split(".")[-1]
    parts = {name, name.strip("0123456789" + _SEPARATORS)}
    return next((code for code in sorted(codes, key=len, reverse=True) if code in parts), "")


def _table_name(source: str) -> str:
    for part in source.split("|")[1:]:
        key, _, value = part.partition("=")
        if key.lower() == "layername":
            return value
    return Path(source.split("|")[0]).stem


def _keys(outcomes: Sequence[LayerOutcome]) -> Iterator[str]:
    """All identifiers that the databases hold."""
    for outcome in outcomes:
        for side in outcome.sides or ():
            if _KEY in side.names:
                column = side.names.index(_KEY)
                yield from (str(row[column]) for row in side.rows if row[column] is not None)

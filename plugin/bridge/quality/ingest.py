"""Layers into the county's store of versions: checked, staged, taken in by one transaction, dependants told."""

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import Any, Optional

import numpy as np
import shapely
from osgeo import ogr
from qgis.core import QgsVectorLayer

from ...core.errors import InputError
from ...core.land import crs as crs_rules
from ...core.land.file_state import known_sha256
from ...core.messages import text
from ...core.threads import Feedback, raise_if_cancelled
from ...paths import RESOURCES
from ...store.county_layers import CountyLayers, LayerVersion, Origin
from ...store.county_stage import FROM, UNTIL, LayerShape
from ..layers import field_types
from ..layers.encoding import repair_encoding
from ..layers.snapshot import LayerSnapshot
from ..layers.wkb import decoded, straight_wkb
from .ingest_inspection import Delivered, inspected
from .ingest_values import as_stored, fields_problem, stored_names

_KINDS = {
    field_types.INT: "integer", field_types.LONG: "integer", field_types.REAL: "real", field_types.TEXT: "text",
    field_types.BOOL: "bool", field_types.DATE: "date",
}  # fmt: skip
_SHAPES = ("MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON")
_MULTI = (shapely.multipoints, shapely.multilinestrings, shapely.multipolygons)
_CGCS2000 = "EPSG:4490"
_HALF = 0.5


class Outcome(str, Enum):
    """What a check of a layer came to."""

    PASSED = "passed"
    WARNED = "warned"
    REFUSED = "refused"


@dataclass(frozen=True)
class CheckRow:
    """One check of one layer; `found`: in words, "" where it passed."""

    layer: str
    check: str
    outcome: Outcome
    found: str = ""


@dataclass(frozen=True)
class IngestInput:
    """What the user chose. `names`: {layer name: name in the store}; `key`: field of keys; `insist`: also where checks
    that a person may answer for are not passed; `district`: of the county, CGCS2000 lon/lat, or None;
    `specification`: whose rigid items the layers must pass, "" for none."""

    layers: tuple[QgsVectorLayer, ...]
    store: Path
    origin: Origin
    names: dict[str, str] = field(default_factory=dict)
    key: str = ""
    insist: bool = False
    district: Any = None
    specification: str = ""


@dataclass
class IngestOutcome:
    """What a run came to; `versions` empty where something was refused."""

    checks: list[CheckRow] = field(default_factory=list)
    versions: list[LayerVersion] = field(default_factory=list)


_ANSWERABLE = ("fields_lost", "half_gone", "keys_twice")  # what a person may insist on


@lru_cache(maxsize=1)
def check_levels() -> dict[str, str]:
    """{check: rigid or soft}, as resources/ingest says."""
    with open(RESOURCES / "ingest" / "checks.csv", encoding="utf-8", newline="") as file:
        return {row["check"]: row["level"] for row in csv.DictReader(file)}


@dataclass
class _Read:
    """A layer as it was read."""

    name: str
    snapshot: LayerSnapshot
    columns: dict[str, str]
    batches: list[tuple[Any, list[tuple[Any, ...]]]] = field(default_factory=list)
    unreadable: int = 0
    invalid: int = 0
    keys: "Counter[str]" = field(default_factory=Counter)

    @property
    def count(self) -> int:
        return sum(len(rows) for _, rows in self.batches)


class IngestJob:
    """Made on the main thread; raises InputError for layers that cannot be told apart."""

    def __init__(self, chosen: IngestInput) -> None:
        self.chosen = chosen
        self._read = [self._opened(layer) for layer in chosen.layers]
        names = Counter(one.name.casefold() for one in self._read)
        twice = [one.name for one in self._read if names[one.name.casefold()] > 1]
        if twice or not self._read:
            raise InputError("ingest_twice" if twice else "ingest_nothing", layer=twice[0] if twice else "")

    def _opened(self, layer: QgsVectorLayer) -> _Read:
        snapshot = LayerSnapshot(repair_encoding(layer), "landuse")
        own = {layer.fields()[n].name().lower() for n in layer.primaryKeyAttributes()} | {"fid", FROM, UNTIL, "geom"}
        columns = {f.name(): _KINDS.get(f.type(), "text") for f in snapshot.fields if f.name().lower() not in own}
        name = self.chosen.names.get(snapshot.name, snapshot.name)
        wrong = next((one for one in (name, *columns) if not one.isidentifier()), None)
        if wrong is not None:
            raise InputError("ingest_name", layer=snapshot.name, name=wrong)
        return _Read(name, snapshot, columns)

    def run(self, feedback: Optional[Feedback] = None) -> IngestOutcome:
        """Read, check, and take in all layers or none; raises Cancelled, InputError, OutputError."""
        outcome = IngestOutcome()
        is_new = not self.chosen.store.exists()
        for one in self._read:
            one.batches = list(self._batches(one, feedback))
        judged = self._inspected(feedback) if self.chosen.specification else []
        with CountyLayers.open(self.chosen.store, create=True) as store:
            outcome.checks = [row for one in self._read for row in self._checks(store, one)]
            outcome.checks += judged
            if all(row.outcome is not Outcome.REFUSED for row in outcome.checks):
                with store.transaction():
                    outcome.versions = [self._ingested(store, one) for one in self._read]
                    raise_if_cancelled(feedback)
        if is_new and not outcome.versions:
            self.chosen.store.unlink()
        for version in outcome.versions:
            _give_index(self.chosen.store, version.layer)
        return outcome

    def _batches(self, one: _Read, feedback: Optional[Feedback]) -> Iterator[tuple[Any, list[tuple[Any, ...]]]]:
        """Geometries as the layer has them, in its own CRS."""
        names = list(one.columns)
        key = next((n for n in names if n.lower() == (self.chosen.key or "BSM").lower()), "")
        for features, _, _ in one.snapshot.batches(one.snapshot.crs, names, feedback):
            found = decoded([straight_wkb(feature.geometry()) for feature in features])
            shapes = found.geometries
            one.unreadable += int(found.is_lost.sum())
            one.invalid += int(np.sum(~shapely.is_valid(shapes[~shapely.is_missing(shapes)])))
            rows = [tuple(_plain(feature[name]) for name in names) for feature in features]
            if key:
                column = names.index(key)
                one.keys.update(str(row[column]) for row in rows if row[column] not in (None, ""))
            yield [_multi(shape) for shape in shapes], rows

    def _checks(self, store: CountyLayers, one: _Read) -> Iterator[CheckRow]:
        known = store.shape(one.name)
        last = next(iter(store.versions(one.name)), None)
        found = {
            "geometry_kind": _kind_problem(one, known.geometry if known else ""),
            "empty": "" if one.count else text("ingest_empty"),
            "unreadable": text("ingest_unreadable", count=one.unreadable) if one.unreadable else "",
            "invalid": text("ingest_invalid", count=one.invalid) if one.invalid else "",
            "keys_twice": _keys_problem(one),
            "fields_lost": fields_problem(one.columns, known.columns if known else {}),
            "half_gone": _gone_problem(one, last.features if last else 0),
            "outside": self._outside_problem(one),
        }
        for check, problem in found.items():
            yield CheckRow(one.name, check, self._outcome(check, problem), problem)

    def _inspected(self, feedback: Optional[Feedback]) -> list[CheckRow]:
        """A row for each rigid item that a layer fails, one for what was not inspected, or one that says it passes."""
        layers = [_delivered(one) for one in self._read if one.count and one.snapshot.dimension in (0, 1, 2)]
        found = inspected(layers, self.chosen.specification, feedback) if layers else []
        kinds = {True: ("inspection", Outcome.REFUSED), False: ("inspection_part", Outcome.WARNED)}
        rows = [CheckRow(one.layer, *kinds[one.is_rigid], one.found) for one in found]
        failed_layers = {row.layer for row in rows}
        return rows + [
            CheckRow(one.name, "inspection", Outcome.PASSED) for one in layers if one.name not in failed_layers
        ]

    def _outcome(self, check: str, problem: str) -> Outcome:
        if not problem:
            return Outcome.PASSED
        excused = self.chosen.insist and check in _ANSWERABLE
        return Outcome.WARNED if excused or check_levels().get(check) == "soft" else Outcome.REFUSED

    def _outside_problem(self, one: _Read) -> str:
        district = self.chosen.district
        if district is None or not one.count:
            return ""
        moved = crs_rules.transform_geometries([district], crs_rules.parse_crs(_CGCS2000), one.snapshot.crs)[0]
        shapely.prepare(moved)
        outside = sum(int(np.sum(~shapely.intersects(moved, _present(shapes)))) for shapes, _ in one.batches)
        return text("ingest_outside", count=outside) if outside else ""

    def _ingested(self, store: CountyLayers, one: _Read) -> LayerVersion:
        known, origin = store.shape(one.name), self.chosen.origin
        number = one.snapshot.crs.to_epsg()
        own = f"EPSG:{number}" if number else one.snapshot.crs.to_wkt()
        crs = known.crs if known else own
        target = crs_rules.parse_crs(crs)
        batches = one.batches
        if not crs_rules.same(one.snapshot.crs, target):
            batches = [
                (crs_rules.transform_geometries(shapes, one.snapshot.crs, target), rows) for shapes, rows in batches
            ]
        columns = stored_names(one.columns, known.columns if known else {})
        if known and (differing := {n for n, kind in columns.items() if known.columns.get(n, kind) != kind}):
            kinds = [known.columns[name] if name in differing else "" for name in columns]
            batches = [(shapes, as_stored(rows, kinds)) for shapes, rows in batches]
            columns |= {name: known.columns[name] for name in differing}
        file = one.snapshot.file
        digest = known_sha256(file) if file is not None else ""
        source_origin = Origin(origin.actor, str(one.snapshot.source), digest, origin.note)
        shape = LayerShape(one.name, "", _SHAPES[one.snapshot.dimension], crs, columns)
        return store.ingest(shape, batches, source_origin)


def _delivered(one: _Read) -> Delivered:
    lengths = {field.name(): int(field.length()) for field in one.snapshot.fields}
    return Delivered(one.name, one.snapshot.dimension, one.snapshot.crs, one.columns, lengths, one.batches)


def _give_index(store: Path, layer: str) -> None:
    """A spatial index for a layer that has none yet; without one the layer is only slower to draw."""
    data = ogr.Open(str(store), 1)
    if data is not None:
        name = layer.replace("'", "''")
        found = data.ExecuteSQL(f"SELECT HasSpatialIndex('{name}', 'geom')")
        row = found.GetNextFeature() if found is not None else None
        has = row is not None and bool(row.GetField(0))
        data.ReleaseResultSet(found)
        if not has:
            data.ReleaseResultSet(data.ExecuteSQL(f"SELECT CreateSpatialIndex('{name}', 'geom')"))
    del data


def _present(shapes: Sequence[Any]) -> Any:
    return [shape for shape in shapes if shape is not None]


def _multi(shape: shapely.Geometry) -> shapely.Geometry:
    """A geometry of one part as the multi geometry that the table holds."""
    if shape is None or shape.geom_type.startswith("Multi"):
        return shape
    dimension = int(shapely.get_dimensions(shape))
    return _MULTI[dimension]([shape]) if 0 <= dimension <= 2 else shape


def _plain(value: Any) -> Any:
    if value is None or (hasattr(value, "isNull") and value.isNull()):
        return None
    return value.toString("yyyy-MM-dd") if hasattr(value, "toString") else value


def _kind_problem(one: _Read, known: str) -> str:
    if one.snapshot.dimension not in (0, 1, 2):
        return text("ingest_no_geometry")
    here = _SHAPES[one.snapshot.dimension]
    return text("ingest_kind", kind=here, known=known) if known and known != here else ""


def _keys_problem(one: _Read) -> str:
    twice = [key for key, count in one.keys.items() if count > 1]
    return text("ingest_keys", count=len(twice), first=twice[0]) if twice else ""


def _gone_problem(one: _Read, before: int) -> str:
    return text("ingest_gone", now=one.count, before=before) if one.count < before * _HALF else ""

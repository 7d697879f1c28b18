"""A layer into the fields of a specification: prepared on the main thread, run in any."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Optional

from qgis.core import QgsFeature, QgsField, QgsFields, QgsVectorLayer
from qgis.PyQt.QtCore import QDate

from ...core.errors import InputError
from ...core.messages import text
from ...core.quality.field_mapping import (
    CERTAIN,
    Choice,
    FieldMatch,
    Match,
    SourceField,
    code_list,
    factor,
    match_fields,
    unit_of,
)
from ...core.quality.field_values import ValueMaker
from ...core.quality.inspection_spec import FieldKind, FieldSpec, LayerSpec, Specification
from ...core.threads import Feedback
from ...formats.rules.field_maps import read_field_map
from ...formats.rules.inspection_files import load_specification
from ..layers import field_types
from ..layers.encoding import repair_encoding
from ..layers.snapshot import LayerSnapshot

_TEXT, _LONG = field_types.TEXT, field_types.LONG
MAPPING_FIELDS = (
    ("target", _TEXT), ("title", _TEXT), ("type", _TEXT), ("length", _LONG), ("need", _TEXT), ("source", _TEXT),
    ("match", _TEXT), ("used", _TEXT), ("from_unit", _TEXT), ("to_unit", _TEXT), ("filled", _LONG), ("empty", _LONG),
    ("faults", _LONG), ("note", _TEXT),
)  # fmt: skip
UNMAPPED_FIELDS = (
    ("kind", _TEXT), ("field", _TEXT), ("title", _TEXT), ("value", _TEXT), ("count", _LONG), ("note", _TEXT),
)  # fmt: skip
_TYPES = {FieldKind.INT: _LONG, FieldKind.FLOAT: field_types.REAL, FieldKind.DATE: field_types.DATE}
_MOST_VALUES = 400  # different values by which a field may be known


@dataclass(frozen=True)
class MappingInput:
    """What the user chose; `source`: a specification's file or built-in name, `code`: layer of it, "" by the layer's
    name; `field_map`: JSON text or a file; `accepted`: proposals that are used though they are not certain."""

    layer: QgsVectorLayer
    source: str
    code: str = ""
    field_map: str = ""
    accepted: frozenset[Match] = frozenset()


@dataclass
class TargetColumn:
    """One field of the output: where its values come from and what makes them."""

    match: FieldMatch
    maker: ValueMaker
    is_used: bool
    from_unit: str = ""
    to_unit: str = ""
    default: Optional[str] = None
    note: str = ""


@dataclass
class MappingOutcome:
    """What a run came to."""

    columns: list[TargetColumn] = field(default_factory=list)
    unused: list[SourceField] = field(default_factory=list)
    features: int = 0


@dataclass
class _Looked:
    """What a look at the values told."""

    values: dict[str, set[str]]
    longest: dict[str, int] = field(default_factory=dict)

    def add(self, name: str, found: set[str]) -> None:
        self.longest[name] = max([self.longest.get(name, 0), *map(len, found)])
        if len(self.values[name]) <= _MOST_VALUES:
            self.values[name] |= found - {""}


class MappingJob:
    """Raises InputError, CatalogueError for anything that cannot be used; `match`, then `write`, in any thread."""

    def __init__(self, chosen: MappingInput) -> None:
        layer = repair_encoding(chosen.layer)
        self.snapshot = LayerSnapshot(layer, "landuse")
        if self.snapshot.expected_count == 0:
            raise InputError("conversion_empty", layer=layer.name())
        self.spec = load_specification(chosen.source)
        self.target = layer_of(self.spec, chosen.code, layer.name())
        self.accepted = chosen.accepted
        keys = set(layer.primaryKeyAttributes())
        self._fields = [f for number, f in enumerate(layer.fields()) if number not in keys or f.name().lower() != "fid"]
        self.choices = read_field_map(chosen.field_map)
        self._longest: dict[str, int] = {}
        self._check_choices()
        self.wkb_type = layer.wkbType()

    def _check_choices(self) -> None:
        targets = {f.name.upper() for f in self.target.fields}
        names = {f.name().lower(): f.name() for f in self._fields}
        for name, choice in self.choices.items():
            if name not in targets:
                raise InputError("fieldmap_target", target=name, known=", ".join(f.name for f in self.target.fields))
            if choice.source and choice.source.lower() not in names:
                raise InputError("fieldmap_source", source=choice.source, fields=", ".join(names.values()))
        self.choices = {
            name: Choice(names.get(c.source.lower(), ""), c.default, c.from_unit, c.to_unit, c.codes)
            for name, c in self.choices.items()
        }

    def match(self, feedback: Optional[Feedback] = None) -> MappingOutcome:
        """Look at the layer's values and match the fields; raises Cancelled."""
        looked = self._looked_at(feedback)
        sources = [SourceField(f.name(), f.alias(), frozenset(looked.values.get(f.name(), ()))) for f in self._fields]
        self._longest = looked.longest
        matches = match_fields(sources, self.target.fields, self.spec.codes, self.choices)
        outcome = MappingOutcome([self._column(match, sources) for match in matches])
        used = {c.match.source for c in outcome.columns if c.is_used}
        outcome.unused = [source for source in sources if source.name not in used]
        return outcome

    def fields(self, outcome: MappingOutcome) -> QgsFields:
        """The fields of the output, in the order of the specification; wider where a text would be cut."""
        made = QgsFields()
        for column in outcome.columns:
            target, length = column.match.target, column.match.target.length or 0
            kind = _TYPES.get(target.kind, _TEXT) if target.kind else _TEXT
            if kind == _TEXT and length:
                length = max(length, self._longest.get(column.match.source, 0), len(column.default or ""))
            one = QgsField(target.name, kind, "", length, target.decimals or 0)
            one.setAlias(target.title)
            made.append(one)
        return made

    def write(self, outcome: MappingOutcome, sink: Any, feedback: Optional[Feedback] = None) -> None:
        """Write every feature through `sink.add(rows, features)`; raises Cancelled."""
        names = [f.name() for f in self._fields]
        for features, _, _ in self.snapshot.batches(self.snapshot.crs, names, feedback, polygons_only=False):
            rows = [self._row(outcome.columns, feature) for feature in features]
            sink.add(rows, features)
            outcome.features += len(rows)

    def _looked_at(self, feedback: Optional[Feedback]) -> "_Looked":
        """The different values of fields that these may tell, and the longest text of each."""
        texts = [f.name() for f in self._fields if f.type() in (_TEXT, field_types.INT, _LONG)]
        looked = _Looked({name: set() for name in texts})
        if texts:
            for features, _, _ in self.snapshot.batches(self.snapshot.crs, texts, feedback, polygons_only=False):
                for name in texts:
                    looked.add(
                        name, {str(v).strip() for v in {feature[name] for feature in features} if not _is_null(v)}
                    )
        looked.values = {name: v for name, v in looked.values.items() if len(v) <= _MOST_VALUES}
        return looked

    def _column(self, match: FieldMatch, sources: Sequence[SourceField]) -> TargetColumn:
        target, choice = match.target, self.choices.get(match.target.name.upper(), Choice())
        source = next((s for s in sources if s.name == match.source), SourceField(""))
        is_used = match.match in CERTAIN or match.match in self.accepted
        from_unit, to_unit = "", ""
        if target.kind in (FieldKind.FLOAT, FieldKind.INT):
            from_unit = choice.from_unit or unit_of(source.title, source.name)
            to_unit = choice.to_unit or target.unit or unit_of(target.title, target.name)
        times = factor(from_unit, to_unit)
        codes = code_list(target, self.spec.codes)
        maker = ValueMaker(target, codes, times if times not in (None, 1.0) else None, choice.codes)
        made = TargetColumn(match, maker, is_used, from_unit, to_unit, choice.default)
        made.note = note_of(made)
        return made

    def _row(self, columns: Sequence[TargetColumn], feature: QgsFeature) -> list[Any]:
        made: dict[str, Any] = {}
        for column in columns:
            match = column.match
            if not column.is_used or match.match is Match.NAME_OF:
                made[match.target.name] = column.maker.value(None) if not column.is_used else None
            else:
                raw = _plain(feature[match.source]) if match.source else None
                raw = column.default if raw is None and column.default is not None else raw
                made[match.target.name] = column.maker.value(raw)
        for column in columns:
            if column.is_used and column.match.match is Match.NAME_OF:
                made[column.match.target.name] = column.maker.value(self._name(column.match.target, made))
        return [_stored(column.match.target, made[column.match.target.name]) for column in columns]

    def _name(self, target: FieldSpec, made: dict[str, Any]) -> Optional[str]:
        """The name of the code that another field holds; None where nothing tells it."""
        other = self.target.field(target.name_of)
        codes = self.spec.codes.get(other.codes) if other is not None else None
        code = made.get(target.name_of)
        return (codes.name(str(code)) or None) if codes is not None and code is not None else None


def layer_of(spec: Specification, code: str, name: str) -> LayerSpec:
    """The layer of a specification by its code, else the only one that the layer's name stands for."""
    if code:
        found = [layer for layer in spec.layers if code.upper() in layer.names]
    else:
        found = [layer for layer in spec.layers if name.upper() in layer.names]
    if len(found) != 1:
        known = ", ".join(layer.code for layer in spec.layers)
        raise InputError("fieldmap_layer", layer=code or name, spec=spec.name, known=known)
    if not found[0].fields:
        raise InputError("fieldmap_no_fields", layer=found[0].code, spec=spec.name)
    return found[0]


def note_of(column: TargetColumn, language: Optional[str] = None) -> str:
    """What there is to say of a field, in `language` (default: the chosen one)."""
    match, units = column.match, (column.from_unit, column.to_unit)
    if match.match is Match.NONE:
        rivals = ", ".join(match.rivals)
        return text("fieldmap_rivals", language=language, fields=rivals) if match.rivals else ""
    if not column.is_used:
        return text("fieldmap_proposed", language=language, source=match.source)
    if any(units) and not all(units):
        return text("fieldmap_unit", language=language, known=units[0] or units[1])
    return ""


def _is_null(value: Any) -> bool:
    return value is None or (hasattr(value, "isNull") and bool(value.isNull()))


def _plain(value: Any) -> Any:
    if _is_null(value):
        return None
    return value.toString("yyyy-MM-dd") if hasattr(value, "toString") else value


def _stored(target: FieldSpec, value: Any) -> Any:
    """A value as QGIS takes it."""
    return QDate.fromString(value, "yyyy-MM-dd") if target.kind is FieldKind.DATE and value is not None else value


def mapping_row(column: TargetColumn) -> tuple[Any, ...]:
    """The values of MAPPING_FIELDS."""
    target, match, maker = column.match.target, column.match, column.maker
    kind = target.kind.value if target.kind else ""
    head = (target.name, target.title, kind, target.length, target.need.value, match.source or None)
    used = "yes" if column.is_used else "no"
    counts = (maker.filled, maker.empty, sum(maker.faults.values()))
    return (
        *head,
        match.match.value,
        used,
        column.from_unit or None,
        column.to_unit or None,
        *counts,
        column.note or None,
    )


def unmapped_rows(outcome: MappingOutcome) -> Iterator[tuple[Any, ...]]:
    """The rows of UNMAPPED_FIELDS: fields without a place, targets without a source, values that do not fit."""
    for source in outcome.unused:
        yield "source", source.name, source.title or None, None, outcome.features, text("fieldmap_unused")
    for column in outcome.columns:
        target = column.match.target
        if not column.is_used:
            yield "target", target.name, target.title, None, outcome.features, column.note or text("fieldmap_open")
        for (fault, value), count in sorted(column.maker.faults.items(), key=lambda item: -item[1]):
            yield (
                "value",
                target.name,
                target.title,
                value,
                count,
                text(f"fieldmap_{fault.value}", length=target.length),
            )

"""Conversion of the land classes of a layer: made on the main thread, run in any."""

import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Optional

import shapely
from pyproj import CRS
from qgis.core import QgsFields, QgsVectorLayer

from ...core.errors import InputError
from ...core.land import crs as crs_rules
from ...core.land.remarks import Remark, stated_once
from ...core.quality.conversion import Answer, Converter, How, Reason
from ...core.quality.conversion_decisions import Decision, usable_decisions
from ...core.quality.conversion_totals import Crosstab
from ...core.threads import Feedback, raise_if_cancelled, rare_collections
from ...formats.rules.conversion_files import load_conversion_table, load_decisions, strange_targets
from ..layers import field_types
from ..layers.conditions import RowCondition, expression_error
from ..layers.encoding import repair_encoding
from ..layers.gpkg_reader import GpkgTable
from ..layers.results import qgs_fields
from ..layers.snapshot import LayerSnapshot
from .comparison_remarks import skipped_remarks
from .conversion_rows import BatchConverter, RowPair
from .helper_layers import open_helpers
from .parcels import ParcelReader

CODE_FIELDS = ("DLBM", "YDYHFLDM", "YDYHDLDM", "DLDM", "地类编码")
_TEXT, _REAL, _LONG = field_types.TEXT, field_types.REAL, field_types.LONG
_AREAS = (("area_m2", _REAL), ("area_ha", _REAL), ("area_mu", _REAL))
CONVERTED_FIELDS = (
    ("source_fid", _LONG), ("old_code", _TEXT), ("old_name", _TEXT), ("new_code", _TEXT), ("new_name", _TEXT),
    ("how", _TEXT), ("confidence", _TEXT), *_AREAS,
)  # fmt: skip
UNDECIDED_FIELDS = (
    ("source_fid", _LONG), ("old_code", _TEXT), ("old_name", _TEXT), ("candidates", _TEXT), ("candidate_names", _TEXT),
    ("reason", _TEXT), *_AREAS,
)  # fmt: skip
CROSSTAB_FIELDS = (
    ("from_code", _TEXT), ("from_name", _TEXT), ("to_code", _TEXT), ("to_name", _TEXT), ("how", _TEXT),
    ("confidence", _TEXT), ("candidates", _TEXT), ("pieces", _LONG), *_AREAS,
)  # fmt: skip


@dataclass(frozen=True)
class ConversionInput:
    """What the user chose; `source`: a file or a built-in name, `splits`: a file or ""; `helpers`: layers by name."""

    layer: QgsVectorLayer
    code_field: str
    source: str
    splits: str = ""
    padding: int = 0
    helpers: tuple[QgsVectorLayer, ...] = ()
    kept: tuple[Decision, ...] = ()


@dataclass
class ConversionOutcome:
    """What a run came to."""

    crosstab: Crosstab = field(default_factory=Crosstab)
    remarks: list[Remark] = field(default_factory=list)


class ConversionJob:
    """Raises InputError, CatalogueError for anything that cannot be used."""

    def __init__(self, chosen: ConversionInput) -> None:
        layer = repair_encoding(chosen.layer)
        self.snapshot = LayerSnapshot(layer, "landuse")
        refuse_unusable(self.snapshot)
        self.code_field = class_field(self.snapshot, chosen.code_field)
        self.table = load_conversion_table(chosen.source)
        given = load_decisions(chosen.splits, self.table, expression_error) if chosen.splits else ()
        self.given, self.kept = given, tuple(usable_decisions(chosen.kept, given, self.table))
        self.decisions = (*given, *self.kept)
        self.converter = Converter(self.table, self.decisions, chosen.padding)
        self.conditions = {d: self._condition(d.where, d.label) for d in self.decisions if d.where}
        self.helpers = open_helpers(self.decisions, list(chosen.helpers), Path(chosen.splits).parent)
        centre = layer.extent().center()
        self.plane: CRS = crs_rules.working_plane(self.snapshot.crs, (centre.x(), centre.y()))
        self.reader = ParcelReader(self.snapshot, self.plane, tuple(_row_numbers(layer)))

    def _condition(self, where: str, label: str) -> RowCondition:
        condition = RowCondition(where, self.snapshot.fields, label)
        if condition.absent:
            names = ", ".join(condition.absent)
            raise InputError("splits_where_absent", decision=label, fields=names, layer=self.snapshot.name)
        return condition

    def fields(self, own: Sequence[tuple[str, Any]]) -> QgsFields:
        """The fields of an output: ours, then the layer's own, renamed where a name is taken."""
        fields = qgs_fields(own)
        for source in self.reader.fields:
            renamed = type(source)(source)
            while fields.lookupField(renamed.name()) >= 0 or renamed.name().lower() == "fid":
                renamed.setName(renamed.name() + "_1")
            fields.append(renamed)
        return fields

    def run(self, sinks: RowPair, feedback: Optional[Feedback] = None) -> ConversionOutcome:
        """Convert every feature into the sinks (converted, undecided); raises Cancelled, InputError, OutputError."""
        outcome = ConversionOutcome()
        seen: Counter[Answer] = Counter()
        used: Counter[Decision] = Counter()
        self._copy_into(sinks)
        for helper in self.helpers.values():
            helper.read(self.plane, self.table, feedback)
        batches = BatchConverter(self, outcome.crosstab, seen, used)
        with rare_collections():
            done, bare = self._convert(batches, sinks, feedback)
        if not done:
            raise InputError("conversion_empty", layer=self.snapshot.name)
        outcome.remarks = stated_once(
            [*self.snapshot.remarks, *self._helper_remarks(), *self._remarks(seen, used, bare)]
        )
        return outcome

    def _copy_into(self, sinks: RowPair) -> None:
        """From one GeoPackage to others SQLite copies the layer's fields, unless an expression has to see them."""
        reader, table = self.reader, self.snapshot.table
        if not (isinstance(table, GpkgTable) and reader.is_plain and self.snapshot.is_unfiltered and sinks.are_tables):
            return
        if self.conditions or len(reader.names) < 2:
            return
        try:
            copied = table.copied(reader.names)
        except sqlite3.Error:
            return  # the reader meets it, too, and tells
        if copied is not None:
            reader.read_names = [self.code_field]
            sinks.copy(copied)

    def _convert(self, batches: BatchConverter, sinks: RowPair, feedback: Optional[Feedback]) -> tuple[int, int]:
        """(features converted, those without a usable geometry)."""
        done, bare = 0, 0
        for parcels in self.reader.batches(feedback):
            raise_if_cancelled(feedback)
            sinks.add(batches.convert(parcels))
            bare += int(shapely.is_missing(parcels.on_plane).sum())
            done += len(parcels.fids)
            if feedback is not None:
                feedback.setProgress(100.0 * done / max(self.snapshot.expected_count, 1))
        return done, bare

    def _lost_zeros(self, seen: "Counter[Answer]") -> Iterator[Remark]:
        """Unknown codes that the table has with a zero before them."""
        unknown = [a for a in seen if a.reason == Reason.UNKNOWN and a.code.isdecimal() and len(a.code) % 2]
        rows = {a: self.table.find(f"0{a.code}") for a in unknown}
        lost = [a for a, found in rows.items() if found.row is not None and found.how != How.PARENT]
        if lost:
            codes = ", ".join(sorted(f"{a.code} → 0{a.code}" for a in lost)[:20])
            params = {"count": sum(seen[a] for a in lost), "codes": codes}
            yield Remark("conversion_lost_zeros", self.snapshot.name, None, params)

    def _helper_remarks(self) -> Iterator[Remark]:
        """What is remarkable about the helper layers: what they do not give decides nothing, or the rest."""
        for helper in self.helpers.values():
            yield from helper.snapshot.remarks
            yield from skipped_remarks(helper.snapshot)

    def _remarks(self, seen: "Counter[Answer]", used: "Counter[Any]", bare: int) -> list[Remark]:
        name = self.snapshot.name
        groups = (
            ("conversion_unknown_codes", [a for a in seen if a.reason == Reason.UNKNOWN]),
            ("conversion_by_parent", [a for a in seen if a.how == How.PARENT]),
        )
        found = [Remark("conversion_no_geometry", name, None, {"count": bare})] if bare else []
        for code, answers in groups:
            if answers:
                codes = ", ".join(sorted({a.code for a in answers})[:20])
                count = sum(seen[a] for a in answers)
                found.append(Remark(code, name, None, {"count": count, "codes": codes}))
        found += self._lost_zeros(seen)
        strange = strange_targets(self.table)
        if strange:
            found.append(Remark("conversion_strange_targets", name, None, {"codes": ", ".join(strange[:20])}))
        unused = [d for d in self.given if not used[d]]
        kept = [d.label for d in self.kept if used[d]]
        if kept:
            found.append(Remark("conversion_kept_used", name, None, {"decisions": ", ".join(kept[:20])}))
        return found + [Remark("splits_unused", name, None, {"decision": d.label, "line": d.line}) for d in unused]


def refuse_unusable(snapshot: LayerSnapshot) -> None:
    """Raise InputError for a layer without polygons."""
    if snapshot.dimension != 2:
        raise InputError("conversion_not_polygons", layer=snapshot.name)
    if snapshot.expected_count == 0:
        raise InputError("conversion_empty", layer=snapshot.name)


def class_field(snapshot: LayerSnapshot, chosen: str) -> str:
    """The chosen field as the layer spells it, else the first usual field of class codes; raises InputError."""
    names = ", ".join(field.name() for field in snapshot.fields)
    if chosen and not snapshot.has_field(chosen):
        raise InputError("conversion_field_absent", layer=snapshot.name, field=chosen, fields=names)
    found = chosen or next((name for name in CODE_FIELDS if snapshot.has_field(name)), "")
    if not found:
        raise InputError("conversion_no_field", layer=snapshot.name, fields=names)
    return snapshot.fields[snapshot.fields.lookupField(found)].name()


def _row_numbers(layer: QgsVectorLayer) -> list[int]:
    """Fields in which a GeoPackage numbers its rows: a parcel that is cut would have the number twice."""
    names = [layer.fields()[index].name().lower() for index in layer.primaryKeyAttributes()]
    return list(layer.primaryKeyAttributes()) if names in (["fid"], ["ogc_fid"], ["objectid"], ["id"]) else []

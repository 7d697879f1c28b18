"""The package of a maintenance: its name, its layers WHQ, WHC and WHH, and a row for each layer of the catalogue."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from qgis.PyQt.QtCore import QDate, QDateTime, Qt

from ...core.errors import InputError, OutputError
from ...core.files import put_in_place, safe_name
from ...core.land import crs as crs_rules
from ...core.land.pieces import objects
from ...core.quality.maintenance import LayerMaintenance, Maintenance, NewPolygon, Numbers
from ...formats.rules.maintenance_files import load_change_fields
from ..layers import field_types
from ..layers.database_writer import Column, DatabaseWriter, Row, gdb_can_be_written
from .maintenance import LayerOutcome, MaintenanceInput, MaintenanceOutcome, Side

CRS, _PLACE = "EPSG:4490+5737", "EPSG:4490"  # lon/lat with heights of 1985; what the geometries are moved to
_TEXT, _REAL, _LONG = field_types.TEXT, field_types.REAL, field_types.LONG
SUMMARY_FIELDS = (
    ("layer", _TEXT), ("title", _TEXT), ("state", _TEXT), ("whq", _LONG), ("whc", _LONG), ("whh", _LONG),
    ("before_m2", _REAL), ("after_m2", _REAL), ("taken_in_m2", _REAL), ("reclassed_m2", _REAL),
    ("handed_out_m2", _REAL), ("slivers", _LONG), ("sliver_m2", _REAL), ("uncovered_m2", _REAL), ("note", _TEXT),
)  # fmt: skip
_KINDS = {_REAL: "real", _LONG: "integer", field_types.INT: "integer", field_types.DATE: "date"}


def package_path(chosen: MaintenanceInput) -> Path:
    """Where the package goes, by the name that is asked for; InputError where something is there already."""
    suffix = ".gdb" if gdb_can_be_written() else ".gpkg"
    name = f"{chosen.county}{chosen.county_name}{chosen.year}年度县级国土空间总体规划动态维护{suffix}"
    path = Path(chosen.folder) / safe_name(name, 120)
    if path.exists():
        raise InputError("maintain_exists", file=path.name)
    return path


def write_package(chosen: MaintenanceInput, outcome: MaintenanceOutcome, path: Path) -> int:
    """Write the layers that changed, under the package's name only when all are written; return their number."""
    changed = [one for one in outcome.layers if one.made is not None and not one.made.is_unchanged]
    if not changed:
        return 0
    half = path.with_name(f"part_{path.name}")
    writer = DatabaseWriter(half, CRS)
    try:
        for one in changed:
            _write_layer(writer, chosen, one, outcome.numbers)
        writer.close()
        put_in_place(half, path)
    except OSError as error:
        raise OutputError("output_failed", output=path.name, error=error.strerror or error) from error
    finally:
        if half.exists():
            writer.discard()
    return 3 * len(changed)


def _write_layer(writer: DatabaseWriter, chosen: MaintenanceInput, one: LayerOutcome, numbers: Any) -> None:
    made, layer = one.made, one.layer
    if made is None or one.sides is None:
        return
    before, after = one.sides
    old = [
        Row(_plain(before.rows[row]), shape) for row, shape in zip(made.before, _placed(one, _old_shapes(before, made)))
    ]
    writer.add_layer(f"WHQ{layer.code}", f"{layer.title}(维护前)", _columns(before), old)
    changes = list(_change_rows(chosen, one, numbers))
    columns = [Column(f.name, "text", f.length, f.title) for f in load_change_fields()]
    writer.add_layer(f"WHC{layer.code}", f"{layer.title}(维护)", columns, changes)
    new = list(_new_rows(one, after, numbers))
    writer.add_layer(f"WHH{layer.code}", f"{layer.title}(维护后)", _columns(after), new)


def _old_shapes(side: Side, made: LayerMaintenance) -> list[Any]:
    return list(side.vintage.geometries[made.before])


def _placed(one: LayerOutcome, shapes: list[Any]) -> Any:
    return crs_rules.transform_geometries(objects(shapes), one.plane, crs_rules.parse_crs(_PLACE))


def _columns(side: Side) -> list[Column]:
    return [
        Column(field.name(), _KINDS.get(field.type(), "text"), max(field.length(), 0), field.alias())
        for field in side.reader.fields
    ]


def _change_rows(chosen: MaintenanceInput, one: LayerOutcome, numbers: Numbers) -> Iterator[Row]:
    names = [f.name for f in load_change_fields()]
    shapes = _placed(one, [piece.geometry for piece in one.made.changes]) if one.made else []
    for piece, shape in zip(one.made.changes if one.made else (), shapes):
        values = {"BSM": numbers.bsm(), "YSDM": one.layer.ysdm, "XZQDM": chosen.county, "XZQMC": chosen.county_name}
        values |= {"WHLX": piece.kind.value, "WHBH": numbers.whbh()}
        yield Row([values.get(name) for name in names], shape)


def _new_rows(one: LayerOutcome, side: Side, numbers: Numbers) -> Iterator[Row]:
    """Today's values, with a new identifier and the area of the piece."""
    pieces: list[NewPolygon] = one.made.after if one.made else []
    names = side.names
    sized = [names.index(name) for name in one.layer.area_fields if name in names]
    key, less = (names.index(name) if name in names else -1 for name in ("BSM", "KCMJ"))
    for piece, shape in zip(pieces, _placed(one, [piece.geometry for piece in pieces])):
        values = list(side.rows[piece.after])
        total_m2 = float(side.vintage.areas[piece.after])
        share = piece.area_m2 / total_m2 if total_m2 else 1.0
        for column in sized:
            taken = values[less] if names[column] == "TBDLMJ" and less >= 0 else None
            values[column] = round(piece.area_m2 - (float(taken) * share if taken else 0.0), 2)
        if less >= 0 and values[less]:
            values[less] = round(float(values[less]) * share, 2)
        if key >= 0:
            values[key] = numbers.bsm()
        yield Row(_plain(values), shape)


def _plain(values: Sequence[Any]) -> list[Any]:
    """Values as GDAL takes them: days and times as text."""
    return [
        value.toString(Qt.DateFormat.ISODate) if isinstance(value, (QDate, QDateTime)) else value for value in values
    ]


def summary_row(one: LayerOutcome) -> tuple[Any, ...]:
    """The values of SUMMARY_FIELDS."""
    made = one.made or LayerMaintenance(one.layer)
    kinds = (Maintenance.TAKEN_IN, Maintenance.RECLASSED, Maintenance.HANDED_OUT)
    changed = tuple(made.changed_m2(kind) for kind in kinds)
    counts = len(made.before), len(made.changes), len(made.after)
    rest = made.slivers, made.sliver_m2, made.uncovered_m2
    sums = (made.before_m2, made.after_m2)
    return (one.layer.code, one.layer.title, one.state.value, *counts, *sums, *changed, *rest, str(one.reason) or None)

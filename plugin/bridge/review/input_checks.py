"""What is looked at in a control layer before it is asked: files, places, kinds of geometry. What is wrong fails the
line, never the run.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Optional

from pyproj import CRS

from ...core.errors import InputError
from ...core.land.coordinates import misplaced
from ...core.land.crs import describe, transform_bounds
from ...core.land.file_state import companion
from ...core.land.input_check import NARROWING, CheckItem, CheckState
from ...core.land.places import out_of_place, refusal
from ...core.land.remarks import Remark, Skipped
from ...core.land.row_boxes import RowBoxes
from ...core.land.scale_search import scale_doubts
from ...core.land.shapefile import Fault, shapefile_faults
from ...core.land.types import Box
from ...core.land.zone_search import FAR_AWAY, Place, PlaceDoubt, is_apart, is_far_away, other_zone, place_doubts
from ...core.messages import joined_texts, message
from ..layers.encoding import stated_encoding, table_encoding
from ..layers.joined_fields import fields_like
from ..layers.two_zones import box_of

if TYPE_CHECKING:
    from .gpkg_layer import GpkgLayer

_PLACES = {"feature_misplaced": CheckItem.COORDINATES, "geometry_unreadable": CheckItem.GEOMETRY}


def check_kind(layer: Any) -> None:
    """Raise InputError for a theme of areas that was delivered as lines or points."""
    is_control = layer.snapshot.role == "control_line"  # a site selection asks for distances to lines and points
    if is_control and layer.line.geometry == "polygon" and layer.snapshot.dimension in (0, 1):
        layer.snapshot.check.add(CheckItem.GEOMETRY, CheckState.FAILED, "layer_not_polygons", layer=layer.name)
        raise InputError("layer_not_polygons", layer=layer.name)


def check_files(layer: Any) -> None:
    """What the files of a layer say of each other and of themselves (shapefile, GML, KML, CSV)."""
    file = layer.snapshot.file
    if file is None:
        return
    is_shapefile = file.suffix.lower() == ".shp"
    faults = file_faults(layer.snapshot)
    for fault in faults:
        layer.snapshot.check.add(CheckItem.FILES, CheckState.FAILED, fault.code, **fault.params)
        layer.doubt(message(fault.code, **fault.params))
    if is_shapefile and not faults:
        layer.snapshot.check.add(CheckItem.FILES)
    if is_shapefile:
        _check_encoding(layer, file)
        layer.snapshot.remarks += table_remarks(layer.snapshot)


def file_faults(snapshot: Any) -> list[Fault]:
    """Contradictions within the files of a LayerSnapshot; raises OSError where one cannot be read."""
    if snapshot.file is not None and snapshot.file.suffix.lower() == ".shp":
        return shapefile_faults(snapshot.file)
    return list(snapshot.hidden.faults())


def table_remarks(snapshot: Any) -> list[Remark]:
    """Said of a shapefile without its table: what is drawn is there, every attribute is lost."""
    file = snapshot.file
    if file is None or file.suffix.lower() != ".shp" or companion(file, ".dbf") is not None:
        return []
    params = {"layer": snapshot.name, "file": file.with_suffix(".dbf").name}
    return [Remark("shapefile_no_table", snapshot.name, None, params)]


def _check_encoding(layer, file):
    table = companion(file, ".dbf")
    real, stated = table_encoding(table) if table else None, stated_encoding(file)
    if real and stated and real != stated:
        params = {"layer": layer.name, "stated": stated, "real": real}
        layer.snapshot.check.add(CheckItem.ENCODING, CheckState.REMARK, "encoding_differs", **params)
    else:
        layer.snapshot.check.add(CheckItem.ENCODING)


def absent_alike(snapshot: Any, absent: Sequence[str]) -> list[Remark]:
    """Remarks on fields of a LayerSnapshot that end like one that it lacks: of a join, which nobody can tell."""
    found = ((name, fields_like(snapshot.fields, name)) for name in absent)
    stated = [{"field": name, "found": ", ".join(like)} for name, like in found if like]
    return [Remark("field_alike", snapshot.name, None, params) for params in stated]


def seen_in_part(snapshot: Any) -> str:
    """Why only a part of a LayerSnapshot is looked at (a filter, a query, unsaved edits), "" for all of it."""
    return joined_texts(remark.message for remark in snapshot.remarks if remark.code in NARROWING)


def check_zone(layer: Any, place: Sequence[float]) -> None:
    """Doubt a layer that lies hundreds of kilometres from the projects (`place`, a box on the plane) in its own zone,
    and among them in another: one of the two bears the wrong zone, and nothing says which. One that lies in another
    part of the world has wrong coordinates.
    """
    snapshot = layer.snapshot
    box = box_of(snapshot.extent) if snapshot.expected_count else None
    if box is None:
        return
    left, low, right, top = place
    if not is_apart(_on_plane(layer, box), (left, low, right, top)):
        return
    zone = other_zone(snapshot.crs, box, layer.plane, (left, low, right, top))
    if zone is None and is_far_away(_on_plane(layer, box), (left, low, right, top)):
        params = {"layer": layer.name, "crs": describe(snapshot.crs), "km": int(FAR_AWAY / 1000)}
        snapshot.check.add(CheckItem.COORDINATES, CheckState.FAILED, "layer_far_away", **params)
        layer.doubt(message("layer_far_away", **params))
    if zone is not None:
        params = {"layer": layer.name, "crs": describe(snapshot.crs), "zone": describe(zone)}
        snapshot.check.add(CheckItem.COORDINATES, CheckState.FAILED, "layer_in_other_zone", **params)
        layer.doubt(message("layer_in_other_zone", **params))


def check_zones(projects: Place, layers: Sequence[Any], extent: Optional[Place], plane: CRS) -> Optional[PlaceDoubt]:
    """Doubt control layers for where they lie, as `place_doubts` and `scale_doubts` say; returns what they say of
    `extent`, the area that they were delivered for.
    """
    boxes = [box_of(layer.snapshot.extent) if layer.snapshot.expected_count else None for layer in layers]
    placed = [(layer, box) for layer, box in zip(layers, boxes) if box is not None]
    places = [Place(layer.name, layer.snapshot.crs, box, _on_plane(layer, box)) for layer, box in placed]
    all_places = [*places, *([extent] if extent is not None else [])]
    doubts = {**scale_doubts(projects, all_places), **place_doubts(projects, all_places, plane)}
    for at, (layer, _) in enumerate(placed):
        if at in doubts:
            _note_place(layer, doubts[at])
    return doubts.get(len(places))


def _note_place(layer: Any, doubt: PlaceDoubt) -> None:
    state = CheckState.FAILED if doubt.is_failure else CheckState.REMARK
    layer.snapshot.check.add(CheckItem.COORDINATES, state, doubt.code, **doubt.params)
    if doubt.is_failure:
        layer.doubt(message(doubt.code, **doubt.params))
    elif not layer.near_only:  # a map may well hold the lines of several counties
        layer.snapshot.remarks.append(Remark(doubt.code, layer.name, None, doubt.params))


def _on_plane(layer: Any, box: Box) -> Box:
    """Where the box of a layer lies on its plane, kept for the ranges that follow."""
    kept, key = layer.snapshot.open_store, ("on plane", layer.plane.srs)
    known: Optional[tuple[Box, Box]] = kept.get(key)
    if known is None or known[0] != box:
        known = kept[key] = box, transform_bounds(box, layer.snapshot.crs, layer.plane)
    return known[1]


def check_places(layer: Any, rows: RowBoxes, count: int = 0) -> RowBoxes:
    """Look over where all rows of a layer lie; returns those whose place can be believed.

    Raises InputError when the layer as a whole contradicts its CRS or holds no geometry at all. Single rows are
    listed as left out, and the layer's `unread` says that nothing may be called clear. `count`: features of the layer
    where `rows` are only those that are in doubt.
    """
    snapshot, found = layer.snapshot, _misplaced(layer.snapshot, rows)
    refused = refusal(layer.name, rows, found, count)
    if refused is not None:
        _note_refusal(snapshot.check, refused, found)
        raise refused
    left = {out.feature_code: out for out in out_of_place(layer.name, rows, found)}
    for feature_code, item in _PLACES.items():
        if feature_code in left:
            _leave_out(layer, left[feature_code], item)
        elif item == CheckItem.COORDINATES:
            snapshot.check.add(item)
    wrong = found.mask.any()
    return RowBoxes(rows.ids[~found.mask], rows.boxes[~found.mask], rows.has_land[~found.mask]) if wrong else rows


def _misplaced(snapshot, rows):
    """As `misplaced`, kept while the rows of a layer are: a range is asked for many times a second."""
    boxes, found = snapshot.open_store.get("misplaced", (None, None))
    if boxes is not rows.boxes:
        found = misplaced(snapshot.crs, rows.boxes)
        snapshot.open_store["misplaced"] = rows.boxes, found
    return found


def check_index(layer: "GpkgLayer", rows: RowBoxes) -> None:
    """Say so when the spatial index of the file disagrees with its rows; the rows were read, so no land is lost."""
    if rows.wrong_entries:
        params = {"layer": layer.name, "count": rows.wrong_entries}
        layer.snapshot.check.add(CheckItem.INDEX, CheckState.REMARK, "index_differs", **params)
    else:
        layer.snapshot.check.add(CheckItem.INDEX)


def check_count(layer: Any, count: int) -> None:
    """Compare the number of rows read with what the layer says it has; unknown where that is negative."""
    expected = layer.snapshot.expected_count
    if 0 <= count < expected:
        params = {"layer": layer.name, "count": count, "expected": expected}
        layer.snapshot.check.add(CheckItem.COUNT, CheckState.FAILED, "rows_missing", **params)
        layer.doubt(message("rows_missing", **params))
    else:
        layer.snapshot.check.add(CheckItem.COUNT)


def _note_refusal(check, refused, found):
    if refused.code == "layer_no_geometry":
        check.add(CheckItem.GEOMETRY, CheckState.FAILED, refused.code, **refused.params)
    else:
        error = found.error()
        check.add(CheckItem.COORDINATES, CheckState.FAILED, error.code, **error.params)


def _leave_out(layer, out, item):
    layer.snapshot.check.add(item, CheckState.FAILED, out.code, **out.params)
    layer.snapshot.notes.add(out.ids, [], [Skipped(layer.name, int(fid), out.feature_code) for fid in out.ids])
    layer.doubt(out.message())

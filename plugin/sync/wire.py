"""Records and features as they travel: GeoJSON on the wire, flat rows in the workspace. Nothing that a platform sends
is used before its shape was read here.

Coordinates are lon/lat numbers of CGCS2000.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Optional

import shapely

from ..core.forms.schema import Form
from .errors import ContractError
from .values import column_value, fits_column, plain_text

JsonObject = dict[str, Any]
MANAGED = ("case_no", "version", "updated_at", "updated_by", "return_reason")
RECORD_COLUMNS = ("status", "case_no", "return_reason")
STATUSES = ("draft", "ready", "submitted", "returned", "approved")
MAX_VERSION = 1 << 53
_MAX_ID = 200
_POLYGON = 3  # its type in WKB
_ESCAPE = len("\\u0000")
_JSON_LITERALS = ("true", "false", "null")
_TAG = re.compile(r'(?:W/)?"?(\d{1,15})(?:[-;]+(?:gzip|br|zstd|deflate))?"?')  # gateways that pack answers mark the tag


@dataclass(frozen=True)
class Feature:
    """A GeoJSON feature whose shape was read: `id` is text, `properties` an object; the geometry is not yet read.
    `says_shape`: whether it has a geometry member: null says that there is no shape, absence says nothing."""

    id: str
    properties: JsonObject = field(repr=False)
    geometry: Optional[JsonObject] = field(default=None, repr=False)
    says_shape: bool = True


@dataclass(frozen=True)
class RemoteItem:
    """One feature as the platform reports it. `geometry`: WKB bytes or None; `says_shape`: see Feature."""

    collection: str
    id: str
    version: int
    properties: JsonObject = field(repr=False)
    geometry: Optional[bytes] = field(default=None, repr=False)
    says_shape: bool = True

    def row(self, form: Form) -> JsonObject:
        """The item as `Workspace.apply_server` takes it: fields of `form` as their columns hold them, what the server
        manages, geometry; without what it does not mention. ContractError where a value fits no column."""
        values: JsonObject = {}
        properties = self.properties
        for key, kind in form.columns:
            if key in properties:
                value = properties[key]
                settled = value is None or fits_column(kind, value)
                values[key] = value if settled else column_value(kind, value, f"{self.collection}.{key}")
        for name in RECORD_COLUMNS:
            if self.properties.get(name) is not None:
                values[name] = plain_text(self.properties[name], f"{self.collection}.{name}")
            elif name in self.properties and name != "status":
                values[name] = None
        if values.get("status", "draft") not in STATUSES:
            raise ContractError("sync_contract", what=f"{self.collection}.status: {str(values['status'])[:40]}")
        if form.geometry != "none" and self.says_shape:
            values["geometry"] = _as_multi(self.geometry) if form.geometry == "multipolygon" else self.geometry
        return values


def _as_multi(wkb: Optional[bytes]) -> Optional[bytes]:
    """A single polygon as the one part of several, which the column of a form holds."""
    if wkb is None or int.from_bytes(wkb[1:5], "little" if wkb[0] else "big") & 0xFF != _POLYGON:
        return wkb
    return bytes(shapely.to_wkb(shapely.multipolygons([shapely.from_wkb(wkb)])))


def parse_object(data: bytes, where: str) -> JsonObject:
    """A JSON object; ContractError for anything else, however deep, long or odd it is."""
    try:
        body = json.loads(data, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise ContractError("sync_contract", what=f"{where}: {str(error)[:120]}") from error
    if not isinstance(body, dict):
        raise ContractError("sync_contract", what=f"{where}: {type(body).__name__}")
    return body


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def ends_early(error: json.JSONDecodeError) -> bool:
    """Whether JSON is bad because it stops: at its end, in a text that is not closed, within an escape or a word."""
    rest = error.doc.rstrip()[error.pos :]
    if len(rest) <= 1 or error.msg.startswith("Unterminated"):
        return True
    return (len(rest) <= _ESCAPE and "escape" in error.msg) or any(word.startswith(rest) for word in _JSON_LITERALS)


def features_of(page: JsonObject, where: str) -> list[Feature]:
    """The features of a page; ContractError for one that is none."""
    found = page.get("features")
    if not isinstance(found, list):
        raise ContractError("sync_contract", what=f"{where}: features")
    return [feature_of(one, where) for one in found]


def feature_of(value: Any, where: str) -> Feature:
    """A parsed JSON value as a Feature."""
    if not isinstance(value, dict):
        raise ContractError("sync_contract", what=f"{where}: {type(value).__name__}")
    properties, geometry = value.get("properties"), value.get("geometry", {})
    if not isinstance(properties, (dict, type(None))) or not isinstance(geometry, (dict, type(None))):
        raise ContractError("sync_contract", what=f"{where}: properties, geometry")
    return Feature(identity(value.get("id"), where), properties or {}, geometry or None, geometry != {})


def identity(value: Any, where: str) -> str:
    """An id as text; ContractError for what cannot be one."""
    usable = isinstance(value, (str, int)) and not isinstance(value, bool) and abs_size(value) <= _MAX_ID
    if not usable or not str(value).isprintable() or str(value) in ("", ".", ".."):
        raise ContractError("sync_contract", what=f"{where}: id")
    return str(value)


def abs_size(value: Any) -> int:
    """Length of a text, or a bound of a number's digits without writing it out."""
    return len(value) if isinstance(value, str) else value.bit_length() // 3


def links_of(described: Mapping[str, Any]) -> list[JsonObject]:
    """The links of a document that can be links: objects with a text as href."""
    found = described.get("links")
    if not isinstance(found, list):
        return []
    return [link for link in found if isinstance(link, dict) and isinstance(link.get("href"), str)]


def next_link(page: Mapping[str, Any]) -> Optional[str]:
    """Where the next page is; None on the last one."""
    return next((link["href"] for link in links_of(page) if link.get("rel") == "next"), None)


def checked_integer(value: Any, where: str) -> int:
    """A count or version as an int of a size that it can have."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, str) and re.fullmatch(r"\d{1,15}", value):
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MAX_VERSION:
        raise ContractError("sync_contract", what=f"{where}: {str(value)[:40] if abs_size_ok(value) else '…'}")
    return value


def abs_size_ok(value: Any) -> bool:
    """Whether a value can be written into a message."""
    return not isinstance(value, int) or value.bit_length() < 400


def has_version(feature: Feature) -> bool:
    """Whether a feature of a page reports its version itself."""
    return feature.properties.get("version") is not None


def remote_item(
    collection: str,
    feature: Feature,
    etag: Optional[str] = None,
    unversioned: Optional[int] = None,
    geometry: Optional[bytes] = None,
) -> RemoteItem:
    """RemoteItem of a feature; `geometry`: its WKB where it was read already.

    The version is its property, or its ETag, or `unversioned`. ContractError for anything else.
    """
    reported = feature.properties.get("version")
    if reported is not None:
        version = checked_integer(reported, f"{collection}: version")
    else:
        version = unversioned if etag is None and unversioned is not None else version_of(etag)
    shape = geometry or _wkb(feature.geometry, collection)
    return RemoteItem(collection, feature.id, version, feature.properties, shape, feature.says_shape)


def geometries_of(features: list[Feature]) -> list[Optional[bytes]]:
    """WKB of a page's geometries, read in one go; empty where one of them cannot be read so: then each is read by
    itself and the wrong one is reported."""
    texts = [None if one.geometry is None else json.dumps(one.geometry) for one in features]
    if not any(texts):
        return [None] * len(features)
    try:
        shapes = shapely.from_geojson(texts)
        bounds = shapely.total_bounds(shapes)
        if not all(abs(value) < 1e9 for value in bounds if value == value):
            return []
        return [None if wkb is None else bytes(wkb) for wkb in shapely.to_wkb(shapes)]
    except (TypeError, ValueError, RecursionError, OverflowError, shapely.errors.ShapelyError):
        return []


def _wkb(geometry: Optional[JsonObject], where: str = "") -> Optional[bytes]:
    if geometry is None:
        return None
    try:
        shape = shapely.from_geojson(json.dumps(geometry, allow_nan=False))
        if shape is None or not all(abs(value) < 1e9 for value in shape.bounds if value == value):
            raise ValueError("coordinates")
        return bytes(shapely.to_wkb(shape))
    except (TypeError, ValueError, RecursionError, OverflowError, AttributeError, shapely.errors.ShapelyError) as error:
        raise ContractError("sync_contract", what=f"{where}: geometry: {str(error)[:120]}") from error


def version_of(etag: Optional[str]) -> int:
    """Version number in an ETag; ContractError where there is none."""
    found = _TAG.fullmatch((etag or "").strip())
    if not found:
        raise ContractError("sync_contract", what=f"ETag {str(etag)[:60]!r}")
    return int(found[1])


def etag(version: Optional[int]) -> str:
    """The ETag of a version, as the contract writes it."""
    return f'"{version}"'


def feature_object(body: JsonObject, form: Optional[Form] = None) -> JsonObject:
    """Outbox body ({id, county, status, fields, geometry}) -> GeoJSON feature."""
    properties = {k: v for k, v in body.items() if k not in ("id", "geometry", *MANAGED)}
    geometry = body.get("geometry")
    if geometry and form is not None and form.geometry == "multipolygon" and geometry["type"] == "Polygon":
        geometry = {"type": "MultiPolygon", "coordinates": [geometry["coordinates"]]}
    return {"type": "Feature", "id": body["id"], "geometry": geometry, "properties": properties}


def patch_of(body: JsonObject) -> JsonObject:
    """Outbox body of an update -> merge patch: one that is a patch already as it is, else what it says of a record
    (status and reason of a return)."""
    if "properties" in body:
        return body
    return {"properties": {key: value for key, value in body.items() if key not in ("id", "county")}}


def packed_json(value: Any) -> bytes:
    """JSON as UTF-8 bytes, the same for the same value."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")


def base_of(body: JsonObject) -> JsonObject:
    """Outbox body -> merge base as the workspace keeps it: flat, geometry as hexadecimal WKB, no `id` and
    nothing the server manages.
    """
    base = {k: v for k, v in body.items() if k not in ("id", "county", *MANAGED)}
    geometry = _wkb(base["geometry"]) if base.get("geometry") else None
    return {**base, "geometry": geometry.hex()} if geometry else base


def body_of(record: str, county: str, base: JsonObject) -> JsonObject:
    """Merge base -> outbox body, its inverse."""
    body = {"id": record, "county": county, **{k: v for k, v in base.items() if k not in MANAGED and v is not None}}
    if body.get("geometry"):
        body["geometry"] = json.loads(shapely.to_geojson(shapely.from_wkb(bytes.fromhex(body["geometry"]))))
    return body


def flat(item: RemoteItem, form: Optional[Form]) -> JsonObject:
    """RemoteItem -> merge base: fields of the form, what the server manages, geometry as hexadecimal WKB."""
    row = item.row(form) if form else {**item.properties, "geometry": item.geometry}
    return {k: v.hex() if isinstance(v, bytes) else v for k, v in {"case_no": None, **row}.items()}


def stored(row: JsonObject) -> JsonObject:
    """A merge base as a workspace saves it: geometry as WKB."""
    return {k: bytes.fromhex(v) if k == "geometry" and v else v for k, v in row.items()}


def parse_cursor(value: Any) -> Any:
    """A cursor of the feed: a number of a size it can have, or a text."""
    if isinstance(value, float):
        return checked_integer(value, "changes: cursor")
    identity(value, "changes: cursor")
    return value

"""Records and features as they travel: GeoJSON on the wire, flat rows in the workspace.

Coordinates are lon/lat numbers of CGCS2000.
"""

import json
import re
from dataclasses import dataclass, field
from typing import Optional

import shapely

from .errors import ContractError

MANAGED = ("case_no", "version", "updated_at", "updated_by", "return_reason")
RECORD_COLUMNS = ("status", "case_no", "return_reason")
_TAG = re.compile(r'(?:W/)?"?(\d+)(?:[-;]+(?:gzip|br|zstd|deflate))?"?')  # gateways that pack answers mark the tag so


@dataclass(frozen=True)
class RemoteItem:
    """One feature as the platform tells it. `geometry`: WKB bytes or None."""

    collection: str
    id: str
    version: int
    properties: dict = field(repr=False)
    geometry: Optional[bytes] = field(default=None, repr=False)

    def row(self, form):
        """The item as `Workspace.apply_server` takes it: fields of `form`, what the server manages, geometry."""
        values = {key: self.properties.get(key) for key in (*form.keys, *RECORD_COLUMNS) if key in self.properties}
        if values.get("status") is None:
            values.pop("status", None)
        if form.geometry != "none":
            values["geometry"] = self.geometry
        return values


def has_version(feature):
    """Whether a feature of a page tells its version itself."""
    return (feature.get("properties") or {}).get("version") is not None


def remote_item(collection, feature, etag=None, unversioned=None):
    """RemoteItem of a GeoJSON feature.

    The version is its property, or its ETag, or `unversioned`. ContractError for anything else.
    """
    try:
        properties = dict(feature["properties"] or {})
        version = properties.get("version")
        if version is None:
            version = unversioned if etag is None and unversioned is not None else version_of(etag)
        return RemoteItem(collection, str(feature["id"]), int(version), properties, _wkb(feature.get("geometry")))
    except (KeyError, TypeError, ValueError, shapely.errors.ShapelyError) as error:
        raise ContractError("sync_contract", what=f"{collection}: {error!r}") from error


def _wkb(geometry):
    return None if geometry is None else shapely.to_wkb(shapely.from_geojson(json.dumps(geometry)))


def version_of(etag):
    """Version number in an ETag; ContractError where there is none."""
    found = _TAG.fullmatch((etag or "").strip())
    if not found:
        raise ContractError("sync_contract", what=f"ETag {etag!r}")
    return int(found[1])


def etag(version):
    return f'"{version}"'


def feature_bytes(body, form=None):
    """Outbox body ({id, county, status, fields, geometry}) -> GeoJSON feature as UTF-8 bytes, the same for the
    same body.
    """
    properties = {k: v for k, v in body.items() if k not in ("id", "geometry", *MANAGED)}
    geometry = body.get("geometry")
    if geometry and form is not None and form.geometry == "multipolygon" and geometry["type"] == "Polygon":
        geometry = {"type": "MultiPolygon", "coordinates": [geometry["coordinates"]]}
    feature = {"type": "Feature", "id": body["id"], "geometry": geometry, "properties": properties}
    return json.dumps(feature, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")


def base_of(body):
    """Outbox body -> merge base as the workspace keeps it: flat, geometry as hexadecimal WKB, no `id` and
    nothing the server manages.
    """
    base = {k: v for k, v in body.items() if k not in ("id", "county", *MANAGED)}
    if base.get("geometry"):
        base["geometry"] = _wkb(base["geometry"]).hex()
    return base


def body_of(record, county, base):
    """Merge base -> outbox body, its inverse."""
    body = {"id": record, "county": county, **{k: v for k, v in base.items() if k not in MANAGED and v is not None}}
    if body.get("geometry"):
        body["geometry"] = json.loads(shapely.to_geojson(shapely.from_wkb(bytes.fromhex(body["geometry"]))))
    return body

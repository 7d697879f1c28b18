"""QGIS layers to arrays on the working plane. Made on the main thread, read in a worker: no layer object is touched there."""

import re
import sqlite3
from datetime import datetime
from pathlib import Path

import numpy as np
import shapely
from qgis.core import (
    QgsFeatureRequest,
    QgsVectorLayerFeatureSource,
    QgsWkbTypes,
)

from ..core import crs as crs_rules
from ..core.errors import InputError
from ..core.findings import InputInfo, Remark, Skipped
from ..core.overlay import raise_if_cancelled
from ..core.repair import make_usable
from .gpkg_reader import gpkg_table, prefetched

BATCH = 20_000  # each batch prepares its projects anew: small batches cost more than their memory is worth


class LayerSnapshot:
    """A thread-safe picture of one vector layer: its features as they were when it was made, its fields, CRS and origin.

    After `batches` ran, `repairs`, `skipped`, `remarks`, `feature_count` and `used_count` tell what became of the features.
    Raises CrsError when the CRS is missing or refused.
    """

    def __init__(self, layer, role="control_line", line_id="", line_name=""):
        self.name = layer.name()
        self.role, self.line_id, self.line_name = role, line_id, line_name
        self.source = public_source(layer)
        self.fields = layer.fields()
        self.qgis_crs = layer.crs()
        self.crs = parse_layer_crs(layer)
        self.extent = layer.extent()
        self.expected_count = layer.featureCount()
        self.file = source_file(layer)
        self.date = file_date(self.file)
        self.failure = ""
        self._features = QgsVectorLayerFeatureSource(layer)
        self._plain = _is_plain(layer.wkbType())
        self._table = gpkg_table(layer) if self._plain else None
        self.dimension = {0: 0, 1: 1, 2: 2}.get(int(layer.geometryType()), -1)  # points, lines, polygons; -1 unknown or none
        self.repairs, self.skipped, self.remarks = [], [], list(crs_rules.remarks_for(self.crs))
        self.remarks = [Remark(r.code, self.name, None, r.params) for r in self.remarks]
        self.feature_count = self.used_count = 0

    def batches(self, plane, fields, feedback=None, rectangle=None, polygons_only=True):
        """Yield (features, fids, geometries) for every BATCH features; geometries are valid, on `plane`, None where unusable.

        `fields`: names of the attributes that `features` must carry; `rectangle`: only features whose box meets it, in the
        layer's CRS. Raises Cancelled, InputError when the provider gives no features though it has some.
        """
        features, started = [], False
        for feature in self._features.getFeatures(self._request(fields, rectangle)):
            started = True
            features.append(feature)
            if len(features) % 500 == 0:
                raise_if_cancelled(feedback)
            if len(features) == BATCH:
                yield self._feature_batch(features, plane, polygons_only)
                features = []
        if features:
            yield self._feature_batch(features, plane, polygons_only)
        if not started and rectangle is None and self.expected_count > 0:
            raise InputError("layer_unreadable", layer=self.name)

    def rows(self, plane, fields, feedback=None, polygons_only=True):
        """As `batches` over the whole layer, each feature a dict of `fields`: the fast way where no expression is asked."""
        if self._table is None or not all(self.has_field(name) for name in fields):
            return self.batches(plane, fields, feedback, None, polygons_only)
        return prefetched(self._table_rows(plane, fields, feedback, polygons_only))

    def _table_rows(self, plane, fields, feedback, polygons_only):
        try:
            for rows in self._table.batches(fields, BATCH):
                raise_if_cancelled(feedback)
                features = [dict(zip(fields, values)) for _, _, values in rows]
                fids = np.array([row[0] for row in rows], dtype=np.int64)
                yield self._batch(features, fids, [row[1] for row in rows], plane, polygons_only)
        except sqlite3.Error as error:
            raise InputError("layer_error", layer=self.name, error=error) from error
        if not self.feature_count and self.expected_count > 0:
            raise InputError("layer_unreadable", layer=self.name)

    def _request(self, fields, rectangle):
        request = QgsFeatureRequest()
        request.setSubsetOfAttributes([self.fields.lookupField(name) for name in fields if self.has_field(name)])
        if rectangle is not None:
            request.setFilterRect(rectangle)
        return request

    def has_field(self, name):
        return self.fields.lookupField(name) >= 0

    def _feature_batch(self, features, plane, polygons_only):
        fids = np.array([feature.id() for feature in features], dtype=np.int64)
        return self._batch(features, fids, [_wkb(f.geometry(), self._plain) for f in features], plane, polygons_only)

    def _batch(self, features, fids, wkb, plane, polygons_only):
        geometries, broken = _decode(wkb, fids)
        _check_coordinates(self.crs, geometries, self.name)
        geometries = crs_rules.transform_geometries(geometries, self.crs, plane)
        usable = make_usable(geometries, fids, self.name, polygons_only, crs_rules.plane_limits(plane))
        self.repairs += usable.repairs
        self.skipped += [
            Skipped(self.name, s.fid, "geometry_unreadable") if s.fid in broken and s.code == "geometry_null" else s for s in usable.skipped
        ]
        self.feature_count += len(features)
        self.used_count += int(usable.mask.sum())
        return features, fids, usable.geometries

    def info(self, sha256=""):
        """Return the InputInfo of this layer for the report."""
        return InputInfo(
            role=self.role,
            name=self.name,
            source=self.source,
            line_id=self.line_id,
            line_name=self.line_name,
            crs=crs_rules.describe(self.crs),
            date=self.date,
            sha256=sha256,
            feature_count=self.feature_count,
            used_count=self.used_count,
            repaired_count=len(self.repairs),
            skipped_count=len(self.skipped),
            status="failed" if self.failure else "ok",
            reason=self.failure,
        )


def _decode(wkb, fids):
    """WKB to shapely, Z dropped; also the ids of the features that could not be decoded."""
    wkb = np.array(wkb, dtype=object)
    geometries = shapely.from_wkb(wkb, on_invalid="ignore")
    if shapely.has_z(geometries).any():
        geometries = shapely.force_2d(geometries)
    lost = shapely.is_missing(geometries) & np.array([w is not None for w in wkb], dtype=bool)
    return geometries, set(fids[lost].tolist())


def _is_plain(wkb_type):
    """True for (multi) points, lines and polygons with or without Z: GEOS reads their WKB as it is."""
    flat = QgsWkbTypes.flatType(wkb_type)
    curved = QgsWkbTypes.isCurvedType(wkb_type)
    known = flat not in (QgsWkbTypes.Unknown, QgsWkbTypes.GeometryCollection)
    return known and not curved and not QgsWkbTypes.hasM(wkb_type)


def _wkb(geometry, plain):
    """WKB bytes of a QgsGeometry, None for a null one; `plain` when its layer has no curves and no M."""
    if geometry.isNull():
        return None
    return bytes(geometry.asWkb()) if plain else straight_wkb(geometry)


def straight_wkb(geometry):
    """WKB bytes with curves in short straight segments and M dropped; None for a null geometry."""
    if geometry.isNull():
        return None
    straight = geometry.constGet().segmentize()
    straight.dropMValue()
    return bytes(straight.asWkb())


def _check_coordinates(crs, geometries, layer):
    bounds = shapely.bounds(geometries)
    finite = bounds[np.isfinite(bounds).all(axis=1)]
    if len(finite):
        box = (*np.median(finite[:, :2], axis=0), *np.median(finite[:, 2:], axis=0))
        try:
            crs_rules.check_easting_form(crs, box)
        except InputError as error:
            raise InputError("layer_error", layer=layer, error=str(error)) from error


def parse_layer_crs(layer):
    """Return the pyproj CRS of a layer; raises CrsError naming the layer when it is missing or refused."""
    crs = layer.crs()
    authority = crs.authid()
    known = authority if authority.upper().startswith("EPSG:") else crs.toWkt(type(crs).WKT2_2019)
    try:
        return crs_rules.parse_crs(known if crs.isValid() else None)
    except InputError as error:
        raise type(error)("layer_error", layer=layer.name(), error=str(error)) from error


def public_source(layer):
    """The layer's source without user name and password."""
    return re.sub(r"(password|user|authcfg)='?[^'\s]*'?\s*", "", layer.publicSource())


def source_file(layer):
    """The file or folder a layer is stored in, or None for a database or memory layer."""
    path = Path(layer.source().split("|")[0])
    return path if layer.source() and path.exists() else None


def file_date(path):
    """Date of the last change of a file, YYYY-MM-DD, "" where there is no file."""
    return datetime.fromtimestamp(path.stat().st_mtime).strftime("%Y-%m-%d") if path else ""

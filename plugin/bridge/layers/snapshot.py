"""QGIS layers to arrays on the working plane.

Made on the main thread, read in a worker: no layer object is touched there.
"""

import copy
import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Optional

import numpy as np
import shapely
from pyproj import CRS
from qgis.core import (
    QgsExpression,
    QgsFeature,
    QgsFeatureRequest,
    QgsVectorLayer,
    QgsVectorLayerFeatureSource,
)

from ...core.errors import InputError
from ...core.land import crs as crs_rules
from ...core.land.coordinates import Misplaced, misplaced
from ...core.land.remarks import Remark, Repair, Skipped
from ...core.land.repair import make_usable
from ...core.review.findings import InputInfo
from ...core.threads import raise_if_cancelled
from .gpkg_source import gpkg_table
from .hidden_shapes import HiddenShapes
from .layer_crs import parse_layer_crs
from .layer_date import file_date, layer_date
from .ogr_reader import ogr_table
from .postgis_table import postgis_table
from .read_notes import ReadNotes
from .view_limits import is_service, layer_extent, limits_check, stated_count, view_remarks
from .wkb import decoded, is_plain, layer_wkb

BATCH = 20_000


@dataclass
class LookedAt:
    """Some features of a layer: `geometries` as LayerSnapshot.usable gives them, and what became of them."""

    geometries: np.ndarray
    originals: np.ndarray  # as the layer has them, in its own CRS
    repairs: list
    skipped: list
    wrong: Misplaced


class LayerSnapshot:
    """A thread-safe picture of one vector layer: its features as they were when it was made, fields, CRS, origin.

    `notes` and `remarks` tell what became of the features read so far. Raises CrsError for a missing or refused CRS.
    """

    def __init__(self, layer, role="control_line", line_id="", line_name=""):
        self.name = layer.name()
        self.role, self.line_id, self.line_name = role, line_id, line_name
        self.source = public_source(layer)
        self.fields = layer.fields()
        self.qgis_crs = layer.crs()
        self.crs = parse_layer_crs(layer)
        self.extent = layer_extent(layer)
        self.expected_count = stated_count(layer)
        self.file = source_file(layer)
        self.dated = layer_date(layer, self.file, file_date(self.file))
        self._features = QgsVectorLayerFeatureSource(layer)
        self.is_service = is_service(layer)
        self.is_plain = is_plain(layer.wkbType())
        self.is_unfiltered = self.is_plain and not layer.subsetString() and not layer.isEditable()
        kind = int(layer.geometryType())
        self.dimension = kind if kind in (0, 1, 2) else -1  # points, lines, polygons; -1 unknown or none
        noticed = (*crs_rules.remarks_for(self.crs), *view_remarks(layer))
        self.remarks = [Remark(remark.code, self.name, None, remark.params) for remark in noticed]
        self.table = (gpkg_table(layer) or postgis_table(layer, self.remarks)) if self.is_plain else None
        if getattr(self.table, "is_mixed", False) and self.dimension != 2:
            self.dimension = -1
        self.stream = ogr_table(layer) if self.is_plain and self.table is None else None
        self.hidden = HiddenShapes(layer)
        self._own_remarks = list(self.remarks)
        self.open_store = {}  # open cache, where its rows lie: shared by its copies, kept while the source stays
        self.conditions = {}  # what was asked of this layer so far, shared by its copies and by layers of like fields
        self._reset()

    def renoted(self, codes: Mapping[str, str]) -> "LayerSnapshot":
        """This snapshot with other codes ({code: code}) of what was noticed when it was made."""
        self._own_remarks = [replace(one, code=codes.get(one.code, one.code)) for one in self._own_remarks]
        self._reset()
        return self

    def _reset(self):
        self.failure, self.remarks, self.cache = "", list(self._own_remarks), ""
        self.check = limits_check(self.remarks)
        self.notes = ReadNotes()

    @property
    def repairs(self) -> list[Repair]:
        return self.notes.repairs

    @property
    def skipped(self) -> list[Skipped]:
        return self.notes.skipped

    @property
    def checked_count(self) -> int:
        return self.notes.checked_count

    def fresh(self) -> "LayerSnapshot":
        """The same layer for another run: nothing read, nothing found yet. Needs no main thread."""
        self.schema  # noqa: B018  (computed once for all copies)
        other = copy.copy(self)
        other._reset()
        return other

    @cached_property
    def schema(self) -> str:
        """SHA-256 of field names, types and lengths, of the CRS and the kind of geometry."""
        fields = [(f.name(), f.typeName(), f.length()) for f in self.fields]
        return hashlib.sha256(json.dumps([fields, crs_rules.wkt_of(self.crs), self.dimension]).encode()).hexdigest()

    def batches(
        self, plane: CRS, fields: Sequence[str], feedback: Any = None, rectangle: Any = None, polygons_only: bool = True
    ) -> Iterator[Any]:
        """Yield (features, fids, geometries) for every BATCH features; geometries are valid, on `plane`, None where
        unusable.

        `fields`: names of the attributes that `features` must carry; `rectangle`: only features whose box meets it,
        in the layer's CRS. Raises Cancelled, InputError when the provider gives no features though it has some.
        """
        features, started = [], False
        for feature in self.features(fields, rectangle):
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
        if not started and rectangle is None and self.is_service:
            raise InputError("service_silent", layer=self.name)

    def features(self, fields: Sequence[str], rectangle: Any = None) -> Iterator[QgsFeature]:
        """Every feature as QGIS gives it, with the attributes `fields`."""
        return map(self.hidden.shown, self._features.getFeatures(self._request(fields, rectangle)))

    def boxes(self, count: int) -> list:
        """QgsRectangle of each of the first `count` features."""
        return [f.geometry().boundingBox() for f in self._features.getFeatures(self._request([], None).setLimit(count))]

    def features_by_id(self, fids: Sequence[int], fields: Sequence[str]) -> dict[int, QgsFeature]:
        """{fid: QgsFeature without geometry, carrying `fields`}.

        Raises InputError for a provider that does not find them.
        """
        request = self._request(fields, None).setFilterFids(fids)
        return self._found(request, len(set(fids)), lambda feature: feature.id())

    def features_by_key(self, key: str, values: Any, fields: Sequence[str]) -> dict[int, QgsFeature]:
        """As `features_by_id`, by different whole numbers of the unique field `key`."""
        wanted = ", ".join(map(str, values)) or "NULL"
        request = self._request([key, *fields], None).setFilterExpression(
            f"{QgsExpression.quotedColumnRef(key)} IN ({wanted})"
        )
        found = self._found(request, len(values), lambda feature: feature[key])
        for value, feature in found.items():
            feature.setId(value)  # QGIS numbers rows with a bigint key as they come; $id is the key that findings name
        return found

    def _found(self, request, count, key_of):
        found = {
            key_of(feature): feature
            for feature in self._features.getFeatures(request.setFlags(QgsFeatureRequest.NoGeometry))
        }
        if len(found) < count:
            raise InputError("layer_unreadable", layer=self.name)
        return found

    def _request(self, fields, rectangle):
        request = QgsFeatureRequest()
        request.setSubsetOfAttributes([self.fields.lookupField(name) for name in fields if self.has_field(name)])
        if rectangle is not None:
            request.setFilterRect(rectangle)
        return request

    def has_field(self, name: str) -> bool:
        return self.fields.lookupField(name) >= 0

    def _feature_batch(self, features, plane, polygons_only):
        fids = np.array([feature.id() for feature in features], dtype=np.int64)
        seen = self.looked_at(fids, [layer_wkb(f.geometry(), self.is_plain) for f in features], plane, polygons_only)
        self.raise_if_misplaced(seen.wrong)
        self.notes.add(fids, seen.repairs, self.hidden.recoded(seen.skipped))
        return features, fids, seen.geometries

    def raise_if_misplaced(self, wrong: Misplaced) -> None:
        """Raise InputError when it is not some features but the layer whose coordinates contradict its CRS: most of
        them, of projects all, because each project gets a verdict of its own.
        """
        known = np.isfinite(wrong.boxes).all(axis=1).sum()
        if wrong.affects_layer() and (self.role != "projects" or wrong.mask.sum() == known):
            raise InputError("layer_error", layer=self.name, error=str(wrong.error()))

    def usable(self, fids: np.ndarray, wkb: np.ndarray, plane: CRS, polygons_only: bool = True) -> np.ndarray:
        """Valid geometries on `plane` of WKB bytes, None where one cannot be used; any thread.

        What was repaired or left out is kept by feature, however often a feature is read.
        """
        seen = self.looked_at(fids, wkb, plane, polygons_only)
        self.notes.add(fids, seen.repairs, seen.skipped)
        return seen.geometries

    def looked_at(self, fids: np.ndarray, wkb: Any, plane: CRS, polygons_only: bool) -> LookedAt:
        """As `usable`, returning LookedAt and keeping nothing."""
        found = decoded(wkb)
        geometries = found.geometries.copy()
        boxes = shapely.bounds(geometries).reshape(-1, 4)
        wrong = misplaced(self.crs, boxes)
        geometries[wrong.mask] = None
        geometries = crs_rules.transform_geometries(geometries, self.crs, plane)
        usable = make_usable(geometries, fids, self.name, polygons_only, crs_rules.plane_limits(plane))
        codes = {fid: "geometry_unreadable" for fid in fids[found.is_lost].tolist()}
        codes.update((fid, "feature_misplaced") for fid in fids[wrong.mask].tolist())
        skipped = [Skipped(self.name, s.fid, codes.get(s.fid, s.code)) for s in usable.skipped]
        repairs = usable.repairs + self._closed(fids, found.is_closed & usable.mask, usable)
        return LookedAt(usable.geometries, found.geometries, repairs, skipped, wrong)

    def _closed(self, fids, is_closed, usable):
        """Repairs of the rings that were left open, where nothing else had to be repaired."""
        rows = np.flatnonzero(is_closed & ~np.isin(fids, [repair.fid for repair in usable.repairs]))
        areas = shapely.area(usable.geometries[rows]).tolist()
        return [Repair(self.name, int(fid), "Ring not closed", a, a) for fid, a in zip(fids[rows], areas)]

    def file_size(self) -> int:
        """Bytes of the layer's file or folder, 0 for none."""
        if self.file is None:
            return 0
        files = self.file.rglob("*") if self.file.is_dir() else [self.file]
        return sum(file.stat().st_size for file in files if file.is_file())

    @property
    def date(self) -> str:
        """How old the data are, in words."""
        return self.dated.display_text()

    def polygons_only(self, line_geometry: str) -> bool:
        """Whether points and lines of this layer are mistakes."""
        return line_geometry == "polygon" and self.dimension not in (0, 1)

    def info(self, sha256: str = "") -> InputInfo:
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
            feature_count=max(self.expected_count, self.checked_count),
            used_count=max(self.expected_count, self.checked_count) - len(self.skipped),
            checked_count=self.checked_count,
            repaired_count=len(self.repairs),
            skipped_count=len(self.skipped),
            status="failed" if self.failure else "ok",
            reason=self.failure,
            check=self.check,
            cache=self.cache,
        )


def public_source(layer: QgsVectorLayer) -> str:
    """The layer's source without user name and password."""
    return re.sub(r"(password|user|authcfg)='?[^'\s]*'?\s*", "", layer.publicSource())


def source_file(layer: QgsVectorLayer) -> Optional[Path]:
    """The file or folder a layer is stored in, or None for a database or memory layer."""
    path = layer.source().split("|")[0]
    return _path(path) if os.path.exists(path) else None  # which bears the long text of a database connection


@lru_cache(maxsize=1024)
def _path(path):
    return Path(path)  # many layers lie in one file: a Path takes longer to make than to ask whether it is there

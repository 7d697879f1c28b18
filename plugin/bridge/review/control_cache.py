"""Warm control lines: a layer's valid geometries kept as arrays in the user's profile, made anew when the
source changes.
"""

import hashlib
import json
from pathlib import Path

import numpy as np
import shapely
from qgis.core import QgsApplication

from ...core.land.area import ellipsoidal_areas
from ...core.land.array_store import ArrayStore, StoreUnusable, write_store
from ...core.land.remarks import Repair, Skipped

_SUFFIX = ".layer"
_BESIDE = (".dbf", ".shx", ".prj", ".cpg")  # files that change with a shapefile


def folder():
    """Where the caches lie; made when absent."""
    path = Path(QgsApplication.qgisSettingsDirPath()) / "onemap" / "cache"
    path.mkdir(parents=True, exist_ok=True)
    return path


def size_mb():
    """Megabytes all caches take."""
    return sum(file.stat().st_size for file in folder().glob("*" + _SUFFIX)) / 1e6


def clear():
    """Delete all caches."""
    for file in folder().glob("*" + _SUFFIX):
        file.unlink(missing_ok=True)


class LayerCache:
    """The cache of one LayerSnapshot on one plane.

    `limit_mb`: what all caches together may take; 0 switches them off.
    """

    def __init__(self, snapshot, plane, polygons_only, limit_mb):
        self._snapshot, self._plane, self._polygons_only = snapshot, plane, polygons_only
        self._limit_mb = limit_mb if snapshot.file is not None and snapshot.is_unfiltered else 0
        if self._limit_mb:
            self._fingerprint = fingerprint(snapshot, plane, polygons_only)
            name = hashlib.sha256(json.dumps(self._fingerprint[:1]).encode()).hexdigest()[:32]
            self._path = folder() / (name + _SUFFIX)

    def open(self):
        """The ArrayStore, or None when there is none that can be trusted."""
        if not self._limit_mb:
            return None
        kept = self._snapshot.open_store.get("store")
        if kept is None or kept.header["fingerprint"] != self._fingerprint:
            kept = self._snapshot.open_store["store"] = self._opened() if self._path.exists() else None
        return kept

    def _opened(self):
        try:
            store = ArrayStore(self._path, self._fingerprint)
            self._path.touch()  # the least recently used go first
        except (StoreUnusable, OSError):
            self._path.unlink(missing_ok=True)
            return None
        return store

    def drop(self):
        """Delete a cache that turned out to be damaged."""
        self._snapshot.open_store.clear()
        self._path.unlink(missing_ok=True)

    def build(self, batches):
        """Write the cache of a whole layer; True when it was kept.

        `batches` yields (fids, WKB) in the order of ids. A layer larger than the limit, or a disk without room,
        leaves none.
        """
        if not self._limit_mb or self._snapshot.file_size() / 1e6 > self._limit_mb:
            return False
        header = {"fingerprint": self._fingerprint, "repairs": {}, "skipped": {}}
        try:
            write_store(self._path, header, (self._part(fids, wkb, header) for fids, wkb in batches))
        except OSError:
            return False
        self._trim()
        return self._path.exists()

    def _part(self, fids, wkb, header):
        geometries, repairs, skipped = self._snapshot.looked_at(fids, wkb, self._plane, self._polygons_only)
        header["repairs"].update((str(r.fid), [r.reason, r.area_before_m2, r.area_after_m2]) for r in repairs)
        header["skipped"].update((str(s.fid), s.code) for s in skipped)
        areas = np.where(shapely.get_dimensions(geometries) == 2, ellipsoidal_areas(geometries, self._plane), np.nan)
        return fids, geometries, areas

    def _trim(self):
        files = sorted(folder().glob("*" + _SUFFIX), key=lambda file: file.stat().st_mtime, reverse=True)
        total = 0.0
        for file in files:
            total += file.stat().st_size / 1e6
            if total > self._limit_mb:
                file.unlink(missing_ok=True)


def noted(store, layer, fids):
    """Repairs and left-out features among `fids`, as the store's maker found them."""
    repairs, skipped = store.header["repairs"], store.header["skipped"]
    names = [str(fid) for fid in fids.tolist()] if repairs or skipped else ()
    return (
        [Repair(layer, int(n), *repairs[n]) for n in names if n in repairs],
        [Skipped(layer, int(n), skipped[n]) for n in names if n in skipped],
    )


def fingerprint(snapshot, plane, polygons_only):
    """What a cache belongs to, as a JSON list; the first entry names the layer, the rest its state."""
    layer = [snapshot.source, plane.srs, polygons_only]
    return [
        layer,
        snapshot.schema,
        [[file.name, file.stat().st_size, file.stat().st_mtime_ns] for file in source_files(snapshot.file)],
    ]


def source_files(path):
    """All files whose change changes the layer: a folder's, a shapefile's companions, a GeoPackage's
    write-ahead log.
    """
    if path.is_dir():
        return sorted(file for file in path.iterdir() if file.is_file() and file.suffix != ".lock")
    beside = (
        [path.with_suffix(suffix) for suffix in _BESIDE] if path.suffix.lower() == ".shp" else [Path(f"{path}-wal")]
    )
    return [path, *(file for file in beside if file.exists() and file.stat().st_size)]

"""Warm control lines: a layer's valid geometries kept as arrays in the user's profile, never trusted beyond the state
of the source that they were made from.

A cache that is damaged, outdated or cannot be written costs time only: the layer itself is read, and the log says why.
"""

import hashlib
import json
import time
from datetime import datetime
from pathlib import Path
from typing import Any, Callable, Optional, Union

import numpy as np
from qgis.core import Qgis, QgsApplication, QgsMessageLog

from ...core.land.array_store import ArrayStore, Part, StoreOutdated, StoreUnusable, header_of, write_store
from ...core.land.crs import transform_row_boxes
from ...core.land.file_state import fingerprint_of, is_settled, library_version, seconds_to_settle, stamp_of
from ...core.land.remarks import UNREAD, Repair, Skipped
from ...core.land.section_store import Section
from ...core.land.types import Array
from ...paths import METADATA

_SUFFIX = ".layer"
_DRAFTS = ("*.part", "*.wkb")
_DRAFT_AGE_S = 3600


def folder() -> Path:
    """Where the caches lie; made when absent, raises OSError where that cannot be."""
    path = Path(QgsApplication.qgisSettingsDirPath()) / "onemap" / "cache"
    path.mkdir(parents=True, exist_ok=True)
    return path


def size_mb() -> float:
    """Megabytes all caches take."""
    return sum(_size(file) for file in _files()) / 1e6


def are_any() -> bool:
    """Whether any layer has a cache, of whatever age."""
    try:
        return next(iter(_files()), None) is not None
    except OSError:
        return False


def clear() -> None:
    """Delete all caches and what builds that came to no end have left."""
    for file in [*_files(), *_drafts(0)]:
        _remove(file)


class LayerCache:
    """The cache of one LayerSnapshot on one plane.

    `limit_mb`: what all caches together may take; 0 switches them off.
    """

    def __init__(self, snapshot, plane, polygons_only, limit_mb):
        self._snapshot, self._plane, self._polygons_only = snapshot, plane, polygons_only
        self._limit_mb, self._path = 0, Path()  # a limit is there once the place is
        if limit_mb and snapshot.file is not None and snapshot.is_unfiltered:
            self._locate(limit_mb)

    def _locate(self, limit_mb):
        key = [self._snapshot.source, self._plane.srs, self._polygons_only]
        name = hashlib.sha256(json.dumps(key).encode()).hexdigest()[:32]
        try:
            self._path, self._limit_mb = folder() / (name + _SUFFIX), limit_mb
        except OSError as error:
            _log(self._snapshot.name, error)

    def open(self) -> Optional[ArrayStore]:
        """The ArrayStore, or None when there is none that can be trusted."""
        if not self._limit_mb:
            return None
        try:
            return self._kept() or self._opened()
        except StoreOutdated:
            _remove(self._path)  # the source has changed: no fault
        except (StoreUnusable, OSError) as error:
            _log(self._snapshot.name, error)
            _remove(self._path)
        return None

    def _kept(self):
        """The store that was opened before, while the source bears the stamps it bore then."""
        known = self._snapshot.open_store
        if known.get("path") == self._path and known.get("stamp") == stamp_of(self._snapshot.file):
            return known["store"]
        return None

    def _opened(self):
        self._snapshot.open_store.pop("store", None)
        if not self._path.exists():
            return None
        stamp = stamp_of(self._snapshot.file)
        store = ArrayStore(self._path, self.fingerprint())
        self._path.touch()  # the least recently used go first
        if is_settled(stamp):
            self._snapshot.open_store.update(store=store, stamp=stamp, path=self._path)
        return store

    def tell(self, store: ArrayStore) -> None:
        """Let the layer say that a cache was read, and of what day."""
        self._snapshot.cache = store.header["made"]

    def drop(self, error: Exception) -> None:
        """Delete a cache that turned out to be damaged."""
        _log(self._snapshot.name, error)
        self._snapshot.open_store.clear()
        _remove(self._path)

    def build(self, batches: Any, label_field: Optional[str] = None) -> bool:
        """Write the cache of a whole layer; True when it was kept.

        `batches` yields (fids, WKB, texts of the `label_field` or None, boxes in the layer's CRS) in the order of ids.
        A layer larger than the limit, one of which something could not be read, one that changes meanwhile, or a disk
        without room leaves none.
        """
        if not self._limit_mb or self._snapshot.file_size() / 1e6 > self._limit_mb:
            return False
        try:
            time.sleep(seconds_to_settle(stamp_of(self._snapshot.file)))
            return self._built(batches, label_field)
        except (_Incomplete, OSError) as error:
            _log(self._snapshot.name, error)
            return False

    def _built(self, batches, label_field):
        before, settled = self.fingerprint(), is_settled(stamp_of(self._snapshot.file))
        header = {"fingerprint": before, "repairs": {}, "skipped": {}, "file": str(self._snapshot.file)}
        header["label_field"] = label_field
        header["made"] = datetime.now().strftime("%Y-%m-%d %H:%M")
        write_store(self._path, header, (self._part(batch, header) for batch in batches))
        if not settled or self.fingerprint() != before:
            _remove(self._path)
            return False
        self._trim()
        return self._path.exists()

    def _part(self, batch, header):
        fids, wkb, labels, boxes = batch
        seen = self._snapshot.looked_at(fids, wkb, self._plane, self._polygons_only)
        if any(skip.code in UNREAD for skip in seen.skipped):
            raise _Incomplete("a feature could not be read")
        header["repairs"].update((str(r.fid), [r.reason, r.area_before_m2, r.area_after_m2]) for r in seen.repairs)
        header["skipped"].update((str(s.fid), s.code) for s in seen.skipped)
        # as the layer itself is searched: what was repaired may reach less far, and is told all the same
        return Part(fids, seen.geometries, labels, transform_row_boxes(boxes, self._snapshot.crs, self._plane))

    def fingerprint(self, state_of: Callable[[Path], list] = fingerprint_of) -> list:
        """What a cache belongs to, as a JSON list: the layer, its state, and what the geometries were made with."""
        layer = [self._snapshot.source, self._plane.srs, self._polygons_only, self._snapshot.schema]
        return [layer, state_of(self._snapshot.file), [_plugin_version(), library_version()]]

    def _trim(self):
        for file in [*_orphans(), *_drafts(_DRAFT_AGE_S)]:
            _remove(file)
        total = 0.0
        for file in sorted(_files(), key=lambda file: file.stat().st_mtime, reverse=True):
            total += _size(file) / 1e6
            if total > self._limit_mb:
                _remove(file)


class _Incomplete(Exception):
    """Something of the layer could not be read: it is read anew each time, so that each time it is told."""


def noted(store: Union[ArrayStore, Section], layer: str, fids: Array) -> tuple:
    """Repairs and left-out features among `fids`, as the store's maker found them."""
    repairs, skipped = store.header["repairs"], store.header["skipped"]
    return (
        [Repair(layer, n, *repairs[str(n)]) for n in _among(repairs, fids)],
        [Skipped(layer, n, skipped[str(n)]) for n in _among(skipped, fids)],
    )


def _among(known: dict[str, Any], fids: Array) -> list[int]:
    """Which of some features are `known`, by ascending ids."""
    ids: list[int] = np.intersect1d(np.fromiter(map(int, known), np.int64, len(known)), fids).tolist()
    return ids


def _files():
    try:
        return list(folder().glob("*" + _SUFFIX))
    except OSError:
        return []


def _orphans():
    """Caches whose source is gone, or that no version reads any more."""
    for file in _files():
        try:
            if not Path(header_of(file)["file"]).exists():
                yield file
        except (StoreUnusable, KeyError):
            yield file


def _drafts(older_than_s):
    """What builds have left that were ended from outside."""
    try:
        found = [file for pattern in _DRAFTS for file in folder().glob(pattern)]
        return [file for file in found if time.time() - file.stat().st_mtime >= older_than_s]
    except OSError:
        return []


def _size(file):
    try:
        return file.stat().st_size
    except OSError:
        return 0


def _remove(file):
    try:
        file.unlink(missing_ok=True)
    except OSError as error:  # another process reads it: it is outdated for that one as well
        _log(file.name, error)


def _plugin_version():
    lines = METADATA.read_text(encoding="utf-8").splitlines()
    return next((line for line in lines if line.startswith("version=")), "")


def _log(name, error):
    QgsMessageLog.logMessage(f"{name}: the cache was not used, the layer itself is read: {error}", "OneMap", Qgis.Info)

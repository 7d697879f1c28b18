"""The store of all control layers that ranges are checked against: built in the background, one section for a layer.

A layer is read from it only where the section bears the fingerprint of the layer's file as it is now. Filtered and
edited layers, those of databases, and those of which anything could not be read are in none.
"""

import hashlib
import json
import sqlite3
import time
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Optional

import numpy as np
from qgis.core import Qgis, QgsMessageLog

from ...core.errors import OneMapError
from ...core.land.array_store import StoreUnusable
from ...core.land.crs import transform_row_boxes
from ...core.land.file_state import (
    fingerprint_of,
    fingerprint_once,
    is_settled,
    samples_shared,
    seconds_to_settle,
    stamp_of,
)
from ...core.land.remarks import UNREAD
from ...core.land.section_store import (
    NewSection,
    Section,
    SectionStore,
    add_sections,
    compact,
    remove_leftovers,
)
from ...core.review.catalogue import ControlLine
from ...core.threads import Feedback, in_threads, raise_if_cancelled
from ..layers.gpkg_reader import GpkgTable
from ..layers.snapshot import LayerSnapshot
from ..review.control_cache import LayerCache, folder
from ..review.control_readers import OgrLayer, Reading, source_layer
from ..review.gpkg_layer import GpkgLayer
from .masks import Masks
from .stored_layer import StoredLayer

_NAME = "range"


def size_mb() -> float:
    """Megabytes that the store takes."""
    return sum(file.stat().st_size for file in _files()) / 1e6


def clear() -> None:
    """Delete the store."""
    for file in _files():
        try:
            file.unlink(missing_ok=True)
        except OSError as error:  # another program reads it
            _log(file.name, error)


def _files() -> list[Path]:
    try:
        return [*folder().glob(f"{_NAME}.json"), *folder().glob(f"{_NAME}-*.bin")]
    except OSError:
        return []


@dataclass(frozen=True)
class Wanted:
    """A layer with the line that it is and the rules that are asked of it."""

    snapshot: LayerSnapshot
    line: ControlLine
    rules: tuple


class RangeStore:
    """The store as a session of ranges sees it: opened once, `limit_mb` 0 for none."""

    def __init__(self, limit_mb: float) -> None:
        self._limit_mb, self._directory = 0.0, Path()  # a limit is there once the place is
        self._store: Optional[SectionStore] = None
        try:
            if limit_mb:
                self._directory, self._limit_mb = folder() / f"{_NAME}.json", limit_mb
        except OSError as error:
            _log(_NAME, error)
        self.open()

    def open(self) -> None:
        """Open the store as it is now."""
        try:
            self._store = SectionStore(self._directory) if self._limit_mb else None
        except StoreUnusable:
            self._store = None  # there is none yet: layers are read themselves

    def layer(self, snapshot: LayerSnapshot, line: ControlLine, rules: Sequence[Any], reading: Any) -> Any:
        """The StoredLayer of a snapshot, None where the store does not hold it in its present state."""
        if self._store is None or not _is_kept(snapshot):
            return None
        try:
            section = self._store.section(*self._identity(snapshot, line, reading, fingerprint_once))
        except OSError as error:
            _log(snapshot.name, error)
            return None
        if section is None:
            return None
        return StoredLayer(self._store, section, snapshot, line, rules, reading.plane, reading.near_only)

    def _identity(
        self, snapshot: LayerSnapshot, line: ControlLine, reading: Reading, state_of: Any = fingerprint_of
    ) -> tuple[str, Any]:
        """(key, fingerprint) of a layer read as one of a line; `state_of` tells the state of its file."""
        polygons_only = snapshot.polygons_only(line.geometry)
        key = json.dumps([snapshot.source, reading.plane.srs, polygons_only])
        label_field = next((name for name in line.label_fields if snapshot.has_field(name)), "")
        cache = LayerCache(snapshot, reading.plane, polygons_only, 0)
        return hashlib.sha256(key.encode()).hexdigest()[:32], [label_field, *cache.fingerprint(state_of)]

    def build(self, wanted: Sequence[Wanted], reading: Reading, feedback: Optional[Feedback] = None) -> int:
        """Add the layers that the store lacks; returns how many it got. Any thread; raises Cancelled."""
        if not self._limit_mb:
            return 0
        try:
            with samples_shared():
                compact(self._directory, _has_source)
                lacking = [one for one in wanted if self._lacks(one, reading)]
                deque(in_threads(_find_places, lacking, feedback), maxlen=0)
                done = add_sections(self._directory, self._made(lacking, reading, feedback)) if lacking else 0
            remove_leftovers(self._directory)
            return done
        except OSError as error:  # a disk without room: layers are read themselves
            _log(_NAME, error)
            return 0

    def _lacks(self, one: Wanted, reading: Reading) -> bool:
        if not _is_kept(one.snapshot):
            return False
        return self.layer(one.snapshot, one.line, one.rules, reading) is None

    def _made(self, lacking: Sequence[Wanted], reading: Reading, feedback: Optional[Feedback]) -> Iterator[NewSection]:
        room_mb = self._limit_mb - size_mb()
        tables = Counter(one.snapshot.file for one in lacking)  # each layer counts with its share of the file's bytes
        sizes = [one.snapshot.file_size() / 1e6 / tables[one.snapshot.file] for one in lacking]
        fitting = [one for one, used_mb in zip(lacking, np.cumsum(sizes)) if used_mb < room_mb]
        masks = Masks()
        made = in_threads(lambda one: self._section(one, reading, masks, feedback), fitting, feedback)
        for number, section in enumerate(made, 1):
            if feedback is not None:
                feedback.setProgress(100.0 * number / len(fitting))
            if section is not None:
                yield section

    def _section(
        self, one: Wanted, reading: Reading, masks: Masks, feedback: Optional[Feedback]
    ) -> Optional[NewSection]:
        """The section of a layer; None where something could not be read or the layer changes meanwhile."""
        snapshot = one.snapshot.fresh()
        try:
            settled = snapshot.file is not None and _settles(snapshot.file)
            before = self._identity(snapshot, one.line, reading)
            layer = source_layer(snapshot, one.line, one.rules, reading.plane)
            if not settled or not isinstance(layer, (GpkgLayer, OgrLayer)):
                return None
            layer.open(feedback)
            with layer.own_errors():
                made = None if layer.unread else _read(layer, one.rules, before, masks, feedback)
            return made if self._identity(snapshot, one.line, reading) == before else None
        except (OneMapError, OSError) as error:
            raise_if_cancelled(feedback)
            _log(snapshot.name, error)
            return None


def _find_places(one: Wanted) -> None:
    """Read where the rows of a table lie before anything is built: a range that comes meanwhile waits for nothing else.

    What is found is kept with the table while it is open, and what is wrong is told by who opens the layer.
    """
    if isinstance(one.snapshot.table, GpkgTable):
        with suppress(sqlite3.Error, ValueError):
            one.snapshot.table.row_boxes()


def _settles(file: Path) -> bool:
    """Wait until a later write of a file is sure to show; False where it never is."""
    time.sleep(seconds_to_settle(stamp_of(file)))
    return is_settled(stamp_of(file))


def _is_kept(snapshot: LayerSnapshot) -> bool:
    return snapshot.file is not None and snapshot.is_unfiltered


def _has_source(section: Section) -> bool:
    return Path(section.header["file"]).exists()


def _read(
    layer: Any, rules: Sequence[Any], identity: tuple[str, Any], masks: Masks, feedback: Optional[Feedback]
) -> Optional[NewSection]:
    snapshot = layer.snapshot
    fids, geometries, labels = [np.zeros(0, np.int64)], [np.zeros(0, object)], list[str]()
    places = [np.zeros((0, 4))]
    header: dict[str, Any] = {"repairs": {}, "skipped": {}, "file": str(snapshot.file)}
    header["made"] = datetime.now().strftime("%Y-%m-%d %H:%M")
    for ids, wkb, texts, boxes in layer.batches(feedback):
        raise_if_cancelled(feedback)
        seen = snapshot.looked_at(ids, wkb, layer.plane, layer.polygons_only)
        if any(skip.code in UNREAD for skip in seen.skipped):
            return None
        header["repairs"].update((str(r.fid), [r.reason, r.area_before_m2, r.area_after_m2]) for r in seen.repairs)
        header["skipped"].update((str(s.fid), s.code) for s in seen.skipped)
        fids.append(ids)
        geometries.append(seen.geometries)
        # as the layer itself is searched: what was repaired may reach less far, what was left out is told all the same
        places.append(transform_row_boxes(boxes, snapshot.crs, layer.plane))
        labels += texts or [""] * len(ids)
    every = np.concatenate(fids)
    boxes, shapes = np.concatenate(places), np.concatenate(geometries)
    return NewSection(*identity, every, shapes, labels, masks.of(layer, rules, every, feedback), header, boxes)


def _log(name: str, error: Exception) -> None:
    QgsMessageLog.logMessage(f"{name}: not kept in the store, the layer itself is read: {error}", "OneMap", Qgis.Info)

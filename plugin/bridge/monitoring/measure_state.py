"""What tells one state of a layer from another, and the measures that were answered for states that are still there.

A measure is answered anew only when the layer it names, the layer of its zone, the divisions, or the definition of its
features has changed. The file of kept answers lies with the other caches; one that is damaged costs time only.
"""

import hashlib
import json
import os
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Optional

import numpy as np

from ...core.files import put_in_place, remove
from ...core.indicators.formula_nodes import Measure
from ...core.indicators.measure_table import MeasureResult
from ...core.land.file_state import file_sha256, fingerprint_of, library_version
from ...core.land.remarks import Remark
from ...core.threads import Feedback, raise_if_cancelled
from ..layers.snapshot import LayerSnapshot
from ..layers.wkb import straight_wkb
from ..review.control_cache import folder

_FILE = "indicator_measures.json"
_FORMAT = 4
_MOST = 20_000  # answers kept; the newest stay
_BATCH = 20_000
_ASKED_AGAIN = "indicator_layer_failed"
_LOCK = threading.Lock()


def content_sha256(snapshot: LayerSnapshot, feedback: Optional[Feedback] = None) -> str:
    """SHA-256 of a layer: of every row of a GeoPackage table, of the file of any other layer, else of its features."""
    if snapshot.table is None and snapshot.file is not None:
        return file_sha256(snapshot.file)
    digest = hashlib.sha256()
    for part in _rows(snapshot, feedback):
        digest.update(part)
    return digest.hexdigest()


def _rows(snapshot: LayerSnapshot, feedback: Optional[Feedback]) -> Iterator[bytes]:
    """The rows in the order of their keys, by blocks of equal keys // _BATCH: the values as JSON, then the WKB."""
    names = [field.name() for field in snapshot.fields]
    if snapshot.table is None:
        features = sorted(snapshot._features.getFeatures(), key=lambda feature: feature.id())
        for feature in features:
            yield _values([str(feature[name]) for name in names]) + (straight_wkb(feature.geometry()) or b"")
        return
    ids = snapshot.table.ids()
    for share in np.split(ids, np.flatnonzero(np.diff(ids // _BATCH)) + 1):
        raise_if_cancelled(feedback)
        values, shapes = snapshot.table.full_rows(share, names)
        yield _values(values)
        yield b"".join(wkb or b"" for wkb in shapes)


def _values(row: Sequence[Any]) -> bytes:
    return json.dumps(row, ensure_ascii=False, default=str).encode()


class MeasureStore:
    """Answers by key, and content hashes of layers by the state of their files; `save` keeps both."""

    def __init__(self, path: Optional[Path] = None) -> None:
        self._path = path or _default()
        self._answers: dict[str, Any] = {}
        self._hashes: dict[str, Any] = {}
        self._read()

    def _read(self) -> None:
        try:
            said = json.loads(self._path.read_text(encoding="utf-8")) if self._path else {}
            if said.get("format") == [_FORMAT, library_version()]:
                self._answers, self._hashes = dict(said["answers"]), dict(said["hashes"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            self._answers, self._hashes = {}, {}

    def sha256(self, snapshot: LayerSnapshot, feedback: Optional[Feedback] = None) -> str:
        """As content_sha256; of a file that is as it was when it was last asked, without reading it."""
        if snapshot.file is None or not snapshot.is_unfiltered:
            return content_sha256(snapshot, feedback)
        place, state = snapshot.source, fingerprint_of(snapshot.file)
        known = self._hashes.get(place)
        if known is not None and known[0] == state:
            return str(known[1])
        found = content_sha256(snapshot, feedback)
        if fingerprint_of(snapshot.file) == state:
            self._hashes.pop(place, None)
            self._hashes[place] = [state, found]
        return found

    def find(self, key: str) -> Optional[MeasureResult]:
        """A kept answer, None where there is none that can be read."""
        try:
            return _result(self._answers[key])
        except (KeyError, TypeError, ValueError, IndexError, AttributeError):
            return None

    def keep(self, key: str, result: MeasureResult) -> None:
        """Keep an answer, or why the layer's content gives none; a layer that failed is asked again each time."""
        failure = result.failure
        if failure is not None and failure.code == _ASKED_AGAIN:
            return
        self._answers.pop(key, None)
        self._answers[key] = {
            "values": result.values.tolist(),
            "counts": result.counts.tolist(),
            "unknown": None if result.unknown is None else result.unknown.tolist(),
            "failure": [failure.code, failure.params] if failure is not None else None,
            "holes": {index: [remark.code, remark.params] for index, remark in result.holes.items()},
            "remarks": [[remark.code, remark.params] for remark in result.remarks],
        }

    def save(self) -> None:
        """Write the file beside its place and move it there; a disk without room keeps the old one."""
        if self._path is None:
            return
        answers = dict(list(self._answers.items())[-_MOST:])
        hashes = dict(list(self._hashes.items())[-_MOST:])
        said = {"format": [_FORMAT, library_version()], "answers": answers, "hashes": hashes}
        draft = self._path.with_name(f"{self._path.name}.{os.getpid()}.part")
        try:
            with _LOCK:
                draft.write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
                put_in_place(draft, self._path)
        except OSError:
            remove(draft)


def _result(said: Any) -> MeasureResult:
    holes = {int(index): Remark(code, params=params) for index, (code, params) in said["holes"].items()}
    remarks = [Remark(code, params=params) for code, params in said["remarks"]]
    failure = Remark(said["failure"][0], params=said["failure"][1]) if said["failure"] else None
    unknown = None if said["unknown"] is None else np.array(said["unknown"], int)
    values, counts = np.array(said["values"], float), np.array(said["counts"], int)
    return MeasureResult(values, counts, failure, holes, remarks, unknown)


def _default() -> Optional[Path]:
    try:
        return folder() / _FILE
    except OSError:
        return None


def measure_key(measure: Measure, definitions: Sequence[Any], states: Sequence[str]) -> str:
    """What an answer belongs to: the measure, the definitions of the features it names, the states of all layers."""
    said = json.dumps([measure.text(), [repr(definition) for definition in definitions], list(states)])
    return hashlib.sha256(said.encode()).hexdigest()

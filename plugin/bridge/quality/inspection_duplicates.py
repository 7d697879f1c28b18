"""Layers of a package that hold the same features in two files: a database that a program saved again is no second one.

The bytes of such files differ, and so may the order of the features, their numbers, the kind of geometry (a polygon or
a multipolygon of one part) and where its rings start.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Optional

import numpy as np
import shapely
from osgeo import ogr

from ...core.land.pieces import objects
from ...core.quality.inspection_content import Content, Copies, LayerFound
from ...core.threads import Feedback, raise_if_cancelled
from .inspection_reading import opened

_BATCH = 5_000
_OF_PROGRAMS = {"fid", "ogc_fid", "objectid", "shape_area", "shape_leng", "shape_length"}  # each counts its own way
_SIZE = 16


def take_duplicates(content: Content, feedback: Optional[Feedback] = None) -> None:
    """Leave of layers that are the same only the first in the content; the others become copies. Raises Cancelled."""
    alike: defaultdict[Any, list[LayerFound]] = defaultdict(list)
    for layer in content.layers:
        if layer.trouble is None and layer.count:
            alike[_head(layer)].append(layer)
    found: defaultdict[tuple[str, str], list[LayerFound]] = defaultdict(list)
    for several in alike.values():
        if len({layer.file for layer in several}) > 1:
            for duplicate, first in _duplicates(several, feedback):
                found[duplicate.file, first.file].append(duplicate)
    gone = {id(duplicate) for duplicates in found.values() for duplicate in duplicates}
    content.layers = [layer for layer in content.layers if id(layer) not in gone]
    for (file, original), duplicates in found.items():
        names = "、".join(duplicate.name for duplicate in duplicates)
        content.copies.append(Copies(file, original, len(duplicates), names))


def _head(layer: LayerFound) -> tuple[Any, ...]:
    """What is the same of two layers that may be: cheap to tell before a feature is read."""
    fields = sorted((f.name.upper(), f.kind) for f in layer.fields if f.name.lower() not in _OF_PROGRAMS)
    name = layer.name.rsplit(".", 1)[-1].strip().upper()
    return name, layer.count, layer.shape, layer.crs_name, layer.has_z, tuple(fields)


def _duplicates(layers: Iterable[LayerFound], feedback: Optional[Feedback]) -> Iterator[tuple[LayerFound, LayerFound]]:
    """(a layer, the one it repeats); the one whose file lies least deep, then has the shortest path, repeats none."""
    first: dict[bytes, LayerFound] = {}
    for layer in sorted(layers, key=lambda one: (one.file.count("/"), len(one.file), one.file)):
        try:
            kept = first.setdefault(_mark(layer, feedback), layer)
        except RuntimeError:
            continue  # what cannot be read is told where it is read
        if kept is not layer:
            yield layer, kept


def _mark(layer: LayerFound, feedback: Optional[Feedback]) -> bytes:
    """A digest of all features, in whatever order; raises RuntimeError."""
    place, name = layer.source
    total = np.zeros(_SIZE, dtype=np.uint64)
    names = sorted(f.name for f in layer.fields if f.name.lower() not in _OF_PROGRAMS)
    with opened(Path(place)) as data:
        table = data.GetLayerByName(name)
        batch: list[ogr.Feature] = []
        for feature in table:
            batch.append(feature)
            if len(batch) == _BATCH:
                raise_if_cancelled(feedback)
                total += _sum(batch, names)
                batch = []
        total += _sum(batch, names)
    return total.tobytes()


def _sum(batch: list[ogr.Feature], names: list[str]) -> np.ndarray:
    """The sum of the digests of features."""
    rows = [
        repr([_plain(feature, name) for name in names]).encode() + shape
        for feature, shape in zip(batch, _shapes([feature.GetGeometryRef() for feature in batch]))
    ]
    digests = b"".join(hashlib.blake2b(row, digest_size=_SIZE).digest() for row in rows)
    return np.frombuffer(digests, dtype=np.uint8).reshape(-1, _SIZE).sum(axis=0, dtype=np.uint64)


def _plain(feature: ogr.Feature, name: str) -> str:
    """A value as text; an empty text and nothing are one, as shapefiles hold them."""
    number = feature.GetFieldIndex(name)
    return feature.GetFieldAsString(number).strip() if feature.IsFieldSetAndNotNull(number) else ""


def _shapes(shapes: list[Optional[ogr.Geometry]]) -> list[bytes]:
    """Geometries as bytes that are equal for equal shapes."""
    stored = [b"" if shape is None else bytes(_single(shape).ExportToIsoWkb()) for shape in shapes]
    read = shapely.normalize(shapely.from_wkb(objects([wkb or None for wkb in stored]), on_invalid="ignore"))
    return [raw if shape is None else shapely.to_wkb(shape) for raw, shape in zip(stored, read)]


def _single(shape: ogr.Geometry) -> ogr.Geometry:
    """The part of a collection that has one."""
    is_collection = ogr.GT_IsSubClassOf(ogr.GT_Flatten(shape.GetGeometryType()), ogr.wkbGeometryCollection)
    return shape.GetGeometryRef(0) if is_collection and shape.GetGeometryCount() == 1 else shape

"""Rows with geometries into an output layer: straight into a GeoPackage where that can be, else through its sink."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Optional

import numpy as np
import shapely
from qgis.core import QgsFeature, QgsFeatureSink, QgsFields, QgsGeometry

from ...core.errors import OutputError
from ...core.land.pieces import objects
from ..i18n import tr
from .gpkg_copy import CopiedColumns
from .gpkg_writer import GpkgRows
from .results import areal_multipolygons

_BATCH = 2000


class RowSink:
    """Takes rows in the order of `fields`; `close` or `discard` must follow. Calls must not overlap.

    `sink`, `identifier` as Processing made them: nobody else may hold the sink. `is_plain`: all fields are numbers and
    texts, which SQLite takes as they are.
    """

    def __init__(self, sink: QgsFeatureSink, identifier: str, fields: QgsFields, is_plain: bool) -> None:
        self._fields, self._names = fields, [field.name() for field in fields]
        self._path = Path(identifier)
        self._rows: Optional[GpkgRows] = None
        self._copied: Optional[CopiedColumns] = None
        self._sink = sink
        self._bare: list[Sequence[Any]] = []  # without geometry: they come last, as the spatial index counts the others
        self._is_table = is_plain and self._path.suffix.lower() == ".gpkg" and self._path.is_file()
        if self._is_table:
            sink.finalize() if hasattr(sink, "finalize") else sink.flushBuffer()
            self._sink = None

    @property
    def is_table(self) -> bool:
        """Whether rows go straight into a GeoPackage."""
        return self._is_table

    def copy(self, copied: CopiedColumns) -> None:
        """From now on rows lack their last fields: the columns of another file, by the first value of each row."""
        self._copied = copied

    def add(self, rows: Sequence[Sequence[Any]], geometries: Any = None) -> None:
        """Add rows; raises OutputError."""
        if geometries is None:
            self._bare.extend(rows)
            return
        shapes = objects(geometries)
        has_shape = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
        if not has_shape.all():
            self._bare.extend(rows[number] for number in np.flatnonzero(~has_shape))
            rows, shapes = [rows[number] for number in np.flatnonzero(has_shape)], shapes[has_shape]
        if len(rows):
            self._write(rows, areal_multipolygons(shapes))

    def close(self) -> None:
        """Write what waits and close the output; raises OutputError."""
        self._write(self._bare, None)
        try:
            if self._rows is not None:
                self._rows.close()
        except sqlite3.Error as error:
            raise OutputError("output_failed", output=tr("result layer"), error=str(error)) from error
        if self._sink is not None:
            self._sink.flushBuffer()
            self._sink = None

    def discard(self) -> None:
        """Stop; what is written is thrown away with the draft it lies in."""
        if self._rows is not None:
            self._rows.discard()
        self._sink = None

    def _write(self, rows: Sequence[Sequence[Any]], geometries: Optional[np.ndarray]) -> None:
        if not self._is_table:
            self._write_features(rows, geometries)
            return
        try:
            if self._rows is None:  # not before QGIS has closed the file
                self._rows = GpkgRows(self._path, self._copied)
            self._rows.add(self._names, list(rows), geometries)
        except sqlite3.Error as error:
            raise OutputError("output_failed", output=tr("result layer"), error=str(error)) from error

    def _write_features(self, rows: Sequence[Sequence[Any]], geometries: Optional[np.ndarray]) -> None:
        shapes = None if geometries is None else shapely.to_wkb(geometries)
        for start in range(0, len(rows), _BATCH):
            features = []
            for number in range(start, min(start + _BATCH, len(rows))):
                feature = QgsFeature(self._fields)
                feature.setAttributes(list(rows[number]))
                if shapes is not None:
                    geometry = QgsGeometry()
                    geometry.fromWkb(shapes[number])
                    feature.setGeometry(geometry)
                features.append(feature)
            if not self._sink.addFeatures(features, self._sink.FastInsert):
                reason = self._sink.lastError() or tr("unknown reason")
                raise OutputError("output_failed", output=tr("result layer"), error=reason)

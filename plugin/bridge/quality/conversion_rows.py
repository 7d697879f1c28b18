"""One batch of parcels to rows of the converted and the undecided layer."""

from collections import Counter
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Optional, Union

import numpy as np
from qgis.core import QgsFeature, QgsGeometry

from ...core.land import crs as crs_rules
from ...core.land.pieces import objects
from ...core.land.rounding import hectares, mu
from ...core.messages import text
from ...core.quality.conversion import Answer, How, Reason
from ...core.quality.conversion_cut import Piece, closed_areas, largest_share
from ...core.quality.conversion_decisions import LARGEST, Decision
from ...core.quality.conversion_totals import Crosstab, Flow
from ..layers import field_types
from ..layers.gpkg_copy import CopiedColumns
from ..layers.row_sink import RowSink
from .parcels import Parcels

if TYPE_CHECKING:
    from .conversion import ConversionJob

DECIDED = "decided"


@dataclass
class Rows:
    """Rows of one output with their geometries in the CRS of the layer."""

    values: list[tuple[Any, ...]] = field(default_factory=list)
    geometries: list[Any] = field(default_factory=list)


@dataclass
class RowPair:
    """The two outputs, written in a thread of their own; `close` or `discard` must follow."""

    converted: RowSink
    undecided: RowSink

    def __post_init__(self) -> None:
        self._thread = ThreadPoolExecutor(1)
        self._pending: Optional[Future[None]] = None

    @property
    def are_tables(self) -> bool:
        """Whether both go straight into a GeoPackage."""
        return self.converted.is_table and self.undecided.is_table

    def copy(self, copied: CopiedColumns) -> None:
        """As RowSink.copy."""
        self.converted.copy(copied)
        self.undecided.copy(copied)

    def add(self, rows: tuple[Rows, Rows]) -> None:
        """Queue rows; waits for those before, so that little is in memory."""
        if self._pending is not None:
            self._pending.result()
        self._pending = self._thread.submit(self._write, rows)

    def _write(self, rows: tuple[Rows, Rows]) -> None:
        for sink, part in zip((self.converted, self.undecided), rows):
            sink.add(part.values, part.geometries)

    def close(self) -> None:
        """Write what waits; raises OutputError."""
        with self._thread:
            if self._pending is not None:
                self._pending.result()
        self.converted.close()
        self.undecided.close()

    def discard(self) -> None:
        """Leave nothing behind."""
        self._thread.shutdown()
        self.converted.discard()
        self.undecided.discard()


@dataclass(frozen=True)
class _Result:
    """What a decision makes of one parcel or piece; the parcel's own geometry where none is given."""

    row: int
    to_code: str
    how: Union[How, Reason]
    area_m2: float
    geometry: Any = None


@dataclass(frozen=True)
class _Share:
    """Rows of parcels with their areas; the parcels' own geometries where `shapes` are None."""

    rows: list[int]
    areas: np.ndarray
    shapes: Any = None


class BatchConverter:
    """Converts batch after batch; `job`: a ConversionJob, `seen` and `used` count answers and decisions. The rows lack
    the fields of the layer where its reader does not read them.
    """

    def __init__(
        self, job: "ConversionJob", crosstab: Crosstab, seen: "Counter[Answer]", used: "Counter[Decision]"
    ) -> None:
        self._job, self._crosstab, self._seen, self._used = job, crosstab, seen, used
        self._column, self._is_full = job.reader.read_names.index(job.code_field), job.reader.reads_all
        kind = job.reader.fields[job.reader.names.index(job.code_field)].type()
        self._is_number = kind in (field_types.INT, field_types.LONG, field_types.REAL)
        self._flows: dict[tuple[Any, ...], Flow] = {}
        self._in_plane = job.snapshot.crs == job.plane

    def convert(self, parcels: Parcels) -> tuple[Rows, Rows]:
        """Rows of the converted and the undecided layer."""
        out = Rows(), Rows()
        found = list(map(itemgetter(self._column), parcels.values))
        numbers = {value: number for number, value in enumerate(dict.fromkeys(found))}
        number_of = np.fromiter(map(numbers.__getitem__, found), int, len(found))
        self._crosstab.add_input(float(np.rint(parcels.areas * 100).sum()) / 100)
        for value, number in numbers.items():
            answer, rest = self._job.converter.answer(value, self._is_number), np.flatnonzero(number_of == number)
            self._seen[answer] += len(rest)
            for decision in answer.decisions:
                taken, results = self._decided(decision, answer, parcels, rest)
                self._used[decision] += len(taken)
                self._put(out, answer, parcels, results)
                rest = np.setdiff1d(rest, taken, assume_unique=True)
            self._put_undivided(out, answer, parcels, rest)
        return out

    def _decided(
        self, decision: Decision, answer: Answer, parcels: Parcels, rows: np.ndarray
    ) -> tuple[np.ndarray, list[_Result]]:
        """(rows that the decision settles, what becomes of them)."""
        condition = self._job.conditions.get(decision)
        if condition is not None and len(rows):
            rows = rows[condition.mask([self._feature(parcels, row) for row in rows])]
        if decision.layer:
            return rows, [result for row in rows for result in self._cut(decision, answer, parcels, row)]
        how = How.BY_EXPRESSION if decision.where else How.BY_CODE
        return rows, [_Result(row, decision.to_code, how, float(parcels.areas[row])) for row in rows]

    def _cut(self, decision: Decision, answer: Answer, parcels: Parcels, row: int) -> list[_Result]:
        parcel, total_m2 = parcels.on_plane[row], float(parcels.areas[row])
        pieces = [Piece(None, "", Reason.LAYER_FAILED)]
        if parcel is not None:
            pieces = self._job.helpers[decision].pieces(parcel)
        if decision.method == LARGEST:
            pieces = [largest_share(pieces)]
        ends = [self._end(decision, answer, piece) for piece in pieces]
        if len(pieces) == 1:
            return [_Result(row, *ends[0], total_m2)]
        areas = closed_areas(pieces, total_m2, self._job.plane).tolist()
        shapes = objects([piece.geometry for piece in pieces])
        if not self._in_plane:
            shapes = crs_rules.transform_geometries(shapes, self._job.plane, self._job.snapshot.crs)
        return [_Result(row, *end, area, shape) for end, area, shape in zip(ends, areas, shapes)]

    def _end(self, decision: Decision, answer: Answer, piece: Piece) -> tuple[str, Union[How, Reason]]:
        """(new class, how) of a piece; "" and the reason where it stays undecided."""
        if piece.reason == Reason.OUTSIDE_LAYER and decision.rest:
            return decision.rest, How.LARGEST_SHARE if decision.method == LARGEST else How.LAYER_REST
        if piece.reason is not None:
            return "", piece.reason
        row = self._job.table.find(answer.code, self._is_number).row
        if not self._job.table.allows(row, piece.helper_class) or not piece.helper_class:
            return "", Reason.LAYER_CLASS
        return piece.helper_class, How.LARGEST_SHARE if decision.method == LARGEST else How.BY_LAYER

    def _feature(self, parcels: Parcels, row: int) -> QgsFeature:
        feature = QgsFeature(self._job.snapshot.fields, int(parcels.fids[row]))
        for name, value in zip(self._job.reader.names, parcels.values[row]):
            feature[name] = value
        if parcels.geometries[row] is not None:
            geometry = QgsGeometry()
            geometry.fromWkb(parcels.geometries[row].wkb)
            feature.setGeometry(geometry)
        return feature

    def _put_undivided(self, out: tuple[Rows, Rows], answer: Answer, parcels: Parcels, rows: np.ndarray) -> None:
        """What no decision settled goes as the table says."""
        how: Union[How, Reason] = answer.reason or answer.how
        share = _Share(rows.tolist(), parcels.areas[rows])
        self._put_rows(out, self._flow(answer, answer.to_code, how), parcels, share)

    def _put(self, out: tuple[Rows, Rows], answer: Answer, parcels: Parcels, results: Iterable[_Result]) -> None:
        for result in results:
            flow = self._flow(answer, result.to_code, result.how)
            shapes = None if result.geometry is None else [result.geometry]
            share = _Share([int(result.row)], np.array([result.area_m2]), shapes)
            self._put_rows(out, flow, parcels, share)

    def _put_rows(self, out: tuple[Rows, Rows], flow: Flow, parcels: Parcels, share: _Share) -> None:
        rows, areas = share.rows, share.areas
        if not rows:
            return
        self._crosstab.add(flow, len(rows), float(np.rint(areas * 100).sum()) / 100)
        if flow.is_undecided:
            names = "|".join(self._job.converter.name(code) for code in flow.candidates)
            target_values: tuple[Any, ...] = ("|".join(flow.candidates), names, flow.how.value)
        else:
            target_values = (flow.to_code, flow.to_name, flow.how.value, flow.confidence)
        fixed = (flow.from_code, flow.from_name, *target_values)
        fids, sizes = parcels.fids[rows].tolist(), zip(areas.tolist(), hectares(areas).tolist(), mu(areas).tolist())
        own: list[tuple[Any, ...]] = [parcels.values[row] for row in rows] if self._is_full else [()] * len(rows)
        made = [(fid, *fixed, *size, *values) for fid, size, values in zip(fids, sizes, own)]
        target = out[flow.is_undecided]
        target.values.extend(made)
        target.geometries.extend(parcels.geometries[rows] if share.shapes is None else share.shapes)

    def _flow(self, answer: Answer, to_code: str, how: Union[How, Reason]) -> Flow:
        key = answer.code, answer.name, to_code, how
        if key not in self._flows:
            converter = self._job.converter
            is_open = isinstance(how, Reason)
            row = self._job.table.find(answer.code, self._is_number).row if is_open else None
            self._flows[key] = Flow(
                answer.code,
                answer.name,
                converter.padded(to_code),
                text("undecided") if is_open else converter.name(to_code),
                how,
                DECIDED if how in _DECISIONS else answer.confidence,
                row.targets if row else (),
            )
        return self._flows[key]


_DECISIONS = (How.BY_CODE, How.BY_EXPRESSION, How.BY_LAYER, How.LAYER_REST, How.LARGEST_SHARE)

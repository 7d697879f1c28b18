"""What the control layers of a run look like beside each other and beside the date of the review."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from ...core.land.remarks import Remark
from ...core.review.layer_dates import DateSource
from ..layers.snapshot import LayerSnapshot

_NO_STATEMENT = (DateSource.FILE, DateSource.NONE)  # when a file was copied says nothing of its data


def control_remarks(controls: Sequence[LayerSnapshot], review_date: date) -> Iterator[Remark]:
    """Said of control layers of several dates, empty ones beside others, ones given twice, later than the review."""
    for line_id in dict.fromkeys(snapshot.line_id for snapshot in controls):
        yield from _of_line(line_id, [snapshot for snapshot in controls if snapshot.line_id == line_id])
    for snapshot in controls:
        day = _day(snapshot)
        if day > review_date.isoformat()[: len(day)]:
            params = {"layer": snapshot.name, "day": day, "review": review_date.isoformat()}
            yield Remark("layer_after_review", snapshot.name, None, params)


def shapeless_remarks(controls: Sequence[LayerSnapshot]) -> Iterator[Remark]:
    """Said after a run of control layers some of whose rows have no geometry."""
    for snapshot in controls:
        count = sum(skip.code == "geometry_null" for skip in snapshot.skipped)
        if count and not snapshot.failure:
            params = {"layer": snapshot.name, "count": count, "total": max(snapshot.expected_count, count)}
            yield Remark("rows_without_shape", snapshot.name, None, params)


def _of_line(line_id: str, layers: list[LayerSnapshot]) -> Iterator[Remark]:
    given = Counter((snapshot.source, snapshot.name) for snapshot in layers)
    twice = [name for (_, name), count in given.items() if count > 1]
    if twice:
        yield Remark("layer_given_twice", "", None, {"line": line_id, "layers": ", ".join(twice)})
    full = [snapshot for snapshot in layers if snapshot.expected_count != 0]
    for snapshot in layers if full else ():
        if snapshot.expected_count == 0:
            yield Remark("line_layer_empty", snapshot.name, None, {"line": line_id, "layer": snapshot.name})
    days = {snapshot.name: _day(snapshot) for snapshot in full if _day(snapshot)}
    if len({day[:4] for day in days.values()}) > 1:
        said = ", ".join(f"{name}: {day}" for name, day in sorted(days.items(), key=lambda item: item[1]))
        yield Remark("line_vintages", "", None, {"line": line_id, "layers": said})


def _day(snapshot: LayerSnapshot) -> str:
    return "" if snapshot.dated.source in _NO_STATEMENT else snapshot.dated.day

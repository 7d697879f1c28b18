"""What the control layers of a run look like beside each other and beside the date of the review."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from ...core.land.remarks import Remark
from ...core.messages import joined_texts
from ...core.review.layer_dates import DateSource
from ..layers.snapshot import LayerSnapshot

if TYPE_CHECKING:
    from .preparing import Review

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


def note_vintages(review: "Review", sources: Mapping[str, list[Any]]) -> Iterator[Remark]:
    """Said of lines that a project must lie in, whose layers are of different dates: an older boundary counts as well.
    Verdicts that a project lies in such a line say it too.
    """
    for line_id, of_line in sources.items():
        rules = review.rule_set.for_line(line_id, review.review_date)
        layers = [one for one in of_line if getattr(one, "snapshot", None) and one.snapshot.expected_count != 0]
        years = {_day(layer.snapshot)[:4] for layer in layers}
        if len(years) < 2 or not any(rule.kind == "within" for rule in rules):
            continue
        said = ", ".join(f"{layer.name}: {_day(layer.snapshot) or '–'}" for layer in layers)
        remark = Remark("within_vintages", "", None, {"line": line_id, "layers": said})
        for layer in layers:
            layer.partly = joined_texts([layer.partly, remark.message])
        yield remark


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

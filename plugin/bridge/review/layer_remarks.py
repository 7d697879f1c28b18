"""What the control layers of a run look like beside each other and beside the date of the review."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from ...core.land.remarks import Remark
from ...core.messages import joined_texts
from ...core.review import vintages
from ..layers.snapshot import LayerSnapshot

if TYPE_CHECKING:
    from .preparing import Review


def control_remarks(controls: Sequence[LayerSnapshot], review_date: date) -> Iterator[Remark]:
    """Said of control layers of several dates, empty ones beside others, ones given twice, later than the review."""
    return vintages.control_remarks([_dated(snapshot) for snapshot in controls], review_date)


def note_vintages(review: "Review", sources: Mapping[str, list[Any]]) -> Iterator[Remark]:
    """Said of lines that a project must lie in, whose layers are of different dates: an older boundary counts as well.
    Verdicts that a project lies in such a line say it too.
    """
    for line_id, of_line in sources.items():
        opened = [one for one in of_line if getattr(one, "snapshot", None)]
        rules = review.rule_set.for_line(line_id, review.review_date)
        remark = vintages.within_vintages(rules, [_dated(one.snapshot) for one in opened])
        if remark is None:
            continue
        for layer in opened:
            layer.partly = joined_texts([layer.partly, remark.message])
        yield remark


def shapeless_remarks(controls: Sequence[LayerSnapshot]) -> Iterator[Remark]:
    """Said after a run of control layers some of whose rows have no geometry."""
    for snapshot in controls:
        count = sum(skip.code == "geometry_null" for skip in snapshot.skipped)
        if count and not snapshot.failure:
            params = {"layer": snapshot.name, "count": count, "total": max(snapshot.expected_count, count)}
            yield Remark("rows_without_shape", snapshot.name, None, params)


def _dated(snapshot: LayerSnapshot) -> vintages.DatedLayer:
    kept = snapshot.line_id, snapshot.name, snapshot.source, snapshot.expected_count, snapshot.dated
    return vintages.DatedLayer(*kept)

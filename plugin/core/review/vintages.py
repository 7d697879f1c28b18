"""What the control layers of a run look like beside each other and beside the date of the review."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Optional

from ..days import day_of
from ..land.remarks import Remark
from ..messages import joined_texts, message
from .layer_dates import DateSource, LayerDate

if TYPE_CHECKING:
    from .rules import Rule

_NO_STATEMENT = (DateSource.FILE, DateSource.NONE)  # when a file was copied says nothing of its data


@dataclass(frozen=True)
class DatedLayer:
    """A control layer of a line: its name, where it comes from, how many features it should hold, how old it is."""

    line_id: str
    name: str
    source: str
    count: int
    dated: LayerDate

    @property
    def day(self) -> str:
        """What its data say of their date, "" for nothing."""
        return "" if self.dated.source in _NO_STATEMENT else self.dated.day


def control_remarks(layers: Sequence[DatedLayer], review_date: date) -> Iterator[Remark]:
    """Said of control layers of several dates, empty ones beside others, ones given twice, later than the review."""
    for line_id in dict.fromkeys(layer.line_id for layer in layers):
        yield from _of_line(line_id, [layer for layer in layers if layer.line_id == line_id])
    for layer in layers:
        if layer.day > review_date.isoformat()[: len(layer.day)]:
            params = {"layer": layer.name, "day": day_of(layer.day), "review": day_of(review_date)}
            yield Remark("layer_after_review", layer.name, None, params)


def within_vintages(rules: Iterable[Rule], layers: Sequence[DatedLayer]) -> Optional[Remark]:
    """Said of a line that a project must lie in, whose layers are of different dates: an older boundary counts as
    well. Verdicts that a project lies in it say it too.
    """
    full = [layer for layer in layers if layer.count != 0]
    if len({layer.day[:4] for layer in full}) < 2 or not any(rule.kind == "within" for rule in rules):
        return None
    said = joined_texts([_layer_day(layer.name, layer.day) for layer in full])
    return Remark("within_vintages", "", None, {"line": full[0].line_id, "layers": said})


def _layer_day(name: str, day: str) -> str:
    return message("layer_of_day", layer=name, day=day_of(day or "–"))


def _of_line(line_id: str, layers: list[DatedLayer]) -> Iterator[Remark]:
    given = Counter((layer.source, layer.name) for layer in layers)
    twice = [name for (_, name), count in given.items() if count > 1]
    if twice:
        yield Remark("layer_given_twice", "", None, {"line": line_id, "layers": ", ".join(twice)})
    full = [layer for layer in layers if layer.count != 0]
    for layer in layers if full else ():
        if layer.count == 0:
            yield Remark("line_layer_empty", layer.name, None, {"line": line_id, "layer": layer.name})
    days = sorted((layer.day, layer.name) for layer in full if layer.day)
    if len({day[:4] for day, _ in days}) > 1:
        said = joined_texts([_layer_day(name, day) for day, name in days])
        yield Remark("line_vintages", "", None, {"line": line_id, "layers": said})

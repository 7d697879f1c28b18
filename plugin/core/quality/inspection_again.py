"""An inspection again: layers whose features did not change since the run before keep what was found on them."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Optional

import shapely

from .defects import DefectState, LayerArrays, items
from .inspection import Inspection

_BY_LAYER = (4, 5, 6)  # stages that look at the features of a layer
_PLACE_CHECK = "outside_district"  # of stage 2, and looks at them too
_ROWS = 20_000


@dataclass
class Again:
    """`before`: the run before, None for a first one; `marks`: {layer: what its features were then}.

    After the run `now` holds the marks of the next one, `reused` and `checked` the layers that were not and were
    looked at.
    """

    before: Optional[Inspection] = None
    marks: Mapping[str, str] = field(default_factory=dict)
    now: dict[str, str] = field(default_factory=dict)
    reused: list[str] = field(default_factory=list)
    checked: list[str] = field(default_factory=list)

    def fresh(self) -> "Again":
        """The same start for another run: what one that was stopped has seen does not count."""
        return Again(self.before, self.marks)

    def next(self, run: Inspection) -> "Again":
        """What the next run starts from."""
        return Again(run, dict(self.now))

    def note(self, layer: LayerArrays, state: str) -> None:
        """Mark the features of a layer, and `state`: whatever else its checks depend on."""
        if layer.code not in self.now:
            self.now[layer.code] = _mark(layer, state)

    def reuse(self, run: Inspection, code: str, others: Iterable[str]) -> bool:
        """Take over what was found on a layer, if neither it nor any of `others` changed, nor what is asked."""
        before = self.before
        same = before is not None and _asks_the_same(run, before)
        if not same or any(self.now.get(c) != self.marks.get(c) for c in (code, *others)) or code not in self.marks:
            self.checked.append(code)
            return False
        self.reused.append(code)
        self._take(run, before, code)
        return True

    def _take(self, run: Inspection, before: Any, code: str) -> None:
        chosen = {key: outcome for key, outcome in before.outcomes.items() if key[1] == code and _looks(key[0])}
        run.outcomes.update({key: replace(outcome) for key, outcome in chosen.items()})
        own = sum(outcome.listed for outcome in before.outcomes.values())  # behind them lie those of earlier runs
        for defect in before.defects[:own]:
            if (defect.item, defect.layer) in chosen:
                run.defects.append(replace(defect, state=DefectState.OPEN, note="", who="", when="", place=""))


def _looks(item: str) -> bool:
    return items()[item].stage in _BY_LAYER or items()[item].check == _PLACE_CHECK


def _asks_the_same(run: Inspection, before: Inspection) -> bool:
    """The specification with what was given for the run: tolerances, quotas, a district."""
    same = run.specification == before.specification
    return same and run.stages == before.stages and run.limit == before.limit


def _mark(layer: LayerArrays, state: str) -> str:
    """A digest of all that a layer holds."""
    digest = hashlib.blake2b(f"{state} {layer.plane.srs} {len(layer)}".encode(), digest_size=16)
    for array in (layer.fids, layer.has_arcs):
        digest.update(array.tobytes())
    for start in range(0, len(layer), _ROWS):
        rows = slice(start, start + _ROWS)
        digest.update(repr([*layer.keys[rows].tolist()]).encode())
        digest.update(b"".join(wkb or b"-" for wkb in shapely.to_wkb(layer.geometries[rows]).tolist()))
        for name in sorted(layer.columns):
            digest.update(repr((name, layer.columns[name][rows].tolist())).encode())
    return digest.hexdigest()

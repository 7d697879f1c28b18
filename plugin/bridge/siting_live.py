"""What remains under criteria that are being edited: quick, because what was read and measured once is used again."""

from dataclasses import dataclass, field, replace

from ..core.siting.selection import select
from .siting import SelectSites, read_candidates
from .siting_measure import measure, settle_rules
from .siting_search import FindSites

_ANY_SIZE = (1.0, 1.0)  # a count of free land asks for no size


@dataclass
class Remains:
    """`count` of `total` candidates remain (None where free land was cut), with `area_m2` of `total_m2`; `removals` tell why."""

    count: object
    total: object
    area_m2: float
    total_m2: float
    removals: list = field(default_factory=list)


class CandidateCount(SelectSites):
    """A selection that only counts. `memory`: a dict kept by the caller between counts over the same layers."""

    def count(self, memory, feedback=None):
        """Return the Remains; raises InputError, Cancelled."""
        criteria = replace(settle_rules(self.criteria, self.layers), factors=(), groups=())
        needs = criteria.needs()
        asked = any(need.kind == "expression" for need in needs)
        if asked and not memory.get("asked") or "candidates" not in memory:
            memory.clear()
            memory.update(candidates=read_candidates(self.snapshot, "", self.plane, asked, feedback)[0], asked=asked)
        candidates = memory["candidates"]
        keys = {need: (need, criteria.layers.get(need.layer)) for need in needs}
        fresh = measure([need for need in needs if keys[need] not in memory], candidates, self.layers, self.plane, feedback)
        memory.update({keys[need]: answer for need, answer in fresh.items()})
        selection = select(criteria, candidates.projects, {need: memory[keys[need]] for need in needs})
        areas = candidates.projects.areas_m2
        left, total = float(areas[selection.order].sum()), float(areas.sum())
        return Remains(len(selection.order), len(areas), left, total, selection.removals)


class FreeLandCount(FindSites):
    """A search that only cuts the free land."""

    def __init__(self, criteria_file, extent, layers, mapping=None, rule_file=""):
        super().__init__(criteria_file, extent, layers, mapping, rule_file, _ANY_SIZE)

    def count(self, memory, feedback=None):
        """Return the Remains; raises InputError, Cancelled."""
        land = self._land(settle_rules(self.criteria, self.layers), self._extent(feedback), feedback)
        for _ in land.tiles(lambda tile: None):
            pass
        return Remains(None, None, land.area_m2, land.extent_m2, land.removals())

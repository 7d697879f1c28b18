"""What remains under criteria that are being edited: quick, because what was read and measured once is used again."""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from qgis.core import QgsVectorLayer

from ...core.land import overlay
from ...core.siting.counted_land import CountedLand
from ...core.siting.selection import select
from ...core.siting.shared_land import shared_land
from .measure import measure, settle_rules
from .search import FindSites, SiteWish
from .search_land import LandReader
from .select import SelectSites, SitingInputs, read_candidates
from .understanding import filters_of

_ANY_SIZE = (1.0, 1.0)  # a count of free land asks for no size
_KEPT = 300_000  # features of a constraint that are held between two counts at most


@dataclass
class Remains:
    """`count` of `total` candidates remain (None where free land was cut), with `area_m2` of `total_m2`.

    `removals` tell why.
    """

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
        known = dict(memory.get("measured", {}))  # a copy: a count that was stopped may still be at work on its own
        if "candidates" not in known or asked and not known["asked"]:
            known = {"candidates": read_candidates(self.snapshot, "", self.plane, asked, feedback)[0], "asked": asked}
        candidates = known["candidates"]
        keys = {need: (need, criteria.layers.get(need.layer), filters_of(self.criteria, need.layer)) for need in needs}
        fresh = measure(
            [need for need in needs if keys[need] not in known], candidates, self.layers, self.plane, feedback
        )
        known.update({keys[need]: answer for need, answer in fresh.items()})
        memory["measured"] = known
        selection = select(criteria, candidates.projects, {need: known[keys[need]] for need in needs})
        areas = candidates.projects.areas_m2
        land, kept = shared_land(candidates.projects), np.zeros(len(areas), bool)
        kept[selection.order] = True
        left, total = land.total(kept), land.total(np.ones(len(areas), bool))
        return Remains(len(selection.order), len(areas), left, total, selection.removals)


class FreeLandCount(FindSites):
    """A search that only cuts the free land."""

    def __init__(self, inputs: SitingInputs, extent: QgsVectorLayer) -> None:
        super().__init__(inputs, extent, SiteWish(_ANY_SIZE))

    def count(self, memory, feedback=None):
        """Return the Remains; raises InputError, Cancelled. Only what a changed constraint takes is cut anew."""
        self._memory = memory
        reader = _KnownLand(self.layers, self.plane, self.wanted.reach)
        reader.known = memory.get("exclusions", {})
        land = reader.land(settle_rules(self.criteria, self.layers), self._extent(feedback), feedback)
        kept_ones: list[Any] = [e if isinstance(e, _Kept) else _Kept(e) for e in land.exclusions]
        land.exclusions = kept_ones
        keys = [(reader.key(e.constraint), e.evaluated) for e in land.exclusions]
        counted = CountedLand(land, keys, memory.setdefault("tiles", {}))
        for _ in counted.tiles(lambda tile: None):
            pass
        kept = [e for e in land.exclusions if (e.evaluated or e.is_read) and len(e) <= _KEPT]
        memory["exclusions"] = {reader.key(e.constraint): e for e in kept}
        return Remains(None, None, counted.area_m2, counted.extent_m2, counted.removals())

    def _extent(self, feedback):
        """The extent as one polygon, put together once."""
        if "extent" not in self._memory:
            self._memory["extent"] = overlay.union(super()._extent(feedback))
        return np.array([self._memory["extent"]], dtype=object)


class _KnownLand(LandReader):
    """Reads only the exclusions that are not `known` from an earlier count."""

    known: dict = {}
    spare = 1.0

    def key(self, constraint):
        """What an exclusion is known by."""
        return constraint, self._layer_of(constraint)

    def _layer_of(self, constraint):
        """What its layer is, and how the values there are understood."""
        criteria = self.layers.criteria
        return criteria.layers.get(constraint.layer), filters_of(criteria, constraint.layer)

    def exclusion(self, constraint, box, feedback):
        return (
            self.known.get(self.key(constraint))
            or self._at_another_distance(constraint)
            or super().exclusion(constraint, box, feedback)
        )

    def _at_another_distance(self, constraint):
        """What was read for the same land; None where nothing was, or not far enough around."""
        ref = self._layer_of(constraint)
        for (other, other_ref), kept in self.known.items():
            if (other.layer, other.where, other_ref) == (constraint.layer, constraint.where, ref):
                made = kept.at(constraint, self.slack)
                if made is not None:
                    return _Kept(made)
        return None

    def read(self, exclusions, box, feedback):
        super().read([e for e in exclusions if not isinstance(e, _Kept)], box, feedback)


class _Kept:
    """An Exclusion that remembers what it takes of each tile."""

    def __init__(self, exclusion):
        self._exclusion, self._taken = exclusion, {}

    def __getattr__(self, name):
        return getattr(self._exclusion, name)

    def __len__(self):
        return len(self._exclusion)

    def __bool__(self):
        return True  # one without features near the extent is kept too

    def taken(self, box):
        if box not in self._taken:
            self._taken[box] = self._exclusion.taken(box)
        return self._taken[box]

    def out_of_reach(self, taken, box):
        return taken  # a count of free land asks for no sites

"""Which project of one round is which of another: by its key, else by its geometry, else by mutual overlap."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np
import shapely

from ..land.types import Array
from .rounds import RoundProjects

MUTUAL = 0.9  # each holds at least this share of the other
_NEIGHBOURS = 8  # overlaps looked at for each project, the most alike boxes first


class Match(str, Enum):
    """How two projects were told to be the same one."""

    KEY = "key"
    GEOMETRY = "geometry"
    OVERLAP = "overlap"


@dataclass(frozen=True)
class ProjectPair:
    """Positions of a project in two rounds, None where it has none; `match` is None for one that stands alone."""

    before: Any
    after: Any
    match: Any = None


def match_projects(
    before: RoundProjects, after: RoundProjects, ways: Sequence[Match] = tuple(Match), shapes: Any = None
) -> list[ProjectPair]:
    """ProjectPairs of two rounds: every project of both is in one pair, those of `after` in their order first.

    `ways`: the Matches that are tried, in order; `shapes`: geometries of `before` on the plane of `after` where the
    planes differ. Keys made of feature numbers or made unique by a counter name no project and are not compared; nor is
    one believed whose polygon lies in the other round under another key: numbers were given anew, or are of another
    field.
    """
    old = before.geometries if shapes is None else shapes
    found, left, right = {}, dict.fromkeys(range(len(before))), dict.fromkeys(range(len(after)))
    for way in ways:
        if way is Match.KEY:
            named = _equal(_named_keys(before), _named_keys(after), left, right)
            pairs = _believed(named, before.hashes, after.hashes)
        elif way is Match.GEOMETRY:
            pairs = _equal(before.hashes, after.hashes, left, right)
        else:
            pairs = _overlapping(old, after.geometries, list(left), list(right))
        for a, b in pairs:
            found[b] = ProjectPair(a, b, way)
            del left[a], right[b]
    reported = [found.get(b, ProjectPair(None, b)) for b in range(len(after))]
    return reported + [ProjectPair(a, None) for a in left]


def _believed(pairs: Iterable[tuple[int, int]], old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """The pairs of one key but those of different polygons one of which the other round has under another key."""
    known = {*old} & {*new} - {""}
    return [(a, b) for a, b in pairs if old[a] == new[b] or not {old[a], new[b]} & known]


def _named_keys(projects: RoundProjects) -> list[str]:
    """Keys that a person gave; "" for the others and for those that occur twice."""
    keys = projects.keys
    doubled = {key.rpartition("#")[0] for key in keys if key.rpartition("#")[2].isdigit()} & set(keys)
    made = {key for key in keys if key.startswith("fid ") or key in doubled or key.rpartition("#")[0] in doubled}
    return ["" if key in made else key for key in keys]


def _equal(old: Sequence[str], new: Sequence[str], left: Iterable[int], right: Iterable[int]) -> list[tuple[int, int]]:
    """Pairs of equal values among the positions that are left, one to one in their order."""
    waiting: dict[str, list[int]] = {}
    for a in left:
        if old[a]:
            waiting.setdefault(old[a], []).append(a)
    return [(waiting[new[b]].pop(0), b) for b in right if waiting.get(new[b])]


def _overlapping(old: Array, new: Array, left: Iterable[int], right: Iterable[int]) -> list[tuple[int, int]]:
    """Pairs whose areas overlap mutually, the best first, one to one."""
    a, b = _box_pairs(old, new, left, right)
    if not len(a):
        return []
    shared = shapely.area(shapely.intersection(old[a], new[b]))
    share = shared / np.maximum(np.maximum(shapely.area(old[a]), shapely.area(new[b])), 1e-12)
    pairs, used_a, used_b = [], set(), set()
    for place in sorted(np.flatnonzero(share >= MUTUAL), key=lambda n: (-share[n], b[n], a[n])):
        if a[place] not in used_a and b[place] not in used_b:
            used_a.add(a[place])
            used_b.add(b[place])
            pairs.append((int(a[place]), int(b[place])))
    return pairs


def _box_pairs(old: Array, new: Array, left: Iterable[int], right: Iterable[int]) -> tuple[Array, Array]:
    """Positions (of `old`, of `new`) whose boxes are much alike: no more than _NEIGHBOURS for each of `old`."""
    left = np.array([n for n in left if old[n] is not None], dtype=int)
    right = np.array([n for n in right if new[n] is not None], dtype=int)
    if not len(left) or not len(right):
        return left[:0], right[:0]
    tree, boxes = shapely.STRtree(shapely.box(*shapely.bounds(new[right]).T)), shapely.bounds(new[right])
    chosen = []
    for a in left:  # one by one: thousands of projects on one another must not become millions of pairs
        near = tree.query(shapely.box(*old[a].bounds))
        alike = _likeness(np.array(old[a].bounds), boxes[near])
        best = near[np.argsort(-alike, kind="stable")[:_NEIGHBOURS]]
        chosen += [(a, right[n]) for n in best]
    pairs = np.array(chosen, dtype=int).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


def _likeness(box: Array, boxes: Array) -> Array:
    """Share of the larger of two boxes that both hold."""
    low, high = np.maximum(box[:2], boxes[:, :2]), np.minimum(box[2:], boxes[:, 2:])
    larger = np.maximum(np.prod(box[2:] - box[:2]), np.prod(boxes[:, 2:] - boxes[:, :2], axis=1))
    return np.prod(np.clip(high - low, 0, None), axis=1) / np.maximum(larger, 1e-12)

"""What a comparison says beside its results: what was not compared, what looks like a change and may be none."""

from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Any

import numpy as np
import shapely

from ...core.land.area import ellipsoidal_areas
from ...core.land.overlay import union
from ...core.land.pieces import objects
from ...core.land.remarks import Remark
from ...core.land.repair import polygon_parts
from ...core.land.robust import robust
from ...core.land.rounding import half_up
from ...core.messages import message
from ...core.quality.comparison import SAME_SHARE, Comparison, Vintage, unique_keys
from ...core.quality.comparison_matrix import Groups
from ..layers.snapshot import LayerSnapshot
from ..layers.values import text_of

_LISTED = 50  # features that a report names one by one
_NAMED = 20  # fields and classes of one remark
_MUCH = 0.1  # share of the land of a vintage: more of it outside the other asks for a look
_NOISE_M2 = 1.0


def said(value: Any) -> Any:
    """A value of a field as texts of layers have it: days and times by their signs."""
    return text_of(value) if hasattr(value, "toString") else value


def spelling_remarks(renamed: Mapping[str, str]) -> Iterator[Remark]:
    """Classes that the vintages write in two ways."""
    if renamed:
        pairs = [f"{given_up} = {taken}" for given_up, taken in sorted(renamed.items())]
        yield Remark("compare_spelling", "", None, {"classes": _listed(pairs)})


def field_remarks(snapshots: Sequence[LayerSnapshot], aside: Set[str]) -> Iterator[Remark]:
    """Fields that only one of the layers has: what they say was not compared."""
    names = [{field.name().lower(): field.name() for field in snapshot.fields} for snapshot in snapshots]
    for number, snapshot in enumerate(snapshots):
        alone = [name for lower, name in names[number].items() if lower not in {*names[1 - number], *aside}]
        if alone:
            yield Remark("compare_one_side", snapshot.name, None, {"layer": snapshot.name, "fields": _listed(alone)})


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:_NAMED]) + (" …" if len(names) > _NAMED else "")


def vintage_remarks(
    snapshots: Sequence[LayerSnapshot], vintages: Sequence[Vintage], compared: Comparison, key: str
) -> Iterator[Remark]:
    """What is remarkable about each of the two states."""
    sums = (
        (compared.unusable_before, compared.overlap_before_m2, sum(p.area_m2 for p in compared.pieces if p.after < 0)),
        (compared.unusable_after, compared.overlap_after_m2, sum(p.area_m2 for p in compared.pieces if p.before < 0)),
    )
    for number, (snapshot, vintage) in enumerate(zip(snapshots, vintages)):
        (unusable, overlap, alone_m2), name = sums[number], snapshot.name
        total_m2 = float(vintage.areas.sum())
        if alone_m2 > _MUCH * total_m2:
            amounts = {"share": f"{100 * alone_m2 / total_m2:.1f}", "m2": f"{half_up(alone_m2):,.2f}"}
            yield Remark("compare_extent", name, None, {"layer": name, "other": snapshots[1 - number].name, **amounts})
        doubled = int((vintage.keys != "").sum()) - len(unique_keys(vintage.keys))
        if key and doubled:
            yield Remark("compare_keys_twice", name, None, {"layer": name, "count": doubled, "field": key})
        yield from _shape_remarks(snapshot)
        if unusable:
            yield Remark("compare_unusable", name, None, {"layer": name, "count": unusable})
        if overlap:
            yield Remark("compare_overlap", name, None, {"layer": name, "m2": f"{half_up(overlap):,.2f}"})


def key_remarks(vintages: Sequence[Vintage], compared: Comparison, key: str) -> Iterator[Remark]:
    """Features of the same land that bear another key: no change of the land, yet all that refers to them is lost."""
    before, after = vintages
    pairs = [(p.before, p.after, p.area_m2) for p in compared.pieces if p.before >= 0 and p.after >= 0]
    if not key or not pairs:
        return
    one, other, shared = (np.array(column) for column in zip(*pairs))
    old, new = before.keys[one], after.keys[other]
    complete = shared >= SAME_SHARE * np.maximum(before.areas[one], after.areas[other])
    changed = complete & (old != "") & (new != "") & (old != new)
    if changed.any():
        listed = _listed([f"{a} → {b}" for a, b in zip(old[changed][:_NAMED].tolist(), new[changed].tolist())])
        yield Remark("compare_keys_changed", "", None, {"count": int(changed.sum()), "field": key, "keys": listed})


def _shape_remarks(snapshot: LayerSnapshot) -> Iterator[Remark]:
    name = snapshot.name
    if snapshot.repairs:
        yield Remark("compare_repaired", name, None, {"layer": name, "count": len(snapshot.repairs)})
    yield from skipped_remarks(snapshot)


def skipped_remarks(snapshot: LayerSnapshot) -> Iterator[Remark]:
    """The features of a layer that cannot be used."""
    for skip in snapshot.skipped[:_LISTED]:
        params = {"layer": snapshot.name, "fid": skip.fid, "why": message(skip.code)}
        yield Remark("compare_skipped", snapshot.name, skip.fid, params)


def group_remarks(name: str, groups: Groups, plane: Any) -> Iterator[Remark]:
    """Divisions that overlap one another."""
    shapes = groups.geometries
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pairs = zip(shapes[one[one < other]], shapes[other[one < other]])
    shared = objects([polygon_parts(robust(shapely.intersection, *pair)) for pair in pairs])
    land = shared[shapely.area(shared) > _NOISE_M2]
    if len(land):
        m2 = float(ellipsoidal_areas(objects([union(land)]), plane)[0])
        yield Remark("compare_divisions", name, None, {"layer": name, "m2": f"{half_up(m2):,.2f}"})

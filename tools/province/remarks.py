"""What the reader must know of the projects of a batch, found once all of them were read."""

import numpy as np
import pyarrow.compute as pc
import shapely

from plugin.core.messages import text
from plugin.core.review.alike_projects import keys_alike, shown
from plugin.core.review.apart import apart_from_others
from plugin.core.review.run import unique_keys
from plugin.formats.rules.rule_files import load_project_fields

from .prepare import NO_SQUARE

_NAMED, _FIRST = 10, 5


def unknown_remarks(seen, job):
    """Remarks on projects whose land use or height is not known, for each rule that asks for it."""
    usable = _usable(seen)
    rules = {rule.id: rule for task in job.tasks if task.line_id in job.lines for rule in task.rules}
    found, unknown = [], pc.sum(pc.equal(usable.column("use"), "")).as_py()
    fields = load_project_fields()
    for rule in (rule for rule in rules.values() if rule.exempt_uses and job.use and unknown):
        found.append(text("use_unknown", count=unknown, rules=rule.id, fields=", ".join(fields["land_use"])))
    for number, rule_id in enumerate(job.heights):
        count = sum(bool(np.isnan(metres[number])) for metres in usable.column("heights").to_pylist())
        if count and not rules[rule_id].is_doubt:
            names = ", ".join(job.heights[rule_id].columns or fields["building_height"])
            found.append(text("project_height_unknown", rule=rule_id, count=count, fields=names))
    return [f"{job.projects_name}: {remark}" for remark in found]


def numbered_keys(seen, layer):
    """({fid: key}, remarks) of the projects whose key is not what their layer has: another one has it as well."""
    fids, names = seen.column("fid").to_pylist(), seen.column("key").to_pylist()
    keys, doubled = unique_keys(names, fids)
    if not doubled:
        return {}, []
    shown = ", ".join(doubled[:_NAMED]) + (" …" if len(doubled) > _NAMED else "")
    changed = {fid: key for fid, key, name in zip(fids, keys, names) if key != name}
    return changed, [f"{layer}: {text('duplicate_keys', keys=shown)}"]


def outside_remarks(seen, keys, reached):
    """A remark on projects that lie outside the extent of every control layer: nothing was delivered there."""
    if reached is None:
        return []
    usable = _usable(seen)
    sides = [usable.column(name).to_numpy() for name in ("x0", "y0", "x1", "y1")]
    far = np.flatnonzero(~shapely.intersects(shapely.box(*sides), reached))
    if not len(far):
        return []
    first = usable.take(far[:_FIRST])
    names = [keys.get(fid, key) for fid, key in zip(first.column("fid").to_pylist(), first.column("key").to_pylist())]
    return [text("outside_all_layers", count=len(far), keys=", ".join(names))]


def apart_remarks(seen, keys):
    """(keys of the projects that lie far from all others, remarks that name the first)."""
    usable = _usable(seen)
    apart = apart_from_others(np.column_stack([usable.column(name).to_numpy() for name in ("x0", "y0", "x1", "y1")]))
    if apart is None:
        return frozenset(), []
    own = zip(usable.column("fid").to_pylist(), usable.column("key").to_pylist(), apart.tolist())
    far = [keys.get(fid, key) for fid, key, is_apart in own if is_apart]
    return frozenset(far), [text("projects_apart", count=len(far), keys=", ".join(far[:_FIRST]))]


def bounds_of(seen):
    """The box of all projects on the plane."""
    sides = [_usable(seen).column(name).to_numpy() for name in ("x0", "y0", "x1", "y1")]
    return sides[0].min(), sides[1].min(), sides[2].max(), sides[3].max()


def counties_of_layers(seen, job):
    """Codes of the counties that the control layers name."""
    return job.counties_named(_usable(seen).column("county").to_pylist())


def alike_remarks(seen, keys):
    """A remark on keys that a reader takes for one."""
    own = zip(seen.column("fid").to_pylist(), seen.column("key").to_pylist())
    groups = keys_alike(keys.get(fid, key) for fid, key in own)
    named = "; ".join(" = ".join(map(shown, group[:_FIRST])) for group in groups[:_FIRST])
    more = " …" if len(groups) > _FIRST else ""
    return [text("keys_alike", count=len(groups), keys=named + more)] if groups else []


def _usable(seen):
    return seen.filter(pc.not_equal(seen.column("ix"), NO_SQUARE))

"""One cell, whole: the desk's own engine on the projects of the cell and the control features that may meet them.

No Spark and no Arrow here, so that the desk's tests can call it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import shapely

from plugin.core.land.area import statutory_areas
from plugin.core.land.places import unplaced_text
from plugin.core.review.apart import noted_apart, noted_together
from plugin.core.review.control_extent import beyond_extent, outside_layers
from plugin.core.review.control_source import ArraySource, HeldFeatures
from plugin.core.review.districts import other_districts
from plugin.core.review.project_task import ProjectAnswers, line_task
from plugin.core.review.projects import Projects
from plugin.core.review.run import run as review

from .job import masks_of, numbers_of


@dataclass
class CellProjects:
    """Usable projects of a cell; `bits`, `heights`: what they answered to Job.unless and Job.heights.

    `counties`: {key: county} of all, `unusable_keys` included; `stated`: what each usable one says of its district.
    """

    keys: list
    geometries: Any
    uses: list
    bits: Any
    heights: list
    unusable_keys: list = field(default_factory=list)
    counties: dict = field(default_factory=dict)
    stated: list = field(default_factory=list)


@dataclass
class CellFeatures:
    """Features of one control source; `bits`, `limits`: what they answered to its conditions and limits.

    `boxes`: where those lie that could not be read (geometry None); not finite where nobody knows. `values`: those of
    those that some rule does not understand, "" of others.
    """

    fids: Any
    geometries: Any
    labels: list
    bits: Any
    limits: list
    boxes: list
    values: list


@dataclass
class Checked:
    """What became of a cell: its LineOutcomes as they come, and the statutory areas of its projects by key."""

    outcomes: Iterator
    areas_m2: dict


def checked(job, projects, features, extent=None):
    """Checked of the projects of a cell (CellProjects).

    `features`: CellFeatures of each source of the job; `extent`: the Extent that control layers were delivered for.
    """
    areas = statutory_areas(projects.geometries, job.settings.plane)
    given = Projects(projects.keys, projects.geometries, areas, projects.unusable_keys)
    answers = ProjectAnswers(
        projects.uses, masks_of(projects.bits, job.unless), numbers_of(projects.heights, job.heights)
    )
    tasks = [
        line_task(job.lines[task.line_id], task.rules, answers) if task.line_id in job.lines else task
        for task in job.tasks
    ]
    sources: dict[str, list[Any]] = {}
    for source, own in zip(job.sources, features):
        sources.setdefault(source.line_id, []).append(_source(source, own))
    found = review(given, tasks, sources, _settings(job, given, projects.stated, extent))
    known = {**dict.fromkeys(projects.unusable_keys, 0.0), **dict(zip(projects.keys, areas.tolist()))}
    return Checked(found, known)


def counties_of(job, projects, extent=None):
    """{key: county} of the projects of a cell: as their layer tells it, else by where they lie in the `extent`."""
    if job.county or extent is None or not extent.counties:
        return projects.counties
    names, shapes = list(extent.counties), list(extent.counties.values())
    found = dict.fromkeys(projects.counties, "")
    inside, at = shapely.STRtree(shapes).query(shapely.point_on_surface(projects.geometries), predicate="intersects")
    for project, county in zip(inside[::-1].tolist(), at[::-1].tolist()):  # on a border the first county has it
        found[projects.keys[project]] = names[county]
    return found


def _settings(job, projects, stated, extent):
    noted = _noted(job, projects, stated, extent)
    if extent is not None:
        plane, sliver_m2 = job.settings.plane, job.settings.sliver_m2
        beyond = beyond_extent(projects, extent.geometry, plane, sliver_m2, extent.name)
        return replace(job.settings, beyond=beyond, noted=noted)
    outside = None if job.reached is None else outside_layers(projects, job.reached)
    if outside is None:
        return replace(job.settings, noted=noted)
    return replace(job.settings, beyond=outside.unchecked, noted=noted_together(noted, outside.noted))


def _noted(job, projects, stated, extent):
    """What verdicts of single projects say besides: far from all others, of another district than they state."""
    apart = np.array([key in job.apart for key in projects.keys], dtype=bool)
    far = noted_apart(apart) if apart.any() else None
    if not job.county:
        return far
    found = _divisions(projects, extent) if extent is not None else ()
    others = other_districts(stated, job.counties, found, extent.name if extent is not None else "")
    return noted_together(far, others.noted if others.noted.any() else None)


def _divisions(projects, extent):
    """The (code, name) of the polygons of the extent in which each project lies."""
    shapes, names = extent.divisions
    found: list[list[tuple[str, str]]] = [[] for _ in projects.keys]
    if len(names):
        points = shapely.point_on_surface(projects.geometries)
        for at, row in shapely.STRtree(shapes).query(points, predicate="intersects").T.tolist():
            found[at].append(names[row])
    return found


def _source(source, own):
    lost = shapely.is_missing(own.geometries)
    boxes = shapely.bounds(own.geometries).reshape(-1, 4)
    boxes[lost] = np.reshape([box for box, is_lost in zip(own.boxes, lost) if is_lost], (-1, 4))
    held = HeldFeatures(
        own.fids,
        own.geometries,
        own.labels,
        masks_of(own.bits, source.asked),
        boxes,
        numbers_of(own.limits, source.limits),
        {int(fid): said for fid, said in zip(own.fids, own.values) if said},
    )
    opened = ArraySource(source.name, held, source.conditions, source.date)
    opened.absent, opened.partly = source.absent, source.partly
    opened.is_empty, opened.failure = source.is_empty, source.failure  # of the layer, whatever of it lies in this cell
    unplaced = opened.fids[lost & ~np.isfinite(boxes).all(axis=1)]
    opened.unread = source.unread or (unplaced_text(source.name, unplaced) if len(unplaced) else "")
    return opened

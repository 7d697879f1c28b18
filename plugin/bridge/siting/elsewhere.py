"""Sites of one search by the exact criteria of another: what a scenario says of a place that it did not pick."""

from dataclasses import replace
from typing import Optional

import numpy as np
from pyproj import CRS

from ...core.land.area import statutory_areas
from ...core.land.crs import transform_geometries
from ...core.review.projects import Projects
from ...core.siting.scenarios import Judge, Scenario, SearchLimits
from ...core.siting.selection import Selection, select
from ...core.threads import Feedback
from .apart import far_from_all
from .measure import Candidates, Survey, measure
from .session import SiteRun


def judge_of(run: SiteRun) -> Judge:
    """A function that measures shapes by the criteria and layers of a finished search (SiteRun), in any thread."""
    job, criteria = run.job, run.run.criteria

    def judge(shapes: np.ndarray, feedback: Optional[Feedback] = None) -> Selection:
        keys = [f"S{number}" for number in range(1, len(shapes) + 1)]
        sites = Projects(keys, shapes, statutory_areas(shapes, job.plane))
        measured = measure(criteria.needs(), Candidates(sites), job.layers, job.plane, feedback)
        return select(criteria, sites, measured, far=far_from_all(sites, Survey(job.layers, job.plane, feedback)))

    return judge


def limits_of(run: SiteRun) -> SearchLimits:
    """What a finished search (SiteRun) looked for."""
    wanted = run.job.wanted
    return SearchLimits(run.run.extent, wanted.low, wanted.high)


def moved(scenario: Scenario, own: CRS, plane: CRS) -> Scenario:
    """A scenario on the plane of a comparison; its judge works on its own."""
    judge, limits = scenario.judge, scenario.limits
    geometries = transform_geometries(scenario.geometries, own, plane)
    if limits.extent is not None:
        limits = replace(limits, extent=transform_geometries([limits.extent], own, plane)[0])
    return replace(scenario, geometries=geometries, limits=limits, judge=judge and _moved_judge(judge, own, plane))


def _moved_judge(judge: Judge, own: CRS, plane: CRS) -> Judge:
    def judged(shapes: np.ndarray, feedback: Optional[Feedback] = None) -> Selection:
        return judge(np.array(transform_geometries(shapes, plane, own), dtype=object), feedback)

    return judged

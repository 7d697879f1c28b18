"""Sites on land of which a layer tells nothing that should cover it without gaps."""

from dataclasses import replace

import numpy as np

from ...core.land.types import Array
from ...core.messages import message
from ...core.review.projects import Projects
from ...core.siting import measures
from ...core.siting.model import AVOID, WITHIN, Constraint
from ...core.siting.results import Measured
from .layers import VectorSource
from .measure import Survey, gaps_of
from .source import FeatureQuery


def with_site_gaps(measured: Measured, constraint: Constraint, sites: Projects, survey: Survey) -> Measured:
    """What a search measured of its sites, where the land that the layer leaves out may be meant as well."""
    layers = survey.layers
    if constraint.kind not in (AVOID, WITHIN) or not constraint.where or measured.values is None:
        return measured
    if not layers.criteria.layers[constraint.layer].complete:
        return measured
    gaps = gaps_of(_covered(constraint.layer, sites, survey), sites.areas_m2)
    if not gaps.any():
        return measured
    why = message("siting_layer_gaps", layer=layers.criteria.layers[constraint.layer].title)
    return replace(measured, at_most=np.asarray(measured.values) + gaps, unclear=why)


def _covered(key: str, sites: Projects, survey: Survey) -> Array:
    """m2 of each site that the layer covers: the sites are few and far apart, each is asked by itself."""
    found: Array = np.zeros(len(sites))
    for row in range(len(sites)):
        one = Projects(sites.keys[row : row + 1], sites.geometries[row : row + 1], sites.areas_m2[row : row + 1])
        cover, box = measures.Overlap(one, survey.plane, survey.feedback), tuple(one.boxes[0].tolist())
        for source in survey.layers.of(key, VectorSource):
            for geometries, _, _ in source.read(FeatureQuery(survey.plane, "", ("",), box, box), survey.feedback):
                cover.add(geometries)
        found[row] = cover.finish()[0]
    return found

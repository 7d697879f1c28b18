"""What the sites of a run take and cost, measured against the layers of its criteria."""

from collections.abc import Sequence
from typing import Any, Optional

import numpy as np
from pyproj import CRS

from ...core.errors import OneMapError
from ...core.land.area import statutory_areas
from ...core.messages import text
from ...core.review.projects import Projects
from ...core.siting.cost import CostTable, SiteCost, add_farmland, site_costs
from ...core.siting.model import Need
from ...core.threads import Feedback
from ...formats.rules.cost_files import load_cost_table
from .layers import SitingLayers, VectorSource
from .measure import Candidates, Survey, measure


def costs_of(
    layers: SitingLayers, geometries: dict[str, Any], plane: CRS, feedback: Optional[Feedback] = None
) -> tuple[dict[str, SiteCost], list[str]]:
    """({key: SiteCost}, remark texts) of {key: polygon}; empty with the reason where no layer tells land classes.

    Raises Cancelled.
    """
    table = load_cost_table()
    if not geometries:
        return {}, []
    key = _key_with(layers, (table.class_field,))[0]
    if key is None:
        return {}, [text("siting_cost_no_layer", "zh", field=table.class_field)]
    polygons = np.array(list(geometries.values()), dtype=object)
    sites = Candidates(Projects(list(geometries), polygons, statutory_areas(polygons, plane)))
    need = Need("classes", key, detail=table.class_field)
    found = measure([need], sites, layers, plane, feedback)[need]
    if found.values is None:
        return {}, [found.why]
    costs, remarks = site_costs(table, sites.projects.areas_m2, found.values), []
    farm = next((k for k, ref in layers.criteria.layers.items() if ref.line in table.farmland_lines), None)
    if farm is not None:
        remarks = _farmland(Survey(layers, plane, feedback), farm, table, sites, costs)
    return dict(zip(geometries, costs)), remarks


def _farmland(survey: Survey, key: str, table: CostTable, sites: Candidates, costs: Sequence[SiteCost]) -> list[str]:
    """Add the farmland that the sites take; what could not be measured is said."""
    field = _key_with(survey.layers, table.grade_fields, key)[1]
    needs = [Need("overlap", key)] + ([Need("classes", key, detail=field)] if field else [])
    found = measure(needs, sites, survey.layers, survey.plane, survey.feedback)
    if found[needs[0]].values is None:
        return [found[needs[0]].why]
    grades = found[needs[1]].values if field else None
    titles = text("siting_cost_farmland", "zh"), text("siting_cost_grade", "zh", grade="{grade}")
    add_farmland(costs, found[needs[0]].values, titles, grades)
    return []


def _key_with(layers, fields, only=None):
    """(layer key, field) of the first layer that has one of some fields; (None, "") where none has."""
    for key in layers.criteria.layers:
        if only not in (None, key):
            continue
        try:
            sources = layers.of(key, VectorSource)
        except OneMapError:
            continue
        for field in fields:
            if all(source.snapshot.has_field(field) for source in sources):
                return key, field
    return None, ""

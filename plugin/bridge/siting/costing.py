"""What the sites of a run take and cost, measured against the layers of its criteria and of its table of costs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
from pyproj import CRS

from ...core.errors import OneMapError
from ...core.land.area import statutory_areas
from ...core.land.rounding import half_up
from ...core.messages import message, named, translated
from ...core.review.projects import Projects
from ...core.siting.cost import (
    CostRow,
    CostTable,
    OwnershipKinds,
    SiteCost,
    add_farmland,
    add_ownership,
    not_evaluated,
    site_costs,
)
from ...core.siting.model import Need
from ...core.threads import Feedback
from ...formats.rules.cost_files import load_cost_table
from ...formats.rules.rule_files import load_owners
from .access import add_drives, add_utilities
from .layers import SitingLayers, VectorSource
from .measure import Candidates, Survey, measure


@dataclass(frozen=True)
class _Sites:
    """What is costed: sites, the layers they are measured against, the table."""

    sites: Candidates
    survey: Survey
    table: CostTable

    def measured(self, *needs: Need) -> list[Any]:
        """The Measured of each Need, in order."""
        found = measure(needs, self.sites, self.survey.layers, self.survey.plane, self.survey.feedback)
        return [found[need] for need in needs]


def costs_of(
    layers: SitingLayers,
    geometries: dict[str, Any],
    plane: CRS,
    table: Optional[CostTable] = None,
    feedback: Optional[Feedback] = None,
) -> tuple[dict[str, SiteCost], list[str]]:
    """({key: SiteCost}, remark texts) of {key: polygon}; empty with the reason where no layer tells anything.

    `table`: None for the one that comes with the plugin. Raises Cancelled.
    """
    table = table or load_cost_table()
    if not geometries:
        return {}, []
    polygons = np.array(list(geometries.values()), dtype=object)
    sites = Candidates(Projects(list(geometries), polygons, statutory_areas(polygons, plane)))
    work = _Sites(sites, Survey(layers, plane, feedback), table)
    costs, remarks, classed = _by_class(work)
    farm = next((k for k, ref in layers.criteria.layers.items() if ref.line in table.farmland_lines), None)
    if farm is not None and classed:
        remarks += _farmland(work, farm, costs)
    found = [classed, _buildings(work, costs)]
    found += [add_utilities(work.survey, sites, table, costs), add_drives(work.survey, sites, table, costs)]
    absent = _absent(layers, table)
    if absent:
        lists = [joint.join(translated(t, to) for t in absent) for to, joint in (("zh", "、"), ("en", ", "))]
        remarks.append(message("siting_cost_all_absent", layers=named(*lists)))
    return (dict(zip(geometries, costs)) if any(found) else {}), remarks


def _by_class(work: _Sites) -> tuple[list[SiteCost], list[str], bool]:
    """(SiteCost of each site by the classes of its land, remarks, whether they were evaluated)."""
    table, count = work.table, len(work.sites.projects)
    key = key_with(work.survey.layers, (table.class_field,))[0]
    if key is None:
        why = message("siting_cost_no_layer", field=table.class_field)
        return not_evaluated(table, why, count), [why], False
    (found,) = work.measured(Need("classes", key, detail=table.class_field))
    if found.values is None:
        return not_evaluated(table, found.why, count), [found.why], False
    costs = site_costs(table, work.sites.projects.areas_m2, found.values)
    _ownership(work, key, costs)
    return costs, [], True


def _ownership(work: _Sites, key: str, costs: Sequence[SiteCost]) -> None:
    """Add whose land it is, by the codes of the layer that tells the classes."""
    field, why, found = work.table.ownership_field, "", None
    if not field:
        return
    if all(source.snapshot.has_field(field) for source in work.survey.layers.of(key, VectorSource)):
        (found,) = work.measured(Need("classes", key, detail=field))
        why = found.why
    else:
        why = message("siting_cost_no_field", field=field)
    if found is None or found.values is None:
        for cost in costs:
            cost.rows.append(CostRow(message("siting_cost_ownership"), why=why))
        return
    titles = [message(f"siting_cost_{name}") for name in ("state", "collective", "owner_unknown")]
    add_ownership(costs, found.values, OwnershipKinds(*load_owners(), (titles[0], titles[1], titles[2])))


def _buildings(work: _Sites, costs: Sequence[SiteCost]) -> bool:
    """Add the footprints of the buildings that have to go; whether they were evaluated."""
    key, layers = work.table.buildings, work.survey.layers
    if not key:
        return False
    title, why, found = message("siting_cost_buildings"), "", None
    if layers.has(key):
        (found,) = work.measured(Need("overlap", key))
        why = found.why
    else:
        why = message("siting_cost_absent", layer=layers.criteria.layers[key].title)
    values = found.values if found is not None else None
    for site, cost in enumerate(costs):
        m2 = None if values is None else float(half_up(values[site], 2))
        cost.rows.append(CostRow(title, m2, why=why if m2 is None else ""))
    return values is not None


def _absent(layers: SitingLayers, table: CostTable) -> list[str]:
    """Titles of the layers that the table asks for and nobody gave."""
    drive = (table.drive.roads, *table.drive.places) if table.drive.places else ()
    asked = dict.fromkeys((table.buildings, *table.utilities, *drive))
    return [layers.criteria.layers[key].title for key in asked if key and not layers.has(key)]


def _farmland(work: _Sites, key: str, costs: Sequence[SiteCost]) -> list[str]:
    """Add the farmland that the sites take; what could not be measured is said."""
    field = key_with(work.survey.layers, work.table.grade_fields, key)[1]
    found = work.measured(Need("overlap", key), *([Need("classes", key, detail=field)] if field else []))
    if found[0].values is None:
        return [found[0].why]
    grades = found[1].values if field else None
    titles = message("siting_cost_farmland"), lambda grade: message("siting_cost_grade", grade=grade)
    add_farmland(costs, found[0].values, titles, grades)
    return []


def key_with(layers: SitingLayers, fields: Sequence[str], only: Optional[str] = None) -> tuple[Optional[str], str]:
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

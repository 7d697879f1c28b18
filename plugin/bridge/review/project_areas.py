"""The areas that a project layer states, against those of its polygons."""

from collections.abc import Iterator

import numpy as np

from ...core.errors import InputError
from ...core.land.remarks import Remark
from ...core.messages import joined_texts, message
from ...core.review.projects import Projects
from ...core.review.stated_areas import compared
from ...formats.rules.rule_files import load_project_fields
from ..layers.snapshot import LayerSnapshot
from ..layers.values import text_of

_MOST, _SHOWN = 2_000, 5  # projects compared: a layer of more is no list of applications


def stated_area_remarks(snapshot: LayerSnapshot, fids: np.ndarray, projects: Projects) -> Iterator[Remark]:
    """Said of a project layer with a field of areas, some of which differ from the computed ones."""
    field = next((name for name in load_project_fields()["stated_area"] if snapshot.has_field(name)), None)
    if field is None or snapshot.role != "projects":
        return
    ids, areas = fids[:_MOST].tolist(), projects.areas_m2[:_MOST]
    try:
        features = snapshot.features_by_id(ids, [field])
    except InputError:  # a source that finds no row by its number
        return
    texts = [text_of(features[fid][field]) for fid in ids]
    found = compared(field, texts, areas)
    if found is None or not found.differs.any():
        return
    rows = np.flatnonzero(found.differs)
    examples = [
        message("stated_area_example", key=projects.keys[row], stated=texts[row], computed=f"{areas[row]:.2f}")
        for row in rows[:_SHOWN].tolist()
    ]
    params = {"field": field, "count": len(rows), "known": int(np.isfinite(found.m2).sum())}
    yield Remark("stated_area_differs", snapshot.name, None, {**params, "examples": joined_texts(examples)})

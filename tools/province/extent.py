"""The area that the control layers of a batch were delivered for, and the counties that its layer tells."""

from typing import Any

import numpy as np
import shapely

from plugin.core.errors import InputError
from plugin.core.land.zone_search import Place
from plugin.formats.rules.rule_files import load_project_fields

from . import prepare
from .inputs import open_layer
from .job import Extent, county_of, division_names, first_field, stated_of, text_of
from .look import look_at


def read_extent(spark, options, job):
    """Broadcast Extent of the area that the control layers were delivered for, None where none was named.

    Raises InputError where a polygon of it cannot be read: then nobody knows what lies inside.
    """
    if not options.control_extent:
        return None
    layer = open_layer(options.control_extent, options.out / "_input")
    if layer.dimension not in (2, -1) or not layer.count:
        raise InputError("control_extent_empty", layer=layer.name)
    look, usual = look_at(layer), load_project_fields()
    keys = ("county", "division_name", "division_code")
    code, name, division = (first_field(usual[key], layer.fields) for key in keys)
    table = layer.rows(spark, {code, name, division} - {""}).toArrow()
    usable = [prepare.usable_shapes(batch, layer.crs, job.settings.plane) for batch in table.to_batches()]
    shapes = np.concatenate(usable) if usable else np.zeros(0, object)
    lost = int(shapely.is_missing(shapes).sum())
    if lost or look.failure or look.unread or not len(shapes):
        raise InputError("control_extent_unreadable", layer=layer.name, count=lost)
    rows = table.select(sorted({code, name, division} - {""})).to_pylist()
    counties, names = _counties(rows, shapes, (code, name))
    divisions = division_names(rows, (division, name))
    held = (shapes, divisions) if divisions else ((), ())
    place = Place.of(layer.name, layer.crs, layer.bounds, job.settings.plane) if layer.bounds else None
    return spark.sparkContext.broadcast(Extent(shapely.union_all(shapes), layer.name, counties, names, held, place))


def _counties(rows, shapes, fields):
    """({county: its polygons}, {county: its name}); a name stands for the county only beside a code of six digits."""
    code, name = fields
    parts: dict[str, list[Any]] = {}
    names: dict[str, str] = {}
    for row, shape in zip(rows, shapes) if code or name else ():
        county = county_of(stated_of(row, code)) or (text_of(row[name]) or "" if name else "").strip()
        parts.setdefault(county, []).append(shape)
        if code and name and len(text_of(row[code]) or "") == 6 and row[name]:
            names[county] = str(row[name]).strip()
    return {county: shapely.union_all(own) for county, own in parts.items() if county}, names

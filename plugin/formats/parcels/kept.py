"""What a layer's field keeps of the file that a parcel was read from, so that the file can be written again."""

import json
from dataclasses import dataclass
from typing import Optional

import shapely
from pyproj import CRS

from ...core.land import crs as crs_rules
from ...core.land.repair import polygon_parts
from .model import Parcel, Point
from .survey import PlacedParcel, Survey, parcel_polygon

FIELD = "raw"
_DECIMALS = 3
_SAME_M = 1e-3  # by which a polygon may have moved and still be the one that was read


@dataclass
class KeptParcel:
    """A parcel with the header and project sections of its file; `crs`: of its points, None in old layers."""

    parcel: Parcel
    header: dict[str, str]
    project: dict[str, str]
    crs: Optional[CRS]

    def is_still(self, geometry: Optional[shapely.Geometry], plane: CRS) -> bool:
        """Whether a geometry on `plane` is the polygon of the points; a parcel without area has none."""
        made = parcel_polygon(self.parcel)
        if geometry is None or made.is_empty:
            return geometry is None and made.is_empty
        made = crs_rules.transform_geometries([made], self.crs or plane, plane)[0]
        return polygon_parts(made.symmetric_difference(geometry)).area <= _SAME_M * made.length


def to_text(survey: Survey, placed: PlacedParcel) -> str:
    """JSON text of a parcel as it was read and put right."""
    parcel, file = placed.parcel, survey.file
    kept: dict[str, object] = {
        "header": file.header,
        "project": parcel.project or file.project,
        "head": parcel.head,
        "names": parcel.head_names,
    }
    kept.update(further=parcel.further, points=parcel.points, columns=parcel.columns, encoding=file.encoding)
    kept["crs"] = crs_text(survey.crs)
    return json.dumps(kept, ensure_ascii=False)


def crs_text(crs: CRS) -> str:
    """The EPSG code of a CRS as EPSG:nnnn, its WKT where it has none."""
    code = crs.to_epsg()
    return f"EPSG:{code}" if code else crs.to_wkt()


def from_text(text: object) -> Optional[KeptParcel]:
    """The KeptParcel of a field's value, None for anything else."""
    try:
        kept = json.loads(str(text)) if str(text).startswith("{") else {}
        points = [Point(*map(str, point)) for point in kept["points"]]
        columns = [tuple(map(str, more)) for more in kept.get("columns", ())]
        names, further = tuple(kept["names"]), tuple(kept.get("further", ()))
        parcel = Parcel(dict(kept["head"]), points, names, further, columns, project=dict(kept["project"]))
        crs = crs_rules.parse_crs(kept["crs"]) if kept.get("crs") else None
        return KeptParcel(parcel, dict(kept["header"]), dict(kept["project"]), crs)
    except (ValueError, KeyError, TypeError):
        return None


def with_points_of(kept: Parcel, made: Parcel) -> Parcel:
    """`made` with the head fields of `kept`, and with its columns at the points that did not move."""
    width = max(map(len, kept.columns), default=0)
    blank = ("",) * width
    known = dict(zip(map(tuple, kept.coordinates().round(_DECIMALS)), kept.columns))
    columns = [(*known.get(place, ()), *blank)[:width] for place in map(tuple, made.coordinates().round(_DECIMALS))]
    head = {**kept.head, "count": made.head["count"], "area": made.head.get("area", "")}
    further = columns if width else []
    return Parcel(head, made.points, kept.head_names, kept.further, further, project=kept.project)

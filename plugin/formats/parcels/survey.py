"""A boundary-point file on the ground: CRS, the polygon of every parcel, areas beside what the file states."""

import re
from dataclasses import dataclass, field, replace
from typing import Optional

import shapely
from pyproj import CRS

from ...core.land import crs as crs_rules
from ...core.land.area import statutory_area
from ...core.land.pieces import objects
from ...core.land.remarks import Remark
from ...core.land.repair import polygon_parts
from ...core.land.rounding import M2_PER_HECTARE
from .model import Parcel, ParcelFile, Point
from .placing import Place, find_place
from .rings import Nested, nest
from .text import number, plain

_UNITS = {"ha": M2_PER_HECTARE, "m2": 1.0, "mu": M2_PER_HECTARE / 15}  # in m2
_UNIT_TEXTS = {"ha": "公顷", "m2": "平方米", "mu": "亩"}
_UNIT_SPELLINGS = (("公顷", "ha"), ("ha", "ha"), ("平方米", "m2"), ("m2", "m2"), ("㎡", "m2"), ("亩", "mu"))
_NEAR = 0.05  # share by which an area may differ from the computed one and still tell its unit
_SLIVER = 1e-4  # share of the smaller parcel below which neighbours overlap by rounding only
_MOST_PAIRS, _SHOWN_PAIRS = 20_000, 5
_CUT_M2 = 1.0  # some programs cut digits off where others round: of a small digit that is no contradiction
_EQUAL = 0.005  # share below which stated and computed area agree: plane against ellipsoid, rounded coordinates


@dataclass
class StatedArea:
    """The area of a head line in m²; `unit`: ha, m2 or mu; `agrees` with the computed area to its last digit."""

    m2: float
    unit: str
    agrees: bool


@dataclass
class PlacedParcel:
    """One parcel, its polygon (x = east, y = north in the file's CRS; empty for a line or point), areas in m²."""

    parcel: Parcel
    polygon: shapely.Geometry
    area_m2: float
    stated: Optional[StatedArea]


@dataclass
class Survey:
    """`file` as it is right: header and points as `place` found them; remarks for the reader."""

    file: ParcelFile
    place: Place
    parcels: list[PlacedParcel]
    remarks: list[Remark] = field(default_factory=list)

    @property
    def crs(self) -> CRS:
        return self.place.crs

    def union(self) -> shapely.Geometry:
        """All parcels together, empty where none encloses land."""
        return polygon_parts(shapely.union_all(objects([p.polygon for p in self.parcels])))


def survey(file: ParcelFile, chosen: Optional[CRS] = None) -> Survey:
    """Place a ParcelFile; see `find_place` for `chosen` and the errors raised."""
    place = find_place(file, chosen)
    right = _put_right(file, place)
    result = Survey(right, place, [], [*file.remarks, *place.remarks])
    for parcel in right.parcels:
        polygon = _polygon(parcel, result.remarks)
        area = _area(polygon, place.crs)
        placed = PlacedParcel(parcel, polygon, area, stated_area(parcel, area) if area else None)
        result.parcels.append(placed)
        result.remarks += _area_remarks(placed)
    result.remarks += _overlap_remarks(result.parcels)
    return result


def _overlap_remarks(parcels: list[PlacedParcel]) -> list[Remark]:
    """A remark for parcels of one file that share land: it would be counted twice."""
    polygons = objects([placed.polygon for placed in parcels])
    one, other = shapely.STRtree(polygons).query(polygons, predicate="intersects")
    pairs = [(a, b) for a, b in zip(one.tolist(), other.tolist()) if a < b][:_MOST_PAIRS]
    shared = [
        (parcels[a].parcel.number, parcels[b].parcel.number)
        for a, b in pairs
        if shapely.area(shapely.intersection(polygons[a], polygons[b]))
        > _SLIVER * min(polygons[a].area, polygons[b].area)
    ]
    names = "、".join(f"{a}–{b}" for a, b in shared[:_SHOWN_PAIRS]) + (" …" if len(shared) > _SHOWN_PAIRS else "")
    return [Remark("txt_parcels_overlap", params={"count": len(shared), "parcels": names})] if shared else []


def _put_right(file: ParcelFile, place: Place) -> ParcelFile:
    """The file with X north, Y east, and the zone that the eastings bear in the header where it has one."""
    header = dict(file.header)
    if place.zone is not None and any(r.code in ("txt_zone_differs", "txt_width_differs") for r in place.remarks):
        header.update({"带号": str(place.zone)} if "带号" in header else {})
        header.update({key: str(place.width) for key in ("几度分带", "分带") if key in header})
    if not place.east_first:
        return replace(file, header=header)
    turned = [
        replace(parcel, points=[Point(p.name, p.ring, p.east, p.north) for p in parcel.points])
        for parcel in file.parcels
    ]
    return replace(file, header=header, parcels=turned)


def _polygon(parcel: Parcel, remarks: list[Remark]) -> shapely.Geometry:
    """The parcel's polygon; what was found on the way is remarked."""
    params = {"parcel": parcel.number}
    if _is_no_area(parcel):
        remarks.append(Remark("txt_not_area", params={**params, "shape": parcel.head["shape"]}))
        return shapely.MultiPolygon()
    nested = _nested(parcel)
    remarks += [Remark(code, params={**params, "count": count}) for code, count in _found(nested) if count]
    polygon = polygon_parts(shapely.union_all(objects(nested.polygons)))
    if polygon.is_empty:
        remarks.append(Remark("txt_no_area", params=params))
    return polygon


def parcel_polygon(parcel: Parcel) -> shapely.Geometry:
    """A parcel whose X is north as polygon or multipolygon (x = Y, y = X of the file); empty for a line or point."""
    nested = [] if _is_no_area(parcel) else _nested(parcel).polygons
    return polygon_parts(shapely.union_all(objects(nested)))


def _is_no_area(parcel: Parcel) -> bool:
    return plain(parcel.head.get("shape", "")) in ("线", "点")


def _nested(parcel: Parcel) -> Nested:
    coordinates, rings = parcel.coordinates()[:, ::-1], parcel.rings()
    nested = nest([coordinates[[*ring, ring[0]]] for ring in rings if len(ring) >= 3], unite=True)
    nested.empty += sum(len(ring) < 3 for ring in rings)
    return nested


def _found(nested: Nested) -> list[tuple[str, int]]:
    return [
        ("txt_ring_twice", nested.duplicates),
        ("txt_ring_crossing", nested.repaired),
        ("txt_ring_empty", nested.empty),
        ("txt_rings_overlap", len(nested.overlaps)),
    ]


def _area(polygon: shapely.Geometry, crs: CRS) -> float:
    """Statutory area in m², 0.0 for an empty polygon."""
    if polygon.is_empty:
        return 0.0
    centre = polygon.envelope.centroid
    plane = crs_rules.working_plane(crs, (centre.x, centre.y))
    return statutory_area(crs_rules.transform_geometries([polygon], crs, plane)[0], plane)


def stated_area(parcel: Parcel, computed_m2: float) -> Optional[StatedArea]:
    """What the head line states, None for nothing or 0: hectares, square metres or mu, told apart by the computed area.

    Hectares where none of the three comes near.
    """
    text = plain(parcel.head.get("area", ""))
    word, unit = next((pair for pair in _UNIT_SPELLINGS if pair[0] in text.lower()), ("", ""))
    digits = re.sub(re.escape(word) + ".*", "", text, flags=re.IGNORECASE).strip() if word else text
    value = number(digits)
    if value is None or value <= 0:
        return None
    ratios = {name: abs(value * factor / computed_m2 - 1) for name, factor in _UNITS.items()}
    unit = unit or next((name for name, ratio in ratios.items() if ratio <= _NEAR), "ha")
    m2 = float(value) * _UNITS[unit]
    last_digit = 10.0 ** -len(digits.partition(".")[2]) * _UNITS[unit]
    rounded = max(last_digit / 2, min(last_digit, _CUT_M2))
    return StatedArea(m2, unit, abs(m2 - computed_m2) <= max(_EQUAL * computed_m2, rounded))


def _area_remarks(placed: PlacedParcel) -> list[Remark]:
    stated, parcel = placed.stated, placed.parcel
    if stated is None:
        return []
    params = {"parcel": parcel.number, "stated": parcel.head["area"], "computed": f"{placed.area_m2 / 1e4:.4f}"}
    remarks = [] if stated.agrees else [Remark("txt_area_differs", params=params)]
    if stated.unit != "ha":
        remarks.append(Remark("txt_area_unit", params={**params, "unit": _UNIT_TEXTS[stated.unit]}))
    return remarks

"""Coordinate systems of the territorial plan: CGCS2000 Gauss-Kruger planes, and what is accepted, remarked or refused.

Facts: domain tables crs.csv and crs_rules.yaml. Coordinates are always x = easting (or longitude), y = northing (or
latitude), whatever the authority's axis order; the surveyors' "X" is north and is swapped where files are read.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Union

import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from ..errors import CrsError
from .pieces import objects
from .remarks import Remark
from .types import Array, Box
from .zones import epsg, zone3, zone_crs

GEOGRAPHIC = 4490
_FIRST_LON, _LAST_LON = 73.5, 136.5  # EPSG has 3-degree planes for these longitudes only
_OLD_DATUMS = {
    "xian 1980": "Xian 1980", "xian_1980": "Xian 1980",
    "beijing 1954": "Beijing 1954", "beijing_1954": "Beijing 1954",
}  # fmt: skip
# an ellipsoid that only an old datum of China has, whatever a .prj calls that datum ("西安80", "unknown")
_OLD_ELLIPSOIDS = ((6378140.0, 298.257, "Xian 1980"), (6378245.0, 298.3, "Beijing 1954"))
_UNDEFINED = '"undefined '  # what a GeoPackage says of no system at all, an ellipsoid and degrees with it
_LOWEST_CONFIDENCE = 20  # at which PROJ names CGCS2000_3_Degree_GK_Zone_40 of an ESRI .prj as EPSG:4528


def parse_crs(definition: Union[str, CRS, None]) -> CRS:
    """Return the pyproj CRS of an authority code, WKT (1, 2, ESRI), PROJ text or CRS object.

    A known CRS in ESRI words comes back as its EPSG twin; a local grid on the CGCS2000 ellipsoid is accepted as it is.
    Raises CrsError for none, unreadable text, Xian 1980, Beijing 1954, and engineering systems that tie to no datum.
    """
    return _parsed(
        definition if isinstance(definition, str) else CRS.from_user_input(definition).to_wkt() if definition else ""
    )


@lru_cache(maxsize=64)
def _parsed(definition: str) -> CRS:
    crs = _read(definition)
    _refuse_old_datum(crs)
    if crs.is_bound and crs.source_crs is not None:
        crs = crs.source_crs
    if not (crs.is_geographic or crs.is_projected):
        raise CrsError("crs_no_datum", crs=crs.name)
    if crs.is_projected and (crs.datum is None or _is_unknown(crs.datum.name)) and not _on_cgcs2000_ellipsoid(crs):
        raise CrsError("crs_no_datum", crs=crs.name)
    if crs.to_authority(min_confidence=100) is None:
        code = crs.to_epsg(min_confidence=_LOWEST_CONFIDENCE)
        duplicate = CRS.from_epsg(code) if code else None
        if duplicate is not None and _same_plane(crs, duplicate):
            return duplicate
    return crs


def _read(definition: str) -> CRS:
    if not definition.strip() or _UNDEFINED in definition.lower():
        raise CrsError("crs_missing")
    try:
        return CRS.from_user_input(definition)
    except CRSError as error:
        raise CrsError("crs_unreadable", definition=str(definition)[:120]) from error


def _refuse_old_datum(crs: CRS) -> None:
    names = " ".join(
        [crs.name, crs.datum.name if crs.datum else "", crs.geodetic_crs.name if crs.geodetic_crs else ""]
    ).lower()
    for sign, datum in _OLD_DATUMS.items():
        if sign in names:
            raise CrsError("crs_old_datum", crs=crs.name, datum=datum)
    for axis, flattening, datum in _OLD_ELLIPSOIDS:
        if _has_ellipsoid(crs, axis, flattening):
            raise CrsError("crs_old_datum", crs=crs.name, datum=datum)


def _is_unknown(name: str) -> bool:
    return "unknown" in name.lower()


def _on_cgcs2000_ellipsoid(crs: CRS) -> bool:
    return _has_ellipsoid(crs, 6378137.0, 298.257222101)


def _has_ellipsoid(crs: CRS, axis: float, flattening: float) -> bool:
    ellipsoid = crs.ellipsoid
    return (
        ellipsoid is not None
        and abs(ellipsoid.semi_major_metre - axis) < 1e-3
        and abs(ellipsoid.inverse_flattening - flattening) < 1e-6
    )


def _same_plane(crs: CRS, second: CRS) -> bool:
    """True when two CRS give the same coordinates for the same place (names in ESRI's or EPSG's words aside)."""
    if crs.is_projected != second.is_projected:
        return False
    if not crs.is_projected:
        return True
    one, other = (t.transform(zone_meridian(second) + 0.7, 30.3) for t in (_forward(crs), _forward(second)))
    return bool(np.allclose(one, other, rtol=0, atol=1e-4))


def _forward(crs: CRS) -> Transformer:
    return Transformer.from_crs(crs.geodetic_crs, crs, always_xy=True)


def _parameter(crs: CRS, name: str) -> Any:
    if crs.coordinate_operation is None:
        return None
    return next((p.value for p in crs.coordinate_operation.params if p.name == name), None)


def is_cgcs2000_plane(crs: CRS) -> bool:
    """True for a Gauss-Kruger plane on CGCS2000: transverse Mercator, scale 1, metres.

    Any central meridian and easting.
    """
    is_plane = _on_cgcs2000_ellipsoid(crs) and is_metric_plane(crs)
    return is_plane and has_true_scale(crs) and _is_cgcs2000_datum(crs)


def is_metric_plane(crs: CRS) -> bool:
    """True for a transverse Mercator plane in metres on any datum: what holds of eastings and northings holds here."""
    operation = crs.coordinate_operation if crs.is_projected else None
    is_mercator = operation is not None and operation.method_name == "Transverse Mercator"
    return is_mercator and all(abs(axis.unit_conversion_factor - 1) < 1e-12 for axis in crs.axis_info[:2])


def has_true_scale(plane: CRS) -> bool:
    """Whether a transverse Mercator plane is true to scale on its meridian, as Gauss-Kruger is and UTM is not."""
    return (_parameter(plane, "Scale factor at natural origin") or 0) == 1


def _is_cgcs2000_datum(crs: CRS) -> bool:
    name = crs.datum.name.lower() if crs.datum else ""
    return "china 2000" in name or "china_2000" in name or "cgcs2000" in name or _is_unknown(name)


def plane_for_longitude(longitude: float) -> CRS:
    """Return the 3-degree plane (central-meridian form) of a longitude.

    A plane of the same rule outside 73.5-136.5 E.
    """
    zone = zone3(longitude)
    if _FIRST_LON <= longitude < _LAST_LON:
        return zone_crs(3, zone, prefix=False)
    return CRS.from_wkt(_PLANE_WKT.format(meridian=3 * zone))


_PLANE_WKT = (
    'PROJCRS["CGCS2000 / 3-degree Gauss-Kruger CM {meridian}",'
    'BASEGEOGCRS["China Geodetic Coordinate System 2000",DATUM["China 2000",'
    'ELLIPSOID["CGCS2000",6378137,298.257222101,LENGTHUNIT["metre",1]]],PRIMEM["Greenwich",0],ID["EPSG",4490]],'
    'CONVERSION["Gauss-Kruger",METHOD["Transverse Mercator",ID["EPSG",9807]],'
    'PARAMETER["Latitude of natural origin",0,ANGLEUNIT["degree",0.0174532925199433]],'
    'PARAMETER["Longitude of natural origin",{meridian},ANGLEUNIT["degree",0.0174532925199433]],'
    'PARAMETER["Scale factor at natural origin",1,SCALEUNIT["unity",1]],'
    'PARAMETER["False easting",500000,LENGTHUNIT["metre",1]],PARAMETER["False northing",0,LENGTHUNIT["metre",1]]],'
    'CS[Cartesian,2],AXIS["northing (X)",north],AXIS["easting (Y)",east],LENGTHUNIT["metre",1]]'
)


def false_easting(plane: CRS) -> float:
    """The easting of a plane's central meridian, metres."""
    return float(_parameter(plane, "False easting") or 0.0)


def zone_meridian(plane: CRS) -> float:
    """The central meridian of a plane, degrees."""
    return float(_parameter(plane, "Longitude of natural origin") or 0.0)


def plane_limits(plane: CRS) -> Box:
    """(min x, min y, max x, max y) in metres within which a Gauss-Kruger plane can be measured on: 3,000 km
    from its meridian.
    """
    middle = false_easting(plane)
    return middle - 3e6, -1e7, middle + 3e6, 1e7


def working_plane(project_crs: CRS, centre: tuple[float, float]) -> CRS:
    """Return the plane all work is done in: the projects' own CRS if it is a CGCS2000 plane, else the zone of `centre`.

    `centre`: (x, y) of the project layer in `project_crs`.
    """
    if is_cgcs2000_plane(project_crs):
        return project_crs
    longitude, _ = transformer(project_crs, epsg(GEOGRAPHIC)).transform(*centre)
    if not np.isfinite(longitude):
        raise CrsError("crs_not_on_earth", crs=project_crs.name)
    return plane_for_longitude(longitude)


def transformer(source: CRS, target: CRS) -> Transformer:
    """Return the always-xy Transformer between two CRS.

    WGS 84 and CGCS2000 are taken as the same (PROJ's null transform).
    """
    return _transformer(source.srs, target.srs)


@lru_cache(maxsize=64)
def _transformer(source: str, target: str) -> Transformer:
    return Transformer.from_crs(CRS.from_user_input(source), CRS.from_user_input(target), always_xy=True)


def same(one: CRS, other: CRS) -> bool:
    """Whether two pyproj CRS are the same.

    Equal definitions need no look into PROJ, which takes a tenth of a millisecond.
    """
    return one is other or one.srs == other.srs or one == other


def transform_geometries(geometries: Union[Sequence[Any], Array], source: CRS, target: CRS) -> Array:
    """Move an array of shapely geometries from one CRS to another, vertex by vertex; None stays None."""
    array = objects(geometries)
    if same(source, target):
        return array
    move = transformer(source, target)
    return shapely.transform(array, lambda xy: np.column_stack(move.transform(xy[:, 0], xy[:, 1])))


_BULGE = 0.002  # of a box's size: far more than a straight side bends when it is moved to another projection


def transform_bounds(bounds: Box, source: CRS, target: CRS) -> Box:
    """(min x, min y, max x, max y) moved from one CRS to another, a little too large rather than too small."""
    left, low, right, top = transform_boxes(np.array([bounds], dtype=float), source, target)[0].tolist()
    return left, low, right, top


def transform_boxes(boxes: Array, source: CRS, target: CRS) -> Array:
    """As `transform_bounds`, for an n x 4 array.

    What cannot be moved is infinite on all sides (it may lie anywhere).
    """
    if same(source, target) or not len(boxes):
        return boxes
    share = np.array([0, 0.5, 1])
    x = boxes[:, :1] + (boxes[:, 2:3] - boxes[:, :1]) * np.repeat(share, 3)
    y = boxes[:, 1:2] + (boxes[:, 3:4] - boxes[:, 1:2]) * np.tile(share, 3)
    x, y = (moved.reshape(-1, 9) for moved in transformer(source, target).transform(x.ravel(), y.ravel()))
    corners = np.column_stack([x.min(axis=1), y.min(axis=1), x.max(axis=1), y.max(axis=1)])
    with np.errstate(invalid="ignore"):
        margin = _BULGE * (corners[:, 2:] - corners[:, :2]).max(axis=1, keepdims=True)
        corners += margin * np.array([-1, -1, 1, 1])
    corners[~np.isfinite(corners).all(axis=1)] = (-np.inf, -np.inf, np.inf, np.inf)
    return corners


def transform_row_boxes(boxes: Array, source: CRS, target: CRS) -> Array:
    """As `transform_boxes`; a row without a place (not-a-number on all sides) has none on the other plane either."""
    moved = transform_boxes(boxes, source, target)
    nowhere = np.isnan(boxes).all(axis=1)
    return np.where(nowhere[:, None], np.nan, moved) if nowhere.any() else moved


def remarks_for(crs: CRS) -> list[Remark]:
    """Remarks that a report must carry about a CRS: WGS 84 taken as CGCS2000, or another datum than CGCS2000."""
    return list(_remarks_for(crs.srs))


@lru_cache(maxsize=64)
def _remarks_for(definition: str) -> list[Remark]:
    crs = CRS.from_user_input(definition)
    if crs.to_epsg() == GEOGRAPHIC or is_cgcs2000_plane(crs):
        return []
    name = describe(crs)
    datum = crs.datum.name if crs.datum else ""
    if "World Geodetic System 1984" in datum or "WGS_1984" in datum or "WGS84" in datum:
        return [Remark("crs_4326_as_4490", params={"crs": name})]
    if _is_cgcs2000_datum(crs) and _on_cgcs2000_ellipsoid(crs):
        return []
    return [Remark("crs_other_datum", params={"crs": name})]


def wkt_of(crs: CRS) -> str:
    """WKT of a CRS, made once for all layers in it."""
    return _wkt(crs.srs)


@lru_cache(maxsize=64)
def _wkt(definition: str) -> str:
    return str(CRS.from_user_input(definition).to_wkt())


def describe(crs: CRS) -> str:
    """Return a name for people, with the authority code where there is one."""
    authority = crs.to_authority(min_confidence=70)
    return f"{crs.name} ({':'.join(authority)})" if authority else crs.name

"""Coordinates against the system they are said to be in: order of x and y, zone in front, magnitude.

What is said of a box is said of the feature in it. Nobody knows where a misplaced feature belongs.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from pyproj import CRS

from ..errors import CrsError
from .crs import (
    describe,
    false_easting,
    is_metric_plane,
    plane_limits,
    zone_meridian,
)
from .types import Array, Box
from .zones import zone3, zone6, zone_crs, zone_width

SWAPPED, PREFIX, NO_PREFIX = "crs_axes_swapped", "crs_easting_prefix", "crs_easting_no_prefix"
OTHER_ZONE, DEGREES, NO_DEGREES = "crs_other_zone", "crs_degrees_in_plane", "crs_no_degrees"
OFF_PLANE = "crs_off_plane"
_MILLION, _ZONE = 1e6, 1e7  # an easting below a million bears no zone number, one from ten million on does
_ORDINARY = 4.5e5  # metres from the meridian: less than would change the zone's number in an easting
_DEGREE_SIZE = 1e5  # false eastings from here on: coordinates of at most 180 are degrees


@dataclass(frozen=True)
class Misplaced:
    """Which of some boxes contradict their system: `codes` of messages, "" for those that do not."""

    crs: CRS
    boxes: Array
    codes: Array

    @cached_property
    def mask(self) -> Array:
        return self.codes != ""

    def affects_layer(self) -> bool:
        """Whether most of what has coordinates is misplaced: the system of the layer is wrong, not a feature."""
        found = int(self.mask.sum())
        return found > 0 and found * 2 > int(np.isfinite(self.boxes).all(axis=1).sum())

    def error(self) -> CrsError:
        """What to do about the commonest contradiction; only where there is one."""
        codes, first, counts = np.unique(self.codes[self.mask].astype(str), return_index=True, return_counts=True)
        most = int(np.argmax(counts))
        row = np.flatnonzero(self.mask)[first[most]]
        return CrsError(str(codes[most]), **_params(self.crs, str(codes[most]), self.boxes[row]))


def misplaced(crs: CRS, boxes: Array) -> Misplaced:
    """Test boxes (n x 4: min x, min y, max x, max y) in `crs`; those that are not finite are let pass."""
    boxes = np.asarray(boxes, dtype=float).reshape(-1, 4)
    codes = np.full(len(boxes), "", dtype=object)
    tests = _degree_tests if crs.is_geographic else _plane_tests if is_metric_plane(crs) else _other_tests
    with np.errstate(invalid="ignore"):
        x, y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
        finite = np.isfinite(boxes).all(axis=1)
        for code, found in tests(crs, boxes, x, y):
            found = found & finite
            if found.any():  # comparing texts takes longer than all tests
                codes[found & (codes == "")] = code
    return Misplaced(crs, boxes, codes)


def check_coordinates(crs: CRS, bounds: Box) -> None:
    """Raise CrsError when a box (min x, min y, max x, max y) contradicts its CRS, naming what to do."""
    found = misplaced(crs, np.array([bounds]))
    if found.mask.any():
        raise found.error()


def _other_tests(crs: CRS, boxes: Array, x: Array, y: Array) -> Iterator[tuple[str, Array]]:
    """Of any other system in metres or feet: degrees of the country are no place in it."""
    if crs.is_projected:
        yield DEGREES, _are_degrees(x, y)


def _degree_tests(crs: CRS, boxes: Array, x: Array, y: Array) -> Iterator[tuple[str, Array]]:
    yield SWAPPED, (3 <= x) & (x <= 54.5) & (73 <= y) & (y <= 136.5)
    yield NO_DEGREES, (np.abs(boxes[:, [0, 2]]) > 360).any(axis=1) | (np.abs(boxes[:, [1, 3]]) > 90.000001).any(axis=1)


def _plane_tests(crs: CRS, boxes: Array, x: Array, y: Array) -> Iterator[tuple[str, Array]]:
    middle = false_easting(crs)
    northing = (x >= _MILLION) & (x <= 6.5e6) & (np.abs(x - middle) > 5e5)
    yield SWAPPED, northing & (((y > 0) & (y < _MILLION)) | (y >= _ZONE))
    if middle >= _DEGREE_SIZE:
        yield DEGREES, _are_degrees(x, y)
    if middle >= _ZONE:
        yield NO_PREFIX, (x > 0) & (x < _MILLION)
        yield OTHER_ZONE, (x >= _ZONE) & (x < 7e7) & (x // _MILLION != middle // _MILLION)
    else:
        yield PREFIX, (x >= _ZONE) & (x < 7e7) & (boxes[:, 0] >= _ZONE)
    left, low, right, top = plane_limits(crs)
    yield OFF_PLANE, (boxes[:, 0] < left) | (boxes[:, 1] < low) | (boxes[:, 2] > right) | (boxes[:, 3] > top)


def ordinary_box(crs: CRS) -> Box:
    """(min x, min y, max x, max y) within which no box contradicts a metric plane: the country, without its edges."""
    middle = false_easting(crs)
    return middle - _ORDINARY, 1e3, middle + _ORDINARY, _ZONE


def _are_degrees(x: Array, y: Array) -> Array:
    """Which are longitude and latitude of the country, in either order."""
    upright = (73 <= x) & (x <= 136.5) & (3 <= y) & (y <= 54.5)
    return np.asarray(upright | ((3 <= x) & (x <= 54.5) & (73 <= y) & (y <= 136.5)))


def _params(crs: CRS, code: str, box: Array) -> dict[str, object]:
    params: dict[str, object] = {"crs": describe(crs)}
    if code in (PREFIX, OTHER_ZONE):
        zone = int((box[0] + box[2]) / 2 // _MILLION)
        width = zone_width(zone)
        right = zone_crs(width, zone, prefix=True) if width else None
        return {**params, "zone": zone, "code": describe(right) if right else "?"}
    if code == NO_PREFIX:
        meridian = zone_meridian(crs)
        number_width = 6 if crs.to_epsg() in range(4491, 4502) else 3
        zone = zone6(meridian) if number_width == 6 else zone3(meridian)
        return {**params, "code": describe(zone_crs(number_width, zone, prefix=False))}
    return params


_FAR = 1e12  # stands for infinity where a spatial index is asked


def suspect_boxes(crs: CRS) -> list[Box]:
    """Boxes that together meet everything `misplaced` finds in a system, for layers too large to look through."""
    if crs.is_geographic:
        beyond = [(-_FAR, -_FAR, -360, _FAR), (360, -_FAR, _FAR, _FAR)]
        return [(3, 73, 54.5, 136.5), (-_FAR, -_FAR, _FAR, -90), (-_FAR, 90, _FAR, _FAR), *beyond]
    if not is_metric_plane(crs):
        return [(3, 3, 136.5, 136.5)] if crs.is_projected else []
    middle, (left, low, right, top) = false_easting(crs), plane_limits(crs)
    off = [(-_FAR, -_FAR, left, _FAR), (right, -_FAR, _FAR, _FAR), (-_FAR, -_FAR, _FAR, low), (-_FAR, top, _FAR, _FAR)]
    zone = middle // _MILLION * _MILLION if middle >= _ZONE else 7e7
    others = [(_ZONE, low, zone, top), (zone + _MILLION, low, 7e7, top)]
    return [*off, (_MILLION, 0, 6.5e6, _MILLION), (3, 3, 136.5, 136.5), *others, (0, low, _MILLION, top)][
        : None if middle >= _ZONE else -1
    ]

"""Limits as surfaces: a flat one, the plane of a sight, one that rises with the distance from a line.

Each says how high it lies at points, and how low it comes over polygons: exactly, as the lowest place of such a surface
over a polygon lies on its boundary.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import shapely
from shapely import Geometry

from ..land.types import Array

_STEP_M = 100.0  # longer edges are divided where a surface is bent by the curvature of the earth
_QUARTER = 64  # segments of a quarter circle


class Shape(Protocol):
    """How high a limit lies."""

    def at(self, xy: Array) -> Array: ...

    def lowest(self, pieces: Array) -> Array: ...

    def below(self, piece: Geometry, level: float) -> Geometry:
        """The part of a polygon over which the surface lies below a level."""


@dataclass(frozen=True)
class Flat:
    """The same limit everywhere."""

    value: float

    def at(self, xy: Array) -> Array:
        return np.full(len(xy), self.value)

    def lowest(self, pieces: Array) -> Array:
        return np.full(len(pieces), self.value)

    def below(self, piece: Geometry, level: float) -> Geometry:
        return piece if level > self.value else shapely.Polygon()


@dataclass(frozen=True)
class Plane:
    """level = `level` at (x, y), rising by `east` and `north` a metre."""

    x: float
    y: float
    level: float
    east: float
    north: float

    def at(self, xy: Array) -> Array:
        return self.level + (xy[:, 0] - self.x) * self.east + (xy[:, 1] - self.y) * self.north

    def lowest(self, pieces: Array) -> Array:
        return lowest_of_vertices(self.at, pieces)

    def below(self, piece: Geometry, level: float) -> Geometry:
        return half_plane_part(piece, self, level)


@dataclass(frozen=True)
class Sight:
    """The plane through an eye at (x, y), `eye` metres, and a line at level `aim` that stands for the target.

    `east`, `north`: gradient of the share of the way: 0 at the eye, 1 on that line, more behind it. A straight sight
    lies lower in front of the target and higher behind it than levels say, because the earth is round: `bend` x d x
    (D - d), counted for what is farther than `bend_from` metres from the eye.
    """

    x: float
    y: float
    eye: float
    aim: float
    east: float
    north: float
    bend: float = 0.0
    bend_from: float = np.inf

    def share(self, xy: Array) -> Array:
        """Share of the way from the eye to the target's line."""
        return (xy[:, 0] - self.x) * self.east + (xy[:, 1] - self.y) * self.north

    def at(self, xy: Array) -> Array:
        away = np.hypot(xy[:, 0] - self.x, xy[:, 1] - self.y)
        return self._level(xy, away, away > self.bend_from)

    def _level(self, xy: Array, away: Array, is_far: Array) -> Array:
        share = self.share(xy)
        straight = self.eye + (self.aim - self.eye) * share
        if not self.bend or not np.any(is_far):
            return straight
        distance = np.divide(away, share, out=np.zeros(len(away)), where=share > 0)
        return straight - np.where(is_far, self.bend * away * (distance - away), 0.0)

    def lowest(self, pieces: Array) -> Array:
        if not len(pieces):
            return np.zeros(0)
        is_far = shapely.distance(pieces, shapely.Point(self.x, self.y)) > self.bend_from
        if self.bend and is_far.any():
            pieces = np.where(is_far, shapely.segmentize(pieces, _STEP_M), pieces)
        xy, owner = shapely.get_coordinates(pieces, return_index=True)
        levels = self._level(xy, np.hypot(xy[:, 0] - self.x, xy[:, 1] - self.y), is_far[owner])
        return least(levels, owner, len(pieces))

    def below(self, piece: Geometry, level: float) -> Geometry:
        middle = np.array([[piece.centroid.x, piece.centroid.y]])
        is_far = shapely.distance(piece, shapely.Point(self.x, self.y)) > self.bend_from
        dip = self.eye + (self.aim - self.eye) * self.share(middle)[0]
        away = np.hypot(middle[:, 0] - self.x, middle[:, 1] - self.y)
        dip -= self._level(middle, away, np.array([is_far]))[0]
        rise = self.aim - self.eye
        plane = Plane(self.x, self.y, self.eye - dip, self.east * rise, self.north * rise)
        return half_plane_part(piece, plane, level)


@dataclass(frozen=True)
class Cone:
    """level = `level` up to `radius` metres from `line`, from there rising by `slope` a metre."""

    line: Geometry
    level: float
    radius: float
    slope: float

    def _of(self, distance: Array) -> Array:
        return self.level + self.slope * np.maximum(distance - self.radius, 0.0)

    def at(self, xy: Array) -> Array:
        return self._of(distance_to_line(xy, self.line))

    def lowest(self, pieces: Array) -> Array:
        return self._of(shapely.distance(pieces, self.line))

    def below(self, piece: Geometry, level: float) -> Geometry:
        if level <= self.level:
            return shapely.Polygon()
        reach = self.radius + (level - self.level) / self.slope
        return shapely.intersection(piece, shapely.buffer(self.line, reach, quad_segs=_QUARTER))


def distance_to_line(xy: Array, line: Geometry) -> Array:
    """Metres from points to a line of a few segments; much faster than one geometry a point."""
    corners = shapely.get_coordinates(line)
    nearest = np.full(len(xy), np.inf)
    for start, end in zip(corners[:-1], corners[1:]):
        side = end - start
        share = np.clip((xy - start) @ side / max(float(side @ side), 1e-12), 0.0, 1.0)
        nearest = np.minimum(nearest, np.hypot(*(xy - start - share[:, None] * side).T))
    return nearest


def lowest_of_vertices(at: Geometry, pieces: Array) -> Array:
    """The least value of a linear function over polygons: it lies at a vertex."""
    xy, owner = shapely.get_coordinates(pieces, return_index=True)
    return least(at(xy), owner, len(pieces))


def least(values: Array, owner: Array, count: int) -> Array:
    """Least value of each owner; `owner` is sorted and each has one at least."""
    if not count:
        return np.zeros(0)
    return np.minimum.reduceat(values, np.flatnonzero(np.diff(owner, prepend=-1)))


def half_plane_part(piece: Geometry, plane: Plane, level: float) -> Geometry:
    """The part of a polygon where a plane lies below a level."""
    slope = np.array([plane.east, plane.north])
    steep = float(np.hypot(*slope))
    if steep < 1e-12:
        return piece if plane.level < level else shapely.Polygon()
    down = -slope / steep
    edge = np.array([plane.x, plane.y]) - down * (level - plane.level) / steep  # where the plane reaches the level
    across = np.array([-down[1], down[0]])
    centre = np.array([piece.centroid.x, piece.centroid.y])
    box = shapely.bounds(piece)
    size = float(np.hypot(box[2] - box[0], box[3] - box[1])) * 2 + 10.0
    foot = centre + down * float(np.dot(edge - centre, down))
    reach = size + abs(float(np.dot(edge - centre, down)))
    corners = [foot + across * reach, foot - across * reach]
    corners += [corner + down * 2 * reach for corner in reversed(corners)]
    return shapely.intersection(piece, shapely.Polygon(corners))

"""Views to be kept open: from an eye to a target, as limits over the land between and behind."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
import shapely
from shapely import Geometry

from ..land.types import Array
from .buildings import Buildings
from .limits import Checks, Limit, LimitKind
from .settings import HeightSettings
from .surfaces import Sight
from .terrain import Terrain

_RAYS = 9  # lines of sight across a corridor along which the terrain is sampled
_BEYOND_M = 1e6  # farther to the side than any corridor reaches
_NEAREST_M = 0.5  # an eye nearer to its target than this sees it whatever stands around


@dataclass(frozen=True)
class Eye:
    """A viewpoint on the plane; `level`: of the eye, not of the ground, None where it is not known."""

    name: str
    x: float
    y: float
    level: Optional[float]
    clause: str = ""


@dataclass(frozen=True)
class Target:
    """What is to be seen. `shape`: point, line or polygon; `level`: of the lowest line that must stay in sight, `top`:
    of its highest point; `width`: metres, of a point; `behind`: metres behind it where nothing may show above it."""

    name: str
    shape: Any
    level: Optional[float]
    top: Optional[float] = None
    width: Optional[float] = None
    behind: float = 0.0
    clause: str = ""


@dataclass(frozen=True)
class View:
    """One eye and one target. `left`, `right`: ends of the line that stands for the target, as the eye has them;
    `area`: the land between, a fan or a strip; `is_strip`: of one width from the eye to the target."""

    name: str
    eye: Eye
    target: Target
    left: Array
    right: Array
    area: Any
    is_strip: bool
    reason: str = ""

    @property
    def distance(self) -> float:
        """Metres from the eye to the middle of the target's line."""
        return float(np.hypot(*((self.left + self.right) / 2 - (self.eye.x, self.eye.y))))

    def across(self, xy: Array) -> Array:
        """Where points lie across the view: 0 on its left side, 1 on its right side."""
        origin = np.array([self.eye.x, self.eye.y])
        if self.is_strip:
            side = self.right - self.left
            return (xy - self.left) @ side / float(side @ side)
        share = self.sight_share(xy)
        edge = (xy - origin) / np.maximum(share, 1e-9)[:, None] + origin  # where the ray meets the target's line
        side = self.right - self.left
        return (edge - self.left) @ side / float(side @ side)

    def sight_share(self, xy: Array) -> Array:
        return (xy - (self.eye.x, self.eye.y)) @ self.gradient

    @property
    def gradient(self) -> Array:
        """East and north change of the share of the way to the target's line."""
        side = self.right - self.left
        normal = np.array([-side[1], side[0]])
        reach = float((self.left - (self.eye.x, self.eye.y)) @ normal)
        return normal / reach


def make_view(eye: Eye, target: Target, settings: HeightSettings, corridor: Optional[Geometry] = None) -> View:
    """The view from an eye to a target; a `corridor` polygon that a plan draws takes the place of the area between."""
    origin = np.array([eye.x, eye.y])
    left, right, is_strip = _ends(origin, target, settings)
    name = f"{eye.name} → {target.name}"
    away = float(np.hypot(*((left + right) / 2 - origin)))
    if away < _NEAREST_M or (target.shape.geom_type != "Point" and target.shape.covers(shapely.Point(origin))):
        return View(name, eye, target, left, right, shapely.Polygon(), is_strip, "heights_eye_at_target")
    area = corridor if corridor is not None else _between(origin, left, right, is_strip)
    reason = "" if eye.level is not None and target.level is not None else "heights_view_no_level"
    return View(name, eye, target, left, right, area, is_strip, reason)


def _ends(origin: Array, target: Target, settings: HeightSettings) -> tuple[Array, Array, bool]:
    """(left end, right end, whether the view is a strip)."""
    if target.shape.geom_type == "Point":
        at = shapely.get_coordinates(target.shape)[0]
        ahead = at - origin
        away = max(float(np.hypot(*ahead)), 1e-9)
        half = np.array([-ahead[1], ahead[0]]) / away * (target.width or settings.corridor_width_m) / 2
        return at + half, at - half, target.width is None
    corners = shapely.get_coordinates(target.shape)
    middle = shapely.get_coordinates(target.shape.centroid)[0] - origin
    ahead = corners - origin
    turn = np.arctan2(middle[0] * ahead[:, 1] - middle[1] * ahead[:, 0], ahead @ middle)
    return corners[np.argmax(turn)], corners[np.argmin(turn)], False


def _between(origin: Array, left: Array, right: Array, is_strip: bool) -> Any:
    if not is_strip:
        return shapely.Polygon([origin, left, right])
    half = (left - right) / 2
    return shapely.Polygon([origin + half, left, right, origin - half])


def view_limits(
    views: Sequence[View], buildings: Buildings, settings: HeightSettings, above: Optional[Array] = None
) -> list[Limit]:
    """Limits in front of and behind the target of each view; nothing is judged by what contains its eye or is its
    target."""
    found = []
    tree = shapely.STRtree(buildings.footprints)
    for number, view in enumerate(views):
        exempt = _exempt(view, buildings, tree)
        clause = view.eye.clause or view.target.clause
        reason = view.reason
        shape = None if reason else _sight(view, float(view.target.level or 0.0), settings)
        area = _front(view)
        found.append(Limit(LimitKind.CORRIDOR, view.name, area, shape, True, clause, reason, exempt, number))
        if view.target.behind > 0:
            top = view.target.top if view.target.top is not None else view.target.level
            behind = None if reason or top is None else _sight(view, top, settings)
            area = _behind(view)
            found.append(Limit(LimitKind.BACKDROP, view.name, area, behind, True, clause, reason, exempt, number))
    return found


def _sight(view: View, aim: float, settings: HeightSettings) -> Sight:
    east, north = view.gradient
    eye = view.eye.level or 0.0
    return Sight(view.eye.x, view.eye.y, eye, aim, float(east), float(north), settings.bend, settings.curvature_from_m)


def _front(view: View) -> Any:
    """The part of a view's area that lies between the eye and the target's line."""
    if view.area.is_empty:
        return view.area
    return shapely.intersection(view.area, _slab(view, 0.0, 1.0, _BEYOND_M))


def _behind(view: View) -> Any:
    """The land behind the target: the fan or strip drawn on."""
    if view.area.is_empty:
        return view.area
    far = 1 + view.target.behind / view.distance
    if view.is_strip:
        return _slab(view, 1.0, far, float(np.hypot(*(view.left - view.right))) / 2)
    origin = np.array([view.eye.x, view.eye.y])
    ends = [view.left, view.right]
    return shapely.Polygon([*ends, *(origin + (end - origin) * far for end in reversed(ends))])


def _slab(view: View, near: float, far: float, half: float) -> Any:
    """The band across a view between two shares of the way, `half` metres to either side."""
    middle, side = (view.left + view.right) / 2, view.left - view.right
    reach = side / np.hypot(*side) * half
    step = view.gradient / float(view.gradient @ view.gradient)  # straight on, from share 0 to share 1
    a, b = (middle + step * (share - 1) for share in (near, far))
    return shapely.Polygon([a + reach, b + reach, b - reach, a - reach])


def _exempt(view: View, buildings: Buildings, tree: Any) -> dict[int, str]:
    """Buildings that a view does not judge: the one with the eye in it, and the target itself."""
    eye = shapely.Point(view.eye.x, view.eye.y)
    found = {int(row): "heights_eye_inside" for row in tree.query(eye, predicate="intersects")}
    shape = view.target.shape
    for row in tree.query(shape, predicate="intersects"):
        footprint = buildings.footprints[row]
        is_target = (
            shape.geom_type == "Point" or shapely.area(shapely.intersection(footprint, shape)) > 0.5 * footprint.area
        )
        if is_target:
            found[int(row)] = "heights_is_target"
    return found


@dataclass(frozen=True)
class ViewResult:
    """What became of a view: `blocked` share of the target's width that the buildings hide, `ground` metres by which
    the terrain rises above the sights (0 where it does not, None where some of it is not known and none of the rest
    rises), at `ground_at` metres from the eye."""

    view: View
    broken: Array  # positions in Checks
    met: int
    blocked: float
    ground: Optional[float]
    ground_at: float = 0.0


def view_results(
    views: Sequence[View], limits: Sequence[Limit], checks: Checks, terrain: Optional[Terrain], settings: HeightSettings
) -> list[ViewResult]:
    """ViewResult of every view."""
    sight = np.array([limit.sight if limit.kind == LimitKind.CORRIDOR else -1 for limit in limits], dtype=int)
    of_row = sight[checks.limit] if len(checks) else np.zeros(0, dtype=int)
    found = []
    for number, view in enumerate(views):
        own_rows = np.flatnonzero(of_row == number)
        broken = own_rows[checks.is_broken[own_rows]]
        ground, at = (None, 0.0) if view.reason else _ground(view, terrain, settings)
        found.append(ViewResult(view, broken, len(own_rows), blocked_share(view, checks.piece[broken]), ground, at))
    return found


def blocked_share(view: View, pieces: Array) -> float:
    """Share of the target's width that polygons hide together."""
    spans = sorted(_spans(view, pieces))
    total, reached = 0.0, 0.0
    for low, high in spans:
        total += max(high - max(low, reached), 0.0)
        reached = max(reached, high)
    return min(total, 1.0)


def _spans(view: View, pieces: Array) -> list[tuple[float, float]]:
    """(from, to) across the view, of each polygon of some geometries."""
    parts = shapely.get_parts(pieces[~shapely.is_missing(pieces)]) if len(pieces) else pieces
    found = []
    for part in parts:
        if part.is_empty:
            continue
        at = np.clip(view.across(shapely.get_coordinates(part)), 0.0, 1.0)
        found.append((float(at.min()), float(at.max())))
    return found


def _ground(view: View, terrain: Optional[Terrain], settings: HeightSettings) -> tuple[Optional[float], float]:
    """(metres by which the terrain rises above the sights, metres from the eye); None where it may."""
    if terrain is None:
        return None, 0.0
    sight = _sight(view, float(view.target.level or 0.0), settings)
    worst, at, is_known = 0.0, 0.0, True
    for share in np.linspace(0.0, 1.0, _RAYS):
        end = view.left + (view.right - view.left) * share
        origin = np.array([view.eye.x, view.eye.y])
        start = origin + (end - (view.left + view.right) / 2 if view.is_strip else 0.0)
        steps = max(int(np.hypot(*(end - start)) / terrain.cell * 2), 2)
        xy = start + np.linspace(0, 1, steps + 1)[1:-1, None] * (end - start)
        over = terrain.at(xy) - sight.at(xy)
        is_known &= bool(np.isfinite(over).all())
        if np.isfinite(over).any():
            place = int(np.nanargmax(over))
            if over[place] > worst:
                worst, at = float(over[place]), float(np.hypot(*(xy[place] - origin)))
    return (worst if is_known or worst > 0 else None), at

"""Obstacle limitation surfaces of a runway, from data: strip, inner horizontal, cone, transitional, approach, climb."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely import Geometry

from ..land.types import Array
from ..messages import text
from .limits import Limit, LimitKind
from .settings import catalogue
from .surfaces import Cone, Flat, Plane, Shape


@dataclass(frozen=True)
class Runway:
    """A centre line from threshold to threshold; `level`: aerodrome elevation, `start`, `end`: of the thresholds, all
    in the datum of the run; `reason`: why its levels cannot be used, "" where they can."""

    name: str
    line: Any
    level: float
    start: float
    end: float
    clause: str = ""
    reason: str = ""


def airport_limits(runway: Runway, data: Any = None) -> list[Limit]:
    """The surfaces of a runway as limits; `data`: as resources/heights/airport.json, the default."""
    data = data or catalogue("airport.json")
    return [_limit(runway, data, name, area, shape) for name, area, shape in _surfaces(runway, data)]


def _limit(runway: Runway, data: Any, name: str, area: Any, shape: Shape) -> Limit:
    clause = runway.clause or f"{data['law']}（{data['confidence']}）"
    title = f"{runway.name}·{text(f'heights_surface_{name}', language='zh')}"
    return Limit(LimitKind.AIRPORT, title, area, None if runway.reason else shape, True, clause, runway.reason)


_Named = tuple[str, Any, Shape]


def _surfaces(runway: Runway, data: Any) -> Iterator[_Named]:
    frame = _Frame.of(runway)
    inner, cone = data["inner_horizontal"], data["conical"]
    roof = runway.level + inner["height_m"]
    flat = shapely.buffer(runway.line, inner["radius_m"], quad_segs=64)
    yield "inner_horizontal", flat, Flat(roof)
    reach = inner["radius_m"] + cone["height_above_inner_m"] / cone["slope"]
    ring = shapely.difference(shapely.buffer(runway.line, reach, quad_segs=64), flat)
    yield "conical", ring, Cone(runway.line, roof, inner["radius_m"], cone["slope"])
    yield from _transitional(frame, data, roof)
    for end in (_Frame.of(runway), _Frame.of(_turned(runway))):
        yield from _approach(end, data, roof)
        yield _climb(end, data["take_off_climb"])


def _turned(runway: Runway) -> Runway:
    line = shapely.reverse(runway.line)
    return Runway(runway.name, line, runway.level, runway.end, runway.start, runway.clause)


@dataclass(frozen=True)
class _Frame:
    """Coordinates along a runway: x metres beyond its start (away from it), y metres to the side."""

    origin: Array
    out: Array
    side: Array
    length: float
    start: float
    end: float

    @classmethod
    def of(cls, runway: Runway) -> "_Frame":
        a, b = shapely.get_coordinates(runway.line)[[0, -1]]
        length = float(np.hypot(*(b - a)))
        out = (a - b) / length
        return cls(a, out, np.array([-out[1], out[0]]), length, runway.start, runway.end)

    def area(self, *corners: tuple[float, float]) -> Geometry:
        return shapely.Polygon([self.origin + self.out * x + self.side * y for x, y in corners])

    def plane(self, x: float, y: float, level: float, slopes: tuple[float, float]) -> Plane:
        """A plane of a level at (x, y) that rises by slopes along x and y."""
        at = self.origin + self.out * x + self.side * y
        east, north = self.out * slopes[0] + self.side * slopes[1]
        return Plane(float(at[0]), float(at[1]), level, float(east), float(north))


def _transitional(frame: _Frame, data: Any, roof: float) -> Iterator[_Named]:
    """Beside the strip, up to the inner horizontal surface; the strip's edge lies as high as the centre line there."""
    half, slope = data["strip"]["half_width_m"], data["transitional"]["slope"]
    beyond, length = data["strip"]["beyond_end_m"], frame.length
    rise = (frame.start - frame.end) / length
    for side in (1, -1):
        low = max(roof - max(frame.start, frame.end), 0.0)
        wide = half + low / slope
        corners = [(beyond, side * half), (beyond, side * wide)]
        corners += [(-length - beyond, side * wide), (-length - beyond, side * half)]
        shape = frame.plane(0.0, side * half, frame.start, (rise, side * slope))
        yield "transitional", frame.area(*corners), shape
    middle = [(beyond, half), (beyond, -half), (-length - beyond, -half), (-length - beyond, half)]
    yield "strip", frame.area(*middle), frame.plane(0.0, 0.0, frame.start, (rise, 0.0))


def _approach(frame: _Frame, data: Any, roof: float) -> Iterator[_Named]:
    approach = data["approach"]
    spread, slope = approach["divergence"], data["transitional"]["slope"]
    x, half, level = approach["distance_from_threshold_m"], approach["inner_edge_m"] / 2, frame.start
    for section in approach["sections"]:
        far, wide = x + section["length_m"], half + section["length_m"] * spread
        yield (
            "approach",
            frame.area((x, half), (far, wide), (far, -wide), (x, -half)),
            frame.plane(x, 0.0, level, (section["slope"], 0.0)),
        )
        if section["slope"] and level < roof:
            yield from _beside_approach(frame, (x, half, level), (section["slope"], spread, slope), roof)
        x, half, level = far, wide, level + section["length_m"] * section["slope"]


def _beside_approach(
    frame: _Frame, start: tuple[float, float, float], slopes: tuple[float, float, float], roof: float
) -> Iterator[_Named]:
    """Transitional surface beside an approach: from its edge, sideways, to where it reaches the inner horizontal."""
    (x, half, level), (up, spread, slope) = start, slopes
    reach = (roof - level) / up
    for side in (1, -1):
        corners = [
            (x, side * half),
            (x + reach, side * (half + reach * spread)),
            (x, side * (half + (roof - level) / slope)),
        ]
        # level at (x', y') = level + up (x' - x) + slope (|y'| - half - spread (x' - x))
        shape = frame.plane(x, side * half, level, (up - slope * spread, side * slope))
        yield "transitional", frame.area(*corners), shape


def _climb(frame: _Frame, climb: Any) -> _Named:
    x, half = climb["distance_from_end_m"], climb["inner_edge_m"] / 2
    far, most = x + climb["length_m"], climb["final_width_m"] / 2
    bend = min(x + (most - half) / climb["divergence"], far)
    corners = [(x, half), (bend, most), (far, most), (far, -most), (bend, -most), (x, -half)]
    return "take_off_climb", frame.area(*corners), frame.plane(x, 0.0, frame.start, (climb["slope"], 0.0))

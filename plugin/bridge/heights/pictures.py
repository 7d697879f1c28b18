"""Pictures of a run: the skyline before and after, the section along a view, the plan around what exceeds."""

from collections.abc import Iterator, Sequence
from typing import Any, Optional

import numpy as np
import shapely
from qgis.PyQt.QtGui import QImage

from ...core.errors import OutputError
from ...core.files import write_complete
from ...core.heights.buildings import Buildings
from ...core.heights.limits import LimitKind
from ...core.heights.run import Outcome, Skyline
from ...core.heights.sights import View, ViewResult
from ...report.heights.wording import say
from .canvas import DESIGN, EXCEEDING, EXISTING, INK, SIGHT, TERRAIN, Canvas, png, stacked
from .job import HeightsRun

Window = tuple[float, float]  # azimuths from, to; clockwise, may run on beyond 360
_CHART = (1600, 620)
PLAN = (1400, 1000)
_WIDE = 6.0  # degrees beside the buildings of a skyline
_LOW = -2.0  # degrees below the horizon that a skyline shows
_AROUND_M = 120.0
_NAMED = 6  # buildings of a plan with their key
_SHOWN = 8  # buildings of a section with their key
_LARGEST_M = 3_000.0  # of a plan; farther ends of a view are cut


def skyline_picture(skyline: Skyline, outcome: Outcome) -> QImage:
    """Before above, after below, on the same axes."""
    window, top = _window(skyline)
    title = say("pic_before"), say("pic_after")
    panels = []
    for number, word in enumerate(title):
        canvas = Canvas(_CHART, (window[0], _LOW, window[1], top), f"{skyline.watch.eye.name}　{word}")
        canvas.axes(say("pic_azimuth"), say("pic_degrees"), 360.0)
        _silhouettes(canvas, skyline, window, outcome.design.buildings if number else None, outcome)
        entries = [(TERRAIN, say("pic_terrain")), (EXISTING, say("pic_existing"))]
        if number:
            entries += [(DESIGN, say("pic_design")), (EXCEEDING, say("pic_over_ridge"))]
        canvas.legend(entries)
        canvas.frame_around()
        panels.append(canvas.finished())
    return stacked(panels)


def _window(skyline: Skyline) -> tuple[Window, float]:
    """((azimuth from, to), highest angle shown): where the design stands, the whole round where it is all around."""
    after = skyline.after
    seen = np.flatnonzero(after.owner >= 0)
    if not len(seen):
        return (0.0, 360.0), 10.0
    azimuths = after.azimuths[seen]
    gaps = np.diff(np.append(azimuths, azimuths[0] + 360))
    widest = int(np.argmax(gaps))
    start = float(azimuths[(widest + 1) % len(azimuths)])
    length = 360 - float(gaps[widest])
    if length > 200:
        window = (0.0, 360.0)
    else:
        window = (start - _WIDE, start + length + _WIDE)
    highest = float(after.angles[seen].max())
    if skyline.ridge is not None:
        highest = max(highest, float(skyline.ridge.angles[_in_window(after.azimuths, window)[0]].max()))
    return window, float(np.clip(highest * 1.7 + 1.0, 4.0, 89.0))


def _in_window(azimuths: np.ndarray, window: Window) -> tuple[np.ndarray, np.ndarray]:
    """(positions, azimuths that run on without a jump) of the directions inside a window."""
    turned = (azimuths - window[0]) % 360 + window[0]
    inside = np.flatnonzero(turned <= window[1])
    order = inside[np.argsort(turned[inside])]
    return order, turned[order]


def _silhouettes(
    canvas: Canvas, skyline: Skyline, window: Window, design: Optional[Buildings], outcome: Outcome
) -> None:
    """The ridge, then buildings from far to near, then what of the design rises above the ridge."""
    rows, azimuths = _in_window(skyline.after.azimuths, window)
    ridge = skyline.ridge.angles[rows] if skyline.ridge is not None else np.full(len(rows), _LOW)
    if skyline.ridge is not None:
        points = [(azimuths[0], _LOW), *zip(azimuths, np.maximum(ridge, _LOW)), (azimuths[-1], _LOW)]
        canvas.area(points, TERRAIN)
    boxes = list(_boxes(skyline, outcome.design.existing, window, EXISTING))
    boxes += _boxes(skyline, design, window, DESIGN)
    for _, left, right, top, colour in sorted(boxes, reverse=True):
        canvas.area([(left, _LOW), (left, top), (right, top), (right, _LOW)], colour, "#8c8c8c", 0.5)
    if design is not None and skyline.ridge is not None and skyline.watch.span is not None:
        start, stop = skyline.watch.span
        inside = (azimuths - start) % 360 <= ((stop - start) % 360 or 360)
        _between(canvas, azimuths, ridge, np.where(inside, skyline.after.angles[rows], -90.0))
    if skyline.ridge is not None:
        canvas.line(list(zip(azimuths, np.maximum(ridge, _LOW))), "#5d6b3a", 2)


def _boxes(skyline: Skyline, buildings: Optional[Buildings], window: Window, colour: str) -> Iterator[Any]:
    """(distance, left, right, top, colour) of buildings in a window of azimuths; top in degrees at their nearest."""
    eye = skyline.watch.eye
    if buildings is None or eye.level is None:
        return
    usable = np.flatnonzero(np.isfinite(buildings.top) & ~shapely.is_missing(buildings.footprints))
    away = shapely.distance(buildings.footprints[usable], shapely.Point(eye.x, eye.y))
    middle = (window[0] + window[1]) / 2
    for row, near in zip(usable.tolist(), away.tolist()):
        if near < 1.0:
            continue
        xy = shapely.get_coordinates(buildings.footprints[row]) - (eye.x, eye.y)
        azimuth = (np.degrees(np.arctan2(xy[:, 0], xy[:, 1])) - middle + 180) % 360 - 180 + middle
        left, right = float(azimuth.min()), float(azimuth.max())
        if right - left < 180 and right > window[0] and left < window[1]:
            yield near, left, right, float(np.degrees(np.arctan2(buildings.top[row] - eye.level, near))), colour


def _between(canvas: Canvas, azimuths: np.ndarray, ridge: np.ndarray, after: np.ndarray) -> None:
    """What rises above the ridge, red."""
    over = np.flatnonzero(after > ridge)
    half = (azimuths[1] - azimuths[0]) / 2 if len(azimuths) > 1 else 0.0
    for run in np.split(over, np.flatnonzero(np.diff(over) > 1) + 1):
        if len(run):
            upper = [(azimuths[i] + side, after[i]) for i in run for side in (-half, half)]
            lower = [(azimuths[i] + side, ridge[i]) for i in run[::-1] for side in (half, -half)]
            canvas.area([*upper, *lower], EXCEEDING)


def section_picture(result: ViewResult, outcome: Outcome) -> QImage:
    """Along a view: terrain, the sight, the buildings it meets, what rises above it red."""
    view, buildings = result.view, outcome.design.buildings
    rows = _rows_of(result, outcome)
    distance = view.distance
    tops = buildings.top[outcome.checks.building[rows]]
    eye, aim = float(view.eye.level or 0.0), float(view.target.level or 0.0)
    levels, ground = _ground_profile(view, outcome, distance)
    known = [v for v in (*tops, eye, aim, *(levels if levels is not None else ())) if np.isfinite(v)]
    low, high = min([*known, *buildings.base[outcome.checks.building[rows]][np.isfinite(tops)]]), max(known)
    pad = max((high - low) * 0.15, 2.0)
    canvas = Canvas(_CHART, (0.0, low - pad, distance * 1.03, high + pad), say("pic_section", name=view.name))
    canvas.axes(say("pic_distance"), say("pic_level"))
    if levels is not None:
        canvas.area([(ground[0], low - pad), *zip(ground, levels), (ground[-1], low - pad)], TERRAIN)
    notes = _sections(canvas, rows, view, outcome)
    canvas.line([(0.0, eye), (distance, aim)], SIGHT, 2.5, True)
    canvas.mark(0.0, eye, INK)
    canvas.mark(distance, aim, SIGHT)
    canvas.note(distance, aim, view.target.name)
    for x, top, caption in notes:
        canvas.note(x, top, caption, EXCEEDING)
    entries = [(TERRAIN, say("pic_terrain")), (DESIGN, say("pic_design"))]
    canvas.legend([*entries, (EXCEEDING, say("pic_over_sight")), (SIGHT, say("pic_sight"))])
    canvas.frame_around()
    return canvas.finished()


def _rows_of(result: ViewResult, outcome: Outcome) -> np.ndarray:
    """Rows of the checks of a view, far ones first."""
    number = next((n for n, v in enumerate(outcome.views) if v is result), -1)
    front = [n for n, limit in enumerate(outcome.limits) if limit.sight == number and limit.kind == LimitKind.CORRIDOR]
    checks = outcome.checks
    return np.flatnonzero(np.isin(checks.limit, front) & (checks.reason == ""))


def _ground_profile(view: View, outcome: Outcome, distance: float) -> tuple[Optional[np.ndarray], np.ndarray]:
    """(levels with gaps closed, distances) of the terrain along the middle of a view; None without terrain."""
    along = np.linspace(0, distance, 300)
    if outcome.design.terrain is None:
        return None, along
    middle, origin = (view.left + view.right) / 2, np.array([view.eye.x, view.eye.y])
    levels = outcome.design.terrain.at(origin + (along / distance)[:, None] * (middle - origin))
    known = np.isfinite(levels)
    return (np.interp(along, along[known], levels[known]), along) if known.any() else (None, along)


def _sections(canvas: Canvas, rows: np.ndarray, view: View, outcome: Outcome) -> list[tuple[float, float, str]]:
    """Draw the buildings; return (x, y, words) of those that exceed most, the worst first."""
    notes = []
    checks, buildings, distance = outcome.checks, outcome.design.buildings, view.distance
    worst = set(rows[np.argsort(-checks.exceed[rows])][:_SHOWN].tolist())
    for row in rows.tolist():
        at = int(checks.building[row])
        share = view.sight_share(shapely.get_coordinates(buildings.footprints[at])) * distance
        near, far = float(share.min()), float(share.max())
        base, top = float(buildings.base[at]), float(buildings.top[at])
        canvas.area([(near, base), (near, top), (far, top), (far, base)], DESIGN, INK)
        if checks.is_broken[row]:
            level = min(max(float(checks.level[row]), base), top)
            canvas.area([(near, level), (near, top), (far, top), (far, level)], EXCEEDING, INK)
        if row in worst and checks.is_broken[row]:
            caption = f"{buildings.keys[at]} +{checks.exceed[row]:.1f} m"
            notes.append((float(checks.exceed[row]), (near + far) / 2, top, caption))
    return [note[1:] for note in sorted(notes, reverse=True)]


def plan_picture(run: HeightsRun, rows: Sequence[int], title: str) -> QImage:
    """The plan around some buildings: footprints, views, zones with their limits, exceeding parts red."""
    outcome, buildings = run.outcome, run.outcome.design.buildings
    box = plan_box(shapely.total_bounds(buildings.footprints[list(rows)]))
    canvas = Canvas(PLAN, box, title)
    window = shapely.box(*box)
    for limit in outcome.limits:
        if limit.area.is_empty or not limit.area.intersects(window):
            continue
        in_view = limit.kind in (LimitKind.CORRIDOR, LimitKind.BACKDROP)
        canvas.shape(limit.area, "#fff3d6" if in_view else "", "#d08b00" if in_view else "#8a6fb0", 2.0)
        canvas.spare(limit.area)
    if outcome.design.existing is not None:
        for shape in outcome.design.existing.footprints:
            if shape is not None and shape.intersects(window):
                canvas.shape(shape, "#e4e4e4", "#b0b0b0", 0.7)
    for row in np.flatnonzero(~shapely.is_missing(buildings.footprints)):
        if buildings.footprints[row].intersects(window):
            canvas.keep_off(buildings.footprints[row])
            canvas.shape(
                buildings.footprints[row], DESIGN if row in rows else EXISTING, INK, 2.0 if row in rows else 1.0
            )
    for finding in run.findings:
        if finding.unit == "m" and finding.geometry is not None and finding.geometry.intersects(window):
            canvas.shape(finding.geometry, EXCEEDING, "#7a0000", 1.5)
    scale_bar(canvas, box)
    for row in rows if len(rows) <= _NAMED else ():
        top = shapely.bounds(buildings.footprints[row])[3]
        canvas.note(buildings.footprints[row].centroid.x, top, str(buildings.keys[row]))
    _names(canvas, outcome, window)
    canvas.legend([(DESIGN, say("pic_this")), (EXISTING, say("pic_other")), (EXCEEDING, say("pic_exceeding"))])
    canvas.frame_around()
    return canvas.finished()


def plan_box(bounds: np.ndarray, is_full: bool = False) -> tuple[float, float, float, float]:
    """A box of the shape of the picture around bounds, with the land around buildings; `is_full`: just the bounds."""
    middle = (bounds[:2] + bounds[2:]) / 2
    size = bounds[2:] - bounds[:2]
    size = size * 1.06 if is_full else np.minimum(size + 2 * _AROUND_M, _LARGEST_M)
    frame = (PLAN[0] - 140) / (PLAN[1] - 130)
    half = np.array([max(size[0], size[1] * frame), max(size[1], size[0] / frame)]) / 2
    low, high = middle - half, middle + half
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def _names(canvas: Canvas, outcome: Outcome, window: shapely.Geometry) -> None:
    """Names and limits of zones, once each; viewpoints and targets."""
    for limit in outcome.limits:
        if limit.kind not in (LimitKind.ZONE, LimitKind.PARCEL) or not limit.area.intersects(window):
            continue
        at = limit.area.intersection(window).representative_point()
        value = "" if limit.shape is None else f" ≤ {limit.shape.at(np.zeros((1, 2)))[0]:g} m"
        canvas.note(at.x, at.y, f"{limit.name}{value}", "#5b3f86")
    for result in outcome.views:
        canvas.mark(result.view.eye.x, result.view.eye.y, INK)
        middle = result.view.target.shape.centroid
        canvas.mark(middle.x, middle.y, SIGHT)


def scale_bar(canvas: Canvas, box: tuple[float, float, float, float]) -> None:
    """A bar of a round length, and north."""
    wide = box[2] - box[0]
    length = max((m for m in (10, 20, 50, 100, 200, 500, 1000) if m < wide / 4), default=10)
    left, low = box[0] + wide * 0.03, box[1] + (box[3] - box[1]) * 0.04
    canvas.line([(left, low), (left + length, low)], INK, 5)
    canvas.note(left + length / 2, low, f"{length} m")
    x, y, size = box[2] - wide * 0.04, box[3] - (box[3] - box[1]) * 0.12, wide * 0.012
    canvas.area([(x, y + 3 * size), (x - size, y), (x + size, y)], INK)
    canvas.keep_off(shapely.box(x - size, y, x + size, y + 3 * size))
    canvas.note(x, y + 3 * size, "N")


def write_skylines(run: HeightsRun, path: str) -> None:
    """All skylines of a run as one PNG; raises OutputError. Without a viewpoint there is nothing to write."""
    images = [skyline_picture(skyline, run.outcome) for skyline in run.outcome.skylines]
    if not images:
        return
    try:
        write_complete(path, png(stacked(images)))
    except OSError as error:
        raise OutputError("output_not_writable", path=path, error=error.strerror or error) from error

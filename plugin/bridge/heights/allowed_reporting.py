"""The report on how high may be built: its map drawn, its files written."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import shapely
from qgis.PyQt.QtGui import QColor, QImage

from ...core.heights.allowed import NO_LIMIT, OUTSIDE
from ...core.land import crs as crs_rules
from ...report import write_report
from ...report.heights.allowed import AllowedReport, BindingRow, allowed_document
from ...report.heights.wording import say
from ..review.reporting import software
from .allowed import AllowedRun, binding_table, contour_table
from .canvas import Canvas, png
from .outputs import Table
from .pictures import PLAN, plan_box, scale_bar
from .surface_style import STEPS

_MOST_PIXELS = 1400  # a side of the picture of a surface
_UNKNOWN, _FREE = "#ffffff", "#d0d0d0"
_NAMED = 12  # limits with their name on the map
_MOST_LINES = 2000


def write_allowed_reports(run: AllowedRun, contour_m: float, paths: Sequence[Path]) -> None:
    """Write the report once for each path; raises InputError, OutputError."""
    if not paths:
        return
    land = binding_table(run)
    rows = [BindingRow(*row) for row in _in_order(land.rows)]
    inside = run.surface.binding != OUTSIDE
    known = float(np.isfinite(run.surface.heights).sum() / max(int(inside.sum()), 1))
    report = AllowedReport(
        rows,
        known,
        run.surface.grid.cell,
        contour_m,
        run.inputs,
        run.absent,
        run.remarks,
        crs_rules.describe(run.plane),
        software(),
    )
    if any(path.suffix.lower() != ".xlsx" for path in paths):
        report.picture = png(allowed_picture(run, land, contour_m))
    document = allowed_document(report)
    for path in paths:
        write_report(document, path)


def _in_order(rows: Sequence[tuple]) -> list[tuple]:
    """The largest land first, that without a limit last."""
    return sorted(rows, key=lambda row: (not row[0], -row[4]))


def allowed_picture(run: AllowedRun, land: Table, contour_m: float) -> QImage:
    """The surface in its colours, the land of each binding limit outlined with its name, contours."""
    grid = run.surface.grid
    right, low = grid.left + grid.columns * grid.cell, grid.top - grid.rows * grid.cell
    box = plan_box(np.array([grid.left, low, right, grid.top]), is_full=True)
    canvas = Canvas(PLAN, box, say("pic_allowed", name=run.inputs[0].name))
    canvas.picture(_surface_image(run), (grid.left, low, right, grid.top))
    for line in contour_table(run, contour_m).shapes[:_MOST_LINES]:  # type: ignore[index]
        canvas.line(shapely.get_coordinates(line), "#404040", 0.8)
    scale_bar(canvas, box)
    for number, (row, shape) in enumerate(zip(land.rows, land.shapes or [])):
        canvas.shape(shape, "", "#5b3f86", 2.0)
        if number < _NAMED and row[0]:
            at = shape.representative_point()
            height = _height_text(row[2], row[3]) if row[2] is not None else f" {say('pic_unknown')}"
            canvas.note(at.x, at.y, f"{row[1]}{height}", "#5b3f86")
    steps = [(colour, f"{value} m") for value, colour in STEPS]
    canvas.legend([*steps, (_FREE, say("pic_free"))])
    canvas.frame_around()
    return canvas.finished()


def _height_text(lowest: float, highest: float) -> str:
    return f" {lowest:g} m" if lowest == highest else f" {lowest:g}—{highest:g} m"


def _surface_image(run: AllowedRun) -> QImage:
    """Colours of the cells, at most so many as a picture has pixels; transparent outside the area."""
    step = max(1, -(-max(run.surface.heights.shape) // _MOST_PIXELS))
    heights, binding = run.surface.heights[::step, ::step], run.surface.binding[::step, ::step]
    colours = np.array([QColor(colour).getRgb()[:3] for _, colour in STEPS], dtype=float)
    values = [value for value, _ in STEPS]
    known = np.isfinite(heights)
    pixels = np.zeros((*heights.shape, 4), dtype=np.uint8)
    pixels[..., :3] = QColor(_UNKNOWN).getRgb()[:3]
    pixels[..., 3] = np.where(binding == OUTSIDE, 0, 255)
    pixels[binding == NO_LIMIT, :3] = QColor(_FREE).getRgb()[:3]
    for channel in range(3):
        pixels[known, channel] = np.interp(heights[known], values, colours[:, channel])
    height, width = heights.shape
    image = QImage(np.ascontiguousarray(pixels).tobytes(), width, height, 4 * width, QImage.Format.Format_RGBA8888)
    return image.copy()  # the bytes are not kept

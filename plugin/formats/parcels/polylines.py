"""Closed polylines, as drawings hold them, to polygons; and a list of what did not close."""

from dataclasses import dataclass

import numpy as np
import shapely

from .txt import even_odd


@dataclass
class Closed:
    """`polygons` with holes; `unclosed` lines with the `gaps` (layer units) between their ends."""

    polygons: list
    unclosed: list
    gaps: list


def polygons_from_lines(lines, tolerance=0.01):
    """Turn lines of one drawing layer into polygons.

    `lines`: shapely (multi) line strings; segments that meet end to end are chained; a chain whose ends are within
    `tolerance` of each other is closed. A ring inside another is a hole (even-odd). Null and empty lines are passed
    over.
    """
    parts = shapely.get_parts(
        shapely.get_parts(np.array([g for g in lines if g is not None and not g.is_empty], dtype=object))
    )
    closed_already = [p for p in parts if p.is_closed and len(p.coords) >= 4]
    chained = shapely.line_merge(shapely.multilinestrings([p for p in parts if not p.is_closed]))
    rings, unclosed, gaps = list(closed_already), [], []
    for chain in shapely.get_parts(chained):
        ends = shapely.get_coordinates(chain)
        gap = float(np.hypot(*(ends[-1] - ends[0])))
        if gap <= tolerance and len(ends) >= 4:
            rings.append(shapely.LineString([*ends[:-1], ends[0]]))
        elif not chain.is_empty:
            unclosed.append(chain)
            gaps.append(gap)
    combined = even_odd([shapely.Polygon(r.coords) for r in rings])
    polygons = [p for p in shapely.get_parts(combined) if p.geom_type == "Polygon" and not p.is_empty]
    return Closed(polygons, unclosed, gaps)

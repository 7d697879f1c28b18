"""Columns of coordinates as the place of a record: X and Y are told apart by their size, as surveyors and GIS
programs name them the other way round; a system that the numbers do not tell is asked for.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Optional

import numpy as np
import shapely

from ...core import messages
from ...core.errors import CrsError
from ...core.forms.parsing import Unreadable, parse_number
from ...core.forms.schema import Form
from ...core.forms.units import vocabulary
from ...core.land.coordinates import check_coordinates
from ...core.land.crs import GEOGRAPHIC, describe, parse_crs, transformer
from ...core.land.point_columns import LATITUDES, LONGITUDES, columns_of_points, evident_crs
from .mapping import Column, column_names
from .read import Padded, Percent, Unread

PLACE = "geometry"
_SEXAGESIMAL = re.compile(
    r"[EN东北经纬]*\s*(\d{1,3})\s*[°ºo度]\s*(\d{1,2})\s*[′'‘’分]\s*(?:(\d{1,2}(?:\.\d+)?)\s*(?:[″\"“”秒]|''|′′))?\s*[EN]?",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"[(\[【].*?[)\]】]")


def suggest_place(columns: list[Column], cells: Callable[[int], list]) -> dict[str, str]:
    """{"east", "north": titles, "crs": code, "" where nothing tells it} of two columns named and filled like
    coordinates; {} without such a pair. `cells`: gives the first values of a column.
    """
    for pair in vocabulary()["place_columns"]:
        first, second = (next((c for c in columns if _is_named(c, name)), None) for name in pair)
        if first is None or second is None:
            continue
        numbers = [_numbers(cells(column.index)) for column in (first, second)]
        size = min(map(len, numbers))
        found = columns_of_points(numbers[0][:size], numbers[1][:size]) if size else None
        if found is not None:
            east, north = (first, second) if found.east_first else (second, first)
            crs = evident_crs(found, numbers[0 if found.east_first else 1][:size])
            return {"east": east.title, "north": north.title, "crs": f"EPSG:{crs.to_epsg()}" if crs else ""}
    return {}


def _is_named(column, name):
    said = [_BRACKETS.sub("", known) for known in column_names(column)]
    return any(known == name or (len(name) > 1 and known.endswith(name)) for known in said)


def _numbers(values: Iterable[object]) -> np.ndarray:
    return np.array([np.nan if (found := coordinate(value)) is None else found for value in values], dtype=float)


def coordinate(cell: object) -> Optional[float]:
    """A coordinate as a number, degrees with minutes and seconds among them; None for anything else."""
    if isinstance(cell, (Percent, Padded, bool)):
        return None
    if isinstance(cell, (int, float)):
        return float(cell)
    text = unicodedata.normalize("NFKC", cell).strip() if isinstance(cell, str) else ""
    if found := _SEXAGESIMAL.fullmatch(text):
        degrees, minutes, seconds = (float(part or 0) for part in found.groups())
        return degrees + minutes / 60 + seconds / 3600 if minutes < 60 and seconds < 60 else None
    try:
        return float(parse_number(text, "m").value)
    except Unreadable:
        return None


class PlaceMaker:
    """`east`, `north`: columns from 0; `district`: the area in which places must lie, None for any."""

    def __init__(self, crs: str, east: int, north: int, district: Any = None):
        self._crs, self._columns, self._district = parse_crs(crs), (east, north), district
        if district is not None:
            shapely.prepare(district)
        self._to_degrees = transformer(self._crs, parse_crs(f"EPSG:{GEOGRAPHIC}"))

    def step(self, values: list, record: dict, problems: list) -> None:
        """Put the point of a row into its record, or say why there is none."""
        cells = [values[i] if i < len(values) and values[i] not in ("", None) else None for i in self._columns]
        if cells == [None, None]:
            return  # no place is given: what is known of the record stays
        if None in cells:
            problems.append((PLACE, messages.message("place_half")))
            return
        numbers = [coordinate(cell) for cell in cells]
        if None in numbers:
            wrong = cells[numbers.index(None)]
            text = wrong.text if isinstance(wrong, Unread) else str(wrong)
            problems.append((PLACE, messages.message("place_no_number", value=text[:60])))
            return
        self._place(numbers, record, problems)

    def _place(self, numbers, record, problems):
        try:
            check_coordinates(self._crs, (*numbers, *numbers))
        except CrsError as error:
            problems.append((PLACE, error.message))
            return
        lon, lat = self._to_degrees.transform(*numbers)
        values = {"east": f"{numbers[0]:.10g}", "north": f"{numbers[1]:.10g}"}
        if not (LONGITUDES[0] <= lon <= LONGITUDES[1] and LATITUDES[0] <= lat <= LATITUDES[1]):
            problems.append((PLACE, messages.message("place_no_country", **values)))
        elif self._district is not None and not shapely.intersects_xy(self._district, lon, lat):
            degrees_of = {"lon": f"{lon:.6f}", "lat": f"{lat:.6f}"}
            problems.append((PLACE, messages.message("place_other_county", **values, **degrees_of)))
        else:
            record[PLACE] = shapely.to_wkb(shapely.points(lon, lat), byte_order=1)


def place_remarks(reading: Any, form: Form) -> Iterator[tuple[str, dict[str, str]]]:
    """How columns of coordinates are read, and whether anything tells a place outside of the county."""
    spec = reading.profile.place if reading.profile and form.geometry == "point" else {}
    if spec:
        named = {side: spec[side] for side in ("east", "north")}
        yield "places_read", {"crs": describe(parse_crs(spec["crs"])), **named}
        if reading.county and reading.district is None:
            yield "places_unchecked", {}

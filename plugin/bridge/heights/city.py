"""The buildings of a run as a CityJSON file."""

import json

from ...core.errors import OutputError
from ...core.files import write_complete
from ...core.heights.cityjson import city_of
from .job import HeightsRun


def write_city(run: HeightsRun, path: str) -> None:
    """Write the file beside its place and move it there when it is whole; raises OutputError."""
    content = city_of(run.outcome.design.buildings, run.buildings, run.plane.to_epsg(min_confidence=70))
    try:
        write_complete(path, json.dumps(content, ensure_ascii=False).encode("utf-8"))
    except OSError as error:
        raise OutputError("output_not_writable", path=path, error=error.strerror or error) from error

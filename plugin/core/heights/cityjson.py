"""CityJSON 2.0: buildings of a design as solids (LoD 1) with how they stand; buildings of a file as footprints."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional, Union

import numpy as np
import shapely

from ..errors import InputError
from ..json_files import read_json_object
from ..land.overlay import union
from ..land.pieces import objects
from ..land.types import Array
from .buildings import Buildings
from .results import BuildingResult

_LARGEST = 400_000_000  # bytes of a file
_STEP = 0.001  # metres between two whole coordinates
_FLAT_M2 = 1e-6
_KINDS = ("Building", "BuildingPart")


def city_of(buildings: Buildings, results: Sequence[BuildingResult], epsg: Optional[int]) -> dict[str, Any]:
    """The CityJSON object of the buildings whose ground and height are known; coordinates on the plane of `epsg`."""
    city: dict[str, Any] = {}
    vertices = _Vertices(buildings)
    for result in results:
        at = result.building
        shape, base, top = buildings.footprints[at], float(buildings.base[at]), float(buildings.top[at])
        if shape is None or not np.isfinite(top):
            continue
        solids = [_solid(part, base, top, vertices) for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
        geometry: dict[str, Any] = {"type": "Solid", "lod": "1", "boundaries": solids[0]}
        if len(solids) > 1:
            geometry = {"type": "MultiSolid", "lod": "1", "boundaries": solids}
        attributes = {
            "height_m": result.height_m, "base_m": result.base_m, "allowed_m": result.allowed_m,
            "margin_m": result.margin_m, "status": result.status, "rule": result.binding_name,
        }  # fmt: skip
        known = {name: value for name, value in attributes.items() if value not in (None, "")}
        name = (
            result.building_key if result.building_key not in city else f"{result.building_key}#{result.building_fid}"
        )
        city[name] = {"type": "Building", "attributes": known, "geometry": [geometry]}
    metadata = {"referenceSystem": f"https://www.opengis.net/def/crs/EPSG/0/{epsg}"} if epsg else {}
    return {
        "type": "CityJSON",
        "version": "2.0",
        "transform": {"scale": [_STEP] * 3, "translate": vertices.origin.tolist()},
        "metadata": metadata,
        "CityObjects": city,
        "vertices": vertices.rows,
    }


class _Vertices:
    """Whole-numbered vertices, each once."""

    def __init__(self, buildings: Buildings) -> None:
        box = shapely.total_bounds(buildings.footprints)
        low = np.nanmin(buildings.base) if np.isfinite(buildings.base).any() else 0.0
        corner = np.array([box[0], box[1], low]) if np.isfinite(box).all() else np.zeros(3)
        self.origin: Array = np.floor(corner)
        self.rows: list[list[int]] = []
        self._known: dict[tuple[int, ...], int] = {}

    def number(self, x: float, y: float, z: float) -> int:
        steps = tuple(int(v) for v in np.rint((np.array([x, y, z]) - self.origin) / _STEP))
        if steps not in self._known:
            self._known[steps] = len(self.rows)
            self.rows.append(list(steps))
        return self._known[steps]


def _solid(part: Any, base: float, top: float, vertices: _Vertices) -> list[Any]:
    """The shell of a prism, faces seen from outside counter-clockwise."""
    part = shapely.geometry.polygon.orient(part)
    rings = [shapely.get_coordinates(ring)[:-1] for ring in (part.exterior, *part.interiors)]
    roof = [[vertices.number(x, y, top) for x, y in ring] for ring in rings]
    floor = [[vertices.number(x, y, base) for x, y in ring] for ring in rings]
    faces = [roof, [ring[::-1] for ring in floor]]
    for upper, lower in zip(roof, floor):
        for n in range(len(upper)):
            m = (n + 1) % len(upper)
            if lower[n] != lower[m]:
                faces.append([[lower[n], lower[m], upper[m], upper[n]]])
    return [faces]


@dataclass(frozen=True)
class CityBuilding:
    """One building of a file: its footprint in the file's CRS, lowest and highest level."""

    name: str
    footprint: Any
    base_m: float
    top_m: float


def read_city(path: Union[str, Path]) -> tuple[list[CityBuilding], str]:
    """(buildings, EPSG code as text or "") of a CityJSON 1.x or 2.0 file; raises InputError."""
    content = read_json_object(path, _LARGEST)
    if content.get("type") != "CityJSON" or not isinstance(content.get("vertices"), list):
        raise InputError("cityjson_not_one", file=Path(path).name)
    try:
        vertices = _read_vertices(content)
        found = list(_buildings(content.get("CityObjects", {}), vertices))
    except (TypeError, ValueError, IndexError, KeyError, AttributeError) as error:
        raise InputError("cityjson_damaged", file=Path(path).name, error=str(error)[:120]) from error
    if not found:
        raise InputError("cityjson_no_buildings", file=Path(path).name)
    system = str((content.get("metadata") or {}).get("referenceSystem") or "")
    code = system.rstrip("/").replace("::", "/").replace(":", "/").split("/")[-1]
    return found, code if code.isdigit() else ""


def _read_vertices(content: dict[str, Any]) -> Array:
    vertices = np.array(content["vertices"], dtype=float).reshape(-1, 3)
    moved = content.get("transform")
    if moved:
        vertices = vertices * np.array(moved["scale"], dtype=float) + np.array(moved["translate"], dtype=float)
    if not np.isfinite(vertices).all():
        raise ValueError("vertices")
    return vertices


def _buildings(city: dict[str, Any], vertices: Array) -> Iterator[CityBuilding]:
    for name, thing in city.items():
        if thing.get("type") not in _KINDS or not thing.get("geometry"):
            continue
        rings = [ring for geometry in thing["geometry"] for ring in _faces(geometry.get("boundaries", []))]
        used = sorted({number for ring in rings for number in ring})
        flat = [shapely.Polygon(vertices[ring, :2]) for ring in rings if len(ring) > 2]
        land = [shapely.make_valid(shape) for shape in flat if shape.area > _FLAT_M2]
        if used and land:
            levels = vertices[used, 2]
            yield CityBuilding(str(name), union(objects(land)), float(levels.min()), float(levels.max()))


def _faces(boundaries: Any) -> Iterator[list[int]]:
    """The outer ring of every face, however deep solids and shells lie."""
    if not boundaries:
        return
    if isinstance(boundaries[0], int):
        yield boundaries
    elif isinstance(boundaries[0][0], int):
        yield boundaries[0]  # a face: its outer ring, holes after it
    else:
        for inner in boundaries:
            yield from _faces(inner)

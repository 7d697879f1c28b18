"""Site selection in `make demo`: roads, places and mains, sites in the free land, three waste stations."""

from pathlib import Path

import numpy as np
import shapely

from .county import CENTRE
from .indicator_data import township_rows
from .write import write_layer

CRITERIA = Path(__file__).with_name("siting.yaml")
_PART = (-1_500.0, 500.0, 7_500.0, 6_500.0)  # of the county, from its centre: a part of it lies beyond the elevation
_CONTROL = ("YJJBNTTB", "STBHHX", "CZKFBJ", "DLTB")


def show(folder, county, dem, process):
    """Write the layers below `folder`, find sites and places of facilities; returns the files to name."""
    folder = Path(folder)
    made = write_siting(folder / "siting.gpkg", county)
    sites = [folder / f"siting.{kind}" for kind in ("docx", "pdf", "xlsx", "html", "txt")]
    layers = [f"{folder / 'county.gpkg'}|layername={name}" for name in _CONTROL]
    layers += [f"{made}|layername={name}" for name in ("LRDL", "乡镇", "DM", "供电", "目的地")]
    process(
        "onemap:findsites", f"--EXTENT_LAYER={made}|layername=FW_XZ", f"--CRITERIA={CRITERIA}",
        *(f"--LAYERS={layer}" for layer in (*layers, dem)), "--COUNT=4",
        f"--SITES={folder / 'sites.gpkg'}", f"--REPORT={';'.join(map(str, sites))}",
    )  # fmt: skip
    stations = [folder / f"facilities.{kind}" for kind in ("docx", "pdf", "xlsx", "html")]
    process(
        "onemap:locatefacilities", f"--DEMAND={made}|layername=DM", "--WEIGHT_FIELD=RK",
        f"--CANDIDATES={made}|layername=CZ", "--NAME_FIELD=MC", "--NUMBER=3", "--REACH=6000", "--ACCESS=4000",
        f"--ROADS={made}|layername=LRDL", f"--SITES={folder / 'facilities.gpkg'}",
        f"--REPORT={';'.join(map(str, stations))}",
    )  # fmt: skip
    return [*sites, *stations]


def write_siting(database, county):
    """Roads, townships, villages with people, candidate places, a power line, a destination and the part to search."""
    villages = list(zip(shapely.points(county.towns), county.town_radius))
    roads = list(shapely.get_parts(county.roads))
    box = shapely.box(*(np.array(_PART) + np.tile(CENTRE, 2)))
    east = shapely.LineString([CENTRE + (-9_000, 900), CENTRE + (9_000, 2_600)])
    written = {
        "FW_XZ": [(box.intersection(county.boundary), {"MC": "选址范围"})],
        "LRDL": [(road, {"MC": f"县道 {n}", "speed_kmh": 50.0}) for n, road in enumerate(roads, 1)],
        "乡镇": township_rows(county),
        "DM": [(p, {"MC": f"第{n}村" if n else "云溪县城", "RK": float(round(r * 4))}) for n, (p, r) in
               enumerate(villages)],
        "CZ": [(p, {"MC": f"备选{n}"}) for n, (p, _) in enumerate(villages[1:21], 1)],
        "供电": [(east, {"MC": "35 千伏线路"})],
        "目的地": [(shapely.Point(CENTRE), {"MC": "云溪县城"})],
    }  # fmt: skip
    for number, (name, rows) in enumerate(written.items()):
        write_layer(database, name, rows, append=bool(number))
    return database

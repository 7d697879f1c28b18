"""What a person gives to one inspection: the package and its specification, and what holds for this run before it."""

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

import numpy as np
import shapely
from pyproj import CRS

from ...core.land import crs as crs_rules
from ...core.land.pieces import objects
from ...core.land.remarks import Remark
from ...core.land.repair import make_usable
from ...core.quality.defects import LayerArrays
from ...core.quality.inspection import STAGES
from ...core.quality.inspection_again import Again
from ...core.quality.inspection_district import GIVEN_DISTRICT, with_district
from ...core.quality.inspection_spec import Specification
from ...core.quality.inspection_states import Earlier
from ...formats.packages.quotas import read_quotas
from ...formats.rules.inspection_files import load_specification
from ...formats.rules.inspection_given import read_tolerances, with_quotas, with_tolerances
from ..layers.old_table import open_any_table

QUOTA_FILTER = "Excel, CSV, dBASE (*.xlsx *.csv *.xls *.dbf)"


@dataclass(frozen=True)
class District:
    """The county's outline that a person gave: its layer's name, and WKB of one multipolygon in CGCS2000 lon/lat."""

    name: str
    wkb: bytes


@dataclass(frozen=True)
class InspectionInput:
    """What the user chose; `base`: the plan above or the earlier version, None for none.

    `again`: where the run before left off, so that only what changed is checked; None to check all. `tolerances`:
    as in "Q509=0.01", before those of the specification; `quotas`: a table of the values handed down, "" for none;
    `district`: what stands in the place of the package's own district.
    """

    package: Path
    specification: str
    base: Optional[Path] = None
    stages: tuple[int, ...] = STAGES
    limit: int = 1000
    earlier: tuple[Earlier, ...] = ()
    again: Optional[Again] = None
    tolerances: str = ""
    quotas: str = ""
    district: Optional[District] = None


def given_specification(chosen: InspectionInput) -> tuple[Specification, list[Remark]]:
    """The specification with what holds for this run, and what the report says of that.

    Raises InputError, CatalogueError.
    """
    specification, given = load_specification(chosen.specification), read_tolerances(chosen.tolerances)
    remarks: list[Remark] = []
    if given:
        specification = with_tolerances(specification, given)
        listed = ", ".join(f"{code} = {value:g}" for code, value in given.items())
        remarks.append(Remark("tolerances_given", "", None, {"tolerances": listed}))
    if chosen.quotas:
        with closing(open_any_table(Path(chosen.quotas))) as book:
            specification = with_quotas(specification, read_quotas(book), book.path.name)
        remarks.append(Remark("quotas_given", "", None, {"file": Path(chosen.quotas).name}))
    if chosen.district is not None:
        specification = with_district(specification)
        remarks.append(Remark("district_given", "", None, {"layer": chosen.district.name}))
    return specification, remarks


def district_arrays(district: District, plane: CRS) -> LayerArrays:
    """The given outline as a layer on the plane of the run."""
    degrees, parts = CRS.from_epsg(crs_rules.GEOGRAPHIC), shapely.get_parts(shapely.from_wkb(district.wkb))
    moved, fids = crs_rules.transform_geometries(objects(list(parts)), degrees, plane), np.arange(len(parts))
    usable = make_usable(moved, fids, district.name, True, crs_rules.plane_limits(plane)).geometries
    keys, arcs = np.full(len(fids), None, dtype=object), np.zeros(len(fids), bool)
    return LayerArrays(GIVEN_DISTRICT, district.name, fids, keys, moved, usable, arcs, plane)

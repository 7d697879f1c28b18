"""The division dictionary of a workspace: read from a CSV, kept in the GeoPackage."""

import csv
import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Union

import shapely

from ..core.errors import InputError
from ..core.land.divisions import LEVELS, Division, Divisions, scope_of
from ..paths import RESOURCES
from .database import Database
from .geopackage import blob_wkb

_OPTIONAL = ("valid_from", "valid_to", "successor")


def read_divisions(path: Union[str, Path]) -> list[Division]:
    """Return [Division] of a CSV with the columns code, name and, if present, valid_from, valid_to (years), successor.

    UTF-8 or GBK. Raises InputError naming the first line that cannot be used.
    """
    path = Path(path)
    reader = csv.DictReader(_text(path).splitlines())
    if not {"code", "name"} <= set(reader.fieldnames or ()):
        raise InputError("divisions_columns", file=path.name, columns=", ".join(reader.fieldnames or ()))
    found = []
    for row in reader:
        code, name = (row["code"] or "").strip(), (row["name"] or "").strip()
        years = [(row.get(key) or "").strip() for key in _OPTIONAL[:2]]
        if (
            not code.isascii()
            or not code.isdigit()
            or len(code) not in LEVELS
            or not name
            or not all(y.isdigit() or not y for y in years)
        ):
            raise InputError("divisions_line", file=path.name, line=reader.line_num, code=code)
        first, last = (int(y) if y else None for y in years)
        found.append(Division(code, name, first, last, (row.get("successor") or "").strip()))
    return found


def check_county(county: str, divisions: list[Division]) -> None:
    """Raise InputError for a county that the dictionary lacks, or, without one, whose province does not exist."""
    codes = {d.code for d in divisions}
    if any(len(code) == 6 for code in codes):
        scope = scope_of(county)
        if county not in codes and not (len(scope) < 6 and any(code.startswith(scope) for code in codes)):
            raise InputError("county_not_in_dictionary", county=county)
    elif county[:2] not in province_codes() or county.endswith("9999"):
        raise InputError("county_unknown", county=county)


@functools.lru_cache(maxsize=1)
def province_codes() -> frozenset[str]:
    """The first two digits of all codes."""
    return frozenset(d.code for d in read_divisions(RESOURCES / "divisions" / "provinces.csv"))


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError("divisions_unreadable", file=path.name, error=error.strerror or error) from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError("divisions_unreadable", file=path.name, error="UTF-8, GBK")


def store_divisions(database: Database, divisions: Sequence[Division]) -> int:
    """Add divisions to the dictionary; a code already there takes the new name and years. Return how many."""
    rows = [(d.code, d.name, d.valid_from, d.valid_to, d.successor) for d in divisions]
    database.executemany("INSERT OR REPLACE INTO onemap_division VALUES (?, ?, ?, ?, ?)", rows)
    return len(rows)


def load_divisions(database: Database) -> Divisions:
    """Return the Divisions of the workspace."""
    rows = database.rows("SELECT code, name, valid_from, valid_to, successor FROM onemap_division ORDER BY code")
    return Divisions(Division(code, name, first, last, successor or "") for code, name, first, last, successor in rows)


def district_shape(database: Any) -> Any:
    """The area of a workspace (shapely, CGCS2000 lon/lat); None where none was given."""
    shapes = [blob_wkb(blob) for (blob,) in database.rows("SELECT geom FROM district WHERE geom IS NOT NULL")]
    united = shapely.unary_union(shapely.make_valid(shapely.from_wkb(shapes))) if shapes else None
    return None if united is None or united.is_empty else united

"""A new state of a layer beside the present one, and what makes two rows alike: for store/county_layers.py."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Optional

import shapely

from ..core.land.gpkg import blobs, wkb_of
from ..core.land.pieces import objects
from .audit import canonical_text
from .database import Database, quoted

FROM, UNTIL, HISTORY = "onemap_from", "onemap_until", "_history"
_BATCH = 5000
Batch = tuple[Any, Sequence[Sequence[Any]]]  # geometries in the layer's CRS, values in the order of the columns


@dataclass(frozen=True)
class LayerShape:
    """What a layer is: its title, kind of geometry, CRS and columns ({name: kind of KINDS})."""

    name: str
    title: str
    geometry: str
    crs: str
    columns: Mapping[str, str]


class Stage:
    """A new state beside the present one, in temporary tables of the connection."""

    def __init__(self, database: Database, shape: LayerShape, columns: Mapping[str, str]) -> None:
        self._db, self._shape, self._columns = database, shape, list(columns)
        self.sha256 = ""
        self.drop()
        database.execute(f"CREATE TEMP TABLE onemap_stage (n INTEGER PRIMARY KEY, digest BLOB, geom{_bare(columns)})")
        database.execute("CREATE TEMP TABLE onemap_now (fid INTEGER PRIMARY KEY, digest BLOB)")

    def fill(self, batches: Iterable[Batch], srs: int) -> None:
        """Stage the new state and note what the present one holds."""
        marks = ", ".join("?" * (2 + len(self._columns)))
        digests: list[bytes] = []
        for shapes, rows in batches:
            found = _digests(self._columns, shapes, rows)
            made = [(d, blob, *row) for d, blob, row in zip(found, _packed(shapes, srs), rows)]
            names = ", ".join(map(quoted, ("digest", "geom", *self._columns)))
            self._db.executemany(f"INSERT INTO onemap_stage ({names}) VALUES ({marks})", made)  # noqa: S608 - quoted
            digests += found
        self.sha256 = _sum(digests)
        for fid, digest in present_rows(self._db, self._shape):
            self._db.execute("INSERT INTO onemap_now VALUES (?, ?)", (fid, digest))

    def swap(self, version: int) -> tuple[int, int, int]:
        """Make the staged state the present one: (rows added, removed, that stay)."""
        ranked = "SELECT {0}, digest, row_number() OVER (PARTITION BY digest ORDER BY {0}) AS k FROM {1}"
        old, new = ranked.format("fid", "onemap_now"), ranked.format("n", "onemap_stage")
        same = f"SELECT o.fid, s.n FROM ({old}) o JOIN ({new}) s ON o.digest = s.digest AND o.k = s.k"  # noqa: S608 - ours
        self._db.execute(f"CREATE TEMP TABLE onemap_same AS {same}")
        self._db.execute("CREATE INDEX temp.onemap_same_fid ON onemap_same (fid)")
        self._db.execute("CREATE INDEX temp.onemap_same_n ON onemap_same (n)")
        every = ", ".join(map(quoted, ("geom", *self._shape.columns)))
        given = ", ".join(map(quoted, ("geom", *self._columns)))
        table, past = quoted(self._shape.name), quoted(self._shape.name + HISTORY)
        gone = "fid NOT IN (SELECT fid FROM onemap_same)"
        removed = self._db.execute(
            f"INSERT INTO {past} ({every}, {FROM}, {UNTIL}) SELECT {every}, {FROM}, ? FROM {table} WHERE {gone}",  # noqa: S608
            (version,),
        ).rowcount
        self._db.execute(f"DELETE FROM {table} WHERE {gone}")  # noqa: S608 - quoted names
        added = self._db.execute(
            f"INSERT INTO {table} ({given}, {FROM}) SELECT {given}, ? FROM onemap_stage "  # noqa: S608 - quoted names
            "WHERE n NOT IN (SELECT n FROM onemap_same) ORDER BY n",
            (version,),
        ).rowcount
        return added, removed, int(self._db.value("SELECT count(*) FROM onemap_same"))

    def drop(self) -> None:
        """Leave no temporary table behind."""
        for name in ("stage", "now", "same"):
            self._db.execute(f"DROP TABLE IF EXISTS temp.onemap_{name}")


def _packed(shapes: Any, srs: int) -> list[Optional[bytes]]:
    """GeoPackage blobs; None for no geometry."""
    shapes = objects(shapes)
    made: list[Optional[bytes]] = [None] * len(shapes)
    here = [n for n, shape in enumerate(shapes) if shape is not None and not shapely.is_empty(shape)]
    if here:
        some = shapes[here]
        for n, blob in zip(here, blobs(some, shapely.bounds(some), srs)):
            made[n] = blob
    return made


def _digests(columns: Sequence[str], shapes: Any, rows: Sequence[Sequence[Any]]) -> list[bytes]:
    """What makes two rows alike: geometry wherever its rings start, and all values that are there."""
    wkb = shapely.to_wkb(shapely.normalize(objects(shapes)))
    found = []
    for blob, row in zip(wkb, rows):
        reported = canonical_text({name: value for name, value in zip(columns, row) if value is not None})
        found.append(hashlib.blake2b((blob or b"") + b"\0" + reported.encode("utf-8"), digest_size=16).digest())
    return found


def _sum(digests: Iterable[bytes]) -> str:
    return hashlib.sha256(b"".join(sorted(digests))).hexdigest()


def present_rows(database: Database, shape: LayerShape) -> Iterator[tuple[int, bytes]]:
    """(fid, digest) of the rows that a layer's table holds."""
    names = ", ".join(map(quoted, ("fid", "geom", *shape.columns)))
    rows = list(database.rows(f"SELECT {names} FROM {quoted(shape.name)} ORDER BY fid"))  # noqa: S608 - quoted names
    for start in range(0, len(rows), _BATCH):
        some = rows[start : start + _BATCH]
        shapes = shapely.from_wkb(objects([wkb_of(row[1]) for row in some]))
        yield from zip((row[0] for row in some), _digests(list(shape.columns), shapes, [row[2:] for row in some]))


def digest_of(columns: Iterable[str], batches: Iterable[Batch]) -> str:
    """The hash of a state's content."""
    names = list(columns)
    return _sum(digest for shapes, rows in batches for digest in _digests(names, shapes, rows))


def content_of(database: Database, shape: LayerShape) -> tuple[str, int]:
    """(hash of a layer's content, number of its rows)."""
    digests = [digest for _, digest in present_rows(database, shape)]
    return _sum(digests), len(digests)


def batches_of(rows: Iterable[Sequence[Any]]) -> Iterator[Batch]:
    waiting: list[Sequence[Any]] = []
    for row in [*rows]:
        waiting.append(row)
        if len(waiting) == _BATCH:
            yield _decoded(waiting)
            waiting = []
    if waiting:
        yield _decoded(waiting)


def _decoded(rows: list[Sequence[Any]]) -> Batch:
    return shapely.from_wkb(objects([wkb_of(row[0]) for row in rows])), [row[1:] for row in rows]


def _bare(columns: Mapping[str, str]) -> str:
    return "".join(f", {quoted(name)}" for name in columns)

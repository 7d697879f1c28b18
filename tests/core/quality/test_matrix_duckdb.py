"""The transfer matrix recounted by DuckDB: ST_Intersection of all pairs, summed by class, and what each side has alone."""

from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
import shapely
from onemap.plugin.core.land import crs as crs_rules
from onemap.plugin.core.land.area import statutory_areas
from onemap.plugin.core.land.pieces import objects
from onemap.plugin.core.quality.comparison import Vintage, compare
from onemap.plugin.core.quality.comparison_matrix import matrix
from onemap.tests.support.long_runs import count

engine = pytest.importorskip("duckdb", reason="DuckDB is not installed")
extension = pytest.importorskip("duckdb_extension_spatial", reason="DuckDB's spatial extension is not installed")
PLANE = crs_rules.parse_crs("EPSG:4549")
CODES = ("0101", "0301", "0601", "0701")


@pytest.fixture(scope="module")
def duck():
    data = engine.connect(config={"allow_unsigned_extensions": "true"})
    (file,) = Path(extension.__file__).parent.rglob("spatial.duckdb_extension")
    data.execute(f"LOAD '{file}'")
    yield data
    data.close()


def state(dice, side, jitter, seed):
    """A coverage of crooked cells with classes; `seed` moves some of its corners."""
    x, y = np.meshgrid(np.arange(side + 1) * 100.0, np.arange(side + 1) * 100.0)
    moved = np.random.default_rng(1)
    x, y = (v + moved.uniform(-30, 30, v.shape) for v in (x, y))
    other = np.random.default_rng(seed)
    some = other.random(x.shape) < 0.3
    x, y = (
        x + 500_000 + some * other.uniform(-jitter, jitter, x.shape),
        y + 3_350_000 + some * other.uniform(-jitter, jitter, y.shape),
    )
    corner = np.stack([x, y], -1)
    cells = [
        shapely.Polygon([corner[r, c], corner[r, c + 1], corner[r + 1, c + 1], corner[r + 1, c]])
        for r in range(side)
        for c in range(side)
    ]
    kept = [cell for cell in cells if dice.random() < 0.97]  # some land is in one state only
    shapes, codes = objects(kept), objects([CODES[n] for n in dice.integers(0, len(CODES), len(kept))])
    keys = objects([f"K{n}" for n in range(len(kept))])
    return Vintage(np.arange(len(kept)), keys, codes, [()] * len(kept), shapes, statutory_areas(shapes, PLANE))


def recounted(duck, before, after):
    """{(class before, class after): planar m²} with "" for land outside."""
    for name, vintage in (("a", before), ("b", after)):
        duck.execute(f"CREATE OR REPLACE TABLE {name} (n INTEGER, code VARCHAR, wkb BLOB)")
        rows = [
            (n, str(code), wkb)
            for n, (code, wkb) in enumerate(zip(vintage.classes, shapely.to_wkb(vintage.geometries)))
        ]
        duck.executemany(f"INSERT INTO {name} VALUES (?, ?, ?)", rows)  # noqa: S608 - our own names
        duck.execute(f"CREATE OR REPLACE TABLE {name}g AS SELECT n, code, ST_GeomFromWKB(wkb) AS g FROM {name}")  # noqa: S608 - our own names
    both = "SELECT a.code, b.code, sum(ST_Area(ST_Intersection(a.g, b.g))) FROM ag a JOIN bg b ON ST_Intersects(a.g, b.g) GROUP BY ALL"
    found = defaultdict(float, {(old, new): area for old, new, area in duck.execute(both).fetchall()})
    for side, other, key in (("ag", "bg", lambda c: (c, "")), ("bg", "ag", lambda c: ("", c))):
        alone = f"SELECT code, sum(ST_Area(ST_Difference(g, (SELECT ST_Union_Agg(g) FROM {other})))) FROM {side} GROUP BY code"  # noqa: S608 - our own names
        for code, area in duck.execute(alone).fetchall():
            found[key(code)] += area
    return found


@pytest.mark.parametrize("seed", range(count(40, 4)))
def test_duckdb_counts_the_same_land(duck, seed):
    dice = np.random.default_rng(seed)
    before, after = state(dice, 9, 0.0, 2), state(dice, 9, 12.0, 100 + seed)
    found = compare(before, after, (), PLANE)
    ours, pieces = defaultdict(float), defaultdict(int)
    for piece in found.pieces:
        cell = (
            str(before.classes[piece.before]) if piece.before >= 0 else "",
            str(after.classes[piece.after]) if piece.after >= 0 else "",
        )
        ours[cell] += shapely.area(piece.geometry)
        pieces[cell] += 1
    theirs = recounted(duck, before, after)
    for cell in {*ours, *theirs}:
        assert ours[cell] == pytest.approx(theirs[cell], abs=0.01 * max(pieces[cell], 1)), cell
    told = {(c.from_class, c.to_class): c.area_m2 for c in matrix(before, after, found, PLANE, None).cells}
    for cell, area in told.items():  # statutory areas of the same pieces: a plane's scale apart
        assert area == pytest.approx(theirs[cell], rel=1e-3, abs=0.01 * pieces[cell])
    assert all(row.is_closed for row in matrix(before, after, found, PLANE, None).net)

"""Random dirty layers against an independent union of what they really hold: never a false "clear".

60 layers here; ONEMAP_LONG=1 tries 2,000.
"""

import os
import sqlite3
import struct

import numpy as np
import pytest
import shapely

X, Y = 500_000.0, 3_350_000.0
COUNT = 2000 if os.environ.get("ONEMAP_LONG") else 60
_SQUARE = 4000.0


def polygon(rng, size):
    """A star-shaped polygon, now and then a bow tie, with a hole, or of two parts."""
    x, y = X + rng.uniform(0, _SQUARE), Y + rng.uniform(0, _SQUARE)
    turns = np.sort(rng.uniform(0, 2 * np.pi, rng.integers(4, 12)))
    radius = rng.uniform(0.3, 1, len(turns)) * size
    shape = shapely.polygons(np.column_stack([x + radius * np.cos(turns), y + radius * np.sin(turns)]))
    kind = rng.integers(6)
    if kind == 0:
        shape = shapely.polygons([(x, y), (x + size, y + size), (x + size, y), (x, y + size)])
    elif kind == 1:
        shape = shapely.MultiPolygon([shape, shapely.box(x + 2 * size, y, x + 3 * size, y + size)])
    return shape


def wkb_ring(points):
    return struct.pack("<BIII", 1, 3, 1, len(points)) + b"".join(struct.pack("<2d", *point) for point in points)


def dirty(rng, shape):
    """(WKB or None as the file holds it, the land it stands for) of a polygon to which something happened."""
    ring = [tuple(point) for point in shapely.get_coordinates(shapely.get_parts(shape)[0])]
    land = shapely.make_valid(shapely.Polygon(ring), method="structure", keep_collapsed=False)
    kind = rng.integers(9)
    at = int(rng.integers(1, max(len(ring) - 1, 2)))
    if kind == 0:
        return shapely.to_wkb(shapely.transform(shapely.Polygon(ring), lambda xy: xy[:, ::-1])), land
    if kind == 1:
        return shapely.to_wkb(
            shapely.transform(shapely.Polygon(ring), lambda xy: xy + (rng.choice([38e6, 39e6]), 0))
        ), land
    if kind in (2, 3, 4):
        bad = [(np.nan, ring[at][1]), (1e9, ring[at][1]), (np.inf, np.inf)][kind - 2]
        return wkb_ring([*ring[:at], bad, *ring[at + 1 :]]), land
    if kind == 5:
        return wkb_ring(ring[:-1]), land  # left open
    if kind == 6:
        return shapely.to_wkb(shapely.Polygon(ring))[: -int(rng.integers(4, 40))], land
    if kind == 7:
        corner = ring[0]
        triangle = struct.pack("<BIII", 1, 17, 1, 4) + b"".join(struct.pack("<2d", *p) for p in [*ring[:3], corner])
        return struct.pack("<BII", 1, 16, 1) + triangle, shapely.Polygon([*ring[:3], corner])
    return shapely.to_wkb(shapely.Polygon(ring)), land


def blob(wkb, box, rng):
    """A GeoPackage blob with an envelope, without one, or with one in the other order of bytes."""
    style = rng.integers(3)
    if box is None or not np.isfinite(box).all() or style == 0:
        return b"GP\0\1" + struct.pack("<i", 4549) + wkb
    order = "<" if style == 1 else ">"
    flags = 0b11 if style == 1 else 0b10
    return b"GP\0" + bytes([flags]) + struct.pack(f"{order}i4d", 4549, box[0], box[2], box[1], box[3]) + wkb


def spoil_index(rng, data):
    """Let the R-tree lack, add, exchange or misplace rows."""
    kind = rng.integers(6)
    if kind == 0:
        data.execute("DELETE FROM rtree_YJJBNTTB_geom WHERE id % 3 = 0")
    elif kind == 1:
        data.execute("INSERT OR IGNORE INTO rtree_YJJBNTTB_geom VALUES (9999, 1, 2, 1, 2)")
    elif kind == 2:
        rows = data.execute("SELECT * FROM rtree_YJJBNTTB_geom").fetchall()
        ids = [row[0] for row in rows]
        rng.shuffle(ids)
        data.execute("DELETE FROM rtree_YJJBNTTB_geom")
        data.executemany(
            "INSERT INTO rtree_YJJBNTTB_geom VALUES (?, ?, ?, ?, ?)", [(i, *row[1:]) for i, row in zip(ids, rows)]
        )
    elif kind == 3:
        data.execute("UPDATE YJJBNTTB SET fid = fid + 1000 WHERE fid % 2")


@pytest.fixture(scope="module")
def empty(qgis_app, tmp_path_factory):
    """An empty GeoPackage table with an R-tree, as QGIS makes one."""
    from qgis.core import QgsCoordinateTransformContext, QgsVectorFileWriter, QgsVectorLayer

    path = tmp_path_factory.mktemp("empty") / "YJJBNTTB.gpkg"
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.layerName = "YJJBNTTB"
    layer = QgsVectorLayer("MultiPolygon?crs=EPSG:4549", "YJJBNTTB", "memory")
    QgsVectorFileWriter.writeAsVectorFormatV3(layer, str(path), QgsCoordinateTransformContext(), options)
    with sqlite3.connect(path) as data:
        for name in [n for (n,) in data.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]:
            data.execute(f'DROP TRIGGER "{name}"')
        data.execute("UPDATE gpkg_geometry_columns SET geometry_type_name = 'MULTIPOLYGON'")
    return path.read_bytes()


def made(rng, empty, path):
    """Write a random dirty table; returns the land it stands for."""
    path.write_bytes(empty)
    lands, rows = [], []
    for fid in range(1, int(rng.integers(4, 25))):
        shape = polygon(rng, rng.uniform(30, 500))
        wkb, land = dirty(rng, shape) if rng.random() < 0.12 else (shapely.to_wkb(shape), shape)
        lands.append(shapely.make_valid(land, method="structure", keep_collapsed=False))
        rows.append((fid, blob(wkb, shapely.from_wkb(shapely.to_wkb(land)).bounds, rng) if wkb else None, land.bounds))
    with sqlite3.connect(path) as data:
        data.executemany("INSERT INTO YJJBNTTB (fid, geom) VALUES (?, ?)", [row[:2] for row in rows])
        boxes = [(fid, box[0], box[2], box[1], box[3]) for fid, _, box in rows]
        data.executemany("INSERT INTO rtree_YJJBNTTB_geom VALUES (?, ?, ?, ?, ?)", boxes)
        if rng.random() < 0.5:
            spoil_index(rng, data)
    data.close()
    return shapely.union_all(lands)


def verdicts(path, projects):
    from onemap.plugin.bridge.review.near_sources import NearSources
    from onemap.plugin.bridge.review.preparing import Review
    from onemap.plugin.bridge.review.running import run_review
    from qgis.core import QgsFeature, QgsGeometry, QgsVectorLayer

    layer = QgsVectorLayer("Polygon?crs=EPSG:4549&field=XMBH:string", "projects", "memory")
    features = []
    for number, shape in enumerate(projects):
        feature, geometry = QgsFeature(layer.fields()), QgsGeometry()
        geometry.fromWkb(shapely.to_wkb(shape))
        feature.setGeometry(geometry)
        feature.setAttributes([str(number)])
        features.append(feature)
    layer.dataProvider().addFeatures(features)
    layer.updateExtents()
    control = QgsVectorLayer(f"{path}|layername=YJJBNTTB", "YJJBNTTB", "ogr")
    outcomes = []
    review = Review.of_rules().with_projects(layer).with_controls([control])
    run_review(review, outcomes.append, "XMBH", near=NearSources() if len(projects) % 2 else None)
    return {int(v.project_key): v for outcome in outcomes if outcome.task.line_id == "YJJBNT" for v in outcome.verdicts}


@pytest.mark.parametrize("part", range(max(COUNT // 100, 6)))
def test_no_false_clear(qgis_app, empty, tmp_path, part):
    """`clear` only where the independent union has no land; a conflict's area is never more than there is."""
    share = COUNT // max(COUNT // 100, 6)
    clear = conflict = 0
    for number in range(part * share, (part + 1) * share):
        rng = np.random.default_rng(number)
        land = made(rng, empty, tmp_path / f"{number}.gpkg")
        corners = rng.uniform(0, _SQUARE, (int(rng.integers(3, 9)), 2))
        projects = [shapely.box(X + x, Y + y, X + x + rng.uniform(20, 400), Y + y + 200) for x, y in corners]
        found = verdicts(tmp_path / f"{number}.gpkg", projects)
        for key, project in enumerate(projects):
            shared = shapely.area(shapely.intersection(project, land))
            status = str(found[key].status.value if hasattr(found[key].status, "value") else found[key].status)
            assert status != "clear" or shared < 1.0, f"seed {number}, project {key}: {shared:.2f} m2 called clear"
            assert status in ("clear", "conflict", "failed"), f"seed {number}: {status}"
            clear, conflict = clear + (status == "clear"), conflict + (status == "conflict")
        (tmp_path / f"{number}.gpkg").unlink()
    assert clear and conflict  # the layers are not so dirty that nothing is said at all

"""Seconds a million vertices: the statutory formula against a QgsDistanceArea loop on densified parcels. usage: area.py FOLDER"""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from peers import start_plugin  # noqa: E402


def main(folder):
    keep = start_plugin()
    import shapely
    from onemap.plugin.core.land.area import statutory_areas
    from pyproj import CRS
    from qgis.core import QgsCoordinateReferenceSystem, QgsCoordinateTransformContext, QgsDistanceArea, QgsVectorLayer

    layer = QgsVectorLayer(str(folder / "line.gpkg"), "x", "ogr")
    features = [f.geometry() for f in layer.getFeatures()]
    parcels = shapely.from_wkb([bytes(g.asWkb()) for g in features])
    measure = QgsDistanceArea()
    measure.setSourceCrs(QgsCoordinateReferenceSystem("EPSG:4549"), QgsCoordinateTransformContext())
    measure.setEllipsoid("EPSG:1024")
    started = time.perf_counter()
    loop = [measure.measureArea(g.densifyByDistance(70)) for g in features]
    middle = time.perf_counter()
    mine = statutory_areas(parcels, CRS.from_epsg(4549))
    theirs, own = middle - started, time.perf_counter() - middle
    valid = shapely.is_valid(parcels)
    assert max(abs(a - b) for a, b, ok in zip(loop, mine, valid) if ok) < 0.2
    million = shapely.get_num_coordinates(shapely.segmentize(parcels, 70)).sum() / 1e6
    print(
        f"area: QgsDistanceArea loop {theirs / million:.3f} us, ours {own / million:.3f} us a vertex: {theirs / own:.1f} x"
    )
    del keep


if __name__ == "__main__":
    main(Path(sys.argv[1]))

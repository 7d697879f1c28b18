"""A district's outline: reprojected, united, repaired; a layer that has none is refused in words."""

import pytest
import shapely


@pytest.fixture
def polygons(qgis_app):
    from qgis.core import QgsFeature, QgsGeometry, QgsVectorLayer

    def make(*wkts, crs="EPSG:4549", kind="Polygon"):
        layer = QgsVectorLayer(f"{kind}?crs={crs}", "district", "memory")
        for wkt in wkts:
            feature = QgsFeature()
            feature.setGeometry(QgsGeometry.fromWkt(wkt))
            layer.dataProvider().addFeatures([feature])
        layer.updateExtents()
        return layer

    return make


LEFT = "POLYGON((500000 3350000,501000 3350000,501000 3351000,500000 3351000,500000 3350000))"
RIGHT = LEFT.replace("501000", "502000").replace("500000", "501000")


def test_parts_become_one_outline_in_degrees(polygons):
    from onemap.plugin.bridge.layers.district import district_centre, district_wkb

    layer = polygons(LEFT, RIGHT, "POLYGON EMPTY")
    shape = shapely.from_wkb(district_wkb(layer))
    assert shape.geom_type == "MultiPolygon" and len(shape.geoms) == 1
    assert shape.bounds == pytest.approx((120.0, 30.2696, 120.0208, 30.2786), abs=0.001)
    assert district_centre(layer) == pytest.approx((120.0104, 30.2741), abs=0.001)


def test_a_ring_that_crosses_itself_is_repaired(polygons):
    from onemap.plugin.bridge.layers.district import district_wkb

    bow = "POLYGON((500000 3350000,501000 3351000,501000 3350000,500000 3351000,500000 3350000))"
    shape = shapely.from_wkb(district_wkb(polygons(bow, RIGHT)))
    assert shape.is_valid and shape.area == pytest.approx(1.5 * 0.0104 * 0.00902, rel=0.02)


def test_a_layer_without_an_outline_is_refused(polygons):
    from onemap.plugin.bridge.layers.district import district_centre, district_wkb
    from onemap.plugin.core.errors import CrsError, InputError

    with pytest.raises(InputError, match="district"):
        district_wkb(polygons())
    with pytest.raises(CrsError):
        district_wkb(polygons(LEFT, crs=""))
    assert district_centre(polygons(LEFT, crs="")) is None
    with pytest.raises(InputError):
        district_wkb(polygons("POLYGON((1e30 1e30,2e30 1e30,2e30 2e30,1e30 1e30))"))

"""Layers of the same fields are asked by the same conditions, others by their own."""


def layer(name, fields):
    from qgis.core import QgsFeature, QgsGeometry, QgsVectorLayer

    made = QgsVectorLayer(f"Polygon?crs=EPSG:4549&{fields}", name, "memory")
    feature = QgsFeature(made.fields())
    feature.setGeometry(
        QgsGeometry.fromWkt("Polygon((500000 3350000, 500100 3350000, 500100 3350100, 500000 3350000))")
    )
    made.dataProvider().addFeatures([feature])
    return made


def test_only_layers_of_the_same_fields_share_conditions(qgis_app):
    from onemap.plugin.bridge.review.preparing import Review

    text, number = "field=lx:string&field=MC:string", "field=lx:integer&field=MC:string"
    turned = "field=MC:string&field=lx:string"
    layers = [layer(f"L{at}", fields) for at, fields in enumerate((text, text, number, turned))]
    mapping = {made.name(): "DZZH" for made in layers}
    first, second, third, fourth = (
        one.conditions for one in Review.of_rules().with_controls(layers, mapping).snapshots
    )
    assert first is second
    assert first is not third and first is not fourth and third is not fourth

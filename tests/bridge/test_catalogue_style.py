"""Layers by hand take the catalogue's look; land use its standard colours; what a user styled is known as such."""

import pytest


def layer(kind, fields="BSM:string"):
    from qgis.core import QgsVectorLayer

    return QgsVectorLayer(f"{kind}?crs=EPSG:4549&field={fields}", "x", "memory")


@pytest.mark.parametrize("kind", ["Polygon", "LineString", "Point"])
def test_a_line_of_any_geometry_gets_the_catalogues_colours(qgis_app, kind):
    from onemap.plugin.bridge.layers.catalogue_style import is_plain, style_as_line
    from onemap.plugin.formats.rules.rule_files import load_catalogue

    for line in load_catalogue().lines.values():
        made = layer(kind)
        assert is_plain(made)
        style_as_line(made, line)
        symbol = made.renderer().symbol()
        colours = {part.color().name() for part in symbol.symbolLayers()}
        colours |= {part.strokeColor().name() for part in symbol.symbolLayers()}
        assert colours & {line.fill.lower(), line.outline.lower()}, line.id


def test_land_use_is_coloured_by_its_code_field(qgis_app):
    from onemap.plugin.bridge.layers.catalogue_style import is_plain, land_use_colours, style_as_land_use

    made = layer("Polygon", "ydyhfldm:string")
    assert style_as_land_use(made) and made.renderer().classAttribute() == "ydyhfldm" and not is_plain(made)
    colours = {category.value(): category.symbol().color().name() for category in made.renderer().categories()}
    red, green, blue = map(int, land_use_colours()["0101"][0].split(","))
    assert colours["0101"] == f"#{red:02x}{green:02x}{blue:02x}" and len(colours) > 100
    assert not style_as_land_use(layer("Polygon"))

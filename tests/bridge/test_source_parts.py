"""What of a layer's source is read without asking QGIS is what QGIS would say."""

import pytest

PLAIN = [
    "/data/control.gpkg|layername=YJJBNTTB",
    "C:/计划/三线 2023.gpkg|layername=永久基本农田",
    "lines.gpkg|layername=L.1",
]
OTHERS = [
    "/data/control.gpkg",
    "/data/control.gpkg|layerid=0",
    "/data/control.gpkg|layername=STBHHX|subset=N > 3",
    "/data/control.gpkg|option:LIST_ALL_TABLES=YES|layername=STBHHX",
    "/vsizip//data/control.zip/control.gpkg|layername=STBHHX",
    "/data/control.gdb|layername=STBHHX",
    "/data/control.shp",
]


@pytest.mark.parametrize("source", [*PLAIN, *OTHERS])
def test_the_parts_of_a_source_are_those_of_qgis(qgis_app, source):
    from onemap.plugin.bridge.layers import source_parts
    from qgis.core import QgsProviderRegistry

    said = QgsProviderRegistry.instance().decodeUri("ogr", source)
    assert source_parts.source_parts("ogr", source) == {name: str(value) for name, value in said.items() if value}
    assert source_parts.is_plain_table(source) == (source in PLAIN)


def test_a_layer_that_bears_the_name_of_its_file_is_called_by_its_table(qgis_app, tmp_path):
    from onemap.plugin.bridge.layers.source_parts import own_name
    from qgis.core import QgsVectorLayer

    source = f"{tmp_path / 'monitoring.gpkg'}|layername=DLTB_2023"
    named = [("monitoring", "DLTB_2023"), ("monitoring — DLTB_2023", "monitoring — DLTB_2023"), ("地类", "地类")]
    assert [own_name(QgsVectorLayer(source, name, "ogr")) for name, _ in named] == [own for _, own in named]
    assert own_name(QgsVectorLayer(str(tmp_path / "land.shp"), "land", "ogr")) == "land"

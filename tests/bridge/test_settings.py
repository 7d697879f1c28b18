"""Settings that an earlier version wrote, or a hand: what is of the wrong kind falls back to its default."""

import pytest


@pytest.fixture
def stored(qgis_app):
    from qgis.core import QgsSettings

    settings, before = QgsSettings(), {}

    def put(**values):
        for name, value in values.items():
            before.setdefault(name, settings.value(f"onemap/{name}"))
            settings.setValue(f"onemap/{name}", value)

    yield put
    for name, value in before.items():
        settings.setValue(f"onemap/{name}", value) if value is not None else settings.remove(f"onemap/{name}")


def test_those_of_the_first_version_are_read(stored):
    """As 0.1.0 wrote them."""
    from onemap.plugin.bridge.settings import Settings

    stored(rule_file="D:/规则.yaml", sliver_m2=2.5, mapping='{"图层": "YJJBNT"}', logins='{"https://a": "x1"}')
    stored(sync_minutes="15", workspace="D:/county.gpkg", map_limit=7)
    found = Settings.load()
    assert (found.rule_file, found.sliver_m2, found.mapping) == ("D:/规则.yaml", 2.5, {"图层": "YJJBNT"})
    assert (found.logins, found.sync_minutes, found.workspace) == ({"https://a": "x1"}, 15, "D:/county.gpkg")
    assert found.map_limit == 7 and found.platform_hosts == {}


@pytest.mark.parametrize("text", ["[]", "3", '"a"', "{", ""])
def test_what_is_no_mapping_is_none(stored, text):
    from onemap.plugin.bridge.settings import Settings

    stored(mapping=text, map_limit="many")
    assert (Settings.load().mapping, Settings.load().map_limit) == ({}, 30)

"""Push, pull and bags as algorithms, headless, against the platform in memory."""

import json

import pytest
from onemap.tests.support import sync_fixtures

desk, make_desk, platform, start_platform = (
    getattr(sync_fixtures, name) for name in ("desk", "make_desk", "platform", "start_platform")
)


@pytest.fixture
def run(qgis_app):
    import processing

    return lambda name, **parameters: processing.run(f"onemap:{name}", parameters)


def test_push_and_pull(run, platform, desk, tmp_path, monkeypatch):
    item = desk.fill()
    desk.ws.close()
    monkeypatch.setenv("ONEMAP_TOKEN", platform.tokens["county_a"])
    told = run("push", WORKSPACE=str(desk.path), PLATFORM=platform.url, LOG=str(tmp_path / "push.json"))
    assert (told["DONE_COUNT"], told["CONFLICT_COUNT"], told["REJECTED_COUNT"], told["PENDING_COUNT"]) == (1, 0, 0, 0)
    assert json.loads((tmp_path / "push.json").read_text(encoding="utf-8"))["done"] == 1
    assert run("pull", WORKSPACE=str(desk.path), PLATFORM=platform.url)["CHANGED_COUNT"] > 300
    assert run("pull", WORKSPACE=str(desk.path), PLATFORM=platform.url)["CHANGED_COUNT"] == 0
    from onemap.plugin.store.workspace import Workspace

    with Workspace.open(desk.path) as ws:
        assert ws.record("project_site", item)["case_no"]


def test_a_platform_out_of_reach_is_an_error_and_loses_nothing(run, desk, tmp_path, monkeypatch):
    from qgis.core import QgsProcessingException

    desk.fill()
    desk.ws.close()
    monkeypatch.setenv("ONEMAP_TOKEN", "x")
    monkeypatch.setattr("onemap.plugin.sync.transport._PAUSE_CAP", 0.01)
    with pytest.raises(QgsProcessingException, match="1 records are still waiting"):
        run("push", WORKSPACE=str(desk.path), PLATFORM="http://127.0.0.1:9", LOG=str(tmp_path / "log.json"))
    assert json.loads((tmp_path / "log.json").read_text(encoding="utf-8"))["pending"] == 1
    monkeypatch.delenv("ONEMAP_TOKEN")
    with pytest.raises(QgsProcessingException, match="No login"):
        run("push", WORKSPACE=str(desk.path), PLATFORM="http://127.0.0.1:9")


def test_bags(run, desk, tmp_path, monkeypatch):
    from qgis.core import QgsProcessingException

    desk.fill()
    desk.ws.close()
    monkeypatch.setenv("ONEMAP_BAG_KEY", "county key")
    assert run("packbag", WORKSPACE=str(desk.path), BAG=str(tmp_path / "1.zip"))["PACKED_COUNT"] == 1
    with pytest.raises(QgsProcessingException, match="kind of bag"):
        run("unpackbag", WORKSPACE=str(desk.path), BAG=str(tmp_path / "1.zip"))


LOGINS = {
    "token in a header": ("APIHeader", lambda told: {"Authorization": "Bearer " + told["tokens"]["county_a"]}),
    "token as password": ("Basic", lambda told: {"password": told["tokens"]["county_a"]}),
    "client credentials": ("Basic", lambda told: {"username": "county_a", "password": told["clients"]["county_a"]}),
}


@pytest.mark.parametrize("login", LOGINS)
def test_the_authentication_manager_gives_the_login(qgis_app, platform, login):
    from onemap.plugin.bridge.sync.platform import make_transport
    from qgis.core import QgsApplication, QgsAuthMethodConfig

    manager = QgsApplication.authManager()
    if manager.isDisabled() or not manager.setMasterPassword("of the tests", True):
        pytest.skip("no authentication database here")
    method, values = LOGINS[login]
    if method not in manager.authMethodsKeys():
        pytest.skip(f"this QGIS has no method {method}")
    config = QgsAuthMethodConfig(method)
    config.setName("platform")
    for key, value in values(platform.told).items():
        config.setConfig(key, value)
    manager.storeAuthenticationConfig(config)
    transport = make_transport(platform.url, config.id())
    assert "control_line" in {c["id"] for c in transport.get_json("collections")[0]["collections"]}
    assert "OneMapDesk" in transport.session.headers["User-Agent"]

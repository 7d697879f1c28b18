"""A run can be stopped anywhere and goes on where it was."""

import pytest


class Stop:
    """A `cancelled()` that says yes after so many questions."""

    def __init__(self, after):
        self.left = after

    def __call__(self):
        self.left -= 1
        return self.left < 0


@pytest.mark.parametrize("after", [0, 1, 4, 9, 13])
def test_a_stopped_push_goes_on_where_it_was(desk, a, after):
    items = [desk.fill() for _ in range(12)]
    desk.options = {"cancelled": Stop(after)}
    stopped = desk.push()
    assert stopped.error.code == "cancelled" and stopped.done + stopped.pending == 12 and stopped.pending
    desk.options = {}
    assert desk.push().done == stopped.pending
    assert [f["properties"]["op"] for i in items for f in a.pages("changes", item=i)] == ["C"] * 12
    assert desk.ws.outbox.entries() == [] and desk.ws.verify_audit().is_intact


@pytest.mark.parametrize("after", [0, 2, 5, 8])
def test_a_stopped_pull_goes_on(desk, a, after):
    from onemap.plugin.store.pulled import Pulled

    items = {a.new("village_evaluation") for _ in range(3)}
    desk.options = {"cancelled": Stop(after)}
    assert desk.pull().error.code == "cancelled"
    desk.options = {}
    assert desk.pull().error is None
    assert (
        items <= set(desk.ws.record_ids("village_evaluation")) and len(Pulled(desk.ws).versions("control_line")) == 300
    )


def test_a_stopped_download_fetches_only_the_rest(desk, tmp_path, monkeypatch):
    from onemap.plugin.core.errors import Cancelled
    from onemap.plugin.sync import download

    monkeypatch.setattr(download, "_BLOCK", 10_000)
    transport = desk.transport
    described = transport.get_json("collections/control_line")[0]
    link = next(link for link in described["links"] if link["rel"] == "enclosure")
    transport.bytes_in, transport.cancelled = 0, Stop(6)
    with pytest.raises(Cancelled):
        download.download(transport, link["href"], tmp_path / "lines.gpkg")
    first, transport.bytes_in, transport.cancelled = transport.bytes_in, 0, lambda: False
    seen = download.download(transport, link["href"], tmp_path / "lines.gpkg", link["sha256"])
    assert seen == link["sha256"] and 0 < first < link["length"] and first + transport.bytes_in == link["length"]
    assert [file.name for file in tmp_path.glob("lines*")] == ["lines.gpkg"]


def test_the_login_of_another_county_is_told(make_desk):
    desk = make_desk("mixed")
    from onemap.plugin.sync.credentials import StaticToken

    desk.credentials = StaticToken(desk.platform.tokens["county_b"])
    result = desk.pull()
    assert result.error.code == "sync_county" and "330111" in str(result.error)
    from onemap.plugin.store.pulled import Pulled

    assert not Pulled(desk.ws).versions("control_line")


def test_a_stop_while_a_connection_is_being_made_is_heard(desk):
    """The request had asked whether it is stopped, its connection was not there to be cut: it would wait for an answer
    as long as the timeout lasts."""
    import socket

    from onemap.plugin.sync.errors import UnreachableError

    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        desk.url, desk.options = f"http://127.0.0.1:{silent.getsockname()[1]}", {"timeout": (20, 20), "attempts": 1}
        transport = desk.transport
        transport.cut()
        with pytest.raises(UnreachableError) as ended:
            transport.get_json("conformance")
    assert "timed out" not in str(ended.value)

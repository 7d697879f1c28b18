"""A second interface (ArcGIS REST with other names) by a mapping file: the same rounds hold."""

import json
from dataclasses import replace

import pytest
from onemap.plugin.core.errors import InputError
from onemap.plugin.paths import RESOURCES
from onemap.plugin.store.pulled import Pulled
from onemap.plugin.sync.adapter import adapted, load_mapping
from onemap.plugin.sync.options import TransportOptions
from onemap.plugin.sync.service import SyncService
from onemap.tests.support.arcgis_double import ArcgisDouble

FILE = RESOURCES / "sync" / "platforms" / "example_arcgis.json"
FORM = "project_site"


RECEIPT = {"id": "jobId", "path": "rest/services/ghjg/jobs", "state": "jobStatus", "result": "value"}
RECEIPT.update(done="esriJobSucceeded", failed="esriJobFailed")


@pytest.fixture(params=[{}, RECEIPT], ids=["at once", "by receipt"])
def other(make_desk, request):
    mapping = replace(load_mapping(FILE), receipt=request.param)
    with ArcgisDouble(mapping) as platform:
        desk = make_desk("arcgis", on=platform)
        kind = type(desk)

        class Adapted(kind):
            @property
            def service(self):
                line = adapted(
                    mapping, self.url, self.credentials, options=TransportOptions(**{"pause": 0.01, **self.options})
                )
                return SyncService(self.ws, line, "li")

        desk.__class__ = Adapted
        yield platform, desk


def test_a_round_with_an_arcgis_platform(other):
    server, desk = other
    items = [desk.fill() for _ in range(4)]
    pushed, pulled = desk.push(), desk.pull()
    assert (pushed.done, pushed.error, pulled.error) == (4, None, None), (pushed, pulled)
    assert all(desk.record(FORM, i)["case_no"] and desk.record(FORM, i)["version"] == 1 for i in items)
    assert sorted(r["name"] for r in Pulled(desk.ws).rows("control_line")) == [f"line {n}" for n in range(5)]
    server.store(FORM, items[0], {"status": "returned", "return_reason": "why"})
    server.remove(FORM, items[1])
    pulled = desk.pull()
    assert pulled.error is None and pulled.returned == [(FORM, items[0], "why")], pulled
    assert desk.ws.count(FORM, {"id": items[1]}) == 0
    desk.ws.save_records(FORM, [{"id": items[0], "note": "mine"}], "wang")
    desk.submit(FORM, items[0])
    server.store(FORM, items[0], {"applicant": "theirs"})
    pushed = desk.push()
    assert (pushed.done, pushed.merged, pushed.error) == (1, 1, None), pushed
    held = server.rows[FORM][items[0]]["properties"]
    assert (held["note"], held["applicant"], held["status"]) == ("mine", "theirs", "submitted")
    assert desk.pull().error is None and desk.ws.verify_audit().is_intact and desk.ws.outbox.entries() == []


def test_what_it_refuses_and_what_is_in_conflict(other):
    server, desk = other
    bad, both = desk.fill(), desk.fill(submit=False)
    entry = desk.ws.outbox.entries(item=bad)[0]
    desk.ws.outbox.change(entry.key, body={**entry.body, "area_m2": "much"})
    result = desk.push()
    assert result.rejected == 1 and "area_m2" in result.log[0] and desk.record(FORM, bad)["status"] == "returned"
    server.store(FORM, both, {"name": "theirs", "note": "theirs"})
    desk.ws.save_records(FORM, [{"id": both, "note": "mine"}], "wang")
    desk.submit(FORM, both)
    assert desk.push().conflict == 1


def test_a_restored_arcgis_platform_takes_nothing_away(other):
    server, desk = other
    desk.fill(), desk.service.sync()
    backup = server.backup()
    items = [desk.fill() for _ in range(3)]
    assert desk.service.sync().done == 3
    server.restore(backup)
    result = desk.pull()
    assert result.error is None and result.missing == 3 and desk.ws.count(FORM) == 4
    desk.service.decide_missing(desk.service.missing(), "offer")
    assert desk.push().done == 3 and set(items) <= set(server.rows[FORM])


def test_a_wrong_login_is_told(other):
    from onemap.plugin.sync.credentials import StaticToken

    _, desk = other
    desk.fill()
    desk.credentials = StaticToken("wrong")
    result = desk.push()
    assert result.error is not None and result.pending == 1


@pytest.mark.parametrize("change", [{"kind": "soap"}, {"collections": []}, {"id": 5}, {"status": None}, {"feed": "x"}])
def test_a_mapping_that_cannot_be_used_is_told(tmp_path, change):
    content = {**json.loads(FILE.read_text(encoding="utf-8")), **change}
    (tmp_path / "m.json").write_text(json.dumps(content))
    with pytest.raises(InputError, match="m.json"):
        load_mapping(tmp_path / "m.json")


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"kind": ' * 50 + "1" + "}" * 50, "{" + " " * (1 << 20) + "}", "", "[]"]
)
def test_a_mapping_of_any_shape_is_bounded(tmp_path, text):
    (tmp_path / "m.json").write_text(text)
    with pytest.raises(InputError):
        load_mapping(tmp_path / "m.json")


def test_a_receipt_that_stays_open_leaves_the_record_waiting_and_the_next_run_takes_the_answer(other):
    server, desk = other
    if not server.mapping.receipt:
        pytest.skip("this platform answers at once")
    server.open_for = 20
    item = desk.fill()
    first = desk.push()
    assert (first.done, first.pending, first.rejected) == (0, 1, 0) and "esriJobExecuting" in first.log[0], first
    server.receipts[next(iter(server.receipts))][0] = 0
    second = desk.push()
    assert (second.done, second.error) == (1, None), second
    assert len(server.receipts) == 1 and list(server.rows[FORM]) == [item]  # the same key, nothing doubled
    assert desk.pull().error is None and desk.ws.verify_audit().is_intact


def test_a_mapping_whose_receipt_lacks_a_name_is_refused(tmp_path):
    content = {**json.loads(FILE.read_text(encoding="utf-8")), "receipt": {"id": "jobId"}}
    (tmp_path / "m.json").write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(InputError, match="path"):
        load_mapping(tmp_path / "m.json")
    content["receipt"] = RECEIPT
    (tmp_path / "m.json").write_text(json.dumps(content), encoding="utf-8")
    assert load_mapping(tmp_path / "m.json").receipt == RECEIPT


def test_a_receipt_that_failed_sends_the_record_back_with_the_platforms_words(other):
    server, desk = other
    if not server.mapping.receipt:
        pytest.skip("this platform answers at once")
    names = server.mapping.receipt
    server.receipt = lambda name: {names["state"]: names["failed"], "message": "outside the county"}
    item = desk.fill()
    result = desk.push()
    assert result.rejected == 1 and "outside the county" in result.log[0], result
    assert desk.record(FORM, item)["status"] == "returned"

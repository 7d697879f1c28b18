"""Push and pull against the real platform: what arrives, what comes back, what happens when both sides change."""

import shutil
import uuid

import pytest


def test_submitted_records_arrive_once_and_come_back_with_their_number(desk, a):
    items = [desk.fill() for _ in range(5)]
    result = desk.push()
    assert (result.done, result.pending, result.conflict, result.rejected, result.error) == (5, 0, 0, 0, None)
    assert all(a.properties("project_site", i)["status"] == "submitted" for i in items)
    assert desk.ws.outbox.entries() == []
    pulled = desk.pull()
    assert pulled.error is None, pulled.error
    for item in items:
        record = desk.record("project_site", item)
        assert record["case_no"].startswith("330110-XM-") and record["version"] == 1 and record["status"] == "submitted"
    assert desk.ws.verify_audit().is_intact


def test_first_load_brings_lines_dictionary_and_findings(desk, a):
    from onemap.plugin.store.pulled import Pulled

    item = desk.fill()
    desk.push()
    assert desk.pull().error is None
    pulled = Pulled(desk.ws)
    assert len(pulled.versions("control_line")) == 300
    assert {row["effect"] for row in pulled.rows("finding", target_id=item)} >= {"prohibit"}
    assert {"form_schema", "rule_set"} == {row["kind"] for row in pulled.rows("dictionary")}
    assert not list(desk.path.parent.glob("*.first-load*"))


def test_idle_sync_asks_little(desk):
    desk.pull()
    transport = desk.transport
    from onemap.plugin.sync.service import SyncService

    result = SyncService(desk.ws, transport, "li").sync()
    assert result.error is None and transport.requests <= 3


def test_feed_brings_what_others_changed(desk, a, reviewer, platform):
    item = desk.fill()
    desk.push(), desk.pull()
    reviewer.patch("project_site", item, '"1"', {"status": "returned", "return_reason": "红线不清"})
    line = a.get("control_line", limit=1).json()["features"][0]["id"]
    platform.store("control_line", line, {"name": "renamed"})
    result = desk.pull()
    assert result.returned == [("project_site", item, "红线不清")]
    record = desk.record("project_site", item)
    assert (record["status"], record["return_reason"]) == ("returned", "红线不清")
    from onemap.plugin.store.pulled import Pulled

    assert [r["name"] for r in Pulled(desk.ws).rows("control_line", id=line)] == ["renamed"]
    desk.ws.save_records("project_site", [{"id": item, "note": "corrected"}], "wang")
    desk.submit("project_site", item)
    assert desk.push().done == 1
    reported = a.properties("project_site", item)
    assert (reported["status"], reported["note"], reported["version"], reported["case_no"]) == (
        "submitted",
        "corrected",
        3,
        record["case_no"],
    )


def test_deletion_travels_both_ways(desk, a):
    own = desk.fill(submit=False)
    remote = a.new(name="made elsewhere")
    desk.pull()
    assert desk.record("project_site", remote)["name"] == "made elsewhere"
    a.delete("project_site", remote, '"1"')
    desk.pull()
    assert desk.ws.count("project_site", {"id": remote}) == 0 and desk.ws.count("project_site", {"id": own}) == 1
    again = a.new(name="to be deleted here")
    desk.pull()
    desk.ws.delete_record("project_site", again, "wang")
    assert desk.push().done == 1 and a.get("project_site", again).status_code == 404


def draft_known_to_both(desk, a, **values):
    """The id of a draft that the platform and the desk hold alike."""
    item = a.new(name=f"both {uuid.uuid4()}", note="n", applicant="a", **values)
    desk.pull()
    return item


def test_different_fields_merge_by_themselves(desk, a):
    item = draft_known_to_both(desk, a)
    desk.ws.save_records("project_site", [{"id": item, "note": "mine"}], "wang")
    desk.submit("project_site", item)
    a.patch("project_site", item, '"1"', {"applicant": "theirs"})
    result = desk.push()
    assert (result.done, result.merged, result.conflict) == (1, 1, 0)
    reported = a.properties("project_site", item)
    assert (reported["note"], reported["applicant"], reported["status"]) == ("mine", "theirs", "submitted")


@pytest.mark.parametrize(
    "choice, expected",
    [("mine", "mine"), ("theirs", "theirs"), ({"note": "theirs"}, "theirs"), ({"note": "mine"}, "mine")],
)
def test_one_field_changed_on_both_sides_is_a_conflict_to_decide(desk, a, choice, expected):
    item = draft_known_to_both(desk, a)
    other = desk.fill()
    desk.ws.save_records("project_site", [{"id": item, "note": "mine"}], "wang")
    desk.submit("project_site", item)
    a.patch("project_site", item, '"1"', {"note": "theirs"})
    result = desk.push()
    assert (result.done, result.conflict) == (1, 1) and a.properties("project_site", other)["status"] == "submitted"
    (entry,) = desk.ws.outbox.entries(("conflict",))
    reported = desk.service.conflict(entry.key)
    assert (reported.fields, reported.base["note"], reported.local["note"], reported.remote["note"]) == (
        ("note",),
        "n",
        "mine",
        "theirs",
    )
    desk.service.resolve(entry.key, choice)
    assert desk.push().error is None and desk.push().conflict == 0
    assert a.properties("project_site", item)["note"] == expected
    desk.pull()
    assert desk.record("project_site", item)["note"] == expected
    assert desk.ws.verify_audit().is_intact


def test_unsent_edits_survive_a_pull(desk, a):
    item = draft_known_to_both(desk, a)
    desk.ws.save_records("project_site", [{"id": item, "note": "typing"}], "wang")
    a.patch("project_site", item, '"1"', {"applicant": "theirs"})
    assert desk.pull().merged == 1
    record = desk.record("project_site", item)
    assert (record["note"], record["applicant"], record["version"]) == ("typing", "theirs", 2)
    a.patch("project_site", item, '"2"', {"note": "theirs too"})
    assert desk.pull().conflict == 1
    (entry,) = desk.ws.outbox.entries(("conflict",))
    assert desk.service.conflict(entry.key).local["note"] == "typing"


def test_a_rejected_record_returns_with_the_servers_words_and_blocks_nobody(desk, a):
    bad = desk.fill()
    (entry,) = desk.ws.outbox.entries(item=bad)
    desk.ws.outbox.change(entry.key, body={**entry.body, "area_m2": "much"})
    good = desk.fill()
    result = desk.push()
    assert (result.done, result.rejected) == (1, 1) and any("area_m2" in line for line in result.log)
    assert a.properties("project_site", good)["status"] == "submitted"
    record = desk.record("project_site", bad)
    assert record["status"] == "returned" and "area_m2" in record["return_reason"]
    desk.submit("project_site", bad)
    result = desk.push()
    assert (result.done, result.rejected) == (1, 0) and desk.ws.outbox.entries() == []


def test_dependents_wait_for_what_they_name(desk, a):
    org = desk.fill("plan_org")
    (entry,) = desk.ws.outbox.entries(item=org)
    desk.ws.outbox.change(entry.key, body={**entry.body, "grade": "none such"})
    site = desk.fill()
    (waiting,) = desk.ws.outbox.entries(item=site)
    desk.ws.outbox.change(waiting.key, depends_on=org)
    result = desk.push()
    assert (result.done, result.rejected, result.pending) == (0, 1, 1)
    desk.submit("plan_org", org)
    assert desk.push().done == 2 and a.get("project_site", site).status_code == 200


def test_an_edit_made_while_the_first_is_under_way_follows_it(desk, a):
    from onemap.plugin.sync.push import Pusher

    item = desk.fill()
    pusher = Pusher(desk.ws, desk.transport, "li")
    (sent,) = pusher.requests.freeze([desk.ws.outbox.entries()[0].key])
    pusher.exchange(sent)  # the platform has it; the program ended before its answer was kept
    desk.ws.outbox.put("project_site", item, "create", {**sent.body, "note": "second thought", "status": "submitted"})
    assert len(desk.ws.outbox.entries()) == 2
    result = desk.push()
    # the platform locks what is submitted: the second is refused in its words, the first counts once
    assert (result.done, result.rejected) == (1, 1) and "locked" in result.log[0].lower()
    assert a.properties("project_site", item)["version"] == 1


def test_a_new_epoch_compares_everything_and_removes_nothing(desk, a, platform):
    item = draft_known_to_both(desk, a)
    platform.remove("project_site", item, told=False)
    platform.epoch = str(uuid.uuid4())
    result = desk.pull()
    assert result.error is None and any("compared" in line for line in result.log)
    assert desk.ws.count("project_site", {"id": item}) == 1 and result.missing == 1
    assert [(one.item, one.reason.value) for one in desk.service.missing()] == [(item, "lost")]
    assert desk.pull().missing == 1 and desk.ws.verify_audit().is_intact


def test_counties_do_not_meet(desk, make_desk):
    item = desk.fill()
    desk.push()
    other = make_desk("b", "county_b")
    assert other.pull().error is None
    assert other.ws.count("project_site", {"id": item}) == 0
    from onemap.plugin.store.pulled import Pulled

    assert {r["county"] for r in Pulled(other.ws).rows("control_line")} == {"330111"}


def test_no_secret_in_workspace_log_or_bag(desk, platform, tmp_path):
    from onemap.plugin.sync.courier import Courier
    from onemap.plugin.sync.credentials import ClientCredentials

    reported, key = platform.told, b"a key that nobody may read"
    desk.credentials = ClientCredentials(reported["token_url"], "county_a", reported["clients"]["county_a"])
    desk.fill(), desk.fill("plan_org")
    results = [desk.service.sync()]
    token = desk.credentials.headers()["Authorization"].split()[1]
    desk.credentials = ClientCredentials(reported["token_url"], "county_a", "wrong-" + reported["clients"]["county_a"])
    desk.fill()
    results += [desk.push(), desk.pull()]
    assert results[0].done == 2 and results[1].error is not None
    Courier(desk.ws, key, "li").pack(tmp_path / "bag.zip")
    desk.ws.back_up()
    import zipfile

    with zipfile.ZipFile(tmp_path / "bag.zip") as bag:
        texts = [bag.read(name) for name in bag.namelist()]
    texts += [file.read_bytes() for file in tmp_path.iterdir() if file.is_file()] + [
        r.as_json().encode() for r in results
    ]
    for secret in (token, token.split(".")[2], reported["clients"]["county_a"], key.decode()):
        assert not any(secret.encode() in text for text in texts)


def test_a_password_in_the_address_is_refused(desk):
    from onemap.plugin.core.errors import InputError
    from onemap.plugin.sync.transport import Transport

    with pytest.raises(InputError) as refused:
        Transport("https://li:geheim@platform.example", desk.credentials)
    assert refused.value.code == "sync_address_login" and "geheim" not in str(refused.value)


def test_two_copies_of_a_workspace_never_take_one_anothers_answer(make_desk, a, tmp_path):
    """The record that waits is edited in one copy; under the key of the other the platform would say "done" to it."""
    from onemap.plugin.store.workspace import Workspace

    one = make_desk("one")
    item = one.fill(note="first")
    one.ws.close()
    shutil.copy(one.path, tmp_path / "two.gpkg")
    one.ws, two = Workspace.open(one.path), make_desk("two")
    two.ws.change_status("project_site", item, "returned", "zhao", "to be mended")
    two.ws.save_records("project_site", [{"id": item, "note": "second"}], "wang")
    two.submit("project_site", item)
    results = one.push(), two.push()
    assert [(result.done, result.conflict) for result in results] == [(1, 0), (0, 1)]
    assert a.properties("project_site", item)["note"] == "first"
    assert two.record("project_site", item)["note"] == "second" and len(two.ws.outbox.entries(("conflict",))) == 1

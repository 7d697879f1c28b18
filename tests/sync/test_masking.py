"""Sensitive fields: what a policy keeps out of bags stays here, and a mask takes no value's place on either side."""

import json
import uuid

import pytest
from onemap.plugin.core.forms.masking import is_mask, mask
from onemap.plugin.core.forms.schema import load_form
from onemap.plugin.core.forms.validation import FormValidator
from onemap.plugin.sync.bag import BagInfo, BagReader, BagWriter
from onemap.plugin.sync.courier import Courier
from onemap.plugin.sync.masking import BagPolicy

KEY, FORM = b"0123456789abcdef", "plan_org"
PHONE, LEADER = "13812345678", "张建国"


@pytest.mark.parametrize("text", ["张", "张三", "张建国", "欧阳建国", "13812345678", "0571-8812345", "a" * 40])
def test_a_mask_hides_and_is_known_as_one(text):
    hidden = mask(text)
    assert is_mask(hidden) and not is_mask(text) and text not in hidden and mask(hidden) == hidden
    assert sum(a == b for a, b in zip(text, hidden)) <= max(1, len(text) // 2)


def packed(desk, tmp_path, policy, name="1.zip"):
    """(requests, the courier) of a bag by a policy."""
    courier = Courier(desk.ws, KEY, "li")
    courier.policy = policy
    courier.pack(tmp_path / name)
    with BagReader(tmp_path / name, KEY) as bag:
        return list(bag.lines("requests.jsonl")), courier


def answered(path, number, answers, changes=()):
    with BagWriter(path, BagInfo("receipt", "330110", number, epoch="e", cursor="1"), KEY) as bag:
        bag.add_lines("answers.jsonl", answers)
        bag.add_lines("changes.jsonl", changes)
    return path


def change(item, version, **values):
    properties = {"county": "330110", "version": version, "status": "submitted", "case_no": "330110-JD-2026-00001"}
    feature = {"type": "Feature", "id": item, "geometry": None, "properties": {**properties, **values}}
    return {"collection": FORM, "op": "U", "feature": feature}


def organisation(desk, **values):
    return desk.fill(FORM, phone=PHONE, leader=LEADER, **values)


@pytest.mark.parametrize("policy", list(BagPolicy))
def test_the_policy_decides_what_a_bag_carries(desk, tmp_path, policy):
    item = organisation(desk)
    (request,), _ = packed(desk, tmp_path, policy)
    sent, entry = json.loads(request["body"])["properties"], desk.ws.outbox.entries(item=item)[0]
    content = (tmp_path / "1.zip").read_bytes()
    if policy is BagPolicy.COMPLETE:
        assert (sent["phone"], sent["leader"], request["key"]) == (PHONE, LEADER, entry.key)
        return
    assert sent.get("leader") == ("张**" if policy is BagPolicy.MASK else None)
    assert "phone" not in sent  # its pattern takes no mask
    assert PHONE.encode() not in content and sorted(request["withheld"]) == ["leader", "phone"]
    assert request["key"] != entry.key and request["headers"]["Idempotency-Key"] == request["key"]
    (row,) = [row for row in desk.ws.audit.rows() if row["act"] == "pack bag"]
    assert row["after"]["withheld"] == {"leader": 1, "phone": 1} and row["after"]["policy"] == policy.value


@pytest.mark.parametrize("policy", [BagPolicy.MASK, BagPolicy.OMIT])
@pytest.mark.parametrize("shown", ["mask", "nothing"])
def test_the_desk_keeps_its_values_when_the_answer_shows_masks_or_nothing(desk, tmp_path, policy, shown):
    item = organisation(desk)
    (request,), courier = packed(desk, tmp_path, policy)
    values = {"leader": "张**", "phone": "138****78"} if shown == "mask" else {"leader": None, "phone": None}
    back = change(item, 1, name=desk.record(FORM, item)["name"], uscc="91330000MA27U00G07", **values)
    counts = courier.unpack(
        answered(tmp_path / "r.zip", 1, [{"key": request["key"], "status": 201, "version": 1}], [back])
    )
    record = desk.record(FORM, item)
    assert (record["phone"], record["leader"], record["case_no"]) == (PHONE, LEADER, "330110-JD-2026-00001")
    assert counts["conflict"] == 0 and desk.ws.outbox.entries() == [] and desk.ws.verify_audit().is_intact


def test_a_replacement_in_a_bag_does_not_touch_what_the_platform_has(desk, platform, tmp_path):
    item = organisation(desk)
    assert desk.push().done == 1 and desk.pull().error is None
    platform.store(FORM, item, {"status": "returned"})
    desk.pull()
    desk.ws.save_records(FORM, [{"id": item, "cert_no": "A1", "phone": "13900000000"}], "wang")
    desk.submit(FORM, item)
    (request,), courier = packed(desk, tmp_path, BagPolicy.OMIT)
    patch = json.loads(request["body"])
    assert request["method"] == "PATCH" and request["headers"]["Content-Type"] == "application/merge-patch+json"
    assert not {"phone", "leader"} & set(patch["properties"]) and patch["properties"]["status"] == "submitted"
    courier.unpack(answered(tmp_path / "r.zip", 1, [{"key": request["key"], "status": 204, "version": 3}]))
    assert desk.record(FORM, item)["phone"] == "13900000000"
    assert desk.ws.outbox.base(FORM, item).row["phone"] == PHONE  # as the platform still has it


def test_a_mask_from_the_platform_never_goes_back_to_it(desk, platform):
    """It masks what it hands out; the record was not here before."""
    item = str(uuid.uuid4())
    base = {"name": "示例规划院", "uscc": "91330000MA27U00G07", "status": "returned"}
    platform.store(FORM, item, {**base, "leader": "王**", "phone": "139****00"})
    assert desk.pull().error is None and desk.record(FORM, item)["leader"] == "王**"
    assert FormValidator(desk.ws.form(FORM)).errors({"name": "x", "uscc": base["uscc"], "phone": "139****00"}) == []
    platform.rows[FORM][item]["properties"].update(leader="王小二", phone="13911112200")  # what it really has
    desk.ws.save_records(FORM, [{"id": item, "cert_no": "B2"}], "wang")
    desk.submit(FORM, item)
    assert desk.push().done == 1
    there = platform.rows[FORM][item]["properties"]
    assert (there["leader"], there["phone"], there["cert_no"]) == ("王小二", "13911112200", "B2")
    assert "PATCH" in [method for method, _ in platform.seen] and desk.ws.verify_audit().is_intact


def test_a_masked_return_leaves_the_desks_value_and_takes_the_rest(desk, platform):
    item = organisation(desk)
    desk.push()
    desk.pull()
    platform.store(FORM, item, {"status": "returned", "return_reason": "改", "leader": "张**", "phone": "138****78"})
    assert desk.pull().error is None
    record = desk.record(FORM, item)
    assert (record["status"], record["phone"], record["leader"]) == ("returned", PHONE, LEADER)
    platform.store(FORM, item, {"leader": "李四"})  # a real value is the platform's word
    desk.pull()
    assert desk.record(FORM, item)["leader"] == "李四"


def test_on_line_after_a_withheld_bag(desk, platform, tmp_path):
    """The province took the bag; before its receipt comes the desk has a line again. The record is locked there, so
    that what was withheld cannot follow; here it stays."""
    item = organisation(desk)
    (request,), _ = packed(desk, tmp_path, BagPolicy.MASK)
    platform.store(FORM, item, json.loads(request["body"])["properties"])
    result = desk.push()
    assert (result.error, result.conflict, result.rejected, result.pending) == (None, 0, 0, 0), result.log
    assert desk.pull().error is None and desk.ws.outbox.entries() == []
    assert (desk.record(FORM, item)["leader"], desk.record(FORM, item)["phone"]) == (LEADER, PHONE)


def test_contact_fields_of_the_built_in_forms_are_sensitive():
    assert [load_form(name).sensitive for name in ("plan_org", "plan_progress", "report_duty", "project_site")] == [
        ("leader", "phone"), ("phone",), ("phone",), ()
    ]  # fmt: skip

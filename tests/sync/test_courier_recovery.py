"""Courier bags that get lost, are read by the wrong person, or end without a newline."""

import contextlib
import hashlib
import io
import json
import os
import shutil
import subprocess
import zipfile

import pytest
from onemap.plugin.core.errors import InputError, OneMapError, OutputError
from onemap.plugin.store.anchors import anchors_in, compare_anchors, kept_anchors
from onemap.plugin.store.outbox import Operation
from onemap.plugin.store.workspace import Workspace
from onemap.plugin.sync import age
from onemap.plugin.sync.bag import BagInfo, BagReader, BagWriter, signature
from onemap.plugin.sync.courier import Courier, opened
from onemap.plugin.sync.errors import BagError

KEY = b"county key of the tests"
needs_cryptography = pytest.mark.skipif(not age.available(), reason="this Python has no `cryptography`")


def content_of(path):
    with zipfile.ZipFile(path) as bag:
        name = next(n for n in bag.namelist() if n.endswith("/manifest-sha256.txt"))
        return hashlib.sha256(bag.read(name)).hexdigest()


def receipt(path, sequence, answers, newline=True, head=""):
    with BagWriter(path, BagInfo("receipt", "330110", sequence, "courier", "e", "5", head), KEY) as bag:
        text = b"\n".join(answers) + (b"\n" if newline and answers else b"")
        bag.add_blocks("answers.jsonl", [text])
    return path


def test_a_lost_bag_is_packed_again_with_the_same_content(desk, tmp_path):
    courier = Courier(desk.ws, KEY, "li")
    content = desk.ws.attachments.add_content("a.jpg", os.urandom(5000))
    items = [desk.fill() for _ in range(3)]
    entry = desk.ws.outbox.entries(item=items[0])[0]
    desk.ws.outbox.change(entry.key, body={**entry.body, "files": [content]})
    courier.pack(tmp_path / "1.zip")
    first = content_of(tmp_path / "1.zip")
    # the work goes on, and an answer to one of them comes over the line meanwhile
    desk.ws.save_records("project_site", [{"id": items[1], "note": "later"}], "wang")
    desk.ws.outbox.remove(desk.ws.outbox.entries(item=items[2])[0].key)
    desk.fill()
    assert courier.pack_again(1, tmp_path / "again.zip") == first == content_of(tmp_path / "again.zip")
    with BagReader(tmp_path / "again.zip", KEY, "330110", "outgoing") as bag:
        assert bag.info.sequence == 1 and len(list(bag.lines("requests.jsonl"))) == 3
    assert [bag.sequence for bag in desk.ws.bags.all()] == [1] and desk.ws.setting("bag_out") == 1
    with pytest.raises(InputError, match="cannot be packed again"):
        courier.pack_again(2, tmp_path / "2.zip")


@pytest.mark.parametrize(
    "name, ending",
    [("报告.文档", ""), ("scan.pdf (1)", ""), ("a.p~f", ""), ("b.", ""), (".hidden", ""), ("a.tar.gz", ".gz"), ("图.PDF", ".PDF")],
)  # fmt: skip
def test_a_file_of_any_name_goes_along_and_the_bag_can_be_read(desk, tmp_path, name, ending):
    (tmp_path / name).write_bytes(b"plan")
    Courier(desk.ws, KEY, "li").pack(tmp_path / "1.zip", [tmp_path / name])
    with BagReader(tmp_path / "1.zip", KEY, "330110", "outgoing") as bag:
        assert b"".join(bag.blocks(f"files/0000{ending}")) == b"plan"


def test_a_gap_is_told_with_its_numbers_and_cure(desk, tmp_path):
    courier = Courier(desk.ws, KEY, "li")
    desk.fill()
    courier.pack(tmp_path / "1.zip")
    with pytest.raises(BagError) as reported:
        courier.unpack(receipt(tmp_path / "r3.zip", 3, []))
    assert reported.value.params == {"sequence": 3, "expected": 1} and "pack it again" in str(reported.value)
    courier.unpack(receipt(tmp_path / "r1.zip", 1, []))
    assert desk.ws.bags.all()[0].answered_at and desk.ws.bags.payload(1) is None


@pytest.mark.parametrize("newline", [True, False])
def test_a_last_line_without_its_newline_counts(desk, tmp_path, newline):
    courier = Courier(desk.ws, KEY, "li")
    items = [desk.fill() for _ in range(2)]
    courier.pack(tmp_path / "1.zip")
    lines = [f'{{"key": "{entry.key}", "status": 201, "version": 1}}'.encode() for entry in desk.ws.outbox.entries()]
    assert courier.unpack(receipt(tmp_path / "r.zip", 1, lines, newline))["done"] == 2
    assert desk.ws.outbox.entries() == [] and all(desk.ws.outbox.base("project_site", i).version == 1 for i in items)


@pytest.mark.parametrize("line", [b"[" * 20000, b"{", b"[]", b"5", b'{"key": 1'])
def test_lines_of_any_shape_are_refused_in_words(desk, tmp_path, line):
    with pytest.raises(BagError, match="damaged"):
        Courier(desk.ws, KEY, "li").unpack(receipt(tmp_path / "r.zip", 1, [line]))
    assert desk.ws.setting("bag_in", 0) == 0 and desk.ws.verify_audit().is_intact


@needs_cryptography
def test_an_encrypted_bag_is_read_by_its_recipient_only(desk, tmp_path):
    province = age.new_identity()
    courier = Courier(desk.ws, KEY, "li")
    courier.recipient = age.recipient_of(province)
    desk.fill(name="机密项目")
    courier.pack(tmp_path / "1.zip.age")
    sealed = (tmp_path / "1.zip.age").read_bytes()
    assert sealed.startswith(age.MAGIC) and b"PK\x03\x04" not in sealed and "机密".encode() not in sealed
    assert sorted(file.name for file in tmp_path.glob("1*")) == ["1.zip.age"]
    plain = io.BytesIO()
    age.decrypt(io.BytesIO(sealed), plain, province)
    assert zipfile.ZipFile(plain).testzip() is None
    for wrong, code in ((age.new_identity(), "bag_other_recipient"),):
        with pytest.raises(BagError) as refused:
            age.decrypt(io.BytesIO(sealed), io.BytesIO(), wrong)
        assert refused.value.code == code
    for position in (30, len(sealed) // 2, len(sealed) - 1):
        altered = bytearray(sealed)
        altered[position] ^= 1
        with pytest.raises(BagError):
            age.decrypt(io.BytesIO(bytes(altered)), io.BytesIO(), province)
    with pytest.raises(BagError):
        age.decrypt(io.BytesIO(sealed[:-20]), io.BytesIO(), province)


@needs_cryptography
def test_a_county_with_a_key_reads_its_own_bags_too(desk, tmp_path):
    """The province and the county; nobody else."""
    province, county = age.new_identity(), age.new_identity()
    courier = Courier(desk.ws, KEY, "li")
    courier.recipient, courier.identity = age.recipient_of(province), county
    courier.pack(tmp_path / "1.zip.age")
    found = []
    for owner in (province, county):
        with opened(tmp_path / "1.zip.age", owner) as plain:
            found.append(plain.read_bytes())
    assert found[0] == found[1] and zipfile.ZipFile(io.BytesIO(found[0])).testzip() is None
    with pytest.raises(BagError, match="another"), opened(tmp_path / "1.zip.age", age.new_identity()):
        pass


@needs_cryptography
def test_an_encrypted_receipt_comes_in(desk, tmp_path):
    county = age.new_identity()
    courier = Courier(desk.ws, KEY, "li")
    desk.fill()
    courier.pack(tmp_path / "1.zip")
    plain = receipt(tmp_path / "r.zip", 1, [])
    with open(plain, "rb") as source, open(tmp_path / "r.age", "wb") as target:
        age.encrypt(source, target, age.recipient_of(county))
    with pytest.raises(BagError, match="encrypted"):
        courier.unpack(tmp_path / "r.age")
    courier.identity = county
    courier.unpack(tmp_path / "r.age")
    assert desk.ws.setting("bag_in") == 1


@needs_cryptography
@pytest.mark.parametrize("size", [0, 1, 65536, 65537, 200_000])
def test_the_format_is_ages_own(tmp_path, size):
    """What we write the age program reads, and the other way round."""
    if not shutil.which("age"):
        pytest.skip("the age program is not installed")
    subprocess.run(["age-keygen", "-o", tmp_path / "key"], check=True, capture_output=True)
    identity = next(x for x in (tmp_path / "key").read_text().splitlines() if x.startswith("AGE-"))
    data = os.urandom(size)
    (tmp_path / "plain").write_bytes(data)
    with open(tmp_path / "plain", "rb") as source, open(tmp_path / "ours.age", "wb") as target:
        age.encrypt(source, target, age.recipient_of(identity))
    done = subprocess.run(["age", "-d", "-i", tmp_path / "key", tmp_path / "ours.age"], check=True, capture_output=True)
    assert done.stdout == data
    command = ["age", "-r", age.recipient_of(identity), "-o", tmp_path / "theirs.age", tmp_path / "plain"]
    subprocess.run(command, check=True, capture_output=True)
    with open(tmp_path / "theirs.age", "rb") as source:
        plain = io.BytesIO()
        age.decrypt(source, plain, identity)
    assert plain.getvalue() == data


@needs_cryptography
def test_keys_that_are_none_are_told():
    for text in ("", "age1", "age1qqqq", age.new_identity(), "AGE-SECRET-KEY-1QQ"):
        with pytest.raises(InputError):
            age.encrypt(io.BytesIO(b""), io.BytesIO(), text)


def test_bag_and_receipt_carry_the_head_of_the_chain(desk, tmp_path):
    courier = Courier(desk.ws, KEY, "li")
    desk.fill()
    seq, digest = desk.ws.audit.head()
    courier.pack(tmp_path / "1.zip")
    (sent,) = anchors_in(tmp_path / "1.zip")
    assert (sent.workspace, sent.seq, sent.hash) == (desk.ws.identity, seq, digest)
    with BagReader(tmp_path / "1.zip", KEY) as bag:
        head = bag.info.audit
    courier.unpack(receipt(tmp_path / "r1.zip", 1, [], head=head))
    kept = kept_anchors(desk.ws)
    assert {one.place.split(":")[0] for one in kept} == {"bag", "receipt"} and all(one.hash == digest for one in kept)
    assert len(compare_anchors(desk.ws, [*kept, *anchors_in(tmp_path / "r1.zip")]).matching) == 3


def test_a_receipt_that_contradicts_the_chain_is_told_and_found_by_every_later_check(desk, tmp_path):
    courier = Courier(desk.ws, KEY, "li")
    desk.fill()
    courier.pack(tmp_path / "1.zip")
    head = f"onemap-audit {desk.ws.identity} 1 {'ab' * 32} 2026-01-01T00:00:00Z"
    courier.unpack(receipt(tmp_path / "r1.zip", 1, [], head=head))
    assert any("differs from the anchored one" in line for line in courier.log)
    assert len(compare_anchors(desk.ws, kept_anchors(desk.ws)).broken) == 1


def test_a_bag_without_a_head_is_no_anchor(desk, tmp_path):
    with pytest.raises(InputError, match="no anchor"):
        anchors_in(receipt(tmp_path / "r.zip", 1, []))
    cut = (tmp_path / "r.zip").read_bytes()
    (tmp_path / "cut.zip").write_bytes(cut[:60] + b"x" * 40 + cut[100:])
    with pytest.raises(InputError):
        anchors_in(tmp_path / "cut.zip")


def altered(source, target, name, change):
    """A bag whose tag file was changed, signed again as its sender would."""
    with zipfile.ZipFile(source) as old:
        members = {member: old.read(member) for member in old.namelist()}
    find = {member.rsplit("/", 1)[1]: member for member in members if "/data/" not in member}
    members[find[name]] = change(members[find[name]])
    tags = "".join(f"{hashlib.sha256(members[find[t]]).hexdigest()}  {t}\n" for t in TAGS)
    members[find["tagmanifest-sha256.txt"]] = tags.encode()
    members[find["signature.txt"]] = signature(tags.encode(), KEY).encode()
    with zipfile.ZipFile(target, "w") as new:
        for member, data in members.items():
            new.writestr(member, data)
    return target


TAGS = ("bagit.txt", "bag-info.txt", "manifest-sha256.txt")


@pytest.mark.parametrize(
    "name, old, new",
    [
        ("bagit.txt", b"BagIt-Version: 1.0", b"BagIt-Version: 2.0"),
        ("bagit.txt", b"BagIt-Version", b"Version"),
        ("bag-info.txt", b"OneMap-Format: 1", b"OneMap-Format: 2"),
    ],
)
def test_a_bag_of_a_later_version_says_so_and_changes_nothing(desk, tmp_path, name, old, new):
    courier = Courier(desk.ws, KEY, "li")
    desk.fill()
    (entry,) = desk.ws.outbox.entries()
    made = receipt(tmp_path / "r.zip", 1, [f'{{"key": "{entry.key}", "status": 201, "version": 1}}'.encode()])
    with pytest.raises(BagError) as refused:
        courier.unpack(altered(made, tmp_path / "new.zip", name, lambda data: data.replace(old, new)))
    assert refused.value.code == "bag_newer" and "later version" in str(refused.value)
    assert len(desk.ws.outbox.entries()) == 1 and desk.ws.setting("bag_in", 0) == 0
    earlier = altered(made, tmp_path / "old.zip", "bag-info.txt", lambda data: data.replace(b"OneMap-Format: 1\n", b""))
    assert courier.unpack(earlier)["done"] == 1  # one made before formats were written down


def test_the_receipt_of_another_workspace_of_the_county_is_refused(make_desk, tmp_path):
    """Both count their bags from 1: the answers of one are not those of the other, nor is its turn used up."""
    Workspace.create(tmp_path / "other.gpkg", "330110").close()
    one, other = make_desk("one"), make_desk("other")
    one.fill(), other.fill("plan_org")
    Courier(one.ws, KEY, "li").pack(tmp_path / "1.zip")
    Courier(other.ws, KEY, "li").pack(tmp_path / "2.zip")
    with BagReader(tmp_path / "1.zip", KEY) as bag:
        made = receipt(tmp_path / "r1.zip", 1, [], head=bag.info.audit)
    with pytest.raises(BagError) as refused:
        Courier(other.ws, KEY, "li").unpack(made)
    assert refused.value.code == "bag_other_workspace" and other.ws.setting("bag_in", 0) == 0
    assert other.ws.bags.all()[0].answered_at == ""
    Courier(one.ws, KEY, "li").unpack(made)
    assert one.ws.bags.all()[0].answered_at


@pytest.mark.parametrize(
    "line",
    [
        {"status": "x"}, {"status": []}, {"status": -1}, {"status": 201, "version": "x"}, {"status": 201, "version": {}},
        {"status": 422, "problem": "words"}, {"status": 412, "theirs": "x"}, {"status": 412, "theirs": {"id": None}},
        {"status": 201, "version": 1e300}, {"status": True},
    ],
)  # fmt: skip
def test_answers_of_any_shape_end_in_words_or_are_understood(desk, tmp_path, line):
    courier = Courier(desk.ws, KEY, "li")
    item = desk.fill()
    (entry,) = desk.ws.outbox.entries()
    courier.pack(tmp_path / "1.zip")
    answer = json.dumps({"key": entry.key, **line}).encode()
    try:
        courier.unpack(receipt(tmp_path / "r.zip", 1, [answer]))
    except OneMapError as refused:
        assert str(refused) and desk.ws.outbox.get(entry.key) is not None
    assert desk.ws.count("project_site", {"id": item}) == 1 and desk.ws.verify_audit().is_intact


@pytest.mark.parametrize(
    "operation, line, outcome",
    [
        ("replace", {"status": 200, "version": 2}, "done"),
        ("replace", {"status": 299}, "done"),
        ("replace", {"status": 300}, "rejected"),
        ("replace", {"status": 412, "theirs": None}, "conflict"),
        ("replace", {"status": 412}, "pending"),  # it does not say what is there
        ("replace", {"status": 404}, "conflict"),  # as on the line: deleted there, for somebody to decide
        ("replace", {"status": 410}, "conflict"),
        ("replace", {"status": 503}, "pending"),
        ("replace", {"status": 409, "problem": {"title": "locked"}}, "rejected"),
        ("create", {"status": 404}, "rejected"),
        ("delete", {"status": 404}, "done"),  # both deleted it: there is nothing to decide
        ("delete", {"status": 410}, "done"),
        ("delete", {"status": 412, "theirs": None}, "done"),
        ("delete", {"status": 204}, "done"),
    ],
)
def test_an_answer_in_a_receipt_means_what_it_means_on_the_line(desk, tmp_path, operation, line, outcome):
    item, outbox = desk.fill(), desk.ws.outbox
    if operation != "create":
        (entry,) = outbox.entries()
        outbox.remove(entry.key)
        outbox.set_base("project_site", item, 1, {"name": "one", "status": "returned"})
        outbox.put("project_site", item, Operation(operation), entry.body if operation == "replace" else None)
    (entry,), courier = outbox.entries(), Courier(desk.ws, KEY, "li")
    courier.pack(tmp_path / "1.zip")
    courier.unpack(receipt(tmp_path / "r.zip", 1, [json.dumps({"key": entry.key, **line}).encode()]))
    left = outbox.entries(None)
    assert [one.state.value for one in left] == ([] if outcome == "done" else [outcome])
    if outcome == "conflict":
        assert left[0].remote.version is None and left[0].remote.row is None


@pytest.mark.parametrize("reported", ["submitted", "elsewhere", 409, None, ["submitted"]])
def test_a_record_that_was_locked_stays_so_whatever_a_refusal_calls_it(desk, tmp_path, reported):
    item, outbox = desk.fill(), desk.ws.outbox
    (entry,) = outbox.entries()
    outbox.remove(entry.key)
    outbox.set_base("project_site", item, 1, {"name": "one", "status": "submitted"})
    outbox.put("project_site", item, Operation.REPLACE, entry.body)
    (entry,), courier = outbox.entries(), Courier(desk.ws, KEY, "li")
    courier.pack(tmp_path / "1.zip")
    line = {"key": entry.key, "status": 409, "problem": {"title": "locked", "status": reported}}
    courier.unpack(receipt(tmp_path / "r.zip", 1, [json.dumps(line).encode()]))
    assert outbox.entries(None)[0].state.value == "rejected"
    assert desk.record("project_site", item)["status"] == "submitted"


@pytest.mark.parametrize(
    "line",
    [
        {"collection": "project_site", "op": "U", "feature": {"id": "../../etc/passwd", "properties": {"version": 1}}},
        {"collection": "project_site", "op": "U", "feature": {"id": "x", "properties": {"county": "330111", "version": 1}}},
        {"collection": "project_site", "op": "D", "item": {"a": 1}},
        {"collection": "nowhere", "op": "D", "item": "x"}, {"op": "D"}, {"collection": ["project_site"], "op": "U"},
    ],
)  # fmt: skip
def test_changes_of_any_shape_or_of_another_county_take_nothing_away(desk, tmp_path, line):
    courier, item = Courier(desk.ws, KEY, "li"), desk.fill()
    with BagWriter(tmp_path / "r.zip", BagInfo("receipt", "330110", 1, "courier", "e", "5"), KEY) as bag:
        bag.add_lines("changes.jsonl", [line])
    with contextlib.suppress(OneMapError):
        courier.unpack(tmp_path / "r.zip")
    records = {record["id"]: record["county"] for record in desk.ws.records("project_site")}
    assert records.pop(item) == "330110" and set(records.values()) <= {"330110"} and desk.ws.verify_audit().is_intact


def test_a_bag_that_the_workspace_could_not_note_is_not_there_to_be_delivered(desk, tmp_path, monkeypatch):
    """A full disk, a cut: the next bag would bear the same number and hold other things."""
    courier, target = Courier(desk.ws, KEY, "li"), tmp_path / "1.zip"
    desk.fill()

    def full(*_):
        raise OutputError("store_disk_full", file="w.gpkg")

    monkeypatch.setattr(desk.ws.bags, "keep", full)
    with pytest.raises(OutputError, match="full"):
        courier.pack(target)
    assert list(tmp_path.glob("1.zip*")) == [] and desk.ws.setting("bag_out", 0) == 0
    monkeypatch.undo()
    assert courier.pack(target) == 1 and desk.ws.setting("bag_out") == 1
    before = target.read_bytes()
    monkeypatch.setattr(desk.ws, "audit_act", full)
    with pytest.raises(OutputError):
        courier.pack_again(1, target)
    assert target.read_bytes() == before and list(tmp_path.glob("1.zip.*")) == []

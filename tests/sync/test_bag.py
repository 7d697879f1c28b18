"""Courier bags there and back on the real platform; every kind of bad bag is refused."""

import json
import subprocess
import sys
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from onemap.tests.support.long_runs import count

KEY = b"county key of the tests"
COURIER = Path(__file__).resolve().parents[1] / "platform" / "courier"


@pytest.fixture
def courier(desk):
    from onemap.plugin.sync.courier import Courier

    return Courier(desk.ws, KEY, "li")


@pytest.fixture
def province(start_platform, tmp_path):
    """province(bag) -> (exit code, what it printed, receipt): the province's command."""
    (tmp_path / "key").write_bytes(KEY)

    def take(platform, bag):
        receipt = Path(bag).with_suffix(".receipt.zip")
        done = subprocess.run(
            [COURIER, platform.folder, bag, receipt, tmp_path / "key"], capture_output=True, text=True, timeout=60
        )
        assert done.returncode in (0, 65, 75), done.stderr
        return done.returncode, json.loads(done.stdout), receipt

    return take


@pytest.fixture
def quiet(start_platform):
    """A platform of its own: the province counts bags per county."""
    return start_platform("--lines", 20)


@pytest.mark.parametrize("year", [1970, 2108])
def test_a_clock_that_is_far_off_keeps_no_bag_back(courier, desk, tmp_path, monkeypatch, year):
    class Clock(datetime):
        @classmethod
        def now(cls, zone=None):
            return datetime(year, 1, 1, tzinfo=zone)

    monkeypatch.setattr("onemap.plugin.core.zips.datetime", Clock)
    monkeypatch.setattr("time.localtime", lambda *seconds: Clock.now().timetuple())
    desk.fill()
    courier.pack(tmp_path / "bag.zip")
    with zipfile.ZipFile(tmp_path / "bag.zip") as bag:
        assert bag.testzip() is None and any(name.endswith("manifest-sha256.txt") for name in bag.namelist())


def test_there_and_back(quiet, make_desk, province, tmp_path):
    from onemap.plugin.store.pulled import Pulled
    from onemap.plugin.sync.courier import Courier

    desk = make_desk(on=quiet)
    courier = Courier(desk.ws, KEY, "li")
    good, bad = desk.fill(), desk.fill()
    (entry,) = desk.ws.outbox.entries(item=bad)
    desk.ws.outbox.change(entry.key, body={**entry.body, "area_m2": "much"})
    assert courier.pack(tmp_path / "1.zip") == 2
    code, reported, receipt = province(quiet, tmp_path / "1.zip")
    assert (code, reported) == (0, {"answers": 2, "accepted": 1})
    counts = courier.unpack(receipt)
    assert (counts["done"], counts["rejected"]) == (1, 1)
    assert (
        desk.record("project_site", good)["case_no"].endswith("-00001")
        and desk.record("project_site", bad)["status"] == "returned"
    )
    assert len(Pulled(desk.ws).versions("control_line")) == 10 and desk.ws.verify_audit().is_intact
    # again, and again: nothing is doubled
    assert province(quiet, tmp_path / "1.zip")[:2] == (0, {"answers": 2, "accepted": 1}) and not courier.unpack(receipt)
    assert quiet.sql("SELECT count(*) FROM data.project_site") == "1"
    # order: bag 3 before bag 2 waits, on both sides
    second = desk.fill()
    courier.pack(tmp_path / "2.zip")
    courier.pack(tmp_path / "3.zip")
    assert province(quiet, tmp_path / "3.zip")[0] == 75
    receipts = [province(quiet, tmp_path / name)[2] for name in ("2.zip", "3.zip")]
    from onemap.plugin.sync.errors import BagError

    with pytest.raises(BagError, match="missing"):
        courier.unpack(receipts[1])
    assert courier.unpack(receipts[0])["done"] == 1 and not courier.unpack(receipts[1])["done"]
    assert desk.record("project_site", second)["case_no"].endswith("-00002") and desk.ws.outbox.counts()["pending"] == 0


def test_the_same_entries_by_hand_and_by_line_count_once(quiet, make_desk, province, tmp_path):
    from onemap.plugin.sync.courier import Courier

    desk = make_desk(on=quiet)
    courier = Courier(desk.ws, KEY, "li")
    desk.fill()
    courier.pack(tmp_path / "1.zip")
    assert desk.push().done == 1
    code, reported, receipt = province(quiet, tmp_path / "1.zip")
    assert reported == {"answers": 1, "accepted": 1} and not courier.unpack(receipt)["done"]
    assert quiet.sql("SELECT count(*) FROM data.project_site") == "1"


def rewritten(source, target, change):
    """The bag with members changed: change({name: bytes}) -> {name: bytes}."""
    with zipfile.ZipFile(source) as old:
        members = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in change(members).items():
            new.writestr(name, data)
    return target


def _data(members):
    return next(name for name in members if name.endswith("data/requests.jsonl"))


BAD = {
    "bag_altered": lambda m: {**m, _data(m): m[_data(m)] + b" "},
    "bag_files_differ": lambda m: {k: v for k, v in m.items() if k != _data(m)},
    "bag_files_differ more": lambda m: {**m, _data(m).replace("requests", "more"): b"x"},
    "bag_foreign_file": lambda m: {
        **m,
        _data(m).replace("data/requests.jsonl", "fetch.txt"): b"http://elsewhere/ 1 data/x",
    },
    "bag_unsafe_name": lambda m: {**m, _data(m).replace("requests", "../../../x"): b"x"},
    "bag_unsafe_name absolute": lambda m: {**m, "/etc/x": b"x"},
    "bag_unsafe_name windows": lambda m: {**m, _data(m).split("/")[0] + "/data/..\\..\\x": b"x"},
    "bag_unsafe_name two": lambda m: {**m, "other/data/x": b"x"},
    "bag_too_large": lambda m: {**m, _data(m).replace("requests", "zeros"): bytes(300_000_000)},
    "bag_damaged": lambda m: {k: v for k, v in m.items() if not k.endswith("bag-info.txt")},
    "bag_signature": lambda m: {
        k: (b"HMAC-SHA256 " + b"0" * 64 if k.endswith("signature.txt") else v) for k, v in m.items()
    },
    "bag_altered info": lambda m: {
        k: (v.replace(b"county", b"County") if k.endswith("manifest-sha256.txt") else v + b" ") for k, v in m.items()
    },
}


@pytest.mark.parametrize("case", BAD)
def test_bad_bags_are_refused(desk, courier, tmp_path, case):
    from onemap.plugin.sync.bag import BagReader
    from onemap.plugin.sync.errors import BagError

    desk.fill()
    courier.pack(tmp_path / "good.zip")
    with BagReader(tmp_path / "good.zip", KEY, "330110", "outgoing") as bag:
        assert len(list(bag.lines("requests.jsonl"))) == 1
    bad = rewritten(tmp_path / "good.zip", tmp_path / "bad.zip", BAD[case])
    with pytest.raises(BagError) as refused:
        BagReader(bad, KEY, "330110")
    assert refused.value.code == case.split()[0] and str(refused.value)


def test_truncated_foreign_and_wrongly_signed_bags(desk, courier, tmp_path):
    from onemap.plugin.sync.bag import BagReader
    from onemap.plugin.sync.errors import BagError

    desk.fill()
    courier.pack(tmp_path / "good.zip")
    whole = (tmp_path / "good.zip").read_bytes()
    for length in (0, 10, len(whole) // 2, len(whole) - 30):
        (tmp_path / "cut.zip").write_bytes(whole[:length])
        with pytest.raises(BagError):
            BagReader(tmp_path / "cut.zip", KEY)
    for options, code in (
        ((KEY, "330111"), "bag_county"),
        ((b"other",), "bag_signature"),
        ((KEY, "330110", "receipt"), "bag_kind"),
    ):
        with pytest.raises(BagError) as refused:
            BagReader(tmp_path / "good.zip", *options)
        assert refused.value.code == code
    assert KEY not in whole and KEY not in desk.path.read_bytes()


BIG = """
import re, sys
sys.path.insert(0, sys.argv[1])
from onemap.plugin.store.workspace import Workspace
from onemap.plugin.sync.bag import BagReader
from onemap.plugin.sync.courier import Courier
with Workspace.open(sys.argv[2]) as ws:
    entries = Courier(ws, b"k", "li").pack(sys.argv[3] + "/big.zip", [sys.argv[3] + "/big.bin"])
with BagReader(sys.argv[3] + "/big.zip", b"k") as bag:
    sizes = {name.split("/")[0]: sum(map(len, bag.blocks(name))) for name in bag.names}
peak = int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1])  # ru_maxrss would tell the parent's
print(entries, sizes["files"], sizes["attachments"], peak // 1024)
"""


def test_a_gigabyte_is_packed_and_unpacked_in_little_memory(desk, tmp_path):
    """A gigabyte in a long run, otherwise still several times the memory that is allowed."""
    size, attached = count(1 << 30, 1 << 28), 20_000_000
    with open(tmp_path / "big.bin", "wb") as file:
        file.truncate(size)
    item = desk.fill()
    (entry,) = desk.ws.outbox.entries(item=item)
    reported = desk.ws.attachments.add_content("scan.pdf", bytes(attached))
    desk.ws.outbox.change(entry.key, body={**entry.body, "attachments": [reported]})
    desk.ws.close()
    links = next(p for p in sys.path if (Path(p) / "onemap").is_symlink())
    done = subprocess.run(
        [sys.executable, "-c", BIG, links, desk.path, tmp_path], capture_output=True, text=True, timeout=200
    )
    assert done.returncode == 0, done.stderr
    *reported, megabytes = map(int, done.stdout.split())
    assert reported == [1, size, attached] and megabytes <= 100, megabytes

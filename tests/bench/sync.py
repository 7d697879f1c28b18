"""The figures of the sync client against the reference platform. Run by `make bench`; `sync.py villages [N]` pushes a province (138,389) with kills."""

import http.client
import importlib.util
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import requests

TESTS = Path(__file__).resolve().parents[1]
ROOT = TESTS.parent
LINES, RECORDS, CHANGES = (
    200_000,
    int(os.environ.get("ONEMAP_BENCH_RECORDS", "10000")),
    1_000,
)  # lines of both counties together
WORKERS = 4


def load(name, file):
    spec = importlib.util.spec_from_file_location(name, file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def village(number):
    return {
        **{
            "id": str(uuid.UUID(int=(4 << 76) + (8 << 60) + number)),
            "xzcdm": f"330110{number % 999_999:06d}",
            "xzcmc": f"第{number % 14807}村",
        },
        **{
            "zrc": f"自然村{number}",
            "cls": "集聚提升类",
            "pop_reg": 320,
            "pop_res": 280,
            "households": 96,
            "built_ha": 3.25,
            "opinion": "保留",
        },
    }


class Bench:
    """A running platform and a workspace of its county."""

    def __init__(self, folder, lines):
        self.folder = folder
        (folder / "links").mkdir()
        (folder / "links" / "onemap").symlink_to(ROOT)
        sys.path.insert(0, str(folder / "links"))
        self.platform = load("platform_runner", TESTS / "support" / "platform_runner.py").Platform(
            folder / "platform", "--lines", lines, "--bulk"
        )
        self.token = self.platform.tokens["county_a"]

    def workspace(self, name):
        from onemap.plugin.store.workspace import Workspace

        return Workspace.create(self.folder / f"{name}.gpkg", "330110")

    def service(self, workspace):
        from onemap.plugin.sync.credentials import StaticToken
        from onemap.plugin.sync.options import RunOptions
        from onemap.plugin.sync.service import SyncService
        from onemap.plugin.sync.transport import Transport

        return SyncService(
            workspace, Transport(self.platform.url, StaticToken(self.token)), "bench", RunOptions(workers=WORKERS)
        )

    def fill(self, workspace, count, start=0):
        """Records in the outbox, as submitting them one by one would leave them."""
        from onemap.plugin.store.flow import wire_body

        form = workspace.form("village_evaluation")
        with workspace.transaction():
            workspace.save_records(form, (village(n) for n in range(start, start + count)), "bench")
            for n in range(start, start + count):
                body = wire_body(form, {**village(n), "county": "330110", "status": "draft"})
                workspace.outbox.put(form.id, body["id"], "create", body)


def timed(act):
    started = time.perf_counter()
    result = act()
    return time.perf_counter() - started, result


def say(label, text):
    print(f"{label:<64}{text}", flush=True)


def first_load(bench):
    from onemap.plugin.store.pulled import Pulled
    from onemap.plugin.sync.download import download

    workspace = bench.workspace("first")
    transport = bench.service(workspace)._http
    described = transport.get_json("collections/control_line")[0]
    link = next(link for link in described["links"] if link["rel"] == "enclosure")
    target = bench.folder / "first.file"
    curl = ["curl", "-sSf", "-o", str(target), "-H", f"Authorization: Bearer {bench.token}", link["href"]]
    acts = {
        "curl": lambda: subprocess.run(curl, check=True),
        "client": lambda: download(transport, link["href"], target),
    }
    seconds = {
        name: min(times)
        for name, times in zip(acts, zip(*([timed(act)[0] for act in acts.values()] for _ in range(5))))
    }
    rates = {name: link["length"] / best / 1e6 for name, best in seconds.items()}
    say(f"first load, {link['length'] / 1e6:.0f} MB GeoPackage, sha256 checked (curl {rates['curl']:.0f} MB/s)",
        f"{rates['client']:.0f} MB/s, {100 * rates['client'] / rates['curl']:.0f} %")  # fmt: skip
    seconds, result = timed(bench.service(workspace).pull)
    assert result.error is None, result.error
    say(
        f"first pull of {len(Pulled(workspace).versions('control_line')):,} polygons, into the workspace",
        f"{seconds:.1f} s",
    )
    return workspace


def incremental(bench, workspace):
    sql = f"UPDATE data.control_line SET name = name || '!' WHERE id IN (SELECT id FROM data.control_line WHERE county = '330110' LIMIT {CHANGES})"  # noqa: S608 our own numbers
    bench.platform.sql(sql)
    seconds, result = timed(bench.service(workspace).pull)
    assert result.error is None and result.changed == CHANGES, result
    say(f"incremental pull of {CHANGES:,} changes", f"{seconds:.1f} s")
    service = bench.service(workspace)
    seconds, result = timed(service.sync)
    say("idle sync", f"{service._http.requests} requests, {1000 * seconds:.0f} ms")


def bare_push(bench, count, workers, start):
    """What the server does with bare keep-alive connections: no outbox, no audit, no retries."""
    where = urlsplit(bench.platform.url)

    def work(first):
        line = http.client.HTTPConnection(where.hostname, where.port)
        for n in range(first, count, workers):
            row = village(start + n)
            body = {
                "type": "Feature",
                "id": row["id"],
                "geometry": None,
                "properties": {k: v for k, v in row.items() if k != "id"},
            }
            headers = {"Authorization": f"Bearer {bench.token}", "If-None-Match": "*", "Idempotency-Key": str(uuid.uuid4()),
                       "Content-Type": "application/geo+json"}  # fmt: skip
            line.request("PUT", f"/collections/village_evaluation/items/{row['id']}", json.dumps(body), headers)
            answer = line.getresponse()
            assert answer.status == 201, answer.read()
            answer.read()

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(work, range(workers)))


def push(bench, workspace, rounds=5, bulk=False):
    """Bare and real pushes take turns, so that what else the machine does meets both; the ratio is taken pair by pair."""
    from onemap.plugin.sync import service as services

    announced, services.BULK = services.BULK, services.BULK if bulk else "not asked for"
    pairs, count = [], RECORDS // rounds
    try:
        for number in range(rounds):
            first = (20_000_000 if bulk else 10_000_000) + count * number
            bare = timed(lambda n=first: bare_push(bench, count, WORKERS, n))[0]
            bench.fill(workspace, count, first - 10_000_000 + (1_000_000 if bulk else 0))
            seconds, result = timed(bench.service(workspace).push)
            assert result.done == count, result
            pairs.append((count / bare, count / seconds))
    finally:
        services.BULK = announced
    how = "push in bulk" if bulk else "push"
    say_pairs(f"{how} of {RECORDS:,} records against bare, {WORKERS} connections", pairs)


def say_pairs(label, pairs):
    """Rates of the bare client and ours, and the median of the ratios of each pair."""
    ratios = sorted(ours / bare for bare, ours in pairs)
    bare, ours = (statistics.median(rates) for rates in zip(*pairs))
    spread = f"{100 * ratios[0]:.0f} to {100 * ratios[-1]:.0f} %"
    say(label, f"{ours:,.0f} of {bare:,.0f}/s, {100 * statistics.median(ratios):.0f} % ({spread})")


def bare_paging(bench, collection):
    """What the server does with one bare keep-alive connection that reads every page and parses it."""
    session, count = requests.Session(), 0
    session.headers["Authorization"] = f"Bearer {bench.token}"
    address = f"{bench.platform.url}/collections/{collection}/items?limit=1000"
    while address:
        page = session.get(address, timeout=60).json()
        count += len(page["features"])
        address = next((link["href"] for link in page["links"] if link["rel"] == "next"), None)
    return count


def records_load(bench, count, rounds=7):
    """First load of records into the workspace, audit rows included, against bare paging in turns."""
    bench.platform.sql(
        "INSERT INTO data.village_evaluation (id, county, status, xzcdm, xzcmc, zrc, cls, pop_reg, pop_res, households, built_ha)"  # noqa: S608
        " SELECT gen_random_uuid(), '330110', 'draft', '330110' || lpad((n % 999999)::text, 6, '0'), '第' || n % 14807 || '村',"
        f" '自然村' || n, '集聚提升类', 320, 280, 96, 3.25 FROM generate_series(1, {count}) n"
    )
    pairs = []
    for number in range(rounds):
        seconds, seen = timed(lambda: bare_paging(bench, "village_evaluation"))
        with bench.workspace(f"records{number}") as workspace:
            taken, result = timed(bench.service(workspace).pull)
            assert result.error is None and workspace.count("village_evaluation") == seen, result
        pairs.append((seen / seconds, seen / taken))
    say_pairs(f"first load of {count:,} records, audit included, against bare paging", pairs)


CHILD = """
import sys
sys.path.insert(0, sys.argv[1])
from onemap.plugin.store.workspace import Workspace
from onemap.plugin.sync.credentials import StaticToken
from onemap.plugin.sync.options import RunOptions
from onemap.plugin.sync.service import SyncService
from onemap.plugin.sync.transport import Transport
with Workspace.open(sys.argv[2]) as ws:
    print(SyncService(ws, Transport(sys.argv[3], StaticToken(sys.stdin.readline().strip())), "bench", RunOptions(workers=int(sys.argv[4]))).push().as_json())
"""


def villages(bench, count, kills=3):
    """A province's villages pushed by processes that are killed three times on the way."""
    from onemap.plugin.store.workspace import Workspace

    with bench.workspace("villages") as workspace:
        path = workspace.path
        bench.fill(workspace, count, start=20_000_000)
    sql = "SELECT count(*) FROM data.village_evaluation WHERE zrc LIKE '自然村2_______'"
    started, sent = time.perf_counter(), lambda: int(bench.platform.sql(sql))
    for number in range(1, kills + 2):
        command = [
            sys.executable,
            "-c",
            CHILD,
            str(bench.folder / "links"),
            str(path),
            bench.platform.url,
            str(WORKERS),
        ]
        child = subprocess.Popen(command, stdin=subprocess.PIPE, text=True)
        child.stdin.write(bench.token + "\n")
        child.stdin.flush()
        while number <= kills and sent() < count * number / (kills + 1):
            time.sleep(0.5)
        if number <= kills:
            os.kill(child.pid, signal.SIGKILL)
        child.wait()
    seconds = time.perf_counter() - started
    with Workspace.open(path) as workspace:
        left, whole = workspace.outbox.counts(), workspace.audit.verify().is_intact
    doubled = bench.platform.sql(
        "SELECT count(*) - count(DISTINCT item) FROM api.change_log WHERE collection = 'village_evaluation' AND op = 'C'"
    )
    lost = count - sent()
    say(
        f"push of {count:,} villages with {kills} kills -9",
        f"{seconds:.0f} s, {count / seconds:.0f}/s, lost {lost}, doubled {doubled}",
    )
    assert (lost, doubled, sum(left.values()), whole) == (0, "0", 0, True)


def main():
    with tempfile.TemporaryDirectory(prefix="onemap-bench-") as name:
        only_villages, only_records = (sys.argv[1:2] == [word] for word in ("villages", "records"))
        bench = Bench(Path(name), 20 if only_villages or only_records else LINES)
        try:
            if only_records:
                records_load(bench, int(sys.argv[2]) if sys.argv[2:] else 20_000)
                with bench.workspace("push") as workspace:
                    push(bench, workspace, 5)
                    return push(bench, workspace, 3, bulk=True)
            if only_villages:
                return villages(bench, int(sys.argv[2]) if sys.argv[2:] else 138_389)
            workspace = first_load(bench)
            incremental(bench, workspace)
            push(bench, workspace)
            workspace.close()
            records_load(bench, 20_000)
            villages(bench, 138_389 if os.environ.get("ONEMAP_LONG") else 2_000)
        finally:
            bench.platform.down("--remove")


if __name__ == "__main__":
    main()

"""The fault list of the platform's contract, line and platform: after every fault the four promises of promises.py hold."""

import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from onemap.tests.support.promises import assert_reported, hold, killed, patient, settle

HERE = Path(__file__).resolve().parent


STEPS = [
    "push.freeze.before",
    "push.freeze.after",
    "push.exchange.before",
    "push.exchange.after",
    "push.settle.before",
    "push.settle.after",
    "push._finish.after",
]


@pytest.mark.parametrize("step", STEPS)
def test_kill_9_of_the_client_at_every_step_of_the_outbox(desk, a, check, step):
    items = [desk.fill() for _ in range(6)]
    assert killed(desk, step, 1 if "freeze" in step or "finish" in step else 3)
    assert len(desk.ws.outbox.entries()) == (0 if step == "push._finish.after" else 6)
    hold(desk, a, items)
    check(desk, a, items, settle(desk))


@pytest.mark.parametrize(
    "step", ["pull._take_page.before", "pull._take_page.after", "pull.take.before", "pull._load.after"]
)
def test_kill_9_of_a_pull(desk, a, step):
    if step != "pull._load.after":
        desk.pull()
    items = [a.new("village_evaluation") for _ in range(4)]
    assert killed(desk, step, 1)
    assert desk.pull().error is None
    assert all(desk.ws.count("village_evaluation", {"id": i}) == 1 for i in items) and desk.ws.verify_audit().is_intact


@pytest.mark.parametrize("fault", ["lost:3", "drop:3", "slow:4", "429:4", "503:4", "lost:2,drop:3,503:5"])
def test_a_bad_line_for_a_push(desk, a, check, line, fault):
    items = [desk.fill() for _ in range(8)]
    desk.url = "http://" + line(fault=fault)
    check(desk, a, items, settle(desk))


def test_replies_cut_short_are_not_taken_for_whole(desk, a, line):
    items = {a.new("village_evaluation") for _ in range(5)}
    desk.url = "http://" + line(fault="cut:3")
    result = desk.pull()
    assert result.error is None, result.error
    assert items <= set(desk.ws.record_ids("village_evaluation"))
    from onemap.plugin.store.pulled import Pulled

    assert len(Pulled(desk.ws).versions("control_line")) == 300


def test_the_database_goes_down_in_the_middle(desk, a, check, platform):
    items, desk.options = [desk.fill() for _ in range(40)], {"attempts": 2}
    stopper = threading.Timer(0.3, platform.database, ["immediate"])
    stopper.start()
    first = desk.push()
    stopper.join()
    again = desk.push()
    assert again.pending or not first.pending
    assert not again.pending or any("503" in line or "reached" in line for line in again.log), again.log
    platform.database("start")
    hold(desk, a, items, [first, again])
    check(desk, a, items, settle(desk))


def test_kill_9_of_the_server_in_the_middle(desk, a, check, platform):
    items = [desk.fill() for _ in range(40)]
    killer = threading.Timer(0.3, platform.kill)
    killer.start()
    first = desk.push()
    killer.join()
    platform.up()
    hold(desk, a, items, [first])
    check(desk, a, items, settle(desk))


def test_a_token_that_ends_in_the_middle_is_renewed(desk, a, check, platform):
    from onemap.plugin.sync.credentials import ClientCredentials

    items = [desk.fill() for _ in range(12)]
    reported = platform.told
    desk.credentials = ClientCredentials(
        reported["token_url"], "county_a", reported["clients"]["county_a"], expires_in="3"
    )
    assert desk.credentials.headers()
    time.sleep(4.2)
    result = desk.push()
    assert result.error is None
    check(desk, a, items, [result])


def test_a_login_that_is_refused_is_told_and_loses_nothing(desk, a, check):
    from onemap.plugin.sync.credentials import StaticToken

    item = desk.fill()
    good, desk.credentials = desk.credentials, StaticToken("wrong")
    result = desk.push()
    assert "login" in str(result.error) and result.pending == 1 and desk.push().pending == 1
    assert hold(desk, a, [item], [result]) == {item}
    desk.credentials = good
    check(desk, a, [item], settle(desk))


def test_nobody_there(desk, a):
    item, url = desk.fill(), desk.url
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        desk.url, desk.options = f"http://127.0.0.1:{silent.getsockname()[1]}", {"timeout": (1, 1), "attempts": 2}
        result = desk.push()
    assert "cannot be reached" in str(result.error) and result.pending == 1
    assert hold(desk, a, [item], [result]) == {item}
    desk.url = "http://nowhere.invalid"
    assert hold(desk, a, [item], [desk.push()]) == {item}
    desk.url = url
    assert desk.push().done == 1


def test_proxy_with_password_and_dead_proxy(desk, a, check, line, platform):
    import requests

    items = [desk.fill()]
    proxy = line("--proxyauth", "zhang:geheim", mode="regular")
    session = requests.Session()
    session.trust_env = False
    for login, works in (("zhang:wrong@", False), ("zhang:geheim@", True)):
        session.proxies = {"http": f"http://{login}{proxy}"}
        desk.options = {"session": session}
        result = desk.push()
        assert (result.pending == 0) is works, result.log
        assert works or "407" in " ".join(result.log) and hold(desk, a, items, [result]) == set(items)
    check(desk, a, items)
    items = [desk.fill()]
    session.proxies = {"http": "http://127.0.0.1:9"}
    result = desk.push()
    assert "cannot be reached" in str(result.error) and hold(desk, a, items, [result]) == set(items)
    assert "geheim" not in result.as_json() and b"geheim" not in desk.path.read_bytes()


def test_unknown_authority_is_refused_and_a_known_one_taken(desk, a, check, line, tmp_path):
    import requests

    items = [desk.fill()]
    desk.url = "https://" + line()
    session = requests.Session()
    session.trust_env = False
    desk.options = {"session": session}
    result = desk.push()
    assert "certificate" in str(result.error).lower() and hold(desk, a, items, [result]) == set(items)
    session.verify = str(tmp_path / "mitm" / "mitmproxy-ca-cert.pem")
    settle(desk)
    check(desk, a, items)


def test_two_clients_on_one_record(desk, make_desk, a):
    other = make_desk("second")
    item = a.new(name="shared by two", note="n", applicant="a")
    for one in (desk, other):
        one.pull()
    desk.ws.save_records("project_site", [{"id": item, "note": "first"}], "wang")
    other.ws.save_records("project_site", [{"id": item, "note": "second"}], "wang")
    desk.submit("project_site", item), other.submit("project_site", item)
    results = []
    threads = [threading.Thread(target=lambda d=d: results.append(d.push())) for d in (desk, other)]
    [t.start() for t in threads], [t.join() for t in threads]
    assert sorted((r.done, r.conflict) for r in results) == [(0, 1), (1, 0)]
    reported = a.properties("project_site", item)
    winner, loser = (desk, other) if desk.ws.outbox.entries() == [] else (other, desk)
    assert reported["version"] == 2 and reported["note"] == winner.record("project_site", item)["note"]
    (entry,) = loser.ws.outbox.entries(("conflict",))
    assert entry.item == item and loser.record("project_site", item)["note"] != reported["note"]
    for one, result in ((desk, results), (other, results)):
        [assert_reported(r) for r in result]
        assert one.ws.verify_audit().is_intact


def test_the_clients_clock_does_not_matter(desk, a, check, mitmdump):
    """libfaketime puts the client ten years back."""
    library = next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))), None)
    if library is None:
        pytest.skip("libfaketime is not installed (apt install faketime)")
    items = [desk.fill() for _ in range(3)]
    links = next(p for p in sys.path if (Path(p) / "onemap").is_symlink())
    desk.ws.close()
    token = desk.credentials.headers()["Authorization"].split()[1]
    command = [sys.executable, HERE / "killed_push.py", links, desk.path, desk.url, token, "push._finish.after", "1000"]
    env = {"LD_PRELOAD": str(library), "FAKETIME": "-3650d", "PATH": "/usr/bin:/bin"}
    subprocess.run(command, env=env, check=True, timeout=120, capture_output=True)
    from onemap.plugin.store.workspace import Workspace

    desk.ws = Workspace.open(desk.path)
    check(desk, a, items)


def test_a_package_arrives_over_a_bad_line(desk, a, line, tmp_path):
    import os
    import uuid

    from onemap.plugin.sync.upload import send_package

    data = os.urandom(9_000_000)
    (tmp_path / "package.zip").write_bytes(data)
    desk.url = "http://" + line(fault="lost:2,503:5")
    identifier, seen = str(uuid.uuid4()), []
    reported = send_package(
        desk.transport, tmp_path / "package.zip", identifier, progress=lambda done, size: seen.append(done)
    )
    assert (
        reported["inspection"] in ("passed", "waiting")
        and a.properties("package", identifier)["inspection"] == "passed"
    )
    assert seen == sorted(seen) and seen[-1] == len(data)


def test_kill_9_of_the_server_in_the_middle_of_an_upload(desk, a, line, platform, tmp_path):
    import os
    import uuid

    from onemap.plugin.sync.upload import send_package

    data = os.urandom(21_000_000)
    (tmp_path / "package.zip").write_bytes(data)
    desk.url, seen = "http://" + line(fault="slow:1"), []
    restart = threading.Timer(3, lambda: (platform.kill(), platform.up()))
    restart.start()
    identifier = str(uuid.uuid4())
    send_package(desk.transport, tmp_path / "package.zip", identifier, progress=lambda done, size: seen.append(done))
    restart.join()
    reported = patient(lambda: a.properties("package", identifier))
    assert reported["inspection"] == "passed" and seen == sorted(seen) and seen[-1] == len(data)
    assert [f["properties"]["op"] for f in a.pages("changes", item=identifier)][0] == "C"

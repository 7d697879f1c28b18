"""Desks on a real platform, and mitmproxy in between where a test wants the line to misbehave."""

import socket
import subprocess
import time
from pathlib import Path

import pytest
from onemap.tests.support import platform_runner, promises, sync_fixtures

TESTS = Path(__file__).resolve().parents[1]
ROOT = TESTS.parent
MITM = ROOT / ".venv-mitm"

a, desk, make_desk, reviewer, start_platform = (
    getattr(sync_fixtures, name) for name in ("a", "desk", "make_desk", "reviewer", "start_platform")
)


@pytest.fixture(scope="session")
def platform(request, tmp_path_factory):
    """The real one: PostgreSQL and pygeoapi."""
    return platform_runner.shared(request, tmp_path_factory)


@pytest.fixture(autouse=True)
def _english():
    from onemap.plugin.core import messages

    messages.set_language("en")


@pytest.fixture(scope="session")
def mitmdump():
    """The program, in an environment of its own."""
    done = subprocess.run([TESTS / "faults" / "setup"], capture_output=True, text=True, timeout=900)
    if done.returncode == platform_runner.MISSING:
        pytest.skip(done.stderr.strip())
    assert done.returncode == 0, done.stderr
    return MITM / "bin" / "mitmdump"


@pytest.fixture
def line(mitmdump, platform, tmp_path):
    """line(*options, fault="lost:3,503:5") -> address that leads to the platform through mitmproxy with faults (see line_faults.py)."""
    running = []

    def start(*options, fault="", mode=None):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command = [mitmdump, "-q", "--listen-host", "127.0.0.1", "-p", str(port), "--set", f"confdir={tmp_path / 'mitm'}",
                   "-s", TESTS / "faults" / "line_faults.py", "--set", f"fault={fault}", "--mode", mode or f"reverse:{platform.url}", *options]  # fmt: skip
        process = subprocess.Popen([str(c) for c in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        running.append(process)
        for _ in range(300):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                return f"127.0.0.1:{port}"
            except OSError:
                time.sleep(0.1)
        raise AssertionError("mitmdump did not start")

    yield start
    for process in running:
        process.terminate()
        process.wait(10)


@pytest.fixture
def check():
    """check(desk, caller, items, results): the end of every fault: the four promises hold and nothing waits any more."""

    def checked(desk, caller, items, results=(), form="project_site"):
        assert promises.hold(desk, caller, items, results, form) == set()
        assert desk.ws.outbox.entries() == []

    return checked


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 6 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", folder], capture_output=True).returncode:
        pytest.skip("mounting a small disk needs root")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)

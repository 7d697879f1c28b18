"""One platform for all contract tests, and callers who speak plain HTTP to it."""

import importlib.util
from pathlib import Path

import pytest
from onemap.tests.support.callers import SAMPLES, Caller

_SPEC = importlib.util.spec_from_file_location(
    "platform_runner", Path(__file__).resolve().parents[1] / "platform_runner.py"
)
_RUNNER = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_RUNNER)
__all__ = ["SAMPLES", "Caller"]


@pytest.fixture(scope="session")
def start_platform(tmp_path_factory):
    """start_platform(*options) -> Platform; stopped and removed at the end."""
    running = []

    def start(*options):
        running.append(_RUNNER.Platform(tmp_path_factory.mktemp("platform"), *options))
        return running[-1]

    yield start
    for one in running:
        one.down("--remove")


@pytest.fixture(scope="session")
def platform(start_platform):
    return start_platform("--lines", 600)


@pytest.fixture
def a(platform):
    return Caller(platform, platform.tokens["county_a"])


@pytest.fixture
def b(platform):
    return Caller(platform, platform.tokens["county_b"])


@pytest.fixture
def reviewer(platform):
    return Caller(platform, platform.tokens["reviewer"])


@pytest.fixture
def nobody(platform):
    return Caller(platform, None)


def problem(answer, status, kind):
    """The problem document of an answer, after checking that it is one."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert body["type"].endswith(kind) and body["title"] and "detail" in body
    if kind != "locked-by-status":
        assert body["status"] == status
    return body


@pytest.fixture(name="problem")
def problem_fixture():
    return problem

"""One platform for all contract tests, and callers who speak plain HTTP to it."""

import pytest
from onemap.tests.support import sync_fixtures
from onemap.tests.support.callers import Caller

a, reviewer, start_platform = (getattr(sync_fixtures, name) for name in ("a", "reviewer", "start_platform"))


@pytest.fixture(scope="session")
def platform(start_platform):
    return start_platform("--lines", 600)


@pytest.fixture
def b(platform):
    return Caller(platform, platform.tokens["county_b"])


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

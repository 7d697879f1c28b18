"""Fixtures of all tests that exchange records: platforms, desks with workspaces, and callers of both sides.

A conftest takes those it needs by importing them.
"""

import pytest
from onemap.tests.support.callers import Caller
from onemap.tests.support.desks import Desk
from onemap.tests.support.memory_platform import MemoryPlatform
from onemap.tests.support.platform_runner import Platform


@pytest.fixture(scope="session")
def start_platform(tmp_path_factory):
    """start_platform(*options) -> Platform, the real one of PostgreSQL and pygeoapi; stopped and removed at the end."""
    running = []

    def start(*options):
        running.append(Platform(tmp_path_factory.mktemp("platform"), *options))
        return running[-1]

    yield start
    for one in running:
        one.down("--remove")


@pytest.fixture
def platform():
    """A platform in memory of this test alone, with 300 control lines of county_a."""
    with MemoryPlatform(lines=300) as made:
        yield made


@pytest.fixture
def make_desk(platform, tmp_path):
    desks = []

    def make(name="a", county="county_a", on=None, **transport):
        desks.append(Desk(on or platform, tmp_path / f"{name}.gpkg", county, **transport))
        return desks[-1]

    yield make
    for desk in desks:
        desk.ws.close()


@pytest.fixture
def desk(make_desk):
    return make_desk()


@pytest.fixture
def a(platform):
    return Caller(platform, platform.tokens["county_a"])


@pytest.fixture
def reviewer(platform):
    return Caller(platform, platform.tokens["reviewer"])

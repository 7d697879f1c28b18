"""A platform in memory, real workspaces, and callers of both sides."""

import importlib.util
import sys
from pathlib import Path

import pytest
from onemap.tests.support.callers import Caller
from onemap.tests.support.desks import SQUARE, Desk
from onemap.tests.support.memory_platform import MemoryPlatform

TESTS = Path(__file__).resolve().parents[1]
__all__ = ["SQUARE", "Desk"]


def _load(name, file):
    spec = importlib.util.spec_from_file_location(name, file)
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_CONTRACT = _load("contract_callers", TESTS / "contract" / "conftest.py")
start_platform = _CONTRACT.start_platform  # the real one: PostgreSQL and pygeoapi


@pytest.fixture(autouse=True)
def _english():
    from onemap.plugin.core import messages

    messages.set_language("en")


@pytest.fixture
def platform():
    """A platform of this test alone, with 300 control lines of county_a."""
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

"""The pytest plugin of a mutation run: `-p mutants.session`.

With ONEMAP_MUTATION_MAP it writes which test reaches which line of the product (coverage.py, one context per test);
with ONEMAP_MUTATION_TESTS it runs the tests that the file names, in that order, and no others.
"""

import functools
import json
import os
import sys
import time
from collections import defaultdict
from pathlib import Path

import pytest

_MAP, _TESTS = os.environ.get("ONEMAP_MUTATION_MAP"), os.environ.get("ONEMAP_MUTATION_TESTS")
IMPORT = "import"  # the context of what runs while modules are read, outside of all tests
_PRODUCT = ("plugin", "processing_algs", "forms")


def pytest_configure(config: pytest.Config) -> None:
    if _MAP:
        config.pluginmanager.register(_Mapper(Path(config.rootpath).resolve(), Path(_MAP)))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if _TESTS:
        wanted = {name: n for n, name in enumerate(Path(_TESTS).read_text(encoding="utf-8").splitlines())}
        items[:] = sorted((i for i in items if i.nodeid in wanted), key=lambda i: wanted[i.nodeid])


class _Mapper:
    """Measures the lines of each test; what a fixture of a wider scope reaches belongs to every test that asks for it.

    What is kept between tests (functools caches) is emptied before each, so that each reaches what it needs.
    """

    def __init__(self, root: Path, target: Path):
        import coverage

        self._root, self._target = root, target
        self._coverage = coverage.Coverage(
            data_file=None, config_file=False, include=[f"{root}/{folder}/*" for folder in _PRODUCT]
        )
        self._seconds: dict[str, float] = {}
        self._wide: dict[str, list[str]] = {}
        self._failed: set[str] = set()
        self._context = ""
        self._coverage.start()

    def _switch(self, context: str) -> str:
        before, self._context = self._context, context
        self._coverage.switch_context(context)
        return before

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_protocol(self, item):  # noqa: ANN001, ANN201 - a hook of pytest
        _empty_caches()
        self._wide[item.nodeid] = sorted({_name(d[-1]) for d in _fixtures(item) if d[-1].scope != "function"})
        before, started = self._switch(item.nodeid), time.process_time()
        yield
        self._seconds[item.nodeid] = round(time.process_time() - started, 3)
        self._switch(before)

    @pytest.hookimpl(hookwrapper=True)
    def pytest_fixture_setup(self, fixturedef):  # noqa: ANN001, ANN201 - a hook of pytest
        before = self._switch(_name(fixturedef)) if fixturedef.scope != "function" else self._context
        yield
        self._switch(before)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._failed.add(report.nodeid)

    def pytest_sessionfinish(self) -> None:
        self._coverage.stop()
        data = self._coverage.get_data()
        lines: dict[str, dict[str, list[int]]] = defaultdict(dict)
        for file in sorted(data.measured_files()):
            for line, contexts in data.contexts_by_lineno(file).items():
                for context in contexts:
                    lines[context or IMPORT].setdefault(str(Path(file).relative_to(self._root)), []).append(line)
        for test in self._failed:
            self._seconds.pop(test, None)
        result = {"seconds": self._seconds, "wide": self._wide, "lines": lines}
        self._target.write_text(json.dumps(result), encoding="utf-8")


def _fixtures(item: pytest.Item) -> list:
    info = getattr(item, "_fixtureinfo", None)
    return [defs for defs in info.name2fixturedefs.values() if defs] if info else []


def _name(fixture) -> str:  # noqa: ANN001 - a private class of pytest
    return f"fixture {fixture.baseid} {fixture.argname}"


def _empty_caches() -> None:
    for name, module in list(sys.modules.items()):
        if name.startswith("onemap.plugin"):
            for value in list(vars(module).values()):
                if isinstance(value, functools._lru_cache_wrapper):
                    value.cache_clear()

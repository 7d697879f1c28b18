"""Small helpers for tests of the core: no QGIS."""

import numpy as np
import pytest
import shapely
from onemap.plugin.core.land.area import statutory_areas
from onemap.plugin.core.review.control_source import ArraySource, HeldFeatures
from onemap.plugin.core.review.line_check import LineTask
from onemap.plugin.core.review.projects import Projects
from onemap.plugin.core.review.rules import LawRef, Rule
from onemap.plugin.core.review.run import run
from onemap.plugin.core.review.settings import Settings
from pyproj import CRS

PLANE = CRS.from_epsg(4549)
X, Y = 500_000, 3_350_000


def square(x, y, size=100.0, height=None):
    """A box with its lower left corner at (x, y) metres from a point in zone 120E."""
    return shapely.box(X + x, Y + y, X + x + size, Y + y + (height or size))


class Source(ArraySource):
    """A control source made of geometries; one with an error fails after its features were given."""

    def __init__(self, geometries, masks=None, name="layer", error=None, labels=None, rule_ids=("R",)):
        held = HeldFeatures(np.arange(1, len(geometries) + 1), geometries, labels, masks)
        super().__init__(name, held, rule_ids, "2026-01-01")
        self.error = error

    def open(self, feedback=None):
        if self.error:
            raise self.error


class Outcome:
    """All outcomes of one line together."""

    def __init__(self, outcomes):
        self.findings = [f for o in outcomes for f in o.findings]
        self.verdicts = [v for o in outcomes for v in o.verdicts]


def rule(**changes):
    law = LawRef("L", "某法", "某号", "1", "现行有效", "seen")
    values = {
        "id": "R",
        "line_id": "LINE",
        "kind": "avoid",
        "effect": "prohibit",
        "title": "t",
        "laws": (law,),
        **changes,
    }
    return Rule(**values)


@pytest.fixture
def check():
    """check(project geometries, sources, rules, ...) -> Outcome of one line."""

    def run_check(projects, sources, rules=None, feedback=None, unusable=(), sliver_m2=1.0, **task):
        keys = [f"P{i}" for i in range(len(projects))]
        areas = statutory_areas(projects, PLANE)
        line = LineTask("LINE", "某线", rules or [rule()], **task)
        settings = Settings(PLANE, "abc", sliver_m2)
        given = {"LINE": sources} if sources else {}
        return Outcome(list(run(Projects(keys, projects, areas, unusable), [line], given, settings, feedback)))

    return run_check

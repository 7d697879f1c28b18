"""Small helpers for tests of the core: no QGIS."""

from dataclasses import dataclass, field

import numpy as np
import pytest
import shapely
from onemap.plugin.core.area import statutory_areas
from onemap.plugin.core.line_check import ControlBatch, LineTask, Settings
from onemap.plugin.core.overlay import Projects
from onemap.plugin.core.review import run
from onemap.plugin.core.rules import LawRef, Rule
from pyproj import CRS

PLANE = CRS.from_epsg(4549)
X, Y = 500_000, 3_350_000


def square(x, y, size=100.0, height=None):
    """A box with its lower left corner at (x, y) metres from a point in zone 120E."""
    return shapely.box(X + x, Y + y, X + x + size, Y + y + (height or size))


@dataclass
class Source:
    """A control source made of geometries."""

    geometries: list
    masks: dict = None
    name: str = "layer"
    error: Exception = None
    failure: str = ""
    labels: list = field(default_factory=list)
    rule_ids: tuple = ("R",)

    @property
    def is_empty(self):
        return not self.geometries

    def read(self, feedback=None):
        if self.geometries:
            n = len(self.geometries)
            masks = self.masks or {r: np.ones(n, bool) for r in self.rule_ids}
            array = np.array(self.geometries, dtype=object)
            yield ControlBatch(self.name, "2026-01-01", np.arange(1, n + 1), array, self.labels or [""] * n, masks)
        if self.error:
            raise self.error


def rule(**changes):
    law = LawRef("L", "某法", "某号", "1", "现行有效", "seen")
    values = {"id": "R", "line_id": "LINE", "kind": "avoid", "effect": "prohibit", "title": "t", "laws": (law,), **changes}
    return Rule(**values)


@pytest.fixture
def check():
    """check(project geometries, sources, rules, ...) -> LineOutcome of one line."""

    def run_check(projects, sources, rules=None, feedback=None, unusable=(), sliver_m2=1.0, **task):
        keys = [f"P{i}" for i in range(len(projects))]
        areas = statutory_areas(projects, PLANE)
        line = LineTask("LINE", "某线", rules or [rule()], **task)
        settings = Settings(PLANE, "abc", sliver_m2)
        given = {"LINE": sources} if sources else {}
        (outcome,) = run(Projects(keys, projects, areas), list(unusable), [line], given, settings, feedback)
        return outcome

    return run_check

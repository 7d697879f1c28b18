"""A height that is dragged says what a whole run says; two versions beside each other."""

import numpy as np
import pytest
import shapely
from onemap.plugin.core.heights.buildings import RawBuilding, make_buildings
from onemap.plugin.core.heights.limits import Limit, LimitKind
from onemap.plugin.core.heights.live import with_height
from onemap.plugin.core.heights.parcels import Ground
from onemap.plugin.core.heights.results import building_results, findings
from onemap.plugin.core.heights.run import Design, Watch, run_design
from onemap.plugin.core.heights.settings import default_settings
from onemap.plugin.core.heights.sights import Eye, Target, make_view
from onemap.plugin.core.heights.surfaces import Flat
from onemap.plugin.core.heights.terrain import Terrain
from onemap.plugin.core.heights.versions import VersionChange, compare_versions

SETTINGS = default_settings(azimuth_step_deg=0.5)


def design(heights):
    rng = np.random.default_rng(3)
    shapes = [shapely.box(x, y, x + 18, y + 12) for x, y in rng.uniform((50, -60), (900, 60), (len(heights), 2))]
    raw = [RawBuilding(height=h, base=2.0) for h in heights]
    keys = [f"B{n}" for n in range(len(heights))]
    buildings = make_buildings(range(len(heights)), keys, np.array(shapes, dtype=object), raw, SETTINGS)
    zone = Limit(LimitKind.ZONE, "分区", shapely.box(0, -80, 500, 0), Flat(24.0), False)
    eye = Eye("亭", 0.0, 0.0, 12.0)
    views = [make_view(eye, Target("塔", shapely.box(1000, y, 1030, y + 40), 30.0), SETTINGS) for y in (-60, 0)]
    levels = np.full((100, 150), 2.0)
    levels[:, 140:] = 60.0
    terrain = Terrain(levels, 0.0, 500.0, 10.0)
    ground = Ground(lambda s: shapely.area(s))
    return Design(buildings, [zone], views, [], ground, [Watch(eye, (45.0, 135.0))], SETTINGS, terrain)


HEIGHTS = [10.0, 30.0, None, 22.0, 50.0, 14.0, 26.0, 18.0]


@pytest.mark.parametrize(("building", "height"), [(0, 40.0), (1, 12.0), (2, 45.0), (4, 4.0), (6, 26.0)])
def test_a_dragged_height_is_a_whole_run(building, height):
    before = run_design(design(HEIGHTS))
    changed = with_height(before, building, height)
    heights = [height if n == building else h for n, h in enumerate(HEIGHTS)]
    whole = run_design(design(heights))
    assert [told(f) for f in findings(changed)] == [told(f) for f in findings(whole)]
    assert [b.status for b in building_results(changed)] == [b.status for b in building_results(whole)]
    assert [view.blocked for view in changed.views] == pytest.approx([view.blocked for view in whole.views])
    again = run_design(design(HEIGHTS))
    assert [told(f) for f in findings(before)] == [told(f) for f in findings(again)]  # what was given stayed


def told(finding):
    return finding.building_key, finding.rule, finding.rule_name, finding.exceed_value, finding.lower_m


def test_versions():
    runs = [run_design(design(heights)) for heights in (HEIGHTS, [40.0, 12.0, 45.0, 22.0, 45.0, 14.0, 26.0, 18.0, 9.0])]
    rows = {row.key: row for row in compare_versions(*((building_results(r), findings(r)) for r in runs))}
    change = {key: row.change for key, row in rows.items()}
    assert change["B0"] == change["B2"] == VersionChange.NEW and change["B1"] == VersionChange.RESOLVED
    assert change["B4"] == VersionChange.REDUCED and change["B8"] == VersionChange.ADDED
    assert rows["B4"].exceed_before - rows["B4"].exceed_after == pytest.approx(5.0, abs=0.01)

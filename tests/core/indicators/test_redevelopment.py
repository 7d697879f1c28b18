"""Progress of redevelopment against sheets that a hand can check: rate, due share, light, forecast, one place once."""

from datetime import date

import numpy as np
import pytest
import shapely
from onemap.plugin.core.errors import InputError
from onemap.plugin.core.indicators.redevelopment import progress
from onemap.plugin.core.indicators.redevelopment_model import Light, Move, Project, Task, When
from onemap.plugin.core.indicators.redevelopment_settings import load_redevelopment_settings
from onemap.plugin.core.indicators.redevelopment_stages import (
    done_curve,
    moves_between,
    overdue,
    stage_rows,
    stalled,
)
from onemap.plugin.core.land.area import statutory_area
from onemap.plugin.core.land.crs import parse_crs

PLANE = parse_crs("EPSG:4549")
X, Y = 500_000, 3_350_000
SETTINGS = load_redevelopment_settings()
MID = When(2026, date(2026, 7, 2))  # 182 of 365 days are gone


def box(x=0.0, size=100.0):
    return shapely.box(X + x, Y, X + x + size, Y + 100)


def project(number, stage="供地", day=date(2026, 3, 1), shape=None, **more):
    moves = (Move(day, stage),)
    values = {"division": "330110", "kind": "旧城镇", "year": 2026, "moves": moves, **more}
    geometry = box(200.0 * number) if shape is None else shape
    return Project(f"p{number:03d}", name=f"项目{number}", stage=stage, geometry=geometry, **values)


def run(tasks, projects, when=MID, settings=SETTINGS):
    return progress(tasks, projects, PLANE, settings, when)


def mu_of(shape):
    return statutory_area(shape, PLANE) * 0.0015


def test_rate_due_and_lights_of_three_districts():
    """District a has done more than is due, b between 80 % and all of it, c less; d has no task."""
    each = mu_of(box())  # about 15 mu
    shares = {"330101": 1.05, "330102": 0.9, "330103": 0.5}
    due = SETTINGS.due_share(MID.elapsed)
    projects, tasks = [], []
    for at, (code, share) in enumerate(shares.items()):
        projects += [project(40 * at + n, division=code) for n in range(40)]
        tasks.append(Task(2026, code, "", 40 * each / (share * due)))
    found = run(tasks, [*projects, project(500, division="330104")])
    rows = {row.division: row for row in found.divisions()}
    assert [rows[c].light for c in ("330101", "330102", "330103", "330104")] == [
        Light.GREEN,
        Light.YELLOW,
        Light.RED,
        Light.GREY,
    ]
    assert rows["330101"].done_mu == pytest.approx(40 * each, abs=0.01)
    assert rows["330102"].rate == pytest.approx(0.9 * due, abs=1e-4) and rows["330104"].rate is None
    assert found.total.task_mu == pytest.approx(sum(t.mu for t in tasks))
    assert found.total.done_mu == pytest.approx(sum(r.done_mu for r in rows.values()), abs=0.03)


def test_what_is_done_without_a_task_makes_nobody_elses_task_done():
    """330103 was merged into 330102: its projects under the old code made the task of 330101 look done."""
    own, old = project(1, division="330101"), [project(n, division="330103") for n in range(2, 30)]
    found = run([Task(2026, "330101", "", 100), Task(2025, "330103", "", 5)], [own, *old])
    assert found.total.light == Light.RED and found.total.beyond == 28
    assert found.total.rate == pytest.approx(mu_of(box()) / 100, abs=1e-3)
    assert found.total.done_mu == pytest.approx(29 * mu_of(box()), abs=0.05)
    assert done_curve(found)[-1][1] == pytest.approx(mu_of(box()), abs=0.01)  # as the rate: 28 have no task
    assert found.total.pace_mu_day is None or found.total.forecast_mu >= found.total.done_mu
    by_kind = run([Task(2026, "330101", "旧村庄", 20)], [project(n, division="330101") for n in range(1, 9)])
    (row,) = by_kind.divisions()
    assert (row.rate, row.light, row.beyond) == (0.0, Light.RED, 8) and by_kind.total.rate == 0


def test_a_project_under_the_code_of_the_city_hides_no_task_of_its_counties():
    found = run([Task(2026, "330101", "", 100)], [project(1, division="330101"), project(2, division="3301")])
    assert found.total.task_mu == 100 and found.total.beyond == 1
    nested = run([Task(2026, "3301", "", 300), Task(2026, "330101", "", 100)], [project(1, division="330102")])
    assert nested.total.task_mu == 300 and not nested.total.beyond


def test_a_place_counts_once_for_who_was_first():
    late, first = project(1, day=date(2026, 5, 1), shape=box(0)), project(2, day=date(2026, 2, 1), shape=box(50))
    found = run([Task(2026, "330110", "", 100)], [late, first])
    by_id = {p.project.id: p for p in found.projects}
    assert by_id["p002"].counted_m2 == by_id["p002"].own_m2
    whole = statutory_area(shapely.union(box(0), box(50)), PLANE)
    assert found.total.done_m2 == pytest.approx(whole, abs=0.02)
    assert found.overlap_m2 == pytest.approx(2 * statutory_area(box(), PLANE) - whole, abs=0.02)


def test_overlaps_of_many_are_the_area_of_their_union():
    rng = np.random.default_rng(3)
    shapes = [shapely.box(X + a, Y + b, X + a + 90, Y + b + 70) for a, b in rng.uniform(0, 900, (80, 2))]
    found = run([], [project(n, shape=shape) for n, shape in enumerate(shapes)])
    assert found.total.done_m2 == pytest.approx(statutory_area(shapely.union_all(shapes), PLANE), abs=0.5)


def test_what_does_not_count():
    """Below the stage, withdrawn, of another year, counted before, without a polygon."""
    counted_before = project(4, counted_before=True)
    others = [project(1, "收储/协议"), project(2, "退出"), project(3, year=2025), counted_before]
    bare = Project("p9", "330110", "无图形", "旧城镇", "开工", 2026, None, (Move(date(2026, 4, 1), "开工"),))
    found = run([Task(2026, "330110", "", 100)], [*others, bare])
    assert found.total.counted == 1 and found.total.done_m2 == 0 and found.total.without_shape == 1


def test_counting_stage_is_data():
    projects = [project(1, "供地"), project(2, "开工"), project(3, "验收")]
    counts = [run([], projects, settings=SETTINGS.with_stage(s)).total.counted for s in ("供地", "开工", "验收")]
    assert counts == [3, 2, 1]
    with pytest.raises(InputError):
        SETTINGS.with_stage("想象")


def test_tasks_by_kind_and_a_total_that_differs():
    tasks = [Task(2026, "330110", "", 50), Task(2026, "330110", "旧城镇", 20), Task(2026, "330110", "旧村庄", 20)]
    found = run([*tasks, Task(2025, "330110", "", 999)], [project(1)])
    rows = {(row.division, row.kind): row for row in found.rows}
    assert rows["330110", ""].task_mu == 50 and rows["330110", "旧城镇"].task_mu == 20
    assert rows["330110", "旧村庄"].done_m2 == 0 and rows["330110", "旧城镇"].counted == 1
    assert found.task_gaps == [("330110", 50, 40)]


def test_projects_of_towns_count_for_the_district_that_has_the_task():
    found = run([Task(2026, "330110", "", 50)], [project(1, division="330110003"), project(2, division="330111")])
    rows = {row.division: row for row in found.divisions()}
    assert set(rows) == {"330110", "330111"} and rows["330110"].counted == 1


def test_forecast_takes_the_pace_of_the_last_eight_weeks():
    new = [project(n, day=date(2026, 6, 1)) for n in range(4)]
    old = [project(10 + n, day=date(2026, 2, 1)) for n in range(4)]
    row = run([Task(2026, "330110", "", 1000)], [*new, *old]).total
    each = mu_of(box())
    assert row.pace_mu_day == pytest.approx(4 * each / 56, abs=1e-3)
    assert row.forecast_mu == pytest.approx(8 * each + 4 * each / 56 * MID.days_left, abs=0.1)


def test_what_moves_without_a_task_brings_no_task_further():
    new, old = date(2026, 6, 20), (Move(date(2026, 1, 5), "入库认定"),)
    projects = [project(n, division="330103", moves=(*old, Move(new, "供地", "入库认定"))) for n in range(2, 9)]
    found = run([Task(2026, "330101", "", 100)], [project(1, division="330101"), *projects])
    assert found.total.beyond == 7 and found.total.pace_mu_day == 0
    assert found.total.forecast_rate == pytest.approx(found.total.rate, abs=1e-3)


def test_forecast_is_unknown_while_the_records_are_young():
    just = [project(1, day=date(2026, 6, 28))]
    assert run([Task(2026, "330110", "", 100)], just).total.forecast_mu is None
    found_so = project(2, moves=(Move(date(2026, 3, 1), "供地", exact=False),))
    assert run([Task(2026, "330110", "", 100)], [found_so]).total.pace_mu_day == 0  # no day is known: no pace


def test_a_year_that_has_not_begun_has_no_light():
    row = run([Task(2026, "330110", "", 100)], [project(1)], When(2026, date(2025, 12, 1))).total
    assert row.light is Light.GREY and row.due_mu == 0


def test_stalled_and_overdue():
    still = project(1, "方案编制", day=date(2026, 4, 1))
    fresh = project(2, "方案编制", day=date(2026, 6, 20))
    done = project(3, "验收", day=date(2026, 1, 5))
    old = project(4, "方案批准", day=date(2025, 3, 1), year=2025)
    found = run([], [still, fresh, done, old])
    assert [p.project.id for p in stalled(found)] == ["p001"] and stalled(found)[0].still_days == 92
    assert [p.project.id for p in overdue(found)] == ["p004"]


def test_stage_durations_and_this_weeks_moves():
    moves = (
        Move(date(2026, 1, 5), "入库认定"),
        Move(date(2026, 1, 25), "方案编制", "入库认定"),
        Move(date(2026, 6, 30), "供地", "方案编制"),
    )
    back = (Move(date(2026, 2, 1), "供地", "", False), Move(date(2026, 7, 1), "方案编制", "供地"))
    found = run([], [project(1, moves=moves), project(2, "方案编制", moves=back)])
    rows = {row.stage: row for row in stage_rows(found)}
    assert rows["入库认定"].median_days == 20 and rows["供地"].median_days is None
    assert (rows["供地"].now, rows["供地"].reached, rows["方案编制"].reached) == (1, 1, 2)
    week = moves_between(found)
    assert [(m.one.project.id, m.move.stage, m.is_back) for m in week] == [
        ("p002", "方案编制", True),
        ("p001", "供地", False),
    ]
    curve = done_curve(found)
    assert curve[0][1] == 0 and curve[-1][1] == pytest.approx(found.total.done_mu, abs=0.01)


def test_a_city_and_its_districts_are_summed_once():
    tasks = [Task(2026, "3301", "", 100), Task(2026, "330110", "", 60), Task(2026, "330111", "", 40)]
    found = run(tasks, [project(1, division="330110"), project(2, division="330111")])
    rows = {row.division: row for row in found.divisions()}
    assert found.total.task_mu == 100 and (rows["3301"].counted, rows["330110"].counted) == (2, 1)

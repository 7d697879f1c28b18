"""The upward summary: every seeded fault of 111 counties is asked back and nothing else; totals, frozen editions."""

import json
from collections import Counter
from datetime import date

import numpy as np
import pytest
from onemap.plugin.core.errors import InputError
from onemap.plugin.core.indicators.summary import frozen, read_frozen, revisions, summarise
from onemap.plugin.core.indicators.summary_model import Doubt, Edition, Reported, load_summary_rules
from onemap.plugin.core.sample.summary import make_summary

RULES, TODAY = load_summary_rules(), date(2026, 3, 1)
KINDS = {"x10": "slip", "x15": "slip", "x10000": "slip", "/10": "slip"}


def reported(rows):
    return [Reported(code, name, year, value, unit) for code, name, year, value, unit in rows]


@pytest.mark.parametrize("seed", [77, 5, 2026])
def test_sixty_faults_of_111_counties_are_asked_back_and_no_others(seed):
    made = make_summary(seed=seed)
    edition = Edition(2025, made.divisions, made.indicators)
    summary = summarise(reported(made.rows), edition, RULES, TODAY)
    asked = {(q.division, q.indicator): q.doubt.value for q in summary.questions}
    wanted = {(f.division, f.indicator): KINDS.get(f.kind, f.kind) for f in made.faults}
    assert len(made.faults) == len(wanted) == 60
    assert asked == wanted
    assert set(Counter(wanted.values())) >= {"slip", "negative", "jump", "missing", "copied", "sum", "no_table"}
    assert all(q.text("zh") and q.text("en") for q in summary.questions)


def test_without_faults_nothing_is_asked():
    made = make_summary(faults=0, seed=3)
    seeded = {f.division for f in made.faults}
    rows = [row for row in made.rows if row[0] not in seeded and not row[0].endswith("00")]
    divisions = {code: name for code, name in made.divisions.items() if code not in seeded}
    assert not summarise(reported(rows), Edition(2025, divisions, made.indicators), RULES, TODAY).questions


def small(values, **more):
    """Values of one indicator in ha by division, 2025."""
    return [Reported(code, "a", 2025, value, "ha", **more) for code, value in values.items()]


def asked(rows, **edition):
    divisions = {code: code for code in ("330101", "330102", "330103", "330100")}
    found = summarise(rows, Edition(2025, divisions, {"a": "甲"}, **edition), RULES, TODAY)
    return {(q.division, q.indicator): q.doubt for q in found.questions}


def test_a_city_sum_that_one_slip_explains_is_asked_of_the_county():
    values = {"330101": 1_234.5, "330102": 15_000.0, "330103": 777.7}
    city = [Reported("330100", "a", 2025, 1_234.5 + 1_000.0 + 777.7, "ha")]
    assert asked([*small(values), *city]) == {("330102", "a"): Doubt.SLIP_SUM}
    other = [Reported("3301", "a", 2025, 9_999.0, "ha")]
    assert asked([*small(values), *other]) == {("3301", "a"): Doubt.SUM}


def test_cells_that_show_it_themselves():
    rows = small({"330101": 5.0, "330102": -1.0})
    rows += [Reported("330103", "a", 2025, None, "ha", bad="约3公顷"), Reported("330101", "a", 2025, 6.0, "ha")]
    assert asked(rows) == {
        ("330101", "a"): Doubt.TWICE,
        ("330102", "a"): Doubt.NEGATIVE,
        ("330103", "a"): Doubt.UNREADABLE,
    }
    share = [Reported(code, "a", 2025, v, "%") for code, v in (("330101", 50.0), ("330102", 101.0), ("330103", 9.0))]
    assert asked(share) == {("330102", "a"): Doubt.OVER_100}
    units = [*small({"330101": 5.0, "330102": 4.0}), Reported("330103", "a", 2025, 60.0, "亩")]
    assert asked(units) == {("330103", "a"): Doubt.UNIT}


def test_late_tables_old_layers_and_other_editions():
    rows = [
        *small({"330101": 1.0}, submitted=date(2026, 2, 2)),
        *small({"330102": 2.0}, layer_date=date(2024, 1, 1)),
        *small({"330103": 3.0}, edition="2024.1"),
    ]
    found = asked(rows, deadline=date(2026, 1, 31), set_edition="2025.1")
    assert found == {("330101", ""): Doubt.LATE, ("330102", ""): Doubt.STALE, ("330103", ""): Doubt.EDITION}


def test_totals_means_and_ranks():
    rows = [Reported(f"33010{n}", name, 2025, v, unit)
            for n, (area, share) in enumerate(((10.0, 50.0), (30.0, 70.0), (60.0, 90.0)), 1)
            for name, v, unit in (("area", area, "ha"), ("share", share, "%"))]  # fmt: skip
    divisions = {code: code for code in ("330101", "330102", "330103")}
    edition = Edition(2025, divisions, {"area": "面积", "share": "比例"})
    found = summarise(rows, edition, RULES, TODAY, weight="area")
    totals = {(t.area, t.indicator): t for t in found.totals}
    assert totals["", "area"].total == 100 and totals["3301", "area"].counted == 3
    share = totals["", "share"]
    assert share.total is None and share.mean == 70 and share.weighted == pytest.approx(80.0)
    assert share.lowest == ("330101", 50.0) and found.ranks["share"] == ["330103", "330102", "330101"]


def test_a_frozen_edition_has_its_hash_and_tells_what_changed(tmp_path):
    made = make_summary()
    edition = Edition(2025, made.divisions, made.indicators)
    first = summarise(reported(made.rows), edition, RULES, TODAY)
    file = tmp_path / "edition.json"
    file.write_text(frozen(first, "2026-03-01"), encoding="utf-8")
    assert json.loads(frozen(first, "later"))["sha256"] == json.loads(file.read_text(encoding="utf-8"))["sha256"]
    assert revisions(first, read_frozen(file)) == []
    fault = next(f for f in made.faults if f.kind == "x10")
    rows = [
        (c, i, y, v / 10 if (c, i, y) == (fault.division, fault.indicator, 2025) else v, u)
        for c, i, y, v, u in made.rows
    ]
    second = summarise(reported(rows), edition, RULES, TODAY)
    (change,) = revisions(second, read_frozen(file))
    assert (change.division, change.indicator) == (fault.division, fault.indicator)
    assert change.before == pytest.approx(10 * change.after)
    moved = [a for a, b in zip(first.totals, second.totals) if a.total != b.total]
    assert {t.indicator for t in moved} == {fault.indicator} and {t.area for t in moved} == {"", fault.division[:4]}
    file.write_text(file.read_text(encoding="utf-8").replace(str(change.before), "1.0"), encoding="utf-8")
    with pytest.raises(InputError, match="."):
        read_frozen(file)


def test_rounded_numbers_that_are_equal_are_no_copies():
    rng = np.random.default_rng(4)
    names = {f"i{n}": f"i{n}" for n in range(20)}
    divisions = {f"3301{n:02d}": "" for n in range(1, 30)}
    rows = [Reported(d, i, 2025, float(rng.integers(1, 9) * 100), "个") for d in divisions for i in names]
    assert not summarise(rows, Edition(2025, divisions, names), RULES, TODAY).questions

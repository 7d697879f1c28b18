"""Firms, taxes and land: who is tied to what, sums that are kept to the cent, scores, candidates with reasons."""

from datetime import date

import numpy as np
import pytest
import shapely
from onemap.plugin.core.forms.identifiers import uscc_check_character, uscc_problem
from onemap.plugin.core.indicators.land_firm import LandFirmInput, LandFirmRules, land_firm_tax
from onemap.plugin.core.indicators.land_firm_candidates import candidate_rules
from onemap.plugin.core.indicators.land_firm_match import ORDER, MatchRules, match
from onemap.plugin.core.indicators.land_firm_model import Firm, FirmYear, Lease, Parcel, Tying, Why
from onemap.plugin.core.indicators.land_firm_names import address_key, firm_name, masked_code, masked_name
from onemap.plugin.core.indicators.land_firm_scores import schemes, score

SAME = (("有限责任公司", "有限公司"),)


def code(number):
    first = f"91339901MA{number:06d}X"
    return first + uscc_check_character(first)


def rules(order=ORDER, year=2025):
    return MatchRules(lambda text: uscc_problem(text) is None, order, SAME, 3, year)


def parcel(number, owner="", owner_code="", address="", **more):
    box = shapely.box(100 * number, 0, 100 * number + 100, 100)
    return Parcel(f"K{number}", 10_000.0, owner, owner_code, address, geometry=box, **more)


def ties_of(matching):
    return {(t.firm, t.parcel): (t.how, round(t.area_m2), round(t.share, 6)) for t in matching.ties}


def test_signs_in_their_order():
    firms = [
        Firm(code(0), "甲有限公司"),
        Firm("", "乙（云溪）有限责任公司"),
        Firm(code(2), "丙有限公司"),
        Firm(code(3), "丁有限公司", "样例市云溪县城关街道振兴路12号2幢"),
        Firm(code(4), "戊有限公司", "", (450.0, 50.0)),
        Firm(code(5), "己有限公司", "别处路9号", (9_999.0, 0.0)),
    ]
    parcels = [
        parcel(0, "别名有限公司", code(0)),
        parcel(1, "乙(云溪) 有限公司"),
        parcel(2),
        parcel(3, address="振兴路１２号"),
        parcel(4),
    ]
    found = match(firms, parcels, [Lease("K2", code(2), "丙", 2_000.0)], rules())
    assert ties_of(found) == {
        (0, 0): (Tying.OWNER_CODE, 10_000, 1.0),
        (1, 1): (Tying.OWNER_NAME, 10_000, 1.0),
        (2, 2): (Tying.LEASE, 2_000, 1.0),
        (3, 3): (Tying.ADDRESS, 10_000, 1.0),
        (4, 4): (Tying.PLACE, 10_000, 1.0),
    }
    assert found.unmatched == {5: Why.NO_TIE}
    only = match(firms, parcels, [], rules(("place",)))
    assert set(ties_of(only)) == {(4, 4)}


def test_owner_and_tenants_share_a_parcel_and_a_firm_its_parcels():
    firms = [Firm(code(0), "甲"), Firm(code(1), "乙"), Firm(code(2), "丙")]
    parcels = [parcel(0, owner_code=code(0)), parcel(1, owner_code=code(0)), parcel(2, owner_code=code(1))]
    leases = [
        Lease("K0", code(1), "", 4_000.0),
        Lease("K0", code(2), "", 5_000.0),
        Lease("K1", code(2), "", 999.0, until=date(2020, 1, 1)),
    ]
    found = match(firms, parcels, leases, rules())
    ties = ties_of(found)
    assert ties[0, 0] == (Tying.OWNER_CODE, 1_000, round(1 / 11, 6)) and ties[0, 1][2] == round(10 / 11, 6)
    assert ties[1, 0] == (Tying.LEASE, 4_000, round(4 / 14, 6)) and ties[1, 2][1] == 10_000
    assert ties[2, 0] == (Tying.LEASE, 5_000, 1.0)  # the lease of 2020 is over


def test_more_let_than_there_is_is_scaled_and_told():
    firms = [Firm(code(0), "甲"), Firm(code(1), "乙")]
    leases = [Lease("K0", code(0), "", 15_000.0), Lease("K0", code(1), "", 5_000.0), Lease("K9", code(1), "", 1.0),
              Lease("K0", "", "谁也不是", 1.0)]  # fmt: skip
    found = match(firms, [parcel(0)], leases[:3], rules())
    assert [round(t.area_m2) for t in found.ties] == [7_500, 2_500] and found.overlet == [0]
    assert found.leases_without_parcel == 1
    assert match(firms, [parcel(0)], leases[3:], rules()).leases_without_firm == 1


def test_what_is_doubtful_is_not_matched():
    """Two firms of one name; an owner with the name and another right code; an address of four parcels."""
    twins = [Firm(code(0), "同名有限公司"), Firm(code(1), "同名有限责任公司")]
    found = match(twins, [parcel(0, "同名有限公司")], [], rules())
    assert not found.ties and set(found.unmatched.values()) == {Why.AMBIGUOUS_NAME}
    conflict = match([Firm(code(0), "甲公司")], [parcel(0, "甲公司", code(7))], [], rules())
    assert conflict.unmatched == {0: Why.CODE_CONFLICT}
    four = [parcel(n, address="创业街8号") for n in range(4)]
    crowded = match([Firm(code(0), "甲", "创业街8号")], four, [], rules())
    assert crowded.unmatched == {0: Why.AMBIGUOUS_ADDRESS}
    assert len(match([Firm(code(0), "甲", "创业街8号")], four[:3], [], rules()).ties) == 3


def test_a_wrong_code_is_told_and_the_name_is_used():
    wrong = code(0)[:-1] + ("0" if code(0)[-1] != "0" else "1")
    found = match([Firm(wrong, "甲公司")], [parcel(0, "甲公司", wrong)], [], rules())
    assert found.bad_codes == [0] and ties_of(found)[0, 0][0] is Tying.OWNER_NAME
    doubled = match([Firm(code(0), "甲"), Firm(code(0), "甲")], [parcel(0, owner_code=code(0))], [], rules())
    assert doubled.doubled == [1] and set(ties_of(doubled)) == {(0, 0)} and not doubled.unmatched


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("浙江省台州市黄岩区东城街道康强路35号", "黄岩区康强路35号3幢201室"),
        ("康强路三五号", "康强路35号"),
        ("康强路 35 号", "台州市黄岩区康强路35"),
    ],
)
def test_addresses_that_are_the_same(one, other):
    assert address_key(one) == address_key(other) != ""


@pytest.mark.parametrize(("one", "other"), [("康强路35号", "康强路36号"), ("康强路35号", "康健路35号"), ("康强路", "")])
def test_addresses_that_are_not(one, other):
    assert address_key(one) != address_key(other) or address_key(one) == ""


def test_names_and_masks():
    assert firm_name("甲（中国） 有限责任公司", SAME) == firm_name("甲(中国)有限公司", SAME)
    assert masked_name("云溪恒瑞机械有限公司") == "云溪****有限公司" and "瑞" not in masked_name("恒瑞")
    assert masked_code(code(1)).count("*") == 14


def years(values, year=2025):
    return [FirmYear(n, year, {"tax": v * 10_000.0}, n + 2) for n, v in values.items()]


def run(parcels, firms, taxes, leases=(), year=2025):
    scheme = schemes()[0]
    data = [{"id": "t", "kind": "tax_share_of_mean", "value": 0.3333}, {"id": "f", "kind": "far_below_limit", "value": 1},
            {"id": "s", "kind": "state", "words": ["停产"]}]  # fmt: skip
    given = LandFirmInput(parcels, firms, leases, taxes)
    return land_firm_tax(given, LandFirmRules(rules(year=year), scheme, candidate_rules(data), year))


def test_taxes_are_kept_to_the_cent():
    rng = np.random.default_rng(1)
    firms = [Firm(code(n), f"企业{n}") for n in range(40)]
    parcels = [parcel(n, owner_code=code(n // 3)) for n in range(90)]
    taxes = [FirmYear(int(n % 45) if n % 45 < 40 else -1, 2025, {"tax": round(float(v), 2)}, n)
             for n, v in enumerate(rng.normal(100, 400, 300))]  # fmt: skip
    found = run(parcels, firms, taxes)
    assert found.balance.read == pytest.approx(sum(t.amounts["tax"] for t in taxes), abs=0.006)
    assert abs(found.balance.gap) < 0.005
    on_land = sum(r.tax for r in found.parcels if r.tax is not None)
    assert on_land == pytest.approx(found.balance.placed, abs=0.005)
    for number in range(30):
        parts = sum(t.tax for t in found.ties if t.tie.firm == number)
        assert parts == pytest.approx(sum(t.amounts["tax"] for t in taxes if t.firm == number), abs=0.006)


def test_a_parcel_without_a_firm_is_unknown_and_no_candidate_for_its_tax():
    parcels = [
        parcel(0, owner_code=code(0)),
        parcel(1),
        parcel(2, owner_code=code(1), far=0.5, far_limit=1.2, state="停产"),
    ]
    found = run(parcels, [Firm(code(0), "甲"), Firm(code(1), "乙")], years({0: 300.0, 1: 3.0}))
    assert found.parcels[1].tax is None and found.parcels[1].tax_per_mu is None
    assert found.parcels[0].tax_per_mu == pytest.approx(20.0)
    assert [(c.parcel, [r.rule for r in c.reasons]) for c in found.candidates] == [(2, ["t", "f", "s"])]
    assert "0.20" in found.candidates[0].reasons[0].text()


def firm_at_benchmark(name):
    """Sums of a firm of one mu that has the benchmark of every indicator of Huangyan 2022."""
    wanted = {i.id: i.benchmark for i in schemes()[0].classes[name]}
    if name == "below":
        return {"tax": wanted["tax_per_mu"] * 1e4, "power": wanted["tax_per_mu"] / wanted["tax_per_power"]}
    added = wanted["added_per_mu"]
    output = 500.0
    return {
        "tax": wanted["tax_per_mu"] * 1e4, "added": added * 1e4, "energy": added / wanted["added_per_energy"],
        "emission": added / wanted["added_per_emission"], "staff": added / wanted["added_per_staff"],
        "output": output * 1e4, "research": output * wanted["research_share"] * 1e4,
    }  # fmt: skip


@pytest.mark.parametrize("name", ["above", "below"])
def test_a_firm_at_the_benchmark_everywhere_scores_100(name):
    firm = Firm(code(0), "甲", is_above=name == "above")
    (one,) = score([firm], {0: firm_at_benchmark(name)}, {0: 1 / 0.0015}, schemes()[0])
    assert one.score == pytest.approx(100.0, abs=1e-9) and not one.missing and one.mu == pytest.approx(1.0)


def test_a_firm_with_a_missing_measure_has_no_score():
    amounts = firm_at_benchmark("above")
    del amounts["energy"]
    (one,) = score([Firm(code(0), "甲", is_above=True)], {0: amounts}, {0: 666.0}, schemes()[0])
    assert one.score is None and one.missing == ("单位能耗增加值",) and one.grade == ""


def test_grades_by_rank_exempt_firms_left_out():
    firms = [Firm(code(n), f"企业{n}", is_above=False, exempt="公用事业" if n == 20 else "") for n in range(21)]
    sums = {n: {"tax": float(1 + n) * 1e5, "power": 100.0} for n in range(21)}
    scored = score(firms, sums, dict.fromkeys(range(21), 1_000.0), schemes()[0])
    grades = {one.firm: one.grade for one in scored}
    assert grades[20] == "" and [g for g in "ABCD"] == sorted(set(grades.values()) - {""})
    assert [sum(g == x for g in grades.values()) for x in "ABCD"] == [5, 9, 5, 1]
    mean = score(firms, sums, dict.fromkeys(range(21), 1_000.0), schemes()[1])
    assert sum(s.score for s in mean) / 21 == pytest.approx(100.0)  # the class as a whole is its own benchmark


def test_a_class_of_one_is_not_graded_last():
    (one,) = score([Firm(code(0), "甲", is_above=False)], {0: firm_at_benchmark("below")}, {0: 1_000.0}, schemes()[0])
    assert one.grade == "A"

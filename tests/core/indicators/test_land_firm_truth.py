"""Matching of 5,000 made-up firms whose land is known: precision and recall, taxes kept to the cent."""

import numpy as np
import pytest
import shapely
from onemap.plugin.core.forms.identifiers import uscc_check_character, uscc_problem
from onemap.plugin.core.indicators.land_firm_match import MatchRules, match
from onemap.plugin.core.indicators.land_firm_model import Firm, Lease, Parcel, Why
from onemap.plugin.core.sample.land_firm import make_land_firms

FIRMS, PARCELS = 5_000, 3_000


@pytest.fixture(scope="module")
def made():
    side = int(np.ceil(np.sqrt(PARCELS)))
    x, y = np.divmod(np.arange(PARCELS), side)
    plots = shapely.box(x * 110.0, y * 90.0, x * 110.0 + 100, y * 90.0 + 80)
    return make_land_firms(plots, FIRMS, (2024, 2025), uscc_check_character)


def test_precision_and_recall(made, capsys):
    parcels = [
        Parcel(v["DKBH"], float(shapely.area(g)), v["QLRMC"], v["QLRDM"], v["TDZL"], geometry=g)
        for g, v in made.parcels
    ]
    firms = [Firm(c, n, a, None if x is None else (x, y)) for c, n, a, x, y, *_ in made.firms]
    leases = [Lease(p, c, n, m2) for p, c, n, m2, *_ in made.leases]
    same = (("有限责任公司", "有限公司"),)
    found = match(firms, parcels, leases, MatchRules(lambda text: uscc_problem(text) is None, same=same, year=2025))
    ties = {(t.firm, t.parcel) for t in found.ties}
    truth = {(firm, at) for firm, places in made.truth.items() for at in places}
    precision, recall = len(ties & truth) / len(ties), len(ties & truth) / len(truth)
    with capsys.disabled():
        print(f"\n{FIRMS} firms, {PARCELS} parcels: precision {precision:.4f}, recall {recall:.4f}")
    assert precision >= 0.995 and recall >= 0.97
    assert set(found.unmatched) | {t.firm for t in found.ties} | set(found.doubled) == set(range(FIRMS))
    assert {Why.AMBIGUOUS_NAME, Why.NO_TIE} <= set(found.unmatched.values())
    used = np.bincount([t.parcel for t in found.ties], [t.area_m2 for t in found.ties], len(parcels))
    assert (used <= 8_000.001).all()  # no parcel gives out more land than it has
    shares = np.bincount([t.firm for t in found.ties], [t.share for t in found.ties], FIRMS)
    assert np.allclose(shares[shares > 0], 1.0)

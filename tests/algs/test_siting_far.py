"""Sites far from all that the layers hold: what a factor counts or measures there is unknown, in a search as in a choice."""

import pytest
from onemap.tests.support.siting import write

TEXT = """
layers: {works: {title: Works}}
area: {min_m2: 1500, max_m2: 1700}
constraints: [{id: c, title: Off the works, kind: avoid, layer: works}]
factors: {children: [{id: s, title: Distance, layer: works, kind: distance, value: {type: linear, worst: 0, best: 500}}]}
"""


@pytest.fixture
def h(qgis_app):
    from onemap.tests.support import algorithms as helpers

    return helpers


def scored(h, tmp_path, name, **values):
    works = h.layer("works", [(h.box_wkt(0, 0, 100),)])
    criteria = write(tmp_path, TEXT)
    result = h.run(name, h.Feedback(), CRITERIA=criteria, LAYERS=[works], SITES="memory:", **values)
    return {round(site["score"] or 0) if site["evaluated_pct"] else None for site in result["SITES"].getFeatures()}


@pytest.mark.parametrize("away, wanted", [(2_000, {100}), (15_000, {None})])
def test_far_from_every_layer_no_distance_is_known(h, tmp_path, away, wanted):
    places = h.layer("there", [(h.box_wkt(away, 0, 40), "A")], "XMBH:string")
    around = h.layer("around", [(h.box_wkt(away, 0, 100),)])
    assert scored(h, tmp_path, "selectsites", CANDIDATES=places, REJECTED="memory:") == wanted
    assert scored(h, tmp_path, "findsites", EXTENT_LAYER=around, COUNT=1) == wanted

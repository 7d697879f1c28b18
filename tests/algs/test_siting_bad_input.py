"""selectsites with criteria of which little is known: what is missing never makes a parcel better than another."""

import pytest
from onemap.tests.support.siting import write

CLASSES = "{type: classes, table: {'05': 100, '06': 80, '99': 0}}"
ONE = f"""
layers: {{use: {{}}}}
factors: {{children: [{{id: use, kind: class, layer: use, field: code, value: {CLASSES}}}]}}
"""
WEIGHTS = """
factors:
  children:
    - {id: a, title: A, kind: area, %s value: {type: linear, worst: 0, best: 20000}}
    - {id: c, title: C, kind: compactness, %s value: {type: linear, worst: 0, best: 1}}
"""


@pytest.fixture
def h(qgis_app):
    from onemap.tests.support import algorithms as helpers

    return helpers


def select(h, tmp_path, text, cells, layers=(), **more):
    told = h.Feedback()
    parcels = h.layer("cand", [(wkt, f"P{n}") for n, wkt in enumerate(cells)], "XMBH:string")
    outputs = {"SITES": "memory:", "REJECTED": "memory:", **more}
    try:
        result = h.run("selectsites", told, CANDIDATES=parcels, CRITERIA=write(tmp_path, text), LAYERS=list(layers),
                       **outputs)  # fmt: skip
    except Exception:
        return None, "\n".join(told.lines)
    return {f["site_key"]: f for f in result["SITES"].getFeatures()}, "\n".join(told.lines)


def test_a_parcel_that_the_layer_hardly_covers_says_how_little_is_known(h, tmp_path):
    """P0 has the best class on a twentieth of its land and nothing on the rest; P1 is known whole."""
    use = h.layer("use", [(h.box_wkt(-95, 0), "05"), (h.box_wkt(300, 0), "06")], "code:string")
    report = tmp_path / "r.html"
    sites, told = select(h, tmp_path, ONE, [h.box_wkt(0, 0), h.box_wkt(300, 0)], [use], REPORT=str(report))
    assert [(k, f["score"], round(f["evaluated_pct"], 1)) for k, f in sites.items()] == [
        ("P0", 100, 5.0), ("P1", 80, 100),
    ]  # fmt: skip
    assert "P0 comes first with 100.00 points of only 5.0 % of the weights" in told
    assert "it has 5.00, less than P1 with 80.00" in told
    assert "未评价部分按最差计为 5.00 分，低于 P1 的 80.00 分" in report.read_text(encoding="utf-8")


def test_what_lies_far_from_every_layer_is_not_found_free_of_them(h, tmp_path):
    """30 km outside the county's farmland nobody knows whether there is farmland; 2 km outside it is told."""
    text = ONE.replace("factors:", "constraints:\n  - {id: farm, line: YJJBNTTB, kind: avoid}\nfactors:")
    assert text != ONE
    use = h.layer("use", [(h.box_wkt(x, 0), "05") for x in (0, 2500, 30000)], "code:string")
    farm = h.layer("YJJBNTTB", [(h.box_wkt(400, 0),)])
    cells = [h.box_wkt(0, 0), h.box_wkt(2500, 0), h.box_wkt(30000, 0), h.box_wkt(450, 0)]
    sites, told = select(h, tmp_path, text, cells, [use, farm])
    assert "P3" not in sites and "2 site(s) lie outside the extent" in told
    assert {k: f["not_evaluated"] != "" for k, f in sites.items()} == {"P0": False, "P1": False, "P2": True}
    assert sites["P2"]["standing"] != sites["P0"]["standing"] == sites["P1"]["standing"]
    assert "1 site(s) lie more than 10 km outside" in told


def test_a_search_far_from_every_layer_recommends_nothing(h, tmp_path):
    text = ONE.replace("factors:", "constraints:\n  - {id: farm, line: YJJBNTTB, kind: avoid}\nfactors:")
    told = h.Feedback()
    found = h.run(
        "findsites", told, EXTENT_LAYER=h.layer("part", [(h.box_wkt(30000, 0, 400),)]), COUNT=1,
        CRITERIA=write(tmp_path, text), LAYERS=[h.layer("YJJBNTTB", [(h.box_wkt(400, 0),)])], SITES="memory:",
        AREA_MIN_M2=5000, AREA_MAX_M2=10000,
    )  # fmt: skip
    (site,) = found["SITES"].getFeatures()
    assert "10 km" in site["not_evaluated"] and any("1 site(s) lie more than 10 km" in line for line in told.lines)


def test_a_parcel_that_is_known_to_a_hair_is_known(h, tmp_path):
    use = h.layer("use", [(h.box_wkt(-0.5, 0), "05"), (h.box_wkt(300, 0), "06")], "code:string")
    sites, told = select(h, tmp_path, ONE, [h.box_wkt(0, 0), h.box_wkt(300, 0)], [use])
    assert sites["P0"]["evaluated_pct"] == 100 and "comes first with" not in told


def test_a_class_without_a_score_is_not_known_either(h, tmp_path):
    use = h.layer("use", [(h.box_wkt(0, 0, 50), "05"), (h.box_wkt(300, 0), "1234")], "code:string")
    sites, told = select(h, tmp_path, ONE, [h.box_wkt(0, 0), h.box_wkt(300, 0)], [use])
    assert round(sites["P0"]["evaluated_pct"], 2) == 25 and sites["P1"]["evaluated_pct"] == 0
    assert [f["rank"] for f in sites.values()] == [1, 2] and "comes first with" not in told


@pytest.mark.parametrize(
    "weights, said",
    [(("weight: 0.6,", "weight: 0.3,"), "sum to 0.9"), (("weight: 60,", "weight: 30,"), "sum to 90"),
     (("weight: 0.67,", "weight: 0.33,"), ""), (("weight: 3,", "weight: 1,"), ""), (("", ""), ""),
     (("weight: 0.6,", ""), "c have none")],
)  # fmt: skip
def test_weights_that_do_not_sum_to_the_whole_are_told(h, tmp_path, weights, said):
    """Two parcels of a hectare, one a square, one ten times as long as wide; the scores are those of the shares."""
    strip = f"POLYGON(({h.X} {h.Y + 500},{h.X + 1000} {h.Y + 500},{h.X + 1000} {h.Y + 510},{h.X} {h.Y + 510},{h.X} {h.Y + 500}))"
    sites, told = select(h, tmp_path, WEIGHTS % weights, [h.box_wkt(0, 0), strip])
    if sites is None:
        assert said and said in told
        return
    assert (said in told) if said else "sum to" not in told
    first, second = (float(w.split(":")[1].strip(" ,")) if w else 1.0 for w in weights)
    share = first / (first + second)
    assert sites["P0"]["score"] == pytest.approx(50 * share + 78.5398 * (1 - share), abs=0.02)


def test_why_not_here_says_the_same_of_a_spot_far_from_every_layer(h, tmp_path):
    from onemap.plugin.bridge.siting.select import SelectSites, SitingInputs
    from onemap.plugin.bridge.siting.why import MET, NOT_EVALUATED, WhyNot

    text = ONE.replace("factors:", "constraints:\n  - {id: farm, line: YJJBNTTB, kind: avoid}\nfactors:")
    parcels = h.layer("cand", [(h.box_wkt(x, 0), "P") for x in (0, 30000)], "XMBH:string")
    farm = h.layer("YJJBNTTB", [(h.box_wkt(400, 0),)])
    asked = WhyNot(SelectSites(SitingInputs(write(tmp_path, text), [farm]), parcels), True)
    states = [asked.ask(h.X + x + 50, h.Y + 50).reasons[0].state for x in (0, 30000)]
    assert states == [MET, NOT_EVALUATED]

"""CityJSON: closed shells seen from outside, read back as they were; files that are none, damaged, or without buildings."""

import json
from collections import Counter

import numpy as np
import pytest
import shapely
from onemap.plugin.core.errors import InputError
from onemap.plugin.core.heights.buildings import RawBuilding, make_buildings
from onemap.plugin.core.heights.cityjson import city_of, read_city
from onemap.plugin.core.heights.parcels import Ground
from onemap.plugin.core.heights.results import building_results
from onemap.plugin.core.heights.run import Design, run_design
from onemap.plugin.core.heights.settings import default_settings

SETTINGS = default_settings()
SHAPES = [
    shapely.box(500_000, 3_350_000, 500_020, 3_350_012).difference(shapely.box(500_005, 3_350_004, 500_009, 3_350_008)),
    shapely.MultiPolygon(
        [shapely.box(500_040, 3_350_000, 500_050, 3_350_010), shapely.box(500_060, 3_350_000, 500_065, 3_350_010)]
    ),
    shapely.box(500_080, 3_350_000, 500_090, 3_350_010),
]


def city():
    raw = [RawBuilding(height=16.8, base=9.0), RawBuilding(height=8.0, base=9.5), RawBuilding(base=9.0)]
    buildings = make_buildings(range(3), ["甲", "乙", "丙"], np.array(SHAPES, dtype=object), raw, SETTINGS)
    outcome = run_design(Design(buildings, [], [], [], Ground(shapely.area), [], SETTINGS))
    return city_of(buildings, building_results(outcome), 4549)


def test_shells_are_closed_and_face_outwards():
    made = city()
    assert made["version"] == "2.0" and set(made["CityObjects"]) == {"甲", "乙"}  # one without a height is no solid
    vertices = np.array(made["vertices"]) * 0.001
    volumes = {}
    for name, thing in made["CityObjects"].items():
        geometry = thing["geometry"][0]
        solids = geometry["boundaries"] if geometry["type"] == "MultiSolid" else [geometry["boundaries"]]
        edges, volume = Counter(), 0.0
        for (shell,) in solids:
            for face in shell:
                for ring in face:
                    edges.update(zip(ring, ring[1:] + ring[:1]))
                    fan = vertices[ring]
                    volume += sum(np.dot(fan[0], np.cross(fan[n], fan[n + 1])) for n in range(1, len(fan) - 1)) / 6
        assert all(edges[b, a] == count == 1 for (a, b), count in edges.items())
        volumes[name] = volume
    assert volumes["甲"] == pytest.approx((240 - 16) * 16.8, abs=0.5) and volumes["乙"] == pytest.approx(
        150 * 8.0, abs=0.5
    )


def test_a_file_is_read_back(tmp_path):
    file = tmp_path / "town.city.json"
    file.write_text(json.dumps(city(), ensure_ascii=False), encoding="utf-8")
    found, code = read_city(file)
    assert code == "4549" and [(b.name, b.base_m, round(b.top_m, 3)) for b in found] == [
        ("甲", 9.0, 25.8),
        ("乙", 9.5, 17.5),
    ]
    assert found[1].footprint.symmetric_difference(SHAPES[1]).area < 0.1
    assert found[0].footprint.area == pytest.approx(240, abs=0.1)  # holes are filled: a roof may cover a court


@pytest.mark.parametrize(
    ("content", "code"),
    [("[]", "json_unusable"), ('{"type": "FeatureCollection"}', "cityjson_not_one"),
     ('{"type": "CityJSON", "vertices": [[0, 0]], "CityObjects": {}}', "cityjson_damaged"),
     ('{"type": "CityJSON", "vertices": [], "CityObjects": {}}', "cityjson_no_buildings"),
     ('{"type": "CityJSON", "vertices": [[0,0,0]], "CityObjects": {"a": {"type": "Building", "geometry": [{"boundaries": [[[0, 7, 9]]]}]}}}', "cityjson_damaged")],
)  # fmt: skip
def test_bad_files_are_named(tmp_path, content, code):
    file = tmp_path / "bad.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_city(file)
    assert caught.value.code == code and "bad.json" in str(caught.value)

"""What a report tells of the land of each project: classes by ownership that sum to the project, places, map ground."""

import numpy as np
import pytest
import shapely
from pyproj import CRS

X, Y = 500_000.0, 3_350_000.0
PLANE = CRS.from_epsg(4549)
FIELDS = "DLBM:string,QSXZ:string,QSDWMC:string,ZLDWMC:string"


def box(x, y, size=100.0):
    return shapely.box(X + x, Y + y, X + x + size, Y + y + size)


@pytest.fixture
def layer(qgis_app):
    """A function (name, [(geometry or None, *values)], fields) -> memory layer."""
    from qgis.core import QgsFeature, QgsGeometry, QgsVectorLayer

    def make(name, rows, fields=FIELDS, kind="Polygon"):
        uri = f"{kind}?crs=EPSG:4549" + "".join(f"&field={f}" for f in fields.split(","))
        made = QgsVectorLayer(uri, name, "memory")
        for geometry, *values in rows:
            feature = QgsFeature(made.fields())
            if geometry is not None:
                feature.setGeometry(QgsGeometry.fromWkt(geometry.wkt))
            feature.setAttributes(list(values))
            made.dataProvider().addFeature(feature)
        made.updateExtents()
        return made

    return make


def projects(**shapes):
    from onemap.plugin.core.land.area import statutory_areas
    from onemap.plugin.core.review.projects import Projects

    geometries = np.array(list(shapes.values()), dtype=object)
    return Projects(list(shapes), geometries, statutory_areas(geometries, PLANE))


def read(sites, mapped=(), **layers):
    from onemap.plugin.bridge.review.land_context import context_layers, read_context

    return read_context(context_layers(**layers), sites, PLANE, list(mapped))


def test_classes_sum_to_the_project_whatever_the_layer_holds(layer):
    """Random squares that overlap, leave gaps, lie twice: each row is land of the project, all of them are the whole."""
    pick = np.random.default_rng(5)
    rows = []
    for number in range(60):
        x, y = pick.uniform(-60, 120, 2)
        values = (pick.choice(["0101", "0301", "0702"]), pick.choice(["20", "30"]), f"村{number % 3}", "竹山村")
        rows.append((box(x, y, pick.uniform(5, 60)), *map(str, values)))
    sites = projects(A=box(0, 0), B=box(20, 20, 37.3))
    found = read(sites, land_use=layer("DLTB", [*rows, rows[0], (None, "0101", "20", "村", "村")]))
    for key, shape, area_m2 in zip(sites.keys, sites.geometries, sites.areas_m2):
        own = found.composition[key]
        assert sum(row.area_m2 for row in own) == pytest.approx(area_m2, abs=1e-6)
        assert [row.area_m2 for row in own] == sorted((row.area_m2 for row in own), reverse=True)
        covered = shapely.intersection(shape, shapely.union_all([geometry for geometry, *_ in rows])).area
        known = sum(row.area_m2 for row in own if row.name)
        assert known == pytest.approx(covered, rel=2e-4, abs=0.1)  # against an independent union, planar
        assert all(row.area_m2 > 0 for row in own) and found.places[key] == "竹山村"


def test_ownership_is_told_in_words_and_an_unknown_code_as_it_is(layer):
    rows = [(box(0, 0), "0101", "30", "竹山村", ""), (box(100, 0), "0301", "99", "", "")]
    found = read(projects(A=box(0, 0), B=box(100, 0)), land_use=layer("DLTB", rows))
    (first,), (second,) = found.composition["A"], found.composition["B"]
    assert (first.name, first.ownership, first.owner) == ("水田", "集体土地所有权", "竹山村")
    assert (second.ownership, second.owner, second.share_pct) == ("99", "", 100.0)
    assert found.places == {"A": "", "B": ""}


def test_divisions_win_over_the_seat_and_the_larger_share_comes_first(layer):
    land = layer("DLTB", [(box(0, 0), "0101", "30", "村", "坐落村")])
    towns = layer("XZQ", [(box(-40, 0), "西镇"), (box(60, 0), "东镇"), (box(900, 0), "远镇")], "XZQMC:string")
    found = read(projects(A=box(0, 0)), land_use=land, divisions=towns)
    assert found.places == {"A": "西镇、东镇"}


def test_only_mapped_projects_carry_ground_and_names(layer):
    land = layer("DLTB", [(box(n * 100, 0), "0101", "30", "村", "村") for n in range(8)])
    names = layer(
        "DM", [(shapely.Point(X + 50, Y + 150), "竹山"), (shapely.Point(X + 9_000, Y), "远处")], "MC:string", "Point"
    )
    found = read(projects(A=box(0, 0), B=box(300, 0)), ["A"], land_use=land, names=names)
    assert set(found.parcels) == {"A"} and {code for _, code in found.parcels["A"]} == {"0101"}
    assert 2 <= len(found.parcels["A"]) < 8  # around the project, not all of the layer
    assert [label for _, label in found.labels["A"]] == ["竹山"]


def test_a_layer_without_classes_is_remarked_and_nothing_is_made_up(layer):
    found = read(projects(A=box(0, 0)), land_use=layer("DLTB", [(box(0, 0), "x")], "BZ:string"))
    assert [remark.code for remark in found.remarks] == ["context_no_class"] and not found.composition


def test_a_project_that_the_layer_does_not_cover_says_so(layer):
    """Degrees under a projected system lie far away: no land use is not silence."""
    wrong = layer("DLTB", [(shapely.box(120.1, 30.1, 120.2, 30.2), "0101", "30", "村", "村")])
    sites = projects(A=box(0, 0))
    (row,) = read(sites, land_use=wrong).composition["A"]
    assert (row.code, row.name, row.share_pct) == ("图层未覆盖", "", 100.0) and row.area_m2 == sites.areas_m2[0]


def test_without_layers_nothing_is_read():
    found = read(projects(A=box(0, 0)))
    assert not (found.composition or found.places or found.parcels or found.labels or found.remarks)


def test_a_project_in_one_polygon_is_not_cut_however_many_vertices_it_has(layer, monkeypatch):
    """A cut along 20,000 spikes takes seconds, twice for each site of a report: what lies in one polygon needs none."""
    angles = np.linspace(0, 2 * np.pi, 500, endpoint=False)
    radius = np.where(np.arange(len(angles)) % 2, 40.0, 39.0)
    spiky = shapely.Polygon(np.column_stack([X + 50 + radius * np.cos(angles), Y + 50 + radius * np.sin(angles)]))
    sites = projects(A=spiky)
    land = layer("DLTB", [(box(-100, -100, 300), "0101", "30", "村", "坐落村")])
    towns = layer("XZQ", [(box(-500, -500, 1000), "西镇")], "XZQMC:string")
    cut = []
    for name in ("intersection", "difference"):
        plain = getattr(shapely, name)
        monkeypatch.setattr(
            shapely, name, lambda a, b, w=plain, **more: cut.append(max(map(vertices, (a, b)))) or w(a, b, **more)
        )
    found = read(sites, land_use=land, divisions=towns)
    (row,) = found.composition["A"]
    assert (row.code, row.share_pct, row.area_m2) == ("0101", 100.0, sites.areas_m2[0]) and found.places["A"] == "西镇"
    assert all(count < 500 for count in cut)


def test_a_spiky_project_that_several_polygons_cover_is_cut_by_arrays(layer, monkeypatch):
    """The same rows as GEOS gives, no cut along the spikes, and overlapping land counted once as ever."""
    from onemap.plugin.core.land import cut_outs

    angles = np.linspace(0, 2 * np.pi, 700, endpoint=False)
    radius = np.where(np.arange(len(angles)) % 2, 90.0, 20.0)
    spiky = shapely.Polygon(np.column_stack([X + 100.3 + radius * np.cos(angles), Y + 100.7 + radius * np.sin(angles)]))
    sites = projects(A=spiky)
    apart = [(box(0, 0), "0101", "30", "村", "甲"), (box(100, 0), "0301", "30", "村", "乙"),
             (box(0, 100), "0101", "30", "村", "甲"), (box(400, 0), "0701", "30", "村", "丙")]  # fmt: skip
    over = [*apart, (box(50, 0), "0201", "30", "村", "丁")]
    wanted = []
    monkeypatch.setattr(cut_outs, "MANY", 10**9)
    for rows in (apart, over):
        wanted.append(read(sites, land_use=layer("DLTB", rows)).composition["A"])
    monkeypatch.setattr(cut_outs, "MANY", 500)
    found = [read(sites, land_use=layer("DLTB", over)).composition["A"]]
    monkeypatch.setattr(shapely, "intersection", None)
    monkeypatch.setattr(shapely, "union_all", None)
    found.insert(0, read(sites, land_use=layer("DLTB", apart)).composition["A"])
    for one, other in zip(found, wanted):
        assert [(r.code, r.owner) for r in one] == [(r.code, r.owner) for r in other]
        assert [r.area_m2 for r in one] == pytest.approx([r.area_m2 for r in other], abs=0.011)
        assert sum(r.area_m2 for r in one) == pytest.approx(sites.areas_m2[0], abs=1e-6)


def vertices(geometry):
    return int(np.max(shapely.get_num_coordinates(geometry)))

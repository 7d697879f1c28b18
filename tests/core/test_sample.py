"""The made-up county obeys the law of three lines."""

import shapely
from onemap.plugin.core.sample.county import make_county
from onemap.plugin.core.sample.lines import control_layers


def test_the_three_lines_do_not_overlap():
    layers = control_layers(make_county())
    shapes = {name: [shape for shape, _ in layers[name]] for name in ("YJJBNTTB", "STBHHX", "CZKFBJ")}
    assert len(shapes["YJJBNTTB"]) > 3_000 and len(shapes["CZKFBJ"]) >= 5 and len(shapes["STBHHX"]) >= 4
    for name in ("STBHHX", "CZKFBJ"):
        assert sum(map(shapely.area, shapes[name])) - shapely.area(shapely.union_all(shapes[name])) < 1e-6
    redline, built = shapely.union_all(shapes["STBHHX"]), shapely.union_all(shapes["CZKFBJ"])
    assert shapely.area(shapely.intersection(redline, built)) == 0
    for line in (redline, built):
        shapely.prepare(line)
        assert not shapely.intersects(line, shapes["YJJBNTTB"]).any()

"""Buildings of a DXF drawing: closed polylines whose elevation is the roof or the ground, open ones, other entities."""

from qgis.core import QgsCoordinateReferenceSystem, QgsVectorLayer

from .test_check_heights import X, Y, by_key, dem, run, views


def polyline(x, y, size, elevation, is_closed=True, layer="BUILDING"):
    """A lightweight polyline as drawing programs write it: one elevation, the flag says whether it closes."""
    wide, deep = size
    corners = [(x, y), (x + wide, y), (x + wide, y + deep), (x, y + deep)]
    head = ["0", "LWPOLYLINE", "8", layer, "90", "4", "70", "1" if is_closed else "0", "38", str(elevation)]
    return [*head, *(part for a, b in corners for part in ("10", str(X + a), "20", str(Y + b)))]


def drawing(path, *entities, kind="LineString"):
    words = [
        "0",
        "SECTION",
        "2",
        "ENTITIES",
        *(word for entity in entities for word in entity),
        "0",
        "ENDSEC",
        "0",
        "EOF",
    ]
    path.write_text("\n".join(words) + "\n", encoding="ascii")
    layer = QgsVectorLayer(f"{path}|layername=entities|geometrytype={kind}", "drawing", "ogr")
    assert layer.isValid() and layer.featureCount() > 0
    layer.setCrs(QgsCoordinateReferenceSystem("EPSG:4549"))
    return layer


def test_closed_polylines_with_the_level_of_the_roof(h, tmp_path):
    """A roof at 25.8 on terrain at 9.0 is 16.8 m high and exceeds the sight by 6.4 m; open lines are told."""
    note = ["0", "TEXT", "8", "NOTE", "10", str(X), "20", str(Y), "40", "2.5", "1", "6F"]
    lines = drawing(tmp_path / "site.dxf", polyline(400, -5, (20, 10), 25.8), polyline(500, 60, (20, 10), 25.8),
                    polyline(300, 300, (20, 10), 25.8, is_closed=False), note)  # fmt: skip
    told = h.Feedback()
    result = run(h, lines, told, DEM=dem(tmp_path / "dem.tif"), **views(h))
    found = [row for rows in by_key(result["FINDINGS"], "limit_value", "exceed_value").values() for row in rows]
    assert found == [(10.4, 6.4)] and any("1 line(s) are not closed" in line for line in told.lines)
    heights = sorted(row["height_m"] or 0 for row in result["LIMITS"].getFeatures())
    assert heights == [0, 16.8, 16.8]  # the open one has none


def test_a_drawing_without_levels_or_ground_is_not_judged(h, tmp_path):
    flat = drawing(tmp_path / "flat.dxf", polyline(400, -5, (20, 10), 0))
    result = run(h, flat, DEM=dem(tmp_path / "dem.tif"), **views(h))
    assert list(by_key(result["SUMMARY"], "status").values()) == [[("not_checked",)]]
    roof = drawing(tmp_path / "roof.dxf", polyline(400, -5, (20, 10), 25.8))
    result = run(h, roof, **views(h))
    ((status, reason),) = [row for rows in by_key(result["SUMMARY"], "status", "reason").values() for row in rows]
    assert status == "not_checked" and "no ground level" in reason

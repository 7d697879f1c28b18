"""Where the points of a TXT lie: what contradicts is put right with a remark or refused, never placed without a word."""

import random

import numpy as np
import pytest
from onemap.plugin.core.errors import InputError
from onemap.plugin.core.land.crs import parse_crs, transformer
from onemap.plugin.formats.parcels.survey import survey
from onemap.plugin.formats.parcels.txt import read_parcel_txt, write_parcel_txt

CORNERS = ((3350000, 515000), (3350100, 515000), (3350100, 515100), (3350000, 515100))  # X north, Y east
LONGITUDE, LATITUDE = 120.157, 30.27  # of the first corner in zone 40, to a kilometre


def text(
    zone="40",
    width="3",
    prefix=40,
    swapped=False,
    unit="米",
    system="2000国家大地坐标系",
    head="5,1.0000,1,甲,面,,,,@",
    corners=CORNERS,
):
    lines = [
        "[属性描述]",
        f"坐标系={system}",
        f"几度分带={width}",
        f"带号={zone}",
        f"计量单位={unit}",
        "[地块坐标]",
        head,
    ]
    for number, (north, east) in enumerate([*corners, corners[0]]):
        pair = (f"{north:.3f}", f"{east + (prefix or 0) * 1e6:.3f}")
        lines.append(",".join([f"J{number % len(corners) + 1}", "1", *(pair[::-1] if swapped else pair)]))
    return "\n".join(lines) + "\n"


def placed(content, chosen=None):
    return survey(read_parcel_txt(content.encode("gb18030")), parse_crs(chosen) if chosen else None)


def answer(content, chosen=None):
    """(EPSG code, remark codes) or the code of the refusal."""
    try:
        found = placed(content, chosen)
    except InputError as error:
        assert "{" not in str(error)
        return error.code
    return found.crs.to_epsg(), [r.code for r in found.remarks]


@pytest.mark.parametrize(
    "values,expected",
    [
        ({}, (4528, [])),
        ({"prefix": None}, (4549, [])),
        ({"zone": ""}, (4528, [])),
        ({"zone": "39"}, (4528, ["txt_zone_differs"])),
        ({"zone": "120"}, (4528, [])),
        ({"zone": "120", "prefix": None}, (4549, ["txt_meridian"])),
        ({"zone": "121", "prefix": None}, "txt_zone_unknown"),
        ({"zone": "", "prefix": None}, "txt_zone_unknown"),
        ({"zone": "20", "prefix": 20}, (4498, ["txt_width_differs"])),
        ({"zone": "20", "width": "6", "prefix": None}, (4509, [])),
        ({"zone": "20", "prefix": None}, "txt_width_contradicts"),
        ({"zone": "40", "width": "6", "prefix": None}, "txt_width_contradicts"),
        ({"zone": "40", "width": "6"}, (4528, ["txt_width_differs"])),
        ({"width": "3度带"}, (4528, [])),
        ({"swapped": True}, (4528, ["txt_east_first"])),
        ({"swapped": True, "prefix": None}, (4549, ["txt_east_first"])),
        ({"system": ""}, (4528, ["txt_system_unstated"])),
        ({"prefix": 60}, "txt_place_unknown"),
        ({"corners": [(33500, 515000)] * 4, "prefix": None}, "txt_place_unknown"),
        ({"corners": [(1e9, 1e9)] * 4, "prefix": None}, "txt_place_unknown"),
        ({"corners": [(-3350000, 515000)] * 4}, "txt_place_unknown"),
    ],
)
def test_evidence_is_weighed(values, expected):
    assert answer(text(**values)) == expected


def test_every_point_is_looked_at():
    complete = text()
    assert (
        answer(complete.replace("J3,1,3350100.000,40515100.000", "J3,1,40515100.000,3350100.000"))
        == "txt_points_differ"
    )
    assert (
        answer(complete.replace("J3,1,3350100.000,40515100.000", "J3,1,3350100.000,515100.000")) == "txt_points_differ"
    )
    assert answer(complete.replace("J3,1,3350100.000,40515100.000", "J3,1,3350100.000,39515100.000")) == "txt_two_zones"
    second = text(prefix=39).split("[地块坐标]\n")[1].replace(",1,甲", ",2,乙")
    with pytest.raises(InputError, match=r"39.*40.*2"):
        placed(complete + second)


def test_conversion_parameters_are_remarked():
    with_zeros = text().replace("[地块坐标]", "转换参数=0,0,0,0,0,0,0\n[地块坐标]")
    assert answer(with_zeros) == (4528, [])
    assert answer(with_zeros.replace("=0,0", "=0,12.5")) == (4528, ["txt_conversion"])


BARE = "\n".join(f"J{i},1,{n}.000,{40e6 + e:.3f}" for i, (n, e) in enumerate(CORNERS, 1))


@pytest.mark.parametrize(
    "content",
    [
        BARE,
        BARE.replace(",1,", ","),
        BARE.replace(",", "\t"),
        BARE.replace(",", "  "),
        "点号,圈号,X坐标,Y坐标\n" + BARE,
        "点号,北坐标,东坐标\n" + BARE.replace(",1,", ","),
        BARE.replace(",1,", "，1，"),
    ],
)
def test_coordinates_only_need_a_chosen_crs(content):
    assert answer(content) == "txt_needs_crs"
    assert answer(content, "EPSG:4528") == (4528, [])
    assert placed(content, "EPSG:4528").parcels[0].area_m2 == pytest.approx(9999.94, abs=0.02)
    for wrong in ("EPSG:4549", "EPSG:4527", "EPSG:4490"):
        assert answer(content, wrong) == "txt_crs_contradicts"


def test_titles_may_name_east_first():
    content = "点号,Y坐标,X坐标\n" + "\n".join(f"{i},{e}.0,{n}.0" for i, (n, e) in enumerate(CORNERS))
    assert answer(content, "EPSG:4549") == (4549, []), "the titles say which is which"
    assert placed(content, "EPSG:4549").parcels[0].polygon.bounds[0] == 515000


def test_a_chosen_crs_fills_in_what_the_file_lacks_and_never_overrules_it():
    assert answer(text(zone="", prefix=None), "EPSG:4549") == (4549, [])
    assert answer(text(zone="", prefix=None), "EPSG:4528") == "crs_easting_no_prefix"
    assert answer(text(), "EPSG:4528") == (4528, [])
    assert answer(text(), "EPSG:4527") == "txt_crs_contradicts"
    assert answer(text(prefix=None), "EPSG:4548") == "txt_crs_contradicts"
    assert answer(text(zone="", prefix=None), "EPSG:32650") == (32650, ["txt_order_unchecked"])


def test_degrees_minutes_seconds():
    content = "[属性描述]\n坐标系=2000\n计量单位=度\n[地块坐标]\n3,,1,甲,面,,,,@\n" + "\n".join(
        f"J{i},1,{north},{east}"
        for i, (north, east) in enumerate(
            [("30°12'00\"", "120°06'00\""), ("30°12′03″", "120°06′00″"), ("30度12分03秒", "120度06分03秒")]
        )
    )
    found = placed(content)
    assert found.remarks == [] and found.crs.to_epsg() == 4490
    assert found.parcels[0].polygon.bounds == pytest.approx((120.1, 30.2, 120.1 + 3 / 3600, 30.2 + 3 / 3600))


OUTER = "J1,{r},3350000,40515000\nJ2,{r},3350100,40515000\nJ3,{r},3350100,40515100\nJ4,{r},3350000,40515100\nJ1,{r},3350000,40515000\n"


@pytest.mark.parametrize(
    "rings,area,remarks",
    [
        (OUTER.format(r=1) * 2, 10_000, ["txt_ring_twice"]),
        (OUTER.format(r=1) + OUTER.format(r=2), 10_000, ["txt_ring_twice"]),
        (OUTER.format(r=1) + OUTER.format(r=2).replace("3350100,40515000", "3350100.001,40515000"), 10_000, ["txt_ring_twice"]),
        (OUTER.format(r=1) + OUTER.format(r=2).replace("405150", "405150").replace("40515000", "40515090").replace("40515100", "40515190"), 19_000, ["txt_rings_overlap"]),
        (OUTER.format(r=1) + OUTER.format(r=1).replace("40515100", "40515200").replace("40515000", "40515100"), 20_000, []),
        (OUTER.format(r=1) + "J5,2,3350000,40515040\nJ6,2,3350020,40515040\nJ7,2,3350020,40515060\nJ8,2,3350000,40515060\n", 9_600, []),
        (OUTER.format(r=1) + "J5,2,3350000,40515040\nJ6,2,3350020,40515040\n", 10_000, ["txt_ring_empty"]),
        (OUTER.format(r=1).replace("J2,1,3350100,40515000\nJ3,1,3350100,40515100", "J2,1,3350100,40515100\nJ3,1,3350100,40515000"), 5_000, ["txt_ring_crossing"]),
    ],
)  # fmt: skip
def test_rings(rings, area, remarks):
    found = placed(text(head=",,1,甲,面,,,,@").rsplit("@\n", 1)[0] + "@\n" + rings)
    assert found.parcels[0].polygon.area == pytest.approx(area, abs=0.2)
    assert [r.code for r in found.remarks] == remarks


def test_parcels_that_overlap_are_told():
    one = text()
    second = one.split("[地块坐标]\n")[1].replace(",1,甲", ",2,乙")
    assert answer(one + second) == (4528, ["txt_parcels_overlap"])
    beside = second.replace("40515100", "40515200").replace("40515000", "40515100")
    assert answer(one + beside) == (4528, [])


def test_what_was_put_right_is_written_right(tmp_path):
    found = placed(text(zone="39", swapped=True))
    write_parcel_txt(found.file, tmp_path / "right.txt")
    again = survey(read_parcel_txt(tmp_path / "right.txt"))
    assert again.remarks == [] and again.crs == found.crs
    assert again.parcels[0].polygon.equals(found.parcels[0].polygon)


def test_head_fields_and_columns_are_written_back(tmp_path):
    content = (
        text(head="5,1.0000,1,甲（一期）、乙,面,,住宅,0701,,水田,8,,备注,@")
        .replace("00.000\n", "00.000,12.5,界桩\n")
        .replace("\n", "\r\n")
    )
    write_parcel_txt(read_parcel_txt(content.encode("gb18030")), tmp_path / "again.txt")
    assert (tmp_path / "again.txt").read_bytes() == content.encode("gb18030")


def misplacements(generator):
    """Random combinations of what offices do to a file, with whether the points still lie in zone 40."""
    for _ in range(300):
        prefix = generator.choice([40, 40, None, 39, 20])
        values = {
            "prefix": prefix,
            "zone": generator.choice(["40", "39", "20", "120", "117", "", "x"]),
            "width": generator.choice(["3", "6", "", "3度带", "九"]),
            "swapped": generator.random() < 0.4,
            "unit": generator.choice(["米", "度", "", "千米"]),
            "system": generator.choice(["2000国家大地坐标系", "CGCS2000", "", "1980西安坐标系"]),
        }
        yield values


def test_no_combination_is_misplaced_without_a_word():
    """Truth: the zone in front of the eastings; without one the zone of the header."""
    seen = set()
    for values in misplacements(random.Random(11)):  # noqa: S311 - made-up data
        result = answer(text(**values))
        seen.add(result if isinstance(result, str) else "placed")
        if isinstance(result, str):
            continue
        code, remarks = result
        assert "1980" not in values["system"]
        crs = parse_crs(f"EPSG:{code}")
        found = placed(text(**values)).parcels[0].polygon.centroid
        longitude, latitude = transformer(crs, parse_crs("EPSG:4490")).transform(found.x, found.y)
        zone = values["prefix"] or {"120": 40, "117": 39}.get(values["zone"], values["zone"])
        assert 30 < latitude < 30.5
        meridian = int(zone) * 3 if int(zone) > 24 else int(zone) * 6 - 3
        assert longitude == pytest.approx(meridian + 0.157, abs=0.02)
        if values["prefix"] and values["zone"] in ("39", "20", "40") and int(values["zone"]) != values["prefix"]:
            assert "txt_zone_differs" in remarks
        if values["swapped"]:
            assert "txt_east_first" in remarks
    assert {"placed", "txt_zone_unknown", "txt_width_contradicts", "txt_old_system"} <= seen


def test_random_damage_ends_in_an_answer_or_a_message():
    """Bytes lost, doubled, changed; lines shuffled: never another error than the one a user reads."""
    generator = random.Random(7)  # noqa: S311 - made-up data
    base = (
        text(head="5,1.0000,1,甲,面,,,,@")
        + "4,1.0,2,乙,面,,,,@\n"
        + "\n".join(f"J{i},{i % 2},{n + 300}.0,{40e6 + e}" for i, (n, e) in enumerate(CORNERS))
    )
    endings = {"answer": 0, "message": 0}
    for number in range(1500):
        raw = bytearray(base.encode(generator.choice(["gb18030", "utf-8", "utf-16", "utf-8-sig"])))
        for _ in range(generator.randint(1, 3)):
            at = generator.randrange(len(raw))
            action = generator.randrange(4)
            if action == 0:
                del raw[at : at + generator.randint(1, 30)]
            elif action == 1:
                raw[at:at] = raw[at : at + generator.randint(1, 40)]
            elif action == 2:
                raw[at : at + 1] = bytes([generator.randrange(256)])
            else:
                raw[at:at] = generator.choice(
                    [b",", b"\n", b"@", b"[", "，".encode("gb18030"), b"1e999", b"nan", b"-", b"\0"]
                )
        if number % 5 == 0:
            lines = bytes(raw).split(b"\n")
            generator.shuffle(lines)
            raw = bytearray(b"\n".join(lines))
        try:
            found = survey(read_parcel_txt(bytes(raw)), parse_crs("EPSG:4528") if number % 3 == 0 else None)
        except InputError as error:
            str(error)
            endings["message"] += 1
            continue
        endings["answer"] += 1
        for parcel in found.parcels:
            assert parcel.polygon.is_valid and np.isfinite(parcel.area_m2)
            assert parcel.polygon.is_empty or np.isfinite(parcel.polygon.bounds).all()
        assert all(remark.text("zh") for remark in found.remarks)
    assert min(endings.values()) > 100, endings

"""Conversion of land classes: properties of the built-in tables, decisions, cuts that conserve area, exact sums."""

import csv
from pathlib import Path

import numpy as np
import pytest
import shapely
from onemap.plugin.core.quality.conversion import Converter, How, Kind, Reason
from onemap.plugin.core.quality.conversion_cut import Piece, closed_areas, cut
from onemap.plugin.core.quality.conversion_totals import Crosstab, Flow
from onemap.plugin.formats.rules.conversion_files import BUILT_IN, classes_2023, load_conversion_table, load_decisions
from pyproj import CRS

PLANE = CRS.from_epsg(4549)
FOLDER = Path(__file__).resolve().parents[3] / "resources" / "conversion"


@pytest.fixture(params=BUILT_IN)
def table(request):
    return load_conversion_table(request.param)


def test_each_code_goes_where_an_independent_look_into_the_file_says(table):
    converter = Converter(table)
    with open(FOLDER / f"{table.title}.csv", encoding="utf-8", newline="") as file:
        for row in csv.reader(file):
            if row[0] == "from_code":
                continue
            answer = converter.answer(row[0])
            if row[3] == "split" or "|" in row[2]:
                assert (answer.to_code, answer.reason, "|".join(answer.candidates)) == ("", Reason.SPLIT, row[2])
            else:
                assert (answer.to_code, answer.reason) == (row[2], None)
            assert answer.confidence == row[5] and row[5]


def test_every_new_code_is_a_class_of_2023(table):
    assert len(classes_2023()) == 175
    assert {target for row in table.rows.values() for target in row.targets} <= set(classes_2023())


def test_there_and_back_again_is_the_same_code_or_a_listed_loss(table):
    there, back, losses = Converter(table), Converter(table.reversed()), table.losses()
    for code in table.rows:
        answer = there.answer(code)
        for new in [answer.to_code] if answer.to_code else answer.candidates:
            returned = back.answer(new)
            if new in losses:
                assert returned.reason == Reason.SPLIT and code in losses[new] and code in returned.candidates
            else:
                assert returned.to_code == code


def test_random_codes_never_vanish_and_never_leave_the_table(table):
    random = np.random.default_rng(7)
    converter, targets = Converter(table), set(classes_2023())
    for _ in range(3000):
        code = "".join(random.choice(list("0123456789HKA"), random.integers(0, 8)))
        answer = converter.answer(code)
        assert bool(answer.to_code) != bool(answer.reason)
        assert not answer.to_code or answer.to_code in targets
        if answer.how == How.PARENT and answer.to_code:
            assert any(code.startswith(known) for known in table.rows)
        if table.rows.get(code) and table.rows[code].kind == Kind.SPLIT:
            assert answer.reason == Reason.SPLIT


def made_parcels(seed):
    """A star-shaped parcel and overlapping helper polygons of three classes around it."""
    random = np.random.default_rng(seed)
    angles = np.sort(random.uniform(0, 2 * np.pi, 14))
    rays = random.uniform(20, 90, 14)
    parcel = shapely.Polygon(np.c_[500_100 + rays * np.cos(angles), 3_350_100 + rays * np.sin(angles)])
    helpers = [
        shapely.box(x, y, x + w, y + w)
        for x, y, w in zip(
            *random.uniform((500_000, 3_350_000), (500_180, 3_350_180), (6, 2)).T, random.uniform(5, 80, 6)
        )
    ]
    return (
        shapely.make_valid(parcel),
        np.array(helpers, dtype=object),
        random.choice(["1401", "1402", "1403"], 6).tolist(),
    )


@pytest.mark.parametrize("seed", range(60))
def test_pieces_are_the_parcel_and_their_statutory_areas_its_area(seed):
    parcel, helpers, classes = made_parcels(seed)
    pieces = cut(parcel, helpers, classes)
    shapes = [piece.geometry for piece in pieces]
    assert not [p for p in pieces if p.reason == Reason.LAYER_FAILED]
    assert shapely.union_all(shapes).symmetric_difference(parcel).area < 1e-4
    assert sum(shape.area for shape in shapes) == pytest.approx(parcel.area, abs=1e-4)
    for piece in pieces:
        shared = {
            name: shapely.union_all(helpers[np.array(classes) == name]).intersection(piece.geometry).area
            for name in set(classes)
        }
        named = {name for name, area in shared.items() if area > 1e-6}
        if piece.reason == Reason.LAYER_CONFLICT:
            assert len(named) > 1
        else:
            assert named == ({piece.helper_class} if piece.helper_class else set())
            assert sum(shared.values()) == pytest.approx(piece.geometry.area if piece.helper_class else 0, abs=1e-6)
    whole = round(parcel.area * 0.9997, 2)
    assert closed_areas(pieces, whole, PLANE).sum() == pytest.approx(whole, abs=1e-6)


def test_what_rounding_leaves_goes_to_the_largest():
    whole = shapely.box(500_000, 3_350_000, 500_100, 3_350_100)
    edges = (500_000, 500_000.037, 500_033.3, 500_100)
    pieces = [Piece(shapely.box(a, 3_350_000, b, 3_350_100), "1401") for a, b in zip(edges, edges[1:])]
    from onemap.plugin.core.land.area import statutory_area

    total = statutory_area(whole, PLANE)
    areas = closed_areas(pieces, total, PLANE)
    assert round(float(areas.sum()), 2) == total and areas.argmax() == 2


def test_sums_lose_nothing():
    crosstab = Crosstab()
    done, left = (Flow("0101", "", code, "", how, "") for code, how in (("0101", How.EXACT), ("", Reason.SPLIT)))
    for _ in range(100_000):
        crosstab.add_input(0.03)
        crosstab.add(done, 1, 0.02)
        crosstab.add(left, 1, 0.01)
    assert (crosstab.before_m2, crosstab.converted_m2, crosstab.undecided_m2, crosstab.lost_m2) == (3000, 2000, 1000, 0)
    assert crosstab.pieces(False) == crosstab.pieces(True) == 100_000


def test_tables_of_an_office_in_both_formats(tmp_path):
    text = tmp_path / "own.csv"
    text.write_bytes(
        "原编码,原名称,新编码,新名称,类型\r\nR2,二类居住,0701,城镇住宅,一对一\r\nR3,三类,A|B,,\r\nX,无,,,无\r\n".encode(
            "gb18030"
        )
    )
    table = load_conversion_table(str(text))
    assert table.rows["R3"].kind == Kind.SPLIT and table.rows["R3"].targets == ("A", "B")
    assert table.names == {"0701": "城镇住宅"} and table.rows["R2"].name == "二类居住"
    assert Converter(table).answer("x").reason == Reason.NONE
    again = tmp_path / "own.yaml"
    again.write_text(
        'rows:\n  - {from_code: R3, to_code: ["A", "B"]}\n  - {from: "0101", to: "0101"}\n', encoding="utf-8"
    )
    assert load_conversion_table(str(again)).rows["R3"].targets == ("A", "B")
    decided = tmp_path / "decided.csv"
    decided.write_text('from_code,to_code,where\nR3,A,"""n"" > 1"\nR3,B,\n', encoding="utf-8")
    decisions = load_decisions(str(decided), table, lambda where: None)
    assert [(d.to_code, d.where, d.line) for d in decisions] == [("A", '"n" > 1', 2), ("B", "", 3)]


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("a,b\n1,2\n", r"own\.csv, line 1, from_code"),
        ("from_code,to_code\n", r"line 1, -"),
        ("from_code,to_code\n0101,0101,x\n", r"line 2, -.*3 cells"),
        ("from_code,to_code,kind\n,0101,one\n", r"line 2, from_code"),
        ("from_code,to_code,kind\n01,0101,none\n", r"line 2, to_code"),
        ("from_code,to_code,colour\n01,0101,red\n", r"line 2, colour"),
    ],
)
def test_mistakes_are_named_by_file_line_and_key(tmp_path, text, match):
    file = tmp_path / "own.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(Exception, match=match):
        load_conversion_table(str(file))


def test_a_bare_code_in_yaml_is_refused(tmp_path):
    file = tmp_path / "own.yaml"
    file.write_text("rows:\n  - {from_code: 0101, to_code: '0101'}\n", encoding="utf-8")
    with pytest.raises(Exception, match="line 2, from_code"):
        load_conversion_table(str(file))
    file.write_text("rows: 3\n", encoding="utf-8")
    with pytest.raises(Exception, match="rows"):
        load_conversion_table(str(file))
    with pytest.raises(Exception, match=r"absent\.csv"):
        load_conversion_table(str(tmp_path / "absent.csv"))


def test_a_code_that_has_lost_its_zero_is_not_taken_for_a_class_of_another_kind():
    """101 as text is 0101 (paddy) without its zero and no transport land (10); 0 of a number field is no wetland (00)."""
    table = load_conversion_table("sandiao_to_2023")
    assert table.find("101").row is None and table.find("02010").row is None
    assert (table.find("101", True).row.code, table.find("101", True).how) == ("0101", How.LEADING_ZERO)
    assert (table.find("010109").row.code, table.find("010109").how) == ("0101", How.PARENT)
    assert table.find("0", True).row is None and table.find("00").row.code == "00"


def test_cents_are_counted_and_what_is_lost_is_seen():

    crosstab, kept = Crosstab(), Flow("0101", "", "0101", "", How.EXACT, "")
    crosstab.add_input(12.34)
    crosstab.add(kept, 2, 10.1)
    crosstab.add(Flow("0810", "", "", "", Reason.SPLIT, ""), 1, 2.24)
    assert (crosstab.converted_m2, crosstab.undecided_m2, crosstab.lost_m2) == (10.1, 2.24, 0.0)
    assert [(row.flow.from_code, row.pieces, row.area_m2) for row in crosstab.rows()] == [
        ("0101", 2, 10.1),
        ("0810", 1, 2.24),
    ]
    crosstab.add_input(0.01)
    assert crosstab.lost_m2 == 0.01

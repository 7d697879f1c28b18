"""The arithmetic of a chunk asked of another process gives the bytes that it gives here."""

import numpy as np
import pytest
import shapely
from onemap.plugin.core.land import overlay
from onemap.plugin.core.land.area import statutory_areas
from onemap.plugin.core.land.array_bytes import wkb_arrays
from onemap.plugin.core.land.array_store import ArrayStore, Part, write_store
from onemap.plugin.core.land.gpkg import are_blobs, blob_geometries
from onemap.plugin.core.land.pair_cuts import self_check
from onemap.plugin.core.land.repair import make_usable
from onemap.plugin.core.land.windows import Windows
from onemap.plugin.core.review.chunk_answers import answer
from onemap.plugin.core.review.chunk_questions import answered, question
from onemap.plugin.core.review.chunk_work import measured
from onemap.plugin.core.review.control_group import ControlGroup
from onemap.plugin.core.review.line_check import LineTask
from onemap.plugin.core.review.projects import ProjectChunk, Projects
from onemap.plugin.core.review.settings import Settings
from onemap.plugin.core.review.stored_shapes import Read, StoredAt, StoredShapes, at_together, read_at
from onemap.plugin.core.review.unread import UnreadNear
from onemap.tests.support.review_core import PLANE, Source, X, Y, rule

SETTINGS = Settings(PLANE, "", 1.0, 2.0)
RULES = {
    "plain": [rule()],
    "two": [rule(), rule(id="S", kind="inform")],
    "slivers": [rule(tolerance_m2=2000.0, sliver_total_m2=2500.0)],
    "distance": [rule(), rule(id="D", kind="distance", distance_m=30.0)],
    "lines": [rule(), rule(id="L", geometry="line")],
}


def shapes(seed, count, size):
    """Polygons around many places, some with holes, some of two parts."""
    dice = np.random.default_rng(seed)
    corners = dice.uniform(0, 2000, (count, 2)) + (X, Y)
    made = shapely.buffer(shapely.points(corners), dice.uniform(size / 3, size, count), quad_segs=6)
    holes = shapely.buffer(shapely.points(corners + 2), size / 8)
    made[::5] = shapely.difference(made[::5], holes[::5])
    made[1::7] = shapely.union(made[1::7], shapely.transform(made[1::7], lambda xy: xy + 3 * size))
    return made


def asked(controls, rules, masks=None):
    projects = shapes(1, 60, 90)
    of = Projects([str(n) for n in range(60)], projects, statutory_areas(projects, PLANE))
    chunk = ProjectChunk(of, np.arange(60))
    group = ControlGroup([Source(controls, masks, rule_ids=[one.id for one in rules])], [0])
    return group.asked(chunk, LineTask("LINE", "某线", rules), UnreadNear(60))


def same(found, wanted):
    (table, areas), (other, other_areas) = found[:2], wanted
    assert len(table) == len(other) > 40
    for name in ("rule", "project", "fid"):
        np.testing.assert_array_equal(getattr(table, name), getattr(other, name))
    np.testing.assert_array_equal(table.gap, other.gap)
    shapes = [blob_geometries(one) if are_blobs(one) else one for one in (table.geometry, other.geometry)]
    assert shapely.to_wkb(shapes[0]).tolist() == shapely.to_wkb(shapes[1]).tolist()
    for name in ("areas", "owners", "union_m2", "sliver"):
        np.testing.assert_array_equal(getattr(areas, name), getattr(other_areas, name))
    assert areas.summed == other_areas.summed


def there_and_back(work):
    said, control_of = question(work, SETTINGS)
    return answered(bytearray(answer(bytearray(said))), control_of)


@pytest.mark.parametrize("rules", RULES)
def test_an_answer_is_what_is_measured_here(rules):
    controls = np.append(shapes(2, 400, 60), [shapely.LineString([(X, Y), (X + 2000, Y + 2000)]), None])
    masks = {"S": np.arange(402) % 2 == 0}
    work = asked(controls, RULES[rules], masks).work
    same(there_and_back(work), measured(work, SETTINGS))


def test_slivers_that_count_by_their_sum_are_listed():
    work = asked(shapes(2, 400, 60), RULES["slivers"]).work
    assert there_and_back(work).areas.summed


def test_a_huge_feature_is_asked_as_its_surroundings(monkeypatch):
    monkeypatch.setattr(overlay, "HUGE", 500)
    huge = shapely.buffer(shapely.Point(X + 900, Y + 900), 800, quad_segs=5000)
    work = asked(np.append(shapes(2, 400, 60), [huge]), RULES["plain"]).work
    (at,) = np.flatnonzero(shapely.get_num_coordinates(work.controls) > 500)
    wanted = measured(work, SETTINGS)
    same(there_and_back(work), wanted)
    work.windows = {int(at): Windows(work.controls[at])}
    work.controls[at] = shapely.box(0, 0, 1, 1)
    same(there_and_back(work), wanted)
    control_of = question(work, SETTINGS)[1][len(work.controls) :]
    assert (control_of == at).all() and 1 < len(control_of) < (work.control == at).sum()  # neighbours share a cut-out
    # none of its pieces is the whole of it, however small the project
    assert (wanted[1].areas[wanted[0].fid == at] < 70_000).all()


def stored(work):
    wkb, lengths = wkb_arrays(work.controls)
    work.stored, work.controls = StoredShapes(wkb, np.cumsum(lengths) - lengths, lengths), np.full(len(lengths), None)
    return work


def bow(x, y):
    return shapely.Polygon([(X + x, Y + y), (X + x + 90, Y + y + 90), (X + x + 90, Y + y), (X + x, Y + y + 90)])


def test_stored_geometries_are_looked_at_there():
    raw = shapes(2, 400, 60)
    x, y = shapely.get_coordinates(shapely.centroid(shapes(1, 60, 90)[:4])).T - np.array([[X], [Y]])
    raw[[10, 20, 30]] = bow(x[0], y[0]), bow(x[1], y[1]), shapely.force_3d(shapely.box(X, Y, X + 2e3, Y + 2e3), 5.0)
    flat = [(0, 0), (50, 0), (99, 0), (0, 0)]  # nothing remains of it
    raw[40] = shapely.Polygon([(X + x[2] + a, Y + y[2] + b) for a, b in flat])
    given = asked(raw, RULES["plain"]).work
    usable = make_usable(shapely.force_2d(given.controls), np.arange(len(given.controls)), "")
    found = there_and_back(stored(given))
    given.controls, given.stored = usable.geometries, None
    same(found, measured(given, SETTINGS))
    assert found.repairs == usable.repairs and len(found.repairs) == 3
    assert found.skipped == usable.skipped and [skip.code for skip in found.skipped] == ["geometry_collapsed"]


def test_geometries_of_a_cache_are_taken_as_they_are(tmp_path):
    work = asked(shapes(2, 400, 60), RULES["plain"]).work
    wanted = measured(work, SETTINGS)
    count = len(work.controls)
    write_store(tmp_path / "a", {"fingerprint": 1}, [Part(np.arange(count), work.controls)])
    packed = ArrayStore(tmp_path / "a", 1).packed(np.arange(count))
    work.stored, work.controls = StoredShapes(*packed), np.full(count, None)
    found = there_and_back(work)
    same(found, wanted)
    assert not found.repairs and not found.skipped


def test_what_is_out_of_the_ordinary_is_left_to_the_layer():
    work = stored(asked(shapes(2, 400, 60), RULES["plain"]).work)
    far = shapely.to_wkb(shapely.box(1e9, 1e9, 2e9, 2e9))
    data, start = work.stored.data.copy(), work.stored.starts[7]
    data[start : start + len(far)] = np.frombuffer(far, np.uint8)
    work.stored = work.stored._replace(data=data)
    with pytest.raises(LookupError):
        answer(bytearray(question(work, SETTINGS)[0]))
    data[start + 1 : start + 5] = [99, 0, 0, 0]  # no kind of geometry
    with pytest.raises(shapely.GEOSException):
        answer(bytearray(question(work, SETTINGS)[0]))


def test_both_sides_hear_of_a_failed_self_check(monkeypatch):
    work = asked(shapes(2, 400, 60), RULES["plain"]).work
    monkeypatch.setattr(self_check, "has_failed", True)
    said, control_of = question(work, SETTINGS)
    monkeypatch.setattr(self_check, "has_failed", False)
    data = answer(bytearray(said))
    assert self_check.has_failed
    monkeypatch.setattr(self_check, "has_failed", False)
    answered(bytearray(data), control_of)
    assert self_check.has_failed


def read_by(work, reader):
    """What is asked of work of which the process reads the controls by itself."""
    shapes, work.stored = work.stored, None
    work.stored_at = StoredAt("made", ["here", 7], [np.arange(3)])

    def read(place, arrays):
        assert (place, arrays[0].tolist()) == (["here", 7], [0, 1, 2])
        return reader(shapes)

    said, control_of = question(work, SETTINGS)
    return answered(bytearray(answer(bytearray(said), {"made": read})), control_of)


def test_what_a_process_reads_by_itself_is_answered_as_what_it_is_given():
    given = np.append(shapes(2, 400, 60), [None])
    expected = there_and_back(stored(asked(given, RULES["plain"]).work))
    found = read_by(stored(asked(given, RULES["plain"]).work), lambda shapes: Read(shapes, ["甲", None, 3]))
    same(found, expected[:2])
    lengths = stored(asked(given, RULES["plain"]).work).stored.lengths
    assert found.values == ["甲", None, 3] and found.missing == np.flatnonzero(lengths < 1).tolist()


def test_what_a_process_cannot_read_has_no_answer():
    def gone(shapes):
        raise LookupError

    with pytest.raises(LookupError):
        read_by(stored(asked(shapes(2, 400, 60), RULES["plain"]).work), gone)
    work = stored(asked(shapes(2, 400, 60), RULES["plain"]).work)
    work.stored, work.stored_at = None, StoredAt("nobody", [], [])
    with pytest.raises(LookupError):
        answer(bytearray(question(work, SETTINGS)[0]))


def test_what_lies_in_several_layers_is_read_as_one():
    def read(place, arrays):
        data = np.arange(10 * place[0], 10 * place[0] + 10, dtype=np.uint8)
        values = [f"{place[0]}-{at}" for at in arrays[0]] if place[0] == 1 else []
        return Read(StoredShapes(data, arrays[0], np.full(len(arrays[0]), 2)), values)

    ones, twos = StoredAt("a", [1], [np.array([3, 4])]), StoredAt("b", [2], [np.array([5])])
    parts = [(np.array([0, 2]), ones), (np.array([1]), twos)]
    found = read_at(at_together(parts), {"a": read, "b": read})
    assert found.values == ["1-3", None, "1-4"]
    assert [found.shapes.data[at] for at in found.shapes.starts] == [13, 25, 14]
    assert at_together(parts[:1]) is parts[0][1]

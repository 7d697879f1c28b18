"""One file of many layers: sections found again, replaced, compacted, and never believed when damaged."""

import numpy as np
import pytest
import shapely
from onemap.plugin.core.land.array_store import StoreUnusable
from onemap.plugin.core.land.section_search import SectionSearch
from onemap.plugin.core.land.section_store import NewSection, SectionStore, add_sections, compact

COUNTS = {"a": 500, "b": 0, "c": 70}


def layer(key, state, count, seed=3):
    dice = np.random.default_rng([seed, count])
    corner = dice.uniform(0, 1000, (count, 2))
    shapes = shapely.box(*corner.T, *(corner + dice.uniform(1, 40, (count, 2))).T)
    shapes = np.array([None if number % 7 == 6 else shape for number, shape in enumerate(shapes)], dtype=object)
    fids = dice.permutation(count) + 1
    masks = {"even": fids % 2 == 0, "all": np.ones(count, bool)}
    return NewSection(key, [key, state], fids, shapes, [f"图斑{fid}" for fid in fids], masks, {"made": state})


@pytest.fixture
def directory(tmp_path):
    path = tmp_path / "range.json"
    assert add_sections(path, [layer(key, 1, count) for key, count in COUNTS.items()]) == 3
    return path


def answer(path, state, bounds):
    store = SectionStore(path)
    sections = [store.section(key, [key, state]) for key in COUNTS]
    search = SectionSearch(store, sections)
    found = search.meeting(bounds)
    return search, found


def expected(state, bounds, seeds=None):
    rows = []
    for number, (key, count) in enumerate(COUNTS.items()):
        made = layer(key, state, count, (seeds or {}).get(key, 3))
        boxes = shapely.bounds(made.geometries).reshape(-1, 4)
        for at in range(count):
            left, low, right, top = boxes[at]
            if left <= bounds[2] and right >= bounds[0] and low <= bounds[3] and top >= bounds[1]:
                rows.append((number, int(made.fids[at]), made.geometries[at].wkb, made.labels[at]))
    return sorted(rows)


@pytest.mark.parametrize("bounds", [(0, 0, 1100, 1100), (200, 300, 260, 310), (-9, -9, -1, -1)])
def test_what_lies_near_is_what_every_box_tells(directory, bounds):
    search, found = answer(directory, 1, bounds)
    wkb = [shape.wkb for shape in search.geometries(found)]
    rows = list(zip(found.section.tolist(), found.fids.tolist(), wkb, search.labels(found)))
    assert rows == expected(1, bounds)
    assert (search.mask(found, "even") == (found.fids % 2 == 0)).all() and search.mask(found, "all").all()


def test_another_state_of_a_layer_replaces_its_section_only(directory):
    add_sections(directory, [layer("c", 2, 70, seed=8)])
    store = SectionStore(directory)
    assert store.section("c", ["c", 1]) is None and store.section("c", ["c", 2]) is not None
    assert store.section("a", ["a", 1]) is not None


def test_waste_is_left_behind(directory, monkeypatch):
    from onemap.plugin.core.land import section_store

    monkeypatch.setattr(section_store, "_WASTE_BYTES", 1000)
    assert not compact(directory, lambda section: True)
    for _ in range(3):
        add_sections(directory, [layer(key, 1, count) for key, count in COUNTS.items()])
    before = sum(file.stat().st_size for file in directory.parent.glob("*.bin"))
    assert compact(directory, lambda section: True)
    assert sum(file.stat().st_size for file in directory.parent.glob("*.bin")) < before / 3
    bounds = (100, 100, 400, 400)
    search, found = answer(directory, 1, bounds)
    assert len(found.fids) == len(expected(1, bounds))
    assert compact(directory, lambda section: False)
    assert SectionStore(directory).sections == {}


def test_damage_is_found(directory):
    (data,) = directory.parent.glob("*.bin")
    store = SectionStore(directory)
    section = store.sections["a"]
    whole = bytearray(data.read_bytes())
    for place, in_index in ((section.offsets()["boxes"] + 8, True), (section.offsets()["body"] + 30, False)):
        hurt = bytearray(whole)
        hurt[place] ^= 255
        data.write_bytes(bytes(hurt))
        found = SectionStore(directory).section("a", ["a", 1])
        assert (found is None) == in_index
    with pytest.raises(StoreUnusable):
        search, found = answer(directory, 1, (0, 0, 1100, 1100))
        search.geometries(found)
    data.write_bytes(bytes(whole[: len(whole) // 2]))
    assert SectionStore(directory).section("c", ["c", 1]) is None
    directory.write_text("{", encoding="utf-8")
    with pytest.raises(StoreUnusable):
        SectionStore(directory)


def test_a_build_that_is_stopped_keeps_what_it_has_made(tmp_path):
    path = tmp_path / "range.json"

    def stopped():
        yield layer("a", 1, 20)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        add_sections(path, stopped())
    assert SectionStore(path).section("a", ["a", 1]) is not None
    assert add_sections(path, [layer("b", 1, 5)]) == 1


def test_two_programs_do_not_write_at_once(directory):
    lock = directory.with_suffix(".lock")
    lock.touch()
    assert add_sections(directory, [layer("d", 1, 5)]) == 0
    lock.unlink()
    assert add_sections(directory, [layer("d", 1, 5)]) == 1 and not lock.exists()

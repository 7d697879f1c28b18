"""Memory that goes back to the system: with and without a C library that keeps it."""

import ctypes

from onemap.plugin.core import memory


def test_a_system_without_the_call_is_left_alone(monkeypatch):
    memory._trim.cache_clear()
    monkeypatch.setattr(ctypes, "CDLL", lambda name: object())
    assert memory._trim() is None
    memory.give_back()
    memory._trim.cache_clear()
    monkeypatch.setattr(ctypes, "CDLL", lambda name: (_ for _ in ()).throw(OSError("no library")))
    assert memory._trim() is None
    memory._trim.cache_clear()


def test_the_call_is_made_once_for_each_request(monkeypatch):
    asked = []
    monkeypatch.setattr(memory, "_trim", lambda: asked.append)
    memory.give_back()
    assert asked == [0]


def grown(monkeypatch, sizes):
    """The steps of some at which memory is given back, while the process holds these megabytes."""
    held, given = iter(sizes), []
    monkeypatch.setattr(memory, "resident_bytes", lambda: None if sizes[0] is None else next(held) << 20)
    monkeypatch.setattr(memory, "_trim", lambda: lambda _: given.append(number))
    monkeypatch.setattr(memory._Held, "after", None)
    number = 0
    memory.give_back()
    given.clear()
    work = memory.Growth().watched(str)
    for number in range(1, len(sizes) if sizes[0] is None else 5):
        assert work(number) == str(number)
    return given


def test_memory_goes_back_when_much_more_is_held_than_the_last_time(monkeypatch):
    assert grown(monkeypatch, [300, 310, 330, 305, 320, 330, 300]) == [2, 4]


def test_where_nobody_says_how_much_is_held_it_goes_back_now_and_then(monkeypatch):
    assert grown(monkeypatch, [None] * 35) == [16, 32]


def test_work_that_is_not_watched_is_left_as_it_is():
    growth = memory.Growth(False)
    assert growth.watched(str) is str
    growth.step()


def test_this_process_says_what_it_holds_or_nothing(monkeypatch):
    held = memory.resident_bytes()
    assert held is None or held > 1 << 20
    monkeypatch.setattr("builtins.open", lambda *_: (_ for _ in ()).throw(OSError("no /proc")))
    assert memory.resident_bytes() is None


def test_large_blocks_are_chosen_once_and_only_where_the_library_can(monkeypatch):
    chosen = []
    monkeypatch.setattr(memory, "_function", lambda name: lambda *option: chosen.append((name, *option)))
    memory.give_back_large.cache_clear()
    memory.give_back_large()
    memory.give_back_large()
    assert chosen == [("mallopt", -3, 4 << 20), ("mallopt", -1, 8 << 20)]
    memory.give_back_large.cache_clear()
    monkeypatch.setattr(memory, "_function", lambda name: None)
    memory.give_back_large()
    memory.give_back_large.cache_clear()

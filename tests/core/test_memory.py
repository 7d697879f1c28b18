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

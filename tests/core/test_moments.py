"""A moment that was kept in UTC is shown as the clock on the wall shows it."""

import json

import pytest
from onemap.plugin.core.moments import local_day, local_moment
from onemap.plugin.store.lock import WriterLock
from onemap.plugin.store.opening import take_lock


@pytest.mark.parametrize(
    "name, text, wanted",
    [
        ("Asia/Shanghai", "2026-11-27T22:40:44Z", "2026-11-28 06:40"), ("UTC", "2026-11-27T22:40:44Z", "2026-11-27 22:40"),
        ("Asia/Shanghai", "2026-11-27T22:40:44+00:00", "2026-11-28 06:40"), ("", "2026-11-27T22:40:44Z", "2026-11-27 22:40"),
        ("Asia/Shanghai", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
        ("Asia/Shanghai", "2026-11-27", "2026-11-27"), ("Asia/Shanghai", "?", "?"), ("Asia/Shanghai", "", ""),
        ("America/New_York", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
    ],
)  # fmt: skip
def test_moments(zone, name, text, wanted):
    zone(name)
    assert local_moment(text) == wanted and local_day(text) == wanted[:10]


def test_who_holds_a_workspace_is_said_with_the_time_of_this_place(zone, tmp_path):
    zone("Asia/Shanghai")
    path = tmp_path / "county.gpkg"
    path.touch()
    first = WriterLock(path)
    assert first.take()
    file = next(tmp_path.glob("*.lock"))
    note = {**json.loads(file.read_text(encoding="utf-8")), "since": "2026-11-27T22:40:44+00:00"}
    file.write_text(json.dumps(note), encoding="utf-8")
    lock, remark = take_lock(path)
    first.release()
    assert lock is None and "(since 2026-11-28 06:40)" in remark.text("en")

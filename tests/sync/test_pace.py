"""A server that sends a byte now and then, for ever: every byte comes in time, the answer never. It is a broken line."""

import hashlib
import os
import time

import pytest
import requests
from onemap.plugin.sync.download import download
from onemap.plugin.sync.errors import BusyError, UnreachableError
from onemap.plugin.sync.options import Pace
from onemap.plugin.sync.pace import patient

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
LINE = {"attempts": 2, "timeout": (2, 2), "pace": Pace(200, 0.3)}
PATIENCE = 200  # drops: what is not cut off by then was waited for


class Dripping:
    """Answers a path with `start`, then a drop at a time; `times`: only so often. `drops`: of each answer."""

    def __init__(self, ending, start, times=100):
        self.ending, self.start, self.times, self.drops = ending, start, times, []

    def __call__(self, handler, path):
        if not path.endswith(self.ending) or not self.times:
            return False
        self.times -= 1
        self.drops.append(0)
        handler.close_connection = True
        try:
            handler.wfile.write(self.start)
            while self.drops[-1] < PATIENCE:
                handler.wfile.write(b" ")
                self.drops[-1] += 1
                time.sleep(0.03)
        except OSError:  # the other side had enough
            pass
        return True


@pytest.mark.parametrize(
    "start",
    [
        HEAD + b"Content-Length: 100000\r\n\r\n{",
        HEAD + b"Connection: close\r\n\r\n{",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n10000\r\n{",
        HEAD + b"X-Long: ",
        b"HTTP/1.1 ",
    ],
    ids=["announced", "open end", "chunked", "in its head", "in its first line"],
)
def test_an_answer_that_drips_is_a_broken_line(desk, platform, start):
    desk.options, platform.reply = LINE, Dripping("/conformance", start)
    desk.fill()
    result = desk.service.sync()
    assert isinstance(result.error, UnreachableError) and "less than 200 bytes in 0.3 s" in str(result.error)
    assert len(platform.reply.drops) == 2 and max(platform.reply.drops) < PATIENCE / 2
    platform.reply = None
    assert result.pending == 1 and desk.service.sync().done == 1


@pytest.mark.parametrize("start", [HEAD + b"Content-Length: 100000\r\n\r\n{", HEAD + b"X-Long: "], ids=["body", "head"])
def test_an_answer_just_above_the_pace_does_not_last_for_ever(desk, platform, start):
    desk.options, platform.reply = {**LINE, "pace": Pace(1, 0.3, complete=1)}, Dripping("/conformance", start)
    desk.fill()
    result = desk.service.sync()
    assert isinstance(result.error, UnreachableError) and "not complete after 1 s" in str(result.error)
    assert len(platform.reply.drops) == 2 and max(platform.reply.drops) < PATIENCE / 2
    platform.reply = None
    assert desk.service.sync().done == 1


def test_a_file_may_take_longer_than_an_answer(desk, platform, tmp_path):
    data = b"0123456789abcdef" * 100

    def serve(handler, path):
        if not path.endswith("/lines.bin"):
            return False
        handler.wfile.write(f"HTTP/1.1 200 OK\r\nContent-Length: {len(data)}\r\n\r\n".encode())
        for begin in range(0, len(data), 160):
            handler.wfile.write(data[begin : begin + 160])
            time.sleep(0.03)
        return True

    desk.options, platform.reply = {**LINE, "pace": Pace(1, 9, complete=0.1), "attempts": 1}, serve
    download(desk.transport, f"{platform.url}/lines.bin", tmp_path / "lines.bin")
    assert (tmp_path / "lines.bin").read_bytes() == data


def test_a_file_that_is_too_slow_for_one_run_is_gone_on_with_by_the_next(desk, platform, tmp_path):
    data, asked, goal = os.urandom(1 << 20), [], tmp_path / "lines.bin"

    def serve(handler, path):
        if not path.endswith("/lines.bin"):
            return False
        asked.append(int((handler.headers["Range"] or "bytes=0-")[6:-1]))
        begin = asked[-1]
        head = f'HTTP/1.1 {206 if begin else 200} X\r\nETag: "one"\r\nContent-Length: {len(data) - begin}\r\n'
        handler.wfile.write((head + f"Content-Range: bytes {begin}-{len(data) - 1}/{len(data)}\r\n\r\n").encode())
        handler.wfile.write(data[begin : begin + (1 << 18)])
        handler.wfile.flush()
        time.sleep(0.3)
        handler.wfile.write(data[begin + (1 << 18) :])
        return True

    desk.options, platform.reply = {**LINE, "pace": Pace(1, 9, file=0.2)}, serve
    for already in range(5):
        if goal.exists():
            break
        with pytest.raises(UnreachableError) as slow:
            download(desk.transport, f"{platform.url}/lines.bin", goal)
        assert "of 1.0 MB" in str(slow.value) and len(asked) == already + 1
        if already == 1:
            desk.options = {**LINE, "pace": Pace(1, 9)}
            download(desk.transport, f"{platform.url}/lines.bin", goal)
    assert goal.read_bytes() == data and asked == sorted(set(asked)) and len(asked) == 3


def test_a_write_that_was_taken_and_drips_is_sent_again_and_not_doubled(desk, platform):
    item = desk.fill()

    def taken(handler, path):
        if handler.command != "PUT" or drip.drops:
            return False
        handler.headers["If-None-Match"] and platform.keys.setdefault(
            handler.headers["Idempotency-Key"], (201, platform.store("project_site", item, {"status": "submitted"}), {})
        )
        return drip(handler, path)

    drip = Dripping(item, HEAD.replace(b"200 OK", b"201 Created") + b"Content-Length: 90000\r\n\r\n")
    desk.options, platform.reply = {**LINE, "attempts": 3}, taken
    result = desk.push()
    assert (result.done, result.error, len(drip.drops)) == (1, None, 1), result
    assert platform.rows["project_site"][item]["version"] == 1 and drip.drops[0] < PATIENCE / 2


def test_a_file_that_drips_goes_on_where_it_broke_off(desk, platform, tmp_path):
    data = b"0123456789abcdef" * 50_000
    half, ranges = 400_000, []

    def serve(handler, path):
        if not path.endswith("/lines.bin"):
            return False
        asked = handler.headers["Range"]
        ranges.append(asked)
        begin = int(asked[6:-1]) if asked else 0
        head = f'HTTP/1.1 {206 if asked else 200} X\r\nETag: "one"\r\nContent-Length: {len(data) - begin}\r\n'
        head += f"Content-Range: bytes {begin}-{len(data) - 1}/{len(data)}\r\n\r\n" if asked else "\r\n"
        if begin:
            handler.close_connection = True
            handler.wfile.write(head.encode() + data[begin:])
            return True
        return drip(handler, path) if drip.start else _begin(head)(handler, path)

    def _begin(head):
        drip.start = head.encode() + data[:half]
        return drip

    drip = Dripping("/lines.bin", b"")
    desk.options, platform.reply = LINE, serve
    seen = download(desk.transport, f"{platform.url}/lines.bin", tmp_path / "lines.bin")
    assert seen == hashlib.sha256(data).hexdigest() and (tmp_path / "lines.bin").read_bytes() == data
    assert len(ranges) == 2 and 0 < int(ranges[1][6:-1]) <= half and drip.drops[0] < PATIENCE / 2


def test_a_server_that_thinks_and_a_slow_line_are_waited_for(desk, platform):
    """Silence is the timeout's affair; a line above the pace takes what time it needs."""
    body = b'{"conformsTo": []}' + b" " * 3000
    pauses = {"head": 0.6, "line": 0.1}

    def slow(handler, path):
        if not path.endswith("/conformance"):
            return False
        handler.close_connection = True
        time.sleep(pauses["head"])
        handler.wfile.write(HEAD + f"Content-Length: {len(body)}\r\n\r\n".encode())
        for start in range(0, len(body), 300):
            handler.wfile.write(body[start : start + 300])
            time.sleep(pauses["line"])
        return True

    desk.options, platform.reply = {**LINE, "attempts": 1}, slow
    assert desk.transport.get_json("conformance")[0] == {"conformsTo": []}


def test_a_large_body_has_the_time_that_a_slow_line_needs_for_it():
    assert patient((10, 60), 0) == (10, 60)
    connect, read = patient((10, 60), 1 << 20)  # 10 kB/s bring it in 105 s
    assert connect > 60 and read > 120


@pytest.mark.parametrize(
    ("stated", "seconds"), [("5", 5.0), ("\u00b2", None), ("soon", None), ("9" * 400, 999_999_999.0)]
)
def test_the_time_that_a_platform_asks_for_is_a_number_or_nothing(stated, seconds):
    from onemap.plugin.sync.answers import refusal_of

    answer = requests.Response()
    answer.status_code, answer._content, answer.headers["Retry-After"] = 503, b"{}", stated
    refused = refusal_of(answer)
    asked = refused.seconds if isinstance(refused, BusyError) else refused.retry_after
    assert asked == seconds and "503" in str(refused)

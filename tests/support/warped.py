"""Replies of wrong shapes, seeded: one value somewhere in an answer is replaced, removed or made absurd."""

import json
import random
import uuid

from onemap.plugin.core.errors import OneMapError

FORM = "project_site"
DEEP = "[" * 5000 + "]" * 5000
ODD = [
    *(
        None,
        True,
        False,
        0,
        -1,
        1.5,
        1e308,
        10**40,
        2**63,
        "",
        " ",
        "x",
        "\ud800",
        "\0",
        "0",
        "12",
        "-3",
        "NaN",
        "../x",
        "a" * 5000,
    ),
    *(
        [],
        {},
        [[]],
        [None],
        {"a": {"b": []}},
        {"href": 5},
        ["x"] * 50,
        {"type": "Point"},
        {"type": "Point", "coordinates": ["x"]},
    ),
    *(
        {"type": "Polygon", "coordinates": [[[1e400, 2]]]},
        {"type": "Point", "coordinates": [119.0, 30.0]},
        "2026-02-30",
        "20260101",
    ),
]


class Warper:
    """Changes one value somewhere in a document, seeded. `hidden`: items that a page of the feed no longer names, or
    names under another collection: a reader of the feed alone cannot know of them."""

    def __init__(self, seed):
        self.dice = random.Random(seed)  # noqa: S311
        self.hidden = set()

    def warp(self, document):
        """A copy with one node replaced, removed, doubled or added."""
        paths = list(self._paths(document))
        path = self.dice.choice(paths) if paths else ()
        return self._at(document, path)

    def _paths(self, node, path=()):
        yield path
        if isinstance(node, dict):
            for key in node:
                yield from self._paths(node[key], (*path, key))
        elif isinstance(node, list) and len(path) < 8:
            for number in range(min(len(node), 3)):
                yield from self._paths(node[number], (*path, number))

    def _at(self, node, path):
        if not path:
            return self.dice.choice(ODD)
        key, rest = path[0], path[1:]
        copy = dict(node) if isinstance(node, dict) else list(node)
        if not rest and self.dice.random() < 0.3:
            del copy[key]
        else:
            copy[key] = self._at(node[key], rest)
        return copy

    def body(self, document):
        """Bytes of an answer."""
        roll = self.dice.random()
        if roll < 0.04:
            return ('{"features": ' + DEEP + "}").encode()
        if roll < 0.07:
            return json.dumps(document).encode().replace(b"1", b"1" * 5000, 1)
        if roll < 0.1:
            return b'{"features": [NaN], "links": Infinity}'
        if roll < 0.12:
            return b"<html><title>Login</title></html>"
        warped = self.warp(document)
        self.hidden |= {item for _, item in _named(document) - _named(warped)}
        return json.dumps(warped).encode("utf-8", "surrogatepass")


def _named(page):
    """{(collection, item)} of a page of the feed."""
    rows = page.get("features") if isinstance(page, dict) else None
    found = [row.get("properties") for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return {
        (str(row.get("collection")), str(row.get("item"))) for row in found if isinstance(row, dict) and "op" in row
    }


def run_warped(platform, desk, seed, count):
    """`count` warped replies to a desk's syncs; (errors by code, replies sent, the Warper)."""
    warper, sent, codes = Warper(seed), [0], {}

    def warped(handler, path):
        handler.warp = warper if warper.dice.random() < 0.5 else None
        return False

    platform.reply = warped

    def answer(self, status, body=None, kind="application/json", **headers):
        if getattr(self, "warp", None) is not None and status < 300 and isinstance(body, dict):
            body, sent[0] = self.warp.body(body), sent[0] + 1
            if warper.dice.random() < 0.1:
                headers["ETag"] = warper.dice.choice(['"x"', "", '"' + "9" * 400 + '"', "W/"])
        return self.plain_answer(status, body, kind, **headers)

    handler = platform.http.RequestHandlerClass
    handler.plain_answer, handler.answer = handler.answer, answer
    rounds = 0
    while sent[0] < count:
        rounds += 1
        assert rounds < count, "stuck"
        platform.store(FORM, str(uuid.uuid4()), {"name": f"n {rounds}", "note": "n"})
        desk.fill()
        result = desk.service.sync()
        if result.error is not None:
            assert isinstance(result.error, OneMapError) and str(result.error)
            codes[result.error.code] = codes.get(result.error.code, 0) + 1
    handler.answer = handler.plain_answer
    platform.reply = None
    return codes, sent[0], warper

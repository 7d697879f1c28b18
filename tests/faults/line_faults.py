"""mitmproxy addon. Option `fault`: kind:n pairs; every n-th write (or read, for "cut") of that kind meets the fault.

lost: the platform gets the request, its reply never arrives; drop: the request never arrives; slow: the reply takes a second;
429, 503: an answer in the platform's place, with Retry-After; cut: the reply ends in its middle.
"""

import asyncio
from collections import Counter

from mitmproxy import ctx, http


class LineFaults:
    def __init__(self):
        self.seen = Counter()

    def load(self, loader):
        loader.add_option("fault", str, "", "faults as kind:n,kind:n")

    def due(self, flow):
        """The fault that this request meets, "" for none."""
        writes = flow.request.method not in ("GET", "HEAD")
        for kind, _, every in (pair.partition(":") for pair in ctx.options.fault.split(",") if pair):
            if writes != (kind == "cut"):
                self.seen[kind] += 1
                if self.seen[kind] % int(every) == 0:
                    return kind
        return ""

    async def request(self, flow):
        flow.metadata["fault"] = kind = self.due(flow)
        if kind == "drop":
            flow.kill()
        elif kind in ("429", "503"):
            flow.response = http.Response.make(
                int(kind), b'{"title": "busy"}', {"Content-Type": "application/problem+json", "Retry-After": "1"}
            )

    async def response(self, flow):
        kind = flow.metadata.get("fault")
        if kind == "lost":
            flow.kill()
        elif kind == "slow":
            await asyncio.sleep(1)
        elif kind == "cut" and flow.response.content:
            body = flow.response.content
            flow.response.content = body[: len(body) // 2]


addons = [LineFaults()]

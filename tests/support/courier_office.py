"""The province's office for courier bags on the platform in memory: replays a bag's requests under their own keys over
HTTP and packs a receipt, as tests/platform/courier_desk.py does on the real one."""

import json

import requests
from onemap.plugin.sync.bag import BagInfo, BagReader, BagWriter
from onemap.plugin.sync.errors import BagError


class CourierOffice:
    """One county's window at the province. `last`: the highest bag that was taken in."""

    def __init__(self, platform, token, key):
        self.platform, self.key, self.last = platform, key, 0
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Bearer {token}"

    def take(self, path, receipt):
        """Replay a bag (harmless when it was taken in before) and write its receipt; BagError for one out of turn."""
        with BagReader(path, self.key, kind="outgoing") as bag:
            info = bag.info
            if info.sequence > self.last + 1:
                raise BagError("bag_gap", sequence=info.sequence, expected=self.last + 1)
            answers = [self._answer(line) for line in bag.lines("requests.jsonl")]
        epoch, cursor, rows = self._feed(info.cursor)
        out = BagInfo("receipt", info.county, info.sequence, info.platform, epoch, str(cursor), info.audit)
        with BagWriter(receipt, out, self.key) as bag:
            bag.add_lines("answers.jsonl", answers)
            bag.add_lines("changes.jsonl", self._changes(rows))
        self.last = max(self.last, info.sequence)
        return receipt

    def _ask(self, method, path, headers=None, body=None):
        url = path if path.startswith("http") else self.platform.url + path
        data = body.encode() if body else None
        answer = self.session.request(method, url, headers=headers, data=data, timeout=30)
        return answer.status_code, answer.headers, json.loads(answer.content or b"null")

    def _answer(self, line):
        path = f"/collections/{line['collection']}/items/{line['item']}"
        status, headers, body = self._ask(line["method"], path, line["headers"], line["body"])
        reported = {"key": line["key"], "status": status}
        if status < 300:
            return {**reported, "version": int(headers["ETag"].strip('"')) if headers.get("ETag") else None}
        found = self._ask("GET", path) if status == 412 else (0, None, None)
        return {**reported, "problem": body, "theirs": found[2] if found[0] == 200 else None}

    def _feed(self, cursor):
        rows, path, headers = {}, f"/collections/changes/items?limit=1000&after={cursor or 0}", {}
        while path:
            _, headers, page = self._ask("GET", path)
            for row in page["features"]:
                rows[row["properties"]["collection"], row["properties"]["item"]] = True
                cursor = row["id"]
            path = next((link["href"] for link in page["links"] if link["rel"] == "next"), None)
        return headers["Feed-Epoch"], cursor or 0, rows

    def _changes(self, rows):
        for collection, item in rows:
            status, _, feature = self._ask("GET", f"/collections/{collection}/items/{item}")
            if status == 200:
                yield {"collection": collection, "op": "U", "feature": feature}
            else:
                yield {"collection": collection, "op": "D", "item": item}

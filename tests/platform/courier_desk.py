"""The province's side of courier bags: replays a bag's requests under their own keys and packs a receipt."""

import argparse
import json
import os
import sys
import tempfile
import urllib.error
import urllib.request
import uuid
from pathlib import Path

HERE = Path(__file__).resolve().parent
_LINKS = tempfile.TemporaryDirectory(prefix="onemap-courier-")
(Path(_LINKS.name) / "onemap").symlink_to(HERE.parents[1], target_is_directory=True)
sys.path[:0] = [_LINKS.name, str(HERE)]
from onemap.plugin.sync.bag import BagInfo, BagReader, BagWriter  # noqa: E402
from onemap.plugin.sync.errors import BagError  # noqa: E402
from server import tokens  # noqa: E402


class Province:
    """One county's desk at the province."""

    def __init__(self, folder, county):
        kept = json.loads((folder / "secrets.json").read_text())
        os.environ["ONEMAP_SECRET"] = kept["jwt"]
        subject = next(name for name, client in kept["clients"].items() if client["county"] == county)
        self.token = tokens.issue(subject, "county", county)
        self.url = f"http://127.0.0.1:{json.loads((folder / 'ports.json').read_text())['web']}"
        self.file = folder / f"courier-{county}.json"
        self.last = json.loads(self.file.read_text())["last"] if self.file.exists() else 0

    def ask(self, method, path, headers=None, body=None):
        """(status, headers, parsed body)."""
        request = urllib.request.Request(  # noqa: S310 our own loopback address
            path if path.startswith("http") else self.url + path,
            body.encode() if isinstance(body, str) else body,
            {"Authorization": f"Bearer {self.token}", **(headers or {})},
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
                data = answer.read()
                return answer.status, answer.headers, json.loads(data) if data else None
        except urllib.error.HTTPError as error:
            return error.code, error.headers, json.loads(error.read() or b"{}")

    def answer(self, line):
        path = f"/collections/{line['collection']}/items/{line['item']}"
        status, headers, body = self.ask(line["method"], path, line["headers"], line["body"])
        values = {"key": line["key"], "status": status}
        if status < 300:
            return {**values, "version": int(headers["ETag"].strip('"')) if headers.get("ETag") else None}
        remote = self.ask("GET", path) if status == 412 else (0, None, None)
        return {**values, "problem": body, "theirs": remote[2] if remote[0] == 200 else None}

    def deliver(self, bag):
        """The bag's files to the platform, by its own uploads; the digests that arrived."""
        for name in bag.names:
            if not name.startswith("attachments/"):
                continue
            digest, data = name.split("/")[1], b"".join(bag.blocks(name))
            item = str(uuid.uuid5(uuid.NAMESPACE_URL, digest))
            path = f"/collections/package/items/{item}"
            properties = {"name": digest[:12], "sha256": digest, "size": len(data)}
            body = json.dumps({"type": "Feature", "id": item, "geometry": None, "properties": properties})
            headers = {"If-None-Match": "*", "Idempotency-Key": item, "Content-Type": "application/geo+json"}
            self.ask("PUT", path, headers, body)
            address = self.ask("GET", path)[2]["properties"]["upload_url"]
            tus = {"Tus-Resumable": "1.0.0"}
            have = int(self.ask("HEAD", address, tus)[1]["Upload-Offset"])
            if have < len(data):
                kind = {"Upload-Offset": str(have), "Content-Type": "application/offset+octet-stream"}
                self.ask("PATCH", address, {**tus, **kind}, data[have:])
            if self.ask("GET", path)[2]["properties"]["inspection"] != "failed":
                yield {"sha256": digest}

    def feed(self, cursor):
        """(epoch, cursor, [(collection, item, op)]) behind a cursor."""
        rows, path = [], f"/collections/changes/items?limit=5000&after={cursor or 0}"
        while path:
            _, headers, page = self.ask("GET", path)
            rows += [
                (f["properties"]["collection"], f["properties"]["item"], f["properties"]["op"])
                for f in page["features"]
            ]
            cursor = page["features"][-1]["id"] if page["features"] else cursor
            path = next((link["href"] for link in page["links"] if link["rel"] == "next"), None)
        return headers["Feed-Epoch"], cursor or 0, rows

    def changes(self, rows, everything):
        """Lines of changes.jsonl: what changed, or the whole of what the county may see."""
        if everything:
            for collection in [
                c["id"] for c in self.ask("GET", "/collections")[2]["collections"] if c["id"] != "changes"
            ]:
                path = f"/collections/{collection}/items?limit=5000"
                while path:
                    page = self.ask("GET", path)[2]
                    yield from ({"collection": collection, "op": "C", "feature": f} for f in page["features"])
                    path = next((link["href"] for link in page["links"] if link["rel"] == "next"), None)
            return
        for collection, item in {(c, i): None for c, i, _ in rows}:
            status, _, feature = self.ask("GET", f"/collections/{collection}/items/{item}")
            yield (
                {"collection": collection, "op": "U", "feature": feature}
                if status == 200
                else {"collection": collection, "op": "D", "item": item}
            )


def take(folder, bag_path, receipt, key):
    """Replay the bag (harmless when it was taken in before) and write its receipt."""
    with BagReader(bag_path, key, kind="outgoing") as bag:
        province = Province(folder, bag.info.county)
        if bag.info.sequence > province.last + 1:
            raise BagError("bag_gap", sequence=bag.info.sequence, expected=province.last + 1)
        answers = [province.answer(line) for line in bag.lines("requests.jsonl")]
        epoch, cursor, rows = province.feed(bag.info.cursor)
        everything = not bag.info.cursor or epoch != bag.info.epoch
        head = bag.info.audit  # the county's chain as it stood: given back, and in the bag that stays here
        info = BagInfo("receipt", bag.info.county, bag.info.sequence, bag.info.platform, epoch, str(cursor), head)
        with BagWriter(receipt, info, key) as out:
            out.add_lines("answers.jsonl", answers)
            out.add_lines("files.jsonl", province.deliver(bag))
            out.add_lines("changes.jsonl", province.changes(rows, everything))
        province.file.write_text(json.dumps({"last": max(province.last, bag.info.sequence)}))
        return {"answers": len(answers), "accepted": sum(a["status"] < 300 for a in answers)}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("folder", "bag", "receipt", "key_file"):
        parser.add_argument(name, type=Path)
    arguments = parser.parse_args()
    try:
        reported = take(arguments.folder, arguments.bag, arguments.receipt, arguments.key_file.read_bytes().strip())
    except BagError as error:
        arguments.receipt.unlink(missing_ok=True)
        print(json.dumps({"error": error.code, "message": str(error)}))
        sys.exit(75 if error.code == "bag_gap" else 65)
    print(json.dumps(reported))


if __name__ == "__main__":
    main()

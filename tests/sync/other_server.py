"""Another platform that keeps the same contract, in memory and with habits of its own, to see what the client takes for granted.

Habits: moved (nothing lies where the standard's examples have it), relative (links without host, `next` a bare query), weak (W/"n"), gzip_tag
("n-gzip"), no_tag (writes answer without ETag), opaque_tag, no_version (features tell no version), html (errors are pages for people), no_epoch,
no_enclosure, deep_enclosure (only in the collection's own description), broken_enclosure (404), extra (fields nobody asked for), ok200 (every write
answers 200 with the feature), busy_date (each first write meets 503 with Retry-After as a date), no_filter (unknown queries are refused),
well_known (token endpoint in OAuth2 metadata), moved_writes (308), text_cursor, list_links (`links` missing from pages).
"""

import email.utils
import json
import re
import sqlite3
import struct
import tempfile
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import shapely

OGC = "http://www.opengis.net/spec/ogcapi-features-"
CONFORMS = [
    OGC + c
    for c in (
        "1/1.0/conf/core",
        "1/1.0/conf/geojson",
        "4/1.0/conf/create-replace-delete",
        "4/1.0/conf/optimistic-locking-etags",
    )
]
READ_ONLY = ("control_line", "finding", "dictionary")
WRITABLE = ("project_site", "plan_progress", "plan_org", "village_evaluation", "redevelopment_project")


class OtherServer:
    """`url`, `token`; `rows`: {collection: {id: feature}}; `habits`: see above. Use as a context manager."""

    def __init__(self, *habits):
        self.habits, self.token, self.secret = frozenset(habits), "token-of-the-other", "secret-of-the-other"
        self.rows, self.feed, self.keys = {name: {} for name in (*READ_ONLY, *WRITABLE)}, [], {}
        self.lock, self.refused, self.epoch, self.seen = threading.Lock(), set(), str(uuid.uuid4()), []
        for n in range(5):
            shape = shapely.box(119 + n / 10, 30, 119.05 + n / 10, 30.1)
            self.store(
                "control_line",
                str(uuid.UUID(int=n + 1)),
                {"county": "330110", "name": f"line {n}", "zone": "YJJBNT"},
                shape,
                told=False,
            )

    def __enter__(self):
        handler = type("Handler", (Handler,), {"platform": self})
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.root = "/gate/ogc" if "moved" in self.habits else ""
        self.origin = f"http://127.0.0.1:{self.http.server_port}"
        self.url = self.origin + self.root
        threading.Thread(target=self.http.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *error):
        self.http.shutdown()
        self.http.server_close()

    def store(self, collection, item, properties, geometry=None, told=True):
        """Write a feature as the province would; the next version of it."""
        old = self.rows[collection].get(item)
        version = old["version"] + 1 if old else 1
        shape = json.loads(shapely.to_geojson(geometry)) if geometry is not None else (old or {}).get("geometry")
        values = {
            **(old["properties"] if old else {}),
            **properties,
            "version": version,
            "updated_at": "2026-01-01T00:00:00Z",
        }
        if values.get("status") == "submitted" and not values.get("case_no"):
            values["case_no"] = f"330110-XM-2026-{len(self.feed) + 1:05d}"
        self.rows[collection][item] = {"version": version, "geometry": shape, "properties": values}
        if told:
            self.feed.append((collection, item, "U" if old else "C", version))
        return version

    def remove(self, collection, item):
        version = self.rows[collection].pop(item)["version"] + 1
        self.feed.append((collection, item, "D", version))

    # how it speaks

    def path(self, name, collection=""):
        moved = {
            "conformance": "/what-we-keep",
            "collections": "/sets",
            "items": f"/sets/{collection}/rows",
            "collection": f"/sets/{collection}/about",
        }
        usual = {"conformance": "/conformance", "collections": "/collections", "items": f"/collections/{collection}/items",
                 "collection": f"/collections/{collection}"}  # fmt: skip
        return self.root + (moved if "moved" in self.habits else usual)[name]

    def link(self, rel, path, **more):
        return {"rel": rel, "href": path if "relative" in self.habits else self.origin + path, **more}

    def feature(self, item, row):
        properties = {k: v for k, v in row["properties"].items() if k != "version" or "no_version" not in self.habits}
        extra = {"colour": "blue", "links": []} if "extra" in self.habits else {}
        return {
            "type": "Feature",
            "id": item,
            "geometry": row["geometry"],
            "properties": {**properties, **extra},
            **extra,
        }

    def tag(self, version):
        if "opaque_tag" in self.habits:
            return f'"v{version}-{hash(version) & 0xFFFF:x}"'
        return (
            f'W/"{version}"'
            if "weak" in self.habits
            else f'"{version}-gzip"'
            if "gzip_tag" in self.habits
            else f'"{version}"'
        )

    def describe(self, collection, deep=False):
        links = [self.link("items", self.path("items", collection) + ".html", type="text/html"),
                 self.link("items", self.path("items", collection), type="application/geo+json"),
                 self.link("self", self.path("collection", collection), type="application/json")]  # fmt: skip
        if (
            collection == "control_line"
            and "no_enclosure" not in self.habits
            and (deep or "deep_enclosure" not in self.habits)
        ):
            links.append(
                self.link(
                    "enclosure", self.root + "/files/330110.gpkg", type="application/geopackage+sqlite3", title="330110"
                )
            )
        return {"id": collection, "title": collection, "links": links}

    def geopackage(self):
        """The control lines as a file."""
        with tempfile.NamedTemporaryFile(suffix=".gpkg") as file:
            book = sqlite3.connect(file.name)
            book.execute("CREATE TABLE gpkg_geometry_columns (table_name, column_name)")
            book.execute("INSERT INTO gpkg_geometry_columns VALUES ('lines', 'shape')")
            book.execute(
                "CREATE TABLE lines (shape BLOB, id TEXT, county TEXT, name TEXT, zone TEXT, version INTEGER, more TEXT)"
            )
            for item, row in self.rows["control_line"].items():
                p, blob = (
                    row["properties"],
                    b"GP\0\x01"
                    + struct.pack("<i", 4490)
                    + shapely.to_wkb(shapely.from_geojson(json.dumps(row["geometry"]))),
                )
                book.execute(
                    "INSERT INTO lines VALUES (?, ?, ?, ?, ?, ?, '')",
                    (blob, item, p["county"], p["name"], p["zone"], row["version"]),
                )
            book.commit()
            book.close()
            return Path(file.name).read_bytes()


class Handler(BaseHTTPRequestHandler):
    protocol_version, platform = "HTTP/1.1", None

    def log_message(self, *arguments):
        pass

    def answer(self, status, body=None, kind="application/json", **headers):
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(data)), **headers}.items():
            if status != 204 or not name.startswith("Content"):
                self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(b"" if status == 204 else data)

    def refuse(self, status, title, **headers):
        if "html" in self.platform.habits:
            page = f"<html><head><title>{status} {title}</title></head><body><h1>nginx</h1></body></html>".encode()
            return self.answer(status, page, "text/html", **headers)
        return self.answer(
            status, {"type": "about:blank", "title": title, "status": status}, "application/problem+json", **headers
        )

    def handle_one(self):
        p, parts = self.platform, urlsplit(self.path)
        p.seen.append((self.command, self.path))
        self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path, self.query = parts.path, {k: v[0] for k, v in parse_qs(parts.query).items()}
        if path == "/.well-known/oauth-authorization-server":
            return (
                self.answer(200, {"token_endpoint": p.origin + "/keys"})
                if "well_known" in p.habits
                else self.refuse(404, "Not Found")
            )
        if path == "/keys" and self.command == "POST":
            form = {k: v[0] for k, v in parse_qs(self.body.decode()).items()}
            return (
                self.answer(200, {"access_token": p.token})
                if form["client_secret"] == p.secret
                else self.refuse(401, "No")
            )
        if path.rstrip("/") == p.root:
            links = [
                p.link("conformance", p.path("conformance")),
                p.link("http://www.opengis.net/def/rel/ogc/1.0/data", p.path("collections")),
            ]
            return self.answer(200, {"title": "other", "links": links})
        if self.headers.get("Authorization") != f"Bearer {p.token}":
            return self.refuse(401, "Who are you", WWW_Authenticate="Bearer")
        with p.lock:
            return self.route(path)

    do_GET = do_PUT = do_PATCH = do_DELETE = do_POST = handle_one

    def route(self, path):
        p = self.platform
        if path == p.path("conformance"):
            return self.answer(200, {"conformsTo": CONFORMS})
        if path == p.path("collections"):
            return self.answer(200, {"collections": [p.describe(c) for c in (*p.rows, "changes")], "links": []})
        if path.endswith("330110.gpkg"):
            return (
                self.refuse(404, "Gone")
                if "broken_enclosure" in p.habits
                else self.answer(200, p.geopackage(), "application/octet-stream")
            )
        for collection in (*p.rows, "changes"):
            items = p.path("items", collection)
            if path == p.path("collection", collection):
                return self.answer(200, p.describe(collection, deep=True))
            if path == items:
                return self.changes() if collection == "changes" else self.page(collection, items)
            if path.startswith(items + "/"):
                return self.item(collection, path.rsplit("/", 1)[1])
        return self.refuse(404, "Not Found")

    def changes(self):
        p, after = self.platform, self.query.get("after", "0")
        begin = int(after.removeprefix("c") or 0)
        rows, mark = p.feed[begin : begin + 3], "c" if "text_cursor" in p.habits else ""
        features = [{"type": "Feature", "id": f"{mark}{begin + n + 1}" if mark else begin + n + 1, "geometry": None,
                     "properties": {"collection": c, "item": i, "op": op, "version": v}} for n, (c, i, op, v) in enumerate(rows)]  # fmt: skip
        more = (
            [p.link("next", p.path("items", "changes") + f"?after={mark}{begin + 3}")]
            if begin + 3 < len(p.feed)
            else []
        )
        headers = {} if "no_epoch" in p.habits else {"X_Feed_Epoch": p.epoch}
        return self.answer(200, {"type": "FeatureCollection", "features": features, "links": more}, **headers)

    def page(self, collection, items):
        p, begin = self.platform, int(self.query.get("start", 0))
        if "no_filter" in p.habits and set(self.query) - {"limit", "start"}:
            return self.refuse(400, "Unknown query")
        rows = sorted(p.rows[collection].items())
        body = {"type": "FeatureCollection", "features": [p.feature(i, row) for i, row in rows[begin : begin + 2]]}
        if begin + 2 < len(rows):
            href = f"?start={begin + 2}" if "relative" in p.habits else f"{p.origin}{items}?start={begin + 2}"
            body["links"] = [{"rel": "next", "href": href}]
        elif "list_links" not in p.habits:
            body["links"] = []
        return self.answer(200, body, "application/geo+json")

    def item(self, collection, item):
        p = self.platform
        row = p.rows[collection].get(item)
        if self.command == "GET":
            return (
                self.answer(200, p.feature(item, row), "application/geo+json", ETag=p.tag(row["version"]))
                if row
                else self.refuse(404, "Not Found")
            )
        key = self.headers["Idempotency-Key"]
        if "busy_date" in p.habits and key not in p.refused:
            p.refused.add(key)
            soon, now = (email.utils.formatdate(time.time() + s, usegmt=True) for s in (1, 0))
            return self.refuse(503, "Busy", Retry_After=soon, Date=now)
        if "moved_writes" in p.habits and "again" not in self.query:
            return self.answer(308, None, Location=f"{urlsplit(self.path).path}?again=1")
        if key not in p.keys:
            p.keys[key] = self.write(collection, item, row)
        status, version = p.keys[key]
        if status >= 300:
            return self.refuse(status, {404: "Not Found", 409: "Locked by status", 412: "Changed meanwhile"}[status])
        headers = {} if "no_tag" in p.habits or self.command == "DELETE" else {"ETag": p.tag(version)}
        return (
            self.answer(200, {"ok": True}, **headers) if "ok200" in p.habits else self.answer(status, None, **headers)
        )

    def write(self, collection, item, row):
        """(status, version) of a write with its preconditions."""
        p, match = self.platform, self.headers.get("If-Match")
        if self.headers.get("If-None-Match") == "*":
            if row:
                return 412, None
        elif row is None:
            return 404, None
        elif match != f'"{row["version"]}"':  # the client must send the strong form the contract shows
            return 412, None
        elif row["properties"].get("status") in ("submitted", "approved"):
            return 409, None
        if self.command == "DELETE":
            p.remove(collection, item)
            return 204, None
        body = json.loads(self.body)
        assert (
            re.match(r"application/(geo|merge-patch)\+json", self.headers["Content-Type"])
            and body.get("id", item) == item
        )
        geometry = shapely.from_geojson(json.dumps(body["geometry"])) if body.get("geometry") else None
        version = p.store(collection, item, body["properties"], geometry)
        return (204 if row else 201), version

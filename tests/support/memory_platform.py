"""A platform in memory that keeps the contract over real HTTP: for tests that need no database.

Without habits it behaves as the reference platform does; every habit is a way in which another province's platform may
differ: moved (nothing lies where the standard's examples have it), relative (links without host, `next` a bare query),
weak (W/"n"), gzip_tag ("n-gzip"), no_tag (writes answer without ETag), opaque_tag, no_version (features report no
version), html (errors are pages for people), no_epoch, no_enclosure, deep_enclosure (only in the collection's own
description), broken_enclosure (404), extra (fields nobody asked for), ok200 (every write answers 200), busy_date (each
first write meets 503 with Retry-After as a date), no_filter (unknown queries are refused), well_known (token endpoint in
OAuth2 metadata), moved_writes (308), text_cursor, list_links (`links` missing from the last page), no_count (pages
without numberMatched), no_next (a page that is not the last has no `next`), no_uploads (no packages), bulk (takes feature
collections), audit-head (keeps heads of audit chains), small_pages.

`reply` of a platform may be set to a function (handler, path) -> True where it has answered itself: wrong shapes,
redirects and the like.
"""

import base64
import copy
import hashlib
import json
import secrets
import threading
import uuid
from http.server import ThreadingHTTPServer
from pathlib import Path

import shapely

from .memory_handler import Handler, geopackage

READ_ONLY = ("control_line", "finding", "dictionary")
WRITABLE = ("project_site", "plan_progress", "plan_org", "village_evaluation", "redevelopment_project")
COUNTIES = {"county_a": "330110", "county_b": "330111"}
ZONES = ("YJJBNT", "STBHHX", "CZKFBJ")
SCHEMA = Path(__file__).resolve().parents[2] / "forms" / "schemas" / "project_site.json"
SAMPLE_DICTIONARY = {
    "form": {"kind": "form_schema", "key": "project_site", "edition": "1", "body": SCHEMA.read_text(encoding="utf-8")},
    "rules": {"kind": "rule_set", "key": "county", "edition": "2026.1", "body": "rules: []"},
}
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


class MemoryPlatform:
    """`url`, `token`, `tokens`, `counties`; `rows`: {collection: {id: Row}}; `habits`: see above; `seen`: [(method,
    path)] of all requests. A context manager."""

    def __init__(self, *habits, lines=5):
        self.habits = frozenset(habits)
        self.secret = secrets.token_hex(8)
        self.tokens = {name: f"e.y.{secrets.token_hex(12)}" for name in (*COUNTIES, "reviewer")}
        self.token, self.counties = self.tokens["county_a"], dict(COUNTIES)
        self.clients = {name: secrets.token_hex(8) for name in self.tokens}
        self.rows = {name: {} for name in (*READ_ONLY, *WRITABLE, "package")}
        self.feed, self.keys, self.files, self.reply = [], {}, {}, None
        self.lock, self.refused, self.epoch, self.seen = threading.RLock(), set(), str(uuid.uuid4()), []
        self.headers_seen, self.reads_bulk = [], 0
        for n in range(lines):
            shape = shapely.box(119 + n / 1000, 30, 119.0005 + n / 1000, 30.2)
            for shift, county in enumerate(COUNTIES.values() if lines > 5 else ("330110",)):
                line = {"county": county, "name": f"line {n}", "zone": ZONES[n % 3] if lines > 5 else ZONES[0]}
                self.store("control_line", str(uuid.UUID(int=2 * n + shift + 1)), line, shape, told=False)
        for key in SAMPLE_DICTIONARY if lines > 5 else ():
            self.store("dictionary", str(uuid.uuid4()), SAMPLE_DICTIONARY[key], told=False, county=None)

    def __enter__(self):
        handler = type("BoundHandler", (Handler,), {"platform": self})
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.http.daemon_threads = True
        self.root = "/gate/ogc" if "moved" in self.habits else ""
        self.origin = f"http://127.0.0.1:{self.http.server_port}"
        self.url = self.origin + self.root
        self.told = {"token_url": self.origin + "/keys", "clients": self.clients, "tokens": self.tokens}
        threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *error):
        self.http.shutdown()
        self.http.server_close()

    # what the province does

    def store(self, collection, item, properties, geometry=None, told=True, county="330110"):
        """Write a feature as the province would; the next version of it."""
        old = self.rows[collection].get(item)
        version = old["version"] + 1 if old else 1
        shape = json.loads(shapely.to_geojson(geometry)) if geometry is not None else (old or {}).get("geometry")
        values = {
            "county": county,
            **(old["properties"] if old else {}),
            **properties,
            "version": version,
            "updated_at": "2026-01-01T00:00:00Z",
        }
        if values.get("status") == "submitted" and not values.get("case_no"):
            kind = "XM" if collection == "project_site" else "JD"
            values["case_no"] = f"{values['county']}-{kind}-2026-{len(self.feed) + 1:05d}"
        self.rows[collection][item] = {"version": version, "geometry": shape, "properties": values}
        if told:
            self.feed.append((collection, item, "U" if old else "C", version, values["county"]))
        return version

    def remove(self, collection, item, told=True):
        """Delete a feature, with its tombstone in the feed."""
        row = self.rows[collection].pop(item)
        if told:
            self.feed.append((collection, item, "D", row["version"] + 1, row["properties"].get("county")))

    def review(self, collection, item):
        """The machine review of a submitted project: one finding for the first control line."""
        for old in [i for i, r in self.rows["finding"].items() if r["properties"]["target_id"] == item]:
            self.remove("finding", old)
        row = self.rows[collection][item]
        told = {"target_collection": collection, "target_id": item, "target_version": row["version"]}
        told.update(rule="YJJBNT", effect="prohibit", message="占用永久基本农田", county=row["properties"]["county"])
        shape = shapely.from_geojson(json.dumps(row["geometry"])) if row["geometry"] else None
        self.store("finding", str(uuid.uuid4()), told, shape)

    def backup(self):
        """A copy of everything, as the platform's own backup would be."""
        with self.lock:
            return copy.deepcopy((self.rows, self.feed, self.keys))

    def restore(self, backup, new_epoch=True):
        """Go back to a backup; an administrator who forgets the feed's epoch leaves it as it was."""
        with self.lock:
            self.rows, self.feed, self.keys = copy.deepcopy(backup)
            self.epoch = str(uuid.uuid4()) if new_epoch else self.epoch

    def upload_url(self, item):
        """Where a package's bytes go."""
        return f"{self.origin}/uploads/{item}"

    def receive(self, item, block):
        """Bytes of a package; its inspection when it is complete."""
        have = self.files[item] = self.files.get(item, b"") + block
        properties = self.rows["package"][item]["properties"]
        if len(have) == properties["size"]:
            good = hashlib.sha256(have).hexdigest() == properties["sha256"]
            self.store("package", item, {"inspection": "passed" if good else "failed"})
            if not good:
                self.files[item] = b""
        return len(have)

    @staticmethod
    def package_of(metadata):
        """The package's id in tus metadata."""
        return base64.b64decode(metadata.partition(" ")[2]).decode()

    # how it speaks

    def path(self, name, collection=""):
        moved = {
            "conformance": "/what-we-keep",
            "collections": "/sets",
            "items": f"/sets/{collection}/rows",
            "collection": f"/sets/{collection}/about",
        }
        usual = {
            "conformance": "/conformance",
            "collections": "/collections",
            "items": f"/collections/{collection}/items",
            "collection": f"/collections/{collection}",
        }
        return self.root + (moved if "moved" in self.habits else usual)[name]

    def link(self, rel, path, **more):
        return {"rel": rel, "href": path if "relative" in self.habits else self.origin + path, **more}

    def feature(self, item, row):
        properties = {k: v for k, v in row["properties"].items() if k != "version" or "no_version" not in self.habits}
        extra = {"colour": "blue", "links": []} if "extra" in self.habits else {}
        feature = {"type": "Feature", "id": item, "geometry": row["geometry"], "properties": {**properties, **extra}}
        return {**feature, **extra}

    def tag(self, version):
        if "opaque_tag" in self.habits:
            return f'"v{version}-{hash(version) & 0xFFFF:x}"'
        weak = f'W/"{version}"' if "weak" in self.habits else f'"{version}"'
        return f'"{version}-gzip"' if "gzip_tag" in self.habits else weak

    def describe(self, collection, deep=False):
        links = [
            self.link("items", self.path("items", collection) + ".html", type="text/html"),
            self.link("items", self.path("items", collection), type="application/geo+json"),
            self.link("self", self.path("collection", collection), type="application/json"),
        ]
        offered = "no_enclosure" not in self.habits and (deep or "deep_enclosure" not in self.habits)
        if collection == "control_line" and offered:
            kind = "application/geopackage+sqlite3"
            more = {}
            if deep:
                data = geopackage(self, "330110")
                more = {"sha256": hashlib.sha256(data).hexdigest(), "length": len(data)}
            links.append(self.link("enclosure", self.root + "/files/330110.gpkg", type=kind, title="330110", **more))
        return {"id": collection, "title": collection, "links": links}

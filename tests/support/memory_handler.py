"""The HTTP side of the platform in memory."""

import base64
import email.utils
import hashlib
import json
import re
import sqlite3
import struct
import tempfile
import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import shapely

TITLES = {404: "Not Found", 409: "Locked by status", 412: "Changed meanwhile", 403: "Forbidden", 422: "Not valid"}
NUMBERS = {"project_site": ("area_m2",)}
CODES = {"plan_org": {"grade": ("甲级", "乙级")}}


class Handler(BaseHTTPRequestHandler):
    protocol_version, platform = "HTTP/1.1", None
    disable_nagle_algorithm = True

    def log_message(self, *arguments):
        pass

    def answer(self, status, body=None, kind="application/json", **headers):
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        lines = {"Content-Type": kind, "Content-Length": str(len(data)), **headers}
        self.send_response(status)
        for name, value in lines.items():
            if status != 204 or not name.startswith("Content"):
                self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if status != 204 and self.command != "HEAD":
            self.wfile.write(data)

    def refuse(self, status, title="", more=None, **headers):
        title = title or TITLES.get(status, "Error")
        if "html" in self.platform.habits:
            page = f"<html><head><title>{status} {title}</title></head><body><h1>nginx</h1></body></html>".encode()
            return self.answer(status, page, "text/html", **headers)
        body = {"type": "about:blank", "title": title, "status": status, **(more or {})}
        return self.answer(status, body, "application/problem+json", **headers)

    def handle_one(self):
        p, parts = self.platform, urlsplit(self.path)
        p.seen.append((self.command, self.path))
        p.headers_seen.append(dict(self.headers))
        self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path, self.query = unquote(parts.path), {k: v[0] for k, v in parse_qs(parts.query).items()}
        if p.reply is not None and p.reply(self, path):
            return None
        if path == "/.well-known/oauth-authorization-server":
            found = "well_known" in p.habits or not p.habits
            return self.answer(200, {"token_endpoint": p.origin + "/keys"}) if found else self.refuse(404)
        if path == "/keys" and self.command == "POST":
            return self.give_token()
        if path.rstrip("/") == p.root:
            data = "http://www.opengis.net/def/rel/ogc/1.0/data"
            links = [p.link("conformance", p.path("conformance")), p.link(data, p.path("collections"))]
            return self.answer(200, {"title": "other", "links": links})
        who = self.headers.get("Authorization", "").removeprefix("Bearer ")
        self.who = next((name for name, token in p.tokens.items() if token == who), None)
        if self.who is None:
            return self.refuse(401, "Who are you", WWW_Authenticate="Bearer")
        self.county = p.counties.get(self.who)
        with p.lock:
            return self.route(path)

    do_GET = do_PUT = do_PATCH = do_DELETE = do_POST = do_HEAD = handle_one

    def give_token(self):
        p, form = self.platform, {k: v[0] for k, v in parse_qs(self.body.decode()).items()}
        known = (
            p.clients.get(form.get("client_id")) == form.get("client_secret") or form.get("client_secret") == p.secret
        )
        name = form.get("client_id") if form.get("client_id") in p.tokens else "county_a"
        return self.answer(200, {"access_token": p.tokens[name]}) if known else self.refuse(401, "No")

    def route(self, path):
        from . import memory_platform

        p = self.platform
        if path == p.path("conformance"):
            extra = [
                f"https://onemap.example/spec/1.0/conf/{x}"
                for x in ("bulk", "audit-head", "omits-null")
                if x in p.habits
            ]
            return self.answer(200, {"conformsTo": [*memory_platform.CONFORMS, *extra]})
        if path == p.path("collections"):
            names = [c for c in (*p.rows, "changes") if c != "package" or "no_uploads" not in p.habits]
            return self.answer(200, {"collections": [p.describe(c) for c in names], "links": []})
        if path.endswith("330110.gpkg"):
            return self.refuse(404) if "broken_enclosure" in p.habits else self.file(geopackage(p, self.county))
        if path.startswith("/uploads/"):
            return self.upload(path.rsplit("/", 1)[1])
        for collection in (*p.rows, "changes"):
            items = p.path("items", collection)
            if path == p.path("collection", collection):
                return self.answer(200, p.describe(collection, deep=True))
            if path == items and self.command == "POST" and "bulk" in p.habits:
                return self.bulk(collection)
            if path == items:
                return self.changes() if collection == "changes" else self.page(collection, items)
            if path.startswith(items + "/"):
                return self.item(collection, path.rsplit("/", 1)[1])
        return self.refuse(404)

    def file(self, data):
        """A file, or the rest of it."""
        tag, found = (
            f'"{hashlib.sha256(data).hexdigest()[:16]}"',
            re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", "")),
        )
        begin = int(found[1]) if found and self.headers.get("If-Range") == tag else 0
        digest = "sha-256=:" + base64.b64encode(hashlib.sha256(data).digest()).decode() + ":"
        more = {"Content_Range": f"bytes {begin}-{len(data) - 1}/{len(data)}"} if begin else {}
        kind = "application/geopackage+sqlite3"
        return self.answer(206 if begin else 200, data[begin:], kind, ETag=tag, Repr_Digest=digest, **more)

    def visible(self, county):
        return self.county is None or county in (None, "", self.county)

    # reading

    def changes(self):
        p, after = self.platform, self.query.get("after", "0")
        if not re.fullmatch(r"c?\d{0,18}", after):
            return self.refuse(400, "Unknown cursor")
        begin, size = int(after.removeprefix("c") or 0), 3 if p.habits else min(1000, int(self.query.get("limit", 10)))
        mark = "c" if "text_cursor" in p.habits else ""
        rows = [(n + 1, *row) for n, row in enumerate(p.feed) if n >= begin and self.visible(row[4])]
        rows = [
            row for row in rows if self.query.get("item", row[2]) == row[2] and self.query.get("op", row[3]) == row[3]
        ]
        features = [
            {
                "type": "Feature",
                "id": f"{mark}{n}" if mark else n,
                "geometry": None,
                "properties": {"collection": c, "item": i, "op": op, "version": v},
            }
            for n, c, i, op, v, _ in rows[:size]
        ]
        more = []
        if len(rows) > size:
            more = [p.link("next", p.path("items", "changes") + f"?after={features[-1]['id']}")]
        headers = {} if "no_epoch" in p.habits else {"Feed_Epoch": p.epoch}
        return self.answer(200, {"type": "FeatureCollection", "features": features, "links": more}, **headers)

    def page(self, collection, items):
        p, begin = self.platform, int(self.query.get("start", 0))
        if "no_filter" in p.habits and set(self.query) - {"limit", "start"}:
            return self.refuse(400, "Unknown query")
        size = 2 if p.habits - {"bulk"} else min(1000, int(self.query.get("limit", 10)))
        wanted = {k: v for k, v in self.query.items() if k not in ("limit", "start")}
        rows = [
            (item, row)
            for item, row in sorted(p.rows[collection].items())
            if self.visible(row["properties"].get("county"))
            and all(str(row["properties"].get(k)) == v for k, v in wanted.items())
        ]
        some = [p.feature(item, row) for item, row in rows[begin : begin + size]]
        body = {"type": "FeatureCollection", "features": some, "numberReturned": len(some)}
        if "no_count" not in p.habits:
            body["numberMatched"] = len(rows)
        if begin + size < len(rows) and "no_next" not in p.habits:
            query = "&".join([f"start={begin + size}", f"limit={size}", *(f"{k}={v}" for k, v in wanted.items())])
            query = f"start={begin + size}" if "no_filter" in p.habits else query
            href = f"?{query}" if "relative" in p.habits else p.link("next", f"{items}?{query}")["href"]
            body["links"] = [{"rel": "next", "href": href}]
        elif "list_links" not in p.habits:
            body["links"] = []
        return self.answer(200, body, "application/geo+json")

    def item(self, collection, item):
        p = self.platform
        row = p.rows[collection].get(item)
        row = row if row and self.visible(row["properties"].get("county")) else None
        if self.command == "GET":
            if row is None:
                return self.refuse(404)
            return self.answer(200, p.feature(item, row), "application/geo+json", ETag=p.tag(row["version"]))
        key = self.headers["Idempotency-Key"]
        if "busy_date" in p.habits and key not in p.refused:
            p.refused.add(key)
            soon, now = (email.utils.formatdate(time.time() + s, usegmt=True) for s in (1, 0))
            return self.refuse(503, "Busy", Retry_After=soon, Date=now)
        if "moved_writes" in p.habits and "again" not in self.query:
            return self.answer(308, None, Location=f"{urlsplit(self.path).path}?again=1")
        if key not in p.keys:
            p.keys[key] = self.write(collection, item, row)
        status, version, more = p.keys[key]
        if status >= 300:
            return self.refuse(status, more=more)
        headers = {} if "no_tag" in p.habits or self.command == "DELETE" else {"ETag": p.tag(version)}
        ok = "ok200" in p.habits
        return self.answer(200, {"ok": True}, **headers) if ok else self.answer(status, None, **headers)

    # writing

    def write(self, collection, item, row):
        """(status, version, more of the problem) of a write with its preconditions."""
        wrong = self.precondition(row, self.headers.get("If-None-Match"), self.headers.get("If-Match"))
        if wrong:
            return wrong, None, {}
        if self.command == "DELETE":
            self.platform.remove(collection, item)
            return 204, None, {}
        body = json.loads(self.body)
        assert re.match(r"application/(geo|merge-patch)\+json", self.headers["Content-Type"])
        assert body.get("id", item) == item
        return self.put(collection, item, row, body)

    def precondition(self, row, none_match, match):
        """The status of a write that must not happen; None for one that may."""
        if none_match == "*":
            return 412 if row else None
        if row is None:
            return 404
        if match != f'"{row["version"]}"':  # the client must send the strong form the contract shows
            return 412
        locked = row["properties"].get("status") in ("submitted", "approved") and self.county is not None
        return 409 if locked else None

    def put(self, collection, item, row, body):
        p, properties = self.platform, dict(body.get("properties") or {})
        for name in ("case_no", "version", "updated_at", "updated_by"):
            properties.pop(name, None)
        for name in NUMBERS.get(collection, ()):
            if isinstance(properties.get(name), str):
                return 422, None, {"detail": f"{name} is not a number", "fields": [name], "column": name}
        for name, codes in CODES.get(collection, {}).items():
            if properties.get(name) and properties[name] not in codes:
                return 422, None, {"detail": f"{name} is no code", "fields": [name], "column": name}
        if self.county is not None:
            old = row["properties"].get("status") if row else None
            reviewers = properties.get("status") in ("approved", "returned") and properties["status"] != old
            if properties.get("county", self.county) != self.county or reviewers:
                return 403, None, {}
            properties["county"] = self.county
        if row and self.county is not None:
            properties["return_reason"] = None
        if row and self.command != "PATCH":  # a replacement empties what it leaves out
            own = ("case_no", "version", "updated_at", "updated_by", "upload_url", "inspection", "county", "status")
            properties = {**{name: None for name in row["properties"] if name not in own}, **properties}
        if collection == "package":
            properties.update(upload_url=p.upload_url(item), inspection="waiting")
        geometry = shapely.from_geojson(json.dumps(body["geometry"])) if body.get("geometry") else None
        version = p.store(collection, item, properties, geometry)
        if collection == "project_site" and properties.get("status") == "submitted":
            p.review(collection, item)
        return (204 if row else 201), version, {}

    def bulk(self, collection):
        """A feature collection of creates and replacements, each with its own key and precondition."""
        p, results = self.platform, []
        p.reads_bulk += 1
        for one in json.loads(self.body)["features"]:
            told, item = one.pop("onemap"), str(one["id"])
            if told["key"] not in p.keys:
                row = p.rows[collection].get(item)
                wrong = self.precondition(row, told.get("if_none_match"), told.get("if_match"))
                p.keys[told["key"]] = (wrong, None, {}) if wrong else self.put(collection, item, row, one)
            status, version, more = p.keys[told["key"]]
            problem = {"title": TITLES.get(status, ""), **more} if status >= 300 else None
            results.append({"key": told["key"], "status": status, "version": version, "problem": problem})
        return self.answer(200, {"results": results})

    def upload(self, item):
        """tus 1.0, core."""
        p = self.platform
        if item not in p.rows["package"]:
            return self.refuse(404)
        have, size = len(p.files.get(item, b"")), p.rows["package"][item]["properties"]["size"]
        tus = {"Tus_Resumable": "1.0.0", "Upload_Length": str(size)}
        if self.command == "HEAD":
            return self.answer(200, None, Upload_Offset=str(have), **tus)
        if int(self.headers["Upload-Offset"]) != have:
            return self.refuse(409, "Offset", Upload_Offset=str(have))
        return self.answer(204, None, Upload_Offset=str(p.receive(item, self.body)), **tus)


def geopackage(platform, county):
    """The control lines of a county as a file."""
    with tempfile.NamedTemporaryFile(suffix=".gpkg") as file:
        book = sqlite3.connect(file.name)
        book.execute("CREATE TABLE gpkg_geometry_columns (table_name, column_name)")
        book.execute("INSERT INTO gpkg_geometry_columns VALUES ('lines', 'shape')")
        book.execute(
            "CREATE TABLE lines (shape BLOB, id TEXT, county TEXT, name TEXT, zone TEXT, version INTEGER, more TEXT)"
        )
        for item, row in platform.rows["control_line"].items():
            p = row["properties"]
            if county is None or p.get("county") == county:
                blob = None
                if row["geometry"]:
                    wkb = shapely.to_wkb(shapely.from_geojson(json.dumps(row["geometry"])))
                    blob = b"GP\0\x01" + struct.pack("<i", 4490) + wkb
                values = (blob, item, p.get("county"), p["name"], p.get("zone"), row["version"])
                book.execute("INSERT INTO lines VALUES (?, ?, ?, ?, ?, ?, '')", values)
        book.commit()
        book.close()
        return Path(file.name).read_bytes()

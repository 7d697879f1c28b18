"""The application: pygeoapi's routes behind authentication, problem documents, ETags and what it lacks."""

import json
import os
import threading
import time

import pygeoapi.flask_app as pygeoapi_app
from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from . import catalogue, database, snapshots, tokens, uploads, writes
from .problems import Problem
from .provider import CHANGES, COMMON, PLAIN

MAX_ADDRESS = 4000
PUBLIC = ("/", "/conformance", "/openapi", "/oauth/token")
PART4 = "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/"
OURS = "https://onemap.example/spec/1.0/conf/"
EXTRA_CLASSES = [
    PART4 + c for c in ("create-replace-delete", "update", "optimistic-locking", "optimistic-locking-etags", "features")
] + [OURS + c for c in ("changes", "idempotency-key", "tus-upload", "audit-head")]
if os.environ.get("ONEMAP_BULK"):
    EXTRA_CLASSES.append(OURS + "bulk")
_FOUND = catalogue.collections()
_KINDS = {
    **{
        name: {**{f: d["type"] for f, d in item["fields"].items()}, **(COMMON if item["writable"] else PLAIN)}
        for name, item in _FOUND.items()
    },
    "changes": CHANGES,
}
_WRITABLE = {name for name, item in _FOUND.items() if item["writable"]}
_CLIENTS = json.loads(os.environ["ONEMAP_CLIENTS"])
_RATE = float(os.environ.get("ONEMAP_RATE") or 0)
_buckets, _buckets_lock = {}, threading.Lock()

app = Flask("onemap_platform")
app.url_map.strict_slashes = False
app.config["MAX_CONTENT_LENGTH"] = None


@app.before_request
def before():
    g.catalogue, g.writable = _KINDS, _WRITABLE
    if len(request.environ.get("RAW_URI") or request.full_path) > MAX_ADDRESS:
        raise Problem(414, "uri-too-long", f"An address has at most {MAX_ADDRESS} characters")
    if "\0" in request.path or any("\0" in text for pair in request.args.items(multi=True) for text in pair):
        raise Problem(400, "malformed", "A NUL character stands in no name or value")
    request.environ["HTTP_ACCEPT"] = "application/json"  # data only: no HTML pages
    if request.args.get("f", "json") != "json":
        raise Problem(400, "malformed", "f can only be json")
    if (request.path.rstrip("/") or "/") not in PUBLIC:
        g.who = tokens.identity(request.headers.get("Authorization"))
        _limit_rate(g.who.subject)


def _limit_rate(subject):
    """A token bucket per caller, one second deep."""
    if not _RATE:
        return
    with _buckets_lock:
        level, then = _buckets.get(subject, (_RATE, time.monotonic()))
        now = time.monotonic()
        level = min(_RATE, level + (now - then) * _RATE)
        _buckets[subject] = (level - 1 if level >= 1 else level, now)
    if level < 1:
        raise Problem(429, "too-many-requests", "Slow down", {"Retry-After": "1"})


def _drain(response):
    """Read what is left of a refused body, so that the line stays usable; close it where that is too much."""
    left = 1 << 20
    while left > 0:
        block = request.stream.read(min(left, 1 << 16))
        if not block:
            return
        left -= len(block)
    response.headers["Connection"] = "close"


@app.after_request
def after(response):
    if response.status_code >= 400 and request.content_length:
        _drain(response)
    if "version" in g:
        response.set_etag(str(g.version))
        response.make_conditional(request.environ)
    if "epoch" in g:
        response.headers["Feed-Epoch"] = g.epoch
    if response.status_code >= 400 and response.mimetype != "application/problem+json":
        reported = response.get_json(force=True, silent=True) or {}
        problem = Problem(
            response.status_code, reported.get("code", "error"), reported.get("description", "")
        ).response()
        problem.headers.extend((k, v) for k, v in response.headers.items() if k in ("Allow", "Retry-After"))
        return problem
    response.headers.pop("X-Powered-By", None)
    if response.status_code in (201, 204):
        response.headers.pop("Content-Type", None)
    elif "/items" in request.path and response.mimetype == "application/json":
        response.headers["Content-Type"] = "application/geo+json"
    return response


@app.errorhandler(Problem)
def on_problem(problem):
    return problem.response()


@app.errorhandler(HTTPException)
def on_http_error(error):
    headers = {"Allow": ", ".join(error.valid_methods)} if getattr(error, "valid_methods", None) else {}
    return Problem(error.code, error.name.lower().replace(" ", "-"), error.description or "", headers).response()


@app.errorhandler(Exception)
def on_error(error):
    app.logger.exception("unexpected")
    return Problem(500, "error", "Unexpected error").response()


@app.route("/conformance")
def conformance():
    reported = pygeoapi_app.execute_from_flask(pygeoapi_app.core_api.conformance, request).get_json(force=True)
    return {"conformsTo": sorted({*reported["conformsTo"], *EXTRA_CLASSES})}


@app.route("/collections")
@app.route("/collections/<path:name>")
def collections(name=None):
    """pygeoapi's description, with the county's file of the first load."""
    response = pygeoapi_app.execute_from_flask(pygeoapi_app.core_api.describe_collections, request, name)
    if response.status_code != 200 or name not in (None, "control_line"):
        return response
    reported = response.get_json(force=True)
    for item in reported.get("collections", [reported]):
        if item.get("id") == "control_line":
            item["links"] += [snapshots.link(county, name is not None) for county in _counties()]
    return reported


def _counties():
    if g.who.county:
        return [g.who.county]
    with database.session(g.who) as cursor:
        return [row[0] for row in cursor.execute("SELECT DISTINCT county FROM data.control_line ORDER BY 1")]


@app.route("/oauth/token", methods=["POST"])
def token():
    return Response(
        json.dumps(tokens.renew(request.form, _CLIENTS)),
        content_type="application/json",
        headers={"Cache-Control": "no-store"},
    )


for blueprint in (writes.BLUEPRINT, uploads.BLUEPRINT, snapshots.BLUEPRINT, pygeoapi_app.BLUEPRINT):
    app.register_blueprint(blueprint)

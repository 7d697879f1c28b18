"""Create, replace, update, delete: what HTTP says about a request is settled here, everything else in the database."""

import hashlib
import json
import uuid

from flask import Blueprint, Response, g, request

from . import database
from .problems import Problem

BLUEPRINT = Blueprint("writes", __name__)
_FEATURE = ("application/geo+json", "application/json")
MEDIA_TYPES = {"PUT": _FEATURE, "POST": _FEATURE, "PATCH": ("application/merge-patch+json",)}
MAX_BODY = 32 << 20


@BLUEPRINT.route("/collections/<path:collection>/items", methods=["POST"])
def post(collection):
    """Create under an id of the server's, as the standard's create class says; a repeated key answers the same."""
    if collection in g.catalogue and collection not in g.writable:
        raise Problem(405, "method-not-allowed", "This collection is read-only", {"Allow": "GET, HEAD, OPTIONS"})
    _demand_writable(collection)
    key, raw = _key(), request.get_data(cache=False)
    body = json.loads(_body(raw, None))
    if body.get("type") == "FeatureCollection":
        from .bulk import write_all  # it is made of this module's parts

        answer = json.dumps({"results": write_all(collection, body.get("features"))}, ensure_ascii=False)
        return Response(answer, content_type="application/json")
    demand_feature(body, None)
    identifier = uuid.uuid5(uuid.NAMESPACE_URL, f"{g.who.subject}:{key}") if key else uuid.uuid4()
    body["id"] = str(identifier)
    print_ = hashlib.sha256(b"POST\n" + request.path.lower().encode() + b"\n" + raw).hexdigest()
    with database.session(g.who) as cursor:
        status, version = cursor.execute(
            "SELECT status, version FROM api.write(%s, %s, %s, %s::jsonb, %s, %s, %s, %s)",
            (collection, identifier, "PUT", json.dumps(body), None, "*", key, print_),
        ).fetchone()
    location = f"{request.base_url.rstrip('/')}/{identifier}"
    return Response(status=status, headers={"Location": location, "ETag": f'"{version}"'})


def _demand_writable(collection):
    if collection not in g.catalogue:
        raise Problem(404, "not-found", "No such collection")
    if collection not in g.writable:
        raise Problem(403, "forbidden", "This collection is read-only")


@BLUEPRINT.route("/collections/<path:collection>/items/<path:item>", methods=["PUT", "PATCH", "DELETE"])
def write(collection, item):
    _demand_writable(collection)
    identifier = uuid_of(item)
    match, none_match = _preconditions()
    key = _key()
    raw = request.get_data(cache=False)
    body = None if request.method == "DELETE" else _body(raw, identifier)
    print_ = hashlib.sha256(
        "\n".join([request.method, request.path.lower(), match or "", none_match or ""]).encode() + b"\n" + raw
    ).hexdigest()
    with database.session(g.who) as cursor:
        status, version = cursor.execute(
            "SELECT status, version FROM api.write(%s, %s, %s, %s::jsonb, %s, %s, %s, %s)",
            (collection, identifier, request.method, body, match, none_match, key, print_),
        ).fetchone()
    headers = {} if request.method == "DELETE" else {"ETag": f'"{version}"'}
    if status == 201:
        headers["Location"] = request.base_url
    return Response(status=status, headers=headers)


def uuid_of(text):
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise Problem(400, "malformed", "The id of an item is a UUID") from error


def _preconditions():
    match, none_match = request.headers.get("If-Match"), request.headers.get("If-None-Match")
    if not match and not (none_match and request.method == "PUT"):
        raise Problem(
            428,
            "precondition-required",
            "If-Match is needed" + (", or If-None-Match: * to create" if request.method == "PUT" else ""),
        )
    checked_none_match(none_match)
    return match, none_match


def checked_none_match(value):
    if value is not None and (not isinstance(value, str) or value.strip() != "*"):
        raise Problem(400, "malformed", "If-None-Match can only be * here")


def _key():
    return checked_key(request.headers.get("Idempotency-Key"))


def checked_key(key):
    """An idempotency key as it is kept; None for none."""
    if not isinstance(key, str):
        return None
    key = key.strip().strip('"')
    if not 1 <= len(key) <= 255 or not key.isascii() or not key.isprintable():
        raise Problem(400, "malformed", "Idempotency-Key must be 1 to 255 printable ASCII characters")
    return key


def _body(raw, identifier):
    """The body as JSON text after checks of its shape."""
    if request.mimetype not in MEDIA_TYPES[request.method]:
        raise Problem(
            415,
            "media-type",
            f"{MEDIA_TYPES[request.method][0]} is needed",
            {"Accept-Patch": "application/merge-patch+json"},
        )
    if len(raw) > MAX_BODY:
        raise Problem(413, "too-large", "The body is too large")
    try:
        text = raw.decode("utf-8")
        body = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise Problem(400, "malformed", f"The body is not JSON: {error}") from error
    if not isinstance(body, dict):
        raise Problem(400, "malformed", "The body is not an object")
    if request.method == "PUT":
        demand_feature(body, identifier)
    elif "id" in body and identifier is not None and str(body["id"]).lower() != str(identifier):
        raise Problem(409, "id-mismatch", "The id of the body differs from the address")
    return text


def demand_feature(body, identifier):
    """Problem for what is no GeoJSON feature, or one of another id."""
    if not isinstance(body, dict) or body.get("type") != "Feature" or not isinstance(body.get("properties"), dict):
        raise Problem(400, "malformed", "The body is not a GeoJSON feature")
    if "geometry" not in body:
        raise Problem(400, "malformed", "The body is not a GeoJSON feature")
    if identifier is not None and "id" in body and str(body["id"]).lower() != str(identifier):
        raise Problem(409, "id-mismatch", "The id of the body differs from the address")


def _refuse(constant):
    raise ValueError(constant)

"""Many records in one request: every feature with its own key and precondition in `onemap`, and with its own answer."""

import hashlib
import json

from flask import g, request

from . import database
from .problems import Problem, of_fields
from .writes import checked_key, checked_none_match, demand_feature, uuid_of

MOST = 1000  # features of one request


def write_all(collection, features):
    """The answers to the features of a collection, in their order; one that fails stops no other."""
    if not isinstance(features, list):
        raise Problem(400, "malformed", "A feature collection has features")
    if len(features) > MOST:
        raise Problem(413, "too-large", f"A request has at most {MOST} features")
    read = [_read(collection, one) for one in features]
    good = [one for one in read if "problem" not in one]
    with database.session(g.who) as cursor:
        rows = cursor.execute("SELECT * FROM api.write_many(%s, %s::jsonb)", (collection, json.dumps(good))).fetchall()
    written = iter(rows)
    return [one if "problem" in one else _answer(one["key"], *next(written)) for one in read]


def _read(collection, feature):
    """A feature as api.write_many takes it; an answer where it is none."""
    stated = feature.pop("onemap", None) if isinstance(feature, dict) else None
    key = stated.get("key") if isinstance(stated, dict) else None
    try:
        if checked_key(key) is None:
            raise Problem(400, "malformed", "A feature has onemap.key")
        match, none_match = stated.get("if_match"), stated.get("if_none_match")
        if not match and not none_match:
            raise Problem(428, "precondition-required", "onemap.if_match or onemap.if_none_match is needed")
        checked_none_match(none_match)
        demand_feature(feature, None)
        identifier = str(uuid_of(str(feature.get("id"))))
    except Problem as problem:
        return {"key": key, **_problem(problem)}
    packed = json.dumps(feature, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")
    head = "\n".join(["PUT", f"{request.path.rstrip('/')}/{identifier}".lower(), match or "", none_match or ""])
    mark = hashlib.sha256(head.encode() + b"\n" + packed).hexdigest()  # the same as of a PUT of this feature
    return {"key": key, "id": identifier, "body": feature, "match": match, "none_match": none_match, "mark": mark}


def _answer(key, status, version, state, *fields):
    if state is None:
        return {"key": key, "status": status, "version": version}
    return {"key": key, **_problem(of_fields(state, *fields))}


def _problem(problem):
    return {"status": problem.code, "problem": problem.document()}

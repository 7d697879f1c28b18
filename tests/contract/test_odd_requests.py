"""Requests that no client of ours sends: every one of them is answered by a problem document of the right status."""

import base64
import uuid

import pytest

SHAPE = {"type": "Polygon", "coordinates": [[[119.01, 30.105], [119.1, 30.105], [119.1, 30.2], [119.01, 30.105]]]}


@pytest.mark.parametrize(
    "query",
    ["bbox=nan,nan,nan,nan", "bbox=1,2,inf,4", "bbox=1,2,3", "datetime=99999999-01-01", "datetime=2026-13-01T00:00:00Z",
     "datetime=-5000-01-01/..", "name=%00", "note=a%00b", "limit=%00", "limit=true", "after=yesterday"],
)  # fmt: skip
def test_odd_queries_are_malformed(a, problem, query):
    answer = a.session.get(a.path("project_site") + "?" + query, timeout=30)
    assert answer.status_code == 400 and answer.headers["Content-Type"] == "application/problem+json", answer.text


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"NaN", b"null", b"[]", b"[[]]", b'"text"', b"1"])
@pytest.mark.parametrize("method, media", [("PUT", "geo"), ("PATCH", "merge-patch")])
def test_a_body_that_is_no_object_is_malformed(a, problem, method, media, body):
    headers = {"If-Match": "*", "Content-Type": f"application/{media}+json"}
    problem(a.raw(method, "project_site", uuid.uuid4(), data=body, headers=headers), 400, "malformed")


@pytest.mark.parametrize("length", ["ten", "", "1.5", "{}"])
def test_an_upload_of_no_length_is_malformed(a, problem, length):
    named = base64.b64encode(str(uuid.uuid4()).encode()).decode()
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": length, "Upload-Metadata": f"package {named}"}
    problem(a.session.post(a.url + "/uploads", headers=headers, timeout=30), 400, "malformed")


@pytest.mark.parametrize("length", [5_000, 60_000])
def test_an_address_that_is_too_long_is_told(a, problem, length):
    problem(a.session.get(a.path("project_site") + "?name=" + "x" * length, timeout=30), 414, "uri-too-long")


def test_post_creates_under_an_id_of_the_servers(a):
    body = {"type": "Feature", "geometry": SHAPE, "properties": {"name": "by POST"}}
    key = {"Idempotency-Key": str(uuid.uuid4()), "Content-Type": "application/geo+json"}
    made = [a.session.post(a.path("project_site"), json=body, headers=key, timeout=30) for _ in range(2)]
    assert [m.status_code for m in made] == [201, 201] and made[0].headers["Location"] == made[1].headers["Location"]
    item = made[0].headers["Location"].rsplit("/", 1)[1]
    assert a.properties("project_site", item)["name"] == "by POST" and made[0].headers["ETag"] == '"1"'


def test_post_to_what_is_read_only_is_refused(a, problem):
    body = {"type": "Feature", "geometry": None, "properties": {}}
    problem(a.session.post(a.path("control_line"), json=body, timeout=30), 405, "method-not-allowed")


def test_a_listing_says_how_many_there_are(a):
    a.new(name="counted")
    page = a.get("project_site", limit=1).json()
    assert page["numberMatched"] == len(a.pages("project_site")) and page["numberReturned"] == 1

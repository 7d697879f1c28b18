"""Operations, errors, statuses, numbers and keys of the contract, over plain HTTP."""

import json
import re
import threading
import uuid

import pytest

WRITABLE = ["project_site", "plan_progress", "plan_org", "village_evaluation", "redevelopment_project", "package"]
YEAR_NUMBER = r"-20\d\d-\d{5}"


@pytest.mark.parametrize("collection", WRITABLE)
def test_life_of_a_record(a, problem, collection):
    item = str(uuid.uuid4())
    made = a.put(collection, item)
    assert (
        made.status_code == 201
        and made.headers["ETag"] == '"1"'
        and made.headers["Location"] == a.path(collection, item)
    )
    read = a.get(collection, item)
    body = read.json()
    assert read.headers["ETag"] == '"1"' and body["id"] == item and body["properties"]["status"] == "draft"
    assert (
        body["properties"]["county"] == "330110"
        and body["properties"]["version"] == 1
        and body["properties"]["updated_by"] == "county_a"
    )
    assert a.get(collection, item, headers={"If-None-Match": '"1"'}).status_code == 304
    assert a.get(collection, item, headers={"If-None-Match": '"7"'}).status_code == 200
    replaced = a.put(collection, item, match='"1"')
    assert replaced.status_code == 204 and replaced.headers["ETag"] == '"2"'
    updated = a.patch(collection, item, '"2"', {"status": "submitted"})
    assert updated.status_code == 204 and updated.headers["ETag"] == '"3"'
    kind = "XM" if collection == "project_site" else "JD"
    assert re.fullmatch("330110-" + kind + YEAR_NUMBER, a.properties(collection, item)["case_no"])
    locked = problem(a.delete(collection, item, '"3"'), 409, "locked-by-status")
    assert locked["status"] == "submitted"


@pytest.mark.parametrize("collection", WRITABLE)
def test_delete_leaves_a_tombstone(a, problem, collection):
    item = a.new(collection)
    assert a.delete(collection, item, '"1"').status_code == 204
    problem(a.get(collection, item), 404, "not-found")
    last = a.pages("changes", item=item)[-1]["properties"]
    assert (last["op"], last["version"], last["collection"]) == ("D", 2, collection)
    assert a.put(collection, item).headers["ETag"] == '"3"'  # a version never means two things


def test_replace_clears_what_is_left_out_and_patch_does_not(a):
    item = a.new(note="x", applicant="y")
    a.patch("project_site", item, '"1"', {"note": None})
    assert (a.properties("project_site", item)["note"], a.properties("project_site", item)["applicant"]) == (None, "y")
    a.put("project_site", item, match='"2"', note="z")
    assert (a.properties("project_site", item)["note"], a.properties("project_site", item)["applicant"]) == ("z", None)


def test_patch_moves_the_geometry(a):
    item = a.new("village_evaluation")
    a.patch("village_evaluation", item, '"1"', geometry={"type": "Point", "coordinates": [119.5, 30.5]})
    assert a.get("village_evaluation", item).json()["geometry"]["coordinates"] == [119.5, 30.5]


def test_a_polygon_comes_back_as_multipolygon_with_the_same_numbers(a):
    shape = {
        "type": "MultiPolygon",
        "coordinates": [
            [[[119.123456789012, 30.1], [119.2, 30.1], [119.2, 30.200000000001], [119.123456789012, 30.1]]]
        ],
    }
    item = str(uuid.uuid4())
    a.put("project_site", item, geometry=shape)
    assert a.get("project_site", item).json()["geometry"] == shape


def test_what_the_server_manages_is_ignored(a):
    item = a.new(
        case_no="330110-XM-1999-00001",
        version=77,
        updated_by="me",
        updated_at="2001-01-01T00:00:00Z",
        return_reason="mine",
    )
    reported = a.properties("project_site", item)
    assert (reported["case_no"], reported["version"], reported["updated_by"], reported["return_reason"]) == (
        None,
        1,
        "county_a",
        None,
    )
    assert reported["updated_at"] > "2026"


def test_preconditions(a, problem):
    item = a.new()
    for answer in (
        a.raw("PUT", "project_site", item, json={}),
        a.raw("PATCH", "project_site", item, json={}, headers={"Content-Type": "application/merge-patch+json"}),
        a.raw("DELETE", "project_site", item),
    ):
        problem(answer, 428, "precondition-required")
    a.patch("project_site", item, '"1"', {"note": "later"})
    for answer in (
        a.put("project_site", item),
        a.put("project_site", item, match='"1"'),
        a.patch("project_site", item, '"1"'),
        a.delete("project_site", item, '"1"'),
        a.delete("project_site", item, 'W/"2"'),
    ):
        reported = problem(answer, 412, "version-conflict")
        assert reported["current_version"] == 2 and reported["updated_by"] == "county_a" and reported["updated_at"]
    assert a.patch("project_site", item, '"1", "2"', {"note": "list"}).status_code == 204


def test_missing_items_are_404(a, problem):
    item = str(uuid.uuid4())
    for answer in (
        a.get("project_site", item),
        a.put("project_site", item, match='"1"'),
        a.patch("project_site", item, '"1"'),
        a.delete("project_site", item, '"1"'),
    ):
        problem(answer, 404, "not-found")
    problem(a.get("nothing_here", item), 404, "")
    problem(a.put("project_site", item, geometry=None, match='"1"'), 404, "not-found")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"7", b'{"type": "Feature"}', b"\xff\xfe", b'{"type":"Feature","geometry":null,"properties":7}', b'{"type":"Feature","geometry":null,"properties":{"name":NaN}}',
                                  b'{"type":"Feature","geometry":null,"properties":{"name":"\\u0000"}}', b'{"type":"Feature","geometry":null,"properties":{"name":"\\ud800"}}', b"[" * 100000])  # fmt: skip
def test_malformed_bodies_are_400(a, problem, body):
    headers = {"If-None-Match": "*", "Content-Type": "application/geo+json"}
    problem(a.raw("PUT", "project_site", str(uuid.uuid4()), data=body, headers=headers), 400, "malformed")


def test_other_refusals(a, nobody, problem):
    item = a.new()
    problem(a.put("project_site", "not-a-uuid"), 400, "malformed")
    problem(nobody.get("project_site"), 401, "token-missing")
    assert "Bearer" in nobody.get("project_site").headers["WWW-Authenticate"]
    nobody.session.headers["Authorization"] = "Bearer " + a.session.headers["Authorization"].split()[1][:-4] + "AAAA"
    problem(nobody.get("project_site"), 401, "token-invalid")
    problem(a.put("project_site", str(uuid.uuid4()), content="text/plain"), 415, "media-type")
    headers = {"If-Match": '"1"', "Content-Type": "application/json"}
    problem(a.raw("PATCH", "project_site", item, json={}, headers=headers), 415, "media-type")
    assert a.put("project_site", str(uuid.uuid4()), content="application/geo+json; charset=utf-8").status_code == 201
    problem(a.raw("POST", "project_site", None, json={}), 400, "malformed")
    problem(a.patch("project_site", item, '"1"', id=str(uuid.uuid4())), 409, "id-mismatch")
    body = {"type": "Feature", "id": str(uuid.uuid4()), "geometry": None, "properties": {"name": "n"}}
    answer = a.raw(
        "PUT",
        "project_site",
        item,
        data=json.dumps(body),
        headers={"If-Match": '"1"', "Content-Type": "application/geo+json"},
    )
    problem(answer, 409, "id-mismatch")
    problem(a.put("project_site", str(uuid.uuid4()), county="330111"), 403, "forbidden")


@pytest.mark.parametrize(
    "collection, properties, geometry, constraint, fields",
    [
        ("project_site", {"name": ""}, ..., "required", ["name"]),
        ("project_site", {"area_m2": "much", "name": None}, ..., None, ["area_m2", "name"]),
        ("project_site", {"nmae": "typo"}, ..., "unknown_field", ["nmae"]),
        ("project_site", {"status": "done"}, ..., "choice", ["status"]),
        ("plan_progress", {"percent": 101}, ..., "range", ["percent"]),
        ("plan_progress", {"percent": 1.5}, ..., "type", ["percent"]),
        ("plan_progress", {"stage_date": "2026-02-30"}, ..., "type", ["stage_date"]),
        ("plan_progress", {"stage": "somewhere"}, ..., "choice", ["stage"]),
        ("plan_progress", {}, {"type": "Point", "coordinates": [119, 30]}, "geometry_type", ["geometry"]),
        ("project_site", {}, {"type": "Point", "coordinates": [119, 30]}, "geometry_type", ["geometry"]),
        ("project_site", {}, {"type": "Polygon", "coordinates": [[[1, 1], [2, 2]]]}, None, ["geometry"]),
        (
            "project_site",
            {},
            {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]},
            "geometry_valid",
            ["geometry"],
        ),
        (
            "project_site",
            {},
            {"type": "Polygon", "coordinates": [[[4e5, 3e6], [4e5, 4e6], [5e5, 4e6], [4e5, 3e6]]]},
            "geometry_range",
            ["geometry"],
        ),
        ("package", {"sha256": "abc"}, ..., "pattern", ["sha256"]),
    ],
)
def test_content_that_breaks_a_rule_is_422(a, problem, collection, properties, geometry, constraint, fields):
    reported = problem(a.put(collection, str(uuid.uuid4()), geometry=geometry, **properties), 422, "invalid")
    assert sorted(reported["fields"]) == sorted(fields) and reported["column"] in fields
    assert constraint is None or reported["constraint"] == constraint


def test_review_returns_and_the_number_stays(a, reviewer, problem):
    item = a.new(status="submitted")
    number = a.properties("project_site", item)["case_no"]
    problem(a.patch("project_site", item, '"1"', {"note": "late"}), 409, "locked-by-status")
    assert (
        reviewer.patch("project_site", item, '"1"', {"status": "returned", "return_reason": "红线不清"}).status_code
        == 204
    )
    reported = a.properties("project_site", item)
    assert (reported["status"], reported["return_reason"], reported["updated_by"], reported["case_no"]) == (
        "returned",
        "红线不清",
        "reviewer",
        number,
    )
    assert a.patch("project_site", item, '"2"', {"note": "corrected"}).status_code == 204
    assert a.patch("project_site", item, '"3"', {"status": "submitted"}).status_code == 204
    reported = a.properties("project_site", item)
    assert (reported["status"], reported["return_reason"], reported["case_no"]) == ("submitted", None, number)
    assert reviewer.patch("project_site", item, '"4"', {"status": "approved"}).status_code == 204
    assert (
        problem(a.patch("project_site", item, '"5"', {"status": "draft"}), 409, "locked-by-status")["status"]
        == "approved"
    )


def test_who_may_set_which_status(a, reviewer, problem):
    for status in ("returned", "approved"):
        problem(a.put("project_site", str(uuid.uuid4()), status=status), 403, "forbidden")
        problem(a.patch("project_site", a.new(), '"1"', {"status": status}), 403, "forbidden")
    item = a.new()
    problem(reviewer.patch("project_site", item, '"1"', {"status": "approved"}), 409, "locked-by-status")
    problem(reviewer.put("project_site", str(uuid.uuid4())), 403, "forbidden")
    a.patch("project_site", item, '"1"', {"status": "submitted"})
    problem(reviewer.patch("project_site", item, '"2"', {"status": "draft"}), 403, "forbidden")
    problem(reviewer.delete("project_site", item, '"2"'), 403, "forbidden")


def test_numbers_are_allotted_without_gaps_or_doubles(platform, a):
    from_ = len(platform.sql("SELECT 1 FROM data.plan_org WHERE case_no IS NOT NULL").split())
    threads = [threading.Thread(target=lambda: a.new("plan_org", status="submitted")) for _ in range(12)]
    [t.start() for t in threads], [t.join() for t in threads]
    numbers = sorted(f["properties"]["case_no"] for f in a.pages("plan_org") if f["properties"]["case_no"])
    assert len(numbers) == from_ + 12 == len(set(numbers))
    every = platform.sql("SELECT string_agg(right(case_no, 5)::int::text, ',' ORDER BY 1) FROM (SELECT case_no FROM data.plan_org UNION SELECT case_no FROM data.plan_progress"
                         " UNION SELECT case_no FROM data.village_evaluation UNION SELECT case_no FROM data.redevelopment_project UNION SELECT case_no FROM data.package) x"
                         " WHERE case_no LIKE '330110%'")  # fmt: skip
    found = sorted(int(n) for n in every.split(","))
    assert found == list(range(1, len(found) + 1))


def test_a_key_makes_a_repeated_request_one(a, problem):
    item, key = str(uuid.uuid4()), str(uuid.uuid4())
    first, again = a.put("project_site", item, key=key), a.put("project_site", item, key=key)
    assert (first.status_code, first.headers["ETag"]) == (again.status_code, again.headers["ETag"]) == (201, '"1"')
    key = str(uuid.uuid4())
    assert [a.patch("project_site", item, '"1"', {"note": "n"}, key=key).headers["ETag"] for _ in range(2)] == [
        '"2"',
        '"2"',
    ]
    problem(a.patch("project_site", item, '"1"', {"note": "other"}, key=key), 422, "idempotency-key-reused")
    key = str(uuid.uuid4())
    assert [a.delete("project_site", item, '"2"', key=key).status_code for _ in range(2)] == [204, 204]
    assert len(a.pages("changes", item=item)) == 3


def test_a_key_holds_for_requests_at_the_same_moment(a):
    item, key, answers = str(uuid.uuid4()), str(uuid.uuid4()), []
    threads = [
        threading.Thread(target=lambda: answers.append(a.put("project_site", item, key=key).status_code))
        for _ in range(6)
    ]
    [t.start() for t in threads], [t.join() for t in threads]
    assert answers == [201] * 6 and len(a.pages("changes", item=item)) == 1


def test_a_refused_request_does_not_use_up_its_key(a):
    item, key = str(uuid.uuid4()), str(uuid.uuid4())
    assert a.put("project_site", item, key=key, name="").status_code == 422
    assert a.put("project_site", item, key=key).status_code == 201


def test_machine_review_writes_findings(a, b):
    item = a.new(status="submitted")
    found = a.pages("finding", target_id=item)
    assert {f["properties"]["target_collection"] for f in found} == {"project_site"} and {
        f["properties"]["target_version"] for f in found
    } == {1}
    assert {f["properties"]["effect"] for f in found} >= {"prohibit"} and all(
        f["geometry"]["coordinates"] for f in found
    )
    assert all(f["properties"]["rule"] and f["properties"]["message"] for f in found)
    lines = a.pages("control_line", bbox="119.01,30.105,119.1,30.2")
    assert 0 < len(found) <= len(lines)
    assert b.pages("finding", target_id=item) == []


def test_two_writers_one_wins(a, reviewer, problem):
    item, answers = a.new(), []
    threads = [
        threading.Thread(
            target=lambda n=n: answers.append(a.patch("project_site", item, '"1"', {"note": str(n)}).status_code)
        )
        for n in range(6)
    ]
    [t.start() for t in threads], [t.join() for t in threads]
    assert sorted(answers) == [204] + [412] * 5

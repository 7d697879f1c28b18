"""County A can read and write nothing of county B: every collection, every method."""

import uuid

import pytest

WRITABLE = ["project_site", "plan_progress", "plan_org", "village_evaluation", "redevelopment_project", "package"]
READABLE = ["control_line", "finding"]


@pytest.mark.parametrize("collection", WRITABLE)
def test_records_of_another_county(a, b, problem, collection):
    item = b.new(collection)
    before = b.get(collection, item).json()
    for answer in (a.get(collection, item), a.put(collection, item), a.put(collection, item, match='"1"'), a.put(collection, item, match="*"),
                   a.patch(collection, item, '"1"', {"status": "submitted"}), a.delete(collection, item, '"1"'), a.delete(collection, item, "*")):  # fmt: skip
        reported = problem(answer, 404, "not-found")
        assert "current_version" not in reported
    assert b.get(collection, item).json()["properties"] == before["properties"]
    assert item not in {f["id"] for f in a.pages(collection)} and a.pages(collection, county="330111") == []
    assert a.pages("changes", item=item) == []
    assert a.raw("HEAD", collection, item).status_code == 404
    assert a.get(collection, resulttype="hits", county="330111").json()["numberMatched"] == 0
    problem(a.put(collection, str(uuid.uuid4()), county="330111"), 403, "forbidden")
    own = a.new(collection)
    assert a.patch(collection, own, '"1"', {"county": "330111"}).status_code in (204, 403)
    assert a.properties(collection, own)["county"] == "330110"


@pytest.mark.parametrize("collection", READABLE)
def test_what_the_province_gives_to_another_county(a, b, problem, collection):
    b.new("project_site", geometry=None, status="draft")
    shape = {
        "type": "Polygon",
        "coordinates": [[[121.01, 30.105], [121.1, 30.105], [121.1, 30.2], [121.01, 30.2], [121.01, 30.105]]],
    }
    assert b.put("project_site", str(uuid.uuid4()), geometry=shape, status="submitted").status_code == 201
    item = b.get(collection, limit=1).json()["features"][0]["id"]
    problem(a.get(collection, item), 404, "not-found")
    assert a.pages(collection, county="330111") == [] and {f["properties"]["county"] for f in a.pages(collection)} <= {
        "330110"
    }


@pytest.mark.parametrize("collection", [*READABLE, "dictionary", "changes"])
def test_read_only_collections_refuse_every_write(a, reviewer, problem, collection):
    item = str(uuid.uuid4())
    for who in (a, reviewer):
        for method in ("PUT", "PATCH", "DELETE"):
            problem(who.raw(method, collection, item, json={}, headers={"If-Match": "*"}), 403, "forbidden")
        problem(who.raw("POST", collection, None, json={}), 405, "")


def test_a_reviewer_sees_both(a, b, reviewer):
    items = {a.new(), b.new()}
    assert items <= {f["id"] for f in reviewer.pages("project_site")}


def test_keys_of_two_counties_do_not_meet(a, b):
    key = str(uuid.uuid4())
    assert (
        a.put("project_site", str(uuid.uuid4()), key=key).status_code
        == b.put("project_site", str(uuid.uuid4()), key=key).status_code
        == 201
    )


def test_numbers_count_per_county(a, b):
    a.new(status="submitted")
    item = b.new(status="submitted")
    assert b.properties("project_site", item)["case_no"].startswith("330111-XM-")

"""Discovery, paging, filters, CRS, feed, first load and faults of the contract, over plain HTTP."""

import base64
import hashlib
import sqlite3
import uuid

import pytest
import requests

EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
COLLECTIONS = {
    "control_line",
    "dictionary",
    "project_site",
    "plan_progress",
    "plan_org",
    "village_evaluation",
    "redevelopment_project",
    "finding",
    "package",
    "changes",
}


def test_discovery(a, nobody):
    classes = nobody.session.get(a.url + "/conformance", timeout=30).json()["conformsTo"]
    for part in (
        "features-1/1.0/conf/core",
        "features-2/1.0/conf/crs",
        "features-4/1.0/conf/create-replace-delete",
        "features-4/1.0/conf/update",
        "conf/optimistic-locking-etags",
    ):
        assert any(c.endswith(part) for c in classes), part
    listed = a.session.get(a.url + "/collections", timeout=30).json()["collections"]
    assert {c["id"] for c in listed} >= COLLECTIONS
    assert nobody.session.get(a.url + "/collections", timeout=30).status_code == 401
    for name in COLLECTIONS:
        reported = a.session.get(f"{a.url}/collections/{name}/queryables", timeout=30).json()["properties"]
        assert {"id"} <= set(reported) and (name == "changes" or "version" in reported), name


def test_dictionary_has_schemas_and_rule_sets_with_their_hash(a):
    rows = [f["properties"] for f in a.pages("dictionary")]
    assert {"form_schema", "rule_set"} == {r["kind"] for r in rows}
    assert {"plan_progress", "project_site"} <= {r["key"] for r in rows if r["kind"] == "form_schema"}
    assert all(hashlib.sha256(r["body"].encode()).hexdigest() == r["sha256"] for r in rows)


def test_pages_hold_every_row_once_whatever_is_written_meanwhile(a):
    for _ in range(12):
        a.new("plan_org")
    before = {f["id"] for f in a.pages("plan_org", limit=1000)}
    page = a.get("plan_org", limit=5).json()
    seen = [f["id"] for f in page["features"]]
    while following := [link["href"] for link in page["links"] if link["rel"] == "next"]:
        a.new("plan_org")
        answer = a.session.get(following[0], timeout=30)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        assert len(page["features"]) <= 5
        seen += [f["id"] for f in page["features"]]
        if len(seen) > len(before) * 3:
            break
    assert len(seen) == len(set(seen)) and before <= set(seen)


def test_a_last_page_that_is_full_leads_nowhere_wrong(a):
    rows = a.pages("dictionary")
    assert [f["id"] for f in a.pages("dictionary", limit=len(rows))] == [
        f["id"] for f in a.pages("dictionary", limit=1)
    ]


def test_filters(a, problem):
    item = a.new(name="独一无二", project_code="2026-330110-48-01-000001")
    assert [f["id"] for f in a.pages("project_site", name="独一无二")] == [item]
    assert [f["id"] for f in a.pages("project_site", name="独一无二", project_code="2026-330110-48-01-000001")] == [
        item
    ]
    for query in ({"nmae": "x"}, {"filter": "name='x'"}, {"sortby": "name"}, {"offset": "5"}):
        problem(a.get("project_site", **query), 400, "unknown-parameter")
    for query in (
        {"limit": "x"},
        {"limit": "0"},
        {"bbox": "1,2,3"},
        {"datetime": "yesterday"},
        {"crs": EPSG + "3857"},
        {"version": "x"},
        {"after": "x"},
    ):
        problem(a.get("project_site", **query), 400, "")
    inside = {f["id"] for f in a.pages("control_line", bbox="119.0,30.1,119.1,30.2")}
    everything = {f["id"] for f in a.pages("control_line")}
    assert 0 < len(inside) < len(everything) == 300
    reported = a.properties("project_site", item)["updated_at"]
    assert item in {f["id"] for f in a.pages("project_site", datetime=f"{reported}/..")}
    assert item not in {f["id"] for f in a.pages("project_site", datetime="../2020-01-01T00:00:00Z")}
    assert (
        a.pages("control_line", datetime="2023-01-01") == []
        and len(a.pages("control_line", datetime="2025-01-01")) == 300
    )


def test_axis_order_follows_the_authority(a):
    item = a.new("village_evaluation")  # at 119.05, 30.15
    assert a.get("village_evaluation", item).json()["geometry"]["coordinates"] == [119.05, 30.15]
    degrees = a.get("village_evaluation", item, crs=EPSG + "4490")
    assert (
        degrees.json()["geometry"]["coordinates"] == [30.15, 119.05] and EPSG + "4490" in degrees.headers["Content-Crs"]
    )
    north, east = a.get("village_evaluation", item, crs=EPSG + "4549").json()["geometry"][
        "coordinates"
    ]  # 3 degrees, central meridian 120
    assert 3_330_000 < north < 3_340_000 and 400_000 < east < 420_000
    by_bbox = a.pages("village_evaluation", bbox="30.1,119.0,30.2,119.1", **{"bbox-crs": EPSG + "4490"})
    assert item in {f["id"] for f in by_bbox}


def test_feed_goes_on_behind_a_cursor(a, b, problem):
    head = a.pages("changes", limit=1000)[-1]["id"]
    item = a.new()
    a.patch("project_site", item, '"1"', {"note": "n"})
    answer = a.get("changes", after=head)
    assert answer.headers["Feed-Epoch"]
    assert [(f["properties"]["op"], f["properties"]["version"]) for f in answer.json()["features"]] == [
        ("C", 1),
        ("U", 2),
    ]
    assert a.get("changes", after=answer.json()["features"][-1]["id"]).json()["features"] == []
    assert b.get("changes", after=head).json()["features"] == []
    problem(a.get("changes", after="yesterday"), 400, "malformed")


def test_feed_epoch_changes_when_the_province_says_so(platform, a):
    before = a.get("changes", limit=1).headers["Feed-Epoch"]
    platform.sql("UPDATE api.feed_epoch SET epoch = gen_random_uuid()")
    assert a.get("changes", limit=1).headers["Feed-Epoch"] != before


def test_a_late_commit_is_not_skipped(platform, a):
    head = a.pages("changes", limit=1000)[-1]["id"]
    slow, item = platform.psql(), str(uuid.uuid4())
    row = f"('{item}', '330110', 'slow')"
    insert = f"INSERT INTO data.plan_org (id, county, name) VALUES {row}"  # noqa: S608 our own id
    slow.stdin.write(f"BEGIN; {insert}; SELECT 'inserted';\n")
    assert slow.stdout.readline().strip() == "inserted"
    quick = a.new()
    assert a.get("changes", after=head).json()["features"] == []  # held back: behind it somebody is still writing
    slow.communicate("COMMIT;\n", timeout=10)
    assert {f["properties"]["item"] for f in a.get("changes", after=head).json()["features"]} == {item, quick}


def test_change_log_is_append_only(platform):
    for statement in ("UPDATE api.change_log SET version = 9", "DELETE FROM api.change_log", "TRUNCATE api.change_log"):
        with pytest.raises(AssertionError):
            platform.sql(statement)


def test_first_load_is_a_resumable_geopackage(a, b, tmp_path, problem):
    reported = a.session.get(a.url + "/collections/control_line", timeout=60).json()
    (link,) = [x for x in reported["links"] if x["rel"] == "enclosure"]
    head = a.session.get(link["href"], headers={"Range": "bytes=0-9999"}, timeout=60)
    tag = head.headers["ETag"]
    assert head.status_code == 206 and len(head.content) == 10000
    rest = a.session.get(link["href"], headers={"Range": "bytes=10000-", "If-Range": tag}, timeout=60)
    assert rest.status_code == 206
    whole = head.content + rest.content
    assert len(whole) == link["length"] and hashlib.sha256(whole).hexdigest() == link["sha256"]
    assert rest.headers["Repr-Digest"] == f"sha-256=:{base64.b64encode(hashlib.sha256(whole).digest()).decode()}:"
    assert (
        a.session.get(link["href"], headers={"Range": "bytes=10000-", "If-Range": '"old"'}, timeout=60).status_code
        == 200
    )
    (tmp_path / "lines.gpkg").write_bytes(whole)
    book = sqlite3.connect(tmp_path / "lines.gpkg")
    assert book.execute("SELECT count(*), min(version), min(county), max(county) FROM control_line").fetchone() == (
        300,
        1,
        "330110",
        "330110",
    )
    assert book.execute("PRAGMA application_id").fetchone()[0] == 0x47504B47
    problem(b.session.get(link["href"], timeout=60), 404, "not-found")


def test_token_endpoint_and_expiry(platform, problem):
    form = {
        "grant_type": "client_credentials",
        "client_id": "county_a",
        "client_secret": platform.told["clients"]["county_a"],
        "expires_in": "1",
    }
    token = requests.post(platform.told["token_url"], data=form, timeout=30).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    assert requests.get(platform.url + "/collections", headers=headers, timeout=30).status_code == 200
    import time

    time.sleep(2.1)
    problem(requests.get(platform.url + "/collections", headers=headers, timeout=30), 401, "token-invalid")
    problem(
        requests.post(platform.told["token_url"], data={**form, "client_secret": "no"}, timeout=30),
        401,
        "invalid_client",
    )


def test_too_many_requests(start_platform, problem):
    busy = start_platform("--lines", 10, "--rate", 3)
    answers = [
        requests.get(
            busy.url + "/collections", headers={"Authorization": "Bearer " + busy.tokens["county_a"]}, timeout=30
        )
        for _ in range(30)
    ]
    refused = [x for x in answers if x.status_code != 200]
    assert refused
    assert int(problem(refused[0], 429, "too-many-requests") and refused[0].headers["Retry-After"]) >= 1


def test_database_down_is_503_and_comes_back(platform, a, problem):
    item = a.new()
    platform.database("immediate")
    try:
        answer = a.get("project_site", item)
        problem(answer, 503, "unavailable")
        assert int(answer.headers["Retry-After"]) >= 1
    finally:
        platform.database("start")
    answers = [a.get("project_site", item).status_code for _ in range(20)]
    assert answers == [200] * 20

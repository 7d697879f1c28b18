"""Callers who speak plain HTTP to a platform."""

import uuid

import requests

PARCEL = {
    "type": "Polygon",
    "coordinates": [[[119.01, 30.105], [119.1, 30.105], [119.1, 30.2], [119.01, 30.2], [119.01, 30.105]]],
}
SAMPLES = {
    "project_site": (PARCEL, {"name": "示例项目"}),
    "plan_progress": (
        None,
        {
            "xzqdm": "330110",
            "xzqmc": "余杭区",
            "plan_type": "村庄规划",
            "stage": "启动",
            "stage_date": "2026-03-01",
            "reported_at": "2026-03-02",
        },
    ),
    "plan_org": (None, {"name": "示例规划院", "uscc": "91330000MA27U00G0X"}),
    "village_evaluation": (
        {"type": "Point", "coordinates": [119.05, 30.15]},
        {"xzcdm": "330110001001", "xzcmc": "示例村", "cls": "集聚提升类"},
    ),
    "redevelopment_project": (
        PARCEL,
        {"xzq_dm": "330110", "xm_mc": "示例改造", "type": "旧厂房(旧厂矿)", "stage": "方案编制"},
    ),
    "package": (None, {"name": "bag.zip", "sha256": "0" * 64, "size": 10}),
}


class Caller:
    """A person with a token; every method answers a requests.Response."""

    def __init__(self, platform, token):
        self.url, self.session = platform.url, requests.Session()
        if token:
            self.session.headers["Authorization"] = f"Bearer {token}"

    def path(self, collection, item=None):
        return f"{self.url}/collections/{collection}/items" + (f"/{item}" if item else "")

    def get(self, collection, item=None, headers=None, **query):
        return self.session.get(self.path(collection, item), params=query, headers=headers, timeout=30)

    def raw(self, method, collection, item, **options):
        return self.session.request(method, self.path(collection, item), timeout=30, **options)

    def put(self, collection, item, match=None, key=None, geometry=..., content="application/geo+json", **properties):
        shape, base = SAMPLES[collection]
        body = {
            "type": "Feature",
            "id": str(item),
            "geometry": shape if geometry is ... else geometry,
            "properties": {**base, **properties},
        }
        headers = {"If-Match": match} if match else {"If-None-Match": "*"}
        return self.raw(
            "PUT",
            collection,
            item,
            json=body,
            headers={**headers, "Idempotency-Key": key or str(uuid.uuid4()), "Content-Type": content},
        )

    def patch(self, collection, item, match, properties=None, key=None, **body):
        headers = {
            "If-Match": match,
            "Idempotency-Key": key or str(uuid.uuid4()),
            "Content-Type": "application/merge-patch+json",
        }
        return self.raw("PATCH", collection, item, json={"properties": properties or {}, **body}, headers=headers)

    def delete(self, collection, item, match, key=None):
        return self.raw(
            "DELETE", collection, item, headers={"If-Match": match, "Idempotency-Key": key or str(uuid.uuid4())}
        )

    def new(self, collection="project_site", **properties):
        """The id of a record just created."""
        item = str(uuid.uuid4())
        answer = self.put(collection, item, **properties)
        assert answer.status_code == 201, answer.text
        return item

    def properties(self, collection, item):
        return self.get(collection, item).json()["properties"]

    def pages(self, collection, **query):
        """All features, following next."""
        features, answer = [], self.session.get(self.path(collection), params=query, timeout=30)
        while True:
            assert answer.status_code == 200, answer.text
            page = answer.json()
            features += page["features"]
            following = [link["href"] for link in page["links"] if link["rel"] == "next"]
            if not following:
                return features
            answer = self.session.get(following[0], timeout=30)

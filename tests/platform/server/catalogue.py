"""What collections there are: collections.json, and one per form schema of the project."""

import hashlib
import json
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
ROOT = HERE.parents[1]
FORMS = ROOT / "forms" / "schemas"
RULES = ROOT / "resources" / "rules"
GEOMETRIES = {
    "none": [],
    "point": ["Point"],
    "polygon": ["Polygon", "MultiPolygon"],
    "multipolygon": ["Polygon", "MultiPolygon"],
}
MANAGED = ("case_no", "version", "updated_at", "updated_by", "return_reason")


def collections():
    """{name: definition} as sql/01_catalogue.sql takes it."""
    found = json.loads((HERE / "collections.json").read_text(encoding="utf-8"))
    for file in sorted(FORMS.glob("*.json")):
        schema = json.loads(file.read_text(encoding="utf-8"))
        found[schema["x-form"]] = {
            "title": schema["x-title"]["en"],
            "geometry": GEOMETRIES[schema.get("x-geometry", "none")],
            "writable": True,
            "number": "XM" if schema["x-form"] == "project_site" else "JD",
            "fields": {
                name: _field(prop, name in schema.get("required", ())) for name, prop in schema["properties"].items()
            },
        }
    return found


def _field(prop, required):
    kind = {"string": "text", "array": "json", "object": "json"}.get(prop.get("type"), prop.get("type", "text"))
    field = {"type": "date" if prop.get("format") == "date" else kind, "required": required}
    if "enum" in prop:
        field["choices"] = [v for v in prop["enum"] if v is not None]
    field.update({key: prop[key] for key in ("minimum", "maximum") if key in prop})
    if "pattern" in prop and field["type"] == "text":
        field["pattern"] = prop["pattern"]
    return field


def dictionary():
    """Rows of the `dictionary` collection: (kind, key, edition, sha256 of the body's UTF-8 bytes, body)."""
    files = [("form_schema", f) for f in sorted(FORMS.glob("*.json"))] + [
        ("rule_set", f) for f in sorted(RULES.glob("*.yaml"))
    ]
    for kind, file in files:
        body = file.read_text(encoding="utf-8")
        edition = json.loads(body).get("x-edition", "1") if file.suffix == ".json" else "1"
        yield kind, file.stem, edition, hashlib.sha256(body.encode()).hexdigest(), body


CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
CRS_LIST = [CRS84] + [f"http://www.opengis.net/def/crs/EPSG/0/{code}" for code in (4490, *range(4513, 4555))]


def pygeoapi_config(url, found):
    """The configuration of pygeoapi: every collection served by the provider plugin."""
    resources = {name: _resource(name, item) for name, item in found.items()}
    resources["changes"] = _resource("changes", {"title": "Feed of changes", "geometry": [], "writable": False})
    return {
        "server": {
            "bind": {"host": "127.0.0.1", "port": 0}, "url": url, "mimetype": "application/json; charset=UTF-8", "encoding": "utf-8",
            "languages": ["en-US"], "limits": {"default_items": 1000, "max_items": 10000, "on_exceed": "throttle"}, "pretty_print": False,
            "map": {"url": "", "attribution": ""},
        },
        "logging": {"level": "ERROR"},
        "metadata": {
            "identification": {"title": "OneMap reference platform", "description": "Reference platform for tests", "keywords": ["onemap"],
                               "keywords_type": "theme", "terms_of_service": "none", "url": url},
            "license": {"name": "none"}, "provider": {"name": "tests", "url": url}, "contact": {"name": "tests"},
        },
        "resources": resources,
    }  # fmt: skip


def _resource(name, item):
    return {
        "type": "collection",
        "title": item["title"],
        "description": item["title"],
        "keywords": [name],
        "links": [],
        "extents": {"spatial": {"bbox": [-180, -90, 180, 90], "crs": CRS84}, "temporal": {"begin": None, "end": None}},
        "providers": [{
            "type": "feature", "name": "server.provider.RecordProvider", "data": name, "id_field": "id", "title_field": "id",
            "editable": item["writable"], "crs": CRS_LIST, "storage_crs": CRS84,
        }],
    }  # fmt: skip

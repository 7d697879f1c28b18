"""The OpenAPI document of the contract, for clients and for fuzzing (pygeoapi's own describes what it would do alone)."""

JSON_TYPES = {"integer": "integer", "number": "number", "json": "object"}
PROBLEM = {
    "description": "Problem",
    "content": {"application/problem+json": {"schema": {"type": "object", "required": ["type", "title", "status"]}}},
}


def document(url, found):
    """The document for collections as `catalogue.collections()` gives them."""
    paths = {
        path: {"get": _operation(text)}
        for path, text in (("/", "Landing page"), ("/conformance", "Conformance"), ("/collections", "Collections"))
    }
    for name, item in {**found, "changes": {"title": "Feed", "geometry": [], "writable": False, "fields": {}}}.items():
        paths[f"/collections/{name}"] = {"get": _operation(item["title"])}
        paths[f"/collections/{name}/queryables"] = {"get": _operation("Queryables")}
        paths[f"/collections/{name}/items"] = {"get": _operation("Page", _page_parameters(name))}
        paths[f"/collections/{name}/items/{{id}}"] = _item(item, name)
    paths["/uploads"] = {
        "post": _operation("Start an upload", [_header("Tus-Resumable", True), _length(), _metadata()])
    }
    paths["/uploads/{id}"] = {"head": _operation("Offset", [_id(), _header("Tus-Resumable", True)]), "patch": _upload()}
    return {
        "openapi": "3.0.3",
        "info": {"title": "OneMap reference platform", "version": "1.0.0"},
        "servers": [{"url": url}],
        "paths": paths,
        "security": [{"bearer": []}],
        "components": {
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
                "client": {
                    "type": "oauth2",
                    "flows": {"clientCredentials": {"tokenUrl": f"{url}/oauth/token", "scopes": {}}},
                },
            }
        },
    }


def _operation(summary, parameters=(), body=None):
    codes = {str(code): {"description": "Success"} for code in (200, 201, 204, 206, 304)}
    found = {"summary": summary, "parameters": list(parameters), "responses": {**codes, "4XX": PROBLEM, "5XX": PROBLEM}}
    if body:
        found["requestBody"] = {"required": True, "content": body}
    return found


def _query(name, schema):
    return {"name": name, "in": "query", "schema": schema}


def _header(name, required=False):
    return {"name": name, "in": "header", "required": required, "schema": {"type": "string"}}


def _length():
    return {**_header("Upload-Length", True), "schema": {"type": "integer", "minimum": 0}}


def _metadata():
    return {**_header("Upload-Metadata", True), "schema": {"type": "string", "pattern": "^package [A-Za-z0-9+/]+=*$"}}


def _id():
    return {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}


def _page_parameters(name):
    cursor = {"type": "integer", "minimum": 0} if name == "changes" else {"type": "string", "format": "uuid"}
    return [
        _query("limit", {"type": "integer", "minimum": 1}),
        {
            **_query("bbox", {"type": "array", "minItems": 4, "maxItems": 4, "items": {"type": "number"}}),
            "explode": False,
        },
        _query("datetime", {"type": "string"}),
        _query("crs", {"type": "string"}),
        _query("after", cursor),
        _query("county", {"type": "string"}) if name != "changes" else _query("op", {"type": "string"}),
    ]


def _item(item, name):
    locks = [_id(), _header("If-Match"), _header("Idempotency-Key")]
    methods = {"get": _operation("Read", [_id(), _header("If-None-Match"), _query("crs", {"type": "string"})])}
    if item["writable"]:
        feature = _feature(item)
        methods["put"] = _operation(
            "Create or replace", [*locks, _header("If-None-Match")], {"application/geo+json": {"schema": feature}}
        )
        patch = {
            "type": "object",
            "properties": {
                "properties": feature["properties"]["properties"],
                "geometry": {"nullable": True, "type": "object"},
            },
        }
        methods["patch"] = _operation("Update", locks, {"application/merge-patch+json": {"schema": patch}})
        methods["delete"] = _operation("Delete", locks)
    return methods


def _feature(item):
    properties = {"status": {"type": "string", "enum": ["draft", "submitted"]}, "county": {"type": "string"}}
    for name, field in item["fields"].items():
        schema = {"type": JSON_TYPES.get(field["type"], "string")}
        if field["type"] == "json":
            schema = {"type": "array", "items": {"type": "object"}}
        if "choices" in field:
            schema["enum"] = field["choices"]
        properties[name] = schema
    geometry = {"type": "object", "nullable": True}
    if item["geometry"]:
        geometry["properties"] = {
            "type": {"type": "string", "enum": item["geometry"]},
            "coordinates": {"type": "array", "items": {}},
        }
    return {
        "type": "object",
        "required": ["type", "geometry", "properties"],
        "properties": {
            "type": {"type": "string", "enum": ["Feature"]},
            "geometry": geometry,
            "properties": {"type": "object", "properties": properties},
        },
    }


def _upload():
    parameters = [_id(), _header("Tus-Resumable", True), _header("Upload-Offset", True)]
    return _operation(
        "Bytes", parameters, {"application/offset+octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    )

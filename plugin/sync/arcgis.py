"""A platform that speaks ArcGIS REST (FeatureServer), seen as one that keeps the contract."""

import json
from typing import Any, Optional
from urllib.parse import parse_qs, urlencode, urlsplit

import requests

from .adapter import CollectionMap, Mapping
from .credentials import Credentials
from .discovery import OMITS_NULL_CLASS
from .errors import ContractError, LoginError, PlatformError
from .options import USUAL, TransportOptions
from .receipts import Receipts
from .transport import Transport
from .wire import JsonObject, checked_integer, parse_object

_STATUSES = {1001: 412, 1002: 409, 1003: 422, 1004: 404, 400: 400, 403: 403, 404: 404, 429: 429, 498: 401, 499: 401}
_OPS = {"INSERT": "C", "UPDATE": "U", "DELETE": "D"}
_CONFORMS = ["ogcapi-features-1/1.0/conf/core", "ogcapi-features-4/1.0/conf/create-replace-delete"]
_CONFORMS += ["ogcapi-features-4/1.0/conf/optimistic-locking"]


class ArcgisTransport(Transport):
    """Answers the contract's requests with what the services of a Mapping say."""

    def __init__(
        self,
        mapping: Mapping,
        base_url: str,
        credentials: Credentials,
        session: Optional[requests.Session] = None,
        options: TransportOptions = USUAL,
    ) -> None:
        super().__init__(base_url, credentials, session, options)
        self._map = mapping
        self._receipts = Receipts(mapping.receipt, self._receipt, self.pause, self.cancelled)

    def names(self, collection: str) -> Optional[frozenset[str]]:
        """As Transport.names: those that the mapping names."""
        one = self._map.collections.get(collection)
        return None if one is None else frozenset(one.fields)

    def send(
        self,
        method: str,
        path: str,
        headers: Optional[dict[str, str]] = None,
        data: Optional[bytes] = None,
        **options: Any,
    ) -> requests.Response:
        """As Transport.send, for the addresses of the contract; anything else goes out as it is."""
        parts = urlsplit(self.url(path))
        steps = parts.path.removeprefix(urlsplit(self.base_url).path).strip("/").split("/")
        query = {name: values[0] for name, values in parse_qs(parts.query).items()} | dict(options.get("params") or {})
        if steps == [""]:
            return _reply(self.base_url, {"links": []})
        if steps == ["conformance"]:
            return _reply(path, {"conformsTo": [*_CONFORMS, *([OMITS_NULL_CLASS] if self._map.omits_null else ())]})
        if steps == ["collections"]:
            names = [*self._map.collections, "changes"]
            return _reply(path, {"collections": [{"id": name, "links": []} for name in names]})
        if steps[0] != "collections" or len(steps) < 3:
            return super().send(method, path, headers, data, **options)
        if steps[1] == "changes":
            return self._changes(query)
        if steps[1] not in self._map.collections:
            raise _refused({"code": 404, "message": "Not Found"})
        one = self._map.collections[steps[1]]
        if len(steps) == 3:
            return self._page(steps[1], one, query)
        if method == "GET":
            return self._item(one, steps[3])
        return self._write(method, one, steps[3], headers or {}, data)

    def _call(self, method: str, path: str, values: JsonObject) -> JsonObject:
        """One request to a service; its errors come with status 200 and are reported apart here. A token that is over
        is renewed once."""
        try:
            return self._try(method, path, values)
        except PlatformError as error:
            if error.status != 401:
                raise
            if not self.credentials.renew():
                raise LoginError(error.server_text) from error
        return self._try(method, path, values)

    def _try(self, method: str, path: str, values: JsonObject) -> JsonObject:
        form = {"f": "json", **values}
        if method == "GET":
            answer = super().send("GET", path, params=form)
        else:
            kind = {"Content-Type": "application/x-www-form-urlencoded"}
            answer = super().send("POST", path, kind, urlencode(form).encode())
        body = parse_object(answer.content, answer.url)
        if isinstance(body.get("error"), dict):
            raise _refused(body["error"])
        return body

    # reading

    def _features(self, one: CollectionMap, where: str, offset: int, limit: int) -> tuple[list[JsonObject], bool]:
        values = {"where": where, "outFields": "*", "orderByFields": self._map.names["id"], "resultOffset": offset}
        body = self._call("GET", f"{one.path}/query", {**values, "resultRecordCount": limit, "f": "geojson"})
        found = body.get("features")
        if not isinstance(found, list):
            raise ContractError("sync_contract", what=f"{one.path}: features")
        return [self._inward(one, f) for f in found], body.get("exceededTransferLimit") is True

    def _inward(self, one: CollectionMap, feature: Any) -> JsonObject:
        remote = feature.get("properties") if isinstance(feature, dict) else None
        if not isinstance(remote, dict):
            raise ContractError("sync_contract", what=f"{one.path}: properties")
        properties = {**one.inward(remote), "version": remote.get(self._map.names["version"])}
        if "status" in properties:
            properties["status"] = self._map.status_in(properties["status"])
        item = remote.get(self._map.names["id"])
        return {"type": "Feature", "id": item, "geometry": feature.get("geometry"), "properties": properties}

    def _page(self, collection: str, one: CollectionMap, query: JsonObject) -> requests.Response:
        begin, limit = int(query.get("start", 0)), int(query.get("limit", 1000))
        wanted = {k: v for k, v in query.items() if k not in ("start", "limit")}
        where = " AND ".join(f"{self._column(one, name)}={_literal(value)}" for name, value in wanted.items()) or "1=1"
        features, more = self._features(one, where, begin, limit)
        page: JsonObject = {"type": "FeatureCollection", "features": features, "links": []}
        if not begin:
            counted = self._call("GET", f"{one.path}/query", {"where": where, "returnCountOnly": "true"})
            page["numberMatched"] = checked_integer(counted.get("count"), f"{one.path}: count")
        if more:
            following = urlencode({**wanted, "start": begin + len(features), "limit": limit})
            page["links"] = [{"rel": "next", "href": f"{self.items(collection)}?{following}"}]
        return _reply(self.items(collection), page)

    def _column(self, one: CollectionMap, name: str) -> str:
        if name != "version" and name not in one.fields:
            raise _refused({"code": 400, "message": "Unknown query", "details": [name]})
        return self._map.names["version"] if name == "version" else one.fields[name]

    def _item(self, one: CollectionMap, item: str) -> requests.Response:
        features, _ = self._features(one, f"{self._map.names['id']}={_literal(item)}", 0, 1)
        if not features:
            raise _refused({"code": 404, "message": "Not Found"})
        version = features[0]["properties"]["version"]
        return _reply(one.path, features[0], {"ETag": f'"{version}"'})

    def _changes(self, query: JsonObject) -> requests.Response:
        feed, limit = self._map.feed, int(query.get("limit", 1000))
        cursor = checked_integer(int(query.get("after") or 0), "changes")
        values = {"where": f"{feed['cursor']}>{cursor}", "outFields": "*", "orderByFields": feed["cursor"]}
        body = self._call("GET", f"{feed['path']}/query", {**values, "resultRecordCount": limit})
        rows = [one.get("attributes") or {} for one in body.get("features") or [] if isinstance(one, dict)]
        tables = {one.path.split("/")[-3]: name for name, one in self._map.collections.items()}
        features = [
            {
                "id": row.get(feed["cursor"]),
                "properties": {
                    "collection": tables.get(str(row.get(feed["collection"])), str(row.get(feed["collection"]))),
                    "item": row.get(feed["item"]),
                    "op": _OPS.get(str(row.get(feed["op"])).upper(), ""),
                    "version": row.get(feed["version"]),
                },
            }
            for row in rows
        ]
        more = body.get("exceededTransferLimit") is True
        links = [{"rel": "next", "href": self.items("changes")}] if more else []
        epoch = str(body.get(feed.get("epoch", "")) or "")
        return _reply("changes", {"features": features, "links": links}, {"Feed-Epoch": epoch})

    # writing

    def _write(
        self, method: str, one: CollectionMap, item: str, headers: dict[str, str], data: Optional[bytes]
    ) -> requests.Response:
        names = self._map.names
        extra = {names["key"]: headers.get("Idempotency-Key", "")}
        if headers.get("If-Match"):
            extra[names["lock"]] = headers["If-Match"].strip('"')
        if method == "DELETE":
            where = f"{names['id']}={_literal(item)}"
            body = self._decided(f"{one.path}/deleteFeatures", {"where": where, **extra})
            return _result(body, "deleteResults", names["version"])
        feature = parse_object(data or b"{}", one.path)
        properties = dict(feature.get("properties") or {})
        if "status" in properties:
            properties["status"] = self._map.status_out(properties["status"])
        attributes = {**one.outward(properties), names["id"]: item}
        features_text = json.dumps(
            [{"attributes": attributes, "geometry": esri(feature.get("geometry"))}], ensure_ascii=False
        )
        act = "addFeatures" if headers.get("If-None-Match") else "updateFeatures"
        body = self._decided(f"{one.path}/{act}", {"features": features_text, **extra})
        return _result(body, "addResults" if act == "addFeatures" else "updateResults", names["version"])

    def _receipt(self, path: str) -> JsonObject:
        return self._call("GET", path, {})

    def _decided(self, path: str, values: JsonObject) -> JsonObject:
        """The answer to a write, waited for where the platform gives a receipt first."""
        return self._receipts.settled(self._call("POST", path, values))


def esri(geometry: Optional[JsonObject]) -> Optional[JsonObject]:
    """A GeoJSON geometry as Esri JSON."""
    if geometry is None:
        return None
    kind, coordinates = geometry["type"], geometry["coordinates"]
    reference = {"spatialReference": {"wkid": 4490}}
    if kind == "Point":
        return {"x": coordinates[0], "y": coordinates[1], **reference}
    rings = [ring for part in ([coordinates] if kind == "Polygon" else coordinates) for ring in part]
    return {"rings": rings, **reference}


def _literal(value: Any) -> str:
    """A value in a where clause: a number, or text in quotes with its own quotes doubled."""
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"


def _refused(error: JsonObject) -> PlatformError:
    code = error.get("code")
    status = _STATUSES.get(code, 500) if isinstance(code, int) else 500
    details = error.get("details")
    detail = "; ".join(map(str, details[:5])) if isinstance(details, list) else ""
    return PlatformError(status, {"title": str(error.get("message") or "")[:300], "detail": detail})


def _result(body: JsonObject, name: str, version: str) -> requests.Response:
    """The answer to a write of one feature."""
    found = body.get(name)
    one = found[0] if isinstance(found, list) and found and isinstance(found[0], dict) else None
    if one is None:
        raise ContractError("sync_contract", what=name)
    if one.get("success") is not True:
        error = one.get("error")
        reported: JsonObject = error if isinstance(error, dict) else {}
        raise _refused({"code": reported.get("code"), "message": reported.get("description")})
    number = one.get(version)
    return _reply(name, {}, {} if number is None else {"ETag": f'"{number}"'}, 204)


def _reply(
    url: str, body: JsonObject, headers: Optional[dict[str, str]] = None, status: int = 200
) -> requests.Response:
    answer = requests.Response()
    answer.status_code, answer.url, answer._content = status, url, json.dumps(body).encode("utf-8")
    answer.headers.update({"Content-Type": "application/json", **(headers or {})})
    return answer

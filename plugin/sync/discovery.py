"""What a platform says it can do and holds.

Addresses are taken from its links, or are the standard's own where a link is missing.
"""

from collections.abc import Iterable
from typing import Any, Optional
from urllib.parse import urljoin

from ..core.errors import InputError
from .errors import ContractError, ForeignHostError, LoginError, PlatformError
from .transport import Transport
from .wire import JsonObject, links_of

_CREATE = "create-replace-delete"
_LOCKING = "optimistic-locking"
OMITS_NULL_CLASS = "conf/omits-null"  # a platform that announces this leaves out what is empty: absence is null there
OMITS_NULL = "omits_null"  # its place among the addresses
_OGC = "http://www.opengis.net/def/rel/ogc/1.0/"
_OFFERED = ("conformance", "data", "service-desc")
_AUTHORITIES = (
    "/.well-known/oauth-authorization-server",
    "/.well-known/openid-configuration",
    ".well-known/openid-configuration",
)
_UNUSABLE = (ContractError, PlatformError, ForeignHostError, KeyError, TypeError, AttributeError, ValueError)


def places(transport: Transport) -> JsonObject:
    """{rel: address} of what the landing page links to, under "items" {collection: address of its items}, and whether
    the platform leaves out what is empty; nothing of that where it could not say so now: it is asked again."""
    found: JsonObject = {**_landing(transport)}
    try:
        announced = transport.get_json(str(found.get("conformance", "conformance")))[0].get("conformsTo")
        found[OMITS_NULL] = omits_null(one for one in announced or () if isinstance(one, str))
    except _UNUSABLE as error:
        if not getattr(error, "retryable", False):
            found[OMITS_NULL] = False
    try:
        listed, _, address = transport.get_page(found.get("data", "collections"))
        items = {name: _link(item, "items", address) for name, item in _listed(listed).items()}
    except _UNUSABLE:
        return found
    return {**found, "items": {name: link for name, link in items.items() if link}}


def trusted(transport: Transport, kept: Any) -> Optional[JsonObject]:
    """Addresses kept in a workspace, if all of them lead to the named host or an allowed one; else None: then the
    platform is asked again."""
    try:
        named = [value for name, value in kept.items() if name not in ("items", OMITS_NULL)]
        addresses = named + list(kept.get("items", {}).values())
        for address in addresses:
            transport.demand_named(address)
    except _UNUSABLE:
        return None
    return dict(kept) if OMITS_NULL in kept else None


def omits_null(classes: Iterable[str]) -> bool:
    """Whether a platform of these conformance classes leaves out what is empty."""
    return any(one.endswith(OMITS_NULL_CLASS) for one in classes)


def _landing(transport: Transport) -> dict[str, str]:
    try:
        landing, _, address = transport.get_page("")
        return {rel: link for rel in _OFFERED if (link := _link(landing, rel, address))}
    except _UNUSABLE:
        return {}


def _link(described: JsonObject, rel: str, address: str) -> Optional[str]:
    """Address of the first link of a relation that leads to data, not to a page for people."""
    for link in links_of(described):
        data = "html" not in str(link.get("type") or "")
        if data and str(link.get("rel", "")).removeprefix(_OGC) == rel:
            return urljoin(address, str(link["href"]))
    return None


def conformance(transport: Transport) -> set[str]:
    """Set of conformance classes."""
    body, _ = transport.get_json(transport.place("conformance", "conformance"))
    found = body.get("conformsTo")
    if not isinstance(found, list):
        raise ContractError("sync_contract", what="conformance")
    return {name for name in found if isinstance(name, str)}


def demand_locking(transport: Transport) -> set[str]:
    """Refuse a platform on which one person's change could overwrite another's; its conformance classes."""
    classes = conformance(transport)
    if not any(_LOCKING in name for name in classes) or not any(_CREATE in name for name in classes):
        raise InputError("sync_no_locking")
    return classes


def collections(transport: Transport) -> dict[str, JsonObject]:
    """{id: description} of all collections."""
    body, _, address = transport.get_page(transport.place("data", "collections"))
    return {name: _absolute(item, address) for name, item in _listed(body).items()}


def _listed(body: JsonObject) -> dict[str, JsonObject]:
    found = body.get("collections")
    if not isinstance(found, list):
        raise ContractError("sync_contract", what="collections")
    return {item["id"]: item for item in found if isinstance(item, dict) and isinstance(item.get("id"), str)}


def described(transport: Transport, collection: str, listed: JsonObject) -> JsonObject:
    """A collection's own description, which may tell more than the list of collections did.

    What was `listed` where it has none.
    """
    try:
        body, _, address = transport.get_page(_link(listed, "self", "") or f"collections/{collection}")
        return _absolute(body, address)
    except (ContractError, PlatformError, ForeignHostError):
        return listed


def _absolute(item: JsonObject, address: str) -> JsonObject:
    links = []
    for link in links_of(item):
        try:
            links.append({**link, "href": urljoin(address, link["href"])})
        except ValueError:  # no address at all
            continue
    return {**item, "links": links}


def queryables(transport: Transport, collection: str) -> JsonObject:
    """{property: JSON schema} that a collection can be asked by."""
    body, _ = transport.get_json(f"collections/{collection}/queryables")
    found = body.get("properties")
    return found if isinstance(found, dict) else {}


def token_endpoint(transport: Transport) -> Optional[str]:
    """Where the platform hands out tokens: named by its OpenAPI document, or by its OAuth2 metadata.

    None when neither does.
    """
    found = _from_openapi(transport) or _from_metadata(transport)
    return transport.named(found) if found else None  # a secret goes to the named host only


def _from_openapi(transport: Transport) -> Optional[str]:
    try:
        document, _, address = transport.get_page(_landing(transport).get("service-desc", "openapi"))
        for scheme in document["components"]["securitySchemes"].values():
            found = scheme.get("flows", {}).get("clientCredentials", {}).get("tokenUrl")
            if found:
                return urljoin(address, str(found))
    except (*_UNUSABLE, LoginError):
        pass
    return None


def _from_metadata(transport: Transport) -> Optional[str]:
    for path in _AUTHORITIES:
        try:
            document, _, address = transport.get_page(path)
            return urljoin(address, str(document["token_endpoint"]))
        except (*_UNUSABLE, LoginError):
            continue
    return None


def enclosure(described: JsonObject, county: str) -> Optional[JsonObject]:
    """The link of a county's GeoPackage in a collection's description; None when there is none."""
    links = [link for link in links_of(described) if link.get("rel") == "enclosure" and _is_geopackage(link)]
    named = [link for link in links if county in f"{link.get('title', '')} {link['href']}"]
    return next(iter(named), None)


def _is_geopackage(link: JsonObject) -> bool:
    return "geopackage" in str(link.get("type", "")) or link["href"].partition("?")[0].endswith(".gpkg")

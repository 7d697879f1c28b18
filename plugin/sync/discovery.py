"""What a platform says it can do and holds.

Addresses are taken from its links, or are the standard's own where a link is missing.
"""

from urllib.parse import urljoin

from ..core.errors import InputError
from .errors import ContractError, LoginError, PlatformError

_CREATE = "create-replace-delete"
_LOCKING = "optimistic-locking"
_OGC = "http://www.opengis.net/def/rel/ogc/1.0/"
_OFFERED = ("conformance", "data", "service-desc")
_AUTHORITIES = (
    "/.well-known/oauth-authorization-server",
    "/.well-known/openid-configuration",
    ".well-known/openid-configuration",
)
_UNUSABLE = (ContractError, PlatformError, KeyError, TypeError)


def places(transport):
    """{rel: address} of what the landing page links to, and under "items" {collection: address of its items}."""
    found = _landing(transport)
    try:
        listed, _, address = transport.get_page(found.get("data", "collections"))
        items = {str(c["id"]): _link(c, "items", address) for c in listed["collections"]}
    except (*_UNUSABLE, AttributeError):
        return found
    return {**found, "items": {name: link for name, link in items.items() if link}}


def _landing(transport):
    try:
        landing, _, address = transport.get_page("")
        return {rel: link for rel in _OFFERED if (link := _link(landing, rel, address))}
    except _UNUSABLE:
        return {}


def _link(described, rel, address):
    """Address of the first link of a relation that leads to data, not to a page for people."""
    for link in described.get("links") or ():
        data = "html" not in str(link.get("type") or "") and isinstance(link.get("href"), str)
        if data and str(link.get("rel", "")).removeprefix(_OGC) == rel:
            return urljoin(address, link["href"])
    return None


def conformance(transport):
    """Set of conformance classes."""
    body, _ = transport.get_json(transport.place("conformance", "conformance"))
    try:
        return set(body["conformsTo"])
    except (KeyError, TypeError) as error:
        raise ContractError("sync_contract", what=f"conformance: {error!r}") from error


def demand_locking(transport):
    """Refuse a platform on which one person's change could overwrite another's."""
    classes = conformance(transport)
    if not any(_LOCKING in name for name in classes) or not any(_CREATE in name for name in classes):
        raise InputError("sync_no_locking")


def collections(transport):
    """{id: description} of all collections."""
    body, _, address = transport.get_page(transport.place("data", "collections"))
    try:
        return {str(item["id"]): _absolute(item, address) for item in body["collections"]}
    except (AttributeError, KeyError, TypeError) as error:
        raise ContractError("sync_contract", what=f"collections: {error!r}") from error


def described(transport, collection, listed):
    """A collection's own description, which may tell more than the list of collections did.

    What was `listed` where it has none.
    """
    try:
        body, _, address = transport.get_page(_link(listed, "self", "") or f"collections/{collection}")
        return _absolute(body, address)
    except (AttributeError, ContractError, PlatformError, TypeError):
        return listed


def _absolute(item, address):
    links = [{**link, "href": urljoin(address, link["href"])} for link in item.get("links") or () if link.get("href")]
    return {**item, "links": links}


def queryables(transport, collection):
    """{property: JSON schema} that a collection can be asked by."""
    body, _ = transport.get_json(f"collections/{collection}/queryables")
    return body.get("properties", {})


def token_endpoint(transport):
    """Where the platform hands out tokens: named by its OpenAPI document, or by its OAuth2 metadata.

    None when neither does.
    """
    try:
        document, _, address = transport.get_page(_landing(transport).get("service-desc", "openapi"))
        for scheme in document["components"]["securitySchemes"].values():
            told = scheme.get("flows", {}).get("clientCredentials", {}).get("tokenUrl")
            if told:
                return urljoin(address, told)
    except (*_UNUSABLE, AttributeError, LoginError):
        pass
    for path in _AUTHORITIES:
        try:
            told, _, address = transport.get_page(path)
            return urljoin(address, told["token_endpoint"])
        except (*_UNUSABLE, LoginError):
            continue
    return None


def enclosure(described, county):
    """The link of a county's GeoPackage in a collection's description; None when there is none."""
    links = [link for link in described.get("links", ()) if link.get("rel") == "enclosure" and _is_geopackage(link)]
    named = [link for link in links if county in f"{link.get('title', '')} {link['href']}"]
    return (named or [None])[0]


def _is_geopackage(link):
    return "geopackage" in str(link.get("type", "")) or link["href"].partition("?")[0].endswith(".gpkg")

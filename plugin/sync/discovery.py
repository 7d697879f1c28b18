"""What a platform says it can do and holds."""

from ..core.errors import InputError
from .errors import ContractError

_CREATE = "create-replace-delete"
_LOCKING = "optimistic-locking"


def conformance(transport):
    """Set of conformance classes."""
    body, _ = transport.get_json("conformance")
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
    body, _ = transport.get_json("collections")
    try:
        return {item["id"]: item for item in body["collections"]}
    except (KeyError, TypeError) as error:
        raise ContractError("sync_contract", what=f"collections: {error!r}") from error


def queryables(transport, collection):
    """{property: JSON schema} that a collection can be asked by."""
    body, _ = transport.get_json(f"collections/{collection}/queryables")
    return body.get("properties", {})


def enclosure(described, county):
    """The link of a county's GeoPackage in a collection's description; None when there is none."""
    links = [link for link in described.get("links", ()) if link.get("rel") == "enclosure" and "geopackage" in str(link.get("type", ""))]
    named = [link for link in links if county in f"{link.get('title', '')} {link['href']}"]
    return (named or [None])[0]

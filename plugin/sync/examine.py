"""A look at a platform before anything is exchanged: does it answer, does it know us, can it do what the
contract asks for.
"""

from dataclasses import dataclass

from ..core.errors import OneMapError
from . import discovery

# what the client leans on: end of the conformance class -> whether nothing can be pushed without it
CLASSES = {
    "ogcapi-features-1/1.0/conf/core": False,
    "ogcapi-features-1/1.0/conf/geojson": False,
    "ogcapi-features-4/1.0/conf/create-replace-delete": True,
    "ogcapi-features-4/1.0/conf/optimistic-locking": True,
}


@dataclass(frozen=True)
class Examination:
    """`missing`: conformance classes that the platform lacks; `blocking`: those among them without which nothing is
    pushed; `collections`: {id: title} that this login sees; `county`: of what it may read, "" where that cannot be
    seen; `error`: what ended the look early, None for nothing."""

    missing: tuple = ()
    blocking: tuple = ()
    collections: tuple = ()
    county: str = ""
    error: object = None


def examine(transport):
    """Examination of a platform by a handful of reading requests.

    Never raises for what the line or the platform does.
    """
    missing = blocking = offered = ()
    try:
        told = discovery.conformance(transport)
        missing = tuple(name for name in CLASSES if not any(name in known for known in told))
        blocking = tuple(name for name in missing if CLASSES[name])
        offered = tuple(
            (name, str(described.get("title") or name)) for name, described in discovery.collections(transport).items()
        )
        county = _county(transport) if "control_line" in dict(offered) else ""
        return Examination(missing, blocking, offered, county)
    except OneMapError as error:
        return Examination(missing, blocking, offered, "", error)


def _county(transport):
    page, _ = transport.get_json(transport.items("control_line"), {"limit": 1})
    found = page.get("features") or [{}]
    return str((found[0].get("properties") or {}).get("county") or "")

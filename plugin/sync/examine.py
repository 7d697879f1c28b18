"""A look at a platform before anything is exchanged: does it answer, does it know us, can it do what the
contract asks for.
"""

from dataclasses import dataclass
from typing import Optional

from ..core.errors import OneMapError
from . import discovery
from .transport import Transport
from .wire import features_of

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

    missing: tuple[str, ...] = ()
    blocking: tuple[str, ...] = ()
    collections: tuple[tuple[str, str], ...] = ()
    county: str = ""
    error: Optional[OneMapError] = None


def examine(transport: Transport) -> Examination:
    """Examination of a platform by a handful of reading requests.

    Never raises for what the line or the platform does.
    """
    missing: tuple[str, ...] = ()
    blocking: tuple[str, ...] = ()
    offered: tuple[tuple[str, str], ...] = ()
    try:
        classes = discovery.conformance(transport)
        missing = tuple(name for name in CLASSES if not any(name in known for known in classes))
        blocking = tuple(name for name in missing if CLASSES[name])
        offered = tuple(
            (name, str(described.get("title") or name)) for name, described in discovery.collections(transport).items()
        )
        county = _county(transport) if "control_line" in dict(offered) else ""
        return Examination(missing, blocking, offered, county)
    except OneMapError as error:
        return Examination(missing, blocking, offered, "", error)


def _county(transport: Transport) -> str:
    page, _ = transport.get_json(transport.items("control_line"), {"limit": 1})
    return next((str(one.properties.get("county") or "") for one in features_of(page, "control_line")), "")

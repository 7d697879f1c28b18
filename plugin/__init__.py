"""The plugin's rooms. Loading the package loads shapely in a way that is safe inside QGIS."""

import os
import sys


def _load_shapely():
    """Import shapely bound to its own GEOS.

    QGIS links the system's GEOS, whose symbols would otherwise stand in for those of the GEOS inside shapely's wheel (measured:
    GEOS 3.13 calls ended in 3.11, "WKB output dimension must be 2 or 3"). A missing shapely is reported elsewhere.
    """
    flags = sys.getdlopenflags() if hasattr(sys, "getdlopenflags") else None
    if flags is not None and hasattr(os, "RTLD_DEEPBIND"):
        sys.setdlopenflags(flags | os.RTLD_DEEPBIND)
    try:
        import shapely  # noqa: F401  (loaded for its side effect)
    except ImportError:
        return
    finally:
        if flags is not None:
            sys.setdlopenflags(flags)


_load_shapely()

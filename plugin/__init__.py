"""The plugin's rooms. Loading the package loads shapely and pyproj in a way that is safe inside QGIS."""

import os
import sys


def _load_libraries():
    """Import shapely and pyproj bound to their own GEOS and PROJ.

    QGIS links the system's GEOS and PROJ, whose symbols would otherwise stand in for those inside the wheels
    (measured: calls of GEOS 3.13 ended in 3.11, "WKB output dimension must be 2 or 3"; a second PROJ corrupted memory
    when the process ended). A missing package is reported elsewhere.
    """
    flags = sys.getdlopenflags() if hasattr(sys, "getdlopenflags") else None
    if flags is not None and hasattr(os, "RTLD_DEEPBIND"):
        sys.setdlopenflags(flags | os.RTLD_DEEPBIND)
    try:
        import pyproj  # noqa: F401  (loaded for its side effect)
        import shapely  # noqa: F401
    except ImportError:
        return
    finally:
        if flags is not None:
            sys.setdlopenflags(flags)


_load_libraries()

"""The plugin's rooms. Loading the package makes its libraries findable, and loads shapely and pyproj safely."""

import os

from .paths import WORKER

if WORKER not in os.environ:  # a process of workers.Workers finds them, and has no QGIS beside it
    from .dependencies import use_libraries

    use_libraries()

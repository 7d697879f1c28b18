"""The plugin's rooms. Loading the package makes its libraries findable, and loads shapely and pyproj safely."""

from .dependencies import use_libraries

use_libraries()

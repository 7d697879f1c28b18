"""Names for the types that travel between the rooms."""

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    Array = np.ndarray[Any, Any]
else:
    Array = np.ndarray  # the numpy of older QGIS installations takes no type parameters

Box = tuple[float, float, float, float]  # min x, min y, max x, max y

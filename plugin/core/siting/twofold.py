"""A measure of what a filter takes, and beside it of what it does not understand."""

from typing import Any, Callable, Optional

import numpy as np

from ..land.types import Array
from .measures import ClassAreas, Distance, Overlap
from .results import Measured


class Twofold:
    """Made from `make`, which gives a measure (measures.py) without features."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make, self._sure = make, make()
        self._unclear: Any = None

    def add(self, geometries: Array, values: Any = None) -> None:
        """Features that the filter takes."""
        self._sure.add(geometries, values)

    def add_unclear(self, geometries: Array) -> None:
        """Features of which nobody knows whether they are meant."""
        if len(geometries) and self._unclear is None:
            self._unclear = self._make()
        if len(geometries):
            self._unclear.add(geometries)

    def measured(self, doubt: str, unclear: str, areas: Optional[Array] = None) -> Measured:
        """The Measured; `unclear` tells what was not understood, `areas` of the candidates in m2."""
        found = self._sure.finish()
        if self._unclear is None or isinstance(found, ClassAreas):
            return Measured(found, "", doubt)
        return Measured(found, "", doubt, self._with(found, self._unclear.finish(), areas), unclear)

    def _with(self, found: Array, more: Array, areas: Optional[Array]) -> Array:
        """What it may be at most: area and number, or the least distance."""
        if isinstance(self._sure, Distance):
            return np.minimum(found, more)
        together = found + more
        return np.minimum(together, areas) if isinstance(self._sure, Overlap) and areas is not None else together

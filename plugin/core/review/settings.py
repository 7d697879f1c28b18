"""Settings of a whole review run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Optional

if TYPE_CHECKING:
    from pyproj import CRS

    from ..land.types import Array
    from ..workers import Workers
    from .moving import MovingLines


@dataclass(frozen=True)
class Settings:
    """Run-wide settings: `sliver_m2` is the tolerance of rules that have none of their own.

    Lines below `sliver_m` likewise. `delays_unions`: what lies in several features may be counted twice, and it is
    said where (LineOutcome.is_at_most); conclusions are not touched by it.
    """

    plane: CRS
    rules_sha256: str
    sliver_m2: float = 1.0
    sliver_m: float = 2.0
    # for each project what to say of its part outside the control extent, "" for none
    beyond: Optional[Array] = None
    # likewise what a verdict of no finding must say besides
    noted: Optional[Array] = None
    delays_unions: bool = False
    moving: Optional[MovingLines] = None  # of a range that follows another one: asks many lines at once
    workers: Optional[Workers] = None  # processes that take a share of the arithmetic
    threads: int = 0  # that check lines of one chunk of projects side by side; 0: as many as there are processors

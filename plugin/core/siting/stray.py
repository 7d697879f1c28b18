"""Candidates that lie where no county reaches: most likely their coordinates are wrong, and they are set apart."""

import numpy as np
import shapely

FAR_M = 200_000.0  # from the middle of the candidates: farther than any county is long


def far_off(geometries: np.ndarray) -> np.ndarray:
    """Metres from the middle of all candidates (the median, which a stray one does not move) where that is too far
    for one selection, else 0.
    """
    boxes = shapely.bounds(geometries).reshape(-1, 4)
    centres = (boxes[:, :2] + boxes[:, 2:]) / 2
    metres = np.hypot(*(centres - np.median(centres, axis=0)).T) if len(centres) else np.zeros(0)
    return np.where(metres > FAR_M, metres, 0.0)

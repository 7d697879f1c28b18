"""Boxes (left, low, right, top) on the plane, in metres."""

Box = tuple[float, float, float, float]


def grown(box: Box, metres: float) -> Box:
    """The box `metres` wider on every side."""
    return box[0] - metres, box[1] - metres, box[2] + metres, box[3] + metres

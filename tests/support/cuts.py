"""Places on the earth and projects in the shape that the overlay asks for, for tests of its cuts."""

import shapely

PLACES = ((500_000.0, 3_350_000.0), (40_500_000.0, 3_350_000.0), (0.0, 0.0))


class Chunk:
    """Projects in the shape that intersections asks for."""

    def __init__(self, geometries):
        self.geometries = geometries

    def copies(self):
        return shapely.from_wkb(shapely.to_wkb(self.geometries))

"""The page of heights: a design is run through its limits, a height is dragged, versions are compared, rounds kept."""

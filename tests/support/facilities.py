"""Villages on a line, places to choose from, and a run of locatefacilities on them."""

# five villages on a line, two kilometres apart; people 100, 50, 10, 300, 40
VILLAGES = ((0, 100), (2000, 50), (4000, 10), (6000, 300), (8000, 40))


def point(h, x, y=0):
    return f"POINT({h.X + x} {h.Y + y})"


def villages(h, rows=VILLAGES):
    return h.layer("villages", [(point(h, x), people) for x, people in rows], "people:double", kind="Point")


def candidates(h, places=(0, 1000, 3000, 5000, 7000)):
    return h.layer("places", [(point(h, x), f"C{x}") for x in places], "name:string", kind="Point")


def run(h, told=None, **more):
    values = {
        "DEMAND": villages(h),
        "WEIGHT_FIELD": "people",
        "CANDIDATES": candidates(h),
        "NAME_FIELD": "name",
        "SITES": "memory:",
        "DEMAND_SERVED": "memory:",
        "LINKS": "memory:",
        **more,
    }
    return h.run("locatefacilities", told or h.Feedback(), **values)


def names(layer):
    return [feature["name"] for feature in layer.getFeatures()]

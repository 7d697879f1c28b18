"""300 made-up projects beside farmland, thirty of them edited in five known ways, and the diff that must come of it."""

COUNT, HIT, STEP = 300, 200, 300.0
WAYS = ("away", "shrunk", "widened", "onto", "renamed")


def projects():
    """{key: (x, width)}: the first 200 have farmland below their right half."""
    return {f"P{n:03d}": (n * STEP, 100.0) for n in range(COUNT)}


def farmland():
    """(x, width) of a farmland square for each of the projects that are hit; some more lie free."""
    return [(n * STEP + 50, 100.0) for n in range(HIT)] + [(-(n + 1) * STEP, 100.0) for n in range(6)]


def edited():
    """({key: (x, width)}, {key: (kind, (x, width) of the overlap before, after, key before)}): six projects a way."""
    now, told = {}, {}
    for n, (key, (x, width)) in enumerate(projects().items()):
        way = WAYS[n // 6] if n < 30 and n // 6 != 3 else ("onto" if HIT <= n < HIT + 6 else "")
        held = (x + 50, 50.0)
        if way == "away":
            now[key], told[key] = (x - 120, width), ("resolved", held, None, key)
        elif way == "shrunk":
            now[key], told[key] = (x, 70.0), ("reduced", held, (x + 50, 20.0), key)
        elif way == "widened":
            now[key], told[key] = (x, 130.0), ("grown", held, (x + 50, 80.0), key)
        elif way == "onto":
            there = -(n - HIT + 1) * STEP + 60
            now[key], told[key] = (there, width), ("new", None, (there, 40.0), key)
        elif way == "renamed":
            now[f"N{n:03d}"], told[f"N{n:03d}"] = (x, width), ("unchanged", held, held, key)
        else:
            now[key] = (x, width)
            if n < HIT:
                told[key] = ("unchanged", held, held, key)
    return now, told


def strip(x, width):
    from onemap.tests.support import algorithms as h

    x, y = h.X + x, h.Y
    return f"POLYGON(({x} {y},{x + width} {y},{x + width} {y + 100},{x} {y + 100},{x} {y}))"


def project_layer(rows, name="用地"):
    from onemap.tests.support import algorithms as h

    return h.layer(name, [(strip(*place), key, f"项目{key}") for key, place in rows.items()], "XMBH:string,XMMC:string")


def farmland_layer(rows=None):
    rows = farmland() if rows is None else rows
    from onemap.tests.support import algorithms as h

    return h.layer("YJJBNTTB", [(strip(*place), str(n)) for n, place in enumerate(rows)], "TBBH:string")


def saved(layer, path):
    """A layer in a file of its own."""
    import processing

    name = {"INPUT": layer, "OUTPUT": f"ogr:dbname='{path}' table=\"{layer.name()}\" (geom)"}
    processing.run("native:multiparttosingleparts", name)
    from qgis.core import QgsVectorLayer

    found = QgsVectorLayer(f"{path}|layername={layer.name()}", layer.name(), "ogr")
    assert found.isValid()
    return found


def opened(path):
    from onemap.plugin.store.workspace import Workspace

    return Workspace.open(path)


def checked(h, path, projects, controls, case="一期", **parameters):
    return h.check(projects, controls, PROJECT_KEY="XMBH", WORKSPACE=path, CASE=case, **parameters)

"""Comparison and conversion of land-use layers, and the comparison by QGIS's union with sums by class. Run by `make bench`.

usage: vintages.py [PARCELS [CONVERTED]]     (default: 100000 500000)
A made-up coverage of crooked parcels; AFTER with 2 % of them changed, and with all of them moved. Each contender in a
process of its own; wall and processor seconds without start-up, peak memory.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import shapely

ROOT = Path(__file__).resolve().parents[2]
CODES = ("0101", "0103", "0201", "0301", "0305", "0404", "0601", "0701", "0702", "1006", "1101", "0204")
_FIELDS = 16  # fields beside key and class, as a survey layer has them


def parcels(count):
    """Parcels of sixteen vertices that share their edges; those that cross themselves made valid, as QGIS's union asks."""
    dice, side = np.random.default_rng(1), int(np.ceil(np.sqrt(count)))
    x, y = np.meshgrid(np.arange(side + 1) * 100.0, np.arange(side + 1) * 100.0)
    corner = np.stack(
        [x + dice.uniform(-30, 30, x.shape) + 500_000, y + dice.uniform(-30, 30, y.shape) + 3_350_000], -1
    )
    step = np.array([0.25, 0.5, 0.75])[:, None]
    across = corner[:, :-1, None] * (1 - step) + corner[:, 1:, None] * step
    along = corner[:-1, :, None] * (1 - step) + corner[1:, :, None] * step
    across, along = (np.round(edge + dice.uniform(-8, 8, edge.shape), 4) for edge in (across, along))
    corner = np.round(corner, 4)
    rings = [
        np.concatenate([
            corner[r, c][None], across[r, c], corner[r, c + 1][None], along[r, c + 1], corner[r + 1, c + 1][None],
            across[r + 1, c][::-1], corner[r + 1, c][None], along[r, c][::-1]])
        for r in range(side) for c in range(side)
    ][:count]  # fmt: skip
    return list(shapely.make_valid(shapely.polygons(rings), method="structure", keep_collapsed=False))


def write(path, shapes, codes):
    from osgeo import ogr, osr

    reference = osr.SpatialReference()
    reference.ImportFromEPSG(4549)
    reference.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    data = ogr.GetDriverByName("GPKG").CreateDataSource(str(path))
    layer = data.CreateLayer("DLTB", reference, ogr.wkbMultiPolygon)
    for name in ("BSM", "DLBM", *(f"F{n}" for n in range(_FIELDS))):
        layer.CreateField(ogr.FieldDefn(name, ogr.OFTString))
    layer.StartTransaction()
    for number, (shape, code) in enumerate(zip(shapes, codes)):
        feature = ogr.Feature(layer.GetLayerDefn())
        for place, value in enumerate((f"3301100000{number:08d}", code, *(f"v{number % 37}" for _ in range(_FIELDS)))):
            feature.SetField(place, value)
        feature.SetGeometryDirectly(ogr.ForceToMultiPolygon(ogr.CreateGeometryFromWkb(shapely.to_wkb(shape))))
        layer.CreateFeature(feature)
    layer.CommitTransaction()


def make(folder, count, converted):
    dice, shapes = np.random.default_rng(5), parcels(count)
    codes = [CODES[n] for n in dice.integers(0, len(CODES), count)]
    write(folder / "before.gpkg", shapes, codes)
    moved = shapely.transform(np.array(shapes, dtype=object), lambda xy: xy + [1.5, 0.7])
    write(folder / "all.gpkg", moved, codes)
    some, few = set(dice.choice(count, count // 50, replace=False).tolist()), list(codes)
    for number in some:
        few[number] = "0601" if number % 2 and few[number] != "0601" else few[number]
    write(folder / "few.gpkg", [moved[n] if n in some and n % 2 == 0 else s for n, s in enumerate(shapes)], few)
    shapes = parcels(converted)
    write(folder / "large.gpkg", shapes, [CODES[n] for n in dice.integers(0, len(CODES), converted)])


def source(folder, name):
    return f"{folder / name}.gpkg|layername=DLTB"


def compare(folder, after):
    """onemap:comparelayers."""
    import processing

    out = {"CHANGES": str(folder / "changes.gpkg"), "MATRIX": str(folder / "matrix.gpkg")}
    layers = {"BEFORE": source(folder, "before"), "AFTER": source(folder, after)}
    processing.run("onemap:comparelayers", {**layers, "KEY": "BSM", "CLASS_FIELD": "DLBM", **out})


def union(folder, after):
    """QGIS: native:union of both, then sums of $area by the two classes."""
    import processing

    made = processing.run(
        "native:union",
        {"INPUT": source(folder, "before"), "OVERLAY": source(folder, after), "OVERLAY_FIELDS_PREFIX": "b_", "OUTPUT": str(folder / "union.gpkg")},
    )  # fmt: skip
    wanted = [("DLBM", "first_value", 10), ("b_DLBM", "first_value", 10)]
    sums = [
        {
            "aggregate": how,
            "delimiter": "",
            "input": f'"{name}"',
            "length": 20,
            "name": name,
            "precision": 0,
            "type": kind,
        }
        for name, how, kind in wanted
    ]
    sums.append(
        {"aggregate": "sum", "delimiter": "", "input": "$area", "length": 0, "name": "m2", "precision": 2, "type": 6}
    )
    group = 'Array("DLBM", "b_DLBM")'
    processing.run(
        "native:aggregate",
        {"INPUT": made["OUTPUT"], "GROUP_BY": group, "AGGREGATES": sums, "OUTPUT": str(folder / "sums.gpkg")},
    )


def convert(folder, name):
    """onemap:convertclasses."""
    import processing

    out = {key: str(folder / f"{key.lower()}.gpkg") for key in ("OUTPUT", "UNDECIDED", "CROSSTAB")}
    processing.run(
        "onemap:convertclasses",
        {"INPUT": source(folder, name), "CODE_FIELD": "DLBM", "TABLE": "sandiao_to_2023", **out},
    )


CONTENDERS = {"compare": compare, "union": union, "convert": convert}
RUNS = (("compare", "few"), ("union", "few"), ("compare", "all"), ("union", "all"), ("convert", "large"))


def peak_mb():
    """Largest memory of this process alone: getrusage would give a child what its parent had before it began."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM"))


def one(contender, folder, name):
    """Run in this process and print what it took as JSON."""
    import peers

    keep = peers.start_plugin()
    started, worked = time.perf_counter(), time.process_time()
    CONTENDERS[contender](folder, name)
    took = {"wall_s": round(time.perf_counter() - started, 2), "cpu_s": round(time.process_time() - worked, 2)}
    print("RESULT " + json.dumps({**took, "peak_mb": peak_mb()}))
    del keep


def main(arguments):
    if arguments[:1] == ["--one"]:
        return one(arguments[1], Path(arguments[2]), arguments[3])
    count, converted = (int(arguments[n]) if len(arguments) > n else size for n, size in ((0, 100_000), (1, 500_000)))
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        make(folder, count, converted)
        print(f"{count:,} parcels compared, {converted:,} converted, {os.cpu_count()} processors")
        for contender, name in RUNS:
            command = [sys.executable, __file__, "--one", contender, str(folder), name]
            ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=3600)
            told = [line[7:] for line in ended.stdout.splitlines() if line.startswith("RESULT ")]
            print(f"{contender:8} {name:6} {told[0] if told else 'failed: ' + ended.stderr[-200:]}")
    return None


if __name__ == "__main__":
    main(sys.argv[1:])

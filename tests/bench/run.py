"""make bench: the overlay against its peers, each in a process of its own, on the same data in the same run.

usage: run.py [county] [redline] [large] [huge] [area]      (default: county area)
county: 5,000 projects x 100,000 parcels; redline: 1,000 projects x one multipolygon of a million vertices; large: 50,000 x 500,000
(without native, which takes six minutes alone); huge: 50,000 x 2,000,000, ours alone. Starting up and building the
cache are left out on all sides. Wall and processor seconds, peak memory, pairs, area of all pieces, how many times slower
than ours, and the wall seconds of every round.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "tests" / "bench")]
GENERATOR = ROOT.parent / "shared" / "tools" / "make_bench_data.py"
from machine import state, versions  # noqa: E402
from results import broken, counted  # noqa: E402

CONTENDERS = ("ours", "ours_warm", "native", "geopandas", "duckdb", "sedonadb")
SIZES = {
    "county": ("100k", "proj_5k", "patch_100k"),
    "redline": ("500k", "proj_50k", "redline_1m"),
    "large": ("", "", ""),  # made by make_large
    "huge": ("", "", ""),
}
ONLY = {
    "redline": ("ours", "native"),
    "large": ("ours", "geopandas", "duckdb", "sedonadb"),  # native takes six minutes alone
    "huge": ("ours",),
}
ROUNDS = {"county": 3}
PATCHES = {"large": (500_000, 20250), "huge": (2_000_000, 20260)}  # number and seed, as the generator's own
PROJECTS = (50_000, 556)
ROOM_GB = {"large": 6, "huge": 12}  # data, results and their drafts
RESULTS = (
    "ours",
    "verdicts",
    "ours_built",
    "verdicts_built",
    "fixed_projects",
    "fixed_line",
    "cut",
    "native",
    "geopandas",
    "duckdb",
)


def make_data(folder, size):
    """The shared generator's data where it is at hand, else the made-up county's 20,000 parcels and 5,000 projects."""
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / "line.gpkg").exists():
        return
    argument, projects, line = SIZES[size]
    if GENERATOR.exists():
        if size in PATCHES:
            made = [sys.executable, __file__, "--make", str(folder), size]
            subprocess.run(made, check=True, capture_output=True)
            return
        subprocess.run(
            [sys.executable, str(GENERATOR), str(folder), *argument.split()], check=True, capture_output=True
        )
        if size == "redline":
            return take_redline(folder)
        (folder / f"{projects}.gpkg").rename(folder / "projects.gpkg")
        (folder / f"{line}.gpkg").rename(folder / "line.gpkg")
        return
    from demo.county import make_county
    from demo.projects import make_projects
    from demo.write import write_layer

    county = make_county()
    named = [(shape, {"XMMC": f"P{n}"}) for n, (shape, _) in enumerate(make_projects(county, 5000))]
    write_layer(folder / "projects.gpkg", "projects", named)
    write_layer(folder / "line.gpkg", "line", [(shape, {"pid": n}) for n, shape in enumerate(county.parcels)])


def make_large(folder, size):
    """The generator's data of a large case as two GeoPackages; its main program would write every file kind, gigabytes,
    and dissolve a red line besides.
    """
    sys.path.insert(0, str(GENERATOR.parent))
    sys.argv = [str(GENERATOR), str(folder)]  # it reads its folder when it is imported
    import make_bench_data as made

    draft = folder / "draft"  # what was ended on the way is made again
    draft.mkdir(exist_ok=True)
    made.OUT = str(draft)
    patches, base = made.build_patches(*PATCHES["large"])
    made.save(made.build_projects(*PROJECTS, base), "projects", ("gpkg",))
    if size != "large":
        del patches, base
        patches, _ = made.build_patches(*PATCHES[size])
    made.save(patches, "line", ("gpkg",))
    for name in ("projects.gpkg", "line.gpkg"):
        (draft / name).rename(folder / name)
    draft.rmdir()


def take_redline(folder):
    """Every fiftieth project and the one large multipolygon, under the names of the other cases."""
    import geopandas

    geopandas.read_file(folder / "proj_50k.gpkg").iloc[::50].to_file(folder / "projects.gpkg", engine="pyogrio")
    geopandas.read_file(folder / "redline_1m.gpkg").rename(columns={"rid": "pid"}).to_file(
        folder / "line.gpkg", engine="pyogrio"
    )


def contend(name, folder):
    """Run one contender in this process and print its figures."""
    import peers

    for result in [*(f"{stem}.gpkg" for stem in RESULTS), "sedona.parquet"]:
        (folder / result).unlink(missing_ok=True)  # nobody has to make room first
    spent, path = getattr(peers, name)(folder)
    from results import pair_areas

    areas = pair_areas(path)
    Path(f"{path}.pairs").write_text(json.dumps([[*pair, area] for pair, area in areas.items()]), encoding="utf-8")
    print(json.dumps([*spent, len(areas), sum(areas.values()), f"{path}.pairs"]), flush=True)
    os._exit(0)  # the peers' libraries do not always part in peace


def watch(process, memory):
    """Append the resident megabytes of a process to `memory`, ten times a second, until it ends."""
    memory.clear()
    while process.poll() is None:
        try:
            pages = int(Path(f"/proc/{process.pid}/statm").read_text().split()[1])
        except (OSError, IndexError):
            break
        memory.append(pages * os.sysconf("SC_PAGE_SIZE") // 1_000_000)
        time.sleep(0.1)


def figures(name, folder, memory):
    """What one run of a contender gave; None, with the reason, where it cannot run here."""
    process = subprocess.Popen(
        [sys.executable, __file__, "--one", name, str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    curve = threading.Thread(target=watch, args=(process, memory))
    curve.start()
    out, errors = process.communicate()
    curve.join()
    if process.returncode:
        return None, (errors.strip().splitlines() or ["failed"])[-1][:150]
    return json.loads(out.strip().splitlines()[-1]), ""


def compare(size, folder):
    """Lines of the table of one size: every round runs all contenders in turn, the figures are medians."""
    folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder).free / 1e9
    if free < ROOM_GB.get(size, 1):
        yield f"{size}: not run, {free:.0f} GB are free and {ROOM_GB[size]} are needed"
        return
    started = time.perf_counter()
    make_data(folder, size)
    yield f"{size}: data made in {time.perf_counter() - started:.0f} s"
    names = ONLY.get(size, CONTENDERS)
    rounds = int(os.environ.get("ONEMAP_BENCH_ROUNDS") or ROUNDS.get(size, 1))
    features = " x ".join(f"{counted(folder / name):,}" for name in ("projects.gpkg", "line.gpkg"))
    yield f"{size}: {features} features, medians of {rounds} round(s); starting QGIS and building the cache are in no column"
    yield versions()
    found, reasons, curve = {name: [] for name in names}, {}, []
    for number in range(1, rounds + 1):
        yield f"round {number}: {state()}"
        for name in names:
            memory = []
            answer, reasons[name] = figures(name, folder, memory) if not reasons.get(name) else (None, reasons[name])
            curve = memory if name == "ours" else curve
            found[name] += [answer] if answer else []
    yield "memory of ours over its last run, MB: " + " ".join(str(m) for m in curve[:: max(len(curve) // 30, 1)])
    yield f"{'':12}{'wall s':>9}{'cpu s':>8}{'MB':>7}{'pairs':>10}{'area m2':>20}{'x ours':>8}  pairs lacking / besides, area off on valid input"
    yield from rows_of(found, reasons, folder)


def rows_of(found, reasons, folder):
    """A line a contender."""
    own, areas, bad = None, {}, broken(folder) if len(found) > 1 else (set(), set())
    for name, answers in found.items():
        if not answers:
            yield f"{name:12} not run: {reasons[name]}"
            continue
        seconds, cpu, memory = (statistics.median(column) for column in list(zip(*answers))[:3])
        number, area, file = answers[-1][3:]
        theirs = {tuple(pair): value for *pair, value in json.loads(Path(file).read_text(encoding="utf-8"))}
        own, areas = (seconds, theirs) if own is None else (own, areas)
        spread = " ".join(f"{answer[0]:.2f}" for answer in answers)
        differ = difference(areas, theirs, bad)
        yield f"{name:12}{seconds:9.2f}{cpu:8.2f}{memory:7.0f}{number:10,}{area:20,.2f}{seconds / own:8.2f}  {differ}; {spread}"


def difference(ours, theirs, bad):
    """Pairs of ours it lacks, pairs it has besides, and the largest difference of a pair's area where both inputs are valid."""
    lacking, besides = ours.keys() - theirs.keys(), theirs.keys() - ours.keys()
    sound = [pair for pair in lacking | besides if pair[0] not in bad[0] and pair[1] not in bad[1]]
    both = [pair for pair in ours.keys() & theirs.keys() if pair[0] not in bad[0] and pair[1] not in bad[1]]
    off = max((abs(ours[pair] - theirs[pair]) / max(ours[pair], 1.0) for pair in both), default=0.0)
    largest = max((ours.get(pair, theirs.get(pair)) for pair in sound), default=0.0)
    told = f", {len(sound)} of them on valid input, up to {largest:.0e} m2" if lacking or besides else ""
    return f"{len(lacking)} / {len(besides)}{told}; {off:.0e} of {len(both):,}"


def main(wanted):
    kept = Path(os.environ.get("ONEMAP_BENCH_DATA") or tempfile.mkdtemp())
    for size in SIZES:
        if size in wanted:
            for line in compare(size, kept / size):
                print(line, flush=True)
    if "area" in wanted:
        done = subprocess.run(
            [sys.executable, str(ROOT / "tests/bench/area.py"), str(kept / "county")],
            capture_output=True,
            text=True,
            check=True,
        )
        print(done.stdout, end="")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--make"]:
        make_large(Path(sys.argv[2]), sys.argv[3])
        sys.exit()
    if sys.argv[1:2] == ["--one"]:
        contend(sys.argv[2], Path(sys.argv[3]))
    main(sys.argv[1:] or ["county", "area"])

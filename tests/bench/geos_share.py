"""Where the time of a check goes: GEOS's calls, and everything around them, in one thread under the profiler.

usage: geos_share.py [FOLDER]   (a folder with projects.gpkg and line.gpkg of run.py; the made-up county's otherwise)
"""

import cProfile
import os
import pstats
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import peers  # noqa: E402
import run  # noqa: E402

STAGES = {
    "GEOS": ("/shapely/",),
    "SQLite": ("sqlite3",),
    "numpy": ("/numpy/", "numpy."),
}


def stage(function):
    """Which stage a profiled (file, line, name) belongs to."""
    text = f"{function[0]}:{function[2]}".replace("\\", "/")
    return next((name for name, marks in STAGES.items() if any(mark in text for mark in marks)), "rest")


def main(folder):
    run.make_data(folder, "county")
    keep = peers.start_plugin()
    peers.start_plugin = lambda: keep
    from onemap.plugin.core import threads

    threads.run_inline()
    profile = cProfile.Profile()
    peers.ours(folder)  # modules loaded, files in memory
    profile.enable()
    peers.ours(folder)
    profile.disable()
    seconds = dict.fromkeys([*STAGES, "rest"], 0.0)
    for function, (_, _, own, _, _) in pstats.Stats(profile).stats.items():
        seconds[stage(function)] += own
    geos = seconds.pop("GEOS")
    print(
        "time of one check in one thread: "
        + ", ".join(f"{name} {s:.2f} s" for name, s in {"GEOS": geos, **seconds}.items())
    )
    print(f"beyond the GEOS calls: {sum(seconds.values()) / geos:.0%} of their time", flush=True)
    os._exit(0)


if __name__ == "__main__":
    kept = os.environ.get("ONEMAP_BENCH_DATA")
    main(Path(sys.argv[1]) if sys.argv[1:] else Path(kept or tempfile.mkdtemp()) / "county")

"""The province batch with one and with two workers on one machine: python tests/bench/province.py [100k|500k] [rounds].

Each round runs the masters in turn on GeoParquet; wall and processor seconds are those of all processes (JVM and Python
workers, start included; looked at ten times a second). docs/bench/<version>/province.txt keeps the table.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CHECK = ROOT / "tools" / "province" / "check"
GENERATOR = ROOT.parent / "shared" / "tools" / "make_bench_data.py"
CASES = {"100k": ("proj_5k", "patch_100k"), "500k": ("proj_50k", "patch_500k")}
MASTERS = ("local[1]", "local[2]")


def main(case="100k", rounds="3"):
    with tempfile.TemporaryDirectory(prefix="onemap-province-") as name:
        folder = Path(os.environ.get("ONEMAP_BENCH_DATA", name))
        projects, patches = (converted(folder, table, Path(name), case) for table in CASES[case])
        runs = {master: [] for master in MASTERS}
        for number in range(int(rounds)):
            for master in MASTERS:
                out = Path(name) / f"{master[6]}-{number}"
                runs[master].append(measured(out, master, projects, patches))
                print(f"round {number + 1} {master}: {runs[master][-1]}, load {os.getloadavg()[0]:.1f}", flush=True)
        table(case, runs)


def converted(folder, table_name, scratch, case):
    """The GeoParquet of a table of the benchmark's GeoPackages, which are made where they are not there."""
    source = folder / f"{table_name}.gpkg"
    if not source.exists():
        subprocess.run([sys.executable, GENERATOR, folder, case], check=True)
    target = scratch / f"{table_name}.parquet"
    subprocess.run([CHECK, "convert", source, table_name, target], check=True, stdout=subprocess.DEVNULL)
    return target


def measured(out, master, projects, patches):
    """{"wall", "cpu", stages, counts} of one run."""
    command = [CHECK, "--projects", projects, "--control", f"SD={patches}", "--master", master, "--out", out]
    start, seconds = time.monotonic(), {}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(list(map(str, command)), start_new_session=True, **quiet) as process:
        while process.poll() is None:
            seconds.update(processor_seconds(process.pid))
            time.sleep(0.1)
    wall = time.monotonic() - start
    stated = json.loads((out / "run.json").read_text(encoding="utf-8"))
    counts = {name: stated[name] for name in ("cells", "findings", "verdicts", "problems")}
    return {"wall": round(wall, 1), "cpu": round(sum(seconds.values()), 1), **counts, **stated["seconds"]}


def processor_seconds(session):
    """{process: seconds it has run by itself} of all processes of a session."""
    found = {}
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = file.read_text().rpartition(") ")[2].split()
        except OSError:  # it has just ended
            continue
        if int(fields[3]) == session:
            found[file.parent.name] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return found


def table(case, runs):
    print(f"\n{case}: medians of {len(runs[MASTERS[0]])} round(s), seconds")
    names = [name for name in runs[MASTERS[0]][0] if name not in ("cells", "findings", "verdicts", "problems")]
    medians = {master: {n: statistics.median(run[n] for run in own) for n in names} for master, own in runs.items()}
    print(f"{'':28}" + "".join(f"{master:>12}" for master in MASTERS) + f"{'times':>8}")
    for name in names:
        one, two = (medians[master][name] for master in MASTERS)
        print(f"{name:28}{one:12.1f}{two:12.1f}{one / two if two else 0:8.2f}")
    same = {tuple(run[n] for n in ("findings", "verdicts", "problems")) for own in runs.values() for run in own}
    print("findings, verdicts, problems:", *sorted(same))


if __name__ == "__main__":
    main(*sys.argv[1:])

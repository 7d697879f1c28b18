"""What a benchmark ran on, and the clock that every contender's work is timed with."""

import json
import os
import platform
import threading
import time
from pathlib import Path


class Clock:
    """Wall and processor seconds between its making and `stop`, and the most memory held meanwhile; whatever a process
    did before, starting QGIS or building a cache, is in none of them. What the processes that it starts use is.
    """

    def __init__(self):
        _forget_peak()
        self._together = _Together()
        self._wall, self._cpu = time.perf_counter(), _cpu()

    def stop(self):
        """[wall s, processor s, MB]."""
        return [time.perf_counter() - self._wall, _cpu() - self._cpu, max(peak_mb(), self._together.stop())]


class _Together:
    """The most memory that this process and its children held at one time, looked at twenty times a second."""

    def __init__(self):
        self._peak, self._over = 0.0, threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self):
        while not self._over.wait(0.05):
            children = sum(map(_own_mb, _children()))
            self._peak = max(self._peak, children and children + _resident_mb())

    def stop(self):
        self._over.set()
        self._thread.join()
        return self._peak


def _resident_mb():
    return int("".join(_lines("/proc/self/statm")).split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def _children():
    tasks = os.listdir("/proc/self/task")  # a thread's children are those it started
    return [int(pid) for task in tasks for pid in "".join(_lines(f"/proc/self/task/{task}/children")).split()]


def _own_mb(pid):
    """Megabytes of memory that lie in no file: what a process started anew shares with nobody. The system keeps the
    count; adding up its pages (smaps) held up who was measured for 3 % of the run.
    """
    pages = "".join(_lines(f"/proc/{pid}/statm")).split()
    return (int(pages[1]) - int(pages[2])) * os.sysconf("SC_PAGE_SIZE") / 1e6 if pages else 0.0


def _cpu():
    """Processor seconds of this process and of those it started, whether they are over or wait for the next run."""
    return sum(os.times()[:4]) + sum(map(_cpu_of, _children()))


def _cpu_of(pid):
    said = "".join(_lines(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    return sum(map(int, said[11:13])) / os.sysconf("SC_CLK_TCK")


def _forget_peak():
    try:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    except OSError:  # the peak then is that of the whole process
        return


def peak_mb():
    """Megabytes this process held at most; getrusage would count what its parent held when it forked."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1000


def state():
    """One line: processor, memory that is free, how busy the machine is."""
    names = [line.split(":")[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    free = next((int(line.split()[1]) / 1e6 for line in _lines("/proc/meminfo") if line.startswith("MemAvail")), 0.0)
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    return f"{len(names)} x {names[0] if names else platform.processor()}, {free:.0f} GB free, load {load}"


def versions():
    """One line: the libraries that were compared, as far as they are here."""
    from importlib.metadata import PackageNotFoundError, version

    found = [f"Python {platform.python_version()}"]
    for name in ("numpy", "shapely", "geopandas", "pyogrio", "duckdb", "sedonadb"):
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(f"no {name}")
    try:
        import shapely
        from qgis.core import Qgis

        found += [f"GEOS {shapely.geos_version_string}", f"QGIS {Qgis.QGIS_VERSION}"]
    except ImportError:
        found.append("no QGIS")
    return ", ".join(found)


def _lines(path):
    try:
        return Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return []


if __name__ == "__main__":
    print(json.dumps([state(), versions()]))

"""The house as data: tiers, their inner rooms, and which of them may import which."""

import ast
import functools
import subprocess
from pathlib import Path

from .source import source

ROOT = Path(__file__).resolve().parents[2]
TIERS = ("core", "formats", "store", "sync", "report", "bridge", "gui")
MAY_IMPORT = {
    "core": {"core", "paths"},
    "formats": {"core", "formats", "paths"},
    "store": {"core", "store", "paths"},
    "sync": {"core", "store", "sync", "paths"},
    "report": {"core", "report", "paths"},
    "bridge": {"core", "formats", "store", "sync", "report", "bridge", "paths"},
    "gui": {*TIERS, "paths", "dependencies", "kit", "support"},
    "processing_algs": {"bridge", "core", "formats", "report", "store", "sync", "processing_algs", "paths"},
    "forms": {"bridge", "core", "store", "forms", "gui", "paths"},
    "paths": set(),
}
# an inner room may import itself, the files that lie on top of its tier, and these
_ON_LAND, _ON_REVIEW = {"land"}, {"land", "review"}
INNER = {
    "core": {
        "land": set(),
        "review": _ON_LAND,
        "forms": _ON_LAND,
        "sample": set(),
        "siting": _ON_REVIEW,
        "quality": _ON_REVIEW,
        "indicators": _ON_REVIEW,
        "heights": _ON_REVIEW,
    },
    "formats": {"workbook": set(), "parcels": set(), "rules": set(), "packages": {"workbook", "parcels", "rules"}},
    "report": {"blocks": set(), **{n: {"blocks"} for n in ("review", "siting", "quality", "monitoring", "heights")}},
    "bridge": {
        "layers": set(),
        "review": {"layers"},
        "range": {"layers", "review"},
        "siting": {"layers", "review"},
        "records": {"layers", "review"},
        "sync": {"layers", "records"},
        "quality": {"layers", "review"},
        "monitoring": {"layers", "review", "records"},
        "heights": {"layers", "review"},
    },
    "gui": {
        "widgets": set(),
        **{name: {"widgets"} for name in ("review", "range", "siting", "sync", "quality", "monitoring", "heights")},
    },
}
# files that lie on top of a tier: those a room may import, and those that wire the rooms together (no room imports them)
SHARED_FILES = {
    "core": {
        "errors",
        "messages",
        "days",
        "moments",
        "threads",
        "memory",
        "json_files",
        "system_errors",
        "zips",
        "files",
        "pattern_parts",
        "patterns",
        "workers",
        "worker",
    },  # fmt: skip
    "bridge": {"i18n", "settings", "tasks", "foreign_threads"},
}
WIRING = {"bridge": {"warm"}, "gui": {"window", "dock", "options", "repair", "repair_entry"}, "report": {"__init__"}}
OUTSIDE_FORBIDDEN = {
    "core": {"qgis", "requests", "openpyxl", "osgeo", "docx", "yaml", "jsonschema"},
    "formats": {"qgis"},
    "store": {"qgis", "requests"},
    "sync": {"qgis"},
    "gui": {"sqlite3", "requests"},
}
ALLOWED_BY_FILE = {
    "plugin/core/forms/validation.py": {"jsonschema"}
}  # forms are checked by a kept library, in one place


@functools.cache
def tracked():
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return tuple(ROOT / name for name in names if (ROOT / name).exists())


@functools.cache
def product_files():
    return tuple(
        f
        for f in tracked()
        if f.suffix == ".py" and f.relative_to(ROOT).parts[0] in ("plugin", "processing_algs", "forms")
    )


def place(parts):
    """(tier, inner room or file on top of the tier, "" where the tier has none) of a dotted path below the root."""
    if parts[0] != "plugin":
        return parts[0], ""
    if len(parts) == 1:
        return "plugin", ""
    return parts[1], parts[2] if len(parts) > 2 else ""


def place_of(file):
    return place(file.relative_to(ROOT).with_suffix("").parts)


def imports(file):
    """(module from outside, None) or (None, (tier, room)) of every import in a file."""
    package = file.relative_to(ROOT).parts[:-1]
    for node in source(file).imports:
        if isinstance(node, ast.Import):
            yield from ((alias.name.split(".")[0], None) for alias in node.names)
        elif not node.level:
            yield node.module.split(".")[0], None
        else:
            base = [*package[: len(package) - node.level + 1], *(node.module.split(".") if node.module else [])]
            for name in node.names:
                yield None, place(_target(base, name.name))


def _target(base, name):
    """The path an imported name stands for: the module where there is one, else the module that holds the name."""
    inside = [*base, name]
    path = ROOT.joinpath(*inside)
    return inside if path.is_dir() or path.with_suffix(".py").exists() else base


def is_room(tier, name):
    return name in INNER.get(tier, ())


def inner_arrow_allowed(tier, source, target):
    """Whether a file in room `source` of a tier may import `target` of the same tier; "" stands for the tier itself."""
    if not is_room(tier, source):  # a file on top: shared ones stay below the rooms, wiring ones may import all
        return source not in SHARED_FILES.get(tier, ()) or not is_room(tier, target)
    if is_room(tier, target):
        return target == source or target in INNER[tier][source]
    return target not in WIRING.get(tier, ())

"""Made-up rounds for tests: projects as squares, verdicts and findings as told."""

import numpy as np
import shapely
from onemap.plugin.core.review.round_table import RoundTable
from onemap.plugin.core.review.rounds import (
    FrozenRound,
    RoundHead,
    RoundInput,
    RoundProjects,
    RuleFile,
    geometry_hashes,
)

LINES = {"YJJBNT": "永久基本农田", "STBHHX": "生态保护红线"}


def square(x, y=0.0, size=100.0):
    return shapely.box(500_000 + x, 3_350_000 + y, 500_000 + x + size, 3_350_000 + y + size)


def head(rules="r1", layers="a", software="OneMap Desk 2", digests=None, **parameters):
    inputs = (
        RoundInput("projects", "projects", "p.gpkg", "", "2026-01-01", "p", 3),
        *(RoundInput("control_line", line, "c.gpkg", line, "2026-01-01", f"{layers}{line}", 9) for line in LINES),
    )
    digests = digests or {line: rules for line in LINES}
    told = {"SLIVER_AREA": 1.0, "REVIEW_DATE": "2026-11-27", **parameters}
    return RoundHead("2026-11-27", "plane", "national", "1", rules, software, digests, told, inputs)


def made(projects, hits=(), states=None, base=None):
    """A round of {key: geometry}; `hits`: (key, line, overlap m², effect[, finding geometry]); `states`: {(key, line):
    status} of verdicts that are not clear without a hit."""
    keys, shapes = list(projects), np.array([*projects.values(), None], dtype=object)[:-1]
    hit = {(key, line): (area, effect) for key, line, area, effect, *_ in hits}
    rows = {name: [] for name in "project_key line_id line_name status effect overlap_m2 reason".split()}
    for line, name in LINES.items():
        for key in keys:
            area, effect = hit.get((key, line), (0.0, "prohibit"))
            status = "conflict" if (key, line) in hit else (states or {}).get((key, line), "clear")
            for column, value in zip(rows, (key, line, name, status, effect, area, "")):
                rows[column].append(value)
    found = [(*h, projects[h[0]]) if len(h) == 4 else h for h in hits]
    pieces = np.array([*(h[4] for h in found), None], dtype=object)[:-1]
    table = {
        "project_key": [h[0] for h in found],
        "line_id": [h[1] for h in found],
        "overlap_m2": [h[2] for h in found],
    }
    table |= {"rule_id": [f"rule-{h[1]}" for h in found], "is_sliver": [False] * len(found)}
    table["geometry_hash"] = geometry_hashes(pieces)
    areas = [float(shapely.area(s)) for s in shapes]
    told = RoundProjects(keys, [f"项目{k}" for k in keys], areas, shapes, geometry_hashes(shapes))
    verdicts = RoundTable.of(rows, len(rows["status"]))
    return FrozenRound(
        base or head(), told, verdicts, RoundTable.of(table, len(found)), pieces, (RuleFile("national.yaml", b"x"),)
    )

"""The figures of review rounds: freezing 300 projects x 23 lines with 3,000 findings, 138 rounds in the list, the diff
of 5,000 projects. Run by `make bench`."""

import os
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import shapely

ROOT = Path(__file__).resolve().parents[2]
LINES = 23
LAW = "《中华人民共和国土地管理法》（主席令第32号）第三十五条；《永久基本农田保护红线管理办法》（自然资源部令第17号）第十一条"


def rounded_piece(x, y, random):
    """A piece of land with forty vertices, as an overlay leaves them."""
    angle = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    radius = random.uniform(20, 60, 40)
    return shapely.Polygon(np.column_stack([x + radius * np.cos(angle), y + radius * np.sin(angle)]))


def made_round(projects, findings, seed=1, moved=()):
    """A made-up FrozenRound; the projects whose number is in `moved` lie elsewhere and find less."""
    from onemap.plugin.core.review.round_table import RoundTable
    from onemap.plugin.core.review.rounds import FrozenRound, RoundHead, RoundProjects, geometry_hashes

    random, n = np.random.default_rng(seed), projects
    keys = [f"XM{k:06d}" for k in range(n)]
    places = np.array([[500_000 + 300 * (k % 100) + 7 * (k in moved), 3_350_000 + 300 * (k // 100)] for k in range(n)])
    shapes = np.array([shapely.box(x, y, x + 200, y + 150) for x, y in places], dtype=object)
    owner, line = np.arange(findings) % n, (np.arange(findings) // n) % LINES
    pieces = np.array([rounded_piece(*places[k], random) for k in owner], dtype=object)
    area = np.round(shapely.area(pieces), 2)
    touched = np.zeros((LINES, n))
    np.add.at(touched, (line, owner), area)
    hit = (touched > 0).ravel()
    ids = [f"LINE{number:02d}" for number in range(LINES)]
    rows = {
        "project_key": keys * LINES,
        "line_id": [name for name in ids for _ in keys],
        "line_name": [f"控制线{name}" for name in ids for _ in keys],
        "status": np.where(hit, "conflict", "clear").tolist(),
        "effect": np.where(hit, "prohibit", "").tolist(),
        "overlap_m2": np.round(touched, 2).ravel().tolist(),
        "share_pct": np.round(touched / 300, 4).ravel().tolist(),
        "law": np.where(hit, LAW, "").tolist(),
        "reason": [""] * (LINES * n),
    }
    table = {
        "project_key": [keys[k] for k in owner],
        "line_id": [ids[k] for k in line],
        "rule_id": [f"{ids[k]}-1" for k in line],
        "control_fid": list(range(findings)),
        "control_label": [f"图斑{k}" for k in range(findings)],
        "overlap_m2": area.tolist(),
        "is_sliver": [False] * findings,
        "law": [LAW] * findings,
        "geometry_hash": geometry_hashes(pieces),
    }
    head = RoundHead("2026-11-27", "", "国家规则", "2026.1", "ab", "OneMap Desk", {}, {"SLIVER_AREA": 1.0})
    told = RoundProjects(keys, keys, shapely.area(shapes).tolist(), shapes, geometry_hashes(shapes))
    verdicts = RoundTable.of(rows, LINES * n)
    return FrozenRound(head, told, verdicts, RoundTable.of(table, findings), pieces)


def timed(label, act, best_of=1):
    seconds = []
    for _ in range(best_of):
        started = time.perf_counter()
        result = act()
        seconds.append(time.perf_counter() - started)
    print(f"{label:<60}{min(seconds):8.3f} s", flush=True)
    return result


def main():
    links = tempfile.mkdtemp()
    os.symlink(ROOT, Path(links) / "onemap")
    sys.path.insert(0, links)
    from onemap.plugin.core.review.round_parts import parts_of, round_of
    from onemap.plugin.core.review.rounds_diff import diff_rounds
    from onemap.plugin.store.cases import pack
    from onemap.plugin.store.workspace import NewWorkspace, Workspace

    path = Path(links) / "county.gpkg"
    with Workspace.create(path, "990102", content=NewWorkspace(insist=True)) as ws:
        small, before = made_round(300, 3000), path.stat().st_size
        timed("freeze 300 x 23 verdicts and 3,000 findings", lambda: ws.cases.freeze("一期", small, "bench"), 3)
        print(f"{'  a round takes':<60}{(path.stat().st_size - before) / 3e6:8.2f} MB")
        tiny = pack(made_round(5, 5))
        for _ in range(135):
            ws.cases.freeze("二期", tiny, "bench")
        assert len(timed("list 138 rounds", lambda: ws.cases.rounds(), 3)) == 138
        last = ws.cases.rounds("一期")[0]
        timed("load a round of 300 projects", lambda: ws.cases.load(last.id), 3)
        timed("verify the chain and all rounds", lambda: ws.verify_audit())
    moved = set(range(0, 5000, 7))
    old, new = made_round(5000, 20_000), made_round(5000, 18_000, 2, moved)
    packed = [(r.head, parts_of(r)) for r in (old, new)]
    one, other = timed("unpack two rounds of 5,000 projects", lambda: [round_of(*p) for p in packed])
    diff = timed("diff of 5,000 projects, 23 lines", lambda: diff_rounds(one, other))
    print(f"{'  changes':<60}{len(diff.changes):8,}")
    keyless = [made_round(5000, 18_000, seed, moved if seed == 2 else ()) for seed in (1, 2)]
    for frozen in keyless:
        frozen.projects.keys = [f"fid {n}" for n in range(5000)]
    timed("match 5,000 projects without keys", lambda: diff_rounds(*keyless))


if __name__ == "__main__":
    main()

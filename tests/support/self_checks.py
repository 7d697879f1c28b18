"""A project that passes its self-check, and the pieces of it: polygon, round, control layer, material."""

import numpy as np
import shapely
from onemap.plugin.core.forms.self_check_kinds import drawn_m2, on_plane
from onemap.plugin.core.land.file_state import file_sha256
from onemap.plugin.core.review.round_table import RoundTable
from onemap.plugin.core.review.rounds import FrozenRound, RoundHead, RoundInput, RoundProjects, geometry_hashes
from onemap.plugin.store.workspace import NewWorkspace, Workspace

FORM = "project_site"
LINES = {"YJJBNT": "永久基本农田", "STBHHX": "生态保护红线", "CZKFBJ": "城镇开发边界"}
DISTRICT = shapely.MultiPolygon([shapely.box(119.0, 30.0, 119.3, 30.3)])
SITE = shapely.MultiPolygon([shapely.box(119.1, 30.1, 119.12, 30.118)])  # about 4 km2


def county(file, district=DISTRICT, code="330110"):
    """A workspace with a district, its forms as they ship."""
    wkb = None if district is None else shapely.to_wkb(district)
    return Workspace.create(file, code, None, NewWorkspace(wkb, "wang"))


def control_layer(folder, content="永久基本农田 2026"):
    file = folder / "lines.gpkg"
    file.write_text(content, encoding="utf-8")
    return file


def check_round(shapes, layer, conclusions=None, lines=LINES, plane=None, date="2026-11-27"):
    """A frozen round of projects (CGCS2000 lon/lat); `conclusions`: {line: (status, effect)}, clear where not named."""
    plane = plane or on_plane(shapes[0])[1]
    moved = np.array([*(on_plane(s)[0] for s in shapes), None], dtype=object)[:-1]
    keys = [f"P{n}" for n in range(len(shapes))]
    rows = {name: [] for name in "project_key line_id line_name status effect overlap_m2 reason".split()}
    for key in keys:
        for line, name in lines.items():
            status, effect = (conclusions or {}).get(line, ("clear", ""))
            for column, value in zip(rows, (key, line, name, status, effect, 1.0 * (status == "conflict"), "")):
                rows[column].append(value)
    inputs = tuple(
        RoundInput("control_line", name, f"{layer}|layername={line}", line, date, file_sha256(layer), 9)
        for line, name in lines.items()
    )
    head = RoundHead(date, plane.to_wkt(), "national", "1", "r", "OneMap Desk", {}, {}, inputs)
    hit = [(k, line) for k in keys for line, (s, _) in (conclusions or {}).items() if s == "conflict"]
    found = {"project_key": [k for k, _ in hit], "line_id": [line for _, line in hit]}
    found |= {"is_sliver": [False] * len(hit), "geometry_hash": ["h"] * len(hit), "rule_id": ["r"] * len(hit)}
    areas = [drawn_m2(s) for s in shapes]
    projects = RoundProjects(keys, keys, areas, moved, geometry_hashes(moved))
    verdicts, findings = RoundTable.of(rows, len(rows["status"])), RoundTable.of(found, len(hit))
    return FrozenRound(head, projects, verdicts, findings, None)


def good_site(ws, **changes):
    """Id of a record (draft) that has all that the self-check asks for but the check of the control lines."""
    file = ws.attachments.add_content("选址论证.pdf", b"%PDF-1.4 made up")
    row = {"name": "示例项目", "geometry": shapely.to_wkb(SITE), "area_m2": drawn_m2(SITE), "land_use": "工业用地"}
    return ws.save_records(FORM, [{**row, "materials": [file], **changes}], "wang").ids[0]


def hand_in(ws, record):
    ws.change_status(FORM, record, "ready", "wang")
    ws.change_status(FORM, record, "submitted", "zhao")


def outcomes(ws, record):
    """{code: outcome} of the items that do not pass."""
    return {one.item.code: one.outcome.value for one in ws.flow(FORM).self_check(record).items if one.problem}

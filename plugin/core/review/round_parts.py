"""A frozen round as named parts of bytes for the store, and back."""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any

import numpy as np

from .round_table import RoundTable, geometries_from_bytes, geometries_to_bytes
from .rounds import FrozenRound, RoundHead, RoundProjects, RuleFile

VERDICTS = "verdicts"
_PROJECT_COLUMNS = ("keys", "names", "areas_m2", "hashes")


def parts_of(frozen: FrozenRound) -> dict[str, bytes]:
    """{part: bytes} of all but the head; equal rounds give equal bytes."""
    projects = frozen.projects
    table = RoundTable.of({name: list(getattr(projects, name)) for name in _PROJECT_COLUMNS}, len(projects))
    rules = [[file.name, b64encode(file.content).decode("ascii")] for file in frozen.rule_files]
    parts = {
        "projects": table.to_bytes(),
        "project_geometries": geometries_to_bytes(projects.geometries),
        VERDICTS: frozen.verdicts.to_bytes(),
        "findings": frozen.findings.to_bytes(),
        "rules": json.dumps(rules, ensure_ascii=False, separators=(",", ":")).encode("utf-8"),
    }
    if frozen.geometries is not None:
        parts["finding_geometries"] = geometries_to_bytes(frozen.geometries)
    return parts


def round_of(head: RoundHead, parts: dict[str, bytes]) -> FrozenRound:
    """The round of a head and {part: bytes}; raises InputError where a part cannot be read."""
    table = RoundTable.from_bytes(parts["projects"])
    geometries = geometries_from_bytes(parts["project_geometries"])
    keys, names, areas, hashes = (table.column(name) for name in _PROJECT_COLUMNS)
    projects = RoundProjects(keys, names, areas, geometries, hashes)
    verdicts, findings = RoundTable.from_bytes(parts[VERDICTS]), RoundTable.from_bytes(parts["findings"])
    shapes = geometries_from_bytes(parts["finding_geometries"]) if "finding_geometries" in parts else None
    rules = tuple(RuleFile(name, b64decode(content)) for name, content in json.loads(parts["rules"]))
    return FrozenRound(head, projects, verdicts, findings, shapes, rules)


def round_of_range(inputs: dict[str, Any], result: dict[str, Any]) -> FrozenRound:
    """The round of a drawn range as versions before 2.0 kept it: `inputs` and `result` are their JSON values."""
    import shapely

    shape = shapely.from_geojson(json.dumps(inputs["range"])) if inputs.get("range") else None
    rows = result.get("verdicts", [])
    columns = {key: [row.get(key, "") for row in rows] for key in ("status", "effect", "overlap_m2", "share_pct")}
    columns["line_id"] = columns["line_name"] = [row.get("line", "") for row in rows]
    columns["reason"] = [row.get("reason", "") for row in rows]
    columns["project_key"] = ["1"] * len(rows)
    geometries = np.empty(1, dtype=object)
    geometries[0] = shape
    projects = RoundProjects(["1"], [""], [float(result.get("area_m2", 0.0))], geometries, [""])
    verdicts = RoundTable.of(columns, len(rows))
    return FrozenRound(_range_head(inputs), projects, verdicts, RoundTable.of({}, 0), None)


def _range_head(inputs: Mapping[str, Any]) -> RoundHead:
    rules = inputs.get("rules", {})
    layers = [
        {**row, "line_id": row.get("line", ""), "source": "", "date": row.get("date") or ""}
        for row in inputs.get("layers", [])
    ]
    values = {"review_date": inputs.get("date", ""), "plane_wkt": "", "software": "", "inputs": layers}
    named = {f"rules_{key}": str(rules.get(key, "")) for key in ("name", "version", "sha256")}
    return RoundHead.from_json({**values, **named, "parameters": {"SLIVER_AREA": inputs.get("sliver_m2")}})

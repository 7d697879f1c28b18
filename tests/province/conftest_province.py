"""The desk's answer through its own readers and expressions, and rows of both sides in a form that can be compared."""

from collections import Counter
from pathlib import Path
from types import SimpleNamespace

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".venv-province" / "bin" / "python"
PROGRAM = ROOT / "tools" / "province" / "check"


def desk_answer(projects, projects_table, database, layers, key="XMBH"):
    """Findings, verdicts and repairs of plugin.bridge.review on the same files; `layers`: {table: line id or None}."""
    from onemap.plugin.bridge.review.preparing import Review
    from qgis.core import QgsVectorLayer

    review = Review()
    review.prepare_projects(QgsVectorLayer(f"{projects}|layername={projects_table}", projects_table, "ogr"))
    given = [QgsVectorLayer(f"{database}|layername={name}", name, "ogr") for name in layers]
    review.prepare_controls(given, {name: line for name, line in layers.items() if line})
    findings, verdicts = [], []
    for outcome in review.run(key):
        findings += outcome.findings
        verdicts += outcome.verdicts
    return SimpleNamespace(findings=findings, verdicts=verdicts, repairs=review.repairs())


def _value(row, name):
    return row[name] if isinstance(row, dict) else getattr(row, name)


def _rows(rows, names):
    return Counter(tuple(_value(row, name) for name in names) for row in rows)


def finding_rows(rows):
    names = "project_key line_id rule_id control_fid layer_name control_label effect overlap_m2 overlap_ha overlap_mu project_m2 share_pct is_sliver law note"
    return _rows(rows, names.split())


def verdict_rows(rows):
    names = "project_key line_id status effect overlap_m2 overlap_ha overlap_mu share_pct pieces slivers sliver_m2 law rules_sha256 reason line_name"
    return _rows(rows, names.split())

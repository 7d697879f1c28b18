"""The desk's answer through its own readers and expressions, and rows of both sides in a form that can be compared."""

from collections import Counter
from pathlib import Path
from types import SimpleNamespace

from province.columns import FINDING, VERDICT

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".venv-province" / "bin" / "python"
PROGRAM = ROOT / "tools" / "province" / "check"


def desk_answer(projects, projects_table, database, layers, rules=(), extent=None):
    """Findings, verdicts and repairs of plugin.bridge.review on the same files; `layers`: {table: line id or None}.

    `rules`: files layered over the national set; `extent`: table of `database` with the area it was delivered for.
    """
    from onemap.plugin.bridge.review.preparing import Review
    from onemap.plugin.bridge.review.running import run_review
    from qgis.core import QgsVectorLayer

    layer = QgsVectorLayer(f"{projects}|layername={projects_table}", projects_table, "ogr")
    given = [QgsVectorLayer(f"{database}|layername={name}", name, "ogr") for name in layers]
    mapping = {name: line for name, line in layers.items() if line}
    review = Review.of_rules(rules).with_projects(layer).with_controls(given, mapping)
    if extent:
        review = review.with_control_extent(QgsVectorLayer(f"{database}|layername={extent}", extent, "ogr"))
    findings, verdicts = [], []

    def take(outcome):
        findings.extend(outcome.findings)
        verdicts.extend(outcome.verdicts)

    result = run_review(review, take, "XMBH")
    return SimpleNamespace(
        findings=findings,
        verdicts=verdicts,
        repairs=result.repairs(),
        skipped=result.skipped(),
        infos=result.data.infos,
    )


def _value(row, name):
    """As a file holds it: the desk's records carry members of enumerations."""
    value = row[name] if isinstance(row, dict) else getattr(row, name)
    return value.word if name == "conclusion" and not isinstance(row, dict) else value


def _rows(rows, names):
    return Counter(tuple(_value(row, name) for name in names) for row in rows)


def finding_rows(rows):
    """Every column of FINDINGS."""
    return _rows(rows, ["project_key", "line_id", "rule_id", "control_fid", "overlap_m2", *FINDING])


def verdict_rows(rows):
    """Every column of VERDICTS."""
    return _rows(rows, ["project_key", "line_id", "status", "effect", "overlap_m2", *VERDICT])

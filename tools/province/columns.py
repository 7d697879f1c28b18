"""The columns of what a batch writes, as the desk's outputs have them. No Spark and no Arrow here."""

TEXT, REAL, INT, BOOL, WKB = "string", "double", "bigint", "boolean", "binary"  # Spark's words

FINDING = {
    "project_key": TEXT, "line_id": TEXT, "line_name": TEXT, "rule_id": TEXT, "effect": TEXT, "control_fid": INT,
    "control_label": TEXT, "overlap_m2": REAL, "overlap_ha": REAL, "overlap_mu": REAL, "project_m2": REAL,
    "share_pct": REAL, "is_sliver": BOOL, "law": TEXT, "note": TEXT, "layer_name": TEXT, "layer_date": TEXT,
}  # fmt: skip
VERDICT = {
    "project_key": TEXT, "line_id": TEXT, "line_name": TEXT, "status": TEXT, "effect": TEXT, "conclusion": TEXT,
    "overlap_m2": REAL, "overlap_ha": REAL, "overlap_mu": REAL, "share_pct": REAL, "pieces": INT, "slivers": INT,
    "sliver_m2": REAL, "law": TEXT, "condition": TEXT, "reason": TEXT, "rules_sha256": TEXT,
}  # fmt: skip
SUMMARY = {
    "project_key": TEXT, "project_m2": REAL, "conclusion": TEXT, "prohibited": INT, "conditional": INT, "consult": INT,
    "notice": INT, "clear": INT, "not_checked": INT, "failed": INT,
}  # fmt: skip
COUNTY = {"county": TEXT}  # what a summary carries besides


def spelt(name: str, values: list) -> list:
    """The values of a column of a ResultTable or of records as a file holds them."""
    if name == "conclusion":
        return [value.word for value in values]
    return list(map(str, values)) if name in ("status", "effect") else values

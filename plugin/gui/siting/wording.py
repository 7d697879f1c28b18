"""The words of the site page: kinds of criteria and what each asks, units, confidence."""

from typing import Any

from ...bridge.i18n import tr
from ...core.land.rounding import plain
from ...formats.rules.rule_files import load_catalogue

CONSTRAINT_FIELDS = {
    "avoid": ("layer", "where", "other_values", "tolerance_m2"),
    "within": ("layer", "where", "other_values", "tolerance_m2"),
    "min_distance": ("layer", "where", "other_values", "distance_m"),
    "max_distance": ("layer", "where", "other_values", "distance_m"),
    "slope": ("layer", "max", "unit", "statistic"),
    "attribute": ("expression",),
    "area": ("min", "max"),
    "shape": ("min", "max"),
}
FACTOR_FIELDS = {
    "distance": ("layer", "where", "other_values"),
    "share": ("layer", "where", "other_values"),
    "class": ("layer", "field", "other_values"),
    "count": ("layer", "where", "other_values", "within_m"),
    "slope": ("layer", "unit"),
    "relief": ("layer",),
    "raster_mean": ("layer",),
    "area": (),
    "compactness": (),
    "expression": ("expression",),
}
FACTOR_UNITS = {"distance": "m", "share": "%", "relief": "m", "area": "m2"}
CONFIDENCES = ("seen", "memory", "proposal", "computed")


def kind_text(kind: Any) -> Any:
    """What a kind of constraint or factor is called."""
    names = {
        "avoid": tr("Keep out of"),
        "within": tr("Lie within"),
        "min_distance": tr("At least this far from"),
        "max_distance": tr("At most this far from"),
        "attribute": tr("Attribute condition"),
        "slope": tr("Slope"),
        "area": tr("Area"),
        "shape": tr("Shape (4πA/P²)"),
        "distance": tr("Nearest distance"),
        "share": tr("Share of the area"),
        "class": tr("Class of land"),
        "count": tr("Number nearby"),
        "relief": tr("Relief"),
        "raster_mean": tr("Raster mean"),
        "compactness": tr("Compactness (4πA/P²)"),
        "expression": tr("QGIS expression"),
    }
    return names[kind]


def unit_text(unit: Any) -> Any:
    """A unit as people write it."""
    return {"degree": "°", "percent": "%", "m2": "m²"}.get(unit, unit or "")


def confidence_text(confidence: str) -> str:
    """How far a source was verified."""
    return tr("verified") if confidence.startswith("seen") else tr("to be verified")


def layer_text(row, layers):
    """What a constraint or factor (a dict of the document) looks at."""
    if "line" in row:
        known = load_catalogue().by_alias(str(row["line"]))
        return known[0].title if len(known) == 1 else str(row["line"])
    return layers.get(row.get("layer"), row.get("layer") or row.get("rule") or "")


def title_text(row, layers):
    """The title of a constraint or factor, else what it looks at, else its id."""
    return row.get("title") or ("line" in row and layer_text(row, layers)) or row["id"]


def demand_text(row, layers):
    """What a constraint asks, in a few words."""
    kind, target = row["kind"], layer_text(row, layers)
    if kind == "attribute":
        return row.get("expression", "")
    unit = {"slope": unit_text(row.get("unit", "degree")), "area": "m²"}.get(kind, "")
    bounds = [
        f"{sign} {plain(row[key], grouped=True)} {unit}".strip()
        for sign, key in (("≥", "min"), ("≤", "max"))
        if row.get(key) is not None
    ]
    target += f" ({row['where']})" if row.get("where") and target else ""
    distance = f"{plain(row['distance_m'], grouped=True)} m" if row.get("distance_m") else ""
    texts = {
        "avoid": tr("Keep out of {0}"),
        "within": tr("Lie within {0}"),
        "min_distance": tr("At least {1} from {0}"),
        "max_distance": tr("At most {1} from {0}"),
    }
    return texts[kind].format(target, distance) if kind in texts else " ".join([kind_text(kind), *bounds])


def source_text(row, sources):
    """Where a constraint or factor comes from and how far that was verified."""
    title = sources.get(row.get("source"), {}).get("title", row.get("source", ""))
    confidence = row.get("confidence") or sources.get(row.get("source"), {}).get("confidence", "")
    return " · ".join(filter(None, [title, confidence_text(confidence) if confidence else ""]))

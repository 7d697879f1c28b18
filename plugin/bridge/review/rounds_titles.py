"""Words of a comparison of rounds: kinds of change, causes, and the titles of the fields of CHANGES."""

from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsVectorLayer

from ...core.review.rounds_diff import Cause, ChangeKind
from ..i18n import tr
from ..layers.result_titles import field_titles, give_titles, status_names
from ..layers.results import KeptStyle, effect_names


def change_names() -> dict:
    """{ChangeKind: words}"""
    return {
        ChangeKind.NEW: tr("Newly found"),
        ChangeKind.GROWN: tr("Grown"),
        ChangeKind.UNCHANGED: tr("Unchanged"),
        ChangeKind.REDUCED: tr("Reduced"),
        ChangeKind.RESOLVED: tr("Resolved"),
        ChangeKind.ABSENT: tr("Not submitted again"),
        ChangeKind.UNKNOWN: tr("Cannot be compared"),
    }


def cause_names() -> dict:
    """{Cause: words}"""
    return {
        Cause.DATA: tr("Data"),
        Cause.RULES: tr("Rules"),
        Cause.BOTH: tr("Data and rules"),
        Cause.SOFTWARE: tr("Version of the program"),
        Cause.NONE: "",
    }


def match_names() -> dict:
    """{how projects were matched: words}"""
    return {"key": tr("Key"), "geometry": tr("Same geometry"), "overlap": tr("Overlap of 90 % or more"), "": "—"}


def change_titles() -> dict:
    """{field of CHANGES: title}"""
    return {
        **field_titles(), "project_name": tr("Name"), "key_before": tr("Key before"), "matched_by": tr("Matched by"),
        "kind": tr("Change"), "cause": tr("Cause"), "status_before": tr("Status before"),
        "status_after": tr("Status after"), "effect_before": tr("Effect before"), "effect_after": tr("Effect after"),
        "before_m2": tr("Before [m²]"), "after_m2": tr("After [m²]"), "change_m2": tr("Difference [m²]"),
        "change_mu": tr("Difference [mu]"), "by_rules_m2": tr("Caused by rules [m²]"),
        "by_data_m2": tr("Caused by data [m²]"), "accepted": tr("Accepted"),
    }  # fmt: skip


class TitledChanges(KeptStyle):
    """Titles and value maps of CHANGES when it is loaded."""

    def postProcessLayer(
        self, layer: QgsVectorLayer, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        states, effects = {**status_names(), "": "—"}, {**effect_names(), "": "—"}
        values = {
            "kind": {str(kind.value): label for kind, label in change_names().items()},
            "cause": {str(cause.value): label or "—" for cause, label in cause_names().items()},
            "matched_by": match_names(),
            "accepted": {1: tr("Yes"), 0: tr("No")},
        }
        values |= {f"status_{when}": states for when in ("before", "after")}
        values |= {f"effect_{when}": effects for when in ("before", "after")}
        give_titles(layer, change_titles(), values)

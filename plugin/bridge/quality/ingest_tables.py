"""The tables of ingestlayers and restorelayer: their fields, rows and titles."""

from typing import Any

from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsVectorLayer

from ...core.messages import text
from ...store.county_layers import LayerVersion, VersionKind
from ..i18n import tr
from ..layers import field_types
from ..layers.result_titles import give_titles
from ..layers.results import KeptStyle
from .ingest import CheckRow, Outcome, check_levels

_TEXT, _LONG = field_types.TEXT, field_types.LONG
CHECK_FIELDS = (("layer", _TEXT), ("check", _TEXT), ("level", _TEXT), ("outcome", _TEXT), ("found", _TEXT))
VERSION_FIELDS = (
    ("layer", _TEXT), ("version", _LONG), ("at", _TEXT), ("actor", _TEXT), ("kind", _TEXT), ("features", _LONG),
    ("added", _LONG), ("removed", _LONG), ("same", _LONG), ("restored", _LONG), ("source", _TEXT),
    ("source_sha256", _TEXT), ("sha256", _TEXT), ("note", _TEXT),
)  # fmt: skip
DEPENDANT_FIELDS = (("subject", _TEXT), ("id", _TEXT), ("title", _TEXT), ("layer", _TEXT))


def check_row(one: CheckRow) -> tuple[Any, ...]:
    """The values of CHECK_FIELDS."""
    level = check_levels().get(one.check, "rigid")
    return one.layer, text(f"ingest_check_{one.check}"), level, one.outcome.value, one.found or None


def version_row(one: LayerVersion) -> tuple[Any, ...]:
    """The values of VERSION_FIELDS."""
    values = [getattr(one, name) for name, _ in VERSION_FIELDS]
    return tuple(value.value if isinstance(value, VersionKind) else value for value in values)


class TitledVersions(KeptStyle):
    """Titles and coded values in words."""

    def postProcessLayer(
        self, layer: QgsVectorLayer, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        titles = {
            "layer": tr("Layer"), "version": tr("Version"), "at": tr("Imported at (UTC)"), "actor": tr("By whom"),
            "kind": tr("Kind"), "features": tr("Features"), "added": tr("New"), "removed": tr("Gone"),
            "same": tr("As before"), "restored": tr("Restored version"), "source": tr("Source"),
            "source_sha256": tr("SHA-256 of the source"), "sha256": tr("SHA-256 of the content"), "note": tr("Note"),
            "check": tr("Check"), "level": tr("Level"), "outcome": tr("Outcome"), "found": tr("What was found"),
            "subject": tr("Kind"), "id": tr("Identifier"), "title": tr("Title"),
        }  # fmt: skip
        kinds = {
            VersionKind.INGEST.value: tr("taken in"),
            VersionKind.RESTORE.value: tr("brought back"),
            VersionKind.OUTSIDE.value: tr("changed by another program"),
        }
        outcomes = {Outcome.PASSED.value: tr("passes"), Outcome.WARNED.value: tr("warns"),
                    Outcome.REFUSED.value: tr("refused")}  # fmt: skip
        values = {"kind": kinds, "outcome": outcomes, "level": {"rigid": tr("rigid"), "soft": tr("soft")}}
        values["subject"] = {"case": tr("Review case"), "record": tr("Record")}
        give_titles(layer, titles, values)

"""Findings and verdicts as QGIS features: fields, sinks, and how the result layers look."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Any, Callable, Optional

import numpy as np
import shapely
from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsFeature,
    QgsFeatureSink,
    QgsField,
    QgsFields,
    QgsFillSymbol,
    QgsGeometry,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingLayerPostProcessorInterface,
    QgsVectorLayer,
)

from ...core.days import Day
from ...core.errors import OutputError
from ...core.land.areal import areal_multipolygons
from ...core.messages import Message, Named, with_iso_days
from ...core.review.findings import EFFECTS
from ...core.review.result_tables import ResultTable
from ...core.review.tiers import EFFECT_COLOURS
from ..i18n import tr
from . import field_types
from .fills import category

_TEXT, _REAL, _INT, _BOOL = field_types.TEXT, field_types.REAL, field_types.LONG, field_types.BOOL
FINDING_FIELDS = (
    ("project_key", _TEXT), ("line_id", _TEXT), ("line_name", _TEXT), ("rule_id", _TEXT), ("effect", _TEXT),
    ("control_fid", _INT), ("control_label", _TEXT), ("overlap_m2", _REAL), ("overlap_ha", _REAL),
    ("overlap_mu", _REAL), ("project_m2", _REAL), ("share_pct", _REAL), ("is_sliver", _BOOL), ("law", _TEXT),
    ("note", _TEXT), ("layer_name", _TEXT), ("layer_date", _TEXT),
)  # fmt: skip
VERDICT_FIELDS = (
    ("project_key", _TEXT), ("line_id", _TEXT), ("line_name", _TEXT), ("status", _TEXT), ("effect", _TEXT),
    ("conclusion", _TEXT), ("overlap_m2", _REAL), ("overlap_ha", _REAL), ("overlap_mu", _REAL), ("share_pct", _REAL),
    ("pieces", _INT), ("slivers", _INT), ("sliver_m2", _REAL), ("law", _TEXT), ("condition", _TEXT), ("reason", _TEXT),
    ("rules_sha256", _TEXT),
)  # fmt: skip
SUMMARY_FIELDS = (
    ("project_key", _TEXT), ("project_m2", _REAL), ("conclusion", _TEXT), ("prohibited", _INT), ("conditional", _INT),
    ("consult", _INT), ("notice", _INT), ("clear", _INT), ("not_checked", _INT), ("failed", _INT),
)  # fmt: skip
_SPELT: dict[str, Callable[[Any], str]] = {
    "effect": str,
    "status": str,
    "conclusion": attrgetter("word"),
    **dict.fromkeys(("reason", "note"), str),  # of messages the plain text
    "layer_date": with_iso_days,
}
_BATCH = 2000


def qgs_fields(specification: Sequence[tuple[str, Any]]) -> QgsFields:
    """QgsFields of (name, QVariant type) pairs."""
    fields = QgsFields()
    for name, kind in specification:
        fields.append(QgsField(name, kind))
    return fields


def write_findings(sink: QgsFeatureSink, findings: Any, to_output: Any) -> None:
    """Add Finding records to a feature sink.

    `to_output` moves an array of geometries from the plane to the output CRS.
    """
    write_features(sink, FINDING_FIELDS, findings, to_output(areal_multipolygons([f.geometry for f in findings])))


def write_features(
    sink: QgsFeatureSink,
    specification: Sequence[tuple[str, Any]],
    rows: ResultTable,
    geometries: Optional[np.ndarray] = None,
) -> None:
    """Add rows (a ResultTable or records) to a sink as features with the fields of `specification`."""
    write_rows(sink, specification, list(_values(rows, [name for name, _ in specification])), geometries)


def write_rows(
    sink: QgsFeatureSink, specification: Sequence[tuple[str, Any]], values: Any, geometries: Optional[np.ndarray] = None
) -> None:
    """Add rows of values in the order of `specification`; a geometry may be None."""
    geometries = None if geometries is None else shapely.to_wkb(geometries)
    fields = qgs_fields(specification)
    for start in range(0, len(values), _BATCH):
        features = []
        for number, attributes in enumerate(values[start : start + _BATCH], start):
            feature = QgsFeature(fields)
            feature.setAttributes([str(v) if isinstance(v, (Message, Named, Day)) else v for v in attributes])
            if geometries is not None and geometries[number] is not None:
                geometry = QgsGeometry()
                geometry.fromWkb(geometries[number])
                feature.setGeometry(geometry)
            features.append(feature)
        if not sink.addFeatures(features, sink.FastInsert):
            raise OutputError(
                "output_failed", output=tr("result layer"), error=sink.lastError() or tr("unknown reason")
            )


def _values(rows, names):
    """Attribute values row by row, of a ResultTable or of records."""
    return zip(*(column_values(rows, name) for name in names))


def column_values(rows: ResultTable, name: str) -> Any:
    """Values of a column of a ResultTable or of records as a layer holds them."""
    values: list[Any] = rows.column(name) if isinstance(rows, ResultTable) else list(map(attrgetter(name), rows))
    if name not in _SPELT:
        return values
    ids = list(map(id, values))  # a few values stand in all rows: each is spelt once
    spelt = {number: _SPELT[name](value) for number, value in dict(zip(ids, values)).items()}
    return list(map(spelt.__getitem__, ids))


class KeptStyle(QgsProcessingLayerPostProcessorInterface):
    """A style that Processing applies when a result is loaded; `make` it."""

    _kept: list[Any] = []  # Processing takes no ownership: without this the object is gone before it is called

    @classmethod
    def make(cls) -> Any:
        style = cls()
        cls._kept.append(style)
        return style


class FindingsStyle(KeptStyle):
    """Colours findings by effect, hatched so that the land below stays visible; slivers are drawn like the rest."""

    def postProcessLayer(
        self, layer: QgsVectorLayer, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        names = effect_names()
        layer.setRenderer(
            QgsCategorizedSymbolRenderer("effect", [category(e, effect_symbol(e), names[e]) for e in EFFECTS])
        )
        layer.triggerRepaint()


def effect_names() -> dict:
    """{effect: words}"""
    return {
        "prohibit": tr("Prohibited"),
        "conditional": tr("Conditional"),
        "consult": tr("Consultation"),
        "notice": tr("Notice"),
    }


def effect_symbol(effect: str) -> QgsFillSymbol:
    """Hatched polygons in an effect's colour."""
    colour = EFFECT_COLOURS[effect]
    symbol = QgsFillSymbol.createSimple(
        {
            "color": colour,
            "style": "b_diagonal",
            "outline_color": colour,
            "outline_width": "0.6",
            "outline_style": "solid",
        }
    )
    return symbol

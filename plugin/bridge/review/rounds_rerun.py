"""A frozen round run again from its inputs: the same bytes, or told why not."""

from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Optional

import shapely
from qgis.core import QgsCoordinateReferenceSystem, QgsFeature, QgsGeometry, QgsProject, QgsVectorLayer

from ...core.errors import InputError
from ...core.files import Scratch
from ...core.land.layer_state import is_unchanged
from ...core.land.remarks import Remark
from ...core.messages import document_language, language
from ...core.review.layer_dates import parse_layer_dates
from ...core.review.rounds import FrozenRound, RoundInput
from ...core.threads import Feedback
from ..layers.encoding import open_vector
from ..layers.snapshot import public_source, source_file
from ..settings import Settings
from .preparing import Review
from .reporting import software
from .rounds import RoundCollector, freeze
from .running import run_review

_KEY, _NAME = "project_key", "name"


@dataclass(frozen=True)
class RerunResult:
    """`same`: the verdict tables are equal byte for byte; `remarks`: inputs that are not what they were;
    `differing`: verdicts that are not what they were; `software`: (then, now)."""

    same: bool
    frozen: FrozenRound
    remarks: list = field(default_factory=list)
    differing: int = 0
    software: tuple = ("", "")


class Rerun:
    """A round made ready on the thread that owns its layers; `run` may live in any.

    `rules`: the round whose rules are applied, the round's own by default; `open_layers`: {source: layer} of layers
    without a file that are open now. Raises InputError when the projects or the rules are no longer at hand.
    """

    def __init__(
        self, frozen: FrozenRound, rules: Optional[FrozenRound] = None, open_layers: Optional[dict] = None
    ) -> None:
        self._frozen, self._open = frozen, open_layers or {}
        self._review, self._key_field = self._prepared(_review(frozen, rules or frozen))

    def remarks(self) -> list:
        """Remarks on inputs that are not, or not provably, what they were; hashes files: not on the main thread."""
        return list(_changed(self._frozen.head.inputs, self._open))

    def _prepared(self, review: Review) -> tuple[Review, str]:
        """The review with the layers of the round, and the key field of its projects."""
        inputs = self._frozen.head.inputs
        (projects,) = (i for i in inputs if i.role == "projects")
        layer, key_field = _project_layer(self._frozen, projects)
        controls = [i for i in inputs if i.role == "control_line"]
        layers = [_control(i, self._open) for i in controls]
        mapping = {i.source: i.line_id for i in controls}
        extent = next((i for i in inputs if i.role == "control_extent"), None)
        review = review.with_projects(layer).with_controls(layers, mapping)
        return review.with_control_extent(_extent(extent, self._open)), key_field

    def run(self, feedback: Optional[Feedback] = None) -> RerunResult:
        """Check again and compare with what was frozen; raises Cancelled."""
        kept, then = RoundCollector(), self._frozen.head
        result = run_review(self._review, kept.add, self._key_field, feedback)
        with document_language(then.parameters.get("LANGUAGE", language())):  # the tables hold sentences
            again = freeze(result, kept, {})
        same = again.verdicts.to_bytes() == self._frozen.verdicts.to_bytes()
        differing = 0 if same else _differing(self._frozen.verdicts, again.verdicts)
        return RerunResult(same, again, self.remarks(), differing, (then.software, software()))


def open_without_file() -> dict:
    """{source: layer} of the project's layers that no file holds; main thread."""
    layers = QgsProject.instance().mapLayers().values()
    vectors = [layer for layer in layers if isinstance(layer, QgsVectorLayer)]
    return {public_source(layer): layer for layer in vectors if source_file(layer) is None}


def _review(frozen, rules):
    """A Review by the rule files that were kept with a round."""
    head = frozen.head
    if not rules.rule_files:
        raise InputError("round_rules_changed")
    with Scratch() as folder:
        files = [folder / f"{n}_{Path(file.name).name}" for n, file in enumerate(rules.rule_files)]
        for file, kept in zip(files, rules.rule_files):
            file.write_bytes(kept.content)
        cache = Settings.load().cache_mb if head.parameters.get("USE_CACHE") else 0
        day = date.fromisoformat(head.review_date)
        dates = parse_layer_dates(head.parameters.get("LAYER_DATES", ""))
        review = Review.of_rules(files, float(head.parameters.get("SLIVER_AREA", 1.0)), day, cache, dates)
    if review.rule_set.sha256 != rules.head.rules_sha256:
        raise InputError("round_rules_changed")
    return replace(review, rule_files=())


def _changed(inputs, open_layers):
    """Remarks on inputs whose file is gone, changed, or that prove nothing."""
    for one in inputs:
        if one.role == "projects" and _is_memory(one):
            continue  # run again from the shapes that were frozen
        if one.source in open_layers:
            yield Remark("round_input_unproven", one.name, None, {"name": one.name})
        elif not Path(one.source.split("|")[0]).exists():
            yield Remark("round_input_gone", one.name, None, {"name": one.name, "source": one.source})
        elif not is_unchanged(one.source, one.sha256):
            yield Remark("round_input_changed", one.name, None, {"name": one.name})


def _is_memory(one: RoundInput) -> bool:
    return not Path(one.source.split("|")[0]).exists() and "?" in one.source


def _project_layer(frozen, one):
    """(layer, key field) of the projects: the file, else the shapes that were frozen."""
    if _is_memory(one):
        return _frozen_projects(frozen), _KEY
    layer = open_vector(one.source, one.name)
    if not layer.isValid():
        raise InputError("round_input_gone", name=one.name, source=one.source)
    return layer, frozen.head.parameters.get("PROJECT_KEY", "")


def _frozen_projects(frozen):
    layer = QgsVectorLayer(f"MultiPolygon?field={_KEY}:string&field={_NAME}:string", "projects", "memory")
    layer.setCrs(QgsCoordinateReferenceSystem.fromWkt(frozen.head.plane_wkt))
    projects, features = frozen.projects, []
    for key, name, shape in zip(projects.keys, projects.names, projects.geometries):
        feature = QgsFeature(layer.fields())
        if shape is not None:
            geometry = QgsGeometry()
            geometry.fromWkb(shapely.to_wkb(shape))
            feature.setGeometry(geometry)
        feature.setAttributes([key, name])
        features.append(feature)
    layer.dataProvider().addFeatures(features)
    layer.updateExtents()
    return layer


def _extent(one, open_layers):
    """The layer of the area that the control layers were delivered for; None where the round had none."""
    layer = _control(one, open_layers) if one is not None else None
    if isinstance(layer, str):
        raise InputError("round_input_gone", name=one.name, source=one.source)
    return layer


def _control(one, open_layers):
    """A control layer, or its source where it does not open: it is reported as failed."""
    if one.source in open_layers:
        return open_layers[one.source]
    if not Path(one.source.split("|")[0]).exists():
        return one.source
    layer = open_vector(one.source, one.name)
    return layer if layer.isValid() else one.source


def _differing(before, after):
    """Number of projects and lines whose verdicts differ."""
    names = ("project_key", "line_id", "status", "effect", "overlap_m2", "reason")
    old, new = (set(zip(*(table.column(name) for name in names))) for table in (before, after))
    return len({row[:2] for row in old ^ new})

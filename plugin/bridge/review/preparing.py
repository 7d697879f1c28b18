"""A control-line review made ready on the main thread: rules, projects and control layers; `running` runs it."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Callable, Optional, Union

from qgis.core import QgsVectorLayer

from ...core.errors import InputError, OneMapError
from ...core.land import crs as crs_rules
from ...core.land.remarks import Remark
from ...core.messages import text
from ...core.review.catalogue import Catalogue, ControlLine
from ...core.review.control_source import ControlSource
from ...core.review.findings import InputInfo
from ...core.review.layer_dates import entered_date
from ...core.review.matching import LayerName, Matching, match_lines, plain_name
from ...core.review.rules import RuleSet
from ...core.threads import Feedback, in_threads
from ...formats.rules.rule_files import load_catalogue, load_rule_set
from ..layers.conditions import expression_error
from ..layers.encoding import repair_encoding
from ..layers.snapshot import LayerSnapshot, public_source
from ..layers.source_parts import source_parts
from ..layers.unreadable import why_unreadable
from ..layers.view_limits import RENEWED_REMARK, SERVICE_REMARK, renew_service
from .control_readers import warm
from .project_layer import project_centre


@dataclass(frozen=True)
class Review:
    """One check, ready to run. `with_projects` and `with_controls` touch layers, on the main thread; each returns
    another Review, so that one with its control layers serves any number of project layers.

    `layer_dates`: {layer name, source or line id: date} that a person entered; `covered`: what the extents of the
    control layers cover, by plane, found once for all Reviews of the same layers. `renews_services`: layers of web
    services are downloaded again.
    `control_extent`: the area that the control layers were delivered for; what of a project lies outside it was not
    checked.
    """

    catalogue: Catalogue
    rule_set: RuleSet
    rule_files: tuple = ()
    sliver_m2: float = 1.0
    review_date: date = field(default_factory=date.today)
    cache_mb: float = 0
    layer_dates: dict = field(default_factory=dict)
    project_snapshot: Any = None
    plane: Any = None
    snapshots: tuple[LayerSnapshot, ...] = ()
    failures: tuple["FailedLayer", ...] = ()
    remarks: tuple[Remark, ...] = ()
    control_extent: Optional[LayerSnapshot] = None
    covered: dict = field(default_factory=dict, compare=False, repr=False)
    renews_services: bool = False

    @classmethod
    def of_rules(
        cls,
        rule_files: Sequence[Union[str, Path]] = (),
        sliver_m2: float = 1.0,
        review_date: Optional[date] = None,
        cache_mb: float = 0,
        layer_dates: Optional[dict] = None,
    ) -> "Review":
        """A Review without layers, by the base rules or a province's files; any thread. Raises CatalogueError."""
        catalogue = load_catalogue()
        rules = load_rule_set(list(rule_files) or None, catalogue, expression_error)
        day = review_date or date.today()
        return cls(catalogue, rules, tuple(rule_files), sliver_m2, day, cache_mb, layer_dates or {})

    def with_projects(self, layer: QgsVectorLayer) -> "Review":
        """This review of the projects of a layer; raises CrsError, InputError."""
        snapshot = self._snapshot(layer, "projects")
        if snapshot.expected_count == 0:
            raise InputError("projects_empty", layer=layer.name())
        plane = crs_rules.working_plane(snapshot.crs, project_centre(snapshot, layer))
        return replace(self, project_snapshot=snapshot, plane=plane)

    def with_control_extent(self, layer: Optional[QgsVectorLayer]) -> "Review":
        """This review of control layers that were delivered for the polygons of `layer`, None for not known.

        Main thread; raises CrsError, InputError for a layer without polygons.
        """
        if layer is None:
            return replace(self, control_extent=None)
        snapshot = self._snapshot(layer, "control_extent")
        if snapshot.dimension != 2 or snapshot.expected_count == 0:
            raise InputError("control_extent_empty", layer=layer.name())
        return replace(self, control_extent=snapshot)

    def with_controls(self, layers: Sequence[Union[QgsVectorLayer, str]], mapping: Any = None) -> "Review":
        """This review with more control layers, each a QgsVectorLayer or, for one that could not be opened, its
        source as text.
        """
        return next(review for review in self.opening(layers, mapping) if review is not None)

    def opening(
        self, layers: Sequence[Union[QgsVectorLayer, str]], mapping: Any = None
    ) -> Iterator[Optional["Review"]]:
        """As `with_controls`, a layer at a time: None until all are opened, then the Review."""
        names: list[LayerName] = []
        for layer in layers:
            names.append(layer_name(layer))
            yield None
        matching = match_lines(names, parse_mapping(mapping), self.catalogue)
        opened: list[Union[LayerSnapshot, FailedLayer]] = []
        for index, line_id in sorted(matching.assigned.items()):
            opened.append(self._opened(layers[index], names[index], self.catalogue.get(line_id)))
            yield None
        snapshots = [one for one in opened if isinstance(one, LayerSnapshot)]
        _share_conditions(snapshots)
        yield replace(
            self,
            snapshots=(*self.snapshots, *snapshots),
            failures=(*self.failures, *(one for one in opened if isinstance(one, FailedLayer))),
            remarks=(*self.remarks, *_match_remarks(matching, names, layers, self.catalogue)),
            covered={},
        )

    def _opened(self, layer, name: LayerName, line: ControlLine) -> Union[LayerSnapshot, "FailedLayer"]:
        try:
            if isinstance(layer, str) or not layer.isValid():
                raise _not_opened(name)
            snapshot = self._snapshot(layer, "control_line", line.id, line.name)
            keys = (name.name, name.source, line.id)  # the source where several layers have one name
            snapshot.dated = entered_date(self.layer_dates, *keys) or snapshot.dated
            return snapshot
        except OneMapError as error:
            return FailedLayer(name.name, name.source, line, error.message)

    def _snapshot(self, layer: QgsVectorLayer, *role: str) -> LayerSnapshot:
        is_renewed = self.renews_services and renew_service(layer)
        snapshot = LayerSnapshot(repair_encoding(layer), *role)
        return snapshot.renoted({SERVICE_REMARK: RENEWED_REMARK}) if is_renewed else snapshot

    def with_remarks(self, remarks: Sequence[Remark]) -> "Review":
        """This review with more to say of its inputs."""
        return replace(self, remarks=(*self.remarks, *remarks))

    def with_layers(self, renewed: Callable[[LayerSnapshot], LayerSnapshot]) -> "Review":
        """This review with `renewed(snapshot)` in the place of every control layer; main thread."""
        return replace(self, snapshots=tuple(renewed(snapshot) for snapshot in self.snapshots), covered={})

    def warm(self, feedback: Optional[Feedback] = None) -> int:
        """Build the caches that the control layers lack; returns how many have one then. Any thread."""
        lines, plane = self.catalogue, self.plane
        done = in_threads(lambda s: warm(s, lines.get(s.line_id), plane, self.cache_mb), self.snapshots, feedback)
        return sum(done)


def _share_conditions(layers: Sequence[LayerSnapshot]) -> None:
    """Layers with the same fields are asked by the same conditions: of hundreds few have fields of their own."""
    shared: dict[tuple, dict] = {}
    for layer in layers:
        kinds = tuple((field.name(), field.alias(), field.typeName()) for field in layer.fields)
        layer.conditions = shared.setdefault(kinds, layer.conditions)


def _not_opened(name: LayerName) -> InputError:
    """Why a layer cannot be opened, with what to do where the file says it."""
    why = why_unreadable(name.source)
    return InputError("layer_not_opened", why=why) if why else InputError("layer_missing", source=name.source)


def _match_remarks(
    matching: Matching, names: list[LayerName], layers: Sequence[Union[QgsVectorLayer, str]], catalogue: Catalogue
) -> list[Remark]:
    """What the user must know of layers that fit no line, several lines, or share one."""
    remarks = [
        Remark("layer_ambiguous", names[index].name, None, _named(names[index], ", ".join(lines)))
        for index, lines in matching.ambiguous
    ]
    for index in matching.unmatched:
        why = why_unreadable(names[index].source) if isinstance(layers[index], str) else ""
        alike = catalogue.begun_by(plain_name(names[index].name)) if _has_shapes(layers[index]) else []
        unused = "layer_unmatched_alike" if alike else "layer_unmatched"
        params = {"why": why} if why else _named(names[index], ", ".join(line.id for line in alike))
        code = "layer_not_opened" if why else unused
        remarks.append(Remark(code, names[index].name, None, params))
    for line_id, indices in matching.several.items():
        together = ", ".join(names[i].name for i in indices)
        remarks.append(Remark("line_several_layers", "", None, {"line": line_id, "layers": together}))
    return remarks


def _has_shapes(layer: Union[QgsVectorLayer, str]) -> bool:
    return isinstance(layer, QgsVectorLayer) and layer.isSpatial()


class FailedLayer(ControlSource):
    """A control source that could not be opened."""

    def __init__(self, name: str, source: str, line: ControlLine, reason: str) -> None:
        self.name, self.source, self.line, self.failure = name, source, line, reason

    def check_rest(self, feedback: Optional[Feedback] = None) -> None:
        """Nothing can be looked through."""

    def info(self) -> InputInfo:
        return InputInfo(
            "control_line", self.name, self.source, self.line.id, self.line.name, status="failed", reason=self.failure
        )


def parse_mapping(value: Any) -> dict[str, str]:
    """Return MAPPING (JSON text or dict) as {layer: line id}; raises InputError when it is no such object."""
    if not value:
        return {}
    if isinstance(value, dict):
        return value
    try:
        mapping = json.loads(value)
    except ValueError as error:
        raise InputError("mapping_invalid", error=error) from error
    if not isinstance(mapping, dict) or not all(isinstance(v, str) for v in mapping.values()):
        raise InputError("mapping_invalid", error=text("mapping_shape"))
    return mapping


def layer_name(layer: QgsVectorLayer) -> LayerName:
    """Name, source and table of a layer as the matching needs them."""
    if isinstance(layer, QgsVectorLayer):
        return LayerName(
            layer.name(), public_source(layer), _table(layer.providerType(), layer.source()), _one_ysdm(layer)
        )
    parts = source_parts("ogr", layer)
    table = parts.get("layerName") or ""
    return LayerName(table or layer, layer, table, None)


def _table(provider, source):
    parts = source_parts(provider, source)
    return parts.get("layerName") or parts.get("table") or ""


def _one_ysdm(layer):
    """The YSDM code when the layer has such a field with one single value."""
    index = layer.fields().lookupField("YSDM")
    if index < 0:
        return None
    values = {str(v) for v in layer.uniqueValues(index, 2) if v is not None and str(v) != "NULL"}
    return values.pop() if len(values) == 1 else None


def _named(name, lines):
    return {"layer": name.name, "lines": lines}

"""What a check is set up with: the project layer's key, the line proposed for each layer, what stays unchecked.

Main thread only; no layer is read through.
"""

import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Optional

from qgis.core import QgsFeatureRequest, QgsMapLayer, QgsProject, QgsVectorLayer, QgsWkbTypes

from ...core.messages import text
from ...core.review.layer_dates import parsed_day
from ...core.review.matching import LayerName
from ...core.review.project_task import KEY_FIELDS
from ...core.review.proposals import LayerFacts, Reason, Why, preselected, propose
from ...formats.rules.rule_files import load_catalogue, load_hints, load_project_fields
from ..layers.output_folder import output_folder
from ..layers.snapshot import public_source
from ..layers.source_parts import source_parts
from ..settings import Settings
from .land_context import context_sources

_KEY_NAMES = ("项目编号", "地块编号", "编号", "项目代码", "项目名称", "地块名称", "名称")
_COUNTY = re.compile(r"(?<!\d)([1-6]\d{5})(?!\d)")
_LOOKED_AT = 30  # features whose YSDM is looked at
_GEOMETRIES = {
    QgsWkbTypes.PolygonGeometry: "polygon",
    QgsWkbTypes.LineGeometry: "line",
    QgsWkbTypes.PointGeometry: "point",
}


@dataclass
class LayerProposal:
    """One layer of the QGIS project: `line` is what is selected, "" for a layer that takes no part.

    `day`: the date of its data as a person entered it, "" where the data tell it.
    """

    layer_id: str
    name: str
    source: str
    memory_key: str
    line: str
    proposals: list
    remembered: bool = False
    day: str = ""

    @property
    def likeness(self) -> float:
        """How sure the selected line is, 0 without one."""
        return next((p.likeness for p in self.proposals if p.line_id == self.line), 0.0)

    def reason(self) -> str:
        """Why the line is proposed, in the user's words."""
        found = next((p for p in self.proposals if p.line_id == self.line), None)
        if self.remembered:
            return text("proposal_remembered")
        if found is None:
            return text("proposal_several" if len(self.proposals) > 1 and not self.line else "proposal_none")
        return text("proposal_and").join(_said(reason) for reason in found.reasons[:2])


@dataclass(frozen=True)
class CheckSetup:
    """What a person chose on the check page.

    `lines`: {layer id: line id}; `reports`: suffixes wanted; `days`: {layer id: date of its data as entered};
    `control_extent`: id of the layer of the area that the control lines were delivered for, "" for not known.
    """

    projects: str
    key_field: str
    lines: dict
    folder: Path
    reports: tuple = (".docx",)
    days: dict = field(default_factory=dict)
    control_extent: str = ""

    def obstacle(self) -> str:
        """Why the check cannot run, in the user's words; "" when it can."""
        if not self.projects:
            return text("check_without_projects")
        if not any(self.lines.values()):
            return text("check_without_lines")
        if self.lines.get(self.projects):
            return text("check_of_itself")
        return ""


def is_candidate(layer: QgsMapLayer) -> bool:
    """Whether a layer may hold a control line; the findings of an earlier check do not."""
    if not isinstance(layer, QgsVectorLayer) or not layer.isValid() or layer.wkbType() == QgsWkbTypes.NoGeometry:
        return False
    return not {"project_key", "line_id", "rule_id"} <= {field.name() for field in layer.fields()}


def candidates(project: Optional[QgsProject] = None) -> list:
    """Layers of the QGIS project that may hold a control line, in the order of the layer tree."""
    project = project or QgsProject.instance()
    return [layer for layer in project.layerTreeRoot().layerOrder() if is_candidate(layer)]


def guess_key(layer: Optional[QgsVectorLayer]) -> str:
    """The field that most likely tells the projects apart, "" where only the feature id does."""
    names = [field.name() for field in layer.fields()] if layer is not None else []
    folded = {name.casefold(): name for name in names}
    for wanted in (*KEY_FIELDS, *_KEY_NAMES):
        if wanted.casefold() in folded:
            return folded[wanted.casefold()]
    return next((name for word in _KEY_NAMES for name in names if word in name), "")


def guess_projects(layers: list, proposals: list, active: Optional[QgsMapLayer] = None) -> Optional[QgsVectorLayer]:
    """The layer that most likely holds the projects: the active one, else the first polygon layer without a line."""
    taken = {proposal.layer_id for proposal in proposals if proposal.line}
    polygons = [layer for layer in layers if _GEOMETRIES.get(layer.geometryType()) == "polygon"]
    free = [layer for layer in polygons if layer.id() not in taken]
    keyed = [layer for layer in free if guess_key(layer) in ("XMBH", "project_key", "XMDM", "DKBH")]
    return active if active in free else next(iter(keyed or free), None)


def guess_extent(taken: dict, project: Optional[QgsProject] = None) -> Optional[QgsVectorLayer]:
    """The polygon layer of the county by the endings that load_project_fields lists; None where no name says so.

    `taken`: {layer id: line id} of the layers that hold a control line, of which none is the county.
    """
    endings = tuple(ending.casefold() for ending in load_project_fields()["control_extent"])
    for layer in candidates(project):
        names = (layer.name().casefold(), _layer_name(layer).table.casefold())
        is_area = _GEOMETRIES.get(layer.geometryType()) == "polygon" and not taken.get(layer.id())
        if is_area and any(name.endswith(endings) for name in names):
            return layer
    return None


def propose_line(layer: QgsVectorLayer, settings: Settings) -> LayerProposal:
    """The proposal for one layer; what the user chose for this layer of this county before comes first."""
    name = _layer_name(layer)
    key = f"{county_of(layer)}|{name.table or name.name}"
    fields = tuple(field.name() for field in layer.fields())
    facts = LayerFacts(name, fields, _GEOMETRIES.get(layer.geometryType(), "polygon"))
    catalogue = load_catalogue()
    proposals = propose(facts, settings.mapping, catalogue, load_hints())
    remembered = settings.remembered.get(key)
    known = remembered is not None and (remembered == "" or remembered in catalogue.lines)
    line = remembered if known and remembered is not None else preselected(proposals)
    day = parsed_day(settings.layer_days.get(key, ""))
    return LayerProposal(layer.id(), layer.name(), name.source, key, line, proposals, known, day)


def remember(proposals: list) -> None:
    """Keep what a person chose differently from what is proposed, and dates entered, for a layer of a county."""
    settings = Settings.load()
    for proposal in proposals:
        if proposal.line != preselected(proposal.proposals):
            settings.remembered[proposal.memory_key] = proposal.line
        else:
            settings.remembered.pop(proposal.memory_key, None)
        if proposal.day:
            settings.layer_days[proposal.memory_key] = proposal.day
        else:
            settings.layer_days.pop(proposal.memory_key, None)
    settings.save()


def county_of(layer: QgsVectorLayer) -> str:
    """What tells one county's layers from another's: a division code in the source or name, else the data's folder."""
    source = public_source(layer)
    found = _COUNTY.findall(source) or _COUNTY.findall(layer.name())
    if found:
        return found[-1]
    path = Path(source.split("|")[0])
    return path.parent.name if layer.providerType() == "ogr" else layer.providerType()


def unchecked_lines(lines: dict) -> list:
    """Titles of the catalogue's lines that no layer was chosen for."""
    chosen = set(lines.values())
    return [line.title for line in load_catalogue().lines.values() if line.id not in chosen]


def parameters(setup: CheckSetup) -> dict:
    """The parameters of onemap:checkcontrollines for a setup; the outputs go into a folder of their own."""
    project = QgsProject.instance()
    found = {layer_id: project.mapLayer(layer_id) for layer_id, line in setup.lines.items() if line}
    layers = {layer_id: layer for layer_id, layer in found.items() if layer is not None}
    names = [layer.name() for layer in layers.values()]
    said = {i: layer.name() if names.count(layer.name()) == 1 else public_source(layer) for i, layer in layers.items()}
    mapping = {name: setup.lines[layer_id] for layer_id, name in said.items()}
    days = {name: setup.days[layer_id] for layer_id, name in said.items() if setup.days.get(layer_id)}
    reports = [str(setup.folder / f"{text('check_report_name')}{suffix}") for suffix in setup.reports]
    return {
        "PROJECTS": setup.projects,
        "PROJECT_KEY": setup.key_field or None,
        "CONTROL_LINES": list(layers),
        "CONTROL_EXTENT": setup.control_extent or None,
        "MAPPING": json.dumps(mapping, ensure_ascii=False),
        "LAYER_DATES": json.dumps(days, ensure_ascii=False) if days else "",
        "RULES": Settings.load().rule_file or None,
        "SLIVER_AREA": Settings.load().sliver_m2,
        "REPORT": ";".join(reports),
        **context_sources(project, Settings.load()),
    }


def result_folder(layer: Optional[QgsVectorLayer], now: Optional[datetime] = None) -> Path:
    """A folder of its own for the results, beside the projects' file where that can be."""
    path = Path(public_source(layer).split("|")[0]) if layer is not None and layer.providerType() == "ogr" else None
    base = output_folder(path.parent if path is not None and path.exists() else None)
    return base / f"{text('check_folder_name')}_{now or datetime.now():%Y%m%d_%H%M%S}"


def _layer_name(layer):
    parts = source_parts(layer.providerType(), layer.source())
    table = parts.get("layerName") or parts.get("table") or ""
    return LayerName(layer.name(), public_source(layer), table, _ysdm(layer))


def _ysdm(layer):
    """The YSDM of the first features where all say the same; the check itself looks at all of them."""
    index = layer.fields().lookupField("YSDM")
    if index < 0:
        return None
    request = QgsFeatureRequest().setFlags(QgsFeatureRequest.NoGeometry).setSubsetOfAttributes([index])
    values = {str(f[index]) for f in layer.getFeatures(request.setLimit(_LOOKED_AT)) if f[index] is not None}
    values.discard("NULL")
    return values.pop() if len(values) == 1 else None


def _said(reason: Reason) -> str:
    return text(f"proposal_{Why(reason.why).value}", text=reason.text)

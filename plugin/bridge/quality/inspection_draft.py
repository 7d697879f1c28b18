"""A specification drafted from an accepted database: read layer by layer, any thread."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Optional

from pyproj import CRS

from ...core.errors import InputError
from ...core.land.remarks import Remark
from ...core.quality.defects import LayerArrays
from ...core.quality.inspection_content import LayerFound, Matched
from ...core.quality.inspection_draft import Drafted, draft_layer
from ...core.quality.inspection_spec import FieldSpec, LayerSpec, Scoring, Shape, Specification
from ...core.threads import Feedback
from ...formats.packages.package import open_package
from ...formats.rules.inspection_files import load_specification
from ...formats.rules.inspection_writer import document_of
from ...formats.rules.yaml_writer import save_yaml
from .inspection import content_of
from .inspection_reading import plane_of, read_layer


@dataclass(frozen=True)
class Draft:
    """A drafted specification, and what could not be drafted."""

    specification: Specification
    remarks: list[Remark]


def draft_specification(database: Path, like: str, feedback: Optional[Feedback] = None) -> Draft:
    """The draft of a database or package; `like`: name or path of a specification whose titles and lists are taken.

    Raises InputError for one without layers, Cancelled.
    """
    known = load_specification(like)
    with open_package(database) as package:
        content = content_of(package, feedback)
        usable = [layer for layer in content.layers if layer.trouble is None]
        if not usable:
            raise InputError("inspection_no_layers", file=content.name)
        names = _codes_of(known, usable)
        plane = plane_of(usable)
        district = next((layer for layer, code in names if code == known.district), None)
        land = read_layer(district, _bare(district, known.district), plane, (), feedback) if district else None
        drafted: list[Drafted] = []
        for number, (found, code) in enumerate(names):
            arrays = land if land is not None and found is district else _read(found, code, plane, feedback)
            drafted.append(draft_layer(found, arrays, known, land, feedback))
            if feedback is not None:
                feedback.setProgress(100 * (number + 1) / len(names))
    taken = {id(layer) for layer, _ in names}
    left = [layer for layer in usable if id(layer) not in taken]
    remarks = [Remark("draft_twice", layer.name, None, {"layer": layer.name}) for layer in left]
    remarks += [
        Remark("draft_broken", one.layer.code, None, {"layer": one.layer.code, "checks": ", ".join(sorted(one.broken))})
        for one in drafted
        if one.broken
    ]
    return Draft(_specification(content.name, known, drafted), remarks)


def save_draft(draft: Draft, path: Path) -> None:
    """Write a draft; raises OutputError."""
    save_yaml(path, document_of(draft.specification))


def _codes_of(known: Specification, layers: list[LayerFound]) -> list[tuple[LayerFound, str]]:
    """Each layer once with its code: that of the known specification, else its own name; the fullest of several."""
    matched = Matched.of(known, layers)
    own: dict[str, LayerFound] = {}
    for layer in matched.unknown:
        same = own.setdefault(layer.name.upper(), layer)
        own[layer.name.upper()] = layer if layer.count > same.count else same
    by_name = [(layer, code) for code, layer in matched.found.items()]
    return [*by_name, *((layer, layer.name) for layer in own.values())]


def _bare(found: LayerFound, code: str) -> LayerSpec:
    """A specification that asks for all fields of a layer, so that they are read."""
    fields = tuple(FieldSpec(field.name) for field in found.fields)
    return LayerSpec(code, shape=found.shape or Shape.POLYGON, key="BSM", fields=fields)


def _read(found: LayerFound, code: str, plane: Optional[CRS], feedback: Optional[Feedback]) -> LayerArrays:
    return read_layer(found, _bare(found, code), plane, (), feedback)


def _specification(name: str, known: Specification, drafted: list[Drafted]) -> Specification:
    codes = {key: value for one in drafted for key, value in one.codes.items()}
    there = {one.layer.code for one in drafted}
    return Specification(
        name=name,
        level=known.level,
        version=f"{date.today():%Y.%m.%d}",
        confidence=f"drafted from {name}: what holds there is asked of others; not a standard, check before use",
        sha256="",
        layers=tuple(one.layer for one in drafted),
        codes=codes,
        district=known.district if known.district in there else "",
        division_layers=tuple(code for code in known.division_layers if code in there),
        headings=known.headings,
        scoring=Scoring(known.scoring.weights, known.scoring.passing, known.scoring.confidence),
        source=name,
    )

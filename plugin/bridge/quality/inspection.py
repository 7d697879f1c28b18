"""An inspection from end to end: the package opened, its layers read one after the other, all stages run."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Optional

import shapely
from pyproj import CRS

from ...core.errors import InputError
from ...core.land.remarks import Remark
from ...core.land.robust import robust
from ...core.quality.defects import LayerArrays, item_of_check, items
from ...core.quality.inspection import Inspection
from ...core.quality.inspection_again import Again
from ...core.quality.inspection_codes import restore_codes
from ...core.quality.inspection_complete import check_completeness
from ...core.quality.inspection_content import WITH_LAYERS, Content, FileKind, LayerFound, Matched
from ...core.quality.inspection_district import GIVEN_DISTRICT
from ...core.quality.inspection_layer import check_layer, needed_fields, order_of
from ...core.quality.inspection_score import Score, score_of
from ...core.quality.inspection_sketch import Sketch, sketches_of, worst
from ...core.quality.inspection_spec import LandSum, LayerSpec, Specification
from ...core.quality.inspection_states import keep_states
from ...core.quality.inspection_structure import check_base, check_structure, has_wrong_shape
from ...core.quality.inspection_sums import check_quotas, check_upper, land_sum
from ...core.quality.inspection_tables import check_table
from ...core.quality.inspection_values import DivisionTable
from ...core.threads import Feedback, raise_if_cancelled
from ...formats.packages.copies import without_copies
from ...formats.packages.package import Package, open_package
from ...formats.packages.tables import read_cells
from ..layers.old_table import open_any_table
from .inspection_duplicates import take_duplicates
from .inspection_given import District, InspectionInput, district_arrays, given_specification
from .inspection_metadata import check_metadata_of
from .inspection_reading import layers_of, plane_of, read_layer
from .inspection_texts import check_texts
from .inspection_vct import layers_of_vct

_MAPS = 12  # of the worst defects


@dataclass
class InspectionOutcome:
    """What a run came to; `plane`: where the geometries of the defects lie, None where no layer has a place."""

    specification: Specification
    content: Content
    run: Inspection
    score: Score
    plane: Optional[CRS]
    found: dict[str, LayerFound] = field(default_factory=dict)
    sketches: list[Sketch] = field(default_factory=list)
    land: Any = None
    remarks: list[Remark] = field(default_factory=list)
    created: datetime = field(default_factory=datetime.now)


class InspectionJob:
    """One run; any thread. Raises InputError, CatalogueError, Cancelled."""

    def __init__(self, chosen: InspectionInput) -> None:
        self._chosen = chosen
        self.specification, self._given = given_specification(chosen)

    def run(self, feedback: Optional[Feedback] = None) -> InspectionOutcome:
        """Inspect the package; the base is opened only where a rule asks for it."""
        run = Inspection(self.specification, self._chosen.stages, self._chosen.limit, feedback=feedback)
        with open_package(self._chosen.package) as package:
            content = content_of(package, feedback)
            if not content.layers and not any(f.trouble for f in content.files) and not content.has_file_list:
                raise InputError("inspection_no_layers", file=content.name)
            matched = Matched.of(self.specification, content.layers)
            check_completeness(run, content, matched)
            check_metadata_of(run, content, matched)
            lost = check_base(run, matched)
            plane = plane_of(_in_order(self.specification, matched, lost))
            check_structure(run, matched)
            layers = _LayerRun(run, matched, plane, lost)
            layers.again = self._chosen.again
            layers.take_district(self._chosen.district)
            layers.check_all()
            self._check_tables(run, content, layers)
            check_texts(run, content, layers.sums)
            check_quotas(run, layers.sums)
            self._check_upper(run, layers)
        keep_states(run, self._chosen.earlier)
        score = score_of(run)
        sketches, land = worst(layers.sketches, _MAPS), layers.land()
        made = InspectionOutcome(self.specification, content, run, score, plane, matched.found, sketches, land)
        made.remarks = list(self._given)
        return made

    def _check_tables(self, run: Inspection, content: Content, layers: "_LayerRun") -> None:
        """图数一致 where the specification has rules for tables."""
        for table in self.specification.tables:
            files = [f for f in content.of_kind(FileKind.TABLE) if table.fits(f.path) and f.trouble is None]
            for check in ("table_layer", "table_sums"):
                if run.is_asked(check) and not files:
                    run.skip(check, table.title, "unchecked_no_table", table=table.title)
            for file in files:
                try:
                    with closing(open_any_table(file.place)) as book:
                        cells = read_cells(book, table.sheet, table.titles(), table.columns)
                except InputError as error:
                    for check in ("table_layer", "table_sums"):
                        run.skip(check, file.path, "unchecked_table", file=file.name, error=error.message)
                    continue
                self._tell_moved(file.name, cells.moved)
                check_table(run, table, file.path, cells, layers.sums)

    def _tell_moved(self, file: str, moved: Mapping[str, str]) -> None:
        """Cells that stood in another row or column than the specification says."""
        if moved:
            listed = ", ".join(f"{address} → {place}" for address, place in moved.items())
            self._given.append(Remark("table_rows_moved", "", None, {"file": file, "cells": listed}))

    def _check_upper(self, run: Inspection, layers: "_LayerRun") -> None:
        """Layers of the plan above, from the base."""
        rules = self.specification.upper
        if not run.is_asked("upper_layer") or not rules:
            return
        if self._chosen.base is None:
            for rule in rules:
                run.skip("upper_layer", rule.layer, "unchecked_no_base")
            return
        with open_package(self._chosen.base) as package:
            above = content_of(package, run.feedback).layers
            for rule in rules:
                found = next((a for a in above if a.name.upper() == rule.other.upper() and a.trouble is None), None)
                own = layers.placed().get(rule.layer)
                if found is None or own is None or found.crs is None:
                    missing = rule.layer if own is None else rule.other
                    run.skip("upper_layer", rule.layer, "unchecked_layers", layers=missing)
                    continue
                arrays = read_layer(found, LayerSpec(rule.other), layers.plane, (), run.feedback)
                asked = run.rule(rule.check(), rule.layer)
                run.take(asked, len(own), check_upper(asked, own, arrays))


def content_of(package: Package, feedback: Optional[Feedback]) -> Content:
    """Files and layers of a package, of copies one; a file that cannot be opened is one of its troubles."""
    content = Content(package.name, package.has_file_list, troubles=list(package.troubles))
    files, content.copies = without_copies(package.files, feedback)
    for file in files:
        raise_if_cancelled(feedback)
        if file.kind in WITH_LAYERS and file.trouble is None:
            if file.kind == FileKind.EXCHANGE:
                layers, trouble, faults = layers_of_vct(file, package.scratch(), feedback)
                content.troubles += [(file.path, fault) for fault in faults]
            else:
                layers, trouble = layers_of(file)
            content.layers += layers
            file = file.with_trouble(trouble)
        content.files.append(file)
    take_duplicates(content, feedback)
    return content


def _in_order(specification: Specification, matched: Matched, lost: set[str]) -> Iterator[LayerFound]:
    """The layers whose place is known, the district first."""
    codes = (code for code in order_of(specification) if code in matched.found and code not in lost)
    yield from (matched.found[code] for code in codes)


class _LayerRun:
    """Reads each layer once, runs its checks, sums what tables and quotas ask for, keeps what others need."""

    def __init__(self, run: Inspection, matched: Matched, plane: Optional[CRS], lost: set[str]) -> None:
        self._run, self._matched, self.plane, self._lost = run, matched, plane, lost
        self.kept: dict[str, LayerArrays] = {}
        self.sums: dict[LandSum, float] = {}
        self.sketches: list[Sketch] = []
        self._specification = run.specification
        self._needed = set(self._needed_codes())
        self.again: Optional[Again] = None

    def _needed_codes(self) -> Iterator[str]:
        """Layers that other layers' checks need: they are read first and kept."""
        own = self._specification
        yield from (own.district, *own.division_layers, *(rule.layer for rule in own.upper))
        yield from (other for layer in own.layers for check in layer.checks for other in check.others)

    def take_district(self, district: Optional[District]) -> None:
        """The district that a person gave, where the run has a plane to lay it on."""
        if district is None or self.plane is None:
            return
        self.kept[GIVEN_DISTRICT] = district_arrays(district, self.plane)
        if self.again is not None:
            self.again.note(self.kept[GIVEN_DISTRICT], "")

    def check_all(self) -> None:
        """Read and check all layers; progress goes to 95 %."""
        codes = [code for code in order_of(self._specification) if code in self._matched.found]
        for code in (code for code in codes if code in self._needed):
            self._read(code)
        divisions = [self.kept[code] for code in self._specification.division_layers if code in self.kept]
        table = DivisionTable.of(divisions) if divisions else None
        for number, code in enumerate(codes):
            if code not in self.kept:
                self._read(code)
            if code in self.kept:
                reason = self._reason(code)
                if self.again is None or not self.again.reuse(self._run, code, self._leans_on(code)):
                    before = len(self._run.defects)
                    check_layer(self._run, self.kept[code], self.placed(), table, reason)
                    self.sketches += sketches_of(self.kept[code], self._run.defects[before:], _MAPS)
                if code in self._matched.twice:
                    self._note_parts(code)
                else:
                    self._sum(code, reason)
            if code not in self._needed:
                self.kept.pop(code, None)
            if self._run.feedback is not None:
                self._run.feedback.setProgress(95 * (number + 1) / len(codes))

    def placed(self) -> dict[str, LayerArrays]:
        """The layers at hand whose geometries can be measured."""
        return {code: arrays for code, arrays in self.kept.items() if not self._reason(code)}

    def land(self) -> Optional[shapely.Geometry]:
        """The land of the district, None where there is none."""
        district = self.placed().get(self._specification.district)
        shapes = None if district is None else district.usable[~shapely.is_missing(district.usable)]
        return None if shapes is None or not len(shapes) else robust(shapely.union_all, shapes)

    def _leans_on(self, code: str) -> Iterator[str]:
        """Layers that the checks of a layer look at besides itself."""
        own = self._specification
        spec = own.layer(code)
        yield from (own.district, *own.division_layers)
        yield from (other for check in (spec.checks if spec else ()) for other in check.others)

    def _reason(self, code: str) -> str:
        """Message code of why the geometries of a layer are not checked, "" where they are."""
        if code == GIVEN_DISTRICT:
            return ""
        spec, found = self._specification.layer(code), self._matched.found[code]
        if code in self._lost or self.plane is None:
            return "unchecked_place"
        return "unchecked_shape" if spec is not None and has_wrong_shape(spec, found) else ""

    def _read(self, code: str) -> None:
        spec, found = self._specification.layer(code), self._matched.found[code]
        if spec is None or found.trouble is not None:
            return
        plane = None if self._reason(code) else self.plane
        try:
            extra = needed_fields(self._specification, code)
            self.kept[code] = read_layer(found, spec, plane, sorted(extra), self._run.feedback)
            restore_codes(self.kept[code], spec, self._specification.codes)
            if self.again is not None:
                self.again.note(self.kept[code], self._reason(code))
        except RuntimeError as error:
            found.trouble = Remark("package_open", params={"error": str(error)[:200]})
            rule = self._run.rule("unreadable", code)
            defect = rule.layer_defect(value=found.name, wanted=found.trouble.message)
            self._run.take(rule, 1, [defect])

    def _note_parts(self, code: str) -> None:
        """A layer that lies in several files was checked in one of them only: nothing of it is said to be complete."""
        chosen = self._matched.found[code]
        files = ", ".join(one.file for one in self._matched.twice[code] if one is not chosen)
        for item, layer in list(self._run.outcomes):
            if layer == code and item != item_of_check()["layer_twice"].code:
                self._run.skip(items()[item].check, code, "unchecked_parts", file=chosen.file, files=files)

    def _sum(self, code: str, reason: str) -> None:
        """The sums over a layer that tables and quotas ask for."""
        for asked in self._specification.sums():
            if asked.layer == code and not (reason and not asked.column):
                spec = self._specification.layer(code)
                column = spec.field(asked.column) if spec is not None else None
                total = land_sum(self.kept[code], asked, (column.unit if column is not None else "") or "m2")
                if total is not None:
                    self.sums[asked] = total

"""Converted parcels in the fields of a specification: the new class and the area go where it has them."""

from dataclasses import dataclass

from qgis.core import QgsVectorLayer

from ...core.quality.conversion_totals import Crosstab
from ...core.quality.field_mapping import Choice, code_list
from ...core.quality.inspection_spec import FieldKind
from ...formats.rules.field_maps import read_field_map
from ...formats.rules.inspection_files import load_specification
from .field_mapping import MappingInput, MappingJob, layer_of

_AREAS = ("TBMJ", "MJ")


@dataclass(frozen=True)
class ConversionTarget:
    """`source`: a specification's file or built-in name, "" for none; `code`: a layer of it; `field_map`: as in
    MappingInput."""

    source: str
    code: str
    field_map: str = ""

    def check(self) -> None:
        """Raise CatalogueError or InputError for what cannot be used."""
        layer_of(load_specification(self.source), self.code, "")
        read_field_map(self.field_map)

    def job(self, converted: QgsVectorLayer, crosstab: Crosstab) -> MappingJob:
        """The job that brings the converted layer into these fields; raises InputError."""
        job = MappingJob(MappingInput(converted, self.source, self.code, self.field_map))
        job.choices = {**_own_choices(job, crosstab), **job.choices}
        return job


def _own_choices(job: MappingJob, crosstab: Crosstab) -> dict[str, Choice]:
    """The one field whose dictionary has all new classes takes them, fields of areas take those of the pieces."""
    classes = {row.flow.to_code for row in crosstab.rows() if not row.flow.is_undecided}
    taking = []
    for field in job.target.fields:
        codes = code_list(field, job.spec.codes)
        if codes is not None and all(codes.meant(code) is not None for code in classes):
            taking.append(field.name.upper())
    areas = [f.name.upper() for f in job.target.fields if f.kind is FieldKind.FLOAT and f.name.upper() in _AREAS]
    found = {name: Choice("area_m2", None, "m2") for name in areas}
    return {**found, taking[0]: Choice("new_code")} if len(taking) == 1 else found

"""Specifications to YAML documents, as inspection_files reads them."""

from collections.abc import Mapping
from typing import Any

from ...core.quality import inspection_spec as spec


def document_of(specification: spec.Specification) -> dict[str, Any]:
    """The document of a specification; what is empty or usual is left out."""
    own = specification
    weights = {severity.value: weight for severity, weight in own.scoring.weights.items()}
    return _without_empty(
        {
            "name": own.name,
            "level": own.level,
            "version": own.version,
            "confidence": own.confidence,
            "source": own.source,
            "district": own.district,
            "division_layers": list(own.division_layers),
            "codes": {name: _codes(codes) for name, codes in own.codes.items()},
            "layers": [_layer(layer) for layer in own.layers],
            "files": [_file(file) for file in own.files],
            "headings": {name: list(codes) for name, codes in own.headings.items()},
            "scoring": {"weights": weights, "pass": own.scoring.passing, "confidence": own.scoring.confidence},
        }
    )


def _without_empty(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in (None, "", [], {}, False)}


def _codes(codes: spec.CodeList) -> dict[str, Any]:
    return _without_empty({"values": dict(codes.values), "pad": codes.pad or None, "confidence": codes.confidence})


def _layer(layer: spec.LayerSpec) -> dict[str, Any]:
    return _without_empty(
        {
            "code": layer.code,
            "title": layer.title,
            "geometry": layer.shape.value,
            "need": layer.need.value,
            "aliases": list(layer.aliases),
            "ysdm": layer.ysdm,
            "key": layer.key,
            "z": layer.z,
            "more_fields": layer.more_fields,
            "confidence": layer.confidence,
            "fields": [_field(field) for field in layer.fields],
            "checks": [_check(check) for check in layer.checks],
        }
    )


def _field(field: spec.FieldSpec) -> dict[str, Any]:
    conditions = {
        key: {name: list(codes)}
        for key, (name, codes) in (("needed_if", field.needed_if), ("empty_unless", field.empty_unless))
        if name
    }
    values = {
        "name": field.name,
        "title": field.title,
        "type": field.kind.value if field.kind else None,
        "length": field.length,
        "need": field.need.value,
        "codes": field.codes,
        "range": field.range,
        "form": field.form,
        "name_of": field.name_of,
        "unit": field.unit,
        "confidence": field.confidence,
    }
    decimals = {} if field.decimals is None else {"decimals": field.decimals}
    return {**_without_empty(values), **decimals, **conditions}


def _check(check: spec.CheckSpec) -> dict[str, Any]:
    severity = check.severity.value if check.severity else None
    tolerance = {} if check.tolerance is None else {"tolerance": check.tolerance}
    return {
        **_without_empty({"check": check.check, "severity": severity, "others": list(check.others)}),
        **tolerance,
        **check.options,
    }


def _file(file: spec.FileSpec) -> dict[str, Any]:
    values = {"title": file.title, "pattern": file.pattern, "need": file.need.value, "near": file.near}
    return _without_empty({**values, "dpi": file.dpi or None, "table": file.is_table, "metadata": file.is_metadata})

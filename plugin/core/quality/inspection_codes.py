"""Codes that a database keeps as numbers: the zero in front is lost, the meaning is not."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from .defects import LayerArrays
from .inspection_spec import CodeList, FieldKind, LayerSpec


def restore_codes(layer: LayerArrays, spec: LayerSpec, codes: Mapping[str, CodeList]) -> None:
    """Numbers in fields of codes as the texts that they stand for.

    That the field has a wrong type is told in stage 3; sums and conditions by class must not be wrong besides.
    """
    for field in spec.fields:
        known, column = codes.get(field.codes), layer.columns.get(field.name.upper())
        if known is None or column is None or field.name_of or field.kind not in (None, FieldKind.CHAR):
            continue
        for row in np.flatnonzero([isinstance(value, (int, float)) for value in column.tolist()]):
            column[row] = restored_code(column[row], known)


def restored_code(value: Any, codes: CodeList) -> Any:
    """A number as the code that it stands for, with the zero that it lost; another value as it is."""
    if value != value or value != int(value):
        return value
    text = str(int(value))
    return f"0{text}" if codes.name(text) is None and codes.name(f"0{text}") is not None else text

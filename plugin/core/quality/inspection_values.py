"""Stage 4: the values of each field, feature by feature, against the specification and its dictionaries."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Callable, Optional

import numpy as np

from ..land.types import Array
from ..patterns import fits
from .defects import CheckRule, Defect, LayerArrays
from .inspection import Inspection
from .inspection_spec import CodeList, FieldKind, FieldSpec, LayerSpec, Need
from .ranges import Range

_DIVISION, _DIVISION_NAME, _ELEMENT = "XZQDM", "XZQMC", "YSDM"
_SHOWN = 60  # characters of a value in a defect
_COUNTY = 6
_LEVELS = (6, 4, 2)


@dataclass(frozen=True)
class DivisionTable:
    """Division codes with names as the package's own layers list them; `county`: beginning of all its codes."""

    names: Mapping[str, str]
    county: str = ""
    levels: frozenset[int] = frozenset()

    @classmethod
    def of(cls, layers: "list[LayerArrays]") -> "DivisionTable":
        """The table of the layers that list divisions, the district first."""
        names: dict[str, str] = {}
        for layer in layers:
            codes, titles = layer.columns.get(_DIVISION), layer.columns.get(_DIVISION_NAME)
            for row, code in enumerate([] if codes is None else codes.tolist()):
                if code is not None:
                    names.setdefault(str(code), "" if titles is None or titles[row] is None else str(titles[row]))
        return cls(names, _common_beginning(names), frozenset(map(len, names)))

    def lists(self, code: str) -> bool:
        """Whether a code is listed, or is of a level that the package lists nothing of."""
        return code in self.names or len(code) not in self.levels


def _common_beginning(codes: Mapping[str, str]) -> str:
    """The county, city or province that most codes begin with."""
    for digits in _LEVELS:
        common = Counter(code[:digits] for code in codes).most_common(1)
        if common and common[0][1] * 2 > len(codes):
            return common[0][0]
    return ""


_Check = Callable[["_Values", CheckRule, FieldSpec, Array], Iterator[Defect]]


@dataclass(frozen=True)
class _Values:
    """What the checks of one layer share."""

    layer: LayerArrays
    spec: LayerSpec
    codes: Mapping[str, CodeList]
    divisions: Optional[DivisionTable]

    def defect(self, rule: CheckRule, row: int, field: str, value: Any, wanted: str = "", **more: str) -> Defect:
        shown = "" if value is None else str(value)[:_SHOWN]
        return rule.defect(self.layer, row, value=shown, wanted=wanted, params={"field": field, **more})


def check_values(run: Inspection, layer: LayerArrays, divisions: Optional[DivisionTable]) -> None:
    """Stage 4 of a run on one layer; fields that the layer lacks are left to stage 3."""
    spec = run.specification.layer(layer.code)
    if spec is None:
        return
    values = _Values(layer, spec, run.specification.codes, divisions)
    for check, (concerns, look) in _CHECKS.items():
        if not run.is_asked(check):
            continue
        fields = [field for field in spec.fields if concerns(spec, field)]
        rule, absent = run.rule(check, layer.code), []
        for field in fields:
            column = layer.columns.get(field.name.upper())
            leans_on = _LEANS_ON.get(check, lambda _: "")(field)
            if column is None:
                absent += [field.name] if field.need == Need.M else []
            elif leans_on and leans_on.upper() not in layer.columns:
                absent.append(leans_on)
            else:
                run.take(rule, len(layer), look(values, rule, field, column), layer)
        if absent:
            names = ", ".join(dict.fromkeys(absent))
            run.skip(check, layer.code, "unchecked_fields", layer=layer.code, fields=names)
        elif check == "division_code" and fields and divisions is None:
            run.skip(check, layer.code, "unchecked_divisions")


def _empty(values: _Values, rule: CheckRule, field: FieldSpec, column: Array) -> Iterator[Defect]:
    missing = _are_empty(column)
    other, codes = field.needed_if
    if field.need != Need.M:
        missing &= _begins(values.layer.columns.get(other.upper()), codes, len(column))
    for row in np.flatnonzero(missing).tolist():
        yield values.defect(rule, row, field.name, None)


def _are_empty(column: Array) -> Array:
    found: Array = (column == None).astype(bool)  # noqa: E711  (element by element)
    return found


def _wrong_rows(values: Sequence[Any], is_wrong: Callable[[Any], bool]) -> Iterator[int]:
    """Positions of the values that are wrong; equal ones are asked about once, None never."""
    kinds = set(map(type, values)) - {type(None)}
    if len(kinds) > 1 or kinds - {str, int, float, bytes, date, tuple}:  # 1 is 1.0, and some have no hash
        yield from (row for row, value in enumerate(values) if value is not None and is_wrong(value))
        return
    wrong = {value for value in set(values) if value is not None and is_wrong(value)}
    if wrong:
        yield from (row for row, value in enumerate(values) if value in wrong)


def _begins(column: Optional[Array], codes: tuple[str, ...], count: int) -> Array:
    """Which values begin with one of some codes; none where there is no column."""
    if column is None:
        return np.zeros(count, bool)
    return np.fromiter((v is not None and str(v).startswith(codes) for v in column.tolist()), bool, count)


def _needless(values: _Values, rule: CheckRule, field: FieldSpec, column: Array) -> Iterator[Defect]:
    """A value where the other field leaves no room for one; zero is as good as none."""
    other, codes = field.empty_unless
    allowed = _begins(values.layer.columns.get(other.upper()), codes, len(column))
    filled = np.fromiter((value is not None and value != 0 for value in column.tolist()), bool, len(column))
    for row in np.flatnonzero(filled & ~allowed).tolist():
        beginnings = "/".join(codes)
        yield values.defect(rule, row, field.name, column[row], f"{other}={beginnings}*")


def _in_codes(values: _Values, rule: CheckRule, field: FieldSpec, column: Array) -> Iterator[Defect]:
    codes = values.codes[field.codes]
    for row in _wrong_rows(column.tolist(), lambda value: codes.name(str(value)) is None):
        yield values.defect(rule, row, field.name, column[row], field.codes)


def _code_name(values: _Values, rule: CheckRule, field: FieldSpec, column: Array) -> Iterator[Defect]:
    coded = values.layer.columns.get(field.name_of.upper())
    codes = values.codes.get(field.codes)
    if coded is None or codes is None:
        return
    for row, (value, code) in enumerate(zip(column.tolist(), coded.tolist())):
        wanted = codes.name(str(code)) if code is not None else None
        if value is not None and wanted and value != wanted:
            yield values.defect(rule, row, field.name, value, wanted)


def _in_range(values: _Values, rule: CheckRule, field: FieldSpec, column: Array) -> Iterator[Defect]:
    limits = Range.of(field.range)
    if limits is None:
        return
    for row in _wrong_rows(column.tolist(), lambda value: not limits.holds(_number(value))):
        yield values.defect(rule, row, field.name, column[row], field.range)


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return float("nan")


def _twice(values: _Values, rule: CheckRule, field: FieldSpec, column: Array) -> Iterator[Defect]:
    counts = Counter(value for value in column.tolist() if value is not None)
    if max(counts.values(), default=0) < 2:
        return
    for row, value in enumerate(column.tolist()):
        if counts[value] > 1:
            yield values.defect(rule, row, field.name, value, count=str(counts[value]))


def _division(values: _Values, rule: CheckRule, field: FieldSpec, column: Array) -> Iterator[Defect]:
    """A code that the division layers do not list, or not under this name."""
    table = values.divisions
    if table is None:
        return
    titles = values.layer.columns.get(_DIVISION_NAME)
    for row, value in enumerate(column.tolist()):
        if value is None:
            continue
        code, name = str(value), None if titles is None else titles[row]
        if not code.startswith(table.county):
            yield values.defect(rule, row, field.name, code, f"{table.county}…")
        elif not table.lists(code):
            yield values.defect(
                rule, row, field.name, code, table.county if len(code) <= _COUNTY else f"{code[:_COUNTY]}…"
            )
        elif name is not None and table.names.get(code) and name != table.names[code]:
            yield values.defect(rule, row, field.name, f"{code} {name}", f"{code} {table.names[code]}")


def _element(values: _Values, rule: CheckRule, field: FieldSpec, column: Array) -> Iterator[Defect]:
    """One element code a layer: that of the specification, else the commonest."""
    counts = Counter(str(value) for value in column.tolist() if value is not None)
    wanted = values.spec.ysdm or (counts.most_common(1)[0][0] if counts else "")
    for row in _wrong_rows(column.tolist(), lambda value: str(value) != wanted):
        yield values.defect(rule, row, field.name, column[row], wanted)


def _long(values: _Values, rule: CheckRule, field: FieldSpec, column: Array) -> Iterator[Defect]:
    most = field.length or 0
    for row in _wrong_rows(column.tolist(), lambda value: isinstance(value, str) and len(value) > most > 0):
        yield values.defect(rule, row, field.name, column[row], str(most))


def _form(values: _Values, rule: CheckRule, field: FieldSpec, column: Array) -> Iterator[Defect]:
    """A value of another form than the specification says, or one that its type cannot hold."""
    pattern = re.compile(field.form) if field.form else None

    def is_wrong(value: Any) -> bool:
        return not (fits(pattern, str(value)) if pattern is not None else _is_day(value))

    for row in _wrong_rows(column.tolist(), is_wrong):
        yield values.defect(rule, row, field.name, column[row], field.form or "YYYY-MM-DD")


def _is_day(value: Any) -> bool:
    if isinstance(value, date):
        return True
    try:
        date.fromisoformat(str(value)[:10].replace("/", "-"))
    except ValueError:
        return False
    return True


_CHECKS: dict[str, tuple[Callable[[LayerSpec, FieldSpec], bool], _Check]] = {
    "value_empty": (lambda s, f: f.need == Need.M or bool(f.needed_if[0]), _empty),
    "value_needless": (lambda s, f: bool(f.empty_unless[0]), _needless),
    "value_code": (lambda s, f: bool(f.codes) and not f.name_of, _in_codes),
    "code_name": (lambda s, f: bool(f.name_of), _code_name),
    "value_range": (lambda s, f: bool(f.range), _in_range),
    "key_twice": (lambda s, f: bool(s.key) and f.name.upper() == s.key.upper(), _twice),
    "division_code": (lambda s, f: f.name.upper() == _DIVISION, _division),
    "element_code": (lambda s, f: f.name.upper() == _ELEMENT, _element),
    "value_long": (lambda s, f: bool(f.length) and f.kind == FieldKind.CHAR, _long),
    "value_form": (lambda s, f: bool(f.form) or f.kind == FieldKind.DATE, _form),
}
# the other field that a check of a field looks at
_LEANS_ON: dict[str, Callable[[FieldSpec], str]] = {
    "value_empty": lambda f: f.needed_if[0] if f.need != Need.M else "",
    "value_needless": lambda f: f.empty_unless[0],
    "code_name": lambda f: f.name_of,
}

"""An indicator set from the document of its file; every mistake is named with file, line and key."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Callable, Optional

from ..review.rules import rule_error
from .formula import DIVISION, Formula, Names, parse_conditions, parse_formula
from .formula_nodes import Condition, Measure, measures
from .formula_tokens import FormulaError
from .indicator_model import (
    Direction,
    FieldRef,
    Holds,
    Indicator,
    IndicatorSet,
    Nature,
    Overlap,
    Part,
    Role,
    StatisticKey,
)
from .indicator_units import NONE, Unit, UnitTable, dimension_text

Locate = Callable[[tuple[Any, ...]], tuple[str, int]]
_NO_UNIT = Unit("", 1.0, NONE)
_AREA_FIELD = "area"  # every feature has it: its own area in m²


def build_indicator_set(
    document: Mapping[str, Any], units: UnitTable, lines: Mapping[str, Any], locate: Locate, sha256: str
) -> IndicatorSet:
    """The IndicatorSet of a document that fits the schema; `lines`: the control lines by id. Raises CatalogueError."""
    builder = _Builder(document, units, lines)
    made = builder.build(sha256)
    if builder.faults:
        mistakes = [(*locate(path), ".".join(map(str, path)), code, params) for path, code, params in builder.faults]
        raise rule_error(sorted(mistakes, key=lambda mistake: mistake[1]), "indicators_invalid")
    return made


@dataclass
class _Builder:
    document: Mapping[str, Any]
    units: UnitTable
    lines: Mapping[str, Any]
    faults: list[tuple[tuple[Any, ...], str, dict[str, Any]]] = field(default_factory=list)

    def build(self, sha256: str) -> IndicatorSet:
        """The set; its faults are gathered."""
        said = self.document
        roles = {key: self._role(key, row) for key, row in said.get("layers", {}).items()}
        self.roles = roles
        parts = {key: self._part(key, row) for key, row in said.get("parts", {}).items()}
        self.parts = parts
        statistics = {key: self._statistic(key, row) for key, row in said.get("statistics", {}).items()}
        fields = {n: f.unit.dimension for role in roles.values() for n, f in role.fields.items() if f.unit}
        keys = {key: found.unit.dimension for key, found in statistics.items()}
        self.names = Names(frozenset([*roles, *parts]), keys, fields)
        rows = list(enumerate(said.get("indicators", [])))
        indicators = tuple(filter(None, (self._indicator(number, row) for number, row in rows)))
        head = (said["id"], said["zh"], said.get("en", said["zh"]), str(said["version"]))
        sources = (str(said.get("source", "")), str(said.get("confidence", "")))
        return IndicatorSet(*head, *sources, sha256, roles, parts, statistics, indicators)

    def _fault(self, path: tuple[Any, ...], code: str, **params: Any) -> None:
        self.faults.append((path, code, params))

    def _unit(self, path: tuple[Any, ...], text: str) -> Unit:
        unit = self.units.find(text)
        if unit is None:
            self._fault(path, "indicator_unit_unknown", unit=text, known=", ".join(self.units.names()))
        return unit or _NO_UNIT

    def _role(self, key: str, row: Mapping[str, Any]) -> Role:
        path = ("layers", key)
        if key == DIVISION:
            self._fault(path, "indicator_name_taken", name=key)
        lines = tuple(row.get("lines", ()))
        for line in (line for line in lines if line not in self.lines):
            self._fault((*path, "lines"), "rule_line_unknown", line=line, lines=", ".join(self.lines))
        fields = {}
        for name, said in row.get("fields", {}).items():
            unit = self._unit((*path, "fields", name), said["unit"]) if said.get("unit") else None
            fields[name] = FieldRef(tuple(said["names"]), unit)
        return Role(
            key, row["zh"], row.get("en", key), tuple(row.get("names", ())), lines, bool(row.get("lasting", False)),
            Overlap(row.get("overlap", "sum")), float(row.get("covers", 0.0)), row.get("codes", {}), fields,
        )  # fmt: skip

    def _part(self, key: str, row: Mapping[str, Any]) -> Part:
        path, role = ("parts", key), self.roles.get(row["of"])
        if key in self.roles or key == DIVISION:
            self._fault(path, "indicator_name_taken", name=key)
        if role is None:
            self._fault((*path, "of"), "indicator_role_unknown", name=row["of"], known=", ".join(self.roles))
        codes = {scheme: tuple(map(str, found)) for scheme, found in row.get("codes", {}).items()}
        for scheme in codes:
            if role is not None and scheme not in role.codes.values():
                known = ", ".join(role.codes.values())
                self._fault((*path, "codes", scheme), "indicator_scheme_unknown", scheme=scheme, known=known)
        conditions = self._conditions((*path, "where"), row.get("where", ""), role)
        return Part(key, row["zh"], row.get("en", key), row["of"], codes, conditions)

    def _conditions(self, path: tuple[Any, ...], text: str, role: Optional[Role]) -> tuple[Condition, ...]:
        try:
            found = parse_conditions(text) if text else ()
        except FormulaError as error:
            self._fault(path, error.code, **error.params, position=error.position)
            return ()
        self._check_fields(path, found, role)
        return found

    def _check_fields(
        self, path: tuple[Any, ...], conditions: tuple[Condition, ...], role: Optional[Role], summed: str = ""
    ) -> None:
        for name in filter(None, [summed, *(condition.field for condition in conditions)]):
            if role is not None and name not in role.fields and name != _AREA_FIELD:
                known = ", ".join([*role.fields, _AREA_FIELD])
                self._fault(path, "indicator_field_unknown", field=name, layer=role.key, known=known)

    def _statistic(self, key: str, row: Mapping[str, Any]) -> StatisticKey:
        unit = self._unit(("statistics", key, "unit"), row["unit"])
        bounds = (row.get("low"), row.get("high"))
        return StatisticKey(key, row["zh"], row.get("en", key), unit, bool(row.get("additive", True)), *bounds)

    def _indicator(self, number: int, row: Mapping[str, Any]) -> Optional[Indicator]:
        path = ("indicators", number)
        if any(other["id"] == row["id"] for other in self.document["indicators"][:number]):
            self._fault((*path, "id"), "indicator_twice", id=row["id"])
        unit = self._unit((*path, "unit"), row["unit"])
        formula = self._formula((*path, "formula"), row["formula"])
        if formula is None:
            return None
        if unit is not _NO_UNIT and unit.dimension != formula.dimension:
            params = {"unit": row["unit"], "dimension": dimension_text(formula.dimension)}
            self._fault((*path, "unit"), "indicator_unit_differs", **params)
        base = row.get("baseline")
        return Indicator(
            row["id"], row["zh"], row.get("en", row["zh"]), row.get("group", ""), unit,
            Nature(row.get("nature", "monitored")), Direction(row.get("direction", "none")),
            Holds(row.get("holds", "by_year")), formula, int(row.get("decimals", 2)),
            (int(base["year"]), base.get("value")) if base else None,
            {int(year): float(value) for year, value in row.get("targets", {}).items()},
            float(row.get("span", 0.0)), str(row.get("source", "")), str(row.get("confidence", "")),
            str(row.get("note", "")),
        )  # fmt: skip

    def _formula(self, path: tuple[Any, ...], text: str) -> Optional[Formula]:
        try:
            formula = parse_formula(text, self.names)
        except FormulaError as error:
            self._fault(path, error.code, **error.params, position=error.position)
            return None
        for measure, _ in measures(formula.node, 0):
            self._check_measure(path, measure)
        return formula

    def _check_measure(self, path: tuple[Any, ...], measure: Measure) -> None:
        for selection in measure.selections:
            name = self.parts[selection.name].role if selection.name in self.parts else selection.name
            summed = measure.field if selection is measure.selection else ""
            self._check_fields(path, selection.conditions, self.roles.get(name), summed)

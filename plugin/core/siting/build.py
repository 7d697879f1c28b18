"""Criteria of a document that already fits the schema: weights worked out, laws looked up, every contradiction
named.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Callable, Optional, Union

from ..errors import InputError
from ..messages import message
from ..review.catalogue import Catalogue, ControlLine
from ..review.known_values import Vocabularies
from ..review.rules import RuleSet, rule_error
from .ahp import AhpResult, weights_of
from .class_codes import KnownCodes
from .contradictions import Identities, contradictions, not_finite
from .model import (
    AREA,
    AVOID,
    NEAR,
    NEAR_NOT,
    SLOPE,
    WITHIN,
    Constraint,
    Criteria,
    Factor,
    Group,
    LayerRef,
)
from .values import Classes, ValueFunction, value_function

_ON_RASTER = ("slope", "relief", "raster_mean")
_ON_VECTOR = ("distance", "share", "count")
_STEEPEST = 90  # degrees
_PROPORTION = 10.0  # from here on weights are shares of 100, below 1 shares of 1, between them proportions
_RULE_KINDS = {AVOID: "avoid", WITHIN: "within", NEAR_NOT: "distance"}


@dataclass(frozen=True)
class CriteriaSource:
    """A document, the hash that is its identity, and `locate(path)`, which gives (file, line) of a key path."""

    document: Mapping[str, Any]
    sha256: str
    locate: Callable[[Sequence[Any]], tuple[str, int]]


@dataclass(frozen=True)
class RuleContext:
    """The rules a criterion with `line` takes its law from: those of the control-line check.

    `expression_check(text)`: what is wrong with a QGIS expression, or None; `on`: the day whose rules are in force
    (today); `vocabularies`: values that belong together, by which a table of classes knows others."""

    rule_set: RuleSet
    catalogue: Catalogue
    expression_check: Optional[Callable[[str], Optional[str]]] = None
    on: Optional[date] = None
    vocabularies: Vocabularies = Vocabularies()


def build_criteria(source: CriteriaSource, rules: RuleContext) -> Criteria:
    """Build Criteria; raises CatalogueError whose `mistakes` name file, line, key and fault of everything that is
    wrong.
    """
    document = source.document
    builder = _Builder(document, rules)
    builder.faults += [(path, "criteria_not_finite", {"value": value}) for path, value in not_finite(document)]
    constraints = tuple(builder.constraint(n, row) for n, row in enumerate(document.get("constraints", [])))
    area = document.get("area", {})
    bounds = (area.get("min_m2"), area.get("max_m2"))
    for number, other in contradictions(constraints, bounds, Identities(builder.layers, rules.catalogue)):
        builder.contradiction(constraints[number], number, other)
    factors = builder.factors()
    if builder.faults:
        raise rule_error(
            [(*source.locate(path), ".".join(map(str, path)), code, params) for path, code, params in builder.faults],
            "criteria_invalid",
        )
    search = document.get("search", {})
    return Criteria(
        document["name"],
        str(document["version"]),
        document.get("need", ""),
        source.sha256,
        builder.layers,
        constraints,
        tuple(factors),
        tuple(builder.groups),
        document.get("sources", {}),
        bounds,
        float(search.get("spacing_m", 0.0)),
        rules.rule_set.sha256,
    )


KeyPath = tuple[Any, ...]


class _Builder:
    """Builds rows and gathers `faults` as (key path, message code, params)."""

    def __init__(self, document: Mapping[str, Any], rules: RuleContext) -> None:
        self.document, self.rule_set, self.catalogue = document, rules.rule_set, rules.catalogue
        self._vocabularies = rules.vocabularies
        self.on, self._check = rules.on or date.today(), rules.expression_check or (lambda text: None)
        self.faults: list[tuple[KeyPath, str, dict[str, Any]]] = []
        self.groups: list[Group] = []
        self._ids: set[str] = set()
        rows = document.get("layers", {})
        self.layers = {key: LayerRef.of(key, row) for key, row in rows.items()}
        for key, layer in self.layers.items():
            if layer.line and layer.line not in self.catalogue.lines:
                self._fault(
                    ("layers", key, "line"), "rule_line_unknown", line=layer.line, lines=", ".join(self.catalogue.lines)
                )
        area = document.get("area", {})
        if area.get("min_m2") and area.get("max_m2") and area["min_m2"] > area["max_m2"]:
            self._fault(("area",), "criteria_bounds", low=area["min_m2"], high=area["max_m2"])

    def _fault(self, path: KeyPath, code: str, **params: object) -> None:
        self.faults.append((path, code, params))

    def constraint(self, number: int, row: Mapping[str, Any]) -> Constraint:
        """One Constraint; its faults are gathered."""
        path = ("constraints", number)
        self._id(path, row)
        values = {key: row[key] for key in row if key not in ("line", "rule", "min", "max")}
        values["other_values"] = tuple(row.get("other_values", ()))
        values["low"], values["high"] = row.get("min"), row.get("max")
        if "line" in row or "rule" in row:
            values.update(self._of_rules(path, row))
        made = Constraint(**{"title": row["id"], **values})
        self._check_constraint(path, made)
        return made

    def _of_rules(self, path: KeyPath, row: Mapping[str, Any]) -> dict[str, Any]:
        """What the rule set says of the line: law, effect, and for one named rule its condition, tolerance and
        distance.
        """
        line = self._line(row, path)
        if line is None:
            return {}
        wanted = _RULE_KINDS.get(row["kind"])
        rules = [
            r for r in self.rule_set.for_line(line.id, self.on) if r.kind == wanted and row.get("rule") in (None, r.id)
        ]
        if not rules and "rule" in row:
            self._fault((*path, "rule"), "criteria_rule_unknown", rule=row["rule"], line=line.id, kind=wanted or "-")
        self.layers.setdefault(line.id, LayerRef(line.id, line.name, (line.id,), line.id))
        taken = {
            "layer": line.id,
            "title": row.get("title", line.name),
            "rule_ids": tuple(r.id for r in rules),
            "effect": line.effect,
        }
        taken["law"] = "；".join(dict.fromkeys(law.cite() for r in rules for law in r.laws))
        if "rule" in row and rules:
            rule = rules[0]
            taken.update(where=rule.where or "", where_fallback=rule.where_fallback, effect=rule.effect)
            taken["other_values"] = (*rule.other_values, *row.get("other_values", ()))
            taken.update({"tolerance_m2": rule.tolerance_m2} if rule.tolerance_m2 is not None else {})
        distances = [r.distance_m for r in rules if r.distance_m]
        if distances and "distance_m" not in row:
            taken["distance_m"] = max(distances)
        return taken

    def _line(self, row: Mapping[str, Any], path: KeyPath) -> Optional[ControlLine]:
        if "line" in row:
            known = self.catalogue.by_alias(str(row["line"]))
            if len(known) == 1:
                return known[0]
            self._fault((*path, "line"), "rule_line_unknown", line=row["line"], lines=", ".join(self.catalogue.lines))
            return None
        rule = next((r for r in self.rule_set.rules if r.id == row["rule"]), None)
        if rule is None:
            self._fault((*path, "rule"), "criteria_rule_unknown", rule=row["rule"], line="-", kind=row["kind"])
        return self.catalogue.get(rule.line_id) if rule else None

    def _id(self, path: KeyPath, row: Mapping[str, Any]) -> None:
        if row["id"] in self._ids:
            self._fault((*path, "id"), "rule_id_twice", id=row["id"])
        self._ids.add(row["id"])

    def _check_constraint(self, path: KeyPath, made: Constraint) -> None:
        if made.kind in (AVOID, WITHIN, NEAR_NOT, NEAR, SLOPE):
            self._known_layer(path, made.layer)
        if made.kind in (NEAR_NOT, NEAR) and made.distance_m <= 0:
            self._fault(path, "rule_distance_missing")
        if made.kind == SLOPE and made.high is None:
            self._fault(path, "criteria_limit_missing", key="max")
        if made.kind == SLOPE and made.high is not None and made.unit != "percent" and made.high > _STEEPEST:
            self._fault((*path, "max"), "criteria_slope_limit", high=made.high, limit=_STEEPEST)
        if made.kind in (AREA, "shape") and made.low is None and made.high is None:
            self._fault(path, "criteria_limit_missing", key="min, max")
        if made.low is not None and made.high is not None and made.low > made.high:
            self._fault(path, "criteria_bounds", low=made.low, high=made.high)
        if made.kind == "attribute" and not made.expression:
            self._fault(path, "criteria_limit_missing", key="expression")
        self._expressions(path, made)

    def _expressions(self, path: KeyPath, made: Union[Constraint, Factor]) -> None:
        for key in ("where", "expression"):
            error = self._check(getattr(made, key)) if getattr(made, key) else None
            if error:
                self._fault((*path, key), "rule_expression_bad", expression=getattr(made, key), error=error)

    def _known_layer(self, path: KeyPath, key: str) -> None:
        if key not in self.layers:
            self._fault((*path, "layer"), "criteria_layer_unknown", layer=key, layers=", ".join(self.layers))

    def contradiction(self, one: Constraint, number: int, other: str) -> None:
        """Note that a constraint and another criterion can hold on no land together."""
        self._fault(("constraints", number), "criteria_contradict", one=one.id, other=other)

    def factors(self) -> list[Factor]:
        """All Factors with their global weights; groups are kept in `groups`."""
        root = self.document.get("factors")
        return self._group(("factors",), {"id": "factors", "title": "", **root}, 1.0, ()) if root else []

    def _group(self, path: KeyPath, row: Mapping[str, Any], share: float, above: tuple[str, ...]) -> list[Factor]:
        children = row["children"]
        weights, ahp = self._weights(path, row, children)
        ids, title = tuple(c["id"] for c in children), row.get("title", row["id"])
        written = [c["weight"] for c in children if "weight" in c]
        given = float(sum(written)) if written and ahp is None else 1.0
        self.groups.append(Group(row["id"], title, ids, tuple(weights), ahp, given))
        made = []
        for number, (child, weight) in enumerate(zip(children, weights)):
            inner = (*path, "children", number)
            self._id(inner, child)
            if "children" in child:
                made += self._group(inner, child, share * weight, (*above, child.get("title", child["id"])))
            else:
                made.append(self._factor(inner, child, share * weight, above))
        return made

    def _weights(
        self, path: KeyPath, row: Mapping[str, Any], children: Sequence[Mapping[str, Any]]
    ) -> tuple[Sequence[float], Optional[AhpResult]]:
        """(weights that sum to 1, AhpResult or None)."""
        if "matrix" in row:
            try:
                if len(row["matrix"]) != len(children):
                    raise InputError("ahp_size", n=len(row["matrix"]), children=len(children))
                result = weights_of(row["matrix"], [c.get("title", c["id"]) for c in children])
                return result.weights, result
            except InputError as error:
                self._fault((*path, "matrix"), "criteria_matrix", error=str(error))
                return [1 / len(children)] * len(children), None
        bare = [c["id"] for c in children if "weight" not in c]
        shares = [c["weight"] for c in children if not 1 <= c.get("weight", 1.0) < _PROPORTION]
        if bare and shares:  # beside 0.6 and 0.3 one that is left out would weigh 1, beside 60 and 30 nothing
            self._fault(path, "criteria_weights_some", ids=", ".join(bare))
        given = [float(c.get("weight", 1.0)) for c in children]
        if sum(given) <= 0:
            self._fault(path, "criteria_weights_zero")
            return [1 / len(given)] * len(given), None
        return [w / sum(given) for w in given], None

    def _value(self, path: KeyPath, row: Mapping[str, Any]) -> Optional[ValueFunction]:
        """The value function of a factor; None where it contradicts itself."""
        try:
            value = value_function(row["value"])
        except ValueError as error:
            self._fault((*path, "value"), str(error))
            return None
        if not isinstance(value, Classes):
            return value
        keys = [key for key, _ in value.table]
        return replace(value, known=KnownCodes(keys, row.get("other_values", ()), self._vocabularies))

    def _factor(self, path: KeyPath, row: Mapping[str, Any], weight: float, above: tuple[str, ...]) -> Factor:
        value = self._value(path, row)
        values = {k: v for k, v in row.items() if k not in ("weight", "value")}
        values["other_values"] = tuple(row.get("other_values", ()))
        made = Factor(**{"title": row["id"], **values, "value": value, "weight": weight, "path": above})
        if made.kind in _ON_VECTOR + _ON_RASTER or made.layer:
            self._known_layer(path, made.layer)
        if (made.kind == "class") != (row["value"]["type"] == "classes"):
            self._fault((*path, "value"), "criteria_value_kind", kind=made.kind, type=row["value"]["type"])
        if made.kind == "class" and not made.field or made.kind == "expression" and not made.expression:
            self._fault(path, "criteria_limit_missing", key="field" if made.kind == "class" else "expression")
        if made.kind == "count" and made.within_m <= 0:
            self._fault(path, "criteria_limit_missing", key="within_m")
        self._expressions(path, made)
        return made


def unmatched_text(layer: LayerRef) -> str:
    """Why a criterion of an absent layer is not evaluated."""
    return message("siting_layer_absent", layer=layer.title, names=", ".join(layer.names) or layer.key)

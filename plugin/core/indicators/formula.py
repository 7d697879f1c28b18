"""The formula language of indicators: read by descent, checked against the names and units of the set, never run as
program text.

    formula := term (+|- term)*    term := factor (*|/ factor)*
    factor := number | (formula) | -factor | name of a statistic | call
    area(x[, in=y][, times=field][, condition...])   length(...)   count(...)   sum(x, field[, in=y][, condition...])
    coverage(facilities, metres, of=x[, by=area|count|field][, along=roads][, condition...])   conditions are those of
    the facilities; `along`: metres of the way along the roads, not straight ones
    share(a, b)   per(a, b)   ratio(a, b)   change(formula, years)   change(formula, year)   area(division)
A condition is field sign value: height >= 100, state = '已治理' | '在治理'; signs are = != < <= > >=.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from .formula_nodes import (
    Change,
    Condition,
    DivisionArea,
    Measure,
    MeasureKind,
    Node,
    Number,
    Operation,
    Selection,
    Statistic,
    Zone,
)
from .formula_tokens import FormulaError, Token, near_names, number_in, tokens
from .indicator_units import NONE, Dimension, dimension_text, powers

DIVISION = "division"
_MEASURES = {kind.value: kind for kind in MeasureKind}
_QUOTIENTS = ("share", "per", "ratio")
_FUNCTIONS = (*_MEASURES, "coverage", *_QUOTIENTS, "change")
_COMPARING = ("=", "!=", "<", "<=", ">", ">=")
_OPTIONS = ("in", "of", "by", "times", "along")
_DEEPEST = 30
_FIRST_YEAR = 1900
_DIMENSIONS: dict[MeasureKind, Dimension] = {
    MeasureKind.AREA: (("m", 2),),
    MeasureKind.LENGTH: (("m", 1),),
    MeasureKind.COUNT: NONE,
    MeasureKind.SUM: NONE,
}


@dataclass(frozen=True)
class Names:
    """What a formula may name: layers and parts, and statistics with their dimensions; dimensions of summed fields."""

    layers: frozenset[str]
    statistics: Mapping[str, Dimension]
    fields: Mapping[str, Dimension] = field(default_factory=dict)


@dataclass(frozen=True)
class Formula:
    """A formula that was read: its text, its tree and the dimension of its value."""

    text: str
    node: Node
    dimension: Dimension


def parse_conditions(text: str) -> tuple[Condition, ...]:
    """Read conditions separated by commas; raises FormulaError."""
    return _Reader(list(tokens(text)), Names(frozenset(), {})).conditions()


def parse_formula(text: str, names: Names) -> Formula:
    """Read a formula; raises FormulaError that names what is wrong and where."""
    reader = _Reader(list(tokens(text)), names)
    node, dimension = reader.sum()
    reader.expect_end()
    return Formula(text.strip(), node, dimension)


Typed = tuple[Node, Dimension]


@dataclass
class _Arguments:
    """What stands between the brackets of a measure."""

    selections: list[Token] = field(default_factory=list)
    options: dict[str, Token] = field(default_factory=dict)
    conditions: list[Condition] = field(default_factory=list)
    numbers: list[float] = field(default_factory=list)


class _Reader:
    def __init__(self, found: list[Token], names: Names) -> None:
        self._tokens, self._names, self._at, self._depth = found, names, 0, 0

    def sum(self) -> Typed:
        """Terms added up."""
        self._depth += 1
        if self._depth > _DEEPEST:
            raise FormulaError("formula_too_deep", self._now.position)
        node, dimension = self._product()
        while self._is("+", "-"):
            sign = self._take()
            other, its = self._product()
            if its != dimension:
                one, two = dimension_text(dimension), dimension_text(its)
                raise FormulaError("formula_units_differ", sign.position, sign=sign.text, one=one, other=two)
            node = Operation(sign.text, node, other)
        self._depth -= 1
        return node, dimension

    def conditions(self) -> tuple[Condition, ...]:
        """Conditions alone."""
        given = _Arguments()
        while True:
            self._argument(given)
            if not self._is(","):
                break
            self._take()
        self.expect_end()
        if given.numbers or given.options or given.selections:
            raise FormulaError("formula_wanted_condition", 1)
        return tuple(given.conditions)

    def expect_end(self) -> None:
        """Raise FormulaError where something is left."""
        if self._now.kind != "end":
            raise FormulaError("formula_left_over", self._now.position, text=self._now.text)

    @property
    def _now(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        self._at += 1
        return self._tokens[self._at - 1]

    def _is(self, *signs: str) -> bool:
        return self._now.kind == "sign" and self._now.text in signs

    def _expect(self, sign: str) -> None:
        if not self._is(sign):
            raise FormulaError("formula_wanted", self._now.position, wanted=sign, found=self._now.text or "…")
        self._take()

    def _product(self) -> Typed:
        node, dimension = self._factor()
        while self._is("*", "/"):
            sign = self._take().text
            other, its = self._factor()
            node, dimension = Operation(sign, node, other), powers(dimension, its, 1 if sign == "*" else -1)
        return node, dimension

    def _factor(self) -> Typed:
        if self._is("-"):
            self._take()
            node, dimension = self._factor()
            return Operation("-", Number(0.0), node), dimension
        if self._is("("):
            self._take()
            inner = self.sum()
            self._expect(")")
            return inner
        token = self._take()
        if token.kind == "number":
            return Number(float(token.text)), NONE
        if token.kind != "name":
            raise FormulaError("formula_wanted_value", token.position, found=token.text or "…")
        return self._call(token) if self._is("(") else self._statistic(token)

    def _statistic(self, token: Token) -> Typed:
        if token.text not in self._names.statistics:
            code = "formula_layer_bare" if token.text in self._names.layers else "formula_statistic_unknown"
            raise FormulaError(
                code, token.position, name=token.text, near=near_names(token.text, self._names.statistics)
            )
        return Statistic(token.text), self._names.statistics[token.text]

    def _call(self, token: Token) -> Typed:
        name = token.text
        if name not in _FUNCTIONS:
            known = ", ".join(_FUNCTIONS)
            raise FormulaError("formula_function_unknown", token.position, name=name, known=known)
        self._take()
        made = self._called(token)
        self._expect(")")
        return made

    def _called(self, token: Token) -> Typed:
        if token.text in _QUOTIENTS:
            return self._quotient(token)
        if token.text == "change":
            return self._change(token)
        return self._coverage(token) if token.text == "coverage" else self._measure(token)

    def _quotient(self, token: Token) -> Typed:
        above, one = self.sum()
        self._expect(",")
        below, other = self.sum()
        if token.text != "per" and one != other:
            params = {"sign": token.text, "one": dimension_text(one), "other": dimension_text(other)}
            raise FormulaError("formula_units_differ", token.position, **params)
        return Operation("/", above, below), powers(one, other, -1)

    def _change(self, token: Token) -> Typed:
        inner, dimension = self.sum()
        self._expect(",")
        number = self._take()
        if number.kind != "number" or not number.text.isdigit() or number.text == "0":
            raise FormulaError("formula_wanted_years", number.position, found=number.text or "…")
        years = int(number.text)
        return (Change(inner, since=years) if years >= _FIRST_YEAR else Change(inner, years)), dimension

    def _measure(self, token: Token) -> Typed:
        kind, given = _MEASURES[token.text], self._arguments(token)
        wanted = 2 if kind is MeasureKind.SUM else 1
        if len(given.selections) != wanted or given.numbers:
            raise FormulaError("formula_arguments", token.position, name=token.text, count=wanted)
        first = given.selections[0]
        if first.text == DIVISION and kind is MeasureKind.AREA and not given.options and not given.conditions:
            return DivisionArea(), _DIMENSIONS[kind]
        self._refuse_options(given, ("in", "times") if kind is MeasureKind.AREA else ("in",))
        zone = Zone(self._selection(given.options["in"])) if "in" in given.options else None
        times = given.options.get("times")
        summed = given.selections[1].text if kind is MeasureKind.SUM else times.text if times else ""
        dimension = self._names.fields.get(summed, NONE) if kind is MeasureKind.SUM else _DIMENSIONS[kind]
        return Measure(kind, self._selection(first, given.conditions), zone, summed), dimension

    def _coverage(self, token: Token) -> Typed:
        """Of all land (or features) the share that lies within metres of a facility."""
        given = self._arguments(token)
        self._refuse_options(given, ("of", "by", "along"))
        if len(given.selections) != 1 or len(given.numbers) != 1 or "of" not in given.options:
            raise FormulaError("formula_coverage", token.position)
        along = self._selection(given.options["along"]) if "along" in given.options else None
        zone = Zone(self._selection(given.selections[0], given.conditions), given.numbers[0], along)
        covered, by = self._selection(given.options["of"]), given.options.get("by")
        kind = _MEASURES.get(by.text if by else "area", MeasureKind.SUM)
        summed = by.text if by and kind is MeasureKind.SUM else ""
        return Operation("/", Measure(kind, covered, zone, summed), Measure(kind, covered, None, summed)), NONE

    def _refuse_options(self, given: _Arguments, allowed: Iterable[str]) -> None:
        for name, token in given.options.items():
            if name not in allowed:
                raise FormulaError("formula_option", token.position, name=name, allowed=", ".join(allowed))

    def _selection(self, token: Token, conditions: Iterable[Condition] = ()) -> Selection:
        if token.text not in self._names.layers:
            near = near_names(token.text, self._names.layers)
            raise FormulaError("formula_layer_unknown", token.position, name=token.text, near=near)
        return Selection(token.text, tuple(conditions))

    def _arguments(self, token: Token) -> _Arguments:
        given = _Arguments()
        while True:
            self._argument(given)
            if not self._is(","):
                return given
            self._take()

    def _argument(self, given: _Arguments) -> None:
        token = self._take()
        if token.kind == "number":
            given.numbers.append(float(token.text))
        elif token.kind != "name":
            raise FormulaError("formula_wanted_name", token.position, found=token.text or "…")
        elif token.text in _OPTIONS and self._is("="):
            self._take()
            given.options[token.text] = self._take()
        elif self._is(*_COMPARING):
            given.conditions.append(self._condition(token))
        else:
            given.selections.append(token)

    def _condition(self, token: Token) -> Condition:
        sign, values = self._take().text, [self._value()]
        while self._is("|"):
            self._take()
            values.append(self._value())
        if sign not in ("=", "!=") and (len(values) > 1 or number_in(values[0]) is None):
            raise FormulaError("formula_wanted_number", token.position, field=token.text, sign=sign)
        return Condition(token.text, sign, tuple(values))

    def _value(self) -> str:
        token = self._take()
        if token.kind not in ("number", "code", "text", "name"):
            raise FormulaError("formula_wanted_value", token.position, found=token.text or "…")
        return f"{token.text}{self._take().text}" if self._is("*") else token.text

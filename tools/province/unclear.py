"""Features that a rule's condition neither takes nor understands, asked of rows; as the desk asks it of features."""

from dataclasses import dataclass

from plugin.core.review.known_values import ABSENT, KnownValues, Unclear, unclear_id
from plugin.core.review.taken import any_taken
from plugin.formats.rules.rule_files import load_vocabularies

from .expressions import Expression, Unsupported
from .job import text_of


class UnclearRows:
    """Stands for an Expression among a source's conditions. Picklable: `rules` of the line with conditions travel.

    `is_spoken`: whether some rule takes some row of the layer; values written alike are other classes only then.
    """

    def __init__(self, rule, rules, expression, is_spoken):
        self._rule, self._rules, self._expression, self._is_spoken = rule, rules, expression, is_spoken
        self._unclear, self.columns = Unclear(rule, KnownValues(rules, load_vocabularies())), expression.columns

    def __reduce__(self):
        return UnclearRows, (self._rule, self._rules, self._expression, self._is_spoken)

    def is_true(self, row):
        """Whether nobody can say of a row that the rule does not bind it."""
        return self._unclear.of(self.columns, [row[name] for name in self.columns], self._outcome, self._is_spoken)

    def _outcome(self, values):
        return self._expression.value(dict(zip(self.columns, values)))


@dataclass(frozen=True)
class FieldsAbsent:
    """Stands for UnclearRows where a layer lacks the fields `absent` of a rule: it says nothing of any row."""

    absent: tuple
    columns: tuple = ()

    def is_true(self, row):
        return True


def takes_any(layer, expressions):
    """Whether some of the expressions is true of some row of an opened layer, wherever it lies; ends at the first."""
    names = sorted({name for expression in expressions for name in expression.columns})
    rows = ((tuple(text_of(row[name]) for name in names), row) for row in (layer.attributes(names) if names else ()))
    return any_taken(rows, lambda share: any(_takes(one, row) for row in share for one in expressions))


def _takes(expression, row):
    try:
        return expression.is_true(row)
    except Unsupported:  # near a project it ends the run; elsewhere nothing is known of it
        return True


def unclear_conditions(rules, conditions, absent, layer):
    """{name: UnclearRows or FieldsAbsent} of the rules of a layer; heights have rules of doubt.

    `absent`: {rule id: fields that the layer lacks}, of the rules that do not take every feature then.
    """
    asked = [
        rule
        for rule in rules
        if rule.where and not rule.limit and rule.id not in absent and isinstance(conditions.get(rule.id), Expression)
    ]
    expressions = [conditions[rule.id] for rule in asked if conditions[rule.id].columns]
    is_spoken = bool(expressions) and takes_any(layer, expressions)
    found = {unclear_id(rule.id): UnclearRows(rule, asked, conditions[rule.id], is_spoken) for rule in asked}
    lacking = [rule for rule in rules if rule.id in absent and not rule.is_doubt]
    return {**found, **{unclear_id(rule.id): FieldsAbsent(tuple(absent[rule.id])) for rule in lacking}}


def values_of(source, row):
    """What a row holds in the fields that are asked, for people; "" where every rule understands it."""
    every = source.conditions.values()
    asked = [condition for condition in every if isinstance(condition, UnclearRows)]
    lacking = dict.fromkeys(name for one in every if isinstance(one, FieldsAbsent) for name in one.absent)
    if not lacking and not any(condition.is_true(row) for condition in asked):
        return ""
    names = dict.fromkeys(name for condition in asked for name in condition.columns)
    stated = [f"{name}={text_of(row[name]) or 'NULL'}"[:60] for name in names]
    return ", ".join([*stated, *(f"{name}={ABSENT}" for name in lacking)])

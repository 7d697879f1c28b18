"""Features that a rule's condition neither takes nor understands, asked of rows; as the desk asks it of features."""

from plugin.core.review.known_values import KnownValues, Unclear, unclear_id
from plugin.formats.rules.rule_files import load_vocabularies

from .expressions import Expression
from .job import text_of


class UnclearRows:
    """Stands for an Expression among a source's conditions. Picklable: `rules` of the line with conditions travel."""

    def __init__(self, rule, rules, expression):
        self._rule, self._rules, self._expression = rule, rules, expression
        self._unclear, self.columns = Unclear(rule, KnownValues(rules, load_vocabularies())), expression.columns

    def __reduce__(self):
        return UnclearRows, (self._rule, self._rules, self._expression)

    def is_true(self, row):
        """Whether nobody can say of a row that the rule does not bind it."""
        return self._unclear.of(self.columns, [row[name] for name in self.columns], self._outcome)

    def _outcome(self, values):
        return self._expression.value(dict(zip(self.columns, values)))


def unclear_conditions(rules, conditions):
    """{name: UnclearRows} of the rules that a layer can answer; heights have rules of doubt."""
    asked = [
        rule for rule in rules if rule.where and not rule.limit and isinstance(conditions.get(rule.id), Expression)
    ]
    return {unclear_id(rule.id): UnclearRows(rule, asked, conditions[rule.id]) for rule in asked}


def values_of(source, row):
    """What a row holds in the fields that are asked, for people; "" where every rule understands it."""
    asked = [condition for condition in source.conditions.values() if isinstance(condition, UnclearRows)]
    if not any(condition.is_true(row) for condition in asked):
        return ""
    names = dict.fromkeys(name for condition in asked for name in condition.columns)
    return ", ".join(f"{name}={text_of(row[name]) or 'NULL'}"[:60] for name in names)

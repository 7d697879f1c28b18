"""Whether a feature that a rule's condition does not take was understood: its values are ones that somebody knows.

A condition compares with words or codes. A value of another vocabulary, a shortened code or a blank is not "another
class": nobody knows what it is. A value that is only written like what is sought ("2" beside "1") is another class
where the layer shows that it speaks so: some rule takes some of its features. Where none does it is a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Callable

from .typed_text import plain_value

if TYPE_CHECKING:
    from .rules import Rule

_PART = re.compile(r"\"((?:[^\"]|\"\")*)\"|'((?:[^']|'')*)'")
_BLANK_MEANT = re.compile(r"(?i)\bIS\s+(NOT\s+)?NULL\b|''|\b(coalesce|nvl|length|trim|is_empty)\s*\(")
_BEGINS = re.compile(r"(?i)\b(left|substr)\s*\(")
_REGEXP, _REGEXP_SIGNS = re.compile(r"(?i)\bregexp_\w+\s*\(|~"), re.compile(r"[\^$\[\](){}.*+?|\\]")
_ORDER = re.compile(r"(?i)(?<!<)[<>]=?\s*-?\d|\d\s*[<>](?!>)|\bBETWEEN\b")  # tells all numbers apart
_NUMBER = re.compile(r"(?<![\w.])-?\d+(\.\d+)?(?![\w.])")
_SHAPES = str.maketrans({**dict.fromkeys("0123456789", "9"), **dict.fromkeys(map(chr, range(65, 91)), "A")})
_KEPT = 100_000  # answers kept
ABSENT = "–"  # stands for the value of a field that a layer lacks


@dataclass(frozen=True)
class Vocabularies:
    """Sets of values that belong together: `codes` (of land classes), `texts` (any)."""

    codes: tuple[frozenset[str], ...] = ()
    texts: tuple[frozenset[str], ...] = ()


@dataclass
class Sought:
    """What a condition looks for in one field: values meant exactly or as a beginning, words looked for `within`."""

    exact: set[str] = field(default_factory=set)
    within: set[str] = field(default_factory=set)
    begins: bool = False

    def add(self, literal: str, is_regexp: bool) -> None:
        """Take in a literal of the condition."""
        plain = plain_value(literal.replace("''", "'"))
        if plain.startswith("%") or (is_regexp and _REGEXP_SIGNS.search(plain)):
            self.within |= {_REGEXP_SIGNS.sub("", plain).strip("%")} - {""}
            return
        self.begins |= "%" in plain
        self.exact |= {plain.split("%")[0]} - {""}

    def names(self, value: str) -> bool:
        """Whether a value is named, in whatever sense."""
        if value in self.exact or any(word in value for word in self.within):
            return True
        return self.begins and any(value.startswith(part) for part in self.exact)

    def is_of(self, known: frozenset[str]) -> bool:
        """Whether all that is sought exactly belongs to a vocabulary."""
        return all(word in known or (self.begins and any(one.startswith(word) for one in known)) for word in self.exact)


class _Condition:
    """What one rule's condition looks for, by field (in small letters)."""

    def __init__(self, text: str) -> None:
        bare = _PART.sub("", text)
        self.takes_blank, self.has_number = bool(_BLANK_MEANT.search(text)), bool(_NUMBER.search(bare))
        self.has_order = bool(_ORDER.search(_PART.sub("x", text)))
        self.fields: dict[str, Sought] = {}
        self.anywhere, at = Sought(), ""
        is_regexp, begins = bool(_REGEXP.search(text)), bool(_BEGINS.search(text))
        for part in _PART.finditer(text):
            if part.group(1) is not None:
                at = part.group(1).lower()
                self.fields.setdefault(at, Sought(begins=begins))
            else:
                (self.fields[at] if at else self.anywhere).add(part.group(2), is_regexp)

    def of(self, name: str) -> Sought:
        return self.fields.get(name.lower(), self.anywhere)


class KnownValues:
    """What the rules of one line know of values."""

    def __init__(self, rules: Iterable[Rule], vocabularies: Vocabularies) -> None:
        rules = list(rules)
        self._vocabularies = vocabularies
        self._conditions = {rule.id: _Condition(rule.where) for rule in rules if rule.where}
        self._others = {plain_value(value) for rule in rules for value in rule.other_values}

    def is_known(self, rule_id: str, name: str, value: Any, by_likeness: bool = True) -> bool:
        """Whether a value (None for nothing) of the field `name` is one that a rule's condition can tell from those it
        takes; `by_likeness`: also one that is only written as those are.
        """
        condition, plain = self._conditions[rule_id], plain_value(value)
        if plain is None or plain == "":
            return plain == "" and condition.takes_blank
        text, sought = _text(plain), condition.of(name)
        if text in self._others or any(other.of(name).names(text) for other in self._conditions.values()):
            return True
        if not sought.exact and not sought.within:
            if not condition.has_number:
                return True
            is_number = not isinstance(plain, str) or _is_number(text)
            return is_number and (by_likeness or condition.has_order)
        return self._is_like(sought, text, by_likeness)

    def _is_like(self, sought: Sought, text: str, by_likeness: bool) -> bool:
        """Whether a text is of the kind of what is sought: of the same vocabulary, written alike."""
        if by_likeness and any(text.isascii() == word.isascii() for word in sought.within):
            return True
        if text.isascii():
            own = [known for known in self._vocabularies.codes if sought.is_of(known)]
            if sought.exact and own:
                return any(text in known for known in own)
            return by_likeness and any(_shape(text) == _shape(word) for word in sought.exact)
        return any(text in known for known in self._vocabularies.texts if sought.exact & known)


class Unclear:
    """Features that a rule's condition does not take and does not understand either."""

    def __init__(self, rule: Rule, known: KnownValues) -> None:
        self.rule_id, self._known, self._needs_any = rule.id, known, rule.where_needs == "any"
        self._answers: dict[tuple[Any, ...], bool] = {}

    def of(
        self, names: Sequence[str], values: Sequence[Any], ask: Callable[[list[Any]], Any], by_likeness: bool = True
    ) -> bool:
        """Whether nobody can say of a feature that the rule does not bind it.

        `values` of the fields `names` that the condition asks, `ask`: its outcome (None for NULL) for such values.
        """
        key = (by_likeness, *values)
        answer = self._answers.get(key)
        if answer is None:
            answer = bool(names) and self._is_unclear(names, values, ask, by_likeness)
            if len(self._answers) >= _KEPT:  # threads ask at the same time: what one clears another does not need
                self._answers.clear()
            self._answers[key] = answer
        return answer

    def _is_unclear(
        self, names: Sequence[str], values: Sequence[Any], ask: Callable[[list[Any]], Any], by_likeness: bool
    ) -> bool:
        if ask(list(values)):
            return False
        known = [self._known.is_known(self.rule_id, name, value, by_likeness) for name, value in zip(names, values)]
        if self._needs_any and any(known):
            return False
        outcome = ask([value if is_known else None for value, is_known in zip(values, known)])
        return outcome is None or bool(outcome)


def unclear_id(rule_id: str) -> str:
    """Under what name a source answers which features a rule does not understand."""
    return f"?{rule_id}"


def _text(value: Any) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _shape(text: str) -> str:
    return text.upper().translate(_SHAPES)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True

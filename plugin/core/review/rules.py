"""Rules of the control lines: what a line demands, by which law, with what exceptions.

Built from a document, all mistakes at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Callable, Optional

from ..errors import CatalogueError
from .tiers import BINDING, Effect

if TYPE_CHECKING:
    from .catalogue import Catalogue


Mistake = tuple[str, int, str, str, dict[str, Any]]  # file, line, key, message code, params
Locate = Callable[[tuple[Any, ...]], tuple[str, int]]
ExpressionCheck = Optional[Callable[[str], Optional[str]]]
KINDS = ("avoid", "within", "distance", "height", "inform")
_LISTS = ("exempt_uses", "other_values")
_BRACKETS, _BARE = re.compile(r"[（(][^）)]*[）)]"), re.compile("用地$")
_REVIEW_DATE = re.compile(r"@review_date\b")


@dataclass(frozen=True)
class LawRef:
    """One article of one instrument; `confidence` says whether its text was seen or is from memory.

    `says`, `says_en`: the gist, not the text.
    """

    law_id: str
    title: str
    doc_no: str
    article: str
    status: str
    confidence: str
    says: str = ""
    says_en: str = ""

    def cite(self) -> str:
        """Chinese citation; an article that is not known is left out, one from memory is marked 待核."""
        article = f"第{self.article}条" if self.article.lstrip("原")[:1].isdigit() else self.article.strip("-")
        unverified = "（待核）" if self.confidence.startswith("memory") else ""
        return f"《{self.title}》（{self.doc_no}）{article}{unverified}"


@dataclass(frozen=True)
class Rule:
    """What one control line demands. `where` is asked of control features, `unless` of projects (QGIS expressions).

    `where_needs`: whether `where` can be asked when "any" of its fields is there (the others count as NULL) or only
    with "all". `geometry`: "polygon" or "line" (points too) where it is for such features only. `less_line`: only the
    land that this other line does not hold. `sliver_total_m2`: slivers of one project that sum to it count as real.
    `exempt_uses`: words of the land use of projects that the rule does not bind. `condition`: what must be done.
    `other_values`: values of the fields of `where` that are known not to be meant.
    `limit`, `height`: of a rule of kind height, expressions in metres on control features and projects (without
    `height`: the usual fields of projects); `is_doubt`: the rule stands for pairs of which one of the two is unknown.
    """

    id: str
    line_id: str
    kind: str
    effect: str
    title: str
    laws: tuple[LawRef, ...] = ()
    where: Optional[str] = None
    where_fallback: str = "all"
    where_needs: str = "all"
    geometry: str = ""
    unless: Optional[str] = None
    exempt_uses: tuple[str, ...] = ()
    less_line: Optional[str] = None
    tolerance_m2: Optional[float] = None
    sliver_total_m2: Optional[float] = None
    distance_m: Optional[float] = None
    valid_from: Optional[date] = None
    valid_to: Optional[date] = None
    note: str = ""
    condition: str = ""
    confidence: str = "seen"
    limit: Optional[str] = None
    height: Optional[str] = None
    is_doubt: bool = False
    other_values: tuple[str, ...] = ()

    @property
    def tier(self) -> Effect:
        """The effect of meeting the rule; one that only informs breaks nothing, so it asks for opinions at most."""
        effect = Effect(self.effect)
        return Effect.CONSULT if self.kind == "inform" and effect in BINDING else effect

    def law_text(self) -> str:
        return "；".join(law.cite() for law in self.laws)

    def exempts(self, use: str) -> bool:
        """Whether projects of a land use are let go: it ends with one of the rule's; digits begin a code."""
        plain = _BRACKETS.sub("", use).strip()
        return any(
            plain.startswith(word) if word.isdigit() else plain.endswith(word) or plain == _BARE.sub("", word)
            for word in self.exempt_uses
            if plain
        )

    def on(self, day: date) -> Rule:
        """The rule on a date: `@review_date` in its expressions is that day."""
        texts = {name: getattr(self, name) for name in ("where", "unless")}
        dated: dict[str, Any] = {
            name: _REVIEW_DATE.sub(f"to_date('{day}')", text) for name, text in texts.items() if text
        }
        return replace(self, **dated)

    def is_valid_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


# what a rule with `less_line` asks of that other line: all of its land, whatever its own rules pick
FULL_LINE = Rule("*", "", "avoid", Effect.NOTICE, "")


@dataclass(frozen=True)
class RuleSet:
    """A versioned set of rules; `sha256` of its files is its identity."""

    name: str
    version: str
    province: str
    sha256: str
    rules: tuple[Rule, ...]
    laws: dict[str, Any]

    def line_ids(self) -> list[str]:
        return list(dict.fromkeys(rule.line_id for rule in self.rules))

    def for_line(self, line_id: str, on: date) -> list[Rule]:
        """Rules of a line that are in force on a date, as they are asked on it."""
        return [rule.on(on) for rule in self.rules if rule.line_id == line_id and rule.is_valid_on(on)]

    def all_of_line(self, line_id: str) -> list[Rule]:
        """Rules of a line, in force or not."""
        return [rule for rule in self.rules if rule.line_id == line_id]


def out_of_force(rule_set: RuleSet, line_id: str, day: date) -> str:
    """Why no rule of a line is in force on a date, in words."""
    from ..messages import joined_texts, message

    rules = rule_set.all_of_line(line_id)
    reported = [message("rule_from", rule=r.id, day=r.valid_from) for r in rules if r.valid_from and r.valid_from > day]
    reported += [message("rule_until", rule=r.id, day=r.valid_to) for r in rules if r.valid_to and r.valid_to < day]
    return message("line_out_of_force", date=day, rules=joined_texts(reported))


def build_rule_set(
    document: dict[str, Any],
    catalogue: Catalogue,
    locate: Locate,
    sha256: str,
    expression_check: ExpressionCheck = None,
) -> RuleSet:
    """Build a RuleSet of a document that already fits the schema.

    `locate(path)` gives (file, line) of a key path; `expression_check(text)` what is wrong with a QGIS expression or
    None. Raises CatalogueError whose `mistakes` name file, line, key and fault of every rule that contradicts itself,
    the catalogue or the laws.
    """
    mistakes: list[Mistake] = []
    rules: list[Rule] = []
    for number, row in enumerate(document["rules"]):
        faults = list(_faults(row, document, catalogue, expression_check))
        faults += [("id", "rule_id_twice", {"id": row["id"]})] if row["id"] in {r.id for r in rules} else []
        mistakes += [
            (*locate(("rules", number, key)), f"rules[{number}].{key}", code, params) for key, code, params in faults
        ]
        if not faults:
            rules += _with_doubt(_rule(row, document["laws"]))
    if mistakes:
        raise rule_error(mistakes)
    return RuleSet(
        document["name"], str(document["version"]), document.get("province", ""), sha256, tuple(rules), document["laws"]
    )


def rule_error(mistakes: Sequence[Mistake], code: str = "rules_invalid") -> CatalogueError:
    """CatalogueError of mistakes (file, line, key, message code, params), one line of text each; a draft that is no
    file yet has line 0.

    `code`: of the headline, which says what kind of file it is.
    """
    from ..messages import text

    lines = [
        text("rule_mistake" if n else "draft_mistake", file=f, line=n, key=k, what=text(fault, **params))
        for f, n, k, fault, params in mistakes
    ]
    return CatalogueError(code, mistakes=mistakes, count=len(lines), lines="\n".join(lines))


def _faults(
    row: dict[str, Any], document: dict[str, Any], catalogue: Catalogue, expression_check: ExpressionCheck
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    if row["line"] not in catalogue.lines:
        yield "line", "rule_line_unknown", _unknown_line(row["line"], catalogue)
    if row.get("less_line") and row["less_line"] not in catalogue.lines:
        yield "less_line", "rule_line_unknown", _unknown_line(row["less_line"], catalogue)
    for reference in row.get("laws", []):
        law = document["laws"].get(reference["law"])
        if law is None:
            yield "laws", "rule_law_unknown", {"law": reference["law"], "laws": ", ".join(document["laws"])}
        elif str(reference.get("article", "-")) not in map(str, law["articles"]):
            params = {"law": reference["law"], "article": reference.get("article", "-")}
            yield "laws", "rule_article_unknown", {**params, "articles": ", ".join(map(str, law["articles"]))}
    if row["kind"] == "distance" and "distance_m" not in row:
        yield "kind", "rule_distance_missing", {}
    if (row["kind"] == "height") != bool(row.get("limit")):
        yield "limit", "rule_limit_missing", {}
    if row.get("valid_from") and row.get("valid_to") and str(row["valid_from"]) > str(row["valid_to"]):
        yield "valid_to", "rule_dates_reversed", {}
    for key in ("where", "unless", "limit", "height"):
        error = expression_check(row[key]) if expression_check and row.get(key) else None
        if error:
            yield key, "rule_expression_bad", {"expression": row[key], "error": error}


def _unknown_line(line: str, catalogue: Catalogue) -> dict[str, str]:
    meant = [found.id for found in catalogue.by_alias(line)]
    return {"line": line, "lines": ", ".join(meant or catalogue.lines)}


def _rule(row: dict[str, Any], laws: dict[str, Any]) -> Rule:
    values = {
        name: _day(row[name]) if name.startswith("valid_") else row[name]
        for name in row
        if name not in ("line", "laws", *_LISTS)
    }
    values.update({name: tuple(row.get(name) or ()) for name in _LISTS})
    return Rule(line_id=row["line"], laws=tuple(_law(reference, laws) for reference in row.get("laws", [])), **values)


def _with_doubt(rule: Rule) -> list[Rule]:
    """The rule; one of heights with its twin for what has no known height or limit: it is asked about, never clear."""
    if rule.kind != "height":
        return [rule]
    from ..messages import text

    message = text("rule_height_doubt", language="zh")
    title, condition = f"{rule.title}（{message}）", "；".join(filter(None, [message, rule.condition]))
    effect = Effect.NOTICE if rule.effect == Effect.NOTICE else Effect.CONSULT
    doubt = replace(rule, id=f"{rule.id}-DOUBT", effect=effect, is_doubt=True, title=title, condition=condition)
    return [rule, doubt]


def _day(value: Any) -> Any:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _law(reference: dict[str, Any], laws: dict[str, Any]) -> LawRef:
    law, article = laws[reference["law"]], str(reference.get("article", "-"))
    entry = law["articles"][article]
    return LawRef(
        reference["law"],
        law["title"],
        law["doc_no"],
        article,
        law["status"],
        entry["confidence"],
        entry.get("says", ""),
        entry.get("says_en", ""),
    )

"""Laws of a report: those that its verdicts rest on, each once, and all rules that were applied for the annex."""

from ...core.review.findings import Conclusion
from ...core.review.report_data import ReviewReport
from ...core.review.rules import LawRef
from ..blocks.model import Block, Heading, Paragraph, Table
from .wording import column, effect, say, texts, verified

_SPOKEN = (Conclusion.PROHIBITED, Conclusion.CONDITIONAL, Conclusion.CONSULT, Conclusion.NOTICE)


def used_laws(report: ReviewReport) -> list[LawRef]:
    """The articles that a verdict cites because a rule was met, each once."""
    cited = {part for v in report.verdicts if v.conclusion in _SPOKEN for part in v.law.split("；")}
    return list({law.cite(): law for law in report.laws if law.cite() in cited}.values())


def basis_part(report: ReviewReport) -> list[Block]:
    """The laws that were used, one row an instrument, its articles together."""
    instruments: dict[tuple[str, str], list[LawRef]] = {}
    for law in used_laws(report):
        instruments.setdefault((law.title, law.doc_no), []).append(law)
    if not instruments:
        return [Heading(say("h_basis")), Paragraph(say("basis_none"))]
    rows = []
    for number, ((title, doc_no), laws) in enumerate(instruments.items(), 1):
        articles = "、".join(law.article.strip("-") for law in laws if law.article.strip("-")) or "—"
        gists = "\n".join(filter(None, (law.says for law in laws))) or "—"
        checked = texts()["seen"] if all(law.confidence.startswith("seen") for law in laws) else texts()["unverified"]
        rows.append([str(number), f"《{title}》", doc_no, articles, gists, laws[0].status, checked])
    header = column("no", "law_title", "doc", "article", "gist", "law_status", "confidence")
    return [Heading(say("h_basis")), Paragraph(say("basis_intro")), Table(header, rows)]


def rules_annex(report: ReviewReport) -> list[Block]:
    """Every rule that was in force on the day, with its laws."""
    if not report.rules:
        return []
    names = {v.line_id: v.line_name for v in report.verdicts}
    rows = []
    for rule in report.rules:
        laws = "\n".join(law.cite() for law in rule.laws) or "—"
        title = f"{rule.title}\n{rule.note}" if rule.note else rule.title
        rows.append(
            [rule.id, names.get(rule.line_id, rule.line_id), effect(rule.tier), title, laws, verified(rule.confidence)]
        )
    header = column("rule", "line", "effect", "rule_text", "law", "confidence")
    return [Heading(say("h_rules"), 2), Paragraph(say("rules_intro")), Table(header, rows)]

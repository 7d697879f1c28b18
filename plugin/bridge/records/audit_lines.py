"""What verifying the audit chain found, in sentences: for the window and for the log of an algorithm."""

from ...core import messages
from ...core.moments import local_moment
from ...store.audit import AuditReport
from ..i18n import tr

_SHOWN = 20


def broken_lines(report: AuditReport) -> list[str]:
    """What is wrong: the first row that does not fit, and what differs from the chain; [] where nothing is."""
    lines = []
    if report.broken_at is not None:
        reason = messages.text(report.reason)
        lines.append(tr("The chain is broken at row {0}: {1}").format(report.broken_at, reason))
    for what, item in report.differing[:_SHOWN]:
        code = f"audit_fact_{what}"
        fact = messages.text(code, item=item) if code in messages.catalogue() else "" if item else what
        sentence = tr("Differs from the chain: {0}").format(fact)
        lines.append(sentence if fact else tr("Differs from the chain: {0}, record {1}").format(what, item))
    more = len(report.differing) - _SHOWN
    return [*lines, tr("{0} more differ from the chain").format(more)] if more > 0 else lines


def outside_lines(report: AuditReport) -> list[str]:
    """Changes by other programs, those that the chain does not have yet first."""
    said = tr("Changed by another program ({0}): {1}, record {2}: {3}")
    edits = (*report.pending[:_SHOWN], *report.outside[-_SHOWN:])
    return [said.format(local_moment(e.at), e.form, e.record, ", ".join(e.fields) or e.act) for e in edits]

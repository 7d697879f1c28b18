"""The result of an inspection in three lines."""

import html

from ...bridge.i18n import tr
from ...bridge.quality.inspection import InspectionOutcome
from ...core.quality.defects import Severity
from ..widgets.contrast import Tone, text_style


def summary_html(outcome: InspectionOutcome) -> str:
    """Score and verdict, marked as a proposal; open defects by grade; what was not checked."""
    score, parts = outcome.score, []
    unchecked = sum(bool(result.not_checked) for result in outcome.run.results())
    verdict, tone = tr("not passed"), Tone.BAD
    if score.has_passed:
        verdict = tr("passed as far as it was checked") if unchecked else tr("passed")
        tone = Tone.DOUBT if unchecked else Tone.GOOD
    points = tr("Score {0}: {1}").format(f"{score.points:g}", verdict)
    parts.append(f'<b style="{text_style(tone)}">{html.escape(points)}</b>')
    parts.append(
        f'<span style="{text_style(Tone.DOUBT)}">{html.escape(tr("(score and grades are a proposal)"))}</span>'
    )
    counts = "　".join(f"{severity.value} {score.open[severity]}" for severity in Severity)
    line = tr("Open: {0}; exceptions: {1}").format(counts, score.exceptions)
    lines = [" ".join(parts), html.escape(line)]
    if unchecked:
        doubt = tr("{0} items not checked, or only in part: unchecked does not mean passed.").format(unchecked)
        lines.append(f'<span style="{text_style(Tone.DOUBT)}">{html.escape(doubt)}</span>')
    return "<br>".join(lines)

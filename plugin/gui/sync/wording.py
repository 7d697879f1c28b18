"""The Sync page's sentences."""

from typing import TYPE_CHECKING, Optional

from qgis.PyQt.QtWidgets import QLabel

from ...bridge.i18n import tr
from ...core.errors import Cancelled
from ..widgets.contrast import Tone, text_colour

if TYPE_CHECKING:
    from ...sync.meter import Reading
    from ...sync.service import SyncResult


def progress_text(reading: "Reading", bytes_out: int, bytes_in: int) -> str:
    """What is moving: step, records or bytes, rate, time left, and what went over the line."""
    step = {"push": tr("Sending"), "pull": tr("Receiving")}.get(reading.step, tr("Connecting"))
    parts = [step]
    if reading.unit == "bytes":
        parts.append(
            tr("{0} of {1}").format(size(reading.done), size(reading.total)) if reading.total else size(reading.done)
        )
        parts.append(tr("{0}/s").format(size(reading.rate)))
    elif reading.done:
        done = tr("{0} of {1} records") if reading.total else tr("{0} records")
        parts.append(done.format(f"{reading.done:,}", f"{reading.total:,}"))
        parts.append(tr("{0} records/s").format(f"{reading.rate:,.0f}"))
    if reading.total and reading.seconds_left is not None:
        parts.append(tr("about {0} left").format(duration(reading.seconds_left)))
    parts.append(tr("sent {0}, received {1}").format(size(bytes_out), size(bytes_in)))
    return tr(" · ").join(parts)


def result_text(result: "SyncResult") -> str:
    """One sentence on how a run ended: what was not sent first, then what went out and came in, and what it leaves to
    do."""
    kept = unsent(result)
    reported = [tr("{0} not sent ({1})").format(kept, tr(", ").join(_unsent_phrases(result)))] if kept else []
    reported += [tr("sent {0}").format(result.done), tr("received {0}").format(result.changed + result.deleted)]
    for number, phrase in (
        (result.merged, tr("{0} merged automatically")),
        (len(result.returned), tr("{0} returned for correction")),
        (result.file_pending, tr("{0} sent, file pending")),
        (result.missing, tr("{0} not on the platform, to decide")),
        (result.doubled, tr("{0} numbers given to several records, ask the platform's office")),
        (result.unreadable, tr("{0} could not be read and will be requested again")),
    ):
        if number:
            reported.append(phrase.format(number))
    counts = tr(", ").join(reported)
    if isinstance(result.error, Cancelled):
        return tr("Stopped: {0}. Nothing is lost; the next sync continues from here.").format(counts)
    if result.error is not None:
        text = str(result.error).rstrip(" .。")
        return tr("Not finished: {0}. {1}. Nothing is lost; the next sync continues from here.").format(counts, text)
    return (tr("Ended: {0}.") if kept else tr("Finished: {0}.")).format(counts)


def show_notice(label: QLabel, text: str, result: "Optional[SyncResult]" = None) -> None:
    """Show a sentence; of a run that left something unsent it is seen at a glance."""
    stands_out = result is not None and (result.error is not None or unsent(result))
    failed = result is not None and result.error is not None and not isinstance(result.error, Cancelled)
    colour = text_colour(Tone.BAD if failed else Tone.DOUBT)
    label.setStyleSheet(f"font-weight: bold; color: {colour}" if stands_out else "")
    label.setText(text)


def unsent(result: "SyncResult") -> int:
    """How many changes the platform does not have after a run."""
    return result.conflict + result.rejected + result.pending


def _unsent_phrases(result: "SyncResult") -> list[str]:
    found = (
        (result.conflict, tr("{0} conflicts to decide")),
        (result.rejected, tr("{0} refused by the platform")),
        (result.pending, tr("{0} still waiting")),
    )
    return [phrase.format(number) for number, phrase in found if number]


def needs_someone(result: "SyncResult") -> bool:
    """Whether a run leaves something that only a person can do."""
    return bool(result.conflict or result.rejected or result.returned or result.missing or result.doubled)


def moved_anything(result: "SyncResult") -> bool:
    return bool(result.done or result.changed or result.deleted or result.merged)


def size(number):
    """Bytes in the unit that reads best."""
    for unit in ("B", "KB", "MB"):
        if number < 1000:
            return f"{number:,.0f} {unit}" if unit == "B" else f"{number:,.1f} {unit}"
        number /= 1000
    return f"{number:,.2f} GB"


def duration(seconds: float) -> str:
    """Seconds in words: seconds, minutes, hours."""
    seconds = max(1, round(seconds))
    if seconds < 90:
        return tr("{0} s").format(seconds)
    if seconds < 5400:
        return tr("{0} min").format(round(seconds / 60))
    return tr("{0} h").format(f"{seconds / 3600:.1f}")

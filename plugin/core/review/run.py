"""A review run: every control line against every project, one line after the other, one bad layer never
stopping the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Optional

from ..errors import InputError
from ..threads import in_threads
from .line_check import LineCheck, LineOutcome
from .verdicts import unusable_verdicts

if TYPE_CHECKING:
    from ..threads import Feedback
    from .control_source import ControlSource
    from .line_check import LineTask
    from .projects import ProjectChunk, Projects
    from .settings import Settings


def run(
    projects: Projects,
    tasks: Sequence[LineTask],
    sources: Mapping[str, Sequence[ControlSource]],
    settings: Settings,
    feedback: Optional[Feedback] = None,
) -> Iterator[LineOutcome]:
    """Yield LineOutcomes: for every LineTask some with findings only, chunk by chunk, then one with all verdicts.

    `sources`: {line_id: [control_source.ControlSource]}. A line without sources, or with empty ones only, is
    `not_checked`; projects without usable geometry get `failed` verdicts. Raises Cancelled; every other error of a
    source makes that source failed.
    """
    moving = settings.moving
    together = moving.outcomes(projects, tasks, sources, settings, feedback) if moving is not None else {}
    single = _one_by_one(
        projects, [task for task in tasks if task.line_id not in together], sources, settings, feedback
    )
    for task in tasks:
        for outcome in together.get(task.line_id, single):
            yield outcome
            if outcome.is_last:
                break


def _one_by_one(
    projects: Projects,
    tasks: Sequence[LineTask],
    sources: Mapping[str, Sequence[ControlSource]],
    settings: Settings,
    feedback: Optional[Feedback],
) -> Iterator[LineOutcome]:
    checks = (LineCheck(projects, task, sources, settings, feedback) for task in tasks)
    chunks = projects.chunks()
    if len(chunks) > 1:  # the threads share the chunks of each line
        lines: Iterable[Any] = (_outcomes(check, chunks) for check in checks)
    else:
        lines = in_threads(lambda check: list(_outcomes(check, chunks)), checks, feedback, settings.threads)
    for number, outcomes in enumerate(lines):
        for outcome, share in outcomes:
            if feedback is not None:
                feedback.setProgress(100.0 * (number + share) / len(tasks))
            yield outcome


def _outcomes(check: LineCheck, chunks: Sequence[ProjectChunk]) -> Iterator[tuple[LineOutcome, float]]:
    """Yield (LineOutcome, share of the line that is done)."""
    check.open()
    done, count = 0, len(check.projects)
    for findings, projects in check.findings(chunks if check.sources else ()):
        done += projects
        yield LineOutcome(check.task, findings), done / count
    yield LineOutcome(check.task, (), check.verdicts(), is_at_most=check.is_at_most), 1.0
    unusable = unusable_verdicts(check.projects.unusable_keys, check.task, check.settings.rules_sha256)
    yield LineOutcome(check.task, (), unusable, is_last=True), 1.0


def unique_keys(values: Sequence[Any], fids: Sequence[int]) -> tuple[list[str], list[str]]:
    """Return (keys, duplicates): text keys made unique by "#2", "#3"; an empty value becomes "fid <n>".

    `values`: what the key field holds, any type; `fids`: feature ids. `duplicates` lists the values that occurred
    twice.
    """
    if len(values) != len(fids):
        raise InputError("keys_mismatch")
    names = [key_name(value, fid) for value, fid in zip(values, fids)]
    taken, next_number, keys, twice = set(names), {}, [], {}
    for name in names:
        if name not in next_number:
            next_number[name] = 2
            keys.append(name)
            continue
        twice[name], number = True, next_number[name]
        while f"{name}#{number}" in taken:
            number += 1
        next_number[name] = number + 1
        keys.append(f"{name}#{number}")
        taken.add(keys[-1])
    return keys, list(twice)


def key_name(value: Any, fid: int) -> str:
    """The key of a project before it is made unique: what its key field holds, "fid <n>" for nothing."""
    return ("" if value is None else str(value).strip()) or f"fid {fid}"

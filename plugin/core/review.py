"""A review run: every control line against every project, one line after the other, one bad layer never stopping the rest."""

from .errors import InputError
from .line_check import LineCheck, LineOutcome
from .verdicts import unusable_verdicts


def run(projects, unusable_keys, tasks, sources, settings, feedback=None):
    """Yield LineOutcomes: for every LineTask some with findings only, chunk by chunk, then one with all verdicts.

    `projects`: projects.Projects; `unusable_keys`: keys of projects without usable geometry, they get `failed` verdicts;
    `sources`: {line_id: [control_source.ControlSource]}. A line without sources, or with empty ones only, is `not_checked`.
    Raises Cancelled; every other error of a source makes that source failed.
    """
    chunks = projects.chunks()
    for number, task in enumerate(tasks):
        check, done = LineCheck(projects, task, sources.get(task.line_id, ()), settings, feedback), 0
        for findings, count in check.findings(chunks if check.sources else ()):
            done += count
            _progress(feedback, number + done / len(projects), len(tasks))
            if len(findings):
                yield LineOutcome(task, findings)
        yield LineOutcome(task, (), check.verdicts())
        yield LineOutcome(task, (), unusable_verdicts(unusable_keys, task, settings.rules_sha256), is_last=True)
        _progress(feedback, number + 1, len(tasks))


def _progress(feedback, done, total):
    if feedback is not None:
        feedback.setProgress(100.0 * done / total)


def unique_keys(values, fids):
    """Return (keys, duplicates): text keys made unique by "#2", "#3"; an empty value becomes "fid <n>".

    `values`: what the key field holds, any type; `fids`: feature ids. `duplicates` lists the values that occurred twice.
    """
    if len(values) != len(fids):
        raise InputError("keys_mismatch")
    seen, keys = {}, []
    for value, fid in zip(values, fids):
        key = "" if value is None else str(value).strip()
        key = key or f"fid {fid}"
        seen[key] = seen.get(key, 0) + 1
        keys.append(key if seen[key] == 1 else f"{key}#{seen[key]}")
    return keys, [key for key, count in seen.items() if count > 1]

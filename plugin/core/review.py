"""A review run: every control line against every project, one line after the other, one bad layer never stopping the rest."""

from .errors import Cancelled, InputError, OneMapError
from .line_check import LineCheck
from .messages import text
from .verdicts import unusable_verdicts


def run(projects, unusable_keys, tasks, sources, settings, feedback=None):
    """Yield a LineOutcome for every LineTask.

    `projects`: overlay.Projects; `unusable_keys`: keys of projects without usable geometry, they get `failed` verdicts;
    `sources`: {line_id: [control source]}, a control source having `name`, `rule_ids` (the rules its fields can decide),
    `read(feedback)` yielding ControlBatch, `is_empty` (after reading: the layer holds no feature at all) and `failure` (text,
    set here). A line without sources, or with empty ones only, is `not_checked`. Raises Cancelled; every other error of a
    source makes that source failed.
    """
    for number, task in enumerate(tasks):
        check = LineCheck(projects, task, settings, feedback)
        failed, empty = [], True
        for source in sources.get(task.line_id, ()):
            _read_into(check, source, feedback)
            if source.failure:
                failed.append(f"{source.name}: {source.failure}")
            elif not source.is_empty:
                check.evaluated |= set(source.rule_ids)
                empty = False
        absent = text("line_absent") if not sources.get(task.line_id) else text("line_empty") if empty and not failed else ""
        outcome = check.finish("; ".join(failed), absent)
        outcome.verdicts += unusable_verdicts(unusable_keys, task, settings.rules_sha256)
        if feedback is not None:
            feedback.setProgress(100.0 * (number + 1) / len(tasks))
        yield outcome


def _read_into(check, source, feedback):
    """Feed one source to the check; a failure is kept on the source."""
    try:
        for batch in source.read(feedback):
            if len(batch.fids):
                check.add(batch)
    except Cancelled:
        raise
    except OneMapError as error:
        source.failure = str(error)


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

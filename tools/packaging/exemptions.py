"""Findings of bandit that were looked at and let pass, written into the packed files as comments that bandit reads.

Our own code says so with ruff's `noqa: S…` (the same rules under another name); the rest is listed with its reason in
nosec.csv. A finding that neither names stays, and the checker refuses the package. Our own code is scanned each time;
what is found in the pinned libraries is read from scanned.csv (reviewed.py).
"""

import ast
import csv
import json
import re
import subprocess
import sys
from pathlib import Path

import reviewed

_LIST = Path(__file__).with_name("nosec.csv")
_LONG = 1000  # lines of one table of values
_NOQA = re.compile(r"#\s*noqa:[^#]*\bS(\d{3})\b")


def exempt(folder):
    """Write the comments into the files below `folder`; the SHA-256 of our own files in which bandit finds nothing.

    Nothing is written into our own files, and none is known to be clean, where bandit is not installed.
    """
    known = reviewed.findings()
    files = {path.relative_to(folder).as_posix(): path for path in Path(folder).rglob("*.py")}
    hashes = {name: reviewed.sha256(path.read_bytes()) for name, path in files.items()}
    libraries = {name for name in files if name.startswith(reviewed.FOLDER)}
    _comment(folder, {name: known.get(hashes[name], []) for name in libraries})
    found = _findings(folder, "-r", ".", "-x", f"./{reviewed.FOLDER}")
    if found is None:
        return frozenset()
    _comment(folder, found)
    return frozenset(hashes[name] for name in files.keys() - libraries - found.keys())


def scan(folder):
    """Scan the libraries below `folder`, comment them, and write scanned.csv; the findings that are left, as lines."""
    files = {path.relative_to(folder).as_posix(): path for path in sorted(Path(folder).rglob("*.py"))}
    originals = {name: path.read_bytes() for name, path in files.items()}
    for name, path in files.items():
        path.write_bytes(without_tables(originals[name].decode()).encode())
    found = _findings(folder, "-r", ".")
    if found is None:
        sys.exit("bandit is not installed: tools/setup installs it")
    for name, path in files.items():
        path.write_bytes(originals[name])
    _comment(folder, found)
    left = _findings(folder, *found)
    rows = []
    for name, path in files.items():
        after = "" if name in left else reviewed.sha256(path.read_bytes())
        rows.append((name, reviewed.sha256(originals[name]), found.get(name, []), after))
    reviewed.write(rows)
    return [f"{name}:{line}: {test}" for name in sorted(left) for line, test in left[name] or [(0, "not read")]]


def without_tables(text):
    """A module's text without its long tables of values (line numbers stay): bandit needs minutes for 4,000 letters."""
    lines = text.split("\n")
    for statement in ast.parse(text).body:
        value = getattr(statement, "value", None)
        if value is None or value.end_lineno - value.lineno < _LONG:
            continue
        if all(isinstance(node, (ast.Constant, ast.Dict, ast.List, ast.Tuple, ast.Load)) for node in ast.walk(value)):
            start, end = value.lineno - 1, value.end_lineno
            lines[start:end] = [lines[start][: value.col_offset] + "{}", *[""] * (end - start - 1)]
    return "\n".join(lines)


def _comment(folder, found):
    with open(_LIST, encoding="utf-8", newline="") as stream:
        listed = [(row["path"], row["test"]) for row in csv.DictReader(stream)]
    for name, findings in sorted((name, findings) for name, findings in found.items() if findings):
        file = Path(folder) / name
        lines = file.read_text(encoding="utf-8").split("\n")
        for number, test in findings:
            said = _NOQA.search(lines[number - 1])
            if (said and f"B{said.group(1)}" == test) or any(name.startswith(p) and test == t for p, t in listed):
                lines[number - 1] = _with_comment(lines[number - 1], test)
        changed = "\n".join(lines)
        compile(changed, name, "exec")  # a comment in the wrong place must not reach a user
        file.write_text(changed, encoding="utf-8")


def _with_comment(line, test):
    return f"{line}, {test}" if "# nosec" in line else f"{line}  # nosec {test}"


def _findings(folder, *targets):
    """{file below folder: [(line, test)]}, none of a file that bandit could not read; None without bandit."""
    command = [sys.executable, "-m", "bandit", "-q", *targets, "-f", "json"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder)
    if "No module named bandit" in done.stderr:
        return None
    said, found = json.loads(done.stdout), {}
    for error in said["errors"]:
        found.setdefault(error["filename"].removeprefix("./"), set())
    for result in said["results"]:
        name = result["filename"].removeprefix("./")
        found.setdefault(name, set()).add((result["line_number"], result["test_id"]))
    return {name: sorted(entries) for name, entries in found.items()}

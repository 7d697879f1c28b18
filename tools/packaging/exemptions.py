"""Findings of bandit that were looked at and let pass, written into the packed files as comments that bandit reads.

Our own code says so with ruff's `noqa: S…` (the same rules under another name); the rest is listed with its reason in
nosec.csv. A finding that neither names stays, and the checker refuses the package.
"""

import csv
import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

from checker import TABLES

_LIST = Path(__file__).with_name("nosec.csv")
_NOQA = re.compile(r"#\s*noqa:[^#]*\bS(\d{3})\b")


def exempt(folder):
    """Write the comments into the files below `folder`; the SHA-256 of the files in which bandit finds nothing.

    Nothing is written, and no file is known to be clean, where bandit is not installed.
    """
    with open(_LIST, encoding="utf-8", newline="") as stream:
        listed = [(row["path"], row["test"]) for row in csv.DictReader(stream)]
    found = _findings(folder)
    if found is None:
        return frozenset()
    files = {path.relative_to(folder).as_posix(): path for path in Path(folder).rglob("*.py")}
    clean = frozenset(hashlib.sha256(files[name].read_bytes()).hexdigest() for name in files.keys() - found.keys())
    _comment(folder, found, listed)
    return clean


def _comment(folder, found, listed):
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


def _findings(folder):
    """{file below folder: [(line, test)]}, none of a file that bandit could not read; None without bandit."""
    command = [sys.executable, "-m", "bandit", "-q", "-x", TABLES, "-r", ".", "-f", "json"]
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

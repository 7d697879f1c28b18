"""What bandit finds in the pinned libraries, kept as data that a person has read: scanned.csv, a row for each module.

A pinned library does not change, so its modules are scanned once, when `tools/package --scan` writes the list anew
after ext_libs.csv or nosec.csv has changed, and not at every build. The checker refuses a module that is not in the
list byte by byte as it is packed. Our own code is scanned at every build.
"""

import csv
import hashlib
from pathlib import Path

LIST = Path(__file__).with_name("scanned.csv")
FOLDER = "ext_libs/"
_HEADER = ["path", "sha256", "findings", "packed_sha256"]


def sha256(content):
    """Hexadecimal SHA-256 of bytes."""
    return hashlib.sha256(content).hexdigest()


def findings(path=None):
    """{SHA-256 of a module as its library brings it: [(line, test)] found in it}."""
    found = {}
    for row in _rows(path):
        pairs = (entry.split(":") for entry in row["findings"].split())
        found[row["sha256"]] = [(int(line), test) for line, test in pairs]
    return found


def passed(path=None):
    """SHA-256 of the modules as they are packed: every finding in them is settled by a comment."""
    return frozenset(row["packed_sha256"] for row in _rows(path)) - {""}


def write(rows, path=None):
    """Write the list: (path, sha256, [(line, test)], packed sha256 or "" where a finding is left)."""
    with open(path or LIST, "w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(_HEADER)
        for name, before, found, after in sorted(rows):
            writer.writerow([name, before, " ".join(f"{line}:{test}" for line, test in found), after])


def _rows(path):
    with open(path or LIST, encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))

"""Which Python packages are missing or too old, and the command that mends it.

Imports nothing heavy, nothing of ours.
"""

import sys
from importlib import metadata

REQUIRED = {
    "shapely": "2.0",
    "numpy": "1.20",
    "pyproj": "3.0",
    "openpyxl": "3.0",
    "python-docx": "1.0",
    "jsonschema": "4.0",
    "PyYAML": "5.4",
}


def missing_dependencies(required=None):
    """Return [(package, version found or None, version wanted)] of what is missing or too old."""
    problems = []
    for name, wanted in (REQUIRED if required is None else required).items():
        try:
            found = metadata.version(name)
        except metadata.PackageNotFoundError:
            found = None
        if found is None or _numbers(found) < _numbers(wanted):
            problems.append((name, found, wanted))
    return problems


def _numbers(version):
    """The leading numbers of a version: "2.1.0rc1" gives (2, 1, 0)."""
    numbers = []
    for part in version.split("."):
        digits = part[: len(part) - len(part.lstrip("0123456789"))]
        if not digits:
            break
        numbers.append(int(digits))
    return tuple(numbers)


def mending_command(problems, platform=None):
    """The one command that installs what is missing, for the user's system."""
    packages = " ".join(f'"{name}>={wanted}"' for name, _, wanted in problems)
    if (platform or sys.platform).startswith("win"):
        return f"OSGeo4W Shell:  python -m pip install --user {packages}"
    return f"python3 -m pip install --user {packages}"

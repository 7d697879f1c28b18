"""The rules of plugins.qgis.org for a plugin's zip, as far as a machine can check them before the upload.

usage: checker.py PLUGIN.zip [--dev]
"""

import configparser
import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path, PurePosixPath

import reviewed

_FIELDS = "name description version qgisMinimumVersion author email about tracker repository homepage".split()
_SIZE = 25_000_000
_BINARIES = {".so", ".dll", ".pyd", ".exe", ".dylib", ".bin", ".whl", ".jar", ".pyc", ".pyo", ".o", ".a"}
_MAGIC = (b"MZ", b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xfe\xed\xfa\xcf")
_PLACEHOLDER = re.compile(r"example\.(?:org|com|net)", re.IGNORECASE)
_SECRETS = {
    "private key": re.compile(rb"-----BEGIN (?:RSA |EC |OPENSSH |)PRIVATE KEY-----"),
    "access key": re.compile(rb"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    "token": re.compile(rb"\b(?:ghp|gho|ghs|glpat|xox[baprs])[-_][0-9A-Za-z]{20,}"),
    "password in a URL": re.compile(rb"[a-z]{3,10}://[^\s/:@'\"{}<>]+:[^\s/:@'\"{}<>]{3,}@"),
}
_HIDDEN = ("__pycache__", "__MACOSX", ".git", ".venv", ".idea", ".vscode")


def faults(path, placeholders_pass=False, clean=frozenset()):
    """What plugins.qgis.org would refuse, as a list of sentences; empty when nothing.

    `clean`: SHA-256 of files that bandit has looked at without a finding; they are not scanned again, nor are the
    modules of libraries that scanned.csv lists.
    """
    path = Path(path)
    with zipfile.ZipFile(path) as package:
        names = [name for name in package.namelist() if not name.endswith("/")]
        tops = {PurePosixPath(name).parts[0] for name in names}
        found = [] if len(tops) == 1 and next(iter(tops)).isidentifier() else [f"top folder: {sorted(tops)}"]
        if found:
            return found
        top = tops.pop()
        found += [
            f"missing: {name}" for name in ("metadata.txt", "__init__.py", "LICENSE") if f"{top}/{name}" not in names
        ]
        found += _of_files(package, names) + unreviewed(package)
        found += _of_metadata(package.read(f"{top}/metadata.txt").decode(), names, top, placeholders_pass)
    if path.stat().st_size > _SIZE:
        found.append(f"{path.stat().st_size:,} bytes are more than {_SIZE:,}")
    return found + _bandit(path, clean | reviewed.passed())


def unreviewed(package):
    """Modules of libraries that are not in scanned.csv as they are in this open zip."""
    passed, found = reviewed.passed(), []
    for name in package.namelist():
        inner = name.partition("/")[2]
        if inner.startswith(reviewed.FOLDER) and name.endswith(".py"):
            if reviewed.sha256(package.read(name)) not in passed:
                found.append(f"not in scanned.csv as it is: {name}; run tools/package --scan and read what it changes")
    return found


def _of_files(package, names):
    found = []
    for name in names:
        parts, content = PurePosixPath(name).parts, package.read(name)
        if PurePosixPath(name).suffix.lower() in _BINARIES or content.startswith(_MAGIC):
            found.append(f"binary: {name}")
        if any(part in _HIDDEN for part in parts) or ".." in parts or name.startswith("/"):
            found.append(f"does not belong into a package: {name}")
        found += [f"{what}: {name}" for what, sign in _SECRETS.items() if sign.search(content)]
    return found


def _of_metadata(text, names, top, placeholders_pass):
    metadata = configparser.ConfigParser(interpolation=None)
    metadata.optionxform = str
    metadata.read_string(text)
    general = metadata["general"]
    found = [f"metadata.txt: {key} is missing" for key in _FIELDS if not general.get(key, "").strip()]
    for key in ("homepage", "tracker", "repository", "email"):
        if not placeholders_pass and _PLACEHOLDER.search(general.get(key, "")):
            found.append(f"metadata.txt: {key} is a placeholder ({general[key]}); make package DEV=1 builds anyway")
    if not re.fullmatch(r"\d+\.\d+(?:\.\d+)?", general.get("qgisMinimumVersion", "")):
        found.append("metadata.txt: qgisMinimumVersion is no version")
    if general.get("icon") and f"{top}/{general['icon']}" not in names:
        found.append(f"metadata.txt: icon {general['icon']} is not in the package")
    return found


def _bandit(path, clean):
    """Findings of bandit that no comment in the source settles; none where bandit is not installed (it says so)."""
    try:
        import bandit  # noqa: F401
    except ImportError:
        print("bandit is not installed: the package was not scanned for risky calls", file=sys.stderr)
        return []
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(path) as package:
            for name in package.namelist():
                if reviewed.sha256(package.read(name)) not in clean:
                    package.extract(name, folder)
        command = [sys.executable, "-m", "bandit", "-q", "-r", folder, "-f", "custom", "--msg-template"]
        done = subprocess.run(
            [*command, "{relpath}:{line}: {test_id} {msg}"], capture_output=True, text=True, cwd=folder
        )
        return [f"bandit: {line}" for line in done.stdout.splitlines() if line.strip()]


if __name__ == "__main__":
    found = faults(sys.argv[1], "--dev" in sys.argv)
    print("\n".join(found) or "no fault found")
    sys.exit(bool(found))

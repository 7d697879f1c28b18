"""Which tests reach which line of the product, measured once and kept in .mutation/ beside the code.

A file of tests is measured again when it, the code, the data or what the tests share has changed.
"""

import ast
import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable

from .faults import ROOT, Mutant

KEPT = ROOT / ".mutation"
_IMPORT = "import"
_FILES = 3  # files of tests in the first turn
_BESIDE = ("docs/", "tools/", "i18n/", "CHANGELOG", "CONTRIBUTING", "README", "Makefile", ".")


@dataclass
class Reach:
    """`seconds` of processor per test; `tests` of each (file, line); `at_import`: what runs as modules are read."""

    seconds: dict[str, float] = field(default_factory=dict)
    tests: dict[tuple[str, int], set[str]] = field(default_factory=dict)
    at_import: set[tuple[str, int]] = field(default_factory=set)
    breadth: dict[str, int] = field(default_factory=dict)  # lines that a test reaches

    def add(self, measured: dict) -> None:
        """Take in what mutants.session has written."""
        self.seconds.update(measured["seconds"])
        for file, lines in measured["lines"].get(_IMPORT, {}).items():
            self.at_import.update((file, line) for line in lines)
        for test, wide in measured["wide"].items():
            for context in (test, *wide):
                for file, lines in measured["lines"].get(context, {}).items():
                    self.breadth[test] = self.breadth.get(test, 0) + len(lines)
                    for line in lines:
                        self.tests.setdefault((file, line), set()).add(test)

    def of(self, mutant: Mutant) -> list[str]:
        """The tests that reach a fault, the quickest first.

        A fault that takes effect as its module is read (a constant, a default, the field of a class) is reached by
        who calls any function of its file or of a file that imports it.
        """
        span = _span(mutant)
        if not span or any((mutant.file, line) in self.at_import for line in span):
            files = {mutant.file, *_importers(mutant.file)}
            places = [place for place in self.tests if place[0] in files]
        else:
            places = [(mutant.file, line) for line in span]
        found: set[str] = set().union(*(self.tests.get(place, ()) for place in places))
        return sorted(found, key=lambda test: (self.seconds.get(test, 0), test))

    def in_turns(self, tests: list[str]) -> list[list[str]]:
        """Those of the files that reach least besides, the likeliest to notice; then the rest, where there is one."""
        least: dict[str, int] = {}
        for test in tests:
            file, breadth = test.split("::")[0], self.breadth.get(test, 0)
            least[file] = min(breadth, least.get(file, breadth))
        near = sorted(least, key=lambda file: (least[file], file))[:_FILES]
        first = [test for test in tests if test.split("::")[0] in near]
        rest = [test for test in tests if test.split("::")[0] not in near]
        return [turn for turn in (first, rest) if turn]


def _span(mutant: Mutant) -> range:
    """Lines of the statement within a function that holds a fault, or of the function whose default it is."""
    tree = ast.parse((ROOT / mutant.file).read_text(encoding="utf-8"))
    functions = [n for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))]
    if any(n.body[0].lineno <= mutant.line <= (n.end_lineno or 0) for n in functions):
        statements = [n for n in ast.walk(tree) if isinstance(n, ast.stmt) and n.lineno <= mutant.line <= _end(n)]
        inner = max(statements, key=lambda n: n.lineno)
        return range(inner.lineno, _end(inner) + 1)
    if inside := [n for n in functions if n.lineno <= mutant.line < n.body[0].lineno]:
        head = max(inside, key=lambda n: n.lineno)
        return range(head.body[0].lineno, (head.end_lineno or 0) + 1)
    return range(0)


def _end(statement: ast.stmt) -> int:
    """Last line of a statement; of one that holds others, that of its head."""
    body = getattr(statement, "body", None)
    return max(statement.lineno, body[0].lineno - 1) if body else statement.end_lineno or statement.lineno


def _importers(file: str) -> list[str]:
    stem = Path(file).stem
    found = []
    for other in (ROOT / "plugin").rglob("*.py"):
        tree = ast.parse(other.read_text(encoding="utf-8"))
        arrows = [n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
        if any((n.module or "").split(".")[-1] == stem or stem in [a.name for a in n.names] for n in arrows):
            found.append(str(other.relative_to(ROOT)))
    return found


def kept_or_measured(listed: list[str], tests: list[str], measure: Callable[[list[str]], dict]) -> Reach:
    """The reach of the files of `tests`; `measure(files)` runs those that are not kept as they are now."""
    KEPT.mkdir(exist_ok=True)
    files = [n for n in listed if Path(n).name.startswith("test_") and any(_below(n, t) for t in tests)]
    common = [n for n in listed if not n.startswith(_BESIDE) and not Path(n).name.startswith("test_")]
    base = _hash(common)
    places = {file: KEPT / f"{hashlib.sha256((base + _hash([file])).encode()).hexdigest()[:24]}.json" for file in files}
    missing = [file for file, place in places.items() if not place.exists()]
    if missing:
        measured = measure(missing)
        for file in missing:
            places[file].write_text(json.dumps(_only(measured, file)), encoding="utf-8")
    reach = Reach()
    for place in places.values():
        reach.add(json.loads(place.read_text(encoding="utf-8")))
    for old in set(KEPT.glob("*.json")) - set(places.values()):
        old.unlink()
    return reach


def _below(name: str, folder: str) -> bool:
    return name == folder or name.startswith(folder.rstrip("/") + "/")


def _only(measured: dict, file: str) -> dict:
    tests = [t for t in measured["seconds"] if t.split("::")[0] == file]
    wide = {test: measured["wide"][test] for test in tests}
    contexts = {_IMPORT, *tests, *(c for cs in wide.values() for c in cs)}
    lines = {c: rows for c, rows in measured["lines"].items() if c in contexts}
    return {"seconds": {t: measured["seconds"][t] for t in tests}, "wide": wide, "lines": lines}


def _hash(names: list[str]) -> str:
    digest = hashlib.sha256()
    for name in sorted(names):
        if (ROOT / name).is_file():
            digest.update(name.encode() + b"\0" + hashlib.sha256((ROOT / name).read_bytes()).digest())
    return digest.hexdigest()

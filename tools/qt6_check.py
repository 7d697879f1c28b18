"""Find what PyQt6 (QGIS 4, and 3.4x built with Qt 6) does not have, without running it: names and enum members looked
up in PyQt6's own type stubs, exec_, int() of an enum that is none, names that moved to another module.

usage: qt6_check.py [FILE ...]      (default: the whole tree)
"""

import ast
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools" / "packaging"))
import libraries  # noqa: E402

_STUBS = ROOT / "tools" / "packaging" / "qt6_stubs.csv"
_MODULES = ("QtCore", "QtGui", "QtWidgets", "QtNetwork", "QtTest", "QtXml", "QtSvg", "QtPrintSupport", "QtSql")
# qgis.PyQt lends these to the module where Qt 5 has them
_LENT = {("QtWidgets", "QAction"), ("QtWidgets", "QShortcut"), ("QtCore", "NULL")}
_GONE = {"exec_", "globalX", "globalY", "localPos", "windowPos", "screenPos", "setTabStopWidth", "setMargin"}


class Stubs:
    """PyQt6's classes by module, each with its own names, its bases and the classes inside."""

    def __init__(self):
        self._classes = {}
        wheel = libraries.fetched(libraries.rows_of(_STUBS)[0])
        with zipfile.ZipFile(wheel) as archive:
            for module in _MODULES:
                text = archive.read(f"PyQt6/{module}.pyi").decode().replace(", /)", ")")  # some are no valid Python
                self._classes[module] = _members(ast.parse(text).body)

    def has(self, module, name):
        return module not in self._classes or name in self._classes[module] or (module, name) in _LENT

    def find(self, module, path):
        """(missing name or "", stub node) for Class.Inner.member of a module."""
        scope = self._classes.get(module, {})
        if path[0] not in scope:
            scope = self._classes["QtGui"] if (module, path[0]) in _LENT else {}
        node = scope.get(path[0])
        for name in path[1:]:
            if not isinstance(node, ast.ClassDef):
                return "", None
            node = self._member(node, name)
            if node is None:
                return name, None
        return "", node

    def _member(self, node, name):
        own = _members(node.body)
        if name in own:
            return own[name]
        if name.startswith("__") or any(
            "enum" in ast.unparse(base) and name in ("name", "value") for base in node.bases
        ):
            return ast.Pass()
        for base in node.bases:
            found = self._class(ast.unparse(base).split(".")[-1])
            member = self._member(found, name) if found is not None else None
            if member is not None:
                return member
        return None

    def _class(self, name):
        found = (classes.get(name) for classes in self._classes.values())
        return next((node for node in found if isinstance(node, ast.ClassDef)), None)


def _members(body):
    """{name: node} of what a stub defines."""
    members = {}
    for node in body:
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
            members[node.name] = node
        elif isinstance(node, ast.AnnAssign):
            members[node.target.id] = node
        elif isinstance(node, ast.Assign):
            members.update((target.id, node) for target in node.targets if isinstance(target, ast.Name))
    return members


class _Checker(ast.NodeVisitor):
    def __init__(self, stubs):
        self._stubs, self._names, self.faults, self._guarded = stubs, {}, [], 0

    def visit_Try(self, node):
        """Names tried in one module and taken from another where it lacks them are settled."""
        catches = any(h.type is not None and "ImportError" in ast.unparse(h.type) for h in node.handlers)
        self._guarded += catches
        self.generic_visit(node)
        self._guarded -= catches

    def visit_ImportFrom(self, node):
        if node.level == 0 and (node.module or "").startswith("qgis.PyQt."):
            module = node.module.split(".")[2]
            for alias in node.names:
                self._names[alias.asname or alias.name] = (module, alias.name)
                if not self._guarded and not self._stubs.has(module, alias.name):
                    self._say(node, f"{module} has no {alias.name}")

    def visit_Attribute(self, node):
        if node.attr in _GONE and node.attr != "setMargin":
            self._say(node, f"{node.attr} is gone")
        path, root = _chain(node)
        if root in self._names:
            module, name = self._names[root]
            missing, _ = self._stubs.find(module, [name, *path])
            if missing:
                self._say(node, f"{'.'.join([name, *path])}: no {missing} in PyQt6, give the enum's own name")
            return
        self.generic_visit(node)

    def visit_Call(self, node):
        if isinstance(node.func, ast.Name) and node.func.id == "int" and node.args:
            for part in ast.walk(node.args[0]):
                if isinstance(part, ast.Attribute) and self._is_plain_enum(part):
                    self._say(node, f"int({ast.unparse(part)}): an enum without numbers in PyQt6")
        self.generic_visit(node)

    def _is_plain_enum(self, node):
        path, root = _chain(node)
        if root not in self._names or len(path) < 2:
            return False
        module, name = self._names[root]
        missing, kind = self._stubs.find(module, [name, *path[:-1]])
        return not missing and isinstance(kind, ast.ClassDef) and "enum.Enum" in [ast.unparse(b) for b in kind.bases]

    def _say(self, node, text):
        self.faults.append((node.lineno, text))


def _chain(node):
    """(["a", "b"], "root") of root.a.b; ([], "") where it starts with something else."""
    path = []
    while isinstance(node, ast.Attribute):
        path.insert(0, node.attr)
        node = node.value
    return (path, node.id) if isinstance(node, ast.Name) else ([], "")


def faults(text, stubs):
    """[(line, what)] of one source text."""
    if "qgis.PyQt" not in text and not any(name in text for name in _GONE):
        return []  # nothing in it can be wrong
    checker = _Checker(stubs)
    checker.visit(ast.parse(text))
    return sorted(set(checker.faults))


def main(arguments):
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py"]
    names = arguments or subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    try:
        stubs, found = Stubs(), 0
    except (SystemExit, subprocess.CalledProcessError) as error:
        print(f"PyQt6 was not checked, its type stubs cannot be fetched: {error}", file=sys.stderr)
        return False
    for name in filter(None, names):
        path = ROOT / name
        for line, what in faults(path.read_text(encoding="utf-8"), stubs) if path.exists() else ():
            print(f"{name}:{line}: {what}")
            found += 1
    return bool(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

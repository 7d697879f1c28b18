"""What the house rules ask of a source file, read once: its imports, names, functions, translated texts and codes."""

import ast
import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Union

from .sizes import parameters


@dataclass(frozen=True)
class Function:
    """One function: its name, how many lines it has, how many parameters a caller hands over."""

    name: str
    lines: int
    parameters: int


@dataclass(frozen=True)
class FirstArgument:
    """A call of `name`, and what it is given first: `text` where that is a literal."""

    name: str
    line: int
    text: object
    is_literal: bool


@dataclass(frozen=True)
class Source:
    """A source file: its lines, its import statements, the names it defines, its functions, calls of tr and of errors."""

    lines: int
    imports: tuple[Union[ast.Import, ast.ImportFrom], ...]
    names: frozenset[str]
    functions: tuple[Function, ...]
    calls: tuple[FirstArgument, ...]


@functools.cache
def source(file: Path) -> Source:
    """The facts of a file; each file is read and parsed once for all tests."""
    text = file.read_text(encoding="utf-8")
    tree = ast.parse(text)
    imports, functions, calls = [], [], []
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            imports.append(node)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            functions.append(Function(node.name, node.end_lineno - node.lineno + 1, len(parameters(node))))
        elif isinstance(node, ast.Call) and node.args and _is_asked_for(getattr(node.func, "id", "")):
            first = node.args[0]
            value = getattr(first, "value", None) if isinstance(first, ast.Constant) else None
            calls.append(FirstArgument(node.func.id, node.lineno, value, isinstance(first, ast.Constant)))
    names = frozenset(names_of(tree.body))
    return Source(text.count("\n"), tuple(imports), names, tuple(functions), tuple(calls))


def _is_asked_for(name: str) -> bool:
    return name == "tr" or name.endswith("Error")


def names_of(body, found=None):
    """Names that a module's statements define, those below if and try included."""
    found = set() if found is None else found
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found.add(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            found.update((alias.asname or alias.name).split(".")[0] for alias in node.names)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found.update(name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name))
        for part in ("body", "orelse", "finalbody"):
            if isinstance(node, (ast.If, ast.Try, ast.With)):
                names_of(getattr(node, part, []), found)
        for handler in getattr(node, "handlers", []):
            names_of(handler.body, found)
    return found

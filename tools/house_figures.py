"""Figures of the house: files and arrows per room, lengths of functions and lines, share of annotated functions.

    python tools/house_figures.py [CHECKOUT]

A room is a folder below plugin/ (processing_algs and forms are rooms of their own); an arrow is one file importing
another. "Annotated" counts public functions and methods whose parameters (but self and cls) and result have types.
"""

import ast
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Union

Function = Union[ast.FunctionDef, ast.AsyncFunctionDef]
TOPS = ("plugin", "processing_algs", "forms")


@dataclass(frozen=True)
class Arrow:
    """File `source` imports from file or package `target`; both relative to the checkout, without suffix."""

    source: Path
    target: Path


def files_of(root: Path) -> list[Path]:
    """Python files of the product."""
    return sorted(f for top in TOPS for f in (root / top).rglob("*.py"))


def room(path: Path) -> str:
    """The folder a file lies in, as a room's name."""
    return str(path.parent)


def arrows_of(root: Path, file: Path) -> set[Arrow]:
    """Relative imports of a file, each target once."""
    source = file.relative_to(root).with_suffix("")
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            parts = source.parts[: len(source.parts) - node.level]
            base = Path(*parts, *(node.module.split(".") if node.module else []))
            for name in node.names:
                inside = base / name.name
                target = inside if (root / inside).with_suffix(".py").exists() else base
                found.add(Arrow(source, target))
    return found


def functions_of(tree: ast.AST) -> list[Function]:
    return [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]


def is_annotated(function: Function) -> bool:
    """Whether a function tells the types of all its parameters and of its result."""
    arguments = function.args
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    wanted = [a for a in named if a.arg not in ("self", "cls")]
    return function.returns is not None and all(a.annotation for a in wanted)


def spread(values: list[int]) -> str:
    """median / 90th percentile / largest"""
    ordered = sorted(values)
    return f"{median(ordered):g} / {ordered[int(len(ordered) * 0.9)]} / {ordered[-1]}"


def print_rooms(root: Path, files: list[Path]) -> None:
    """One row a room: files, lines, arrows inside the room, arrows to other rooms."""
    rooms = Counter(room(f.relative_to(root)) for f in files if f.name != "__init__.py")
    lines = Counter[str]()
    inner, outer = Counter[str](), Counter[str]()
    for file in files:
        lines[room(file.relative_to(root))] += file.read_text(encoding="utf-8").count("\n")
        for arrow in arrows_of(root, file):
            target = room(arrow.target)
            (inner if target == room(arrow.source) else outer)[room(arrow.source)] += 1
    print("| room | files | lines | arrows inside | arrows to other rooms |\n|---|---|---|---|---|")
    for name, count in sorted(rooms.items()):
        print(f"| {name} | {count} | {lines[name]} | {inner[name]} | {outer[name]} |")


def main() -> None:
    root = Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    files = files_of(root)
    print_rooms(root, files)
    functions = [f for file in files for f in functions_of(ast.parse(file.read_text(encoding="utf-8")))]
    lengths = [f.end_lineno - f.lineno + 1 for f in functions if f.end_lineno]
    widths = [len(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    public = [f for f in functions if not f.name.startswith("_")]
    parameters = [len(f.args.args) + len(f.args.kwonlyargs) for f in functions]
    annotated = sum(map(is_annotated, public))
    print(f"\nfiles {len(files)}, functions {len(functions)}")
    print(f"lines of a function, median / p90 / largest: {spread(lengths)}")
    print(f"columns of a line, median / p90 / largest: {spread(widths)}; over 120: {sum(w > 120 for w in widths)}")
    print(f"parameters of a function, median / p90 / largest: {spread(parameters)}")
    print(f"annotated public functions: {annotated} of {len(public)} ({100 * annotated / len(public):.0f} %)")


if __name__ == "__main__":
    main()

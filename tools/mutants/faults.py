"""The faults: every small change that a Python file offers, and the ones drawn for a seed."""

import ast
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

ROOT = Path(__file__).resolve().parents[2]
EQUIVALENT = ROOT / "tools" / "mutation_equivalent.txt"
_COMPARISONS = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
_ARITHMETIC = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """One fault: `file` relative to the checkout, `line` (1 = first), its text, what was done, the new source."""

    file: str
    line: int
    text: str
    change: str
    source: str

    @property
    def identity(self) -> str:
        """Stands in the list of equivalent ones; holds no line number, so that other edits do not move it."""
        return f"{self.file} | {self.text} | {self.change}"


def mutants_of(file: Path) -> list[tuple[Path, int, int]]:
    """(file, number of the syntax node, number of the change) of every fault of one Python file."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    nodes = enumerate(ast.walk(tree))
    return [(file, index, number) for index, node in nodes for number, _ in enumerate(_changes(node))]


def made(file: Path, index: int, number: int) -> Mutant:
    """The mutant at a place that mutants_of gave."""
    source = file.read_text(encoding="utf-8")
    tree = ast.parse(source)
    node = _node(tree, index)
    change, apply = list(_changes(node))[number]
    apply(node)
    line = next(n.lineno for n in (node, *ast.walk(node)) if hasattr(n, "lineno"))
    text = source.splitlines()[line - 1].strip()
    return Mutant(str(file.relative_to(ROOT)), line, text, change, ast.unparse(ast.fix_missing_locations(tree)))


def _node(tree: ast.AST, index: int) -> ast.AST:
    return next(node for number, node in enumerate(ast.walk(tree)) if number == index)


def _changes(node: ast.AST) -> Iterator[tuple[str, Callable[[ast.AST], None]]]:
    """(name, function that changes a node of the same kind in place) of every fault that a node offers."""
    if isinstance(node, ast.Compare):
        for number, operator in enumerate(node.ops):
            other = _COMPARISONS.get(type(operator))
            if other:
                yield f"{type(operator).__name__} -> {other.__name__}", _set_comparison(number, other)
    elif isinstance(node, ast.BinOp) and type(node.op) in _ARITHMETIC:
        other = _ARITHMETIC[type(node.op)]
        yield f"{type(node.op).__name__} -> {other.__name__}", lambda n: setattr(n, "op", other())
    elif isinstance(node, ast.BoolOp):
        other = ast.Or if isinstance(node.op, ast.And) else ast.And
        yield f"{type(node.op).__name__} -> {other.__name__}", lambda n: setattr(n, "op", other())
    elif isinstance(node, (ast.If, ast.IfExp, ast.While)):
        yield "condition turned", _turn_condition
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float) and node.value + 1 != node.value:
        yield f"{node.value} -> {node.value + 1}", lambda n: setattr(n, "value", n.value + 1)
    elif isinstance(node, ast.FunctionDef):
        for number, statement in enumerate(node.body):
            if isinstance(statement, (ast.Expr, ast.AugAssign)) and not isinstance(
                getattr(statement, "value", None), ast.Constant
            ):
                yield f"statement {number} left out", _leave_out(number)


def _set_comparison(number: int, other: type) -> Callable[[ast.AST], None]:
    def apply(node: ast.AST) -> None:
        node.ops[number] = other()  # type: ignore[attr-defined]

    return apply


def _turn_condition(node: ast.AST) -> None:
    node.test = ast.UnaryOp(ast.Not(), node.test)  # type: ignore[attr-defined]


def _leave_out(number: int) -> Callable[[ast.AST], None]:
    def apply(node: ast.AST) -> None:
        node.body[number] = ast.Pass()  # type: ignore[attr-defined]

    return apply


def chosen(folders: list[str], count: int, seed: int) -> list[Mutant]:
    """`count` mutants drawn from all files below the folders; the same for the same seed and code."""
    files = sorted(f for folder in folders for f in (ROOT / folder).rglob("*.py"))
    places = [place for file in files for place in mutants_of(file)]
    sample = random.Random(seed).sample(places, min(count, len(places)))  # noqa: S311 - a sample, no secret
    return [made(*place) for place in sample]


def equivalents() -> list[str]:
    """Identities of the mutants that nobody can notice."""
    if not EQUIVALENT.exists():
        return []
    rows = EQUIVALENT.read_text(encoding="utf-8").splitlines()
    return [row.rsplit(" # ", 1)[0].strip() for row in rows if row and not row.startswith("#")]

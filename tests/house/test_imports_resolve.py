"""What one module of ours imports from another is there: a name that moved is found before anything is run."""

import ast

import pytest

from .rooms import ROOT, product_files


def module_file(parts):
    path = ROOT.joinpath(*parts)
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


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


@pytest.mark.parametrize("file", product_files(), ids=lambda f: str(f.relative_to(ROOT)))
def test_relative_imports_find_their_names(file):
    package = file.relative_to(ROOT).parts[:-1]
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.ImportFrom) or not node.level:
            continue
        base = [*package[: len(package) - node.level + 1], *(node.module.split(".") if node.module else [])]
        target = module_file(base)
        assert target.is_file(), f"line {node.lineno}: no module {'.'.join(base)}"
        names = names_of(ast.parse(target.read_text(encoding="utf-8")).body)
        for alias in node.names:
            inside = module_file([*base, alias.name]).is_file()
            assert alias.name in names or inside, f"line {node.lineno}: {'.'.join(base)} has no {alias.name}"

"""What one module of ours imports from another is there: a name that moved is found before anything is run."""

import ast
import functools

from .rooms import ROOT, product_files
from .source import source


@functools.cache
def module_file(parts):
    path = ROOT.joinpath(*parts)
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


@functools.cache
def is_module(parts):
    return module_file(parts).is_file()


def lost(file):
    """What relative imports of a file do not find."""
    package = file.relative_to(ROOT).parts[:-1]
    for node in source(file).imports:
        if isinstance(node, ast.ImportFrom) and node.level:
            base = (*package[: len(package) - node.level + 1], *(node.module.split(".") if node.module else []))
            if not is_module(base):
                yield f"{file.relative_to(ROOT)}:{node.lineno}: no module {'.'.join(base)}"
                continue
            for alias in node.names:
                if alias.name not in source(module_file(base)).names and not is_module((*base, alias.name)):
                    yield f"{file.relative_to(ROOT)}:{node.lineno}: {'.'.join(base)} has no {alias.name}"


def test_relative_imports_find_their_names():
    files = product_files()
    assert len(files) > 500 and [fault for file in files for fault in lost(file)] == []

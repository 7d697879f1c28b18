"""Sizes that the house demands, and what is still over them: the lists only get shorter."""

import ast

FILE_LINES, FUNCTION_LINES, PARAMETERS = 300, 40, 5
# files that a cohesive class or table keeps whole for now; to be split along a seam when their room is next changed
LONG_FILES: dict = {}
# functions that take more than PARAMETERS; a dataclass takes the place of the rest when their room is next changed
MANY_PARAMETERS: dict = {}


def parameters(function):
    """Names of what a caller hands over: self, cls, *args and **kwargs are not counted."""
    known = function.args
    names = [argument.arg for argument in (*known.posonlyargs, *known.args, *known.kwonlyargs)]
    return [name for name in names if name not in ("self", "cls")]


def functions(text):
    """Every function of a source text."""
    return [n for n in ast.walk(ast.parse(text)) if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))]
